/* SPDX-License-Identifier: MIT */
/* How many words an argument takes. Python builds a regular expression from nargs and matches it
 * against a string with 'O' for each option, 'A' for each operand and '-' for "--". What an
 * argument's part of that expression can match from a given place is always a range of lengths,
 * tried from the longest down, so a range stands for it here; backtracking over the ranges finds
 * what the regular expression would find first. */

#include "argparse_run.h"

#include <errno.h>
#include <string.h>

/* The lengths that an argument can take; shortest above longest: none. */
struct span {
	size_t shortest, longest;
};

static const struct span no_span = { 1, 0 };

/* How many characters at the start of s are among accepted. */
static size_t run_of(const char *s, size_t length, const char *accepted)
{
	size_t i = 0;

	while (i < length && s[i] && strchr(accepted, s[i]))
		i++;
	return i;
}

/* Exactly count operands, with "--" anywhere between and around them. */
static struct span span_of_number(const char *s, size_t length, long count)
{
	size_t end = run_of(s, length, "-");

	if (count <= 0)
		return (struct span){ 0, end };

	size_t shortest = 0;
	for (long i = 0; i < count; i++) {
		if (end == length || s[end] != 'A')
			return no_span;
		shortest = ++end;
		end += run_of(s + end, length - end, "-");
	}
	return (struct span){ shortest, end };
}

/* The pattern of a positional at the start of s. */
static struct span span_of_positional(struct argparse_nargs nargs, const char *s, size_t length)
{
	size_t dashes = run_of(s, length, "-");
	bool has_operand = dashes < length && s[dashes] == 'A';

	switch (nargs.kind) {
	case ARGPARSE_NARGS_NONE:
		return span_of_number(s, length, 1);
	case ARGPARSE_NARGS_NUMBER:
		return span_of_number(s, length, nargs.number);
	case ARGPARSE_NARGS_OPTIONAL:
		return (struct span){ 0,
			has_operand ? span_of_number(s, length, 1).longest : dashes };
	case ARGPARSE_NARGS_ZERO_OR_MORE:
		return (struct span){ 0, run_of(s, length, "A-") };
	case ARGPARSE_NARGS_ONE_OR_MORE:
		return has_operand ? (struct span){ dashes + 1, run_of(s, length, "A-") } : no_span;
	case ARGPARSE_NARGS_REMAINDER:
		return (struct span){ 0, length };
	case ARGPARSE_NARGS_PARSER:
		return has_operand ? (struct span){ dashes + 1, length } : no_span;
	case ARGPARSE_NARGS_SUPPRESS:
	case ARGPARSE_NARGS_INVALID:
		break;
	}
	return (struct span){ 0, dashes };
}

/* The pattern of an option, which never takes a "--". */
static struct span span_of_option(struct argparse_nargs nargs, const char *s, size_t length)
{
	size_t operands = run_of(s, length, "A");
	size_t wanted = nargs.number > 0 ? (size_t)nargs.number : 0;

	switch (nargs.kind) {
	case ARGPARSE_NARGS_NONE:
		return operands >= 1 ? (struct span){ 1, 1 } : no_span;
	case ARGPARSE_NARGS_NUMBER:
		return operands >= wanted ? (struct span){ wanted, wanted } : no_span;
	case ARGPARSE_NARGS_OPTIONAL:
		return (struct span){ 0, operands >= 1 };
	case ARGPARSE_NARGS_ZERO_OR_MORE:
		return (struct span){ 0, operands };
	case ARGPARSE_NARGS_ONE_OR_MORE:
		return operands >= 1 ? (struct span){ 1, operands } : no_span;
	case ARGPARSE_NARGS_REMAINDER:
		return (struct span){ 0, run_of(s, length, "AO") };
	case ARGPARSE_NARGS_PARSER:
		return operands >= 1 ? (struct span){ 1, run_of(s, length, "AO") } : no_span;
	case ARGPARSE_NARGS_SUPPRESS:
	case ARGPARSE_NARGS_INVALID:
		break;
	}
	return (struct span){ 0, 0 };
}

int argparse_raise_mismatch(struct argparse_run *run, const struct plugh_argument *argument)
{
	struct pytext_buf message = { 0 };

	switch (argument->nargs.kind) {
	case ARGPARSE_NARGS_NONE:
		pytext_buf_append_string(&message, "expected one argument");
		break;
	case ARGPARSE_NARGS_OPTIONAL:
		pytext_buf_append_string(&message, "expected at most one argument");
		break;
	case ARGPARSE_NARGS_ONE_OR_MORE:
		pytext_buf_append_string(&message, "expected at least one argument");
		break;
	case ARGPARSE_NARGS_NUMBER:
		pytext_buf_append_format(&message, "expected %ld argument%s",
			argument->nargs.number, argument->nargs.number == 1 ? "" : "s");
		break;
	default:
		/* ngettext compares nargs with 1, and a string is not 1. */
		pytext_buf_append_string(&message, "expected ");
		pytext_buf_append(&message, argument->nargs.text);
		pytext_buf_append_string(&message, " arguments");
		break;
	}
	return argparse_run_raise_buf(run, argument, &message);
}

