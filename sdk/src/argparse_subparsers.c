/* SPDX-License-Identifier: MIT */
/* add_subparsers and add_parser. */

#include "argparse_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "argparse_format.h"

/* The group that the set is listed in: one of its own when it has a title or a description. */
static int choose_group(struct plugh_parser *parser, const struct plugh_subparsers_spec *spec)
{
	struct plugh_group_spec group = { .title = spec->title, .description = spec->description };

	if (!spec->title && !spec->description) {
		parser->subparsers_group = parser->positionals;
		return 0;
	}
	if (!spec->title)
		group.title = "subcommands";
	return plugh_group_add_group(&parser->self, &group, &parser->subparsers_group);
}

/* What a subparser's prog starts with: the spec's word, else this parser's usage with its
 * positionals so far. */
static int choose_prog(struct plugh_parser *parser, const struct plugh_subparsers_spec *spec,
	struct pytext *ret_prefix)
{
	struct pytext_buf usage = { 0 };

	if (spec->prog && spec->prog != plugh_none)
		return argparse_tree_text(parser->tree, spec->prog, ret_prefix);

	int r = argparse_format_prog(&usage, parser);
	if (r == 0)
		r = pytext_buf_status(&usage);
	if (r == 0)
		r = argparse_arena_text(
			&parser->tree->arena, pytext_strip(pytext_buf_text(&usage)), ret_prefix);
	pytext_buf_release(&usage);
	if (r == -EINVAL)
		return argparse_refuse(
			parser->tree, "the usage of '%s' cannot be formatted", parser->prog.bytes);
	return r;
}

static int fill_set(struct plugh_parser *parser, const struct plugh_subparsers_spec *spec,
	struct plugh_subparsers *set, struct plugh_argument *argument)
{
	struct argparse_tree *tree = parser->tree;

	set->parser = parser;
	set->argument = argument;
	set->choices.kind = PLUGH_VALUE_LIST;
	*argument = (struct plugh_argument){
		.tree = tree,
		.action = ARGPARSE_ACTION_PARSERS,
		.nargs = argparse_nargs_parse("A..."),
		.const_ = argparse_none(),
		.default_ = argparse_none(),
		.choices = &set->choices,
		.required = spec->required == PLUGH_YES,
		.set = set,
	};

	int r = choose_group(parser, spec);
	if (r == 0)
		r = choose_prog(parser, spec, &set->prog_prefix);
	if (r == 0)
		r = argparse_tree_text(
			tree, spec->dest ? spec->dest : plugh_suppress, &argument->dest);
	if (r == 0)
		r = argparse_tree_text(tree, spec->help, &argument->help);
	if (r == 0 && spec->metavar && spec->metavar != plugh_none) {
		argument->metavar = argparse_arena_alloc(&tree->arena, sizeof *argument->metavar);
		if (!argument->metavar)
			return -ENOMEM;
		argument->has_metavar = true;
		argument->metavar_count = 1;
		r = argparse_tree_text(tree, spec->metavar, argument->metavar);
	}
	return r;
}

int plugh_parser_add_subparsers(struct plugh_parser *parser,
	const struct plugh_subparsers_spec *spec, struct plugh_subparsers **ret_set)
{
	static const struct plugh_subparsers_spec empty = { 0 };
	struct argparse_arena *arena = &parser->tree->arena;
	struct plugh_subparsers *set = argparse_arena_alloc(arena, sizeof *set);
	struct plugh_argument *argument = argparse_arena_alloc(arena, sizeof *argument);

	if (!set || !argument)
		return -ENOMEM;
	if (parser->subparsers_group)
		return argparse_refuse(parser->tree, "cannot have multiple subparser arguments");

	int r = fill_set(parser, spec ? spec : &empty, set, argument);
	if (r == 0)
		r = argparse_group_adopt(parser->subparsers_group, argument);
	if (r == 0 && ret_set)
		*ret_set = set;
	return r;
}

static size_t find_choice(const struct plugh_subparsers *set, struct pytext name)
{
	size_t i = 0;

	while (i < set->parsers.count &&
		!pytext_is_equal(argparse_value_text(&set->choice[i]), name))
		i++;
	return i;
}

static int refuse_choice(const struct plugh_subparsers *set, const char *what, const char *name)
{
	struct argparse_tree *tree = set->parser->tree;
	struct pytext_buf message = { 0 };

	pytext_buf_append_format(&message, "%s: %s", what, name);
	pytext_buf_clear(&tree->problem);
	int r = argparse_append_error(&tree->problem, set->argument, pytext_buf_text(&message));
	if (r == 0 && (message.failed || tree->problem.failed))
		r = -ENOMEM;
	pytext_buf_release(&message);
	return r < 0 ? r : -EINVAL;
}

