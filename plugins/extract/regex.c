/* PCRE2 over a window.
 *
 * Everything but the last part of a stream is matched with PCRE2_PARTIAL_HARD: as soon as matching
 * looks at the end of the part, PCRE2 gives up with the place where the match in question began,
 * and the same search is made again from there when more bytes are at hand. A match or a failure
 * that PCRE2 reports otherwise has not depended on what follows. Lookbehind sees bytes kept before
 * the place of the search.
 *
 * One thing PCRE2 does not tell: a multiline `^` behind a newline that ends the part. It does not
 * match there, since at the end of a subject it never does, and this is not reported as partial. So
 * where a pattern can have such a `^`, parts before the last are matched without their last byte,
 * by a second compilation in which `^` does match there (PCRE2_ALT_CIRCUMFLEX): that is right, as
 * one more byte is known to follow.
 *
 * What PCRE2 offers against patterns that take for ever is a limit on its own steps; it also bounds
 * the memory of the interpreter. JIT code counts steps but has a stack of its own: where that is
 * too small, the interpreter tries again within its heap limit.
 *
 * SPDX-License-Identifier: MIT */
#include "regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	STEPS_MOST = 10 * 1000 * 1000,
	HEAP_MOST_KIB = 128 * 1024,
	JIT_STACK_FIRST = 32 * 1024,
	JIT_STACK_MOST = 16 * 1024 * 1024,
	CONTEXT_LEAST = 64,
};

struct regex {
	pcre2_code *code;
	pcre2_code *inner; /* for parts before the last, where `^` is special; NULL: code does */
	pcre2_match_data *match;
	pcre2_match_context *limits;
	pcre2_jit_stack *stack;
	uint32_t options;
	size_t context;
	bool bound_to_start;
	bool is_interpreted; /* by the last match */
	bool has_pairs;      /* \r\n is one newline */
	int failure;
};

/* How often the pattern text has `word`; escapes are not looked at, so it may be fewer in truth. */
static size_t count_word(const char *pattern, size_t size, const char *word)
{
	size_t n = strlen(word), count = 0;

	for (size_t i = 0; i + n <= size; i++)
		count += memcmp(pattern + i, word, n) == 0;
	return count;
}

/* PCRE2 tells the longest single lookbehind; nested ones add up, each at most once. */
static size_t find_context(const pcre2_code *code, const char *pattern, size_t size)
{
	uint32_t longest = 0;

	pcre2_pattern_info(code, PCRE2_INFO_MAXLOOKBEHIND, &longest);
	size_t nested = count_word(pattern, size, "(?<") + count_word(pattern, size, "(*");
	return CONTEXT_LEAST + (size_t)longest * (nested + 1);
}

static bool has_newline_pairs(const pcre2_code *code)
{
	uint32_t newline = 0;

	pcre2_pattern_info(code, PCRE2_INFO_NEWLINE, &newline);
	return newline == PCRE2_NEWLINE_CRLF || newline == PCRE2_NEWLINE_ANY ||
	       newline == PCRE2_NEWLINE_ANYCRLF;
}

/* Without JIT (another machine, no executable memory) the interpreter gives the same results. */
static int compile_to_machine(struct regex *regex)
{
	size_t size = 0;
	int r;

	if (regex->inner) {
		r = pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE);
		if (r == 0)
			r = pcre2_jit_compile(regex->inner, PCRE2_JIT_PARTIAL_HARD);
	} else {
		r = pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE | PCRE2_JIT_PARTIAL_HARD);
	}
	pcre2_pattern_info(regex->code, PCRE2_INFO_JITSIZE, &size);
	if (r != 0 || size == 0)
		return 0;
	regex->stack = pcre2_jit_stack_create(JIT_STACK_FIRST, JIT_STACK_MOST, NULL);
	if (!regex->stack)
		return -ENOMEM;
	pcre2_jit_stack_assign(regex->limits, NULL, regex->stack);
	return 0;
}

static int prepare_match(struct regex *regex)
{
	regex->match = pcre2_match_data_create_from_pattern(regex->code, NULL);
	regex->limits = pcre2_match_context_create(NULL);
	if (!regex->match || !regex->limits)
		return -ENOMEM;
	pcre2_set_match_limit(regex->limits, STEPS_MOST);
	pcre2_set_depth_limit(regex->limits, STEPS_MOST);
	pcre2_set_heap_limit(regex->limits, HEAP_MOST_KIB);
	return compile_to_machine(regex);
}

static int compile(const char *pattern, size_t size, uint32_t options, pcre2_code **ret_code,
	struct regex_error *ret_error)
{
	int code = 0;
	PCRE2_SIZE offset = 0;

	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	if (!context)
		return -ENOMEM;
	/* What a newline is must not depend on how the library was built. */
	pcre2_set_newline(context, PCRE2_NEWLINE_LF);
	*ret_code = pcre2_compile((PCRE2_SPTR)pattern, size, options, &code, &offset, context);
	pcre2_compile_context_free(context);
	if (*ret_code)
		return 0;
	if (code == PCRE2_ERROR_HEAP_FAILED)
		return -ENOMEM;
	ret_error->offset = offset;
	if (pcre2_get_error_message(code, (PCRE2_UCHAR *)ret_error->text, sizeof ret_error->text) ==
		PCRE2_ERROR_BADDATA)
		ret_error->text[0] = '\0';
	return -EINVAL;
}

