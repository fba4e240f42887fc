/* SPDX-License-Identifier: MIT */
/* Declarations of the bridge's protocol, turned into calls of the parser's. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"

static void refuse(struct bridge *bridge, int r, const char *problem)
{
	if (r == -EINVAL)
		bridge_reply(bridge, "spec_error", problem);
}

/* 0 or -ENOMEM: a refused declaration is a reply. */
static int settle(struct bridge *bridge, int r, const struct plugh_parser *parser)
{
	refuse(bridge, r, r == -EINVAL && parser ? plugh_parser_problem(parser) : "");
	return r == -EINVAL ? 0 : r;
}

static int read_conflict(
	struct bridge *bridge, const struct plugh_value *value, enum plugh_conflict *conflict)
{
	static const char *const names[] = { "unset", "error", "resolve", NULL };
	int i = bridge_find_word(bridge_spec_text(value), names);

	if (i < 1)
		bridge_reply(bridge, "spec_error", "invalid conflict_resolution value");
	else
		*conflict = (enum plugh_conflict)i;
	return 0;
}

/* ---- Parsers ---- */

struct parser_spec {
	struct plugh_parser_spec spec;
	struct plugh_value parents;
};

enum parser_key {
	PARSER_PROG,
	PARSER_USAGE,
	PARSER_DESCRIPTION,
	PARSER_EPILOG,
	PARSER_FORMATTER,
	PARSER_PREFIX_CHARS,
	PARSER_FROMFILE,
	PARSER_DEFAULT,
	PARSER_CONFLICT,
	PARSER_ADD_HELP,
	PARSER_ALLOW_ABBREV,
	PARSER_EXIT_ON_ERROR,
	PARSER_PARENTS,
	PARSER_HELP,
	PARSER_ALIASES,
	PARSER_OPTIONS_FIRST,
};

static const char *const parser_keys[] = { "prog", "usage", "description", "epilog",
	"formatter_class", "prefix_chars", "fromfile_prefix_chars", "argument_default",
	"conflict_handler", "add_help", "allow_abbrev", "exit_on_error", "parents", "help",
	"aliases", "plugh_options_first", NULL };

static int set_formatter(struct bridge *bridge, struct plugh_parser_spec *spec, const char *name)
{
	static const char *const names[] = { "HelpFormatter", "RawDescriptionHelpFormatter",
		"RawTextHelpFormatter", "ArgumentDefaultsHelpFormatter", "MetavarTypeHelpFormatter",
		NULL };
	static const unsigned formatters[] = { PLUGH_FORMATTER_PLAIN,
		PLUGH_FORMATTER_RAW_DESCRIPTION, PLUGH_FORMATTER_RAW_TEXT, PLUGH_FORMATTER_DEFAULTS,
		PLUGH_FORMATTER_METAVAR_TYPE };
	int i = bridge_find_word(name, names);

	if (i < 0)
		bridge_reply(bridge, "unsupported", name);
	else
		spec->formatter = formatters[i];
	return 0;
}

static void set_flag(struct plugh_parser_spec *spec, unsigned flag, const struct plugh_value *value)
{
	if (bridge_is_true(value))
		spec->flags &= ~flag;
	else
		spec->flags |= flag;
}

static int set_parser_key(
	struct bridge *bridge, void *target, int key, const struct plugh_value *value)
{
	struct parser_spec *parser = target;
	struct plugh_parser_spec *spec = &parser->spec;

