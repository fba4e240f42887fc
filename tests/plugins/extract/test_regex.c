/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "regex.h"

static struct regex *make(const char *pattern, unsigned flags)
{
	struct regex *regex = NULL;
	struct regex_error error;

	if (regex_create(pattern, strlen(pattern), flags, &regex, &error) < 0)
		fail_msg("'%s' does not compile: %s", pattern, error.text);
	return regex;
}

/* What a part that is not the last one tells. */
static const struct {
	const char *pattern, *part;
	size_t from;
	int found;
	size_t start, end; /* start: where to look again, when not found */
} parts[] = {
	{ "abc", "xabc", 0, 1, 1, 4 },
	{ "abc", "xxab", 0, 0, 2, 0 },
	{ "abc", "xxxx", 0, 0, 4, 0 },
	{ "abc", "abcabc", 1, 1, 3, 6 },
	/* More bytes could make it longer, or forbid it. */
	{ "ab+", "xabb", 0, 0, 1, 0 },
	{ "ab+", "xabbx", 0, 1, 1, 4 },
	{ "ab(?=c)", "xab", 0, 0, 1, 0 },
	{ "ab(?!c)", "xab", 0, 0, 1, 0 },
	{ "ab\\b", "xab", 0, 0, 1, 0 },
	{ "ab$", "xab", 0, 0, 1, 0 },
	{ "ab\\z", "xab", 0, 0, 1, 0 },
	{ "x*", "ab", 2, 0, 2, 0 },
	/* A multiline ^ behind a newline matches only if something follows. */
	{ "(?m)\\n^", "a\n", 0, 0, 1, 0 },
	{ "(?m)\\n^", "a\nb", 0, 1, 1, 2 },
	/* The \n of a pair is not tried by itself. */
	{ "(*CRLF)b", "aa\r", 0, 0, 2, 0 },
	{ "a\\Kb", "xab", 0, 1, 2, 3 },
	{ "(?<=a)b", "ab", 1, 1, 1, 2 },
	/* Results that hang on the start of the search: look again from there. */
	{ "\\Gc|b", "aa", 1, 0, 1, 0 },
	{ "a(*COMMIT)b|c", "xac", 0, 0, 0, 0 },
};

static void a_part_tells_what_cannot_change(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		struct regex *regex = make(parts[i].pattern, 0);
		struct regex_match match = { 99, 99, 0 };

		int r = regex_find(
			regex, parts[i].part, strlen(parts[i].part), parts[i].from, false, &match);

		if (r != parts[i].found || match.start != parts[i].start ||
			(r == 1 && match.end != parts[i].end))
			fail_msg("'%s' in '%s': %d, %zu to %zu", parts[i].pattern, parts[i].part, r,
				match.start, match.end);
		regex_destroy(regex);
	}
}

static void the_last_part_settles_it(void **state)
{
	struct regex_match match;
	struct regex *regex = make("ab+$", 0);

	(void)state;
	assert_int_equal(regex_find(regex, "xabb", 4, 0, true, &match), 1);
	assert_int_equal(match.start, 1);
	assert_int_equal(match.end, 4);
	assert_int_equal(regex_find(regex, "xabx", 4, 0, true, &match), 0);
	regex_destroy(regex);
}

static void case_is_ignored_on_request(void **state)
{
	struct regex_match match;
	struct regex *regex = make("k[a-c]", REGEX_IGNORE_CASE);

	(void)state;
	assert_int_equal(regex_find(regex, "xKBx", 4, 0, true, &match), 1);
	assert_int_equal(match.start, 1);
	regex_destroy(regex);
}

static void an_empty_match_does_not_count_on_request(void **state)
{
	static const char *const patterns[] = { "b*", "b*(*ACCEPT)", "(?=a)(*ACCEPT)|b", "|b" };

	(void)state;
	for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
		struct regex_match match;
		struct regex *regex = make(patterns[i], REGEX_NOT_EMPTY);

		int r = regex_find(regex, "aab", 3, 0, true, &match);

		if (r != 1 || match.start != 2 || match.end != 3)
			fail_msg("'%s': %d, %zu to %zu", patterns[i], r, match.start, match.end);
		regex_destroy(regex);
	}
}