int argparse_match_option(struct argparse_run *run, const struct plugh_argument *argument,
	const char *pattern, size_t length, size_t *ret_count)
{
	struct argparse_nargs nargs = argparse_view_nargs(run->view, argument);

	if (nargs.kind == ARGPARSE_NARGS_INVALID)
		return argparse_run_refuse(run, "invalid nargs value");

	/* What came to be no option (its names were taken away) is matched as a positional. */
	struct span span = argparse_is_option(argument)
				   ? span_of_option(nargs, pattern, length)
				   : span_of_positional(nargs, pattern, length);
	if (span.shortest > span.longest)
		return argparse_raise_mismatch(run, argument);
	*ret_count = span.longest;
	return 0;
}

/* The state of one search: argument i starts at place[i], and length[i] - 1 is the longest length
 * yet to be tried. Where an argument has failed once, it fails again, whatever came before it:
 * remembering that keeps many arguments from taking exponential time. */
struct search {
	struct argparse_run *run;
	const char *pattern;
	size_t pattern_length;
	size_t *place;
	size_t *length;
	size_t *shortest;
	bool *has_failed; /* for argument i at place p: [i * (pattern_length + 1) + p]; NULL until
			     one failed */
};

static struct span span_at(const struct search *search, size_t i)
{
	struct argparse_nargs nargs = argparse_view_nargs(
		search->run->view, search->run->positional[i]);
	size_t place = search->place[i];

	if (search->has_failed && search->has_failed[i * (search->pattern_length + 1) + place])
		return no_span;
	return span_of_positional(nargs, search->pattern + place, search->pattern_length - place);
}

static int note_failure(struct search *search, size_t i, size_t count)
{
	size_t cells;

	if (!search->has_failed) {
		if (__builtin_mul_overflow(count, search->pattern_length + 1, &cells))
			return -ENOMEM;
		search->has_failed = argparse_arena_array(search->run->arena, cells, sizeof(bool));
	}
	if (!search->has_failed)
		return -ENOMEM;
	search->has_failed[i * (search->pattern_length + 1) + search->place[i]] = true;
	return 0;
}

/* Find lengths for the first count arguments: 1, 0 when there are none, or -ENOMEM. */
static int search_lengths(struct search *search, size_t count)
{
	size_t i = 0;
	bool is_entered = true;

	search->place[0] = 0;
	while (i < count) {
		if (is_entered) {
			struct span span = span_at(search, i);
			search->shortest[i] = span.shortest;
			search->length[i] = span.longest + 1;
		}
		is_entered = search->length[i] > search->shortest[i];
		if (is_entered) {
			search->length[i]--;
			search->place[i + 1] = search->place[i] + search->length[i];
			i++;
			continue;
		}
		if (i == 0)
			return 0;

		/* Two arguments cannot backtrack far; more can. */
		int r = count > 2 ? note_failure(search, i, count) : 0;
		if (r < 0)
			return r;
		i--;
	}
	return 1;
}

int argparse_match_positionals(
	struct argparse_run *run, size_t start, size_t *ret_word_count, size_t *ret_count)
{
	size_t count = run->positional_count;
	struct search search = {
		.run = run,
		.pattern = run->pattern + start,
		.pattern_length = run->words.count - start,
		.place = argparse_arena_array(run->arena, count + 1, sizeof *search.place),
		.length = ret_word_count,
		.shortest = argparse_arena_array(run->arena, count + 1, sizeof *search.shortest),
	};
	int r = 0;

	*ret_count = 0;
	if (!search.place || !search.shortest)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		if (argparse_view_nargs(run->view, run->positional[i]).kind ==
			ARGPARSE_NARGS_INVALID)
			return argparse_run_refuse(run, "invalid nargs value");

	/* A failure of the last arguments says nothing when they are left out, so each try starts
	 * afresh. */
	for (size_t tried = count; r == 0 && tried > 0; tried--) {
		search.has_failed = NULL;
		r = search_lengths(&search, tried);
		if (r > 0)
			*ret_count = tried;
	}
	return r < 0 ? r : 0;
}
