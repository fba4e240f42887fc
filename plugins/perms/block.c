/* Blocks of lines.
 *
 * SPDX-License-Identifier: MIT */
#include "block.h"

#include <errno.h>
#include <stdlib.h>

#include "halves.h"
#include "tails.h"

enum {
	MOST_LINES = 720,         /* of a block, where the tail has several items */
	MOST_PATTERN = 32 * 1024, /* bytes of a table of shuffles: stays in the first cache */
	MOST_TAIL = 64,           /* items */
	MOST_EQUALS = 4096, /* items: lines of more are no faster in blocks, which would have to be
			       counted */
};

/* A path that shuffles, or SHUFFLE_NONE. */
static enum shuffle_path shuffle_path_of(enum lines_path path)
{
	enum shuffle_path best = shuffle_best();
	enum shuffle_path wanted = path == LINES_BEST || path == LINES_AVX2 ? SHUFFLE_AVX2
				   : path == LINES_SSSE3                    ? SHUFFLE_SSSE3
									    : SHUFFLE_NONE;
	return wanted < best ? wanted : best;
}

size_t block_line_size(const struct block *block)
{
	const struct work *work = block->work;
	const struct lines_spec *spec = work->spec;

	return work->r * (work->items->longest + spec->separator_size) - spec->separator_size +
	       spec->delimiter_size;
}

/* Have all items equally many bytes, and are these and what stands between them few? */
static bool may_shuffle(const struct work *work)
{
	const struct items *items = work->items;
	size_t width = items->longest;

	for (size_t i = 0; i < items->count; i++)
		if (items->item[i].size != width)
			return false;
	return width > 0 && width <= SHUFFLE_SOURCE &&
	       work->spec->separator_size <= SHUFFLE_SOURCE &&
	       work->spec->delimiter_size <= SHUFFLE_SOURCE &&
	       work->r <= MOST_PATTERN / SHUFFLE_SOURCE;
}

/* Does what a block is made of fit into a source? */
static bool fits_source(const struct block *block)
{
	const struct lines_spec *spec = block->work->spec;

	return (block->head + block->most_slots) * block->work->items->longest +
		       spec->separator_size + spec->delimiter_size <=
	       SHUFFLE_SOURCE;
}

static void set_tail(struct block *block, size_t tail, size_t lines)
{
	const struct work *work = block->work;

	block->tail = tail;
	block->head = work->r - tail;
	block->left = work->n - block->head;
	block->most_lines = lines;
}

/* level: slots of the items, those that have most tails in front. Returns 0 or -ENOMEM. */
static int plan_tail(struct block *block, const uint32_t *level, size_t limit)
{
	const struct work *work = block->work;

	set_tail(block, 0, 1);
	for (size_t k = 1; k <= work->r && k <= MOST_TAIL; k++) {
		size_t lines;
		int r = tails_count(level, work->n - work->r + k, k, work->distinct, limit, &lines);
		if (r < 0 || lines == 0)
			return r;
		set_tail(block, k, lines);
	}
	return 0;
}

static void count_slots(struct block *block, const uint32_t *level)
{
	block->most_slots = 0;
	for (size_t i = 0; i < block->left; i++)
		if (level[i] >= block->most_slots)
			block->most_slots = level[i] + 1;
}

/* The slots are those of all items, levelled. */
static int plan(struct block *block)
{
	const uint32_t *level = block->slot;
	int r;

	block->path = may_shuffle(block->work) ? shuffle_path_of(block->work->spec->path)
					       : SHUFFLE_NONE;
	if (block->path != SHUFFLE_NONE) {
		size_t most = MOST_PATTERN / block_line_size(block);
		r = plan_tail(block, level, most < MOST_LINES ? most : MOST_LINES);
		count_slots(block, level);
		if (r < 0 || (block->tail > 0 && fits_source(block)))
			return r;
		block->path = SHUFFLE_NONE;
	}
	r = plan_tail(block, level, MOST_LINES);
	count_slots(block, level);
	if (r == 0 && block->tail == 0) {
		/* One item has as many ways as it has. */
		set_tail(block, 1, 0);
		count_slots(block, level);
		block->most_lines = block->most_slots;
	}
	return r;
}

int block_init(struct block *block, const struct work *work)
{
	size_t n = work->n;

	*block = (struct block){ .work = work };
	if (work->distinct && n > MOST_EQUALS)
		return -E2BIG;
	block->slot = (uint32_t *)calloc(3 * (n + 1), sizeof *block->slot);
	if (block->slot == NULL)
		return -ENOMEM;
	block->slot_item = block->slot + n + 1;
	block->slot_of = block->slot_item + n + 1;
	for (uint32_t i = 0; i < n; i++) {
		block->slot[i] = i;
		block->slot_of[i] = ITEM_NONE;
	}
	int r = work->distinct ? tails_level(work->items, block->slot) : 0;
	if (r == 0)
		r = plan(block);
	if (r == 0 && block->path == SHUFFLE_NONE && !halves_fit(block))
		r = -E2BIG;
	if (r < 0)
		block_release(block);
	return r;
}

void block_release(struct block *block)
{
	free(block->slot);
	*block = (struct block){ 0 };
}

/* Slots are given to texts in the order in which they first occur. */
static void find_distinct(struct block *block)
{
	const struct item *item = block->work->items->item;
	const bool *is_used = block->work->order.is_used;
	uint32_t *slot = block->slot;
	uint32_t slots = 0;

	for (uint32_t i = 0; i < block->work->n; i++) {
		if (is_used[i])
			continue;
		uint32_t *given = &block->slot_of[item[i].first];
		if (*given == ITEM_NONE) {
			block->slot_item[slots] = i;
			*given = slots++;
		}
		*slot++ = *given;
	}
	for (uint32_t s = 0; s < slots; s++)
		block->slot_of[item[block->slot_item[s]].first] = ITEM_NONE;
	block->slots = slots;
}

void block_find_left(struct block *block)
{
	const bool *is_used = block->work->order.is_used;

	if (block->work->distinct) {
		find_distinct(block);
		return;
	}
	/* Each item is a slot, so slot[] is 0, 1, 2 ... for ever. */
	block->slots = 0;
	for (uint32_t i = 0; i < block->work->n; i++) {
		block->slot_item[block->slots] = i;
		block->slots += !is_used[i];
	}
}

uint32_t block_slot_of(const struct block *block, uint32_t item)
{
	const struct items *items = block->work->items;
	uint32_t slot = 0;

	while (block->work->distinct
			? items->item[block->slot_item[slot]].first != items->item[item].first
			: block->slot_item[slot] != item)
		slot++;
	return slot;
}
