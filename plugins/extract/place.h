/* Where in a stream something is: offset and line.
 *
 * SPDX-License-Identifier: MIT */
#ifndef EXTRACT_PLACE_H
#define EXTRACT_PLACE_H

#include <stddef.h>
#include <stdint.h>

/* A place that only goes forward. Starts as { .line = 1 }. */
struct place {
	uint64_t offset; /* bytes from the start, from 0 */
	uint64_t line;   /* from 1; a line ends behind its newline byte */
};

/* Go on behind the n bytes at `data`, which are those at place->offset. */
void place_advance(struct place *place, const char *data, size_t n);

/* How many newline bytes there are. */
uint64_t place_count_newlines(const char *data, size_t n);

#endif
