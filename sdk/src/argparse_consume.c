/* SPDX-License-Identifier: MIT */
/* The walk over the words: positionals and options in turn, as _parse_known_args does it. */

#include "argparse_run.h"

#include <errno.h>
#include <string.h>

/* One argument with the words it takes, before any is converted. */
struct taking {
	const struct plugh_argument *argument;
	struct argparse_words words;
	struct pytext name; /* the option string; None for a positional */
	bool is_verbatim;
};

/* msg % name, where a name that is a tuple is the tuple of all arguments to %. */
static int raise_not_allowed(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_argument *other)
{
	struct pytext_buf message = { 0 };
	bool is_tuple = !argparse_is_option(other) && other->has_tuple;
	bool is_none = false;
	int r = 0;

	if (is_tuple && other->metavar_count != 1)
		return argparse_run_refuse(
			run, "not all arguments converted during string formatting");
	pytext_buf_append_string(&message, "not allowed with argument ");
	if (is_tuple)
		pytext_buf_append(&message, other->metavar[0]);
	else
		r = argparse_append_name(&message, other, &is_none);
	if (is_none)
		pytext_buf_append_string(&message, "None");
	if (r == -EINVAL) {
		pytext_buf_release(&message);
		return argparse_run_refuse(run, "sequence item 0: expected str instance");
	}
	return argparse_run_raise_buf(run, argument, &message);
}

/* Error when an argument that counts is not allowed with one that was met before. */
static int check_exclusive(struct argparse_run *run, const struct plugh_argument *argument)
{
	const struct argparse_list *groups = &run->parser->registry.exclusives;

	for (size_t i = 0; i < groups->count; i++) {
		const struct plugh_group *group = groups->item[i];
		if (argparse_list_find(&group->arguments, argument) == group->arguments.count)
			continue;
		for (size_t j = 0; j < group->arguments.count; j++) {
			const struct plugh_argument *other = group->arguments.item[j];
			const struct argparse_seen *seen = argparse_seen_find(&run->seen, other);
			if (other != argument && seen && seen->counts)
				return raise_not_allowed(run, argument, other);
		}
	}
	return 0;
}

/* take_action */
static int take(struct argparse_run *run, const struct taking *taking)
{
	const struct plugh_argument *argument = taking->argument;
	const struct plugh_value *value = NULL;
	struct argparse_seen seen = { .argument = argument };

	seen.has_words = taking->name.bytes ||
			 (taking->words.count > 0 && !run->view->positionals_off);
	int r = argparse_seen_add(run->arena, &run->seen, seen);
	if (r == 0)
		r = argparse_seen_add(run->arena, &run->outcome->seen, seen);
	if (r == 0)
		r = argparse_get_values(run, argument, taking->words, taking->is_verbatim, &value);
	if (r != 0)
		return r;

	/* A value that is the default itself does not count as given. */
	if (!argparse_value_is_same(value, argparse_view_default(run->view, argument))) {
		seen.counts = true;
		r = argparse_seen_add(run->arena, &run->seen, seen);
		if (r == 0)
			r = check_exclusive(run, argument);
	}
	if (r == 0 && value->kind != PLUGH_VALUE_SUPPRESS)
		r = argparse_act(run, argument, value, taking->name);
	return r;
}

/* A copy of some words, for an argument to take. */
static int copy_words(struct argparse_run *run, const struct pytext *word, size_t count,
	struct argparse_words *ret_words)
{
	*ret_words = (struct argparse_words){ .count = count, .capacity = count };
	ret_words->item = argparse_arena_array(run->arena, count, sizeof *ret_words->item);
	if (!ret_words->item)
		return -ENOMEM;
	if (count)
		memcpy(ret_words->item, word, count * sizeof *word);
	return 0;
}

/* ---- Options ---- */

/* What one word of options comes to: "-xyz" is three. */
struct cluster {
	struct taking *item;
	size_t count;
	size_t capacity;
};

static int add_taking(
	struct argparse_run *run, struct cluster *cluster, const struct argparse_match *match)
{
	void *array = cluster->item;

	int r = argparse_arena_grow(
		run->arena, &array, &cluster->capacity, cluster->count, sizeof *cluster->item);
	if (r < 0)
		return r;
	cluster->item = array;
	cluster->item[cluster->count++] = (struct taking){ .argument = match->argument,
		.name = match->name };
	return 0;
}

static int raise_ignored(struct argparse_run *run, const struct argparse_match *match)
{
	struct pytext_buf message = { 0 };

	pytext_buf_append_string(&message, "ignored explicit argument ");
	pytext_buf_append_repr(&message, match->value);
	return argparse_run_raise_buf(run, match->argument, &message);
}

/* "-abc" where a takes nothing: a is taken, and b with what follows becomes the match. */
static int next_in_cluster(struct argparse_run *run, struct argparse_match *match)
{
	struct argparse_match next = { 0 };

	if (!argparse_next_letter(run, match, &next))
		return raise_ignored(run, match);
	*match = next;
	return 0;
}

/* The match has an explicit argument: it is the option's, or more options, or wrong. */
static int take_explicit(struct argparse_run *run, struct cluster *cluster,
	struct argparse_match *match, bool *ret_is_done)
{
	struct pytext prefix_chars = run->parser->self.prefix_chars;
	size_t first_size;
	size_t size;
	size_t count = 0;

