/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <string.h>

#include "pattern.h"

static struct pattern *make(const char *text, size_t size, unsigned flags)
{
	struct pattern *pattern = NULL;
	struct regex_error error;

	assert_int_equal(pattern_create(text, size, flags, &pattern, &error), 0);
	return pattern;
}

static void an_unfinished_literal_is_looked_for_from_where_it_may_begin(void **state)
{
	static const struct {
		const char *part;
		size_t from, start;
	} rows[] = { { "", 0, 0 }, { "x", 0, 0 }, { "xxab", 0, 2 }, { "xxxx", 0, 2 },
		{ "xxxx", 4, 4 }, { "xxxx", 3, 3 } };
	struct pattern *pattern = make("abc", 3, 0);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pattern_view view = { rows[i].part, strlen(rows[i].part), rows[i].from,
			false };
		struct regex_match match = { 0 };

		assert_int_equal(pattern_find(pattern, &view, &match), 0);
		assert_int_equal(match.start, rows[i].start);
	}
	pattern_destroy(pattern);
}

static void a_literal_has_no_special_characters(void **state)
{
	struct pattern *pattern = make("a.*", 3, 0);
	struct pattern_view view = { "abba.*", 6, 0, true };
	struct regex_match match;

	(void)state;
	assert_int_equal(pattern_find(pattern, &view, &match), 1);
	assert_int_equal(match.start, 3);
	assert_int_equal(match.end, 6);
	assert_false(pattern_is_regex(pattern));
	pattern_destroy(pattern);
}

static void an_empty_text_is_found_at_once_regex_or_not(void **state)
{
	(void)state;
	for (unsigned flags = 0; flags <= PATTERN_REGEX; flags += PATTERN_REGEX) {
		struct pattern *pattern = make("", 0, flags);
		struct pattern_view view = { "abc", 3, 2, false };
		struct regex_match match;

		assert_int_equal(pattern_find(pattern, &view, &match), 1);
		assert_int_equal(match.start, 2);
		assert_int_equal(match.end, 2);
		pattern_destroy(pattern);
	}
}

static void a_bad_regex_is_refused(void **state)
{
	struct pattern *pattern = NULL;
	struct regex_error error;

	(void)state;
	assert_int_equal(pattern_create("(", 1, PATTERN_REGEX, &pattern, &error), -EINVAL);
	assert_null(pattern);
	pattern_destroy(NULL);
}

static void what_hangs_on_the_start_is_known(void **state)
{
	struct pattern *bound = make("\\Ga", 3, PATTERN_REGEX);
	struct pattern *literal = make("\\Ga", 3, 0);

	(void)state;
	assert_true(pattern_is_bound_to_start(bound));
	assert_false(pattern_is_bound_to_start(literal));
	pattern_destroy(bound);
	pattern_destroy(literal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unfinished_literal_is_looked_for_from_where_it_may_begin),
		cmocka_unit_test(a_literal_has_no_special_characters),
		cmocka_unit_test(an_empty_text_is_found_at_once_regex_or_not),
		cmocka_unit_test(a_bad_regex_is_refused),
		cmocka_unit_test(what_hangs_on_the_start_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
