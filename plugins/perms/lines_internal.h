/* What lines.c and halves.c share.
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

	/* The plan of a block. */
	size_t head, tail; /* items; head + tail = r */
	size_t left;       /* items that the tail is chosen from */
	size_t lines;      /* of a block */

	uint32_t *at;    /* the head, or the whole arrangement */
	uint32_t *spare; /* the items that are left */
	struct order order;
};

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

/* k-permutations of 0 to m - 1 in order, as rows of k numbers, with room for a row too many. */
void lines_list_tails(size_t m, size_t k, uint32_t *ret_row);

/* How many there are, 0 beyond `most`. */
size_t lines_count_tails(size_t m, size_t k, size_t most);

/* The items that the head does not use. */
void lines_find_spare(struct work *work);

#endif
