/* Suffix sorting against libdivsufsort and against the definition.
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <divsufsort.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "inputs.h"
#include "sort.h"
#include "sort_period.h"

enum { SMALL = 300, LARGE = 300000, CASES = 6000 };

/* The transform by libdivsufsort's array: the rows behind the empty suffix's, the end left out. */
static void transform_by_array(const uint8_t *text, int32_t n, uint8_t *ret, uint32_t *ret_row,
	const struct sort_marks *marks)
{
	int32_t *order = malloc((size_t)n * sizeof *order);
	int32_t to = 0;

	assert_non_null(order);
	assert_int_equal(divsufsort(text, order, n), 0);
	ret[to++] = text[n - 1];
	for (int32_t i = 0; i < n; i++) {
		if (order[i] == 0)
			*ret_row = (uint32_t)i + 1;
		else
			ret[to++] = text[order[i] - 1];
		if (((uint32_t)order[i] & ((1U << marks->shift) - 1)) == 0)
			marks->rows[(uint32_t)order[i] >> marks->shift] = (uint32_t)i + 1;
	}
	free(order);
}

static void compare_transform(const uint8_t *text, int32_t n)
{
	unsigned shift = n < 1000 ? 2 : 10;
	size_t count = ((size_t)n >> shift) + 1;
	uint32_t *rows = calloc(2 * count, sizeof *rows), row = 0, wanted_row = 1;
	uint8_t *ours = malloc(2 * (size_t)n), *wanted = ours + n;
	int32_t *work = malloc((size_t)n * sizeof *work);
	struct sort_marks marks = { rows, shift }, wanted_marks = { rows + count, shift };

	assert_true(rows != NULL && ours != NULL && work != NULL);
	memcpy(ours, text, (size_t)n);
	assert_int_equal(sort_transform(ours, work, n, &marks, NULL, &row), 0);
	transform_by_array(text, n, wanted, &wanted_row, &wanted_marks);
	assert_int_equal(row, wanted_row);
	assert_memory_equal(ours, wanted, (size_t)n);
	assert_memory_equal(rows, rows + count, count * sizeof *rows);
	free(work);
	free(ours);
	free(rows);
}

static void test_small_transforms(void **state)
{
	(void)state;
	uint8_t text[SMALL];

	for (uint64_t seed = 1; seed <= CASES; seed++) {
		size_t n = inputs_make(text, SMALL, seed);
		if (n > 0)
			compare_transform(text, (int32_t)n);
	}
}

static void test_large_transforms(void **state)
{
	(void)state;
	uint8_t *text = malloc(LARGE);

	assert_non_null(text);
	for (uint64_t seed = 1; seed <= 80; seed++) {
		size_t n = inputs_make(text, LARGE, seed);
		if (n > 0)
			compare_transform(text, (int32_t)n);
	}
	free(text);
}

static int compare_suffixes(const int32_t *text, int32_t n, int32_t a, int32_t b)
{
	for (; a < n && b < n; a++, b++)
		if (text[a] != text[b])
			return text[a] < text[b] ? -1 : 1;
	return a == n ? -1 : 1;
}

/* Neighbours are in order, and each suffix is there once: that is the definition. */
static void check_order(const int32_t *text, const int32_t *order, int32_t n)
{
	bool *seen = calloc((size_t)n, sizeof *seen);

	assert_non_null(seen);
	for (int32_t i = 0; i < n; i++) {
		assert_in_range(order[i], 0, n - 1);
		assert_false(seen[order[i]]);
		seen[order[i]] = true;
		if (i > 0)
			assert_int_equal(compare_suffixes(text, n, order[i - 1], order[i]), -1);
	}
	free(seen);
}

static void test_numbers(void **state)
{
	(void)state;
	uint8_t bytes[SMALL];
	int32_t text[SMALL], order[SMALL];

	for (uint64_t seed = 1; seed <= CASES; seed++) {
		size_t n = inputs_make(bytes, SMALL, seed);
		if (n == 0)
			continue;
		for (size_t i = 0; i < n; i++)
			text[i] = bytes[i] * 37; /* an alphabet with gaps */
		assert_int_equal(sort_numbers(text, order, (int32_t)n, 255 * 37 + 1), 0);
		check_order(text, order, (int32_t)n);
		for (size_t i = 0; i < n; i++)
			text[i] = bytes[i] / 64; /* and one of a few */
		assert_int_equal(sort_numbers(text, order, (int32_t)n, 4), 0);
		check_order(text, order, (int32_t)n);
	}
	assert_int_equal(sort_numbers(text, order, 0, 1), 0);
	assert_int_equal(sort_numbers(text, order, -1, 1), -EINVAL);
}

