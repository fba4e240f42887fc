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

static const uint32_t FAR = UINT32_C(3) * AHEAD;

/* From the sorted LMS suffixes to all: where the next suffix of each symbol goes, two arrays in
 * place of the cursors. */
struct buckets {
	uint32_t *start, *next;
};

/* As number_ask; entries with FLAG are passed by, and 0 is none. */
static inline void ask(
	const struct number_level *level, const uint32_t *next, const uint32_t *far, ptrdiff_t step)
{
	number_ask_text(level, *far);
	if ((int32_t)far[step] > 0)
		__builtin_prefetch(&next[level->text[far[step] - 1]], 1);
	if ((int32_t)far[2 * step] > 0)
		__builtin_prefetch(
			&level->order[next[level->text[far[2 * step] - 1]] - (step > 0)], 1);
}

/* An L-type one goes in place; it has FLAG where its predecessor is the other scan's. */
static inline void put_up(const struct number_level *level, uint32_t *next, uint32_t p)
{
	uint32_t c = level->text[p];

	level->order[next[c]++] = p | (uint32_t)(level->text[p - (p > 0)] < c) << 31;
}

static int induce_up(const struct number_level *level, const struct buckets *buckets)
{
	uint32_t *order = level->order, *next = buckets->next;

	memcpy(next, buckets->start, level->alphabet * sizeof *next);
	put_up(level, next, level->n - 1);
	for (uint32_t i = 0; i < level->n;) {
		uint32_t pause = pause_above(i, level->n);
		if (is_stopped(level->stop))
			return -ECANCELED;
		for (; i < pause; i++) {
			uint32_t entry = order[i];
			if (i + FAR < level->n)
				ask(level, next, order + i + FAR, -AHEAD);
			order[i] = entry ^ FLAG;
			if ((int32_t)entry > 0)
				put_up(level, next, entry - 1);
		}
	}
	return 0;
}

static inline void put_down(const struct number_level *level, uint32_t *next, uint32_t p)
{
	uint32_t c = level->text[p];

	level->order[--next[c]] = p | (uint32_t)(level->text[p - (p > 0)] > c) << 31;
}

static int induce_down(const struct number_level *level, const struct buckets *buckets)
{
	uint32_t *order = level->order, *next = buckets->next;

	memcpy(next, buckets->start + 1, level->alphabet * sizeof *next);
	for (uint32_t i = level->n; i > 0;) {
		uint32_t pause = pause_below(i, 0);
		if (is_stopped(level->stop))
			return -ECANCELED;
		for (; i > pause; i--) {
			uint32_t entry = order[i - 1];
			if (i > FAR)
				ask(level, next, order + i - 1 - FAR, AHEAD);
			order[i - 1] = entry & ~FLAG;
			if ((int32_t)entry > 0)
				put_down(level, next, entry - 1);
		}
	}
	return 0;
}

static int sort_counted(const struct number_level *level)
{
	int64_t lms = number_sort_lms(level);

	if (lms < 0)
		return (int)lms;
	uint32_t *numbers = (uint32_t *)level->cursor;
	const struct buckets buckets = { numbers, numbers + level->alphabet + 1 };
	memset(level->order + lms, 0, (level->n - (size_t)lms) * sizeof *level->order);
	number_spread_lms(level, (uint32_t)lms, buckets.start);
	int r = induce_up(level, &buckets);
	return r < 0 ? r : induce_down(level, &buckets);
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
