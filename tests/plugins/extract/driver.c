/* Answers many cases in one process, for test_oracle.py: a line in, a line out.
 *
 *     FLAGS NTH MAX_HELD CHUNK READ PREFIX SUFFIX DATA
 *
 * FLAGS are letters: r(egex) i(gnore case) a(ll) n(ested) d(elimiters) l(ines) w(hole) c(ount only)
 * s(eekable), or "-". READ: bytes that a read returns. The last three are in hexadecimal, "-" if
 * absent, "." if empty. The answer:
 *
 *     = [INDEX:OFFSET:LENGTH:LINE:HEX ...] OUTCOME COUNT
 *
 * LENGTH is "?" where it is not known at the beginning.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match.h"
#include "memory_source.h"

enum { FIELDS = 8 };

struct text {
	char *bytes; /* NULL: absent */
	size_t size;
};

static int take_begin(void *ctx, const struct match *match)
{
	FILE *out = ctx;

	fprintf(out, " %" PRIu64 ":%" PRIu64 ":", match->index, match->offset);
	if (match->length == MATCH_LENGTH_UNKNOWN)
		fputs("?", out);
	else
		fprintf(out, "%" PRIu64, match->length);
	fprintf(out, ":%" PRIu64 ":", match->line);
	return 0;
}

static int take_bytes(void *ctx, const char *bytes, size_t n)
{
	FILE *out = ctx;

	for (size_t i = 0; i < n; i++)
		fprintf(out, "%02x", (unsigned char)bytes[i]);
	return 0;
}

static int take_end(void *ctx)
{
	(void)ctx;
	return 0;
}

static int parse_hex(const char *word, struct text *ret_text)
{
	*ret_text = (struct text){ 0 };
	if (strcmp(word, "-") == 0)
		return 0;
	size_t size = strcmp(word, ".") == 0 ? 0 : strlen(word) / 2;
	ret_text->bytes = malloc(size + 1);
	if (!ret_text->bytes)
		return -ENOMEM;
	for (size_t i = 0; i < size; i++) {
		unsigned value;
		if (sscanf(word + 2 * i, "%2x", &value) != 1)
			return -EINVAL;
		ret_text->bytes[i] = (char)value;
	}
	ret_text->size = size;
	return 0;
}

static int make_pattern(const struct text *text, const char *flags, struct pattern **ret_pattern)
{
	struct regex_error error;
	unsigned bits = (strchr(flags, 'r') ? PATTERN_REGEX : 0u) |
			(strchr(flags, 'i') ? PATTERN_IGNORE_CASE : 0u) |
			(strchr(flags, 'n') ? PATTERN_NOT_EMPTY : 0u);

	*ret_pattern = NULL;
	return text->bytes ? pattern_create(text->bytes, text->size, bits, ret_pattern, &error) : 0;
}

static void run_case(char *const field[FIELDS], const struct text text[3])
{
	static const char *const outcomes[] = { "done", "no-prefix", "no-suffix", "read-failed",
		"changed", "text-too-long", "regex-too-long", "regex-failed", "no-memory",
		"sink-failed" };
	const char *flags = field[0];
	const struct match_sink sink = { take_begin, take_bytes, take_end, stdout };
	struct pattern *pattern[2] = { NULL, NULL };
	struct memory_source memory;

	if (make_pattern(&text[0], flags, &pattern[0]) < 0 ||
		make_pattern(&text[1], flags, &pattern[1]) < 0) {
		printf("bad-pattern 0");
		goto out;
	}
	struct match_options options = {
		.prefix = pattern[0],
		.suffix = pattern[1],
		.nth = strtoull(field[1], NULL, 10),
		.all = strchr(flags, 'a'),
		.nested = strchr(flags, 'n'),
		.delimiters = strchr(flags, 'd'),
		.lines = strchr(flags, 'l'),
		.whole = strchr(flags, 'w'),
		.count_only = strchr(flags, 'c'),
		.max_held = strtoull(field[2], NULL, 10),
		.chunk = strtoull(field[3], NULL, 10),
	};
	memory_source_init(&memory, text[2].bytes, text[2].size, strtoull(field[4], NULL, 10),
		strchr(flags, 's'));
	printf("=");
	struct match_result result = match_run(&options, &memory.source, &sink);
	printf(" %s %" PRIu64, outcomes[result.outcome], result.count);
out:
	putchar('\n');
	pattern_destroy(pattern[0]);
	pattern_destroy(pattern[1]);
}

int main(void)
{
	char *line = NULL;
	size_t room = 0;
	int r = 0;

	while (r == 0 && getline(&line, &room, stdin) > 0) {
		char *field[FIELDS], *rest = line;
		struct text text[3] = { { 0 } };
		for (size_t i = 0; i < FIELDS; i++)
			field[i] = strsep(&rest, " \n");
		for (size_t i = 0; r == 0 && i < 3; i++)
			r = parse_hex(field[5 + i], &text[i]);
		if (r == 0)
			run_case(field, text);
		for (size_t i = 0; i < 3; i++)
			free(text[i].bytes);
	}
	free(line);
	return r < 0;
}
