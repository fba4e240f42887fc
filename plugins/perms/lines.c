/* Arrangements as lines of text.
 *
 * A block is all lines that begin with the same items: the head. What follows it, the tail, runs
 * through the same patterns in each block (only of which items differs), so these are found once.
 *
 * SPDX-License-Identifier: MIT */
#include "lines_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "halves.h"
#include "shuffle.h"

enum {
	BUFFER = 128 * 1024,      /* handed over when so much is there: stays in the second cache */
	MOST_LINES = 720,         /* of a block, where the tail has several items */
	MOST_PATTERN = 32 * 1024, /* bytes of a table of shuffles: stays in the first cache */
};

int lines_flush(struct buffer *buffer)
{
	int r = 0;

	if (buffer->used > 0)
		r = buffer->spec->write(buffer->spec->ctx, buffer->bytes, buffer->used);
	buffer->used = 0;
	return r;
}

static int buffer_init(struct buffer *ret_buffer, const struct lines_spec *spec, size_t least)
{
	struct buffer buffer = { .spec = spec, .capacity = least > BUFFER ? least : BUFFER };

	/* On a page, as the kernel likes to copy from. */
	if (buffer.capacity > SIZE_MAX / 4)
		return -ENOMEM;
	buffer.capacity = (buffer.capacity + 4095) / 4096 * 4096;
	buffer.bytes = (unsigned char *)aligned_alloc(4096, buffer.capacity + 4096);
	if (buffer.bytes == NULL)
		return -ENOMEM;
	*ret_buffer = buffer;
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

/* ---- Blocks ---- */

static bool is_in(const uint32_t *row, size_t n, uint32_t value)
{
	for (size_t i = 0; i < n; i++)
		if (row[i] == value)
			return true;
	return false;
}

/* The first value from `value` on that is not among the n in front. */
static uint32_t find_free(const uint32_t *row, size_t n, uint32_t value)
{
	while (is_in(row, n, value))
		value++;
	return value;
}

void lines_list_tails(size_t m, size_t k, uint32_t *ret_row)
{
	uint32_t *row = ret_row;
	size_t i = 0;

	do {
		for (; i < k; i++)
			row[i] = find_free(row, i, 0);
		memcpy(row + k, row, k * sizeof *row);
		row += k;
		/* The last place that has a next value; all behind it begin anew. */
		for (; i > 0; i--) {
			row[i - 1] = find_free(row, i - 1, row[i - 1] + 1);
			if (row[i - 1] < m)
				break;
		}
	} while (i > 0);
}

/* How many lines a tail of k items has, 0 beyond `most`. */
size_t lines_count_tails(size_t m, size_t k, size_t most)
{
	size_t lines = 1;

	for (size_t i = 0; i < k; i++)
		if (__builtin_mul_overflow(lines, m - i, &lines) || lines > most)
			return 0;
	return lines;
}

/* The longest tail whose block is not too large. */
static void plan_block(struct work *work, size_t most)
{
	work->tail = 0;
	work->lines = 1;
	for (size_t k = 1; k <= work->r; k++) {
		size_t lines = lines_count_tails(work->n - work->r + k, k, most);
		if (lines == 0)
			break;
		work->tail = k;
		work->lines = lines;
	}
	work->head = work->r - work->tail;
	work->left = work->n - work->head;
}

void lines_find_spare(struct work *work)
{
	size_t m = 0;

	for (uint32_t i = 0; i < work->n; i++)
		if (!work->order.is_used[i])
			work->spare[m++] = i;
}

/* ---- Blocks by shuffles ---- */

static size_t source_size(const struct work *work)
{
	return work->n * work->items->longest + work->spec->separator_size +
	       work->spec->delimiter_size;
}

/* Have all items equally many bytes, and does all of it fit into a source? */
static bool fits_source(const struct work *work)
{
	const struct items *items = work->items;
	size_t width = items->longest;

	for (size_t i = 0; i < items->count; i++)
		if (items->item[i].size != width)
			return false;
	return width > 0 && width <= SHUFFLE_SOURCE && work->n <= SHUFFLE_SOURCE &&
	       work->spec->separator_size <= SHUFFLE_SOURCE &&
	       work->spec->delimiter_size <= SHUFFLE_SOURCE && source_size(work) <= SHUFFLE_SOURCE;
}

static size_t line_size(const struct work *work)
{
	return work->r * (work->items->longest + work->spec->separator_size) -
	       work->spec->separator_size + work->spec->delimiter_size;
}

static size_t append_range(unsigned char *from, size_t n, size_t first, size_t count)
{
	for (size_t i = 0; i < count; i++)
		from[n++] = (unsigned char)(first + i);
	return n;
}

/* For each byte of a block, its place in the source: the head's items, those left, the separator,
 * the delimiter. */
static size_t describe_block(const struct work *work, const uint32_t *tail, unsigned char *ret_from)
{
	const struct lines_spec *spec = work->spec;
	size_t width = work->items->longest;
	size_t separator = work->n * width;
	size_t n = 0;

	for (size_t line = 0; line < work->lines; line++, tail += work->tail) {
		for (size_t k = 0; k < work->r; k++) {
			size_t slot = k < work->head ? k : work->head + tail[k - work->head];
			if (k > 0)
				n = append_range(ret_from, n, separator, spec->separator_size);
			n = append_range(ret_from, n, slot * width, width);
		}
		n = append_range(
			ret_from, n, separator + spec->separator_size, spec->delimiter_size);
	}
	return n;
}

static void fill_source(const struct work *work, unsigned char source[SHUFFLE_SOURCE])
{
	const struct lines_spec *spec = work->spec;
	size_t width = work->items->longest;
	unsigned char *to = source;

	for (size_t k = 0; k < work->head; k++, to += width)
		memcpy(to, work->items->item[work->at[k]].bytes, width);
	for (size_t k = 0; k < work->left; k++, to += width)
		memcpy(to, work->items->item[work->spare[k]].bytes, width);
	memcpy(to, spec->separator, spec->separator_size);
	memcpy(to + spec->separator_size, spec->delimiter, spec->delimiter_size);
}

static int make_shuffle(
	const struct work *work, enum shuffle_path path, struct shuffle *ret_shuffle)
{
	size_t bytes = work->lines * line_size(work);
	uint32_t *tail = (uint32_t *)malloc((work->lines + 1) * (work->tail + 1) * sizeof *tail);
	unsigned char *from = (unsigned char *)malloc(bytes + 1);
	int r = -ENOMEM;

	if (tail != NULL && from != NULL) {
		lines_list_tails(work->left, work->tail, tail);
		describe_block(work, tail, from);
		r = shuffle_create(path, from, bytes, source_size(work), ret_shuffle);
	}
	free(tail);
	free(from);
	return r;
}

/* Some lines of one block: all, but of the first and the last. */
static int print_shuffled(
	struct work *work, const struct shuffle *shuffle, size_t skip, size_t lines)
{
	unsigned char source[SHUFFLE_SOURCE] = { 0 };
	size_t size = line_size(work);
	struct buffer *buffer = &work->buffer;

	int r = lines_reserve(buffer, work->lines * size);
	unsigned char *to = buffer->bytes + buffer->used;
	lines_find_spare(work);
	fill_source(work, source);
	shuffle_run(shuffle, source, to);
	if (skip > 0)
		memmove(to, to + skip * size, lines * size);
	buffer->used += lines * size;
	return r;
}

/* ---- All ---- */

static void work_release(struct work *work)
{
	free(work->buffer.bytes);
	free(work->at);
	free(work->spare);
	order_release(&work->order);
}

/* Block after block; the first and the last may be parts. */
static int print_blocks(struct work *work, const struct shuffle *shuffle, struct halves *halves,
	size_t skip, uint64_t count)
{
	int r = 0;

	for (;;) {
		size_t rest = work->lines - skip;
		size_t lines = count < rest ? (size_t)count : rest;
		r = shuffle != NULL ? print_shuffled(work, shuffle, skip, lines)
				    : halves_print(work, halves, skip, lines);
		count -= lines;
		skip = 0;
		if (r < 0 || count == 0)
			return r;
		order_next(&work->order, work->at);
	}
}

static int start_order(struct work *work, size_t r, bool distinct, const mpz_t rank)
{
	int error = order_init(&work->order, work->items, r, distinct);
	if (error < 0)
		return error;
	order_unrank(&work->order, rank, work->at);
	return 0;
}

/* A path that shuffles, or SHUFFLE_NONE. */
static enum shuffle_path shuffle_path_of(enum lines_path path)
{
	enum shuffle_path best = shuffle_best();
	enum shuffle_path wanted = path == LINES_BEST || path == LINES_AVX2 ? SHUFFLE_AVX2
				   : path == LINES_SSSE3                    ? SHUFFLE_SSSE3
									    : SHUFFLE_NONE;
	return wanted < best ? wanted : best;
}

/* Returns whether blocks are made by shuffles. */
static bool plan(struct work *work, enum shuffle_path path)
{
	if (path != SHUFFLE_NONE && fits_source(work)) {
		size_t most = MOST_PATTERN / line_size(work);
		plan_block(work, most < MOST_LINES ? most : MOST_LINES);
		if (work->tail > 0)
			return true;
	}
	plan_block(work, MOST_LINES);
	if (work->tail == 0) {
		/* One item has as many ways as it has. */
		work->tail = 1;
		work->head = work->r - 1;
		work->left = work->lines = work->n - work->head;
	}
	return false;
}

static int start_blocks(struct work *work, const struct shuffle *shuffle, struct halves *halves,
	const mpz_t from, uint64_t count)
{
	size_t skip;
	mpz_t block;

	mpz_init(block);
	skip = mpz_fdiv_q_ui(block, from, work->lines);
	int r = start_order(work, work->head, false, block);
	mpz_clear(block);
	return r < 0 ? r : print_blocks(work, shuffle, halves, skip, count);
}

static int print_by_blocks(struct work *work, const mpz_t from, uint64_t count)
{
	enum shuffle_path path = shuffle_path_of(work->spec->path);
	struct shuffle shuffle = { 0 };
	struct halves halves = { 0 };

	bool shuffles = plan(work, path);
	size_t least = shuffles ? work->lines * line_size(work) : lines_longest(work, work->r);
	int r = shuffles ? make_shuffle(work, path, &shuffle) : halves_init(&halves, work);
	if (r == 0)
		r = buffer_init(&work->buffer, work->spec, least);
	if (r == 0)
		r = start_blocks(work, shuffles ? &shuffle : NULL, &halves, from, count);
	shuffle_release(&shuffle);
	halves_release(&halves);
	return r;
}

/* Equal items make no difference where there are none. */
static bool has_equals(const struct items *items)
{
	for (size_t i = 0; i < items->count; i++)
		if (items->item[i].previous != ITEM_NONE)
			return true;
	return false;
}

int lines_print(const struct lines_spec *spec, const struct items *items, size_t r, bool distinct,
	const mpz_t from, const mpz_t count)
{
	struct work work = { .spec = spec, .items = items, .n = items->count, .r = r };
	/* More would take centuries. */
	uint64_t lines = mpz_fits_ulong_p(count) ? mpz_get_ui(count) : UINT64_MAX;
	int error = -E2BIG;

	if (lines == 0)
		return 0;
	work.at = (uint32_t *)calloc(r + 1, sizeof *work.at);
	work.spare = (uint32_t *)calloc(items->count + 1, sizeof *work.spare);
	if (work.at == NULL || work.spare == NULL)
		error = -ENOMEM;
	else if (r > 0 && spec->path != LINES_STEPS && !(distinct && has_equals(items)))
		error = print_by_blocks(&work, from, lines);
	if (error == -E2BIG) {
		error = buffer_init(&work.buffer, spec, lines_longest(&work, r));
		if (error == 0)
			error = start_order(&work, r, distinct, from);
		if (error == 0)
			error = print_steps(&work, lines);
	}
	if (error == 0)
		error = lines_flush(&work.buffer);
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
