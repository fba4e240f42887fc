/* One level of induced sorting, for texts of SYMBOL: included by sort.c for bytes and for numbers,
 * with NAME(x) making the names. No header to include elsewhere.
 *
 * An entry of the array is the start of a suffix while its predecessor is still to be put in place
 * by the pass that is under way; its complement where that is another pass's. The predecessor's own
 * predecessor, a neighbour in memory, is read at the same time to tell which of the two it will be.
 * Reads of the text jump about, so each scan asks for them AHEAD of its place.
 *
 * SPDX-License-Identifier: MIT */

/* starts[c]: entries below the bucket of symbol c; starts[alphabet] is n. */
static void NAME(count)(const SYMBOL *text, int32_t n, int32_t *starts, int32_t alphabet)
{
	int32_t sum = 0;

	memset(starts, 0, ((size_t)alphabet + 1) * sizeof *starts);
	for (int32_t i = 0; i < n; i++)
		starts[text[i]]++;
	for (int32_t c = 0; c <= alphabet; c++) {
		int32_t here = starts[c];
		starts[c] = sum;
		sum += here;
	}
}

/* The last LMS suffix in front of i, an L-type one; -1: there is none. The next one is in front of
 * its predecessor, which is L-type again. */
static inline int32_t NAME(lms_before)(const SYMBOL *text, int32_t i)
{
	while (i > 0 && text[i - 1] >= text[i])
		i--;
	if (i == 0)
		return -1;
	i--;
	while (i > 0 && text[i - 1] <= text[i])
		i--;
	return i > 0 ? i : -1;
}

/* Ask for what the scan will read at entry `far` and `near`. */
static inline void NAME(ask)(
	const SYMBOL *text, const int32_t *order, const int32_t *cursor, int32_t far, int32_t near)
{
	int32_t j = order[far];

	__builtin_prefetch(&text[(j ^ (j >> 31))]);
	if (sizeof(SYMBOL) > 1) {
		j = order[near];
		if (j > 0)
			__builtin_prefetch(&cursor[text[j - 1]], 1);
	}
}

static inline void NAME(ask_up)(
	const SYMBOL *text, const int32_t *order, const int32_t *cursor, int32_t i, int32_t n)
{
	if (i < n - 2 * AHEAD)
		NAME(ask)(text, order, cursor, i + 2 * AHEAD, i + AHEAD);
}

static inline void NAME(ask_down)(
	const SYMBOL *text, const int32_t *order, const int32_t *cursor, int32_t i)
{
	if (i >= 2 * AHEAD)
		NAME(ask)(text, order, cursor, i - 2 * AHEAD, i - AHEAD);
}

/* Put the L-type suffix p in place. */
static inline int32_t NAME(put_l)(const SYMBOL *text, int32_t *order, int32_t *cursor, int32_t p)
{
	SYMBOL c = text[p];
	int32_t at = cursor[c]++;

	order[at] = text[p - (p > 0)] < c ? ~p : p;
	return at;
}

/* Sort the LMS substrings, whose starts are at their buckets' ends: they remain, complemented, and
 * all else is 0. */
static void NAME(order_substrings)(const SYMBOL *text, int32_t *order, int32_t n,
	const int32_t *starts, int32_t *cursor, int32_t alphabet)
{
	memcpy(cursor, starts, (size_t)alphabet * sizeof *cursor);
	NAME(put_l)(text, order, cursor, n - 1);
	for (int32_t i = 0; i < n; i++) {
		int32_t j = order[i];
		NAME(ask_up)(text, order, cursor, i, n);
		if (j > 0) {
			order[i] = 0;
			NAME(put_l)(text, order, cursor, j - 1);
		} else if (j < 0) {
			order[i] = ~j;
		}
	}
	memcpy(cursor, starts + 1, (size_t)alphabet * sizeof *cursor);
	for (int32_t i = n - 1; i >= 0; i--) {
		int32_t j = order[i];
		NAME(ask_down)(text, order, cursor, i);
		if (j <= 0)
			continue;
		int32_t p = j - 1;
		SYMBOL c = text[p];
		order[i] = 0;
		order[--cursor[c]] = text[p - (p > 0)] > c ? ~p : p;
	}
}

