/* One level of induced sorting, for texts of SYMBOL: included for bytes and for numbers, with
 * NAME(x) making the names. No header to include elsewhere.
 *
 * A suffix is L-type where the next one is smaller, else S-type; an LMS suffix is S-type with an
 * L-type one in front. Sorting the LMS substrings needs no array of all suffixes: what a scan puts
 * in place goes either to those that it will visit itself, or to those that it will not, and each
 * of the two is stored without gaps, in the order of first symbols. An entry's FLAG says that its
 * part of the substring differs from that of the entry put in place before it, so no substring is
 * ever compared.
 *
 * Reads of the text jump about, so each scan asks for them ahead of its place.
 *
 * SPDX-License-Identifier: MIT */

struct NAME(level) {
	const SYMBOL *text;
	uint32_t n, alphabet;
	uint32_t *order; /* `capacity` numbers, at least n */
	size_t capacity;
	uint32_t (*count)[4]; /* suffixes by first symbol and kind */
	struct cursor (*cursor)[2];
	const atomic_bool *stop;
};

/* Collect the LMS suffixes, in the order of the text, at the end of `order`, and, once, count all.
 * Returns how many there are, or -ECANCELED. */
static inline int64_t NAME(gather)(const struct NAME(level) * level, const bool is_counting)
{
	const SYMBOL *text = level->text;
	uint32_t *end = level->order + level->capacity, *to = end;
	uint32_t kind = 0, next = text[level->n - 1];

	for (uint32_t i = level->n - 1; i > 0; i--) {
		uint32_t c = text[i - 1];
		if (is_stopped_at(level->stop, i))
			return -ECANCELED;
		if (is_counting && sizeof(SYMBOL) > 1 && i > AHEAD)
			__builtin_prefetch(&level->count[text[i - AHEAD]], 1);
		kind = (kind << 1 | (c < next + (kind & 1))) & 3;
		if (is_counting)
			level->count[next][kind]++;
		to[-1] = i;
		to -= kind == LMS;
		next = c;
	}
	/* Nothing is in front of the first suffix: it counts as one after its own type. */
	if (is_counting)
		level->count[next][(kind & 1) != 0 ? S_AFTER_S : L_AFTER_L]++;
	return end - to;
}

static uint32_t NAME(total)(const struct NAME(level) * level, enum kind kind)
{
	uint32_t sum = 0;

	for (uint32_t c = 0; c < level->alphabet; c++)
		sum += level->count[c][kind];
	return sum;
}

/* Ask for what a scan will read of the text at the entry `far`. */
static inline void NAME(ask_text)(const struct NAME(level) * level, uint32_t far)
{
	uint32_t p = (far & ~FLAG) - 2;

	__builtin_prefetch(&level->text[p < level->n ? p : 0]);
}

/* The same, and what follows from it nearer to the scan, entries being any numbers where nothing
 * has been put yet. There are few cursors for bytes: those are at hand, and so is where they point
 * to. */
static inline void NAME(ask)(const struct NAME(level) * level, const uint32_t *far, ptrdiff_t step)
{
	NAME(ask_text)(level, *far);
	if (sizeof(SYMBOL) > 1) {
		uint32_t p = far[step] & ~FLAG;
		p = p < level->n ? p : 0;
		__builtin_prefetch(&level->cursor[level->text[p - (p > 0)]], 1);
		p = far[2 * step] & ~FLAG;
		p = p > 1 && p < level->n ? p : 2;
		uint32_t c = level->text[p - 1];
		bool other = step < 0 ? level->text[p - 2] < c : level->text[p - 2] > c;
		__builtin_prefetch(level->order + level->cursor[c][other].at - (step > 0), 1);
	}
}

static inline void NAME(ask_up)(const struct NAME(level) * level, uint32_t i)
{
	const uint32_t far = (sizeof(SYMBOL) > 1 ? 3 : 2) * AHEAD;

	if (i + far < level->n)
		NAME(ask)(level, level->order + i + far, -AHEAD);
}

static inline void NAME(ask_down)(const struct NAME(level) * level, uint32_t i)
{
	const uint32_t far = (sizeof(SYMBOL) > 1 ? 3 : 2) * AHEAD;

	if (i >= far)
		NAME(ask)(level, level->order + i - far, AHEAD);
}

/* The collected LMS suffixes go behind the L-type ones of the same symbol that a scan upwards
 * visits. */
static int NAME(place_seeds)(const struct NAME(level) * level, uint32_t lms)
{
	const uint32_t *list = level->order + (level->capacity - lms);
	uint32_t visited = 0, left = level->n - NAME(total)(level, L_AFTER_S);

	for (uint32_t c = 0; c < level->alphabet; c++) {
		level->cursor[c][0].at = visited;
		visited += level->count[c][L_AFTER_L] + level->count[c][LMS];
		level->cursor[c][0].group = visited; /* where seeds go, till all are there */
		level->cursor[c][1] = (struct cursor){ left, 0 };
		left += level->count[c][L_AFTER_S];
	}
	for (uint32_t i = lms; i > 0; i--) {
		if (is_stopped_at(level->stop, i))
			return -ECANCELED;
		level->order[--level->cursor[level->text[list[i - 1]]][0].group] = list[i - 1];
	}
	for (uint32_t c = 0; c < level->alphabet; c++) {
		if (level->count[c][LMS] > 0)
			level->order[level->cursor[c][0].group] |= FLAG;
		level->cursor[c][0].group = 0;
	}
	return 0;
}

