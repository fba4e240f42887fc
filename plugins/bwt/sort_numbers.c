/* sort_numbers - a level whose symbols are numbers.
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sort.h"
#include "sort_inner.h"

#define SYMBOL  uint32_t
#define NAME(x) number_##x
#include "sort_level.h"

/* From the sorted LMS suffixes to all L-type ones. An entry whose predecessor is another scan's has
 * its FLAG. */
static inline void put_l(const struct number_level *level, uint32_t p)
{
	uint32_t c = level->text[p];

	level->order[level->cursor[c][0].at++] =
		p | (uint32_t)(level->text[p - (p > 0)] < c) << 31;
}

static int induce_up(const struct number_level *level)
{
	put_l(level, level->n - 1);
	for (uint32_t i = 0; i < level->n;) {
		uint32_t pause = level->n - i > BETWEEN_STOPS ? i + BETWEEN_STOPS : level->n;
		if (is_stopped(level->stop))
			return -ECANCELED;
		for (; i < pause; i++) {
			uint32_t entry = level->order[i];
			number_ask_up(level, i, false);
			level->order[i] = entry ^ FLAG;
			if ((int32_t)entry > 0)
				put_l(level, entry - 1);
		}
	}
	return 0;
}

static int induce_down(const struct number_level *level)
{
	uint32_t end = level->n;

	for (uint32_t c = level->alphabet; c-- > 0;) {
		const uint32_t *count = level->count[c];
		level->cursor[c][0].at = end;
		end -= count[L_AFTER_L] + count[L_AFTER_S] + count[LMS] + count[S_AFTER_S];
	}
	for (uint32_t i = level->n; i > 0;) {
		uint32_t pause = i > BETWEEN_STOPS ? i - BETWEEN_STOPS : 0;
		if (is_stopped(level->stop))
			return -ECANCELED;
		for (; i > pause; i--) {
			uint32_t entry = level->order[i - 1];
			number_ask_down(level, i - 1, false);
			level->order[i - 1] = entry & ~FLAG;
			if ((int32_t)entry <= 0)
				continue;
			uint32_t p = entry - 1, c = level->text[p];
			level->order[--level->cursor[c][0].at] =
				p | (uint32_t)(level->text[p - (p > 0)] > c) << 31;
		}
	}
	return 0;
}

static int sort_counted(const struct number_level *level)
{
	int64_t lms = number_sort_lms(level);

	if (lms < 0)
		return (int)lms;
	memset(level->order + lms, 0, (level->n - (size_t)lms) * sizeof *level->order);
	number_spread_lms(level, (uint32_t)lms);
	int r = induce_up(level);
	return r < 0 ? r : induce_down(level);
}

int sort_level(const uint32_t *text, uint32_t n, uint32_t alphabet, uint32_t *order,
	size_t capacity, const atomic_bool *stop)
{
	struct number_level level = { text, n, alphabet, order, capacity, NULL, NULL, stop };
	size_t size = alphabet * (sizeof *level.count + sizeof *level.cursor);
	size_t numbers = size / sizeof *order;
	void *own = NULL;

	if (capacity >= n + numbers) {
		level.capacity = capacity - numbers;
		level.count = (uint32_t(*)[4])(order + level.capacity);
		memset(level.count, 0, size);
	} else {
		own = calloc(1, size);
		level.count = own;
	}
	if (level.count == NULL)
		return -ENOMEM;
	level.cursor = (struct cursor(*)[2])(level.count + alphabet);
	int r = sort_counted(&level);
	free(own);
	return r;
}

int sort_numbers(const int32_t *text, int32_t *order, int32_t n, int32_t alphabet)
{
	if (n < 0 || n > SORT_MAX)
		return -EINVAL;
	if (n == 0)
		return 0;
	return sort_level((const uint32_t *)text, (uint32_t)n, (uint32_t)alphabet,
		(uint32_t *)order, (size_t)n, NULL);
}
