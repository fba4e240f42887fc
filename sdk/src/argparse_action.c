/* SPDX-License-Identifier: MIT */
/* What each action does when its argument is met: Action.__call__ of Python's classes. */

#include "argparse_run.h"

#include <errno.h>
#include <math.h>
#include <string.h>

typedef int act_fn(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value *value, struct pytext name);

static int set(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value *value)
{
	return argparse_namespace_set(run->arena, run->ns, argument->dest, value);
}

static int act_store(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value *value, struct pytext name)
{
	(void)name;
	return set(run, argument, value);
}

static int act_const(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value *value, struct pytext name)
{
	(void)value;
	(void)name;
	return set(run, argument, argument->const_);
}

/* A list that append and extend made, with room behind it. Python makes a new list each time; here
 * that would keep all of them until the outcome goes. Nothing else holds on to such a list, so it
 * grows in place. */
struct growing_list {
	struct plugh_value value;
	struct plugh_value *item;
	size_t capacity;
};

static struct growing_list *find_growing(
	const struct argparse_run *run, const struct plugh_value *value)
{
	for (size_t i = 0; i < run->outcome->growing.count; i++) {
		struct growing_list *list = run->outcome->growing.item[i];
		if (&list->value == value)
			return list;
	}
	return NULL;
}

static int grow_list(struct argparse_run *run, struct growing_list *list,
	const struct plugh_value *item, size_t count)
{
	size_t *used = &list->value.as.list.count;

	for (size_t i = 0; i < count; i++) {
		void *array = list->item;
		int r = argparse_arena_grow(
			run->arena, &array, &list->capacity, *used, sizeof *list->item);
		if (r < 0)
			return r;
		list->item = array;
		list->value.as.list.item = array;
		list->item[(*used)++] = item[i];
	}
	return 0;
}

/* A list that grows from here on, with the elements of old (which may be none). */
static int create_growing(
	struct argparse_run *run, const struct plugh_value *old, struct growing_list **ret_list)
{
	struct growing_list *list = argparse_arena_alloc(run->arena, sizeof *list);

	if (!list)
		return -ENOMEM;
	list->value.kind = PLUGH_VALUE_LIST;
	*ret_list = list;
	int r = argparse_list_append(run->arena, &run->outcome->growing, list);
	if (r == 0 && old && old->kind == PLUGH_VALUE_LIST)
		r = grow_list(run, list, old->as.list.item, old->as.list.count);
	return r;
}

/* The list stored under dest with more elements behind it. */
static int append_items(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value *item, size_t count)
{
	const struct plugh_value *old = argparse_namespace_get(run->ns, argument->dest);
	struct growing_list *list = find_growing(run, old);
	int r = 0;

	if (old && old->kind != PLUGH_VALUE_LIST && old->kind != PLUGH_VALUE_NONE)
		return argparse_run_refuse(run, "object has no attribute 'append'");
	if (!list)
		r = create_growing(run, old, &list);
	if (r == 0)
		r = grow_list(run, list, item, count);
	return r < 0 ? r : set(run, argument, &list->value);
}

static int act_append(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value *value, struct pytext name)
{
	(void)name;
	return append_items(run, argument, value, 1);
}

static int act_append_const(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value *value, struct pytext name)
{
	(void)value;
	(void)name;
	return append_items(run, argument, argument->const_, 1);
}

/* list.extend of a text: its characters. */
static int extend_with_text(
	struct argparse_run *run, const struct plugh_argument *argument, struct pytext text)
{
	size_t count = pytext_count(text);
	struct plugh_value *item = argparse_arena_array(run->arena, count, sizeof *item);

	if (!item)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		struct pytext copy = { 0 };
		size_t size;
		pytext_decode(text, &size);
		int r = argparse_arena_text(run->arena, pytext_upto(text, size), &copy);
		if (r < 0)
			return r;
		item[i] = argparse_value_of(copy);
		text = pytext_from(text, size);
	}
	return append_items(run, argument, item, count);
}

static int act_extend(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value *value, struct pytext name)
{
	(void)name;
	if (argparse_value_is_text(value))
		return extend_with_text(run, argument, argparse_value_text(value));
	if (value->kind != PLUGH_VALUE_LIST)
		return argparse_run_refuse(run, "object is not iterable");
	return append_items(run, argument, value->as.list.item, value->as.list.count);
}

static int act_count(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value *value, struct pytext name)
{
	const struct plugh_value *old = argparse_namespace_get(run->ns, argument->dest);
	struct plugh_value *count = argparse_arena_alloc(run->arena, sizeof *count);

	(void)value;
	(void)name;
	if (!count)
		return -ENOMEM;
	*count = (struct plugh_value){ .kind = PLUGH_VALUE_INT, .as.integer = 1 };
	if (old && old->kind == PLUGH_VALUE_FLOAT)
		*count = (struct plugh_value){ .kind = PLUGH_VALUE_FLOAT,
			.as.number = old->as.number + 1 };
	else if (old && old->kind == PLUGH_VALUE_BOOL)
		count->as.integer = old->as.boolean + 1;
	else if (old && old->kind == PLUGH_VALUE_INT) {
		if (__builtin_add_overflow(old->as.integer, 1, &count->as.integer))
			return argparse_run_refuse(run, "the count is beyond 64 bits");
	} else if (old && old->kind != PLUGH_VALUE_NONE) {
		return argparse_run_refuse(run, "unsupported operand type for +");
	}
	return set(run, argument, count);
}

