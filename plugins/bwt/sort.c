/* sort - the transform that falls out of the last scans of sorting the suffixes of bytes.
 * SPDX-License-Identifier: MIT */
#include "sort.h"

#include <errno.h>
#include <string.h>

#include "sort_inner.h"
#include "sort_period.h"

#define SYMBOL  uint8_t
#define NAME(x) byte_##x
#include "sort_level.h"

enum { BYTES = 256 };

static inline void mark(const struct sort_marks *marks, uint32_t p, uint32_t at)
{
	if ((p & ((1U << marks->shift) - 1)) == 0)
		marks->rows[p >> marks->shift] = at + 1;
}

/* From the sorted LMS suffixes to all. */
struct induction {
	const struct byte_level *level;
	const struct sort_marks *marks;
	uint32_t start[BYTES + 1], next[BYTES];
};

static inline void put_up(struct induction *induction, uint32_t p, uint32_t c)
{
	uint32_t at = induction->next[c]++;

	induction->level->order[at] = p | (uint32_t)(induction->level->text[p - (p > 0)] < c) << 31;
	mark(induction->marks, p, at);
}

/* Visit [from, to), upwards. An entry whose predecessor is put in place becomes the byte in front
 * of its suffix, with FLAG; one whose predecessor is the scan down's has had FLAG until now. */
static int visit_up(struct induction *induction, uint32_t from, uint32_t to)
{
	const struct byte_level *level = induction->level;

	for (uint32_t i = from; i < to;) {
		uint32_t pause = pause_above(i, to);
		if (is_stopped(level->stop))
			return -ECANCELED;
		for (; i < pause; i++) {
			uint32_t entry = level->order[i];
			if (i + 2 * AHEAD < to)
				byte_ask_text(level, level->order[i + 2 * AHEAD]);
			if ((int32_t)entry > 0) {
				uint32_t c = level->text[entry - 1];
				put_up(induction, entry - 1, c);
				level->order[i] = c | FLAG;
			} else {
				level->order[i] = entry & ~FLAG;
			}
		}
	}
	return 0;
}

static int induce_up(struct induction *induction)
{
	const struct byte_level *level = induction->level;
	uint32_t final = level->n - 1;
	int r = 0;

	memcpy(induction->next, induction->start, sizeof induction->next);
	put_up(induction, final, level->text[final]);
	for (uint32_t c = 0; c < BYTES && r == 0; c++) {
		const uint32_t *count = level->count[c];
		uint32_t start = induction->start[c], end = induction->start[c + 1];
		r = visit_up(induction, start, start + count[L_AFTER_L] + count[L_AFTER_S]);
		if (r == 0)
			r = visit_up(induction, end - count[LMS], end);
	}
	return r;
}

static inline void put_down(struct induction *induction, uint32_t p, uint32_t c)
{
	uint32_t before = induction->level->text[p - (p > 0)];
	uint32_t at = --induction->next[c];

	induction->level->order[at] = before > c ? before | FLAG : p;
	mark(induction->marks, p, at);
}

static int induce_down(struct induction *induction)
{
	const struct byte_level *level = induction->level;

	memcpy(induction->next, induction->start + 1, sizeof induction->next);
	for (uint32_t i = level->n; i > 0;) {
		uint32_t pause = pause_below(i, 0);
		if (is_stopped(level->stop))
			return -ECANCELED;
		for (; i > pause; i--) {
			uint32_t entry = level->order[i - 1];
			uint32_t far = i > 2 * AHEAD ? level->order[i - 1 - 2 * AHEAD] : 0;
			byte_ask_text(level, far);
			if ((int32_t)entry > 0) {
				uint32_t c = level->text[entry - 1];
				level->order[i - 1] = c;
				put_down(induction, entry - 1, c);
			} else {
				level->order[i - 1] = entry & ~FLAG;
			}
		}
	}
	return 0;
}

static int sort_transform_other(uint8_t *text, int32_t *work, int32_t n,
	const struct sort_marks *marks, const atomic_bool *stop)
{
	uint32_t count[BYTES][4] = { 0 }, *order = (uint32_t *)work;
	struct cursor cursor[BYTES][2];
	const struct byte_level level = { text, (uint32_t)n, BYTES, order, (size_t)n, count, cursor,
		stop };
	struct induction induction = { .level = &level, .marks = marks };

	int64_t lms = byte_sort_lms(&level);
	if (lms < 0)
		return (int)lms;
	byte_spread_lms(&level, (uint32_t)lms, induction.start);
	int r = induce_up(&induction);
	if (r == 0)
		r = induce_down(&induction);
	if (r < 0)
		return r;
	int32_t whole = (int32_t)marks->rows[0] - 1;
	text[0] = text[n - 1];
	for (int32_t i = 0; i < whole; i++)
		text[i + 1] = (uint8_t)order[i];
	for (int32_t i = whole + 1; i < n; i++)
		text[i] = (uint8_t)order[i];
	return 0;
}

int sort_transform(uint8_t *text, int32_t *work, int32_t n, const struct sort_marks *marks,
	const atomic_bool *stop, uint32_t *ret_row)
{
	if (n < 1 || n > SORT_MAX)
		return -EINVAL;
	size_t period = sort_period(text, (size_t)n, (size_t)n / SORT_PERIODS);
	int r = period > 0 ? sort_transform_repeated(text, work, n, period, marks, stop)
			   : sort_transform_other(text, work, n, marks, stop);
	if (r == 0)
		*ret_row = marks->rows[0];
	return r;
}
