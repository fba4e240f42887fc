/* Blocks of lines by copying pieces that were made before.
 *
 * SPDX-License-Identifier: MIT */
#include "halves.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TEXTS = 4 * 1024 * 1024 };

/* Copy n bytes and up to PIECE - 1 more: both sides have room for them. */
static inline void copy_piece(unsigned char *to, const unsigned char *from, size_t n)
{
	size_t i = 0;

	do {
		memcpy(to + i, from + i, PIECE);
		i += PIECE;
	} while (i < n);
}

void halves_release(struct halves *halves)
{
	free(halves->first_row);
	free(halves->second_row);
	free(halves->choice);
	free(halves->text);
	free(halves->size);
	free(halves->line);
}

static bool are_disjoint(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < m; k++)
			if (a[i] == b[k])
				return false;
	return true;
}

static void choose(struct halves *halves)
{
	uint32_t *choice = halves->choice;

	for (size_t a = 0; a < halves->first_count; a++)
		for (size_t b = 0; b < halves->second_count; b++)
			if (are_disjoint(halves->first_row + a * halves->first, halves->first,
				    halves->second_row + b * halves->second, halves->second))
				*choice++ = (uint32_t)b;
}

int halves_init(struct halves *ret_halves, const struct work *work)
{
	struct halves halves = { .first = work->tail / 2, .second = work->tail - work->tail / 2 };
	size_t texts;

	halves.first_count = lines_count_tails(work->left, halves.first, SIZE_MAX);
	halves.second_count = lines_count_tails(work->left, halves.second, SIZE_MAX);
	halves.per_first = work->lines / halves.first_count;
	halves.stride = lines_longest(work, halves.second);
	if (__builtin_mul_overflow(halves.second_count, halves.stride, &texts) ||
		texts > MOST_TEXTS || lines_longest(work, work->r) > MOST_TEXTS)
		return -E2BIG;
	halves.first_row = (uint32_t *)malloc(
		(halves.first_count + 1) * (halves.first + 1) * sizeof *halves.first_row);
	halves.second_row = (uint32_t *)malloc(
		(halves.second_count + 1) * (halves.second + 1) * sizeof *halves.second_row);
	halves.choice = (uint32_t *)malloc((work->lines + 1) * sizeof *halves.choice);
	halves.text = (unsigned char *)calloc(1, texts + PIECE);
	halves.size = (size_t *)calloc(halves.second_count, sizeof *halves.size);
	halves.line = (unsigned char *)calloc(1, lines_longest(work, work->r) + PIECE);
	if (halves.first_row == NULL || halves.second_row == NULL || halves.choice == NULL ||
		halves.text == NULL || halves.size == NULL || halves.line == NULL) {
		halves_release(&halves);
		return -ENOMEM;
	}
	lines_list_tails(work->left, halves.first, halves.first_row);
	lines_list_tails(work->left, halves.second, halves.second_row);
	choose(&halves);
	*ret_halves = halves;
	return 0;
}

static void make_texts(struct halves *halves, const struct work *work)
{
	const uint32_t *row = halves->second_row;

	for (size_t b = 0; b < halves->second_count; b++) {
		unsigned char *text = halves->text + b * halves->stride;
		unsigned char *end = text;
		for (size_t k = 0; k < halves->second; k++)
			end = lines_append_item(
				work, end, work->spare[*row++], k + 1 == halves->second);
		halves->size[b] = (size_t)(end - text);
	}
}

/* The lines of one first half, from the skip-th on. */
static void print_second(const struct halves *halves, size_t a, size_t line_size, size_t skip,
	size_t lines, struct buffer *buffer)
{
	const uint32_t *choice = halves->choice + a * halves->per_first + skip;
	unsigned char *to = buffer->bytes + buffer->used;

	for (size_t i = 0; i < lines; i++) {
		copy_piece(to, halves->line, line_size);
		to += line_size;
		copy_piece(to, halves->text + choice[i] * halves->stride, halves->size[choice[i]]);
		to += halves->size[choice[i]];
	}
	buffer->used = (size_t)(to - buffer->bytes);
}

/* The same, as many at once as there is room for. */
static int print_first(struct work *work, const struct halves *halves, size_t a, size_t line_size,
	size_t skip, size_t lines)
{
	size_t longest = lines_longest(work, work->r);
	struct buffer *buffer = &work->buffer;

	while (lines > 0) {
		int r = lines_reserve(buffer, longest);
		if (r < 0)
			return r;
		size_t room = (buffer->capacity - buffer->used) / longest;
		size_t some = lines < room ? lines : room;
		print_second(halves, a, line_size, skip, some, buffer);
		skip += some;
		lines -= some;
	}
	return 0;
}

int halves_print(struct work *work, struct halves *halves, size_t skip, size_t lines)
{
	size_t per_first = halves->per_first;
	unsigned char *head = halves->line;
	int r = 0;

	lines_find_spare(work);
	make_texts(halves, work);
	for (size_t k = 0; k < work->head; k++)
		head = lines_append_item(work, head, work->at[k], false);
	for (size_t a = skip / per_first; lines > 0 && r == 0; a++, skip = 0) {
		const uint32_t *row = halves->first_row + a * halves->first;
		unsigned char *end = head;
		for (size_t k = 0; k < halves->first; k++)
			end = lines_append_item(work, end, work->spare[row[k]], false);
		size_t some = per_first - skip % per_first;
		some = some < lines ? some : lines;
		r = print_first(
			work, halves, a, (size_t)(end - halves->line), skip % per_first, some);
		lines -= some;
	}
	return r;
}
