/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <string.h>

#include "place.h"

static uint64_t count_slowly(const char *data, size_t n)
{
	uint64_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += data[i] == '\n';
	return count;
}

static void every_byte_value_is_told_from_a_newline(void **state)
{
	(void)state;
	for (unsigned value = 0; value < 256; value++) {
		for (unsigned other = 0; other < 256; other += 5) {
			char data[24];
			memset(data, (int)value, sizeof data);
			data[3] = (char)other;
			data[16] = '\n';
			assert_int_equal(place_count_newlines(data, sizeof data),
				count_slowly(data, sizeof data));
		}
	}
}

static void every_length_and_alignment_counts_right(void **state)
{
	static char data[5000];

	(void)state;
	for (size_t i = 0; i < sizeof data; i++)
		data[i] = i * i % 7 < 2 ? '\n' : (char)(i * 31);
	for (size_t start = 0; start < 9; start++) {
		for (size_t n = 0; n < sizeof data - 9; n += n < 40 ? 1 : 97)
			assert_int_equal(place_count_newlines(data + start, n),
				count_slowly(data + start, n));
	}
}

static void more_than_255_newlines_in_a_column_do_not_overflow(void **state)
{
	static char data[8 * 600 + 5];

	(void)state;
	memset(data, '\n', sizeof data);
	assert_int_equal(place_count_newlines(data, sizeof data), sizeof data);
}

static void a_place_goes_forward(void **state)
{
	struct place place = { .line = 1 };

	(void)state;
	place_advance(&place, "a\nb", 3);
	assert_int_equal(place.offset, 3);
	assert_int_equal(place.line, 2);

	place_advance(&place, "\r\n\n", 3);
	assert_int_equal(place.offset, 6);
	assert_int_equal(place.line, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_value_is_told_from_a_newline),
		cmocka_unit_test(every_length_and_alignment_counts_right),
		cmocka_unit_test(more_than_255_newlines_in_a_column_do_not_overflow),
		cmocka_unit_test(a_place_goes_forward),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
