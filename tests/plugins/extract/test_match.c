/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match.h"
#include "memory_source.h"

/* What came out: "index@offset+length/line[text]" for each match, "?" for an unknown length. */
struct taken {
	char text[4000];
	size_t size;
	int fail_at; /* the number of the callback that fails, from 1 */
	int calls;
	size_t pieces;
};

static int count_call(struct taken *taken)
{
	return ++taken->calls == taken->fail_at ? -ENOSPC : 0;
}

static int take_begin(void *ctx, const struct match *match)
{
	struct taken *taken = ctx;
	char length[24] = "?";

	if (match->length != MATCH_LENGTH_UNKNOWN)
		(void)snprintf(length, sizeof length, "%llu", (unsigned long long)match->length);
	int n = snprintf(taken->text + taken->size, sizeof taken->text - taken->size,
		"%llu@%llu+%s/%llu[", (unsigned long long)match->index,
		(unsigned long long)match->offset, length, (unsigned long long)match->line);
	taken->size += (size_t)n;
	return count_call(taken);
}

static int take_bytes(void *ctx, const char *bytes, size_t n)
{
	struct taken *taken = ctx;

	assert_true(taken->size + n < sizeof taken->text - 2);
	memcpy(taken->text + taken->size, bytes, n);
	taken->size += n;
	taken->text[taken->size] = '\0';
	taken->pieces++;
	return count_call(taken);
}

static int take_end(void *ctx)
{
	struct taken *taken = ctx;

	taken->text[taken->size++] = ']';
	taken->text[taken->size] = '\0';
	return count_call(taken);
}

struct given {
	const char *data;
	size_t size; /* 0: the length of data as a string */
	size_t most; /* bytes a read and a chunk */
	const char *prefix, *suffix;
	unsigned flags; /* of the patterns */
	bool is_seekable;
	size_t kept; /* 0: all can be read again */
	ssize_t read_error;
	struct match_options options;
};

static struct pattern *make(const char *text, unsigned flags)
{
	struct pattern *pattern = NULL;
	struct regex_error error;

	if (text)
		assert_int_equal(pattern_create(text, strlen(text), flags, &pattern, &error), 0);
	return pattern;
}

static struct match_result run(const struct given *given, struct taken *taken)
{
	const struct match_sink sink = { take_begin, take_bytes, take_end, taken };
	struct match_options options = given->options;
	struct memory_source memory;

	memory_source_init(&memory, given->data, given->size ? given->size : strlen(given->data),
		given->most, given->is_seekable);
	memory.kept = given->kept ? given->kept : SIZE_MAX;
	memory.error = given->read_error;
	options.prefix = make(given->prefix, given->flags);
	options.suffix = make(given->suffix, given->flags);
	options.chunk = given->most;
	options.max_held = options.max_held ? options.max_held : 1000 * 1000;
	struct match_result result = match_run(&options, &memory.source, &sink);
	result.culprit = !result.culprit                    ? NULL
			 : result.culprit == options.prefix ? (const void *)given->prefix
							    : (const void *)given->suffix;
	pattern_destroy(options.prefix);
	pattern_destroy(options.suffix);
	return result;
}

