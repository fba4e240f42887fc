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

/* The last option of the word at i, which is the one that takes words behind it; NULL when none
 * does because the word is wrong. *ret_has_value says that its value is attached. */
static const struct plugh_argument *last_option(
	const struct argparse_run *run, size_t i, bool *ret_has_value)
{
	struct argparse_match match = run->match[i];
	const struct plugh_argument *argument = match.argument;
	struct pytext rest = match.value;
	size_t prefix_size = 0;
	size_t size;

	*ret_has_value = false;
	pytext_decode(match.name, &prefix_size);
	while (argument && rest.bytes) {
		bool is_brief = prefix_size < match.name.length &&
				!argparse_has_prefix(pytext_from(match.name, prefix_size),
					run->parser->self.prefix_chars, &size);
		if (most_words(argument->nargs) > 0) {
			*ret_has_value = true;
			return argument;
		}
		if (!is_brief || rest.length == 0)
			return NULL;

		/* The next letter: an option of two code points, the prefix and that letter. */
		pytext_decode(rest, &size);
		struct pytext letter = pytext_upto(rest, size);
		argument = NULL;
		for (size_t j = 0; j < run->parser->registry.option_count; j++) {
			const struct argparse_option *option = &run->parser->registry.option[j];
			if (option->name.length == prefix_size + size &&
				pytext_starts_with(
					option->name, pytext_upto(match.name, prefix_size)) &&
				pytext_is_equal(pytext_from(option->name, prefix_size), letter))
				argument = option->argument;
		}
		rest = rest.length > size ? pytext_from(rest, size) : (struct pytext){ 0 };
	}
	return argument;
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

int argparse_cut(struct argparse_run *run)
{
	bool options_first = run->parser->flags & PLUGH_PARSER_OPTIONS_FIRST;
	size_t i = 0;

	if (!options_first && !has_ender(&run->parser->registry))
		return 0;

	while (i < run->words.count && run->verbatim_from > run->words.count) {
		int r = argparse_classify(run, i);
		if (r < 0)
			return r;
		if (run->pattern[i] == 'O') {
			r = step_over_option(run, i, &i);
			if (r < 0)
				return r;
			continue;
		}
		if (options_first) {
			if (run->pattern[i] == '-')
				drop_word(run, i);
			run->verbatim_from = i;
			return 0;
		}
		if (run->pattern[i] == '-')
			return 0;
		i++;
	}
	return 0;
}
