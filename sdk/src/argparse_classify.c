/* SPDX-License-Identifier: MIT */
/* Is a word an option or an operand? _parse_optional and _get_option_tuples. */

#include "argparse_run.h"

#include <errno.h>

/* The options that a word may be short for. */
struct candidates {
	struct argparse_match *item;
	size_t count;
	size_t capacity;
};

static int add_candidate(
	struct argparse_run *run, struct candidates *list, struct argparse_match match)
{
	void *array = list->item;

	int r = argparse_arena_grow(
		run->arena, &array, &list->capacity, list->count, sizeof *list->item);
	if (r < 0)
		return r;
	list->item = array;
	list->item[list->count++] = match;
	return 0;
}

/* "--foo=bar" in its parts; without '=' the value is None. */
static struct argparse_match split_value(struct pytext word)
{
	size_t at = pytext_find_char(word, '=');

	if (at == word.length)
		return (struct argparse_match){ .name = word };
	return (struct argparse_match){ .name = pytext_upto(word, at),
		.value = pytext_from(word, at + 1) };
}

/* A word with two prefix characters: short for every option that starts with what stands before
 * '='. */
static int find_long(struct argparse_run *run, struct pytext word, struct candidates *list)
{
	const struct argparse_registry *registry = &run->parser->registry;
	struct argparse_match split = split_value(word);
	int r = 0;

	if (run->parser->flags & PLUGH_PARSER_NO_ABBREV)
		return 0;
	for (size_t i = 0; r == 0 && i < registry->option_count; i++) {
		const struct argparse_option *option = &registry->option[i];
		if (pytext_starts_with(option->name, split.name))
			r = add_candidate(run, list,
				(struct argparse_match){
					option->argument, option->name, split.value });
	}
	return r;
}

/* A word with one prefix character: a short option with its value attached, or short for a longer
 * name. */
static int find_short(
	struct argparse_run *run, struct pytext word, size_t brief_size, struct candidates *list)
{
	const struct argparse_registry *registry = &run->parser->registry;
	struct pytext brief = pytext_upto(word, brief_size);
	int r = 0;

	for (size_t i = 0; r == 0 && i < registry->option_count; i++) {
		const struct argparse_option *option = &registry->option[i];
		struct argparse_match match = { option->argument, option->name, { 0 } };
		if (pytext_is_equal(option->name, brief))
			match.value = pytext_from(word, brief_size);
		else if (!pytext_starts_with(option->name, word))
			continue;
		r = add_candidate(run, list, match);
	}
	return r;
}

/* An argument with PLUGH_ARGUMENT_EXACT that the word spells out. */
static bool find_exact(
	const struct argparse_run *run, struct pytext word, struct argparse_match *ret_match)
{
	const struct argparse_list *exact = &run->parser->registry.exact;
	struct argparse_match split = split_value(word);

	for (size_t i = 0; i < exact->count; i++) {
		const struct plugh_argument *argument = exact->item[i];
		bool takes_value = !argparse_is_flag(argument->nargs);
		for (size_t j = 0; j < argument->name_count; j++) {
			struct pytext name = argument->name[j];
			bool is_word = pytext_is_equal(name, word);
			if (!is_word && !(takes_value && split.value.bytes &&
						pytext_is_equal(name, split.name)))
				continue;
			*ret_match = (struct argparse_match){ argument, name, split.value };
			if (is_word)
				ret_match->value = (struct pytext){ 0 };
			return true;
		}
	}
	return false;
}

/* An option that the word names in full, perhaps with a value behind '='. */
static bool find_named(
	const struct argparse_run *run, struct pytext word, struct argparse_match *ret_match)
{
	const struct argparse_registry *registry = &run->parser->registry;

	*ret_match = (struct argparse_match){ .argument = argparse_registry_find(registry, word),
		.name = word };
	if (ret_match->argument)
		return true;
	if (pytext_count(word) > 1) {
		*ret_match = split_value(word);
		if (ret_match->value.bytes)
			ret_match->argument = argparse_registry_find(registry, ret_match->name);
		if (ret_match->argument)
			return true;
	}
	return find_exact(run, word, ret_match);
}

