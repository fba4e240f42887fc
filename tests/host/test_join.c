/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "join.h"

static void test_parts_stand_one_behind_the_other(void **state)
{
	(void)state;
	char buffer[16];

	assert_int_equal(JOIN(buffer, sizeof buffer, "a", "", "bc", "/d"), 5);
	assert_string_equal(buffer, "abc/d");
	assert_int_equal(join_parts(buffer, sizeof buffer, (const char *const[]){ NULL }), 0);
	assert_string_equal(buffer, "");
}

/* snprintf() is the oracle, for every size of the buffer. */
static void test_a_short_buffer_cuts_and_tells_the_whole_length(void **state)
{
	(void)state;
	char ours[16], theirs[16];

	for (size_t size = 0; size <= 12; size++) {
		memset(ours, '#', sizeof ours);
		memset(theirs, '#', sizeof theirs);
		int n = snprintf(theirs, size, "%s%s%s", "abcd", "ef", "ghij");
		assert_int_equal(JOIN(ours, size, "abcd", "ef", "ghij"), n);
		assert_memory_equal(ours, theirs, sizeof ours);
	}
}

static void test_a_text_of_its_own(void **state)
{
	(void)state;
	char *text = JOIN_NEW("/usr", "/", "lib");

	assert_non_null(text);
	assert_string_equal(text, "/usr/lib");
	free(text);
}

static void test_numbers(void **state)
{
	(void)state;
	const size_t number[] = { 0, 1, 9, 10, 99, 100, 4096, INT_MAX, SIZE_MAX };
	char ours[JOIN_NUMBER_SIZE], theirs[32];

	for (size_t i = 0; i < sizeof number / sizeof number[0]; i++) {
		snprintf(theirs, sizeof theirs, "%zu", number[i]);
		assert_string_equal(join_number(ours, number[i]), theirs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts_stand_one_behind_the_other),
		cmocka_unit_test(test_a_short_buffer_cuts_and_tells_the_whole_length),
		cmocka_unit_test(test_a_text_of_its_own),
		cmocka_unit_test(test_numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