	switch ((enum parser_key)key) {
	case PARSER_PROG:
		spec->prog = bridge_spec_text(value);
		break;
	case PARSER_USAGE:
		spec->usage = bridge_spec_text(value);
		break;
	case PARSER_DESCRIPTION:
		spec->description = bridge_spec_text(value);
		break;
	case PARSER_EPILOG:
		spec->epilog = bridge_spec_text(value);
		break;
	case PARSER_FORMATTER:
		return set_formatter(bridge, spec, bridge_spec_text(value));
	case PARSER_PREFIX_CHARS:
		spec->prefix_chars = bridge_spec_text(value);
		break;
	case PARSER_FROMFILE:
		spec->fromfile_prefix_chars = bridge_spec_text(value);
		break;
	case PARSER_DEFAULT:
		spec->argument_default = bridge_spec_value(bridge, value);
		return spec->argument_default ? 0 : -ENOMEM;
	case PARSER_CONFLICT:
		return read_conflict(bridge, value, &spec->conflict);
	case PARSER_ADD_HELP:
		set_flag(spec, PLUGH_PARSER_NO_HELP, value);
		break;
	case PARSER_ALLOW_ABBREV:
		set_flag(spec, PLUGH_PARSER_NO_ABBREV, value);
		break;
	case PARSER_EXIT_ON_ERROR:
		set_flag(spec, PLUGH_PARSER_NO_EXIT, value);
		break;
	case PARSER_PARENTS:
		parser->parents = *value;
		break;
	case PARSER_HELP:
		spec->help = bridge_spec_text(value);
		break;
	case PARSER_OPTIONS_FIRST:
		spec->flags |= PLUGH_PARSER_OPTIONS_FIRST;
		break;
	case PARSER_ALIASES:
		spec->aliases = bridge_spec_texts(bridge, value);
		return spec->aliases ? 0 : -ENOMEM;
	}
	return 0;
}

static int add_parents(
	struct bridge *bridge, struct plugh_parser *parser, const struct plugh_value *parents)
{
	size_t count = parents->kind == PLUGH_VALUE_LIST ? parents->as.list.count : 0;

	for (size_t i = 0; i < count; i++) {
		struct plugh_parser *parent = bridge_find(
			bridge, OBJECT_PARSER, bridge_spec_text(&parents->as.list.item[i]));
		if (!parent) {
			bridge_reply(bridge, "spec_error", "no such parent");
			return 0;
		}
		int r = plugh_parser_add_parent(parser, parent);
		if (r < 0)
			return settle(bridge, r, parser);
	}
	return 0;
}

static int create_root(struct bridge *bridge, const struct plugh_parser_spec *spec,
	struct plugh_parser **ret_parser)
{
	struct root *root = bridge_keep(bridge, sizeof *root);

	if (!root)
		return -ENOMEM;
	int r = plugh_parser_create(spec, &root->parser);
	if (r < 0)
		return r;
	root->next = bridge->roots;
	bridge->roots = root;
	*ret_parser = root->parser;
	return 0;
}

int bridge_do_parser(struct bridge *bridge, struct fields *fields)
{
	struct parser_spec parser = { 0 };
	struct plugh_parser *made = NULL;
	const char *name = bridge_next(fields);
	const char *set_name = bridge_next(fields);
	struct plugh_subparsers *set = bridge_find(bridge, OBJECT_SET, set_name);
	const char *word = set ? bridge_next(fields) : "";
	const char *problem = "prefix_chars is empty";

	int r = bridge_read_keys(bridge, fields, parser_keys, set_parser_key, &parser);
	if (r < 0 || bridge->has_reply)
		return r;
	if (set) {
		r = plugh_subparsers_add(set, word, &parser.spec, &made);
		problem = "the subparser is refused";
	} else {
		r = create_root(bridge, &parser.spec, &made);
	}
	refuse(bridge, r, problem);
	if (r == 0)
		r = bridge_name(bridge, OBJECT_PARSER, name, made);
	if (r == 0)
		r = add_parents(bridge, made, &parser.parents);
	return r == -EINVAL ? 0 : r;
}

/* ---- Groups ---- */

/* A parser's name is also that of the container that it is. */
static struct plugh_group *find_container(struct bridge *bridge, const char *name)
{
	struct plugh_parser *parser = bridge_find(bridge, OBJECT_PARSER, name);
	struct plugh_group *group = bridge_find(bridge, OBJECT_GROUP, name);

