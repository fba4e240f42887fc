/* Chooses between literal.c and regex.c.
 *
 * SPDX-License-Identifier: MIT */
#include "pattern.h"

#include <errno.h>
#include <stdlib.h>

#include "literal.h"

struct pattern {
	struct literal literal;
	struct regex *regex; /* NULL: a literal */
};

int pattern_create(const char *text, size_t size, unsigned flags, struct pattern **ret_pattern,
	struct regex_error *ret_error)
{
	struct pattern *pattern = calloc(1, sizeof *pattern);
	int r;

	if (!pattern)
		return -ENOMEM;
	if ((flags & PATTERN_REGEX) && size > 0) {
		unsigned regex_flags = (flags & PATTERN_IGNORE_CASE ? REGEX_IGNORE_CASE : 0) |
				       (flags & PATTERN_NOT_EMPTY ? REGEX_NOT_EMPTY : 0);
		r = regex_create(text, size, regex_flags, &pattern->regex, ret_error);
	} else {
		r = literal_init(&pattern->literal, text, size, flags & PATTERN_IGNORE_CASE);
	}
	if (r < 0) {
		pattern_destroy(pattern);
		return r;
	}
	*ret_pattern = pattern;
	return 0;
}

static int find_literal(
	struct literal *literal, const struct pattern_view *view, struct regex_match *ret_match)
{
	size_t rest = view->size - view->from;
	const char *hit = literal_find(literal, view->data + view->from, rest);

	if (hit) {
		ret_match->origin = ret_match->start = (size_t)(hit - view->data);
		ret_match->end = ret_match->start + literal->size;
		return 1;
	}
	/* The last size - 1 bytes may be the beginning of one. */
	ret_match->start = rest >= literal->size ? view->size - (literal->size - 1) : view->from;
	return 0;
}

int pattern_find(
	struct pattern *pattern, const struct pattern_view *view, struct regex_match *ret_match)
{
	if (!pattern->regex)
		return find_literal(&pattern->literal, view, ret_match);
	return regex_find(
		pattern->regex, view->data, view->size, view->from, view->last, ret_match);
}

size_t pattern_context(const struct pattern *pattern)
{
	return pattern->regex ? regex_context(pattern->regex) : 0;
}

bool pattern_is_bound_to_start(const struct pattern *pattern)
{
	return pattern->regex && regex_is_bound_to_start(pattern->regex);
}

bool pattern_is_regex(const struct pattern *pattern)
{
	return pattern->regex;
}

size_t pattern_literal_size(const struct pattern *pattern)
{
	return pattern->regex ? 0 : pattern->literal.size;
}

void pattern_failure(const struct pattern *pattern, char *ret_text, size_t size)
{
	if (pattern->regex)
		regex_failure(pattern->regex, ret_text, size);
	else if (size > 0)
		ret_text[0] = '\0';
}

void pattern_destroy(struct pattern *pattern)
{
	if (!pattern)
		return;
	literal_release(&pattern->literal);
	regex_destroy(pattern->regex);
	free(pattern);
}
