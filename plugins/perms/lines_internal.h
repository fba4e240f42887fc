/* What lines.c and those share that it has the lines made by.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PERMS_LINES_INTERNAL_H
#define PERMS_LINES_INTERNAL_H

#include "lines.h"

enum { PIECE = 32 }; /* pieces are copied in steps of a size that is known at compile time */

struct buffer {
	const struct lines_spec *spec;
	unsigned char *bytes;
	size_t capacity; /* and PIECE more may be written */
	size_t used;
};

struct work {
	const struct lines_spec *spec;
	const struct items *items;
	struct buffer buffer;
	size_t n, r;
	bool distinct;

	uint32_t *at; /* the head, or the whole arrangement */
	struct order order;
};

/* Room for so many bytes at once, and PIECE more. Returns 0 or -ENOMEM. */
int lines_start_buffer(struct work *work, size_t least);

/* Hand over what is there. */
int lines_flush(struct buffer *buffer);

/* Room for n bytes: at most the capacity. */
static inline int lines_reserve(struct buffer *buffer, size_t n)
{
	return buffer->capacity - buffer->used >= n ? 0 : lines_flush(buffer);
}

/* The item's text and what stands behind it. Returns the end. */
unsigned char *lines_append_item(
	const struct work *work, unsigned char *to, uint32_t i, bool is_last);

/* The longest that a line of so many items can be, and a PIECE. */
size_t lines_longest(const struct work *work, size_t items);

#endif