	if (!parser && !group)
		bridge_reply(bridge, "spec_error", "no such container");
	return group ? group : parser ? plugh_parser_group(parser) : NULL;
}

enum group_key {
	GROUP_TITLE,
	GROUP_DESCRIPTION,
	GROUP_PREFIX_CHARS,
	GROUP_DEFAULT,
	GROUP_CONFLICT,
};

static const char *const group_keys[] = {
	"title",
	"description",
	"prefix_chars",
	"argument_default",
	"conflict_handler",
	NULL,
};

static int set_group_key(
	struct bridge *bridge, void *target, int key, const struct plugh_value *value)
{
	struct plugh_group_spec *spec = target;

	switch ((enum group_key)key) {
	case GROUP_TITLE:
		spec->title = bridge_spec_text(value);
		break;
	case GROUP_DESCRIPTION:
		spec->description = bridge_spec_text(value);
		break;
	case GROUP_PREFIX_CHARS:
		spec->prefix_chars = bridge_spec_text(value);
		break;
	case GROUP_DEFAULT:
		spec->argument_default = bridge_spec_value(bridge, value);
		return spec->argument_default ? 0 : -ENOMEM;
	case GROUP_CONFLICT:
		return read_conflict(bridge, value, &spec->conflict);
	}
	return 0;
}

int bridge_do_group(struct bridge *bridge, struct fields *fields)
{
	struct plugh_group_spec spec = { 0 };
	struct plugh_group *group = NULL;
	const char *name = bridge_next(fields);
	struct plugh_group *container = find_container(bridge, bridge_next(fields));

	int r = bridge_read_keys(bridge, fields, group_keys, set_group_key, &spec);
	if (r < 0 || bridge->has_reply)
		return r;
	r = plugh_group_add_group(container, &spec, &group);
	return r < 0 ? settle(bridge, r, NULL) : bridge_name(bridge, OBJECT_GROUP, name, group);
}

static int set_required(
	struct bridge *bridge, void *target, int key, const struct plugh_value *value)
{
	(void)bridge;
	(void)key;
	*(bool *)target = bridge_is_true(value);
	return 0;
}

int bridge_do_mutex(struct bridge *bridge, struct fields *fields)
{
	static const char *const keys[] = { "required", NULL };
	struct plugh_group *group = NULL;
	bool required = false;
	const char *name = bridge_next(fields);
	struct plugh_group *container = find_container(bridge, bridge_next(fields));

	int r = bridge_read_keys(bridge, fields, keys, set_required, &required);
	if (r < 0 || bridge->has_reply)
		return r;
	r = plugh_group_add_exclusive(container, required, &group);
	return r < 0 ? settle(bridge, r, NULL) : bridge_name(bridge, OBJECT_GROUP, name, group);
}

/* ---- Arguments ---- */

enum arg_key {
	ARG_NAMES,
	ARG_ACTION,
	ARG_NARGS,
	ARG_CONST,
	ARG_DEFAULT,
	ARG_TYPE,
	ARG_CHOICES,
	ARG_REQUIRED,
	ARG_HELP,
	ARG_METAVAR,
	ARG_DEST,
	ARG_VERSION,
	ARG_EXACT,
	ARG_ENDS_OPTIONS,
	ARG_EXTERNAL,
};

struct arg_spec {
	struct plugh_argument_spec spec;
	struct plugh_value external; /* a list of texts, or None */
};

static const char *const arg_keys[] = { "names", "action", "nargs", "const", "default", "type",
	"choices", "required", "help", "metavar", "dest", "version", "plugh_exact",
	"plugh_ends_options", "plugh_external", NULL };

static int set_action(
	struct bridge *bridge, struct plugh_argument_spec *spec, const struct plugh_value *value)
{
	static const char *const names[] = { "store", "store_const", "store_true", "store_false",
		"append", "append_const", "count", "extend", "help", "version",
		"BooleanOptionalAction", NULL };
	int i = value->kind == PLUGH_VALUE_NONE ? 0
						: bridge_find_word(bridge_spec_text(value), names);

