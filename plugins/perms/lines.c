/* Arrangements as lines of text.
 *
 * SPDX-License-Identifier: MIT */
#include "lines_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "block.h"
#include "pattern.h"

enum { BUFFER = 128 * 1024 /* handed over when so much is there: stays in the second cache */ };

int lines_flush(struct buffer *buffer)
{
	int r = 0;

	if (buffer->used > 0)
		r = buffer->spec->write(buffer->spec->ctx, buffer->bytes, buffer->used);
	buffer->used = 0;
	return r;
}

int lines_start_buffer(struct work *work, size_t least)
{
	struct buffer buffer = { .spec = work->spec, .capacity = least > BUFFER ? least : BUFFER };

	/* On a page, as the kernel likes to copy from. */
	if (buffer.capacity > SIZE_MAX / 4)
		return -ENOMEM;
	buffer.capacity = (buffer.capacity + 4095) / 4096 * 4096;
	buffer.bytes = (unsigned char *)aligned_alloc(4096, buffer.capacity + 4096);
	if (buffer.bytes == NULL)
		return -ENOMEM;
	work->buffer = buffer;
	return 0;
}

/* The item's text and what stands behind it. Returns the end. */
unsigned char *lines_append_item(
	const struct work *work, unsigned char *to, uint32_t i, bool is_last)
{
	const struct item *item = &work->items->item[i];
	const struct lines_spec *spec = work->spec;

	memcpy(to, item->bytes, item->size);
	to += item->size;
	if (is_last) {
		memcpy(to, spec->delimiter, spec->delimiter_size);
		return to + spec->delimiter_size;
	}
	memcpy(to, spec->separator, spec->separator_size);
	return to + spec->separator_size;
}

/* The longest that a line can be. */
size_t lines_longest(const struct work *work, size_t items)
{
	const struct lines_spec *spec = work->spec;
	size_t one, all;

	if (__builtin_add_overflow(work->items->longest, spec->separator_size, &one) ||
		__builtin_mul_overflow(items, one, &all) ||
		__builtin_add_overflow(all, spec->delimiter_size + PIECE, &all))
		return SIZE_MAX;
	return all;
}

/* One after the other: what stayed the same in front is copied from the line before. */
static int print_steps(struct work *work, uint64_t count)
{
	size_t *offset = (size_t *)calloc(work->r + 1, sizeof *offset);
	size_t longest = lines_longest(work, work->r);
	unsigned char *line = longest < SIZE_MAX ? (unsigned char *)malloc(longest) : NULL;
	size_t kept = 0;
	int r = offset != NULL && line != NULL ? 0 : -ENOMEM;

	while (r == 0 && count-- > 0) {
		unsigned char *end = line + offset[kept];
		for (size_t k = kept; k < work->r; k++) {
			offset[k] = (size_t)(end - line);
			end = lines_append_item(work, end, work->at[k], k + 1 == work->r);
		}
		if (work->r == 0)
			end = (unsigned char *)mempcpy(
				line, work->spec->delimiter, work->spec->delimiter_size);
		size_t size = (size_t)(end - line);
		r = lines_reserve(&work->buffer, size);
		memcpy(work->buffer.bytes + work->buffer.used, line, size);
		work->buffer.used += size;
		if (count > 0)
			kept = order_next(&work->order, work->at);
	}
	free(offset);
	free(line);
	return r;
}

static int print_by_steps(struct work *work, const mpz_t from, uint64_t count)
{
	int r = lines_start_buffer(work, lines_longest(work, work->r));
	if (r == 0)
		r = order_init(&work->order, work->items, work->r, work->distinct);
	if (r < 0)
		return r;
	order_unrank(&work->order, from, work->at);
	return print_steps(work, count);
}
/* ---- Blocks ---- */

/* Some lines of one block: all, but of the first and the last. */
static int print_shuffled(struct work *work, const struct block *block,
	const struct shuffle *shuffle, size_t skip, size_t lines)
{
	unsigned char source[SHUFFLE_SOURCE] = { 0 };
	size_t size = block_line_size(block);
	struct buffer *buffer = &work->buffer;

	int r = lines_reserve(buffer, block->most_lines * size);
	unsigned char *to = buffer->bytes + buffer->used;
	pattern_fill_source(block, source);
	shuffle_run(shuffle, source, to);
	if (skip > 0)
		memmove(to, to + skip * size, lines * size);
	buffer->used += lines * size;
	return r;
}

