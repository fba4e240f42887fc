/* SPDX-License-Identifier: MIT */
/* Parsers: making them, parents, subparsers, and the end of a tree. */

#include "argparse_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "argparse_format.h"

static int add_default_group(
	struct plugh_parser *parser, const char *title, struct plugh_group **ret_group)
{
	return plugh_group_add_group(
		&parser->self, &(struct plugh_group_spec){ .title = title }, ret_group);
}

/* -h and --help, or with other prefix characters +h and ++help. */
static int add_help(struct plugh_parser *parser)
{
	struct pytext chars = parser->self.prefix_chars;
	struct pytext prefix = PYTEXT("-");
	struct pytext_buf brief = { 0 };
	struct pytext_buf full = { 0 };
	size_t size;

	if (chars.length == 0)
		return argparse_refuse(parser->tree, "prefix_chars is empty");
	if (!argparse_has_prefix(prefix, chars, &size)) {
		pytext_decode(chars, &size);
		prefix = pytext_upto(chars, size);
	}
	pytext_buf_append(&brief, prefix);
	pytext_buf_append_char(&brief, 'h');
	pytext_buf_append(&full, prefix);
	pytext_buf_append(&full, prefix);
	pytext_buf_append_string(&full, "help");

	int r = brief.failed || full.failed ? -ENOMEM : 0;
	if (r == 0)
		r = plugh_parser_add_argument(parser,
			&(struct plugh_argument_spec){
				.names = PLUGH_NAMES(brief.bytes, full.bytes),
				.action = PLUGH_ACTION_HELP,
				.default_ = PLUGH_SUPPRESS_VALUE,
				.help = "show this help message and exit",
			},
			NULL);
	pytext_buf_release(&brief);
	pytext_buf_release(&full);
	return r;
}

/* The texts and values of a spec, copied. */
static int copy_spec(struct plugh_parser *parser, const struct plugh_parser_spec *spec)
{
	const struct {
		const char *from;
		struct pytext *to;
	} texts[] = {
		{ spec->usage, &parser->usage },
		{ spec->description, &parser->self.description },
		{ spec->epilog, &parser->epilog },
		{ spec->prefix_chars ? spec->prefix_chars : "-", &parser->self.prefix_chars },
		{ spec->fromfile_prefix_chars, &parser->fromfile_prefix_chars },
	};
	const struct plugh_value *fallback = NULL;
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARGPARSE_COUNT(texts); i++)
		r = argparse_tree_text(parser->tree, texts[i].from, texts[i].to);
	if (r == 0)
		r = argparse_tree_value(parser->tree, spec->argument_default, &fallback);
	if (r == 0 && fallback && fallback->kind != PLUGH_VALUE_NONE)
		parser->self.argument_default = fallback;
	return r;
}

int argparse_parser_init(struct argparse_tree *tree, const struct plugh_parser_spec *spec,
	struct pytext prog, struct plugh_parser **ret_parser)
{
	struct plugh_parser *parser = argparse_arena_alloc(&tree->arena, sizeof *parser);
	bool has_prog = spec->prog && spec->prog != plugh_none;

	if (!parser)
		return -ENOMEM;
	parser->tree = tree;
	parser->self.kind = ARGPARSE_GROUP_PARSER;
	parser->self.parser = parser;
	parser->self.registry = &parser->registry;
	parser->self.conflict = spec->conflict == PLUGH_CONFLICT_UNSET ? PLUGH_CONFLICT_ERROR
								       : spec->conflict;
	parser->formatter = spec->formatter;
	parser->flags = spec->flags;
	parser->usage_status = spec->usage_status;
	parser->tag = spec->tag;

	int r = argparse_arena_text(
		&tree->arena, has_prog ? pytext_of(spec->prog) : prog, &parser->prog);
	if (r == 0)
		r = copy_spec(parser, spec);
	if (r == 0)
		r = add_default_group(parser, "positional arguments", &parser->positionals);
	if (r == 0)
		r = add_default_group(parser, "options", &parser->optionals);
	if (r == 0 && !(spec->flags & PLUGH_PARSER_NO_HELP))
		r = add_help(parser);
	if (r == 0)
		*ret_parser = parser;
	return r;
}

int plugh_parser_create(const struct plugh_parser_spec *spec, struct plugh_parser **ret_parser)
{
	static const struct plugh_parser_spec empty = { 0 };
	struct argparse_tree *tree = calloc(1, sizeof *tree);

	if (!tree)
		return -ENOMEM;

	int r = argparse_parser_init(tree, spec ? spec : &empty,
		pytext_of(program_invocation_short_name ? program_invocation_short_name : ""),
		&tree->root);
	if (r < 0) {
		pytext_buf_release(&tree->problem);
		argparse_arena_release(&tree->arena);
		free(tree);
		return r;
	}
	*ret_parser = tree->root;
	return 0;
}

void plugh_parser_destroy(struct plugh_parser *parser)
{
	if (!parser || parser->tree->root != parser)
		return;

	struct argparse_tree *tree = parser->tree;
	pytext_buf_release(&tree->problem);
	argparse_arena_release(&tree->arena);
	free(tree);
}

/* ---- Parents ---- */

static bool has_same_title(const struct plugh_group *group, const struct plugh_group *other)
{
	if (!group->title.bytes || !other->title.bytes)
		return group->title.bytes == other->title.bytes;
	return pytext_is_equal(group->title, other->title);
}

