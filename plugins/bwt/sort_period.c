/* sort_period - the transform of a text that repeats itself.
 *
 * Let p be the least period. Of two suffixes that are p apart one is a prefix of the other, so the
 * shorter one is smaller. Two that are not, and not shorter than p, differ within p symbols, as the
 * root is primitive; and one that is shorter than p compares in the same way with all that are a
 * multiple of p apart. So the longer ones stand in p runs, each sorted by length, and the order of
 * the last 2p - 1 suffixes, of which one is in each run, is the order of the runs and of the
 * others.
 *
 * SPDX-License-Identifier: MIT */
#include "sort_period.h"

#include <stdbool.h>
#include <string.h>

#include "sort_inner.h"

enum { BYTES = 256, NEEDLE = 32, CHUNK = 1 << 14 };

/* The first i at which text[i] differs from text[i + p]; n - p: there is none. */
static size_t mismatch(const uint8_t *text, size_t n, size_t p)
{
	size_t end = n - p, i = 0;

	while (end - i > CHUNK && memcmp(text + i, text + i + p, CHUNK) == 0)
		i += CHUNK;
	while (i < end && text[i] == text[i + p])
		i++;
	return i;
}

/* A period is found where the text's first bytes are again. One that ends at `have` bytes rules out
 * all up to have - p: with them it would be a period of both (N. Fine, H. Wilf 1965), and go on. */
size_t sort_period(const uint8_t *text, size_t n, size_t limit)
{
	size_t p = 1;

	while (p <= limit && limit + NEEDLE <= n) {
		const uint8_t *again = memmem(text + p, limit - p + NEEDLE, text, NEEDLE);
		if (again == NULL)
			return 0;
		p = (size_t)(again - text);
		size_t have = mismatch(text, n, p) + p;
		if (have == n)
			return p;
		p = have - p > p ? have - p + 1 : p + 1;
	}
	return 0;
}

/* Where each suffix of the last `count` stands: row[length]. The transform is written on the way,
 * `tail` being the bytes in front of them. */
static void write_runs(uint8_t *text, size_t n, size_t period, const uint8_t *tail,
	const uint32_t *order, uint32_t *row)
{
	size_t count = 2 * period - 1, at = 1;
	uint8_t *to = text;

	*to++ = tail[count];
	for (size_t i = 0; i < count; i++) {
		size_t length = count - order[i];
		size_t run = length < period ? 1 : (n - length) / period + 1;
		row[length] = (uint32_t)at;
		at += run;
		/* The whole text is the last of its run, and has no byte in front. */
		run -= length >= period && (n - length) % period == 0;
		memset(to, tail[order[i]], run);
		to += run;
	}
}

static void write_marks(
	const struct sort_marks *marks, size_t n, size_t period, const uint32_t *row)
{
	for (size_t start = 0; start < n; start += (size_t)1 << marks->shift) {
		size_t length = n - start;
		size_t more = length < period ? 0 : (length - period) / period;
		marks->rows[start >> marks->shift] = row[length - more * period] + (uint32_t)more;
	}
}

int sort_transform_repeated(uint8_t *text, int32_t *work, int32_t n, size_t period,
	const struct sort_marks *marks, const atomic_bool *stop)
{
	size_t count = 2 * period - 1, start = (size_t)n - count;
	uint32_t *order = (uint32_t *)work, *numbers = order + (n - (int32_t)count);
	uint32_t *row = numbers - 2 * period;
	uint8_t *tail = (uint8_t *)(row - period);

	for (size_t i = 0; i < count; i++)
		numbers[i] = text[start + i];
	int r = sort_level(
		numbers, (uint32_t)count, BYTES, order, (size_t)n - count - 3 * period, stop);
	if (r < 0)
		return r;
	memcpy(tail, text + start - 1, count + 1);
	write_runs(text, (size_t)n, period, tail, order, row);
	write_marks(marks, (size_t)n, period, row);
	return 0;
}
