/* Texts as numbers, against what C's own conversion (mbrtoc32) makes of them.
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <locale.h>
#include <string.h>
#include <uchar.h>

#include "text.h"

static void test_bytes_are_numbers(void **state)
{
	(void)state;
	char text[256], back[256 * TEXT_BYTES_MAX];
	int32_t numbers[256], top = 0;

	for (size_t i = 0; i < 256; i++)
		text[i] = (char)(uint8_t)i;
	assert_int_equal(text_split(text, 256, true, numbers, &top), 256);
	assert_int_equal(top, 256);
	for (int32_t i = 0; i < 256; i++)
		assert_int_equal(numbers[i], i);
	assert_int_equal(text_join(numbers, 256, true, back), 256);
	assert_memory_equal(back, text, 256);
}

static void test_nothing_is_nothing(void **state)
{
	(void)state;
	int32_t none[1], top = 0;
	char back[1];

	assert_int_equal(text_split("", 0, false, none, &top), 0);
	assert_int_equal(top, 1);
	assert_int_equal(text_join(none, 0, false, back), 0);
}

/* Every code point, one by one and all behind each other. */
static void test_code_points_are_those_of_the_library(void **state)
{
	(void)state;
	mbstate_t shift = { 0 };
	char text[8], back[TEXT_BYTES_MAX];
	int32_t number[1], top = 0;

	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	for (char32_t c = 1; c <= 0x10ffff; c++) {
		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		size_t size = c32rtomb(text, c, &shift);
		assert_in_range(size, 1, 4);
		assert_int_equal(text_split(text, size, false, number, &top), 1);
		assert_int_equal(number[0], c);
		assert_int_equal(top, c + 1);
		assert_int_equal(text_join(number, 1, false, back), size);
		assert_memory_equal(back, text, size);
	}
}

static void test_a_text_is_taken_apart_and_put_together(void **state)
{
	(void)state;
	static const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z";
	static const int32_t wanted[] = { 'a', 0xe9, 0x20ac, 0x1f600, 'z' };
	int32_t numbers[sizeof text], top = 0;
	char back[5 * TEXT_BYTES_MAX];

	assert_int_equal(text_split(text, strlen(text), false, numbers, &top), 5);
	assert_memory_equal(numbers, wanted, sizeof wanted);
	assert_int_equal(top, 0x1f601);
	assert_int_equal(text_join(numbers, 5, false, back), strlen(text));
	assert_memory_equal(back, text, strlen(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes_are_numbers),
		cmocka_unit_test(test_nothing_is_nothing),
		cmocka_unit_test(test_code_points_are_those_of_the_library),
		cmocka_unit_test(test_a_text_is_taken_apart_and_put_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
