/* The cyclic transform against its definition: rotations, sorted one by one.
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "inputs.h"
#include "rotate.h"

enum { SMALL = 64, CASES = 20000, LONGEST = 8 };

static int compare_rotations(const int32_t *text, size_t n, size_t a, size_t b)
{
	for (size_t i = 0; i < n; i++) {
		int32_t x = text[(a + i) % n], y = text[(b + i) % n];
		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

/* Insertion sort: stable, and too plain to be wrong. */
static void naive(const int32_t *text, size_t n, int32_t *ret, size_t *ret_index)
{
	size_t rotation[SMALL];

	for (size_t i = 0; i < n; i++) {
		size_t at = i;
		for (; at > 0 && compare_rotations(text, n, rotation[at - 1], i) > 0; at--)
			rotation[at] = rotation[at - 1];
		rotation[at] = i;
	}
	*ret_index = 0;
	for (size_t i = n; i > 0; i--) {
		ret[i - 1] = text[(rotation[i - 1] + n - 1) % n];
		if (compare_rotations(text, n, rotation[i - 1], 0) == 0)
			*ret_index = i - 1;
	}
}

static void test_transform_is_the_definition(void **state)
{
	(void)state;
	uint8_t bytes[SMALL];
	int32_t text[SMALL], ours[SMALL], wanted[SMALL], back[SMALL];

	for (uint64_t seed = 1; seed <= CASES; seed++) {
		size_t n = inputs_make(bytes, SMALL, seed), index = 99, wanted_index = 99;
		for (size_t i = 0; i < n; i++)
			text[i] = bytes[i];
		assert_int_equal(rotate_transform(text, n, 256, ours, &index), 0);
		naive(text, n, wanted, &wanted_index);
		assert_int_equal(index, wanted_index);
		assert_memory_equal(ours, wanted, n * sizeof *ours);
		assert_int_equal(rotate_inverse(ours, n, 256, index, back), 0);
		assert_memory_equal(back, text, n * sizeof *text);
	}
}

static void spell(uint32_t number, uint32_t alphabet, size_t n, int32_t *ret)
{
	for (size_t i = 0; i < n; i++, number /= alphabet)
		ret[i] = (int32_t)(number % alphabet);
}

static uint32_t number_of(const int32_t *text, uint32_t alphabet, size_t n)
{
	uint32_t number = 0;

	for (size_t i = n; i > 0; i--)
		number = number * alphabet + (uint32_t)text[i - 1];
	return number;
}

/* All outputs and indexes of a length: the inverse takes those that some text has, and no other. */
static void check_all(uint32_t alphabet, size_t n)
{
	uint32_t count = 1;
	int32_t text[LONGEST], last[LONGEST], back[LONGEST];
	size_t index;

	for (size_t i = 0; i < n; i++)
		count *= alphabet;
	/* 1 + the text of an output and an index. */
	uint32_t *text_of = calloc((size_t)count * n, sizeof *text_of);
	uint8_t *is_output = calloc(count, 1);
	assert_true(text_of != NULL && is_output != NULL);
	for (uint32_t t = 0; t < count; t++) {
		spell(t, alphabet, n, text);
		naive(text, n, last, &index);
		uint32_t output = number_of(last, alphabet, n);
		text_of[output * n + index] = t + 1;
		is_output[output] = 1;
	}
	for (uint32_t output = 0; output < count; output++) {
		spell(output, alphabet, n, last);
		for (index = 0; index < n; index++) {
			uint32_t t = text_of[output * n + index];
			int r = rotate_inverse(last, n, (int32_t)alphabet, index, back);
			assert_int_equal(r, t > 0 ? 0 : is_output[output] ? -ERANGE : -EDOM);
			if (t > 0)
				assert_int_equal(number_of(back, alphabet, n), t - 1);
		}
		assert_true(rotate_inverse(last, n, (int32_t)alphabet, n, back) < 0);
	}
	free(is_output);
	free(text_of);
}

static void test_inverse_refuses_what_no_text_has(void **state)
{
	(void)state;
	int32_t none[1];

	for (size_t n = 1; n <= LONGEST; n++)
		check_all(2, n);
	for (size_t n = 1; n <= 7; n++)
		check_all(3, n);
	assert_int_equal(rotate_inverse(none, 0, 2, 0, none), 0);
	assert_int_equal(rotate_inverse(none, 0, 2, 1, none), -ERANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_transform_is_the_definition),
		cmocka_unit_test(test_inverse_refuses_what_no_text_has),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