static int check_names(
	const struct plugh_subparsers *set, const char *name, const char *const *aliases)
{
	if (find_choice(set, pytext_of(name)) < set->parsers.count)
		return refuse_choice(set, "conflicting subparser", name);
	for (size_t i = 0; aliases && aliases[i]; i++)
		if (find_choice(set, pytext_of(aliases[i])) < set->parsers.count)
			return refuse_choice(set, "conflicting subparser alias", aliases[i]);
	return 0;
}

/* _ChoicesPseudoAction: a line of help, "name (alias, alias)". */
static int add_choice_help(
	struct plugh_subparsers *set, const char *name, const struct plugh_parser_spec *spec)
{
	struct argparse_tree *tree = set->parser->tree;
	struct plugh_argument *line = argparse_arena_alloc(&tree->arena, sizeof *line);
	struct pytext *metavar = argparse_arena_alloc(&tree->arena, sizeof *metavar);
	struct pytext_buf text = { 0 };

	if (!line || !metavar)
		return -ENOMEM;
	*line = (struct plugh_argument){
		.tree = tree,
		.action = ARGPARSE_ACTION_CHOICE,
		.const_ = argparse_none(),
		.default_ = argparse_none(),
		.metavar = metavar,
		.metavar_count = 1,
		.has_metavar = true,
	};

	pytext_buf_append_string(&text, name);
	for (size_t i = 0; spec->aliases && spec->aliases[i]; i++) {
		pytext_buf_append_string(&text, i == 0 ? " (" : ", ");
		pytext_buf_append_string(&text, spec->aliases[i]);
	}
	if (spec->aliases && spec->aliases[0])
		pytext_buf_append_char(&text, ')');

	int r = pytext_buf_status(&text);
	if (r == 0)
		r = argparse_arena_text(&tree->arena, pytext_buf_text(&text), metavar);
	if (r == 0)
		r = argparse_tree_text(tree, name, &line->dest);
	if (r == 0)
		r = argparse_tree_text(tree, spec->help, &line->help);
	if (r == 0)
		r = argparse_list_append(&tree->arena, &set->choice_help, line);
	pytext_buf_release(&text);
	return r;
}

/* _name_parser_map[name] = parser */
static int add_choice(struct plugh_subparsers *set, const char *name, struct plugh_parser *parser)
{
	struct argparse_tree *tree = set->parser->tree;
	size_t i = find_choice(set, pytext_of(name));
	void *array = set->choice;
	struct pytext copy = { 0 };

	if (i < set->parsers.count)
		return 0;

	int r = argparse_tree_text(tree, name, &copy);
	if (r == 0)
		r = argparse_arena_grow(
			&tree->arena, &array, &set->choice_capacity, i, sizeof *set->choice);
	if (r < 0)
		return r;
	set->choice = array;
	set->choice[i] = argparse_value_of(copy);

	r = argparse_list_append(&tree->arena, &set->parsers, parser);
	set->choices.as.list.item = set->choice;
	set->choices.as.list.count = set->parsers.count;
	return r;
}

static int create_subparser(struct plugh_subparsers *set, const char *name,
	const struct plugh_parser_spec *spec, struct plugh_parser **ret_parser)
{
	struct pytext_buf prog = { 0 };

	pytext_buf_append(&prog, set->prog_prefix);
	pytext_buf_append_char(&prog, ' ');
	pytext_buf_append_string(&prog, name);
	int r = pytext_buf_status(&prog);
	if (r == 0)
		r = argparse_parser_init(
			set->parser->tree, spec, pytext_buf_text(&prog), ret_parser);
	pytext_buf_release(&prog);
	return r;
}

int plugh_subparsers_add(struct plugh_subparsers *set, const char *name,
	const struct plugh_parser_spec *spec, struct plugh_parser **ret_parser)
{
	static const struct plugh_parser_spec empty = { 0 };
	struct plugh_parser *parser = NULL;

	if (!spec)
		spec = &empty;

	int r = check_names(set, name, spec->aliases);
	if (r == 0 && spec->help)
		r = add_choice_help(set, name, spec);
	if (r == 0)
		r = create_subparser(set, name, spec, &parser);
	if (r != 0)
		return r;

	if (parser->usage_status == 0)
		parser->usage_status = set->parser->usage_status;
	r = add_choice(set, name, parser);
	for (size_t i = 0; r == 0 && spec->aliases && spec->aliases[i]; i++)
		r = add_choice(set, spec->aliases[i], parser);
	if (r == 0 && ret_parser)
		*ret_parser = parser;
	return r;
}

struct plugh_parser *plugh_subparsers_find(const struct plugh_subparsers *set, const char *name)
{
	size_t i = find_choice(set, pytext_of(name));

	return i < set->parsers.count ? set->parsers.item[i] : NULL;
}
