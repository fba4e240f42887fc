/* A plugin's command line: parsed, and asked.
 *
 * SPDX-License-Identifier: MIT */
#include "command_line_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* NULL for the plugin itself. */
static const char *sub_of(const struct command_line *line, const struct bound *bound)
{
	bool is_root = bound->command == &line->spec.manifest->root;
	return is_root ? NULL : bound->command->head->names;
}

static int set_external(const struct bound *bound, const struct config_value *value)
{
	/* One value is the whole text; several, as for nargs, are a line each. */
	if (!kind_is_list(bound->row) || value->count < 2)
		return plugh_argument_set_external(bound->argument, &value->text, 1, value->origin);
	return plugh_argument_set_external(
		bound->argument, value->item, value->count, value->origin);
}

static int add_defaults(struct command_line *line)
{
	const char *name = manifest_name(line->spec.manifest);
	char key[MANIFEST_NAME_SIZE];
	int r = 0;

	for (size_t i = 0; i < line->bound_count && r == 0; i++) {
		const struct bound *bound = &line->bound[i];
		if (!manifest_option_key(bound->row, key) || manifest_is_positional(bound->row))
			continue;
		if (line->spec.options != NULL && line->spec.options->json &&
			strcmp(key, "json") == 0 && kind_is_flag(bound->row)) {
			r = plugh_argument_set_external(
				bound->argument, (const char *[]){ "on" }, 1, "--json");
			continue;
		}
		if (line->spec.config == NULL)
			continue;
		const struct config_value *value = config_find_option(
			line->spec.config, name, sub_of(line, bound), key);
		if (value != NULL)
			r = set_external(bound, value);
	}
	return r;
}

int command_line_create(
	const struct command_line_spec *spec, struct command_line **ret_line, struct reason *why)
{
	struct command_line *line = (struct command_line *)calloc(1, sizeof *line);
	if (line == NULL)
		return -ENOMEM;
	line->spec = *spec;
	line->command = &spec->manifest->root;
	line->bound = (struct bound *)calloc(spec->manifest->record_count, sizeof *line->bound);

	int r = line->bound != NULL ? kind_arena_create(&line->arena) : -ENOMEM;
	if (r == 0)
		r = command_line_declare(line, why);
	if (r == 0)
		r = add_defaults(line);
	if (r < 0)
		command_line_destroy(line);
	else
		*ret_line = line;
	return r;
}

int command_line_parse(struct command_line *line, size_t count, char *const word[],
	const struct plugh_outcome **ret_outcome)
{
	int r = plugh_parser_parse(line->parser, count, word, &line->outcome);
	if (r < 0)
		return r;

	const struct plugh_parser *parser = plugh_outcome_parser(line->outcome);
	line->command = (const struct manifest_command *)plugh_parser_tag(parser);
	line->prog = plugh_parser_prog(parser);
	*ret_outcome = line->outcome;
	return 0;
}

static int find_parser(
	struct command_line *line, const char *subcommand, const struct plugh_parser **ret_parser)
{
	*ret_parser = line->parser;
	if (subcommand == NULL)
		return 0;
	*ret_parser = line->set != NULL ? plugh_subparsers_find(line->set, subcommand) : NULL;
	return *ret_parser != NULL ? 0 : -ENOENT;
}

int command_line_help(struct command_line *line, const char *subcommand, char **ret_text)
{
	const struct plugh_parser *parser;
	int r = find_parser(line, subcommand, &parser);
	return r < 0 ? r : plugh_parser_format_help(parser, ret_text);
}

int command_line_usage(struct command_line *line, const char *subcommand, char **ret_text)
{
	const struct plugh_parser *parser;
	int r = find_parser(line, subcommand, &parser);
	return r < 0 ? r : plugh_parser_format_usage(parser, ret_text);
}

const struct manifest_command *command_line_command(const struct command_line *line)
{
	return line->command;
}

const char *command_line_prog(const struct command_line *line)
{
	return line->prog != NULL ? line->prog : plugh_parser_prog(line->parser);
}

