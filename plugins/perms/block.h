/* Blocks of lines: all that begin with the same items, the head.
 *
 * What follows the head, the tail, runs through the same patterns in each block that leaves the
 * same slots (tails.h): only which items they are differs. So these are found once, see pattern.h.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PERMS_BLOCK_H
#define PERMS_BLOCK_H

#include "lines_internal.h"
#include "shuffle.h"

struct block {
	const struct work *work;

	/* The plan, one for all blocks. */
	enum shuffle_path path; /* SHUFFLE_NONE: by halves */
	size_t head, tail;      /* items; head + tail = r */
	size_t left;            /* items that the tail is chosen from */
	size_t most_slots;      /* that these can have */
	size_t most_lines;      /* that a block can have */

	/* What the head leaves. */
	size_t slots;
	uint32_t *slot;      /* of each item that is left */
	uint32_t *slot_item; /* an item of each slot */
	uint32_t *slot_of;   /* scratch, by an item's first: ITEM_NONE but while slots are given */
};

/* Plan: the longest tail whose block is not too large.
 *
 * block  on an error there is nothing to release
 * work   borrowed
 *
 * Returns 0, -ENOMEM, or -E2BIG where blocks are of no use. */
int block_init(struct block *block, const struct work *work);
void block_release(struct block *block);

/* Find what the head leaves, which work->order has used. */
void block_find_left(struct block *block);

/* Bytes of a line, where all items have equally many. */
size_t block_line_size(const struct block *block);

/* The slot of an item that is left. */
uint32_t block_slot_of(const struct block *block, uint32_t item);

#endif