	if (i < 0)
		bridge_reply(bridge, "spec_error", "unknown action");
	else
		spec->action = (enum plugh_action)i;
	return 0;
}

/* Numbers are texts in the SDK, so a text that is a number has to be made one that is none. */
static int set_nargs(
	struct bridge *bridge, struct plugh_argument_spec *spec, const struct plugh_value *value)
{
	static const char *const forms[] = { "?", "*", "+", "...", "A...", PLUGH_SUPPRESS, NULL };
	char *number = bridge_keep(bridge, 32);

	if (!number)
		return -ENOMEM;
	if (value->kind == PLUGH_VALUE_INT) {
		snprintf(number, 32, "%lld", (long long)value->as.integer);
		spec->nargs = number;
	} else if (value->kind == PLUGH_VALUE_TEXT) {
		spec->nargs = bridge_find_word(bridge_spec_text(value), forms) < 0
				      ? "no nargs"
				      : bridge_spec_text(value);
	} else {
		spec->nargs = bridge_spec_text(value);
	}
	return 0;
}

static int set_type(
	struct bridge *bridge, struct plugh_argument_spec *spec, const struct plugh_value *value)
{
	static const char *const names[] = { "int", "float", "str", NULL };
	static const struct plugh_type *const types[] = {
		&plugh_type_int,
		&plugh_type_float,
		&plugh_type_str,
	};
	int i = bridge_find_word(bridge_spec_text(value), names);

	if (value->kind == PLUGH_VALUE_NONE)
		spec->type = &plugh_type_none;
	else if (i < 0)
		bridge_reply(bridge, "spec_error", "no such type");
	else
		spec->type = types[i];
	return 0;
}

static int set_metavar(
	struct bridge *bridge, struct plugh_argument_spec *spec, const struct plugh_value *value)
{
	if (value->kind != PLUGH_VALUE_LIST) {
		spec->metavar = bridge_spec_text(value);
		return 0;
	}
	spec->metavars = bridge_spec_texts(bridge, value);
	return spec->metavars ? 0 : -ENOMEM;
}

static int set_arg_key(
	struct bridge *bridge, void *target, int key, const struct plugh_value *value)
{
	struct arg_spec *arg = target;
	struct plugh_argument_spec *spec = &arg->spec;

	switch ((enum arg_key)key) {
	case ARG_NAMES:
		spec->names = bridge_spec_texts(bridge, value);
		return spec->names ? 0 : -ENOMEM;
	case ARG_ACTION:
		return set_action(bridge, spec, value);
	case ARG_NARGS:
		return set_nargs(bridge, spec, value);
	case ARG_CONST:
		spec->const_ = bridge_spec_value(bridge, value);
		return spec->const_ ? 0 : -ENOMEM;
	case ARG_DEFAULT:
		spec->default_ = bridge_spec_value(bridge, value);
		return spec->default_ ? 0 : -ENOMEM;
	case ARG_TYPE:
		return set_type(bridge, spec, value);
	case ARG_CHOICES:
		spec->choices = bridge_spec_value(bridge, value);
		return spec->choices ? 0 : -ENOMEM;
	case ARG_REQUIRED:
		spec->required = bridge_is_true(value) ? PLUGH_YES : PLUGH_NO;
		break;
	case ARG_HELP:
		spec->help = bridge_spec_text(value);
		break;
	case ARG_METAVAR:
		return set_metavar(bridge, spec, value);
	case ARG_DEST:
		spec->dest = bridge_spec_text(value);
		break;
	case ARG_VERSION:
		spec->version = bridge_spec_text(value);
		break;
	case ARG_EXACT:
		spec->flags |= PLUGH_ARGUMENT_EXACT;
		break;
	case ARG_ENDS_OPTIONS:
		spec->flags |= PLUGH_ARGUMENT_ENDS_OPTIONS;
		break;
	case ARG_EXTERNAL:
		arg->external = *value;
		break;
	}
	return 0;
}

