/* The tables that blocks of lines are made by.
 *
 * SPDX-License-Identifier: MIT */
#include "pattern.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tails.h"

enum {
	MOST_PATTERNS = 2048,
	TABLE = 2 * MOST_PATTERNS,
	MOST_BYTES = 4 * 1024 * 1024,
};

/* ---- Shuffles ---- */

/* Places of the source, one after the other. Returns the end. */
static unsigned char *append_range(unsigned char *to, size_t first, size_t count)
{
	for (size_t i = 0; i < count; i++)
		*to++ = (unsigned char)(first + i);
	return to;
}

/* Where the source has the slots: behind the head, the separator and the delimiter. */
static size_t place_of_slots(const struct block *block)
{
	const struct lines_spec *spec = block->work->spec;

	return block->head * block->work->items->longest + spec->separator_size +
	       spec->delimiter_size;
}

/* For each byte of a line, its place in the source; of the tail's items, that of the first slot. */
static void describe_line(const struct block *block, unsigned char *to)
{
	const struct lines_spec *spec = block->work->spec;
	size_t width = block->work->items->longest;
	size_t separator = block->head * width;

	for (size_t k = 0; k < block->work->r; k++) {
		if (k > 0)
			to = append_range(to, separator, spec->separator_size);
		to = append_range(to, k < block->head ? k * width : place_of_slots(block), width);
	}
	append_range(to, separator + spec->separator_size, spec->delimiter_size);
}

/* The same of a block: lines differ in the tail's items. */
static void describe(
	const struct block *block, const uint32_t *row, size_t lines, unsigned char *ret_from)
{
	size_t size = block_line_size(block);
	size_t width = block->work->items->longest;
	size_t step = width + block->work->spec->separator_size;
	size_t slots = place_of_slots(block);

	describe_line(block, ret_from);
	for (size_t line = 0; line < lines; line++) {
		unsigned char *to = ret_from + line * size;
		if (line > 0)
			memcpy(to, ret_from, size);
		to += block->head * step;
		for (size_t k = 0; k < block->tail; k++, to += step)
			append_range(to, slots + *row++ * width, width);
	}
}

static int make_shuffle(
	const struct block *block, const uint32_t *row, size_t lines, struct shuffle *ret_shuffle)
{
	size_t bytes = lines * block_line_size(block);
	unsigned char *from = (unsigned char *)malloc(bytes);

	if (from == NULL)
		return -ENOMEM;
	describe(block, row, lines, from);
	int r = shuffle_create(block->path, from, bytes,
		place_of_slots(block) + block->slots * block->work->items->longest, ret_shuffle);
	free(from);
	return r;
}

void pattern_fill_source(const struct block *block, unsigned char source[SHUFFLE_SOURCE])
{
	const struct work *work = block->work;
	const struct lines_spec *spec = work->spec;
	size_t width = work->items->longest;
	unsigned char *to = source;

	for (size_t k = 0; k < block->head; k++, to += width)
		memcpy(to, work->items->item[work->at[k]].bytes, width);
	memcpy(to, spec->separator, spec->separator_size);
	to += spec->separator_size;
	memcpy(to, spec->delimiter, spec->delimiter_size);
	to += spec->delimiter_size;
	for (size_t s = 0; s < block->slots; s++, to += width)
		memcpy(to, work->items->item[block->slot_item[s]].bytes, width);
}

/* ---- Those that were made ---- */

int patterns_init(struct patterns *ret_patterns, const struct block *block)
{
	struct patterns patterns = { 0 };

	patterns.pattern = (struct pattern *)calloc(MOST_PATTERNS, sizeof *patterns.pattern);
	patterns.table = (uint16_t *)calloc(TABLE, sizeof *patterns.table);
	patterns.row = (uint32_t *)malloc(block->most_lines * block->tail * sizeof *patterns.row);
	if (patterns.pattern == NULL || patterns.table == NULL || patterns.row == NULL) {
		patterns_release(&patterns);
		return -ENOMEM;
	}
	*ret_patterns = patterns;
	return 0;
}

