/* SPDX-License-Identifier: MIT */
/* Containers of arguments: groups, what happens when an argument joins one, conflicts of names,
 * defaults. */

#include "argparse_internal.h"

#include <errno.h>
#include <string.h>

int argparse_group_create(struct plugh_group *container, enum argparse_group_kind kind,
	struct plugh_group **ret_group)
{
	struct plugh_group *group = argparse_arena_alloc(
		&container->parser->tree->arena, sizeof *group);

	if (!group)
		return -ENOMEM;
	*group = (struct plugh_group){
		.kind = kind,
		.parser = container->parser,
		.registry = container->registry,
		.container = container,
		.prefix_chars = container->prefix_chars,
		.argument_default = container->argument_default,
		.conflict = container->conflict,
	};
	*ret_group = group;
	return 0;
}

int plugh_group_add_group(struct plugh_group *group, const struct plugh_group_spec *spec,
	struct plugh_group **ret_group)
{
	struct argparse_tree *tree = group->parser->tree;
	struct plugh_group *added = NULL;
	const struct plugh_value *fallback = NULL;

	int r = argparse_group_create(group, ARGPARSE_GROUP_TITLED, &added);
	if (r == 0)
		r = argparse_tree_text(tree, spec->title, &added->title);
	if (r == 0)
		r = argparse_tree_text(tree, spec->description, &added->description);
	if (r == 0 && spec->prefix_chars)
		r = argparse_tree_text(tree, spec->prefix_chars, &added->prefix_chars);
	if (r == 0)
		r = argparse_tree_value(tree, spec->argument_default, &fallback);
	if (r == 0)
		r = argparse_list_append(&tree->arena, &group->groups, added);
	if (r != 0)
		return r;

	if (fallback)
		added->argument_default = fallback->kind == PLUGH_VALUE_NONE ? NULL : fallback;
	if (spec->conflict != PLUGH_CONFLICT_UNSET)
		added->conflict = spec->conflict;
	if (ret_group)
		*ret_group = added;
	return 0;
}

int plugh_group_add_exclusive(
	struct plugh_group *group, bool required, struct plugh_group **ret_group)
{
	struct plugh_group *added = NULL;

	int r = argparse_group_create(group, ARGPARSE_GROUP_EXCLUSIVE, &added);
	if (r == 0)
		r = argparse_list_append(
			&group->parser->tree->arena, &group->registry->exclusives, added);
	if (r < 0)
		return r;
	added->required = required;
	if (ret_group)
		*ret_group = added;
	return 0;
}

int plugh_group_set_default(
	struct plugh_group *group, const char *dest, const struct plugh_value *value)
{
	struct argparse_registry *registry = group->registry;
	struct argparse_tree *tree = group->parser->tree;
	const struct plugh_value *copy = NULL;
	struct pytext name = { 0 };
	size_t i = 0;

	int r = argparse_tree_text(tree, dest, &name);
	if (r == 0)
		r = argparse_tree_value(tree, value ? value : argparse_none(), &copy);
	if (r < 0)
		return r;

	while (i < registry->default_count && !pytext_is_equal(registry->default_[i].dest, name))
		i++;
	if (i == registry->default_count) {
		void *array = registry->default_;
		r = argparse_arena_grow(&tree->arena, &array, &registry->default_capacity, i,
			sizeof *registry->default_);
		if (r < 0)
			return r;
		registry->default_ = array;
		registry->default_[registry->default_count++].dest = name;
	}
	registry->default_[i].value = copy;

	for (size_t j = 0; j < registry->arguments.count; j++) {
		struct plugh_argument *argument = registry->arguments.item[j];
		if (pytext_is_equal(argument->dest, name))
			argument->default_ = copy;
	}
	return 0;
}

static struct argparse_option *find_option(
	const struct argparse_registry *registry, struct pytext name)
{
	for (size_t i = 0; i < registry->option_count; i++)
		if (pytext_is_equal(registry->option[i].name, name))
			return &registry->option[i];
	return NULL;
}

struct plugh_argument *argparse_registry_find(
	const struct argparse_registry *registry, struct pytext name)
{
	const struct argparse_option *option = find_option(registry, name);

	return option ? option->argument : NULL;
}

/* _handle_conflict_error */
static int refuse_conflict(struct plugh_group *group, const struct plugh_argument *argument)
{
	struct pytext_buf names = { 0 };
	struct pytext_buf text = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < argument->name_count; i++) {
		if (!argparse_registry_find(group->registry, argument->name[i]))
			continue;
		pytext_buf_append_string(&names, count++ ? ", " : "");
		pytext_buf_append(&names, argument->name[i]);
	}

	pytext_buf_append_string(
		&text, count == 1 ? "conflicting option string: " : "conflicting option strings: ");
	pytext_buf_append(&text, pytext_buf_text(&names));
	pytext_buf_clear(&group->parser->tree->problem);
	int r = argparse_append_error(
		&group->parser->tree->problem, argument, pytext_buf_text(&text));
	if (r == 0 && (names.failed || text.failed || group->parser->tree->problem.failed))
		r = -ENOMEM;
	pytext_buf_release(&names);
	pytext_buf_release(&text);
	return r < 0 ? r : -EINVAL;
}