	int r = argparse_match_option(run, match->argument, "A", 1, &count);
	if (r < 0)
		return r;
	argparse_has_prefix(match->name, prefix_chars, &first_size);
	if (count == 0 && first_size == match->name.length)
		return argparse_run_refuse(run, "string index out of range");
	if (count == 0 && match->value.length &&
		!argparse_has_prefix(pytext_from(match->name, first_size), prefix_chars, &size)) {
		r = add_taking(run, cluster, match);
		return r < 0 ? r : next_in_cluster(run, match);
	}
	if (count != 1)
		return raise_ignored(run, match);

	*ret_is_done = true;
	r = add_taking(run, cluster, match);
	if (r < 0)
		return r;
	return copy_words(run, &match->value, 1, &cluster->item[cluster->count - 1].words);
}

/* The words behind the option, as many as it takes. */
static int take_following(struct argparse_run *run, struct cluster *cluster,
	const struct argparse_match *match, size_t start, size_t *stop)
{
	size_t end = run->words.count;
	size_t count = 0;

	/* An option before the place where options end takes no operand from behind it. */
	if (start < run->verbatim_from && run->verbatim_from < end)
		end = run->verbatim_from;

	int r = argparse_match_option(
		run, match->argument, run->pattern + start, end - start, &count);
	if (r == 0)
		r = add_taking(run, cluster, match);
	if (r != 0)
		return r;
	*stop = start + count;

	struct taking *taking = &cluster->item[cluster->count - 1];
	taking->is_verbatim = start >= run->verbatim_from;
	return copy_words(run, &run->words.item[start], count, &taking->words);
}

/* An option that ends the options takes the words behind it even where its first came attached. */
static int take_rest(struct argparse_run *run, struct cluster *cluster, size_t start, size_t *stop)
{
	struct taking *taking = &cluster->item[cluster->count - 1];
	int r = 0;

	if (!(taking->argument->flags & PLUGH_ARGUMENT_ENDS_OPTIONS) || start < run->verbatim_from)
		return 0;
	for (size_t i = start; r == 0 && i < run->words.count; i++)
		r = argparse_words_append(run->arena, &taking->words, run->words.item[i]);
	taking->is_verbatim = true;
	*stop = run->words.count;
	return r;
}

/* consume_optional */
static int consume_option(struct argparse_run *run, size_t start, size_t *ret_stop)
{
	struct argparse_match match = run->match[start];
	struct cluster cluster = { 0 };
	bool is_done = false;
	int r = 0;

	*ret_stop = start + 1;
	if (!match.argument) {
		argparse_suggest_option(run, match.name);
		return argparse_words_append(run->arena, &run->extras, run->words.item[start]);
	}
	while (r == 0 && !is_done && match.value.bytes)
		r = take_explicit(run, &cluster, &match, &is_done);
	if (r == 0 && is_done)
		r = take_rest(run, &cluster, start + 1, ret_stop);
	else if (r == 0)
		r = take_following(run, &cluster, &match, start + 1, ret_stop);
	for (size_t i = 0; r == 0 && i < cluster.count; i++)
		r = take(run, &cluster.item[i]);
	return r;
}

/* ---- Positionals ---- */

/* consume_positionals: as many as match what comes next; *ret_stop is where their words end. */
static int consume_positionals(struct argparse_run *run, size_t start, size_t *ret_stop)
{
	size_t *word_count = argparse_arena_array(
		run->arena, run->positional_count + 1, sizeof *word_count);
	size_t count = 0;

	if (!word_count)
		return -ENOMEM;

	int r = argparse_match_positionals(run, start, word_count, &count);
	for (size_t i = 0; r == 0 && i < count; i++) {
		struct taking taking = {
			.argument = run->positional[i],
			.is_verbatim = start >= run->verbatim_from,
		};
		r = copy_words(run, &run->words.item[start], word_count[i], &taking.words);
		if (r == 0)
			r = take(run, &taking);
		start += word_count[i];
	}
	run->positional += count;
	run->positional_count -= count;
	*ret_stop = start;
	return r;
}

static int add_extras(struct argparse_run *run, size_t start, size_t stop)
{
	int r = 0;

	for (size_t i = start; r == 0 && i < stop; i++)
		r = argparse_words_append(run->arena, &run->extras, run->words.item[i]);
	return r;
}

/* The first option at or behind start; words.count when there is none. */
static size_t next_option(const struct argparse_run *run, size_t start)
{
	while (start < run->words.count && run->pattern[start] != 'O')
		start++;
	return start;
}

int argparse_consume(struct argparse_run *run)
{
	size_t i = 0;

	for (size_t option = next_option(run, 0); option < run->words.count;
		option = next_option(run, i)) {
		size_t stop = i;
		int r = 0;

		/* Positionals may have taken the option itself, as REMAINDER does: then look again.
		 */
		if (i != option)
			r = consume_positionals(run, i, &stop);
		if (r < 0)
			return r;
		if (stop > i) {
			i = stop;
			continue;
		}

		r = add_extras(run, i, option);
		if (r == 0)
			r = consume_option(run, option, &i);
		if (r < 0)
			return r;
	}

	size_t stop = i;
	int r = consume_positionals(run, i, &stop);
	return r < 0 ? r : add_extras(run, stop, run->words.count);
}
