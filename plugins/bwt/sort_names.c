/* sort_names - LMS suffixes as a text of the names of their substrings.
 *
 * A name that is there once ends every comparison that gets to it. So where most are, what follows
 * the first of them is left out of the text that is sorted, and they are put in place by their
 * names, which are then their ranks.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "sort_inner.h"

#define NONE UINT32_MAX

struct names {
	uint32_t *order; /* `capacity` numbers */
	uint32_t n, lms;
	size_t capacity;
	uint32_t *all; /* by the order of the text, at the end; FLAG: there once */
	const atomic_bool *stop;
};

/* Names that are there once. */
static uint32_t count_single(const uint32_t *order, uint32_t lms, uint32_t *ret_distinct)
{
	uint32_t distinct = 0, single = 0, before = 1;

	for (uint32_t i = 0; i < lms; i++) {
		uint32_t end = order[i] >> 31;
		distinct += end;
		single += end & before;
		before = end;
	}
	*ret_distinct = distinct;
	return single;
}

/* Behind the order, by half the start, as those are all different: each one's name above 0, numbers
 * without a gap or ranks; 0: there is none. */
static int write_names(const struct names *names, const bool by_rank)
{
	uint32_t *half = names->order + names->lms;
	uint32_t name = 1, before = by_rank;

	memset(half, 0, (names->n + 1) / 2 * sizeof *half);
	for (uint32_t i = 0; i < names->lms; i++) {
		if (is_stopped_at(names->stop, i))
			return -ECANCELED;
		if (i + AHEAD < names->lms)
			__builtin_prefetch(&half[(names->order[i + AHEAD] & ~FLAG) >> 1], 1);
		uint32_t start = names->order[i] & ~FLAG, end = names->order[i] >> 31;
		half[start >> 1] = name | (end & before) << 31;
		if (by_rank) {
			before = end;
			name = end != 0 ? i + 2 : name;
		} else {
			name += end;
		}
	}
	return 0;
}

/* Leave out the zeros, to the end. */
static void gather_names(const struct names *names)
{
	const uint32_t *half = names->order + names->lms;
	uint32_t *to = names->order + names->capacity;

	for (uint32_t i = (names->n + 1) / 2; i > 0; i--) {
		uint32_t value = half[i - 1];
		to[-1] = value - 1;
		to -= value != 0;
	}
}

/* Whether the suffix of start a, of the same name as that of b, is smaller. */
static bool is_smaller(const uint32_t *half, uint32_t a, uint32_t b, uint32_t *budget)
{
	uint32_t name_a = 0, name_b = 0;

	a >>= 1;
	b >>= 1;
	/* The last name is there once, so this ends in front of it or at it. */
	while (name_a == name_b && *budget > 0) {
		while ((name_a = half[++a] & ~FLAG) == 0)
			;
		while ((name_b = half[++b] & ~FLAG) == 0)
			;
		--*budget;
	}
	return name_a < name_b;
}

/* Sort the few of equal names by those behind them. Returns 1 where it was done, 0 where it would
 * take too long, or -ECANCELED. */
static int sort_groups(const struct names *names)
{
	uint32_t *order = names->order, budget = 4 * names->lms;
	const uint32_t *half = order + names->lms;

	for (uint32_t first = 0, i = 0; i < names->lms && budget > 0; i++) {
		uint32_t start = order[i] & ~FLAG, flag = order[i] & FLAG, to = i;
		if (is_stopped_at(names->stop, i))
			return -ECANCELED;
		if (i + AHEAD < names->lms && (order[i + AHEAD] & FLAG) == 0)
			__builtin_prefetch(&half[(order[i + AHEAD] & ~FLAG) >> 1]);
		for (; to > first && is_smaller(half, start, order[to - 1], &budget); to--)
			order[to] = order[to - 1];
		order[to] = start;
		first = flag != 0 ? i + 1 : first;
	}
	return budget > 0;
}

/* Whether the name at i is sorted with the shorter text. */
static inline bool is_kept(const uint32_t *all, uint32_t i)
{
	return (all[i] & FLAG) == 0 || (i > 0 && (all[i - 1] & FLAG) == 0);
}

