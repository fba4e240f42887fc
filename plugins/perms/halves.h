/* Blocks of lines by copying pieces that were made before.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PERMS_HALVES_H
#define PERMS_HALVES_H

#include "lines_internal.h"

/* The tail in two halves: what the first half is decides which second halves there are; the texts
 * of all second halves are made once a block. */
struct halves {
	size_t first, second;             /* items */
	size_t first_count, second_count; /* ways */
	size_t per_first;                 /* second halves for one first half */
	uint32_t *first_row, *second_row; /* which of the items that are left */
	uint32_t *choice;    /* per_first numbers of second halves for each first half */
	unsigned char *text; /* of the second halves, `stride` bytes apart */
	size_t stride;
	size_t *size;
	unsigned char *line; /* the head and the first half */
};

/* Returns 0, -ENOMEM, or -E2BIG where the texts would be too many or too long. */
int halves_init(struct halves *ret_halves, const struct work *work);
void halves_release(struct halves *halves);

/* Some lines of one block: all, but of the first and the last. Returns 0 or what `write` returned.
 */
int halves_print(struct work *work, struct halves *halves, size_t skip, size_t lines);

#endif
