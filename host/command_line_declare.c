/* A plugin's command line: its manifest as a parser.
 *
 * The tag of each argument is its row, the tag of each subparser its command. Rows of PLUGH_SET
 * share the dest of the first one, so the last on the command line wins.
 *
 * SPDX-License-Identifier: MIT */
#include "command_line_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <plugh/buf.h>

#include "join.h"

/* While the parser is built: where rows go now. */
struct builder {
	struct command_line *line;
	const struct manifest_command *command;
	struct plugh_group *group[3]; /* the parser, an argument group, an exclusive group */
	size_t depth;
	struct reason *why;
};

/* Values of a spec, converted from the texts of a row. */
struct values {
	struct plugh_value const_, default_;
	struct plugh_value list, item[64];
	struct plugh_value choices, choice[64];
	char text[512];
	size_t used;
};

static int refuse(const struct builder *b, const struct plugh_option *row, const char *what)
{
	return reason_set(b->why, -ENOEXEC, "option '%s' of '%s': %s", row->names,
		b->command->head->names, what);
}

/* A text of a row as a value of the row's type. */
static int convert(const struct builder *b, const struct plugh_option *row, const char *text,
	struct plugh_value *ret_value)
{
	const struct plugh_type *type = kind_type(row);
	struct plugh_refusal refusal = { 0 };
	char message[256];

	/* What a text stands for may depend on the machine: that is looked at when it is used. */
	if (type->convert == NULL || kind_is_text(row) || kind_is_flag(row)) {
		*ret_value = (struct plugh_value){ .kind = PLUGH_VALUE_TEXT,
			.as.text = { text, strlen(text) } };
		return 0;
	}
	if (type->convert(type->ctx, text, ret_value, &refusal) == 0)
		return 0;
	snprintf(message, sizeof message, "invalid %s value: '%s'", type->name, text);
	return refuse(b, row, message);
}

/* The blank-separated words of a field as a list of values; texts are copied into v->text. */
static int convert_words(const struct builder *b, const struct plugh_option *row, const char *words,
	struct values *v, struct plugh_value *item, struct plugh_value *ret_list)
{
	size_t n = 0;
	char *word = v->text + v->used;

	while (manifest_word(words, n, word, sizeof v->text - v->used)) {
		if (n == 64)
			return refuse(b, row, "too many words");
		int r = convert(b, row, word, &item[n++]);
		if (r < 0)
			return r;
		v->used += strlen(word) + 1;
		word = v->text + v->used;
	}
	*ret_list = (struct plugh_value){ .kind = PLUGH_VALUE_LIST, .as.list = { item, n } };
	return 0;
}

static int convert_default(
	const struct builder *b, const struct plugh_option *row, struct values *v)
{
	bool flag;

	if (kind_is_flag(row)) {
		if (config_parse_flag(row->default_, &flag) < 0)
			return refuse(b, row, "the default of a flag is on or off");
		v->default_ = (struct plugh_value){ .kind = PLUGH_VALUE_BOOL, .as.boolean = flag };
		return 0;
	}
	if (kind_is_list(row))
		return convert_words(b, row, row->default_, v, v->item, &v->default_);
	/* A text: the parser converts it when it is used, and help shows it as written. */
	struct plugh_value checked;
	v->default_ = (struct plugh_value){ .kind = PLUGH_VALUE_TEXT,
		.as.text = { row->default_, strlen(row->default_) } };
	return convert(b, row, row->default_, &checked);
}

static enum plugh_action action_of(const struct plugh_option *row)
{
	static const struct {
		const char *name;
		enum plugh_action action;
	} action[] = {
		{ "store", PLUGH_ACTION_STORE },
		{ "store_true", PLUGH_ACTION_STORE_TRUE },
		{ "store_false", PLUGH_ACTION_STORE_FALSE },
		{ "store_const", PLUGH_ACTION_STORE_CONST },
		{ "boolean", PLUGH_ACTION_BOOLEAN_OPTIONAL },
		{ "count", PLUGH_ACTION_COUNT },
		{ "append", PLUGH_ACTION_APPEND },
		{ "append_const", PLUGH_ACTION_APPEND_CONST },
		{ "extend", PLUGH_ACTION_EXTEND },
	};

	for (size_t i = 0; i < sizeof action / sizeof action[0]; i++) {
		if (strcmp(row->action, action[i].name) == 0)
			return action[i].action;
	}
	if (kind_is_flag(row))
		return PLUGH_ACTION_STORE_TRUE;
	/* PLUGH_SET(mode, "--json", "...", .const_ = "json") takes no value. */
	bool is_const = (row->kind & PLUGH_KIND_SHARED) && row->const_[0] != '\0' &&
			row->nargs[0] == '\0';
	return is_const ? PLUGH_ACTION_STORE_CONST : PLUGH_ACTION_STORE;
}

