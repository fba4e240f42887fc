/* sort_numbers - a level whose symbols are numbers.
 *
 * Where most symbols are there a few times only, what is counted of each would take more memory
 * than the text. Then the scans that sort substrings do so in the array of all suffixes, as the
 * last two do, with two numbers for each symbol, and substrings are compared.
 *
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

/* Where the suffixes of each symbol begin, and where the next one goes. */
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

/* From the LMS suffixes at the ends of their buckets to all L-type ones, and from those to all; if
 * not `is_last`, zero for all but the LMS ones, which have FLAG. */
static inline int induce_up(
	const struct number_level *level, const struct buckets *buckets, const bool is_last)
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
			order[i] = is_last || (int32_t)entry < 0 ? entry ^ FLAG : 0;
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

static inline int induce_down(
	const struct number_level *level, const struct buckets *buckets, const bool is_last)
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
			if (is_last)
				order[i - 1] = entry & ~FLAG;
			else if ((int32_t)entry > 0)
				order[i - 1] = 0;
			if ((int32_t)entry > 0)
				put_down(level, next, entry - 1);
		}
	}
	return 0;
}

static int induce(const struct number_level *level, const struct buckets *buckets, bool is_last)
{
	int r = is_last ? induce_up(level, buckets, true) : induce_up(level, buckets, false);

	if (r < 0)
		return r;
	return is_last ? induce_down(level, buckets, true) : induce_down(level, buckets, false);
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
	return induce(level, &buckets, true);
}

/* The last LMS suffix in front of i, an L-type one; 0: there is none. The next one is in front of
 * its predecessor, which is L-type again. */
static uint32_t lms_before(const uint32_t *text, uint32_t i)
{
	while (i > 0 && text[i - 1] >= text[i])
		i--;
	if (i == 0)
		return 0;
	i--;
	while (i > 0 && text[i - 1] <= text[i])
		i--;
	return i;
}

/* Let `next` be where buckets end. */
static int count_narrow(const struct number_level *level, struct buckets *buckets)
{
	uint32_t sum = 0;

	buckets->start = calloc(2 * (size_t)level->alphabet + 1, sizeof *buckets->start);
	if (buckets->start == NULL)
		return -ENOMEM;
	buckets->next = buckets->start + level->alphabet + 1;
	for (uint32_t i = 0; i < level->n; i++)
		buckets->start[level->text[i]]++;
	for (uint32_t c = 0; c <= level->alphabet; c++) {
		uint32_t count = buckets->start[c];
		buckets->start[c] = sum;
		sum += count;
	}
	memcpy(buckets->next, buckets->start + 1, level->alphabet * sizeof *buckets->next);
	return 0;
}

/* Sort the LMS substrings into the front. Returns how many there are, or -errno. */
static int64_t order_substrings(const struct number_level *level)
{
	struct buckets buckets = { NULL, NULL };
	uint32_t lms = 0, *order = level->order;

	int r = count_narrow(level, &buckets);
	if (r < 0)
		return r;
	memset(order, 0, level->n * sizeof *order);
	for (uint32_t p = lms_before(level->text, level->n - 1); p > 0 && !is_stopped(level->stop);
		p = lms_before(level->text, p - 1))
		order[--buckets.next[level->text[p]]] = p;
	r = induce(level, &buckets, false);
	for (uint32_t i = 0; i < level->n && r == 0; i++)
		if ((order[i] & FLAG) != 0)
			order[lms++] = order[i] & ~FLAG;
	free(buckets.start);
	return r < 0 ? r : (int64_t)lms;
}

/* FLAG each LMS substring that is not equal to the next one. Ended early where stopped, as other
 * loops here, for the next step to tell. */
static void compare_substrings(const struct number_level *level, uint32_t lms)
{
	uint32_t *order = level->order, *length = order + lms; /* by half the start */
	uint32_t behind = 0;

	/* The one that meets the end of the text is equal to none: it has a length of its own. */
	for (uint32_t p = lms_before(level->text, level->n - 1); p > 0 && !is_stopped(level->stop);
		p = lms_before(level->text, p - 1)) {
		length[p >> 1] = behind > 0 ? behind - p + 1 : 0;
		behind = p;
	}
	for (uint32_t i = 0; i + 1 < lms && !is_stopped(level->stop); i++) {
		uint32_t p = order[i], q = order[i + 1], n = length[p >> 1];
		if (i + AHEAD < lms) {
			__builtin_prefetch(&length[order[i + AHEAD] >> 1]);
			__builtin_prefetch(&level->text[order[i + AHEAD]]);
		}
		if (n != length[q >> 1] ||
			memcmp(level->text + p, level->text + q, n * sizeof *level->text) != 0)
			order[i] |= FLAG;
	}
	order[lms - 1] |= FLAG;
}

static int sort_narrow(const struct number_level *level)
{
	int64_t count = order_substrings(level);
	uint32_t lms = (uint32_t)count, *order = level->order;
	struct buckets buckets = { NULL, NULL };
	int r = count < 0 ? (int)count : 0;

	if (r == 0 && lms > 1) {
		compare_substrings(level, lms);
		r = sort_by_names(order, level->n, lms, level->capacity, level->stop);
	}
	if (r > 0)
		r = number_name_starts(level, lms);
	if (r == 0)
		r = count_narrow(level, &buckets);
	if (r < 0)
		return r;
	memset(order + lms, 0, (level->n - lms) * sizeof *order);
	for (uint32_t i = lms; i > 0 && !is_stopped(level->stop); i--) {
		uint32_t p = order[i - 1];
		order[i - 1] = 0;
		order[--buckets.next[level->text[p]]] = p;
	}
	r = induce(level, &buckets, true);
	free(buckets.start);
	return r;
}

/* size  of the level's buckets, that is of `memory` */
static int sort_in(struct number_level *level, void *memory, size_t size)
{
	memset(memory, 0, size);
	level->count = memory;
	level->cursor = (struct cursor(*)[2])(level->count + level->alphabet);
	return sort_counted(level);
}

int sort_level(const uint32_t *text, uint32_t n, uint32_t alphabet, uint32_t *order,
	size_t capacity, const atomic_bool *stop)
{
	struct number_level level = { text, n, alphabet, order, capacity, NULL, NULL, stop };
	size_t size = alphabet * (sizeof *level.count + sizeof *level.cursor);
	size_t numbers = size / sizeof *order;

	if (capacity >= n + numbers) {
		level.capacity = capacity - numbers;
		return sort_in(&level, order + level.capacity, size);
	}
	if (size > n)
		return sort_narrow(&level);
	void *memory = malloc(size);
	if (memory == NULL)
		return -ENOMEM;
	int r = sort_in(&level, memory, size);
	free(memory);
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