static void a_bad_pattern_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *pattern;
		size_t offset;
		const char *text;
	} rows[] = {
		{ "(a", 2, "missing closing parenthesis" },
		{ "a[b", 3, "missing terminating ] for character class" },
		{ "*a", 0, "quantifier does not follow a repeatable item" },
		/* Input is bytes: a pattern cannot make it UTF-8. */
		{ "(*UTF)a", 6, "using UTF is disabled by the application" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct regex *regex = NULL;
		struct regex_error error = { 0 };

		int r = regex_create(rows[i].pattern, strlen(rows[i].pattern), 0, &regex, &error);

		assert_int_equal(r, -EINVAL);
		assert_null(regex);
		assert_int_equal(error.offset, rows[i].offset);
		assert_string_equal(error.text, rows[i].text);
	}
}

static void a_pattern_without_end_is_given_up(void **state)
{
	static const char *const patterns[] = { "(a+)+[bc]", "(a|aa)+[bc]", "(*NO_JIT)(a+)+[bc]",
		"(?:a?){40}a{40}[bc]" };
	char data[500], text[100];
	struct regex_match match;

	(void)state;
	memset(data, 'a', sizeof data);
	for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
		struct regex *regex = make(patterns[i], 0);

		int r = regex_find(regex, data, sizeof data, 0, true, &match);

		assert_int_equal(r, -ELOOP);
		regex_failure(regex, text, sizeof text);
		assert_string_equal(text, "match limit exceeded");
		regex_destroy(regex);
	}
}

/* JIT code has a stack of its own; a match that needs more goes to the interpreter. */
static void a_long_match_outgrows_the_jit_stack_and_is_found(void **state)
{
	enum { SIZE = 300 * 1000 };
	struct regex *regex = make("(?:a|(b))*c", 0);
	struct regex_match match;
	char *data = malloc(SIZE);

	(void)state;
	assert_non_null(data);
	memset(data, 'a', SIZE);
	data[SIZE - 1] = 'c';

	int r = regex_find(regex, data, SIZE, 0, true, &match);

	assert_int_equal(r, 1);
	assert_int_equal(match.start, 0);
	assert_int_equal(match.end, SIZE);
	regex_destroy(regex);
	free(data);
}

static void memory_for_one_match_has_a_limit(void **state)
{
	enum { SIZE = 4 * 1000 * 1000 };
	struct regex *regex = make("(*NO_JIT)(?:a|(b))*c", 0);
	struct regex_match match;
	char *data = malloc(SIZE), text[100];

	(void)state;
	assert_non_null(data);
	memset(data, 'a', SIZE);

	int r = regex_find(regex, data, SIZE, 0, true, &match);

	/* PCRE2 knows without a try that there is no c; with one it gives up. */
	assert_int_equal(r, 0);
	data[SIZE - 1] = 'c';
	data[0] = 'c';
	r = regex_find(regex, data, SIZE, 1, true, &match);
	assert_int_equal(r, -ELOOP);
	regex_failure(regex, text, sizeof text);
	assert_string_equal(text, "heap limit exceeded");
	regex_destroy(regex);
	free(data);
}

static void nested_lookbehind_gets_its_context(void **state)
{
	struct regex *regex = make("(?<=a{50}(?<=b{40}a{50})(?<=ca{50}))x", 0);

	(void)state;
	assert_true(regex_context(regex) >= 90);
	regex_destroy(regex);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_part_tells_what_cannot_change),
		cmocka_unit_test(the_last_part_settles_it),
		cmocka_unit_test(case_is_ignored_on_request),
		cmocka_unit_test(an_empty_match_does_not_count_on_request),
		cmocka_unit_test(a_bad_pattern_is_refused_with_its_place),
		cmocka_unit_test(a_pattern_without_end_is_given_up),
		cmocka_unit_test(a_long_match_outgrows_the_jit_stack_and_is_found),
		cmocka_unit_test(memory_for_one_match_has_a_limit),
		cmocka_unit_test(nested_lookbehind_gets_its_context),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