static const struct {
	const char *name;
	struct given given;
	enum match_outcome outcome;
	uint64_t count;
	const char *taken;
} rows[] = {
	/* clang-format off */
	{ "the first one", { "a<b>c<d>", .prefix = "<", .suffix = ">" }, MATCH_DONE, 1, "1@2+1/0[b]" },
	{ "all", { "a<b>c<d>", .prefix = "<", .suffix = ">", .options = { .all = true } },
		MATCH_NO_PREFIX, 2, "1@2+1/0[b]2@6+1/0[d]" },
	{ "with delimiters", { "a<b>c<d>", .prefix = "<", .suffix = ">", .options = { .all = true, .delimiters = true } },
		MATCH_NO_PREFIX, 2, "1@1+3/0[<b>]2@5+3/0[<d>]" },
	{ "an overlapping try", { "aaab.c", .prefix = "aab", .suffix = "c" }, MATCH_DONE, 1, "1@4+1/0[.]" },
	{ "the suffix begins behind the prefix", { "aba", .prefix = "ab", .suffix = "ba" }, MATCH_NO_SUFFIX, 0, "" },
	{ "prefix and suffix alike", { "|a|b|c|", .prefix = "|", .suffix = "|", .options = { .all = true } },
		MATCH_NO_PREFIX, 2, "1@1+1/0[a]2@5+1/0[c]" },
	{ "no prefix given", { "ab,cd,", .suffix = ",", .options = { .all = true } }, MATCH_NO_PREFIX, 1, "1@0+2/0[ab]" },
	{ "no suffix given", { "ab,cd,ef", .prefix = ",", .options = { .all = true } }, MATCH_NO_PREFIX, 1, "1@3+?/0[cd,ef]" },
	{ "neither given", { "ab\ncd", .options = { .lines = true } }, MATCH_DONE, 1, "1@0+?/1[ab\ncd]" },
	{ "neither given, no data", { .data = "" }, MATCH_DONE, 1, "1@0+?/0[]" },
	{ "no suffix given, in one piece", { "ab,cd,ef", .prefix = ",", .options = { .whole = true } },
		MATCH_DONE, 1, "1@3+5/0[cd,ef]" },
	{ "an empty suffix", { "a,b,", .prefix = ",", .suffix = "", .options = { .all = true } },
		MATCH_NO_PREFIX, 2, "1@2+0/0[]2@4+0/0[]" },
	{ "an empty text", { "<>", .prefix = "<", .suffix = ">" }, MATCH_DONE, 1, "1@1+0/0[]" },
	{ "no prefix found", { "abc", .prefix = "<", .suffix = ">" }, MATCH_NO_PREFIX, 0, "" },
	{ "no suffix found", { "a<bc", .prefix = "<", .suffix = ">" }, MATCH_NO_SUFFIX, 0, "" },
	{ "the third", { "<a><b><c><d>", .prefix = "<", .suffix = ">", .options = { .nth = 3, .lines = true } },
		MATCH_DONE, 3, "3@7+1/1[c]" },
	{ "the fifth of four", { "<a><b><c><d>", .prefix = "<", .suffix = ">", .options = { .nth = 5 } }, MATCH_NO_PREFIX, 4, "" },
	{ "counted", { "<a><b><c", .prefix = "<", .suffix = ">", .options = { .all = true, .count_only = true } },
		MATCH_NO_SUFFIX, 2, "" },
	{ "lines", { "\n\n<a>\r\n<b\n>\n<c>", .prefix = "<", .suffix = ">", .options = { .all = true, .lines = true } },
		MATCH_NO_PREFIX, 3, "1@3+1/3[a]2@8+2/4[b\n]3@13+1/6[c]" },
	{ "lines with delimiters", { "\n\n(\na)", .prefix = "\n(\n", .suffix = ")", .options = { .delimiters = true, .lines = true } },
		MATCH_DONE, 1, "1@1+5/2[\n(\na)]" },
	{ "any letter's case", { "xEnDystArtz", .prefix = "END", .suffix = "start", .flags = PATTERN_IGNORE_CASE },
		MATCH_DONE, 1, "1@4+1/0[y]" },
	{ "nested", { ")a(b(c)d(e)f)g(h)(", .prefix = "(", .suffix = ")", .options = { .nested = true, .all = true } },
		MATCH_NO_SUFFIX, 2, "1@3+9/0[b(c)d(e)f]2@15+1/0[h]" },
	{ "nested, not balanced", { "((a)", .prefix = "(", .suffix = ")", .options = { .nested = true, .all = true } },
		MATCH_NO_SUFFIX, 0, "" },
	{ "nested, one in the other", { "<b><b>x</b></b>", .prefix = "<b>", .suffix = "</b>", .options = { .nested = true } },
		MATCH_DONE, 1, "1@3+8/0[<b>x</b>]" },
	{ "nested, a prefix of the other", { "<<x</</", .prefix = "<", .suffix = "</", .options = { .nested = true, .delimiters = true } },
		MATCH_DONE, 1, "1@0+7/0[<<x</</]" },
	{ "nested, alike", { "\"a\" \"b\"", .prefix = "\"", .suffix = "\"", .options = { .nested = true, .all = true } },
		MATCH_NO_PREFIX, 2, "1@1+1/0[a]2@5+1/0[b]" },
	{ "patterns", { "k1=v1;k22=v2;", .prefix = "k\\d+=", .suffix = ";", .flags = PATTERN_REGEX, .options = { .all = true } },
		MATCH_NO_PREFIX, 2, "1@3+2/0[v1]2@10+2/0[v2]" },
	{ "patterns of no bytes", { "ab", .prefix = "x*", .suffix = "", .flags = PATTERN_REGEX, .options = { .all = true } },
		MATCH_NO_PREFIX, 3, "1@0+0/0[]2@1+0/0[]3@2+0/0[]" },
	{ "the start of the data", { "aXaX", .prefix = "^a", .suffix = "X", .flags = PATTERN_REGEX, .options = { .all = true } },
		MATCH_NO_PREFIX, 1, "1@1+0/0[]" },
	{ "the start of lines", { "a\nb\n", .prefix = "(?m)^", .suffix = "(?m)$", .flags = PATTERN_REGEX, .options = { .all = true } },
		MATCH_NO_PREFIX, 2, "1@0+1/0[a]2@2+1/0[b]" },
	/* clang-format on */
};

