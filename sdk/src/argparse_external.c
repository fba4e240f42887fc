/* SPDX-License-Identifier: MIT */
/* Values from outside the command line: an ini file, the environment. Beyond argparse. */

#include "argparse_run.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "pytext_number.h"

/* ---- Declaring ---- */

int plugh_argument_set_external(
	struct plugh_argument *argument, const char *const word[], size_t count, const char *origin)
{
	struct argparse_arena *arena = &argument->tree->arena;
	struct argparse_external external = { .count = count };
	int r = 0;

	if (argument->action == PLUGH_ACTION_HELP || argument->action == PLUGH_ACTION_VERSION ||
		argument->action == ARGPARSE_ACTION_PARSERS)
		return argparse_refuse(
			argument->tree, "'%s' takes no value from outside", argument->dest.bytes);
	if (!word) {
		argument->external = (struct argparse_external){ 0 };
		return 0;
	}

	external.word = argparse_arena_array(arena, count, sizeof *external.word);
	if (!external.word)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < count; i++)
		r = argparse_arena_text(arena, pytext_of(word[i]), &external.word[i]);
	if (r == 0)
		r = argparse_arena_text(arena, pytext_of(origin), &external.origin);
	if (r == 0)
		argument->external = external;
	return r;
}

/* ---- Converting ---- */

static const struct plugh_value value_true = { .kind = PLUGH_VALUE_BOOL, .as.boolean = true };
static const struct plugh_value value_false = { .kind = PLUGH_VALUE_BOOL, .as.boolean = false };

static struct argparse_words words_of(const struct plugh_argument *argument)
{
	return (struct argparse_words){ argument->external.word, argument->external.count,
		argument->external.count };
}

/* Through a pattern of operands only, as many as there are words. */
static int check_count(struct argparse_run *run, const struct plugh_argument *argument)
{
	size_t count = argument->external.count;
	size_t taken = 0;
	char *pattern = argparse_arena_alloc(run->arena, count + 1);

	if (!pattern)
		return -ENOMEM;
	memset(pattern, 'A', count);
	int r = argparse_match_option(run, argument, pattern, count, &taken);
	if (r == 0 && taken != count)
		r = argparse_raise_mismatch(run, argument);
	return r;
}

static int store_words(struct argparse_run *run, const struct plugh_argument *argument)
{
	const struct plugh_value *value = NULL;

	int r = check_count(run, argument);
	if (r == 0)
		r = argparse_get_values(run, argument, words_of(argument), true, &value);
	if (r == 0)
		r = argparse_namespace_set(run->arena, run->ns, argument->dest, value);
	return r;
}

/* append and extend: a new list. Without nargs each word is an element; with nargs append makes one
 * element of them all. */
static int store_list(struct argparse_run *run, const struct plugh_argument *argument)
{
	enum argparse_nargs_kind kind = argument->nargs.kind;
	bool is_single = kind == ARGPARSE_NARGS_NONE || kind == ARGPARSE_NARGS_OPTIONAL;
	size_t count = is_single ? argument->external.count : 1;
	struct plugh_value *list = argparse_arena_alloc(run->arena, sizeof *list);
	struct plugh_value *item = argparse_arena_array(run->arena, count, sizeof *item);
	int r = 0;

	if (!list || !item)
		return -ENOMEM;
	if (!is_single)
		r = check_count(run, argument);
	for (size_t i = 0; r == 0 && i < count; i++) {
		const struct plugh_value *value = NULL;
		struct argparse_words words = words_of(argument);
		if (is_single)
			words = (struct argparse_words){ &argument->external.word[i], 1, 1 };
		r = argparse_get_values(run, argument, words, true, &value);
		if (r == 0)
			item[i] = *value;
	}
	if (r < 0)
		return r;

	*list = (struct plugh_value){ .kind = PLUGH_VALUE_LIST, .as.list = { item, count } };
	if (!is_single && argument->action == PLUGH_ACTION_EXTEND)
		*list = item[0];
	return argparse_namespace_set(run->arena, run->ns, argument->dest, list);
}

/* The one word of an argument that takes one. */
static int only_word(
	struct argparse_run *run, const struct plugh_argument *argument, struct pytext *ret_word)
{
	if (argument->external.count != 1)
		return argparse_run_raise_string(run, argument, "expected one argument");
	*ret_word = argument->external.word[0];
	return 0;
}

static int raise_invalid(struct argparse_run *run, const struct plugh_argument *argument,
	const char *type, struct pytext word)
{
	struct pytext_buf message = { 0 };

	pytext_buf_append_format(&message, "invalid %s value: ", type);
	pytext_buf_append_repr(&message, word);
	if (strcmp(type, "bool") == 0)
		pytext_buf_append_string(&message, " (on or off)");
	return argparse_run_raise_buf(run, argument, &message);
}