/* Give equal substrings one name, in their order.
 * order   `lms` starts, sorted; behind them the name of the one at p is left at lms + p / 2.
 * Returns the number of names. */
static int32_t NAME(name_substrings)(const SYMBOL *text, int32_t *order, int32_t n, int32_t lms)
{
	int32_t *names = order + lms;
	int32_t next = 0, name = 0, last = 0, last_length = -1;

	memset(names, 0, (size_t)(n - lms) * sizeof *names);
	/* The one that meets the end of the text is equal to none: it has a length of its own. */
	for (int32_t p = NAME(lms_before)(text, n - 1); p >= 0; p = NAME(lms_before)(text, p - 1)) {
		names[p >> 1] = next > 0 ? next - p + 1 : 1;
		next = p;
	}
	for (int32_t i = 0; i < lms; i++) {
		if (i < lms - AHEAD) {
			__builtin_prefetch(&names[order[i + AHEAD] >> 1], 1);
			__builtin_prefetch(&text[order[i + AHEAD]]);
		}
		int32_t p = order[i], length = names[p >> 1];
		if (length != last_length ||
			memcmp(text + p, text + last, (size_t)length * sizeof *text) != 0)
			name++;
		last = p;
		last_length = length;
		names[p >> 1] = name;
	}
	return name;
}

/* Sort the LMS suffixes by the order of the text of their names; leaves their starts in front. */
static int NAME(order_named)(
	const SYMBOL *text, int32_t *order, int32_t n, int32_t lms, int32_t name_count)
{
	int32_t *reduced = order + (n - lms), to = n;

	if (name_count == lms)
		return 0;
	for (int32_t i = lms + (n >> 1) < n ? lms + (n >> 1) : n - 1; i >= lms; i--)
		if (order[i] > 0)
			order[--to] = order[i] - 1;
	int r = sort_numbers(reduced, order, lms, name_count);
	if (r < 0)
		return r;
	to = n;
	for (int32_t p = NAME(lms_before)(text, n - 1); p >= 0; p = NAME(lms_before)(text, p - 1))
		order[--to] = p;
	for (int32_t i = 0; i < lms; i++) {
		if (i < lms - AHEAD)
			__builtin_prefetch(&reduced[order[i + AHEAD]]);
		order[i] = reduced[order[i]];
	}
	return 0;
}

/* Sort the LMS suffixes and put them at the ends of their buckets, all else 0. */
static int NAME(place_lms)(const SYMBOL *text, int32_t *order, int32_t n, const int32_t *starts,
	int32_t *cursor, int32_t alphabet)
{
	int32_t lms = 0, kept = 0;

	memset(order, 0, (size_t)n * sizeof *order);
	memcpy(cursor, starts + 1, (size_t)alphabet * sizeof *cursor);
	for (int32_t p = NAME(lms_before)(text, n - 1); p >= 0; p = NAME(lms_before)(text, p - 1)) {
		order[--cursor[text[p]]] = p;
		lms++;
	}
	if (lms < 2)
		return 0;
	NAME(order_substrings)(text, order, n, starts, cursor, alphabet);
	for (int32_t i = 0; kept < lms; i++)
		if (order[i] < 0)
			order[kept++] = ~order[i];
	int r = NAME(order_named)(text, order, n, lms, NAME(name_substrings)(text, order, n, lms));
	if (r < 0)
		return r;
	memset(order + lms, 0, (size_t)(n - lms) * sizeof *order);
	memcpy(cursor, starts + 1, (size_t)alphabet * sizeof *cursor);
	for (int32_t i = lms - 1; i >= 0; i--) {
		if (i >= AHEAD)
			__builtin_prefetch(&text[order[i - AHEAD]]);
		int32_t p = order[i];
		order[i] = 0;
		order[--cursor[text[p]]] = p;
	}
	return 0;
}