/* Every border: reads and chunks of each size, and sources of both kinds. */
static void every_row_comes_out_whatever_the_borders(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		for (size_t most = 1; most < 40; most++) {
			struct given given = rows[i].given;
			struct taken taken = { 0 };
			given.most = most / 2 + 1;
			given.is_seekable = most % 2;

			struct match_result result = run(&given, &taken);

			if (result.outcome != rows[i].outcome || result.count != rows[i].count ||
				strcmp(taken.text, rows[i].taken) != 0)
				fail_msg("%s, %zu bytes a read: outcome %d, %llu matches, %s",
					rows[i].name, given.most, (int)result.outcome,
					(unsigned long long)result.count, taken.text);
		}
	}
}

static void nul_bytes_are_bytes(void **state)
{
	(void)state;
	for (size_t most = 1; most < 12; most++) {
		struct given given = { "\0<\0a\0>\0", .size = 7, .most = most, .prefix = "<",
			.suffix = ">" };
		struct taken taken = { 0 };

		struct match_result result = run(&given, &taken);

		assert_int_equal(result.count, 1);
		assert_int_equal(taken.size, strlen("1@2+3/0[") + 3 + 1);
		assert_memory_equal(taken.text, "1@2+3/0[\0a\0]", taken.size);
	}
}

static void a_text_over_the_limit_is_refused_where_it_must_be_held(void **state)
{
	(void)state;
	for (size_t most = 1; most < 30; most++) {
		for (uint64_t limit = 4; limit <= 5; limit++) {
			struct given given = { "<a><12345><b>", .most = most, .prefix = "<",
				.suffix = ">", .options = { .all = true, .max_held = limit } };
			struct taken taken = { 0 };

			struct match_result result = run(&given, &taken);

			assert_int_equal(result.count, limit == 4 ? 1 : 3);
			assert_int_equal(
				result.outcome, limit == 4 ? MATCH_TEXT_TOO_LONG : MATCH_NO_PREFIX);
			if (limit == 4)
				assert_int_equal(result.offset, 4);
		}
	}
}

/* If there is no suffix the text would not have been handed over anyway. */
static void a_text_without_end_over_the_limit_is_just_no_match(void **state)
{
	struct given given = { "<a><1234567", .most = 2, .prefix = "<", .suffix = ">",
		.options = { .all = true, .max_held = 3 } };
	struct taken taken = { 0 };

	(void)state;
	struct match_result result = run(&given, &taken);

	assert_int_equal(result.outcome, MATCH_NO_SUFFIX);
	assert_string_equal(taken.text, "1@1+1/0[a]");
}

static void a_long_text_of_a_file_is_read_again(void **state)
{
	struct given given = { "..<0123456789abcdefghij>..", .most = 2, .prefix = "<",
		.suffix = ">", .is_seekable = true,
		.options = { .max_held = 3, .delimiters = true } };
	struct taken taken = { 0 };

	(void)state;
	struct match_result result = run(&given, &taken);

	assert_int_equal(result.outcome, MATCH_DONE);
	assert_string_equal(taken.text, "1@2+22/0[<0123456789abcdefghij>]");
	assert_int_equal(taken.pieces, 11);
}