/* Number the names that are kept from 0 without a gap: text[j] for the j-th of them.
 * map  `lms` numbers. Returns how many different names there are, or
 * -ECANCELED. */
static int64_t number_kept(const struct names *names, uint32_t *map, uint32_t *text, uint32_t kept)
{
	uint32_t *to = text, sum = 0;

	memset(map, 0, names->lms * sizeof *map);
	for (uint32_t i = 0; i < names->lms; i++) {
		if (is_stopped_at(names->stop, i))
			return -ECANCELED;
		if (is_kept(names->all, i)) {
			*to++ = names->all[i] & ~FLAG;
			map[names->all[i] & ~FLAG] = 1;
		}
	}
	for (uint32_t i = 0; i < names->lms; i++) {
		uint32_t is_there = map[i];
		map[i] = sum;
		sum += is_there;
	}
	for (uint32_t j = 0; j < kept; j++) {
		if (is_stopped_at(names->stop, j))
			return -ECANCELED;
		text[j] = map[text[j]];
	}
	return sum;
}

/* Put the single ones where their ranks say, and between them the others as they are sorted. */
static int merge(const struct names *names, const uint32_t *sorted, uint32_t *text, uint32_t kept)
{
	uint32_t *order = names->order, *to = text, place = 0;

	memset(order, 0xff, names->lms * sizeof *order);
	for (uint32_t i = 0; i < names->lms; i++) {
		uint32_t single = names->all[i] & FLAG;
		if (is_stopped_at(names->stop, i))
			return -ECANCELED;
		if (is_kept(names->all, i))
			*to++ = i | single;
		if (single != 0)
			order[names->all[i] & ~FLAG] = i;
	}
	for (uint32_t j = 0; j < kept; j++) {
		uint32_t entry = text[sorted[j]];
		if (is_stopped_at(names->stop, j))
			return -ECANCELED;
		if ((entry & FLAG) != 0)
			continue;
		while (order[place] != NONE)
			place++;
		order[place] = entry;
	}
	return 0;
}

static int sort_shorter(const struct names *names)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < names->lms; i++)
		kept += is_kept(names->all, i);
	size_t capacity = names->capacity - 2 * (size_t)names->lms - kept;
	uint32_t *sorted = names->order + names->lms, *text = sorted + capacity;
	int64_t alphabet = number_kept(names, names->order, text, kept);
	if (alphabet < 0)
		return (int)alphabet;
	int r = sort_level(text, kept, (uint32_t)alphabet, sorted, capacity, names->stop);
	return r < 0 ? r : merge(names, sorted, text, kept);
}

/* Sort the names as a text: by the recursion that this is a step of. */
static int sort_all(const struct names *names, uint32_t distinct, uint32_t single)
{
	bool are_ranks = single > names->lms / 2;

	gather_names(names);
	/* Of those that are kept at most every second is single. */
	if (are_ranks &&
		2 * (size_t)names->lms + 4 * (size_t)(names->lms - single) <= names->capacity)
		return sort_shorter(names);
	for (uint32_t i = 0; i < names->lms && are_ranks; i++)
		names->all[i] &= ~FLAG;
	return sort_level(names->all, names->lms, are_ranks ? names->lms : distinct, names->order,
		names->capacity - names->lms, names->stop);
}

int sort_by_names(
	uint32_t *order, uint32_t n, uint32_t lms, size_t capacity, const atomic_bool *stop)
{
	struct names names = { order, n, lms, capacity, order + (capacity - lms), stop };
	uint32_t distinct = 0, single = count_single(order, lms, &distinct);
	bool are_most_single = single > lms / 2;

	if (distinct == lms) {
		for (uint32_t i = 0; i < lms; i++)
			order[i] &= ~FLAG;
		return 0;
	}
	int r = write_names(&names, are_most_single);
	if (r < 0)
		return r;
	r = are_most_single ? sort_groups(&names) : 0;
	if (r != 0)
		return r > 0 ? 0 : r;
	r = sort_all(&names, distinct, single);
	return r < 0 ? r : 1;
}