static void clear(struct patterns *patterns)
{
	for (size_t i = 0; i < patterns->count; i++) {
		free(patterns->pattern[i].slot);
		shuffle_release(&patterns->pattern[i].shuffle);
		halves_release(&patterns->pattern[i].halves);
	}
	patterns->count = patterns->bytes = 0;
	patterns->last = NULL;
}

void patterns_release(struct patterns *patterns)
{
	clear(patterns);
	free(patterns->pattern);
	free(patterns->table);
	free(patterns->row);
	*patterns = (struct patterns){ 0 };
}

/* Append the pattern of what the head leaves. */
static int make(struct patterns *patterns, const struct block *block)
{
	size_t key = block->left * sizeof *block->slot;
	struct pattern made = { 0 };

	int r = tails_list(block->slot, block->left, block->tail, block->work->distinct,
		patterns->row, &made.lines);
	if (r < 0)
		return r;
	made.slot = (uint32_t *)malloc(key + 1);
	if (made.slot == NULL)
		return -ENOMEM;
	memcpy(made.slot, block->slot, key);
	r = block->path != SHUFFLE_NONE
		    ? make_shuffle(block, patterns->row, made.lines, &made.shuffle)
		    : halves_init(&made.halves, block, patterns->row, made.lines);
	if (r < 0) {
		free(made.slot);
		return r;
	}
	patterns->pattern[patterns->count++] = made;
	patterns->bytes += key + shuffle_bytes(&made.shuffle) + made.halves.bytes;
	return 0;
}

static bool is_for(const struct pattern *pattern, const struct block *block)
{
	return memcmp(pattern->slot, block->slot, block->left * sizeof *block->slot) == 0;
}

static size_t hash(const struct block *block)
{
	uint64_t h = 0;

	for (size_t i = 0; i < block->left; i++)
		h = (h ^ block->slot[i]) * UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)(h >> 32);
}

/* The place in the table of what the head leaves, or a free one. */
static uint16_t *find(const struct patterns *patterns, const struct block *block)
{
	size_t i = hash(block) % TABLE;

	while (patterns->table[i] != 0 &&
		!is_for(&patterns->pattern[patterns->table[i] - 1], block))
		i = (i + 1) % TABLE;
	return &patterns->table[i];
}

static int find_or_make(
	struct patterns *patterns, const struct block *block, const struct pattern **ret_pattern)
{
	uint16_t *place = find(patterns, block);

	if (*place == 0) {
		if (patterns->count == MOST_PATTERNS || patterns->bytes >= MOST_BYTES) {
			clear(patterns);
			memset(patterns->table, 0, TABLE * sizeof *patterns->table);
			place = find(patterns, block);
		}
		int r = make(patterns, block);
		if (r < 0)
			return r;
		*place = (uint16_t)patterns->count;
	}
	*ret_pattern = &patterns->pattern[*place - 1];
	return 0;
}

int patterns_get(
	struct patterns *patterns, const struct block *block, const struct pattern **ret_pattern)
{
	if (patterns->last == NULL || !is_for(patterns->last, block)) {
		int r = find_or_make(patterns, block, &patterns->last);
		if (r < 0)
			return r;
	}
	*ret_pattern = patterns->last;
	return 0;
}

int patterns_find_line(
	struct patterns *patterns, const struct block *block, uint32_t *tail, size_t *ret_line)
{
	const uint32_t *row = patterns->row;
	size_t lines, line = 0;

	for (size_t k = 0; k < block->tail; k++)
		tail[k] = block_slot_of(block, tail[k]);
	int r = tails_list(block->slot, block->left, block->tail, block->work->distinct,
		patterns->row, &lines);
	if (r < 0)
		return r;
	while (line + 1 < lines && memcmp(row, tail, block->tail * sizeof *row) != 0) {
		row += block->tail;
		line++;
	}
	*ret_line = line;
	return 0;
}