int bridge_do_arg(struct bridge *bridge, struct fields *fields)
{
	struct arg_spec arg = { .external.kind = PLUGH_VALUE_NONE };
	struct plugh_argument *argument = NULL;
	struct plugh_group *container = find_container(bridge, bridge_next(fields));

	int r = bridge_read_keys(bridge, fields, arg_keys, set_arg_key, &arg);
	if (r < 0 || bridge->has_reply)
		return r;
	r = plugh_group_add_argument(container, &arg.spec, &argument);
	if (r == 0 && arg.external.kind == PLUGH_VALUE_LIST) {
		const char *const *word = bridge_spec_texts(bridge, &arg.external);
		if (!word)
			return -ENOMEM;
		r = plugh_argument_set_external(
			argument, word, arg.external.as.list.count, "ORIGIN");
	}
	return settle(bridge, r, bridge_find(bridge, OBJECT_PARSER, "p0"));
}

/* ---- Subparsers ---- */

static const char *const subparsers_keys[] = {
	"title",
	"description",
	"prog",
	"dest",
	"help",
	"metavar",
	"required",
	NULL,
};

static int set_subparsers_key(
	struct bridge *bridge, void *target, int key, const struct plugh_value *value)
{
	struct plugh_subparsers_spec *spec = target;
	const char **const texts[] = {
		&spec->title,
		&spec->description,
		&spec->prog,
		&spec->dest,
		&spec->help,
		&spec->metavar,
	};

	(void)bridge;
	if ((size_t)key < sizeof texts / sizeof *texts)
		*texts[key] = bridge_spec_text(value);
	else
		spec->required = bridge_is_true(value) ? PLUGH_YES : PLUGH_NO;
	return 0;
}

int bridge_do_subparsers(struct bridge *bridge, struct fields *fields)
{
	struct plugh_subparsers_spec spec = { 0 };
	struct plugh_subparsers *set = NULL;
	const char *name = bridge_next(fields);
	struct plugh_parser *parser = bridge_find(bridge, OBJECT_PARSER, bridge_next(fields));

	int r = bridge_read_keys(bridge, fields, subparsers_keys, set_subparsers_key, &spec);
	if (r < 0 || bridge->has_reply)
		return r;
	if (!parser) {
		bridge_reply(bridge, "spec_error", "no such parser");
		return 0;
	}
	r = plugh_parser_add_subparsers(parser, &spec, &set);
	return r < 0 ? settle(bridge, r, parser) : bridge_name(bridge, OBJECT_SET, name, set);
}

/* ---- Defaults and presets ---- */

int bridge_do_defaults(struct bridge *bridge, struct fields *fields)
{
	struct plugh_group *container = find_container(bridge, bridge_next(fields));
	int r = 0;

	while (r == 0 && container && fields->at < fields->count) {
		const char *dest = bridge_next(fields);
		struct plugh_value value;
		r = bridge_read_value(bridge, fields, &value);
		if (r == 0)
			r = settle(bridge, plugh_group_set_default(container, dest, &value), NULL);
	}
	return r;
}

int bridge_do_preset(struct bridge *bridge, struct fields *fields)
{
	size_t count = bridge->preset_count;
	struct plugh_preset *presets = bridge_keep(bridge, (count + 2) * sizeof *presets);
	const char *dest = bridge_next(fields);
	char *name = bridge_keep(bridge, strlen(dest) + 1);
	struct plugh_value value;

	if (!presets || !name)
		return -ENOMEM;
	memcpy(name, dest, strlen(dest) + 1);
	if (count)
		memcpy(presets, bridge->presets, count * sizeof *presets);

	int r = bridge_read_value(bridge, fields, &value);
	if (r == 0)
		r = bridge_keep_value(bridge, &value);
	presets[count] = (struct plugh_preset){ name, bridge_spec_value(bridge, &value) };
	bridge->presets = presets;
	bridge->preset_count = count + 1;
	return r == 0 && !presets[count].value ? -ENOMEM : r;
}
