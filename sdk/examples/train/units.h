/* A list of whole numbers, written with commas: "20,20".
 *
 * SPDX-License-Identifier: MIT */
#ifndef TRAIN_UNITS_H
#define TRAIN_UNITS_H

#include <stddef.h>
#include <stdint.h>

struct units {
	int64_t *item; /* owned */
	size_t count;
};

/* Read a list. Blanks round a number are accepted, an empty item is not.
 *
 * ret_bad  receives, for -EINVAL and -ERANGE, where in the text the bad item starts
 * Returns 0, -EINVAL (an item is no whole number), -ERANGE (beyond 64 bits), or -ENOMEM. */
int units_parse(const char *text, struct units *ret_units, const char **ret_bad);

/* Accepts an empty list. */
void units_release(struct units *units);

#endif