/* All lengths, of few letters and many: what meets the end of the text in every way. */
static void test_every_length(void **state)
{
	(void)state;
	static const unsigned alphabets[] = { 1, 2, 3, 4, 256 };
	uint8_t text[SMALL];
	uint64_t random = 1;

	for (int32_t n = 1; n <= SMALL; n++) {
		for (size_t a = 0; a < sizeof alphabets / sizeof *alphabets; a++) {
			for (int32_t i = 0; i < n; i++) {
				random = random * 6364136223846793005U + 1442695040888963407U;
				text[i] = (uint8_t)((random >> 33) % alphabets[a]);
			}
			compare_transform(text, n);
		}
	}
}

static size_t least_period(const uint8_t *text, size_t n, size_t limit)
{
	for (size_t p = 1; p <= limit; p++)
		if (memcmp(text, text + p, n - p) == 0)
			return p;
	return 0;
}

/* Roots that begin as they go on, so that what looks like a period is none, whole and broken copies
 * of them, and one byte wrong. */
static void test_periods(void **state)
{
	(void)state;
	enum { LONG = 6000 };
	uint8_t text[LONG + 1];

	for (size_t period = 1; period <= 330; period += period < 40 ? 1 : 23) {
		for (size_t i = 0; i < LONG; i++)
			text[i] = i % period + 1 == period ? 'b' : (uint8_t)('a' + i % period / 90);
		for (size_t n = 5 * period + 40; n + 1 < LONG; n = n * 2 + 7) {
			size_t limit = n / SORT_PERIODS;
			assert_int_equal(sort_period(text, n, limit), least_period(text, n, limit));
			compare_transform(text, (int32_t)n);
			uint8_t *wrong = &text[n * 7 % 10 < 5 ? n - 1 : n * 2 / 3];
			*wrong ^= 1;
			assert_int_equal(sort_period(text, n, limit), least_period(text, n, limit));
			compare_transform(text, (int32_t)n);
			*wrong ^= 1;
		}
	}
}

/* Stopped, a sort gives up and leaves the text. */
static void test_stop(void **state)
{
	(void)state;
	uint8_t text[SMALL], kept[SMALL];
	int32_t work[SMALL];
	uint32_t rows[SMALL], row = 7;
	struct sort_marks marks = { rows, 0 };
	atomic_bool stop = true;

	for (uint64_t seed = 1; seed <= 500; seed++) {
		size_t n = inputs_make(text, SMALL, seed);
		if (n == 0)
			continue;
		memcpy(kept, text, n);
		int r = sort_transform(text, work, (int32_t)n, &marks, &stop, &row);
		assert_int_equal(r, -ECANCELED);
		assert_memory_equal(text, kept, n);
	}
	assert_int_equal(row, 7);
	assert_int_equal(sort_transform(text, work, 0, &marks, NULL, &row), -EINVAL);
}

struct stopper {
	atomic_bool stop;
	atomic_uint waits;
};

static void *stop_later(void *arg)
{
	struct stopper *stopper = arg;

	while (atomic_load(&stopper->waits) > 0)
		atomic_fetch_sub(&stopper->waits, 1);
	atomic_store(&stopper->stop, true);
	return NULL;
}

/* Stopped anywhere, or just too late. */
static void test_stop_on_the_way(void **state)
{
	(void)state;
	uint8_t *text = malloc(2 * (size_t)LARGE), *kept = text + LARGE;
	int32_t *work = malloc(LARGE * sizeof *work);
	uint32_t rows[LARGE / 1024 + 1], row = 0;
	struct sort_marks marks = { rows, 10 };

	assert_true(text != NULL && work != NULL);
	for (uint64_t seed = 1; seed <= 80; seed++) {
		struct stopper stopper = { false, (unsigned)(1000 * seed) };
		pthread_t thread;
		size_t n = inputs_make(text, LARGE, seed);
		if (n == 0)
			continue;
		memcpy(kept, text, n);
		assert_int_equal(pthread_create(&thread, NULL, stop_later, &stopper), 0);
		int r = sort_transform(text, work, (int32_t)n, &marks, &stopper.stop, &row);
		pthread_join(thread, NULL);
		assert_true(r == 0 || r == -ECANCELED);
		if (r < 0)
			assert_memory_equal(text, kept, n);
	}
	free(work);
	free(text);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_small_transforms),
	cmocka_unit_test(test_large_transforms),
	cmocka_unit_test(test_numbers),
	cmocka_unit_test(test_every_length),
	cmocka_unit_test(test_periods),
	cmocka_unit_test(test_stop),
	cmocka_unit_test(test_stop_on_the_way),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
