/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <stdio.h>
#include <string.h>

#include "tail.h"

static void assert_tail(const struct tail *tail, const char *expected)
{
	size_t size;
	const char *text = tail_lines(tail, &size);

	assert_int_equal(size, strlen(expected));
	assert_memory_equal(text, expected, size);
}

static void take(struct tail *tail, const char *text)
{
	tail_take(tail, text, strlen(text));
}

static void what_is_short_is_kept_whole(void **state)
{
	(void)state;
	struct tail tail = { .used = 0 };

	assert_tail(&tail, "");
	take(&tail, "one\n\ntw");
	take(&tail, "o");
	assert_tail(&tail, "one\n\ntwo");
	take(&tail, "\n");
	assert_tail(&tail, "one\n\ntwo\n");
}

static void of_many_lines_the_last_ten_are_told(void **state)
{
	(void)state;
	struct tail tail = { .used = 0 };
	char line[32];

	for (int i = 1; i <= 5000; i++) {
		snprintf(line, sizeof line, "line %d\n", i);
		take(&tail, line);
	}
	assert_tail(&tail, "line 4991\nline 4992\nline 4993\nline 4994\nline 4995\n"
			   "line 4996\nline 4997\nline 4998\nline 4999\nline 5000\n");
}

static void a_long_line_is_cut_and_a_cut_one_left_out(void **state)
{
	(void)state;
	struct tail tail = { .used = 0 };
	char text[3 * TAIL_BYTES];
	size_t size;

	memset(text, 'x', sizeof text);
	tail_take(&tail, text, sizeof text);
	tail_lines(&tail, &size);
	assert_int_equal(size, TAIL_BYTES);
	take(&tail, "\nend\n");
	assert_tail(&tail, "end\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_short_is_kept_whole),
		cmocka_unit_test(of_many_lines_the_last_ten_are_told),
		cmocka_unit_test(a_long_line_is_cut_and_a_cut_one_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