static bool takes_value(enum plugh_action action)
{
	return action == PLUGH_ACTION_STORE || action == PLUGH_ACTION_APPEND ||
	       action == PLUGH_ACTION_EXTEND;
}

/* Where the value goes in the namespace: the name that argparse would derive, of the first row that
 * fills this member. */
static void derive_dest(const struct command_line *line, struct bound *bound)
{
	char name[MANIFEST_NAME_SIZE] = "";

	for (size_t i = 0; i < line->bound_count; i++) {
		const struct bound *other = &line->bound[i];
		if (other->command == bound->command && other->row->offset == bound->row->offset) {
			memcpy(bound->dest, other->dest, sizeof bound->dest);
			return;
		}
	}
	if (manifest_is_positional(bound->row)) {
		memcpy(bound->dest, bound->row->names, sizeof bound->dest);
		return;
	}
	if (!manifest_option_key(bound->row, name)) {
		manifest_option_name(bound->row, 0, name);
		memmove(name, name + 1, strlen(name));
	}
	for (char *dash = strchr(name, '-'); dash != NULL; dash = strchr(dash, '-'))
		*dash = '_';
	memcpy(bound->dest, name, sizeof bound->dest);
}

/* Up to eight blank-separated words as a NULL-terminated array. */
struct words {
	char text[128];
	const char *item[9];
	size_t count;
};

static void split(const char *text, struct words *ret_words)
{
	size_t used = 0, n = 0;
	char *word = ret_words->text;

	while (n < 8 && manifest_word(text, n, word, sizeof ret_words->text - used)) {
		ret_words->item[n++] = word;
		used += strlen(word) + 1;
		word = ret_words->text + used;
	}
	ret_words->item[n] = NULL;
	ret_words->count = n;
}

static int fill_values(const struct builder *b, const struct plugh_option *row, struct values *v,
	struct plugh_argument_spec *spec)
{
	int r = 0;

	if (row->default_[0] != '\0') {
		r = convert_default(b, row, v);
		spec->default_ = &v->default_;
	}
	if (r == 0 && row->const_[0] != '\0') {
		r = convert(b, row, row->const_, &v->const_);
		spec->const_ = &v->const_;
	}
	if (r == 0 && row->choices[0] != '\0') {
		r = convert_words(b, row, row->choices, v, v->choice, &v->choices);
		spec->choices = &v->choices;
	}
	return r;
}

static void fill_metavar(const struct plugh_option *row, const struct words *metavar,
	const struct words *names, struct plugh_argument_spec *spec)
{
	if (!takes_value(spec->action))
		return;
	if (metavar->count > 1)
		spec->metavars = metavar->item;
	else if (metavar->count == 1)
		spec->metavar = metavar->item[0];
	else if (row->choices[0] == '\0' && names->item[0][0] == '-')
		spec->metavar = kind_metavar(row);
}

static int add_option(struct builder *b, const struct plugh_option *row)
{
	struct bound *bound = &b->line->bound[b->line->bound_count];
	struct words names, metavar;
	struct values v = { .used = 0 };

	*bound = (struct bound){ .command = b->command, .row = row };
	derive_dest(b->line, bound);
	split(row->names, &names);
	split(row->metavar, &metavar);
	struct plugh_argument_spec spec = {
		.names = names.item,
		.action = action_of(row),
		.nargs = row->nargs[0] != '\0' ? row->nargs : NULL,
		.help = row->help[0] != '\0' ? row->help : NULL,
		.required = row->required ? PLUGH_YES : PLUGH_UNSET,
		.dest = manifest_is_positional(row) ? NULL : bound->dest,
		.flags = row->flags & PLUGH_ENDS_OPTIONS ? PLUGH_ARGUMENT_ENDS_OPTIONS : 0,
		.tag = (void *)row,
	};
	if (takes_value(spec.action) && kind_type(row) != &plugh_type_none)
		spec.type = kind_type(row);
	fill_metavar(row, &metavar, &names, &spec);
	int r = fill_values(b, row, &v, &spec);
	if (r < 0)
		return r;

	r = plugh_group_add_argument(b->group[b->depth], &spec, &bound->argument);
	if (r == -EINVAL)
		return refuse(b, row, plugh_parser_problem(b->line->parser));
	if (r == 0)
		b->line->bound_count++;
	return r;
}

