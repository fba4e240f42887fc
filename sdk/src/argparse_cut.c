/* SPDX-License-Identifier: MIT */
/* Where options end before argparse would say so: at the first operand of a parser with
 * PLUGH_PARSER_OPTIONS_FIRST, and behind an option with PLUGH_ARGUMENT_ENDS_OPTIONS. The words are
 * looked at from the left, and no further than needed, so that what belongs to another command is
 * never taken for an option. */

#include "argparse_run.h"

#include <string.h>

/* At most how many words an option takes from those behind it. */
static size_t most_words(struct argparse_nargs nargs)
{
	switch (nargs.kind) {
	case ARGPARSE_NARGS_NONE:
	case ARGPARSE_NARGS_OPTIONAL:
		return 1;
	case ARGPARSE_NARGS_NUMBER:
		return nargs.number > 0 ? (size_t)nargs.number : 0;
	case ARGPARSE_NARGS_SUPPRESS:
	case ARGPARSE_NARGS_INVALID:
		return 0;
	default:
		return SIZE_MAX;
	}
}

static bool takes_options(struct argparse_nargs nargs)
{
	return nargs.kind == ARGPARSE_NARGS_REMAINDER || nargs.kind == ARGPARSE_NARGS_PARSER;
}

/* How many of the words from start on the option takes. */
static int count_words(struct argparse_run *run, const struct plugh_argument *argument,
	size_t start, size_t *ret_count)
{
	size_t most = most_words(argument->nargs);
	size_t i = start;

	for (; i < run->words.count && i - start < most; i++) {
		int r = argparse_classify(run, i);
		if (r < 0)
			return r;
		if (run->pattern[i] == '-' ||
			(run->pattern[i] == 'O' && !takes_options(argument->nargs)))
			break;
	}
	*ret_count = i - start;
	return 0;
}

/* May the value of the match be more options, as in "-abc"? */
static bool may_hold_options(const struct argparse_run *run, const struct argparse_match *match)
{
	size_t size;

	pytext_decode(match->name, &size);
	return match->value.length > 0 && size < match->name.length &&
	       !argparse_has_prefix(
		       pytext_from(match->name, size), run->parser->self.prefix_chars, &size);
}

/* The last option of the word at i, which is the one that takes words behind it; NULL when none
 * does because the word is wrong. *ret_has_value says that its value is attached. */
static const struct plugh_argument *last_option(
	const struct argparse_run *run, size_t i, bool *ret_has_value)
{
	struct argparse_match match = run->match[i];

	*ret_has_value = false;
	while (match.argument && match.value.bytes) {
		struct argparse_match next = { 0 };
		if (most_words(match.argument->nargs) > 0) {
			*ret_has_value = true;
			break;
		}
		if (!may_hold_options(run, &match) || !argparse_next_letter(run, &match, &next))
			return NULL;
		match = next;
	}
	return match.argument;
}

/* The option at i: *ret_next is the word after it and its own words; options may end there. */
static int step_over_option(struct argparse_run *run, size_t i, size_t *ret_next)
{
	bool has_value;
	const struct plugh_argument *argument = last_option(run, i, &has_value);
	size_t count = 0;

	*ret_next = i + 1;
	if (!argument)
		return 0;
	if (argument->flags & PLUGH_ARGUMENT_ENDS_OPTIONS) {
		run->verbatim_from = i + 1;
		return 0;
	}
	if (has_value || !(run->parser->flags & PLUGH_PARSER_OPTIONS_FIRST))
		return 0;

	int r = count_words(run, argument, i + 1, &count);
	*ret_next += count;
	return r;
}

static void drop_word(struct argparse_run *run, size_t i)
{
	run->words.count--;
	memmove(&run->words.item[i], &run->words.item[i + 1],
		(run->words.count - i) * sizeof *run->words.item);
	run->pattern[i] = 0;
}

static bool has_ender(const struct argparse_registry *registry)
{
	for (size_t i = 0; i < registry->option_count; i++)
		if (registry->option[i].argument->flags & PLUGH_ARGUMENT_ENDS_OPTIONS)
			return true;
	return false;
}

/* The word at *i, if it is no option: what is behind may be none either. */
static void look_at_operand(struct argparse_run *run, bool options_first, size_t *i)
{
	bool is_dashes = run->pattern[*i] == '-';

	if (options_first) {
		if (is_dashes)
			drop_word(run, *i);
		run->verbatim_from = *i;
	} else {
		*i = is_dashes ? run->words.count : *i + 1;
	}
}

int argparse_cut(struct argparse_run *run)
{
	bool options_first = run->parser->flags & PLUGH_PARSER_OPTIONS_FIRST;
	size_t i = 0;
	int r = 0;

	if (!options_first && !has_ender(&run->parser->registry))
		return 0;

	while (r == 0 && i < run->words.count && run->verbatim_from > run->words.count) {
		r = argparse_classify(run, i);
		if (r == 0 && run->pattern[i] == 'O')
			r = step_over_option(run, i, &i);
		else if (r == 0)
			look_at_operand(run, options_first, &i);
	}
	return r;
}