static struct plugh_group *find_titled(
	const struct plugh_parser *parser, const struct plugh_group *like)
{
	for (size_t i = parser->self.groups.count; i > 0; i--) {
		struct plugh_group *group = parser->self.groups.item[i - 1];
		if (has_same_title(group, like))
			return group;
	}
	return NULL;
}

static int check_titles(const struct plugh_parser *parser)
{
	for (size_t i = 0; i < parser->self.groups.count; i++) {
		const struct plugh_group *group = parser->self.groups.item[i];
		if (find_titled(parser, group) != group)
			return argparse_refuse(parser->tree,
				"cannot merge actions - two groups are named '%s'",
				group->title.bytes ? group->title.bytes : "None");
	}
	return 0;
}

/* The group of the parser that stands for a group of the parent: the one of its title, made when
 * missing. */
static int merge_group(struct plugh_parser *parser, const struct plugh_group *group,
	struct plugh_group **ret_group)
{
	*ret_group = find_titled(parser, group);
	if (*ret_group)
		return 0;
	return plugh_group_add_group(&parser->self,
		&(struct plugh_group_spec){
			.title = group->title.bytes,
			.description = group->description.bytes,
			.conflict = group->conflict,
		},
		ret_group);
}

/* Which group here each argument of the parent goes to: target[i] belongs to the parent's argument
 * i. The members of one group of the parent's go to one group here. */
static void aim_members(const struct argparse_list *arguments, const struct plugh_group *group,
	struct plugh_group *here, struct plugh_group **target)
{
	for (size_t i = 0; i < group->arguments.count; i++) {
		size_t at = argparse_list_find(arguments, group->arguments.item[i]);
		if (at < arguments->count)
			target[at] = here;
	}
}

static int map_groups(
	struct plugh_parser *parser, const struct plugh_parser *parent, struct plugh_group **target)
{
	const struct argparse_registry *registry = &parent->registry;
	struct plugh_group *here = NULL;
	int r = 0;

	for (size_t i = 0; i < registry->arguments.count; i++)
		target[i] = &parser->self;

	for (size_t i = 0; r == 0 && i < parent->self.groups.count; i++) {
		const struct plugh_group *group = parent->self.groups.item[i];
		r = merge_group(parser, group, &here);
		if (r == 0)
			aim_members(&registry->arguments, group, here, target);
	}
	for (size_t i = 0; r == 0 && i < registry->exclusives.count; i++) {
		const struct plugh_group *group = registry->exclusives.item[i];
		r = plugh_group_add_exclusive(&parser->self, group->required, &here);
		if (r == 0)
			aim_members(&registry->arguments, group, here, target);
	}
	return r;
}

/* _add_container_actions */
static int adopt_arguments(struct plugh_parser *parser, const struct plugh_parser *parent)
{
	size_t count = parent->registry.arguments.count;
	struct plugh_group **target = argparse_arena_array(
		&parser->tree->arena, count, sizeof(void *));
	struct plugh_argument **argument = argparse_arena_array(
		&parser->tree->arena, count, sizeof(void *));

	if (!target || !argument)
		return -ENOMEM;

	/* A name that conflicts here may take an argument out of the parent's list on the way. */
	for (size_t i = 0; i < count; i++)
		argument[i] = parent->registry.arguments.item[i];

	int r = check_titles(parser);
	if (r == 0)
		r = map_groups(parser, parent, target);
	for (size_t i = 0; r == 0 && i < count; i++)
		r = argparse_group_adopt(target[i], argument[i]);
	for (size_t i = 0; r == 0 && i < parent->registry.exact.count; i++)
		r = argparse_list_append(&parser->tree->arena, &parser->registry.exact,
			parent->registry.exact.item[i]);
	return r;
}

int plugh_parser_add_parent(struct plugh_parser *parser, struct plugh_parser *parent)
{
	struct argparse_registry *registry = &parser->registry;

	int r = adopt_arguments(parser, parent);

	/* Unlike set_defaults, this leaves the arguments' own defaults alone. */
	for (size_t i = 0; r == 0 && i < parent->registry.default_count; i++) {
		const struct argparse_default *from = &parent->registry.default_[i];
		void *array = registry->default_;
		size_t at = 0;
		while (at < registry->default_count &&
			!pytext_is_equal(registry->default_[at].dest, from->dest))
			at++;
		r = argparse_arena_grow(&parser->tree->arena, &array, &registry->default_capacity,
			at, sizeof *from);
		if (r < 0)
			break;
		registry->default_ = array;
		registry->default_[at] = *from;
		if (at == registry->default_count)
			registry->default_count++;
	}
	return r;
}

/* ---- Questions ---- */

void plugh_parser_set_display(struct plugh_parser *parser, const struct plugh_display *display)
{
	parser->tree->display = *display;
}

const char *plugh_parser_problem(const struct plugh_parser *parser)
{
	return pytext_buf_text(&parser->tree->problem).bytes;
}

struct plugh_group *plugh_parser_group(struct plugh_parser *parser)
{
	return &parser->self;
}

const char *plugh_parser_prog(const struct plugh_parser *parser)
{
	return parser->prog.bytes;
}

void *plugh_parser_tag(const struct plugh_parser *parser)
{
	return parser->tag;
}