static void a_file_that_has_shrunk_meanwhile_is_an_error(void **state)
{
	struct given given = { "..<0123456789abcdefghij>..", .most = 2, .prefix = "<",
		.suffix = ">", .is_seekable = true, .kept = 10, .options = { .max_held = 3 } };
	struct taken taken = { 0 };

	(void)state;
	struct match_result result = run(&given, &taken);

	assert_int_equal(result.outcome, MATCH_CHANGED);
	assert_int_equal(result.count, 0);
}

static void whole_texts_come_in_one_piece(void **state)
{
	struct given given = { "..<0123456789abcdefghij><x>..", .most = 2, .prefix = "<",
		.suffix = ">", .is_seekable = true, .options = { .all = true, .whole = true } };
	struct taken taken = { 0 };

	(void)state;
	(void)run(&given, &taken);

	assert_string_equal(taken.text, "1@3+20/0[0123456789abcdefghij]2@25+1/0[x]");
	assert_int_equal(taken.pieces, 2);
}

/* Nothing of a text without a suffix is known to be held back: it comes read by read. */
static void a_text_to_the_end_is_passed_on_as_it_comes(void **state)
{
	struct given given = { "..<0123456789", .most = 2, .prefix = "<",
		.options = { .max_held = 1 } };
	struct taken taken = { 0 };

	(void)state;
	struct match_result result = run(&given, &taken);

	assert_int_equal(result.outcome, MATCH_DONE);
	assert_string_equal(taken.text, "1@3+?/0[0123456789]");
	assert_true(taken.pieces >= 5);
}

static void a_failure_of_the_sink_ends_the_run(void **state)
{
	(void)state;
	for (int fail_at = 1; fail_at <= 6; fail_at++) {
		for (size_t most = 1; most < 8; most += 6) {
			struct given given = { "<a><b><c>", .most = most, .prefix = "<",
				.suffix = ">", .options = { .all = true } };
			struct taken taken = { .fail_at = fail_at };

			struct match_result result = run(&given, &taken);

			assert_int_equal(result.outcome, MATCH_SINK_FAILED);
			assert_int_equal(result.error, -ENOSPC);
			assert_int_equal(taken.calls, fail_at);
			assert_int_equal(result.count, (fail_at - 1) / 3);
		}
	}
}

static void a_failure_to_read_ends_the_run_after_what_was_found(void **state)
{
	struct given given = { "<a><b", .most = 3, .prefix = "<", .suffix = ">", .read_error = -EIO,
		.options = { .all = true } };
	struct taken taken = { 0 };

	(void)state;
	struct match_result result = run(&given, &taken);

	assert_int_equal(result.outcome, MATCH_READ_FAILED);
	assert_int_equal(result.error, -EIO);
	assert_int_equal(result.count, 1);
	assert_string_equal(taken.text, "1@1+1/0[a]");
}

static void a_bad_pattern_ends_the_run(void **state)
{
	struct given given = { "<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa>", .most = 100,
		.prefix = "<", .suffix = "(a+)+[bc]", .flags = PATTERN_REGEX };
	struct taken taken = { 0 };

	(void)state;
	struct match_result result = run(&given, &taken);

	assert_int_equal(result.outcome, MATCH_REGEX_FAILED);
	assert_ptr_equal(result.culprit, given.suffix);
	assert_int_equal(result.offset, 1);
	assert_string_equal(taken.text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_comes_out_whatever_the_borders),
		cmocka_unit_test(nul_bytes_are_bytes),
		cmocka_unit_test(a_text_over_the_limit_is_refused_where_it_must_be_held),
		cmocka_unit_test(a_text_without_end_over_the_limit_is_just_no_match),
		cmocka_unit_test(a_long_text_of_a_file_is_read_again),
		cmocka_unit_test(a_file_that_has_shrunk_meanwhile_is_an_error),
		cmocka_unit_test(whole_texts_come_in_one_piece),
		cmocka_unit_test(a_text_to_the_end_is_passed_on_as_it_comes),
		cmocka_unit_test(a_failure_of_the_sink_ends_the_run),
		cmocka_unit_test(a_failure_to_read_ends_the_run_after_what_was_found),
		cmocka_unit_test(a_bad_pattern_ends_the_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
