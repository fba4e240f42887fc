/* A delimiter: a literal or a PCRE2 pattern, looked for in a window of a stream.
 *
 * SPDX-License-Identifier: MIT */
#ifndef EXTRACT_PATTERN_H
#define EXTRACT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "regex.h"

struct pattern;

enum pattern_flag {
	PATTERN_REGEX = 1 << 0,
	PATTERN_IGNORE_CASE = 1 << 1, /* a literal: A-Z and a-z; a regex: PCRE2's rules */
	PATTERN_NOT_EMPTY = 1 << 2,   /* a regex: matches of no bytes do not count */
};

/* A part of a stream. */
struct pattern_view {
	const char *data;
	size_t size;
	size_t from; /* no match is wanted that begins before it; what is before it is context */
	bool last;   /* the stream ends with this part */
};

/* Make one of `size` bytes at `text`, which are copied. An empty text, regex or not, is found at
 * once.
 *
 * Returns 0; -EINVAL for a regex that does not compile, with *ret_error filled; -ENOMEM. */
int pattern_create(const char *text, size_t size, unsigned flags, struct pattern **ret_pattern,
	struct regex_error *ret_error);

/* Look for the first match in the part. As regex_find: 1, or 0 with ret_match->start being the
 * place from which to look again, or -ELOOP or -ENOMEM. Threads: one at a time per pattern. */
int pattern_find(
	struct pattern *pattern, const struct pattern_view *view, struct regex_match *ret_match);

/* How many bytes before `from` a view must have (fewer only at the start of the stream). */
size_t pattern_context(const struct pattern *pattern);

/* See regex_is_bound_to_start. */
bool pattern_is_bound_to_start(const struct pattern *pattern);

/* May a match grow with more data, so that asking for it byte by byte would search again and again?
 */
bool pattern_is_regex(const struct pattern *pattern);

/* Its length if it is a literal; 0 for a regex. */
size_t pattern_literal_size(const struct pattern *pattern);

/* PCRE2's words for the last -ELOOP. */
void pattern_failure(const struct pattern *pattern, char *ret_text, size_t size);

/* Accepts NULL. */
void pattern_destroy(struct pattern *pattern);

#endif