static int act_boolean(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value *value, struct pytext name)
{
	static const struct plugh_value answers[] = {
		{ .kind = PLUGH_VALUE_BOOL, .as.boolean = false },
		{ .kind = PLUGH_VALUE_BOOL, .as.boolean = true },
	};

	(void)value;
	for (size_t i = 0; name.bytes && i < argument->name_count; i++)
		if (pytext_is_equal(argument->name[i], name))
			return set(run, argument,
				&answers[!pytext_starts_with(name, PYTEXT("--no-"))]);
	return 0;
}

static int act_help(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value *value, struct pytext name)
{
	struct pytext_buf text = { 0 };

	(void)argument;
	(void)value;
	(void)name;
	int r = argparse_format_help(
		&text, run->parser, run->view, run->parser->tree->display.color_out);
	if (r == 0)
		r = argparse_run_print(run, &text);
	pytext_buf_release(&text);
	return r == -EINVAL ? argparse_run_refuse(run, "the help cannot be formatted") : r;
}

static int act_version(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value *value, struct pytext name)
{
	struct pytext_buf text = { 0 };

	(void)value;
	(void)name;
	if (!argument->version.bytes)
		return argparse_run_refuse(
			run, "'ArgumentParser' object has no attribute 'version'");

	int r = argparse_format_version(&text, run->parser, argument->version);
	if (r == 0)
		r = argparse_run_print(run, &text);
	pytext_buf_release(&text);
	return r == -EINVAL ? argparse_run_refuse(run, "the version cannot be formatted") : r;
}

/* ---- Subparsers ---- */

static struct pytext text_at(const struct plugh_value *list, size_t i)
{
	return argparse_value_text(&list->as.list.item[i]);
}

static const struct plugh_parser *choose(struct argparse_run *run,
	const struct plugh_subparsers *parsers, struct pytext name, int *ret_error)
{
	size_t i = 0;

	while (i < parsers->parsers.count && !pytext_is_equal(text_at(&parsers->choices, i), name))
		i++;
	*ret_error = argparse_list_append(run->arena, &run->outcome->sets, (void *)parsers);
	if (*ret_error == 0)
		*ret_error = argparse_list_append(
			run->arena, &run->outcome->chosen, parsers->parsers.item[i]);
	return parsers->parsers.item[i];
}

/* namespace._unrecognized_args.extend(extras), as Python carries them up. */
static int carry_extras(struct argparse_run *run, const struct argparse_words *extras)
{
	static const struct plugh_argument carrier = { .dest = { "_unrecognized_args", 18 } };
	struct plugh_value *item = argparse_arena_array(run->arena, extras->count, sizeof *item);

	if (!item)
		return -ENOMEM;
	if (extras->count == 0)
		return 0;
	for (size_t i = 0; i < extras->count; i++) {
		struct pytext copy = { 0 };
		int r = argparse_arena_text(run->arena, extras->item[i], &copy);
		if (r < 0)
			return r;
		item[i] = argparse_value_of(copy);
	}
	return append_items(run, &carrier, item, extras->count);
}

static int run_subparser(struct argparse_run *run, const struct plugh_parser *parser,
	const struct plugh_value *values)
{
	static const struct argparse_view plain = { 0 };
	struct plugh_namespace ns = { 0 };
	struct argparse_words words = { 0 };
	struct argparse_words extras = { 0 };
	struct argparse_run below = {
		.parser = parser,
		.view = &plain,
		.above = run,
		.outcome = run->outcome,
		.arena = run->arena,
		.ns = &ns,
	};
	int r = 0;

	for (size_t i = 1; r == 0 && i < values->as.list.count; i++)
		r = argparse_words_append(run->arena, &words, text_at(values, i));
	if (r == 0)
		r = argparse_run_parser(&below, &words, &extras);
	for (size_t i = 0; r == 0 && i < ns.count; i++)
		r = argparse_namespace_set(
			run->arena, run->ns, ns.entry[i].dest, ns.entry[i].value);
	if (r == 0)
		r = carry_extras(run, &extras);
	return r;
}

static int act_parsers(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value *value, struct pytext name)
{
	int r = 0;

	(void)name;
	if (!argparse_is_suppressed(argument->dest))
		r = set(run, argument, &value->as.list.item[0]);
	if (r < 0)
		return r;

	const struct plugh_parser *parser = choose(run, argument->set, text_at(value, 0), &r);
	return r < 0 ? r : run_subparser(run, parser, value);
}

int argparse_act(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value *value, struct pytext name)
{
	static act_fn *const acts[] = {
		[PLUGH_ACTION_STORE] = act_store,
		[PLUGH_ACTION_STORE_CONST] = act_const,
		[PLUGH_ACTION_STORE_TRUE] = act_const,
		[PLUGH_ACTION_STORE_FALSE] = act_const,
		[PLUGH_ACTION_APPEND] = act_append,
		[PLUGH_ACTION_APPEND_CONST] = act_append_const,
		[PLUGH_ACTION_COUNT] = act_count,
		[PLUGH_ACTION_EXTEND] = act_extend,
		[PLUGH_ACTION_HELP] = act_help,
		[PLUGH_ACTION_VERSION] = act_version,
		[PLUGH_ACTION_BOOLEAN_OPTIONAL] = act_boolean,
		[ARGPARSE_ACTION_PARSERS] = act_parsers,
	};

	return acts[argument->action](run, argument, value, name);
}