static inline void NAME(put_up)(const struct NAME(level) * level, uint32_t p, uint32_t group)
{
	uint32_t c = level->text[p];
	struct cursor *cursor = &level->cursor[c][level->text[p - (p > 0)] < c];

	level->order[cursor->at++] = p | (uint32_t)(cursor->group != group) << 31;
	cursor->group = group;
}

/* The L-type suffixes and parts of substrings, from the seeds. */
static int NAME(scan_up)(const struct NAME(level) * level, uint32_t count)
{
	uint32_t group = 1;

	NAME(put_up)(level, level->n - 1, group);
	for (uint32_t i = 0; i < count;) {
		uint32_t pause = pause_above(i, count);
		if (is_stopped(level->stop))
			return -ECANCELED;
		for (; i < pause; i++) {
			uint32_t entry = level->order[i], p = entry & ~FLAG;
			NAME(ask_up)(level, i);
			group += entry >> 31;
			if (p > 0)
				NAME(put_up)(level, p - 1, group);
		}
	}
	return 0;
}

static inline void NAME(put_down)(const struct NAME(level) * level, uint32_t p, uint32_t group)
{
	uint32_t c = level->text[p];
	struct cursor *cursor = &level->cursor[c][level->text[p - (p > 0)] > c];

	level->order[--cursor->at] = p | (uint32_t)(cursor->group != group) << 31;
	cursor->group = group;
}

/* The entries of [from, to), downwards. Where they were put in place downwards too, their flags are
 * about the one visited before; else about the next. Returns the group, 0: stopped. */
static inline uint32_t NAME(visit_down)(const struct NAME(level) * level, uint32_t from,
	uint32_t to, uint32_t group, const bool was_put_down)
{
	for (uint32_t i = to; i > from;) {
		uint32_t pause = pause_below(i, from);
		if (is_stopped(level->stop))
			return 0;
		for (; i > pause; i--) {
			uint32_t entry = level->order[i - 1], p = entry & ~FLAG;
			NAME(ask_down)(level, i - 1);
			group += was_put_down ? entry >> 31 : 0;
			if (p > 0)
				NAME(put_down)(level, p - 1, group);
			group += was_put_down ? 0 : entry >> 31;
		}
	}
	return group;
}

/* The S-type ones, from the L-type ones that the scan up left at the end; the LMS substrings, in
 * order, get to the front. */
static int NAME(scan_down)(const struct NAME(level) * level, uint32_t lms)
{
	uint32_t first = 0, visited = lms, group = 1;

	for (uint32_t c = 0; c < level->alphabet; c++) {
		first += level->count[c][LMS];
		visited += level->count[c][S_AFTER_S];
		level->cursor[c][1] = (struct cursor){ first, 0 };
		level->cursor[c][0] = (struct cursor){ visited, 0 };
	}
	uint32_t left = level->n;
	for (uint32_t c = level->alphabet; c-- > 0 && group > 0;) {
		uint32_t visited_from = visited - level->count[c][S_AFTER_S];
		uint32_t left_from = left - level->count[c][L_AFTER_S];
		group = NAME(visit_down)(level, visited_from, visited, group, true);
		if (group > 0)
			group = NAME(visit_down)(level, left_from, left, group + 1, false);
		visited = visited_from;
		left = left_from;
	}
	return group > 0 ? 0 : -ECANCELED;
}

/* From numbers in the order of the text to the suffixes. */
static int NAME(name_starts)(const struct NAME(level) * level, uint32_t lms)
{
	uint32_t *order = level->order;
	const uint32_t *list = order + (level->capacity - lms);

	if (NAME(gather)(level, false) < 0)
		return -ECANCELED;
	for (uint32_t i = 0; i < lms; i++) {
		if (is_stopped_at(level->stop, i))
			return -ECANCELED;
		if (i + AHEAD < lms)
			__builtin_prefetch(&list[order[i + AHEAD]]);
		order[i] = list[order[i]];
	}
	return 0;
}

/* Sort the LMS suffixes into the front. Returns how many there are, or -errno. */
static int64_t NAME(sort_lms)(const struct NAME(level) * level)
{
	int64_t count = NAME(gather)(level, true);

	if (count < 0)
		return count;
	if (count < 2) {
		level->order[0] = count > 0 ? level->order[level->capacity - 1] : 0;
		return count;
	}
	uint32_t lms = (uint32_t)count;
	int r = NAME(place_seeds)(level, lms);
	if (r == 0)
		r = NAME(scan_up)(level, lms + NAME(total)(level, L_AFTER_L));
	if (r == 0)
		r = NAME(scan_down)(level, lms);
	if (r == 0)
		r = sort_by_names(level->order, level->n, lms, level->capacity, level->stop);
	if (r > 0)
		r = NAME(name_starts)(level, lms);
	return r < 0 ? r : count;
}

/* Move the sorted LMS suffixes from the front to the ends of their buckets, leaving zeros.
 * start  receives where the buckets begin, and n behind the last */
static void NAME(spread_lms)(const struct NAME(level) * level, uint32_t lms, uint32_t *start)
{
	uint32_t end = level->n;

	for (uint32_t c = level->alphabet; c-- > 0;) {
		const uint32_t *count = level->count[c];
		uint32_t to = end - count[LMS];
		start[c + 1] = end;
		lms -= count[LMS];
		memmove(level->order + to, level->order + lms, count[LMS] * sizeof *level->order);
		memset(level->order + lms, 0,
			(to - lms < count[LMS] ? to - lms : count[LMS]) * sizeof *level->order);
		end -= count[L_AFTER_L] + count[L_AFTER_S] + count[LMS] + count[S_AFTER_S];
	}
	start[0] = 0;
}