static int add_row(struct builder *b, const struct plugh_option *row)
{
	struct plugh_group *inside = b->group[b->depth];

	switch (row->note.type) {
	case PLUGH_RECORD_OPTION:
		return add_option(b, row);
	case PLUGH_RECORD_GROUP:
		return plugh_group_add_group(inside,
			&(struct plugh_group_spec){ .title = row->names }, &b->group[++b->depth]);
	case PLUGH_RECORD_ONE_OF:
		return plugh_group_add_exclusive(inside, row->required != 0, &b->group[++b->depth]);
	case PLUGH_RECORD_END:
		b->depth--;
		return 0;
	default:
		return 0;
	}
}

/* The paragraphs of PLUGH_EPILOG; the caller frees them. NULL where there are none. */
static int join_epilog(const struct manifest_command *command, char **ret_text)
{
	struct plugh_buf text = { 0 };

	for (size_t i = 0; i < command->row_count; i++) {
		if (command->row[i].note.type != PLUGH_RECORD_EPILOG)
			continue;
		if (text.size > 0)
			plugh_buf_append_char(&text, ' ');
		plugh_buf_append_text(&text, command->row[i].help);
	}
	if (text.size == 0 && text.error == 0) {
		*ret_text = NULL;
		return 0;
	}
	*ret_text = plugh_buf_take(&text);
	return *ret_text != NULL ? 0 : -ENOMEM;
}

/* What a parser is told of its command; about_release frees the texts. */
struct about {
	char *epilog, *help;
	struct plugh_parser_spec spec;
};

static int describe(const struct manifest_command *command, struct about *ret_about)
{
	struct about about = { 0 };
	const struct plugh_option *row = command->about;

	int r = options_escape_percent(row->help, &about.help);
	if (r == 0)
		r = join_epilog(command, &about.epilog);
	about.spec = (struct plugh_parser_spec){
		.description = row->help,
		.epilog = about.epilog,
		.help = about.help,
		.usage_status = (int)row->usage_status,
		.flags = row->flags & PLUGH_OPTIONS_END_AT_OPERAND ? PLUGH_PARSER_OPTIONS_FIRST : 0,
		.tag = (void *)command,
	};
	*ret_about = about;
	return r;
}

static void about_release(struct about *about)
{
	free(about->epilog);
	free(about->help);
}

static int add_rows(
	struct builder *b, struct plugh_parser *parser, const struct manifest_command *command)
{
	const struct manifest *manifest = b->line->spec.manifest;
	char version[160] = "";

	if (command == &manifest->root)
		JOIN(version, sizeof version, manifest_name(manifest), " ",
			manifest_version(manifest));
	int r = options_declare(parser, version);
	b->command = command;
	b->depth = 0;
	b->group[0] = plugh_parser_group(parser);
	for (size_t i = 0; i < command->row_count && r == 0; i++)
		r = add_row(b, &command->row[i]);
	return r;
}

static int add_root(struct builder *b)
{
	const struct manifest_command *root = &b->line->spec.manifest->root;
	char prog[128];
	struct about about;

	JOIN(prog, sizeof prog, "plugh ", root->head->names);
	int r = describe(root, &about);
	about.spec.prog = prog;
	about.spec.help = NULL;
	if (r == 0)
		r = plugh_parser_create(&about.spec, &b->line->parser);
	about_release(&about);
	if (r < 0)
		return r;
	plugh_parser_set_display(b->line->parser, &b->line->spec.display);
	return add_rows(b, b->line->parser, root);
}

static int add_command(struct builder *b, const struct manifest_command *command)
{
	struct plugh_parser *parser = NULL;
	struct about about;

	int r = describe(command, &about);
	if (r == 0)
		r = plugh_subparsers_add(b->line->set, command->head->names, &about.spec, &parser);
	about_release(&about);
	return r < 0 ? r : add_rows(b, parser, command);
}

int command_line_declare(struct command_line *line, struct reason *why)
{
	const struct manifest *manifest = line->spec.manifest;
	struct builder b = { .line = line, .why = why };

	int r = add_root(&b);
	if (r == 0 && manifest->command_count > 0)
		r = plugh_parser_add_subparsers(line->parser,
			&(struct plugh_subparsers_spec){ .required = PLUGH_YES }, &line->set);
	for (size_t i = 0; i < manifest->command_count && r == 0; i++)
		r = add_command(&b, &manifest->command[i]);
	if (r == -EINVAL)
		return reason_set(why, -ENOEXEC, "%s", plugh_parser_problem(line->parser));
	return r;
}