void command_line_options(const struct command_line *line, struct options *ret_options)
{
	options_collect(plugh_outcome_namespace(line->outcome), ret_options);
}

int command_line_args(struct command_line *line, const void **ret_args)
{
	const struct plugh_namespace *ns = plugh_outcome_namespace(line->outcome);

	free(line->args);
	line->args = (max_align_t *)calloc(1, line->command->head->size + sizeof *line->args);
	if (line->args == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < line->bound_count; i++) {
		const struct bound *bound = &line->bound[i];
		if (bound->command != line->command)
			continue;
		int r = kind_store(
			bound->row, plugh_namespace_find(ns, bound->dest), line->arena, line->args);
		if (r < 0)
			return r;
	}
	*ret_args = line->args;
	return 0;
}

const char *command_line_path(
	const struct command_line *line, struct command_line_cursor *cursor, uint32_t *ret_access)
{
	const struct plugh_namespace *ns = plugh_outcome_namespace(line->outcome);

	for (; cursor->row < line->bound_count; cursor->row++) {
		const struct bound *bound = &line->bound[cursor->row];
		const char *text = NULL;
		if (bound->command == line->command && bound->row->access != 0)
			text = kind_text(plugh_namespace_find(ns, bound->dest), &cursor->place);
		if (text != NULL) {
			*ret_access = bound->row->access;
			return text;
		}
		cursor->place = (struct kind_place){ 0, 0 };
	}
	return NULL;
}

static bool is_given(const struct command_line *line, const struct bound *bound)
{
	const struct plugh_value *value = plugh_namespace_find(
		plugh_outcome_namespace(line->outcome), bound->dest);

	return bound->command == line->command && value != NULL &&
	       value->kind != PLUGH_VALUE_NONE &&
	       !(value->kind == PLUGH_VALUE_BOOL && !value->as.boolean) &&
	       !(value->kind == PLUGH_VALUE_LIST && value->as.list.count == 0);
}

uint32_t command_line_own_needs(const struct command_line *line)
{
	uint32_t needs = line->spec.manifest->root.about->needs | line->command->about->needs;

	for (size_t i = 0; i < line->bound_count; i++)
		if (is_given(line, &line->bound[i]))
			needs |= line->bound[i].row->needs;
	return needs;
}

uint32_t command_line_needs(const struct command_line *line)
{
	uint32_t needs = command_line_own_needs(line);

	for (size_t i = 0; i < line->bound_count; i++)
		if (is_given(line, &line->bound[i]))
			needs |= manifest_row_needs(line->bound[i].row);
	return needs;
}

static const struct bound *find_key(
	const struct command_line *line, const char *sub, const char *key)
{
	char name[MANIFEST_NAME_SIZE];

	for (size_t i = 0; i < line->bound_count; i++) {
		const struct bound *bound = &line->bound[i];
		const char *its = sub_of(line, bound);
		bool same = sub == NULL || its == NULL ? sub == its : strcmp(sub, its) == 0;
		if (same && !manifest_is_positional(bound->row) &&
			manifest_option_key(bound->row, name) && strcmp(name, key) == 0)
			return bound;
	}
	return NULL;
}

int command_line_check(struct command_line *line, const char *sub, const char *key,
	const struct config_value *value, char *error, size_t size)
{
	const struct bound *bound = find_key(line, sub, key);
	if (bound == NULL)
		return -EINVAL;
	if (!kind_is_list(bound->row))
		return kind_check(bound->row, value->text, error, size);
	int r = 0;
	for (size_t i = 0; i < value->count && r == 0; i++)
		r = kind_check(bound->row, value->item[i], error, size);
	return r;
}

void command_line_destroy(struct command_line *line)
{
	if (line == NULL)
		return;
	plugh_outcome_destroy(line->outcome);
	plugh_parser_destroy(line->parser);
	kind_arena_destroy(line->arena);
	free(line->bound);
	free(line->args);
	free(line);
}
