/* The last lines of what a command says.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_RUN_TAIL_H
#define PLUGH_RUN_TAIL_H

#include <stdbool.h>
#include <stddef.h>

enum { TAIL_BYTES = 4096, TAIL_LINES = 10 };

/* An empty one is { 0 }. */
struct tail {
	char bytes[2 * TAIL_BYTES]; /* the last `used` that came */
	size_t used;
	bool is_cut; /* there were more before */
};

/* Take n more bytes. */
void tail_take(struct tail *tail, const char *bytes, size_t n);

/* The last lines, as far as they were kept whole: up to TAIL_LINES, at least one, of at most
 * TAIL_BYTES. The last newline may be missing. Borrowed; *ret_size is 0 when nothing came. */
const char *tail_lines(const struct tail *tail, size_t *ret_size);

#endif
