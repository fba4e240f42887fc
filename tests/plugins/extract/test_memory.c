/* Every allocation of the engine, and of PCRE2 where it is linked as an archive, fails once.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <string.h>

#include "failing_alloc.h"
#include "match.h"
#include "memory_source.h"

static const char data[] = "..<b>one two three four five six</b>..<B>seven</B>..";

struct taken {
	char text[200];
	size_t size;
};

static int take_begin(void *ctx, const struct match *match)
{
	(void)ctx;
	(void)match;
	return 0;
}

static int take_bytes(void *ctx, const char *bytes, size_t n)
{
	struct taken *taken = ctx;

	assert_true(taken->size + n < sizeof taken->text);
	memcpy(taken->text + taken->size, bytes, n);
	taken->size += n;
	return 0;
}

static int take_end(void *ctx)
{
	return take_bytes(ctx, "|", 1);
}

static const struct {
	const char *prefix, *suffix, *expected;
	unsigned flags;
	bool is_seekable;
} rows[] = {
	{ "<b>", "</b>", "one two three four five six|", 0, false },
	{ "<b>", "</b>", "one two three four five six|", 0, true }, /* is read again */
	{ "<B>", "</B>", "one two three four five six|seven|", PATTERN_IGNORE_CASE, false },
	{ "<\\w>", "</(b|B)>", "one two three four five six|seven|", PATTERN_REGEX, false },
	/* Compiled twice, and interpreted. */
	{ "(?m)^..<b>", "(*NO_JIT)</(?:b|(c))*>", "one two three four five six|", PATTERN_REGEX,
		true },
};

/* Returns 0, or -ENOMEM where the outcome or the making of a pattern said so. */
static int work(size_t row, struct taken *taken)
{
	const struct match_sink sink = { take_begin, take_bytes, take_end, taken };
	struct match_options options = { .all = true, .max_held = 1000, .chunk = 3 };
	struct match_result result = { 0 };
	struct memory_source memory;
	struct regex_error error;

	memory_source_init(&memory, data, strlen(data), 2, rows[row].is_seekable);
	int r = pattern_create(rows[row].prefix, strlen(rows[row].prefix), rows[row].flags,
		&options.prefix, &error);
	if (r == 0)
		r = pattern_create(rows[row].suffix, strlen(rows[row].suffix), rows[row].flags,
			&options.suffix, &error);
	if (r == 0)
		result = match_run(&options, &memory.source, &sink);
	pattern_destroy(options.prefix);
	pattern_destroy(options.suffix);
	if (r < 0 || result.outcome == MATCH_NO_PREFIX)
		return r;
	assert_int_equal(result.outcome, MATCH_NO_MEMORY);
	return -ENOMEM;
}

/* PCRE2 does without its machine code where there is no memory for it: then the result is right. */
static void a_failed_allocation_is_an_error_or_does_not_matter(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t failed = 0;
		for (size_t n = 0;; n++) {
			struct taken taken = { 0 };

			failing_alloc_start(n);
			int r = work(i, &taken);
			bool has_failed = failing_alloc_stop();

			if (r == 0)
				assert_string_equal(taken.text, rows[i].expected);
			else
				assert_int_equal(r, -ENOMEM);
			failed += r < 0;
			if (!has_failed)
				break;
		}
		assert_true(failed >= 4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failed_allocation_is_an_error_or_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