/* Block after block; the first and the last may be parts. */
static int print_blocks(struct work *work, struct block *block, struct patterns *patterns,
	size_t skip, uint64_t count)
{
	struct halves_room room = { 0 };
	int r = block->path == SHUFFLE_NONE ? halves_room_init(&room, block) : 0;

	while (r == 0) {
		const struct pattern *pattern;
		block_find_left(block);
		r = patterns_get(patterns, block, &pattern);
		if (r < 0)
			break;
		size_t rest = pattern->lines - skip;
		size_t lines = count < rest ? (size_t)count : rest;
		r = block->path == SHUFFLE_NONE
			    ? halves_print(work, block, &pattern->halves, &room, skip, lines)
			    : print_shuffled(work, block, &pattern->shuffle, skip, lines);
		count -= lines;
		skip = 0;
		if (count == 0)
			break;
		order_next(&work->order, work->at);
	}
	halves_room_release(&room);
	return r;
}

/* Find the line to begin with: its head and its place in the block. */
static int find_line(struct work *work, struct block *block, struct patterns *patterns,
	const mpz_t rank, size_t *ret_line)
{
	struct order whole = { 0 };

	int r = order_init(&whole, work->items, work->r, work->distinct);
	if (r == 0)
		r = order_init(&work->order, work->items, block->head, work->distinct);
	if (r == 0) {
		order_unrank(&whole, rank, work->at);
		order_resume(&work->order, work->at);
		block_find_left(block);
		r = patterns_find_line(patterns, block, work->at + block->head, ret_line);
	}
	order_release(&whole);
	return r;
}

static int print_by_blocks(struct work *work, struct block *block, const mpz_t from, uint64_t count)
{
	struct patterns patterns = { 0 };
	bool shuffles = block->path != SHUFFLE_NONE;
	size_t line = 0;

	int r = patterns_init(&patterns, block);
	if (r == 0)
		r = lines_start_buffer(work, shuffles ? block->most_lines * block_line_size(block)
						      : lines_longest(work, work->r));
	if (r == 0)
		r = find_line(work, block, &patterns, from, &line);
	if (r == 0)
		r = print_blocks(work, block, &patterns, line, count);
	patterns_release(&patterns);
	return r;
}

/* ---- All ---- */

static void work_release(struct work *work)
{
	free(work->buffer.bytes);
	free(work->at);
	order_release(&work->order);
}

/* Where lines have no bytes, so has the whole list. */
static bool is_empty(const struct work *work)
{
	const struct lines_spec *spec = work->spec;

	return (work->r == 0 || work->items->longest == 0) &&
	       (work->r < 2 || spec->separator_size == 0) && spec->delimiter_size == 0;
}

int lines_print(const struct lines_spec *spec, const struct items *items, size_t r, bool distinct,
	const mpz_t from, const mpz_t count)
{
	struct work work = { .spec = spec, .items = items, .n = items->count, .r = r };
	work.distinct = distinct && items_have_equals(items);
	/* More would take centuries. */
	uint64_t lines = mpz_fits_ulong_p(count) ? mpz_get_ui(count) : UINT64_MAX;
	struct block block = { 0 };

	if (lines == 0 || is_empty(&work))
		return 0;
	work.at = (uint32_t *)calloc(r + 1, sizeof *work.at);
	if (work.at == NULL)
		return -ENOMEM;
	int error = r > 0 && spec->path != LINES_STEPS ? block_init(&block, &work) : -E2BIG;
	if (error == 0)
		error = print_by_blocks(&work, &block, from, lines);
	else if (error == -E2BIG)
		error = print_by_steps(&work, from, lines);
	if (error == 0)
		error = lines_flush(&work.buffer);
	block_release(&block);
	work_release(&work);
	return error;
}

int lines_print_one(const struct lines_spec *spec, const struct order *order, const uint32_t *at)
{
	struct work work = {
		.spec = spec, .items = order->items, .n = order->items->count, .r = order->r
	};
	size_t longest = lines_longest(&work, order->r);

	unsigned char *line = longest < SIZE_MAX ? (unsigned char *)malloc(longest) : NULL;
	if (line == NULL)
		return -ENOMEM;
	unsigned char *end = line;
	for (size_t k = 0; k < order->r; k++)
		end = lines_append_item(&work, end, at[k], k + 1 == order->r);
	if (order->r == 0)
		end = (unsigned char *)mempcpy(line, spec->delimiter, spec->delimiter_size);
	int r = spec->write(spec->ctx, line, (size_t)(end - line));
	free(line);
	return r;
}
