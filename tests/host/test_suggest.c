/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <stdio.h>
#include <string.h>

#include "suggest.h"

static void the_distance_counts_edits_and_swaps(void **state)
{
	static const struct {
		const char *a, *b;
		size_t distance;
	} rows[] = {
		{ "", "", 0 },
		{ "", "abc", 3 },
		{ "abc", "abc", 0 },
		{ "abc", "ABC", 0 },
		{ "abc", "acb", 1 },
		{ "abcd", "badc", 2 },
		{ "timout", "timeout", 1 },
		{ "kitten", "sitting", 3 },
		{ "saturday", "sunday", 3 },
		/* where this form of the distance differs from the unrestricted one (2) */
		{ "ca", "abc", 3 },
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(suggest_distance(rows[i].a, rows[i].b, 10), rows[i].distance);
		assert_int_equal(suggest_distance(rows[i].b, rows[i].a, 10), rows[i].distance);
		if (rows[i].distance > 0)
			assert_int_equal(
				suggest_distance(rows[i].a, rows[i].b, rows[i].distance - 1),
				rows[i].distance);
	}
}

/* The definition itself, with the minimum over all ways taken by recursion. */
static size_t distance_by_definition(const char *a, size_t n, const char *b, size_t m)
{
	if (n == 0 || m == 0)
		return n + m;
	size_t best = distance_by_definition(a, n - 1, b, m) + 1;
	size_t other = distance_by_definition(a, n, b, m - 1) + 1;
	best = other < best ? other : best;
	other = distance_by_definition(a, n - 1, b, m - 1) + (a[n - 1] != b[m - 1]);
	best = other < best ? other : best;
	if (n > 1 && m > 1 && a[n - 1] == b[m - 2] && a[n - 2] == b[m - 1]) {
		other = distance_by_definition(a, n - 2, b, m - 2) + 1;
		best = other < best ? other : best;
	}
	return best;
}

static void the_distance_is_the_one_of_the_definition(void **state)
{
	(void)state;
	char word[256][5];
	size_t count = 0;

	/* All words of up to four letters out of three. */
	for (int length = 0; length <= 4; length++) {
		int words = length == 0   ? 1
			    : length == 1 ? 3
			    : length == 2 ? 9
			    : length == 3 ? 27
					  : 81;
		for (int i = 0; i < words; i++) {
			for (int k = 0, rest = i; k < length; k++, rest /= 3)
				word[count][k] = (char)('a' + rest % 3);
			word[count++][length] = '\0';
		}
	}
	assert_int_equal(count, 121);

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++)
			assert_int_equal(suggest_distance(word[i], word[j], 9),
				distance_by_definition(
					word[i], strlen(word[i]), word[j], strlen(word[j])));
}

static void long_words_are_near_to_nothing(void **state)
{
	(void)state;
	char a[65];
	memset(a, 'x', 64);
	a[64] = '\0';
	struct suggest suggest;

	assert_int_equal(suggest_distance(a, a + 1, 5), 6);
	assert_int_equal(suggest_distance(a + 1, a, 5), 6);
	assert_int_equal(suggest_distance(a + 1, a + 2, 5), 1);
	suggest_init(&suggest, a);
	suggest_offer(&suggest, a + 1);
	assert_int_equal(suggest.count, 0);
}

static void the_nearest_names_are_suggested(void **state)
{
	static const struct {
		const char *word;
		const char *candidates[6];
		const char *text; /* NULL: none */
	} rows[] = {
		{ "timout", { "timeout", "run", "perms" }, "did you mean 'timeout'?" },
		{ "prems", { "bwt", "perms" }, "did you mean 'perms'?" },
		{ "sandbox", { "sandbox" }, NULL },
		{ "xyz", { "timeout", "run", "perms" }, NULL },
		{ "bwt2", { "bwt", "bwt1", "bwt" }, "did you mean 'bwt' or 'bwt1'?" },
		{ "abx", { "aba", "abb", "abc", "abd" }, "did you mean 'aba', 'abb' or 'abc'?" },
		{ "abcdef", { "abcdxx", "abcdex", "abcdxf" },
			"did you mean 'abcdex' or 'abcdxf'?" },
		{ "SANDBOX", { "sandbox" }, "did you mean 'sandbox'?" },
		{ "on", { "no", "of" }, NULL }, /* more than a third of the word */
		{ "", { "a" }, NULL },
		{ "a", { NULL }, NULL },
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct suggest suggest;
		char buffer[128] = "untouched";

		suggest_init(&suggest, rows[i].word);
		for (size_t j = 0; rows[i].candidates[j] != NULL; j++)
			suggest_offer(&suggest, rows[i].candidates[j]);
		const char *text = suggest_format(&suggest, buffer, sizeof buffer);
		if (rows[i].text != NULL) {
			assert_ptr_equal(text, buffer);
			assert_string_equal(text, rows[i].text);
		} else {
			assert_null(text);
			assert_string_equal(buffer, "untouched");
		}
	}
}

static void a_text_that_does_not_fit_is_cut(void **state)
{
	(void)state;
	struct suggest suggest;
	char buffer[8];

	suggest_init(&suggest, "timout");
	suggest_offer(&suggest, "timeout");

	assert_string_equal(suggest_format(&suggest, buffer, sizeof buffer), "did you");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_distance_counts_edits_and_swaps),
		cmocka_unit_test(the_distance_is_the_one_of_the_definition),
		cmocka_unit_test(long_words_are_near_to_nothing),
		cmocka_unit_test(the_nearest_names_are_suggested),
		cmocka_unit_test(a_text_that_does_not_fit_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
