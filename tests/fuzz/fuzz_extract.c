/* extract's engine: what comes out must not depend on where the data is cut.
 *
 * The input is: flags, chunk, read, nth and limit (a byte each), the lengths of both delimiters,
 * the delimiters, the data. As patterns the bytes of a delimiter choose among pieces, so that many
 * compile; PCRE2's step limit is small, and a run that meets it proves nothing.
 *
 * SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match.h"
#include "memory_source.h"

enum {
	FLAG_REGEX = 1,
	FLAG_IGNORE_CASE = 2,
	FLAG_ALL = 4,
	FLAG_NESTED = 8,
	FLAG_DELIMITERS = 16,
	FLAG_LINES = 32,
	FLAG_WHOLE = 64,
	FLAG_SEEKABLE = 128,
	HEAD = 7,
	DATA_MOST = 400,
	REGEX_DATA_MOST = 60,
	DELIMITER_MOST = 16,
	PATTERN_ROOM = 256,
};

static const char *const pieces[] = { "a", "b", "c", "\\n", ".", "[ab]", "[^a]", "(", "(?:", ")",
	"|", "*", "+", "?", "{2}", "*?", "++", "^", "$", "\\b", "\\B", "\\A", "\\z", "\\Z", "\\K",
	"\\R", "\\w", "(?=", "(?!", "(?<=a)", "(?<!b)", "(?<=ab)", "(?>", "(?m)", "(?s)", "(?i)",
	"\\g{-1}", "\\G" };

/* What a run tells, as text. */
struct trace {
	char *text;
	size_t size, room;
};

static int append(struct trace *trace, const char *bytes, size_t n)
{
	if (trace->size + n > trace->room) {
		trace->room = 2 * (trace->size + n);
		trace->text = realloc(trace->text, trace->room);
	}
	if (n > 0)
		memcpy(trace->text + trace->size, bytes, n);
	trace->size += n;
	return 0;
}

static int take_begin(void *ctx, const struct match *match)
{
	char head[120];
	int n = snprintf(head, sizeof head, "<%llu %llu %llu %llu>",
		(unsigned long long)match->index, (unsigned long long)match->offset,
		(unsigned long long)match->length, (unsigned long long)match->line);

	return append(ctx, head, (size_t)n);
}

static int take_bytes(void *ctx, const char *bytes, size_t n)
{
	return append(ctx, bytes, n);
}

static int take_end(void *ctx)
{
	return append(ctx, "</>", 3);
}

static struct pattern *make(const uint8_t *bytes, size_t size, uint8_t flags)
{
	unsigned bits = (flags & FLAG_REGEX ? PATTERN_REGEX : 0u) |
			(flags & FLAG_IGNORE_CASE ? PATTERN_IGNORE_CASE : 0u) |
			(flags & FLAG_NESTED ? PATTERN_NOT_EMPTY : 0u);
	char text[PATTERN_ROOM] = "(*LIMIT_MATCH=2000)";
	struct pattern *pattern = NULL;
	struct regex_error error;

	if (flags & FLAG_REGEX) {
		size_t n = strlen(text);
		for (size_t i = 0; i < size; i++) {
			const char *piece = pieces[bytes[i] % (sizeof pieces / sizeof pieces[0])];
			memcpy(text + n, piece, strlen(piece));
			n += strlen(piece);
		}
		size = n;
	} else {
		memcpy(text, bytes, size);
	}
	return pattern_create(text, size, bits, &pattern, &error) == 0 ? pattern : NULL;
}

static struct match_result run(const struct match_options *options, const uint8_t *data,
	size_t size, size_t read, bool is_seekable, struct trace *trace)
{
	const struct match_sink sink = { take_begin, take_bytes, take_end, trace };
	struct memory_source memory;

	memory_source_init(&memory, data, size, read, is_seekable);
	return match_run(options, &memory.source, &sink);
}

static void compare(
	struct match_options *options, const uint8_t *head, const uint8_t *data, size_t size)
{
	struct trace whole = { 0 }, cut = { 0 };
	bool is_seekable = head[0] & FLAG_SEEKABLE;

	options->chunk = 1 << 16;
	struct match_result expected = run(options, data, size, SIZE_MAX, is_seekable, &whole);
	options->chunk = 1 + head[1] % 40u;
	struct match_result got = run(options, data, size, 1 + head[2] % 40u, is_seekable, &cut);
	bool is_comparable = expected.outcome != MATCH_REGEX_FAILED &&
			     got.outcome != MATCH_REGEX_FAILED;
	if (is_comparable &&
		(expected.outcome != got.outcome || expected.count != got.count ||
			whole.size != cut.size ||
			(cut.size > 0 && memcmp(whole.text, cut.text, cut.size) != 0))) {
		fprintf(stderr, "outcomes %d and %d, counts %llu and %llu\n%.*s\n%.*s\n",
			(int)expected.outcome, (int)got.outcome, (unsigned long long)expected.count,
			(unsigned long long)got.count, (int)whole.size, whole.text, (int)cut.size,
			cut.text);
		__builtin_trap();
	}
	free(whole.text);
	free(cut.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < HEAD)
		return 0;
	const uint8_t *head = data;
	size_t most = head[0] & FLAG_REGEX ? REGEX_DATA_MOST : DATA_MOST;
	size_t prefix_size = head[5] % (DELIMITER_MOST + 1),
	       suffix_size = head[6] % (DELIMITER_MOST + 1);
	if (size < HEAD + prefix_size + suffix_size)
		return 0;
	data += HEAD + prefix_size + suffix_size;
	size -= HEAD + prefix_size + suffix_size;
	size = size < most ? size : most;

	struct pattern *prefix = make(head + HEAD, prefix_size, head[0]);
	struct pattern *suffix = make(head + HEAD + prefix_size, suffix_size, head[0]);
	struct match_options options = {
		/* A delimiter of no bytes at all stands for none. */
		.prefix = prefix_size > 0 ? prefix : NULL,
		.suffix = suffix,
		.nth = head[3] % 4u,
		.all = head[0] & FLAG_ALL,
		.nested = head[0] & FLAG_NESTED && prefix_size > 0 && suffix_size > 0,
		.delimiters = head[0] & FLAG_DELIMITERS,
		.lines = head[0] & FLAG_LINES,
		.whole = head[0] & FLAG_WHOLE,
		/* An unfinished pattern may be over a limit where a finished one is not. */
		.max_held = head[0] & FLAG_REGEX || head[4] > 100 ? 1u << 20 : head[4],
	};
	if (prefix && suffix)
		compare(&options, head, data, size);
	pattern_destroy(prefix);
	pattern_destroy(suffix);
	return 0;
}