/* _remove_action: out of the container and the list of all; Python raises when it is in neither. */
static int drop_argument(struct plugh_group *group, struct plugh_argument *argument)
{
	struct argparse_list *all = &group->registry->arguments;
	size_t i = argparse_list_find(all, argument);
	size_t j = argparse_list_find(&group->arguments, argument);

	if (i == all->count || j == group->arguments.count)
		return argparse_refuse(group->parser->tree, "list.remove(x): x not in list");
	argparse_list_remove(all, i);
	argparse_list_remove(&group->arguments, j);
	return 0;
}

/* _handle_conflict_resolve, for one name: the argument that has it loses it. */
static int resolve_conflict(
	struct plugh_group *group, struct plugh_argument *older, struct pytext name)
{
	struct argparse_registry *registry = group->registry;
	struct argparse_option *option = find_option(registry, name);
	size_t i = 0;

	while (i < older->name_count && !pytext_is_equal(older->name[i], name))
		i++;
	if (i == older->name_count)
		return argparse_refuse(group->parser->tree, "list.remove(x): x not in list");
	older->name_count--;
	memmove(&older->name[i], &older->name[i + 1],
		(older->name_count - i) * sizeof *older->name);

	if (option) {
		size_t at = (size_t)(option - registry->option);
		registry->option_count--;
		memmove(option, option + 1, (registry->option_count - at) * sizeof *option);
	}
	return older->name_count == 0 ? drop_argument(older->container, older) : 0;
}

/* _check_conflict. The conflicts are found before any is resolved: a name given twice is met twice,
 * and an argument that joins a second time conflicts with itself. */
static int check_conflict(struct plugh_group *group, struct plugh_argument *argument)
{
	struct argparse_tree *tree = group->parser->tree;
	size_t count = argument->name_count;
	struct argparse_option *conflict = argparse_arena_array(
		&tree->arena, count, sizeof *conflict);
	bool has_conflict = false;

	if (!conflict)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		conflict[i].name = argument->name[i];
		conflict[i].argument = argparse_registry_find(group->registry, argument->name[i]);
		has_conflict = has_conflict || conflict[i].argument;
	}
	if (has_conflict && group->conflict != PLUGH_CONFLICT_RESOLVE)
		return refuse_conflict(group, argument);

	for (size_t i = 0; i < count; i++) {
		int r = conflict[i].argument
				? resolve_conflict(group, conflict[i].argument, conflict[i].name)
				: 0;
		if (r < 0)
			return r;
	}
	return 0;
}

/* _option_string_actions[name] = argument */
static int index_name(
	struct plugh_group *group, struct plugh_argument *argument, struct pytext name)
{
	struct argparse_registry *registry = group->registry;
	struct argparse_option *option = find_option(registry, name);
	void *array = registry->option;

	if (option) {
		option->argument = argument;
		return 0;
	}

	int r = argparse_arena_grow(&group->parser->tree->arena, &array, &registry->option_capacity,
		registry->option_count, sizeof *registry->option);
	if (r < 0)
		return r;
	registry->option = array;
	registry->option[registry->option_count++] = (struct argparse_option){ name, argument };
	if (argparse_is_negative_number(name))
		registry->has_negative_number_options = true;
	return 0;
}

/* _ActionsContainer._add_action, then _ArgumentGroup's. */
static int adopt_here(struct plugh_group *group, struct plugh_argument *argument)
{
	struct argparse_arena *arena = &group->parser->tree->arena;

	int r = check_conflict(group, argument);
	if (r == 0)
		r = argparse_list_append(arena, &group->registry->arguments, argument);
	argument->container = group;
	for (size_t i = 0; r == 0 && i < argument->name_count; i++)
		r = index_name(group, argument, argument->name[i]);
	if (r == 0)
		r = argparse_list_append(arena, &group->arguments, argument);
	return r;
}

int argparse_group_adopt(struct plugh_group *group, struct plugh_argument *argument)
{
	struct plugh_group *inner = group;

	/* An exclusive group hands over to what is around it, and then lists the argument too. */
	while (inner->kind == ARGPARSE_GROUP_EXCLUSIVE) {
		if (argument->required)
			return argparse_refuse(group->parser->tree,
				"mutually exclusive arguments must be optional");
		inner = inner->container;
	}
	if (inner->kind == ARGPARSE_GROUP_PARSER)
		inner = argparse_is_option(argument) ? inner->parser->optionals
						     : inner->parser->positionals;

	int r = adopt_here(inner, argument);
	for (; r == 0 && group->kind == ARGPARSE_GROUP_EXCLUSIVE; group = group->container)
		r = argparse_list_append(&group->parser->tree->arena, &group->arguments, argument);
	return r;
}