/* Only inside a pattern can multiline mode be switched on here. */
static bool may_have_line_start(const char *pattern, size_t size)
{
	return memchr(pattern, '^', size) && count_word(pattern, size, "(?") > 0;
}

int regex_create(const char *pattern, size_t size, unsigned flags, struct regex **ret_regex,
	struct regex_error *ret_error)
{
	uint32_t options = PCRE2_NEVER_UTF | (flags & REGEX_IGNORE_CASE ? PCRE2_CASELESS : 0);
	struct regex *regex = calloc(1, sizeof *regex);

	if (!regex)
		return -ENOMEM;
	int r = compile(pattern, size, options, &regex->code, ret_error);
	if (r == 0 && may_have_line_start(pattern, size))
		r = compile(
			pattern, size, options | PCRE2_ALT_CIRCUMFLEX, &regex->inner, ret_error);
	if (r == 0)
		r = prepare_match(regex);
	if (r < 0) {
		regex_destroy(regex);
		return r;
	}
	regex->options = flags & REGEX_NOT_EMPTY ? PCRE2_NOTEMPTY : 0;
	regex->context = find_context(regex->code, pattern, size);
	regex->has_pairs = has_newline_pairs(regex->code);
	regex->bound_to_start = count_word(pattern, size, "\\G") > 0 ||
				count_word(pattern, size, "(*COMMIT") > 0;
	*ret_regex = regex;
	return 0;
}

/* Where to look again, after no match (that could be trusted) was found before `at`. Having failed
 * at the \r of a pair, PCRE2 does not try the \n; so a search that ended between the two goes back
 * to the \r. */
static size_t find_resumption(
	const struct regex *regex, const char *data, size_t size, size_t from, size_t at)
{
	if (regex->bound_to_start)
		return from;
	if (regex->has_pairs && at == size && at > from && data[at - 1] == '\r')
		return at - 1;
	return at;
}

static int run_match(struct regex *regex, const char *data, size_t size, size_t from, bool last)
{
	uint32_t options = regex->options | (last ? 0 : PCRE2_PARTIAL_HARD);
	const pcre2_code *code = regex->inner && !last ? regex->inner : regex->code;
	PCRE2_SPTR subject = (PCRE2_SPTR)data;

	int rc = pcre2_match(code, subject, size, from, options, regex->match, regex->limits);
	regex->is_interpreted = !regex->stack || rc == PCRE2_ERROR_JIT_STACKLIMIT;
	if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
		rc = pcre2_match(code, subject, size, from, options | PCRE2_NO_JIT, regex->match,
			regex->limits);
	return rc;
}

static int find_once(struct regex *regex, const char *data, size_t size, size_t from, bool last,
	struct regex_match *ret_match)
{
	int rc = run_match(regex, data, size, from, last);
	const PCRE2_SIZE *offset = pcre2_get_ovector_pointer(regex->match);

	if (rc == PCRE2_ERROR_NOMATCH || rc == PCRE2_ERROR_PARTIAL) {
		size_t at = rc == PCRE2_ERROR_PARTIAL ? offset[0] : size;
		ret_match->start = find_resumption(regex, data, size, from, at);
		return 0;
	}
	if (rc == PCRE2_ERROR_NOMEMORY)
		return -ENOMEM;
	if (rc < 0) {
		regex->failure = rc;
		return -ELOOP;
	}
	size_t origin = pcre2_get_startchar(regex->match);
	/* An empty match at the very end may be one of more bytes when these arrive; and the
	 * interpreter (not JIT code) takes a \r at the end for a whole \R. */
	if (!last && offset[1] == size && (offset[0] == size || regex->is_interpreted)) {
		ret_match->start = find_resumption(regex, data, size, from, origin);
		return 0;
	}
	ret_match->origin = origin;
	ret_match->end = offset[1];
	/* A recursion can take \K into a lookahead, and so the start behind the end. */
	ret_match->start = offset[0] < offset[1] ? offset[0] : offset[1];
	return 1;
}

int regex_find(struct regex *regex, const char *data, size_t size, size_t from, bool last,
	struct regex_match *ret_match)
{
	int r;

	if (regex->inner && !last) {
		if (size == from) {
			ret_match->start = from;
			return 0;
		}
		size--;
	}
	/* (*ACCEPT) gets past PCRE2_NOTEMPTY, so there is a look at the match as well. */
	for (;;) {
		r = find_once(regex, data, size, from, last, ret_match);
		if (r <= 0 || !(regex->options & PCRE2_NOTEMPTY) ||
			ret_match->start < ret_match->end)
			return r;
		if (ret_match->origin >= size)
			break;
		from = ret_match->origin + 1;
	}
	ret_match->start = find_resumption(regex, data, size, from, size);
	return 0;
}

size_t regex_context(const struct regex *regex)
{
	return regex->context;
}

bool regex_is_bound_to_start(const struct regex *regex)
{
	return regex->bound_to_start;
}

void regex_failure(const struct regex *regex, char *ret_text, size_t size)
{
	if (pcre2_get_error_message(regex->failure, (PCRE2_UCHAR *)ret_text, size) ==
			PCRE2_ERROR_BADDATA &&
		size > 0)
		ret_text[0] = '\0';
}

void regex_destroy(struct regex *regex)
{
	if (!regex)
		return;
	pcre2_jit_stack_free(regex->stack);
	pcre2_match_context_free(regex->limits);
	pcre2_match_data_free(regex->match);
	pcre2_code_free(regex->inner);
	pcre2_code_free(regex->code);
	free(regex);
}