static int parse_switch(
	struct argparse_run *run, const struct plugh_argument *argument, bool *ret_is_on)
{
	static const struct {
		const char *word;
		bool is_on;
	} switches[] = {
		{ "on", true },
		{ "yes", true },
		{ "true", true },
		{ "1", true },
		{ "off", false },
		{ "no", false },
		{ "false", false },
		{ "0", false },
	};
	struct pytext word = PYTEXT("");

	int r = only_word(run, argument, &word);
	if (r != 0)
		return r;
	for (size_t i = 0; i < ARGPARSE_COUNT(switches); i++) {
		if (strcasecmp(word.bytes, switches[i].word) != 0)
			continue;
		*ret_is_on = switches[i].is_on;
		return 0;
	}
	return raise_invalid(run, argument, "bool", word);
}

static int store_switch(struct argparse_run *run, const struct plugh_argument *argument)
{
	bool is_on = false;

	int r = parse_switch(run, argument, &is_on);
	if (r < 0)
		return r;
	if (argument->action == PLUGH_ACTION_STORE_FALSE)
		is_on = !is_on;
	return argparse_namespace_set(
		run->arena, run->ns, argument->dest, is_on ? &value_true : &value_false);
}

/* store_const and append_const: off leaves the default. */
static int store_const(struct argparse_run *run, const struct plugh_argument *argument)
{
	const struct plugh_value *value = argument->const_;
	bool is_on = false;

	int r = parse_switch(run, argument, &is_on);
	if (r < 0 || !is_on)
		return r;
	if (argument->action == PLUGH_ACTION_APPEND_CONST) {
		struct plugh_value *list = argparse_arena_alloc(run->arena, sizeof *list);
		if (!list)
			return -ENOMEM;
		*list = (struct plugh_value){ .kind = PLUGH_VALUE_LIST, .as.list = { value, 1 } };
		value = list;
	}
	return argparse_namespace_set(run->arena, run->ns, argument->dest, value);
}

static int store_count(struct argparse_run *run, const struct plugh_argument *argument)
{
	struct plugh_value *count = argparse_arena_alloc(run->arena, sizeof *count);
	struct pytext word = PYTEXT("");

	if (!count)
		return -ENOMEM;
	int r = only_word(run, argument, &word);
	if (r != 0)
		return r;
	count->kind = PLUGH_VALUE_INT;
	r = pytext_parse_int(word, &count->as.integer);
	if (r == -EINVAL || (r == 0 && count->as.integer < 0))
		return raise_invalid(run, argument, "int", word);
	return r < 0 ? r : argparse_namespace_set(run->arena, run->ns, argument->dest, count);
}

static int store_external(struct argparse_run *run, const struct plugh_argument *argument)
{
	static int (*const stores[])(
		struct argparse_run * run, const struct plugh_argument *argument) = {
		[PLUGH_ACTION_STORE] = store_words,
		[PLUGH_ACTION_STORE_CONST] = store_const,
		[PLUGH_ACTION_STORE_TRUE] = store_switch,
		[PLUGH_ACTION_STORE_FALSE] = store_switch,
		[PLUGH_ACTION_APPEND] = store_list,
		[PLUGH_ACTION_APPEND_CONST] = store_const,
		[PLUGH_ACTION_COUNT] = store_count,
		[PLUGH_ACTION_EXTEND] = store_list,
		[PLUGH_ACTION_BOOLEAN_OPTIONAL] = store_switch,
	};

	run->origin = argument->external.origin;
	int r = stores[argument->action](run, argument);
	run->origin = (struct pytext){ 0 };
	return r;
}

/* Did the command line reach this argument, or another of this parser that stores in the same
 * place? */
static bool is_replaced(const struct argparse_run *run, const struct plugh_argument *argument)
{
	for (size_t i = 0; i < run->outcome->seen.count; i++) {
		const struct argparse_seen *seen = &run->outcome->seen.item[i];
		if (seen->argument == argument && seen->has_words)
			return true;
	}
	for (size_t i = 0; i < run->seen.count; i++) {
		const struct argparse_seen *seen = &run->seen.item[i];
		if (seen->has_words && pytext_is_equal(seen->argument->dest, argument->dest))
			return true;
	}
	return false;
}

static int apply_list(struct argparse_run *run, const struct argparse_list *arguments)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < arguments->count; i++) {
		const struct plugh_argument *argument = arguments->item[i];
		if (argument->external.origin.bytes && !is_replaced(run, argument))
			r = store_external(run, argument);
	}
	return r;
}

int argparse_apply_externals(struct argparse_run *run)
{
	const struct argparse_registry *registry = &run->parser->registry;

	if (run->view->positionals_off) /* the second pass of parse_intermixed_args does it */
		return 0;
	int r = apply_list(run, &registry->arguments);
	return r < 0 ? r : apply_list(run, &registry->exact);
}
