/* sort - suffixes by induced sorting, and the transform that falls out of its last pass.
 *
 * The names of a level are the text of the next, which is sorted in the same array: both the text
 * and the result have their place in it, since LMS suffixes are at least two symbols apart.
 *
 * SPDX-License-Identifier: MIT */
#include "sort.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { AHEAD = 32, BYTES = 256 };

#define SYMBOL  int32_t
#define NAME(x) number_##x
#include "sort_level.h"
#undef SYMBOL
#undef NAME
#define SYMBOL  uint8_t
#define NAME(x) byte_##x
#include "sort_level.h"

/* From the sorted LMS suffixes to all of them. */
static void induce_order(const int32_t *text, int32_t *order, int32_t n, const int32_t *starts,
	int32_t *cursor, int32_t alphabet)
{
	memcpy(cursor, starts, (size_t)alphabet * sizeof *cursor);
	number_put_l(text, order, cursor, n - 1);
	for (int32_t i = 0; i < n; i++) {
		int32_t j = order[i];
		number_ask_up(text, order, cursor, i, n);
		order[i] = ~j;
		if (j > 0)
			number_put_l(text, order, cursor, j - 1);
	}
	memcpy(cursor, starts + 1, (size_t)alphabet * sizeof *cursor);
	for (int32_t i = n - 1; i >= 0; i--) {
		int32_t j = order[i];
		number_ask_down(text, order, cursor, i);
		if (j > 0) {
			int32_t p = j - 1, c = text[p];
			order[--cursor[c]] = p == 0 || text[p - 1] > c ? ~p : p;
		} else {
			order[i] = ~j;
		}
	}
}

int sort_numbers(const int32_t *text, int32_t *order, int32_t n, int32_t alphabet)
{
	if (n < 0 || n > SORT_MAX)
		return -EINVAL;
	if (n == 0)
		return 0;
	int32_t *starts = malloc(((size_t)alphabet + 1) * sizeof *starts);
	int32_t *cursor = malloc((size_t)alphabet * sizeof *cursor);
	int r = starts == NULL || cursor == NULL ? -ENOMEM : 0;
	if (r == 0) {
		number_count(text, n, starts, alphabet);
		r = number_place_lms(text, order, n, starts, cursor, alphabet);
	}
	if (r == 0)
		induce_order(text, order, n, starts, cursor, alphabet);
	free(cursor);
	free(starts);
	return r;
}

static inline void mark(const struct sort_marks *marks, int32_t p, int32_t at)
{
	if (((uint32_t)p & ((1U << marks->shift) - 1)) == 0)
		marks->rows[(uint32_t)p >> marks->shift] = (uint32_t)at + 1;
}

/* As induce_order, but an entry that has done its work becomes the byte before its suffix.
 * Returns the entry of the suffix that has none before it. */
static int32_t induce_transform(const uint8_t *text, int32_t *order, int32_t n,
	const int32_t *starts, int32_t *cursor, const struct sort_marks *marks)
{
	int32_t whole = 0;

	memcpy(cursor, starts, BYTES * sizeof *cursor);
	mark(marks, n - 1, byte_put_l(text, order, cursor, n - 1));
	for (int32_t i = 0; i < n; i++) {
		int32_t j = order[i];
		byte_ask_up(text, order, cursor, i, n);
		if (j > 0) {
			mark(marks, j - 1, byte_put_l(text, order, cursor, j - 1));
			order[i] = ~(int32_t)text[j - 1];
		} else if (j < 0) {
			order[i] = ~j;
		}
	}
	memcpy(cursor, starts + 1, BYTES * sizeof *cursor);
	for (int32_t i = n - 1; i >= 0; i--) {
		int32_t j = order[i];
		byte_ask_down(text, order, cursor, i);
		if (j > 0) {
			int32_t p = j - 1;
			uint8_t c = text[p], before = text[p - (p > 0)];
			int32_t at = --cursor[c];
			order[i] = c;
			order[at] = before > c ? ~(int32_t)before : p;
			mark(marks, p, at);
		} else if (j < 0) {
			order[i] = ~j;
		} else {
			whole = i;
		}
	}
	return whole;
}

int sort_transform(
	uint8_t *text, int32_t *work, int32_t n, const struct sort_marks *marks, uint32_t *ret_row)
{
	int32_t starts[BYTES + 1], cursor[BYTES];

	if (n < 1 || n > SORT_MAX)
		return -EINVAL;
	byte_count(text, n, starts, BYTES);
	int r = byte_place_lms(text, work, n, starts, cursor, BYTES);
	if (r < 0)
		return r;
	int32_t whole = induce_transform(text, work, n, starts, cursor, marks);
	text[0] = text[n - 1];
	for (int32_t i = 0; i < whole; i++)
		text[i + 1] = (uint8_t)work[i];
	for (int32_t i = whole + 1; i < n; i++)
		text[i] = (uint8_t)work[i];
	*ret_row = (uint32_t)whole + 1;
	return 0;
}
