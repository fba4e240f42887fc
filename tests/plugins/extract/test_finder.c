/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <string.h>

#include "finder.h"
#include "memory_source.h"

struct bench {
	struct memory_source memory;
	struct match_result result;
	struct finder finder;
	struct scan scan[2];
};

static struct pattern *make(const char *text, unsigned flags)
{
	struct pattern *pattern = NULL;
	struct regex_error error;

	assert_int_equal(pattern_create(text, strlen(text), flags, &pattern, &error), 0);
	return pattern;
}

static void set_up(struct bench *bench, const char *data, size_t most, const char *first,
	const char *second, unsigned flags)
{
	memset(bench, 0, sizeof *bench);
	memory_source_init(&bench->memory, data, strlen(data), most, false);
	window_init(&bench->finder.window, &bench->memory.source, most, false);
	bench->finder.result = &bench->result;
	bench->finder.hold = FINDER_HOLDS_NOTHING;
	bench->finder.regex_most = 1000;
	bench->scan[0].pattern = make(first, flags);
	bench->scan[1].pattern = make(second, flags);
}

static void tear_down(struct bench *bench)
{
	window_release(&bench->finder.window);
	pattern_destroy(bench->scan[0].pattern);
	pattern_destroy(bench->scan[1].pattern);
}

static const struct {
	const char *data, *first, *second;
	unsigned flags;
	const char *order; /* of the delimiters found; each search goes on behind the last */
} rows[] = {
	{ "..(..(..)..)", "(", ")", 0, "1122" },
	{ ")))((", "(", ")", 0, "22211" },
	{ "abab", "ab", "a", 0, "11" }, /* at one place: the longer */
	{ "abab", "a", "ab", 0, "22" },
	{ "a.a", "a", "a", 0, "22" }, /* equally long: the later */
	{ "<</<", "<", "</", 0, "121" },
	{ "abcbcabc", "abc", "bc", 0, "121" },
	{ "aab", "ab", "aa", 0, "2" },
	{ "xaabx", "aabb", "aab", 0, "2" }, /* what may become the longer one does not */
	{ "aabb", "aabb", "aab", 0, "1" },
	{ "aab.ab", "a+b", "b", PATTERN_REGEX, "11" },
	{ "aab.aac", "a+b", "a+c", PATTERN_REGEX, "12" },
	{ "ab", "(?<=a)b", "a", PATTERN_REGEX, "21" },
	{ "", "a", "b", 0, "" },
	{ "....", "a", "b", 0, "" },
};

static void two_delimiters_come_in_their_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		for (size_t most = 1; most < 12; most++) {
			struct bench bench;
			struct span span = { 0 };
			char order[20] = "";
			set_up(&bench, rows[i].data, most, rows[i].first, rows[i].second,
				rows[i].flags);

			size_t n = 0;
			int r;
			while ((r = finder_next(&bench.finder, bench.scan, 2, span.end, &span)) > 0)
				order[n++] = (char)('0' + r);

			assert_int_equal(r, 0);
			assert_string_equal(order, rows[i].order);
			tear_down(&bench);
		}
	}
}

/* The second delimiter is found at once: the first is then not looked for through the whole stream.
 */
static void no_more_is_read_than_the_order_needs(void **state)
{
	struct bench bench;
	struct span span;

	(void)state;
	set_up(&bench, ")....................", 4, "(", ")", 0);

	assert_int_equal(finder_next(&bench.finder, bench.scan, 2, 0, &span), 2);

	assert_int_equal(bench.memory.reads, 1);
	tear_down(&bench);
}

static void what_is_held_is_let_go_over_the_limit(void **state)
{
	struct bench bench;
	struct span span;

	(void)state;
	for (uint64_t limit = 8; limit <= 9; limit++) {
		set_up(&bench, "........)", 1, "(", ")", 0);
		bench.finder.hold = bench.finder.hold_start = 0;
		bench.finder.hold_most = limit - 1;

		assert_int_equal(finder_next(&bench.finder, bench.scan + 1, 1, 0, &span), 1);

		assert_int_equal(span.start, 8);
		if (limit == 8)
			assert_true(bench.finder.hold == FINDER_HOLDS_NOTHING);
		else
			assert_true(bench.finder.hold == 0 && bench.finder.window.base == 0);
		tear_down(&bench);
	}
}

static void a_position_behind_the_end_finds_nothing(void **state)
{
	struct bench bench;
	struct span span;

	(void)state;
	set_up(&bench, "abc", 2, "x*", "y*", PATTERN_REGEX);

	assert_int_equal(finder_next(&bench.finder, bench.scan, 1, 3, &span), 1);
	assert_int_equal(finder_next(&bench.finder, bench.scan, 1, 4, &span), 0);
	tear_down(&bench);
}

static void an_unfinished_regex_match_has_a_limit(void **state)
{
	struct bench bench;
	struct span span;
	char data[3001];

	(void)state;
	memset(data, 'a', 3000);
	data[3000] = '\0';
	set_up(&bench, data, 10, "xa*y", "aa*y", PATTERN_REGEX);

	assert_int_equal(finder_next(&bench.finder, bench.scan, 2, 0, &span), -EFBIG);

	assert_int_equal(bench.result.outcome, MATCH_REGEX_TOO_LONG);
	assert_ptr_equal(bench.result.culprit, bench.scan[1].pattern);
	assert_int_equal(bench.result.offset, 0);
	tear_down(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_delimiters_come_in_their_order),
		cmocka_unit_test(no_more_is_read_than_the_order_needs),
		cmocka_unit_test(what_is_held_is_let_go_over_the_limit),
		cmocka_unit_test(a_position_behind_the_end_finds_nothing),
		cmocka_unit_test(an_unfinished_regex_match_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