static int raise_ambiguous(
	struct argparse_run *run, struct pytext word, const struct candidates *list)
{
	struct pytext_buf message = { 0 };

	pytext_buf_append_string(&message, "ambiguous option: ");
	pytext_buf_append(&message, word);
	pytext_buf_append_string(&message, " could match ");
	for (size_t i = 0; i < list->count; i++) {
		pytext_buf_append_string(&message, i > 0 ? ", " : "");
		pytext_buf_append(&message, list->item[i].name);
	}

	int r = pytext_buf_status(&message);
	if (r == 0)
		r = argparse_run_error(run, pytext_buf_text(&message));
	pytext_buf_release(&message);
	return r;
}

/* The word starts with a prefix character and names no option in full. */
static int match_short_form(struct argparse_run *run, struct pytext word, size_t first_size,
	struct argparse_match *ret_match, bool *ret_is)
{
	struct candidates list = { 0 };
	size_t second_size;
	bool is_long = argparse_has_prefix(
		pytext_from(word, first_size), run->parser->self.prefix_chars, &second_size);

	int r = is_long ? find_long(run, word, &list)
			: find_short(run, word, first_size + second_size, &list);
	if (r < 0)
		return r;
	if (list.count > 1)
		return raise_ambiguous(run, word, &list);

	*ret_is = true;
	if (list.count == 1) {
		*ret_match = list.item[0];
		return 0;
	}

	/* No option: a negative number is an operand unless options look like that, as is a word
	 * with a blank; anything else is an unknown option. */
	if (argparse_is_negative_number(word) && !run->parser->registry.has_negative_number_options)
		*ret_is = false;
	if (pytext_find_char(word, ' ') < word.length)
		*ret_is = false;
	*ret_match = (struct argparse_match){ .name = word };
	return 0;
}

static int parse_optional(struct argparse_run *run, struct pytext word,
	struct argparse_match *ret_match, bool *ret_is)
{
	size_t size;

	*ret_is = false;
	if (!argparse_has_prefix(word, run->parser->self.prefix_chars, &size))
		return 0;
	if (find_named(run, word, ret_match)) {
		*ret_is = true;
		return 0;
	}
	if (size == word.length)
		return 0;
	return match_short_form(run, word, size, ret_match, ret_is);
}

bool argparse_next_letter(const struct argparse_run *run, const struct argparse_match *match,
	struct argparse_match *ret_next)
{
	const struct argparse_registry *registry = &run->parser->registry;
	struct pytext rest = match->value;
	size_t prefix_size;
	size_t size;

	pytext_decode(match->name, &prefix_size);
	pytext_decode(rest, &size);

	struct pytext prefix = pytext_upto(match->name, prefix_size);
	struct pytext letter = pytext_upto(rest, size);
	for (size_t i = 0; i < registry->option_count; i++) {
		const struct argparse_option *option = &registry->option[i];
		if (option->name.length != prefix_size + size ||
			!pytext_starts_with(option->name, prefix) ||
			!pytext_is_equal(pytext_from(option->name, prefix_size), letter))
			continue;
		*ret_next = (struct argparse_match){ option->argument, option->name, { 0 } };
		if (size < rest.length)
			ret_next->value = pytext_from(rest, size);
		return true;
	}
	return false;
}

int argparse_classify(struct argparse_run *run, size_t i)
{
	struct pytext word = run->words.item[i];
	bool is_option = false;

	if (run->pattern[i])
		return 0;
	if (pytext_is_equal(word, PYTEXT("--"))) {
		run->pattern[i] = '-';
		return 0;
	}

	int r = parse_optional(run, word, &run->match[i], &is_option);
	if (r == 0)
		run->pattern[i] = is_option ? 'O' : 'A';
	return r;
}
