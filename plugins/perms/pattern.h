/* The tables that blocks of lines are made by, each made once.
 *
 * There is one for all blocks that leave the same slots. Where all items are different, or count as
 * such, that is every block; where some are equal, there are some dozens, and those that were made
 * are kept as far as a few megabytes reach.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PERMS_PATTERN_H
#define PERMS_PATTERN_H

#include "block.h"
#include "halves.h"

struct pattern {
	uint32_t *slot; /* what it is for */
	size_t lines;
	struct shuffle shuffle; /* by the block's path, this or that */
	struct halves halves;
};

struct patterns {
	struct pattern *pattern;
	size_t count, bytes;
	uint16_t *table; /* open hash table: a place in pattern[] + 1, 0 where it is free */
	const struct pattern *last;
	uint32_t *row; /* scratch: the tails of a block */
};

/* Returns 0 or -ENOMEM. */
int patterns_init(struct patterns *ret_patterns, const struct block *block);
void patterns_release(struct patterns *patterns);

/* The pattern for what the head leaves; borrowed until the next call. Returns 0 or -ENOMEM. */
int patterns_get(
	struct patterns *patterns, const struct block *block, const struct pattern **ret_pattern);

/* Which line of its block an arrangement is.
 *
 * tail  the items behind the head; receives their slots
 *
 * Returns 0 or -ENOMEM. */
int patterns_find_line(
	struct patterns *patterns, const struct block *block, uint32_t *tail, size_t *ret_line);

/* What such a pattern shuffles: the head's items, what stands between and behind, and an item of
 * each slot. */
void pattern_fill_source(const struct block *block, unsigned char source[SHUFFLE_SOURCE]);

#endif
