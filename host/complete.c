/* SPDX-License-Identifier: MIT */
/* What may stand at a place of a command line. */
#include "complete.h"

#include <errno.h>
#include <string.h>

#include "complete_walk.h"
#include "option_text.h"

struct completion {
	struct walk walk;
	struct complete_answer *answer;
	const char *word; /* the one to be completed */
	int error;        /* of the source; the buffer keeps its own */
};

/* ---- Candidates ---- */

/* Offer a text that begins with the word behind the prefix. Strings are stored with their NUL. */
static void offer(struct completion *c, const char *text, const char *description)
{
	const char *typed = c->word + c->answer->prefix_size;

	if (strncmp(text, typed, strlen(typed)) != 0)
		return;
	plugh_buf_append(&c->answer->candidates, text, strlen(text) + 1);
	plugh_buf_append(&c->answer->candidates, description, strlen(description) + 1);
}

static void offer_words(struct completion *c, const char *words)
{
	char word[sizeof((struct plugh_option *)0)->choices];

	for (size_t i = 0; manifest_word(words, i, word, sizeof word); i++)
		offer(c, word, "");
}

/* ---- Names of commands and plugins ---- */

enum names {
	NAMES_NONE,
	NAMES_COMMANDS,    /* what can be run: built-ins and enabled plugins */
	NAMES_SUBCOMMANDS, /* of the operand before */
	NAMES_PLUGINS,
	NAMES_ENABLED,
	NAMES_DISABLED,
};

/* Operands of built-in commands that are names. A manifest has no word for these, since no other
 * plugin needs one. */
static const struct {
	const char *command, *sub, *operand;
	enum names names;
} name_operand[] = {
	{ "help", "help", "command", NAMES_COMMANDS },
	{ "help", "help", "subcommand", NAMES_SUBCOMMANDS },
	{ "man", "man", "command", NAMES_COMMANDS },
	{ "man", "man", "subcommand", NAMES_SUBCOMMANDS },
	{ "plugin", "info", "plugin", NAMES_PLUGINS },
	{ "config", "show", "plugin", NAMES_PLUGINS },
	{ "plugin", "enable", "name", NAMES_DISABLED },
	{ "plugin", "disable", "name", NAMES_ENABLED },
	{ "plugin", "pin", "name", NAMES_PLUGINS },
	{ "plugin", "unpin", "name", NAMES_PLUGINS },
	{ "plugin", "remove", "name", NAMES_PLUGINS },
};

static enum names find_names(const struct walk *walk, const struct plugh_option *row)
{
	for (size_t i = 0; walk->is_builtin && i < sizeof name_operand / sizeof name_operand[0];
		i++) {
		if (strcmp(name_operand[i].command, walk->name) == 0 &&
			strcmp(name_operand[i].sub, walk->command->head->names) == 0 &&
			strcmp(name_operand[i].operand, row->names) == 0)
			return name_operand[i].names;
	}
	return NAMES_NONE;
}

static bool has_status(enum names names, enum complete_status status)
{
	switch (names) {
	case NAMES_COMMANDS:
		return status != COMPLETE_DISABLED;
	case NAMES_PLUGINS:
		return status != COMPLETE_BUILTIN;
	case NAMES_ENABLED:
		return status == COMPLETE_ENABLED;
	case NAMES_DISABLED:
		return status == COMPLETE_DISABLED;
	default:
		return false;
	}
}

static void offer_commands(struct completion *c, enum names names)
{
	const struct complete_source *source = c->walk.line->source;
	const struct complete_command *list;
	size_t count;

	int r = source->list(source->ctx, &list, &count);
	if (r < 0) {
		c->error = r;
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (has_status(names, list[i].status))
			offer(c, list[i].name, list[i].summary);
	}
}

static void offer_subcommands(struct completion *c, const struct manifest *manifest)
{
	for (size_t i = 0; i < manifest->command_count; i++)
		offer(c, manifest->command[i].head->names, manifest->command[i].about->help);
}

static void offer_names(struct completion *c, enum names names)
{
	const struct complete_source *source = c->walk.line->source;
	bool is_builtin;

	if (names != NAMES_SUBCOMMANDS) {
		offer_commands(c, names);
		return;
	}
	const struct manifest *manifest = c->walk.operand != NULL
						  ? source->find(source->ctx, c->walk.operand,
							    &is_builtin)
						  : NULL;
	if (manifest != NULL)
		offer_subcommands(c, manifest);
}

/* ---- Values ---- */

static void complete_value(struct completion *c, const struct plugh_option *row)
{
	enum names names = manifest_is_positional(row) ? find_names(&c->walk, row) : NAMES_NONE;

	if (names != NAMES_NONE)
		offer_names(c, names);
	if (row->choices[0] != '\0')
		offer_words(c, row->choices);
	else if (row->role == PLUGH_ROLE_COMMAND && c->answer->prefix_size == 0)
		c->answer->command_at = c->walk.line->index;
	else if (row->role == PLUGH_ROLE_DIRECTORY)
		c->answer->also |= COMPLETE_DIRECTORIES;
	else if (row->role == PLUGH_ROLE_HOST)
		c->answer->also |= COMPLETE_HOSTS;
	else if (row->access != 0)
		c->answer->also |= COMPLETE_FILES;
}

/* ---- Names of options ---- */

static bool is_taken(const struct walk_rows *rows, const char *name)
{
	char other[OPTION_NAME_SIZE];

	for (size_t i = 0; i < rows->count; i++) {
		const struct plugh_option *row = &rows->row[i];
		for (size_t k = 0;
			row->note.type == PLUGH_RECORD_OPTION && option_name(row, k, other); k++) {
			if (strcmp(name, other) == 0)
				return true;
		}
	}
	return false;
}

static void offer_option(
	struct completion *c, const struct plugh_option *row, const struct walk_rows *hiding)
{
	const struct manifest_command *command = hiding != NULL ? NULL : c->walk.command;
	struct plugh_buf prog = { 0 }, help = { 0 };
	char name[OPTION_NAME_SIZE];

	plugh_buf_appendf(&prog, "plugh %s", c->walk.name != NULL ? c->walk.name : "");
	if (c->walk.manifest != NULL && c->walk.command != &c->walk.manifest->root)
		plugh_buf_appendf(&prog, " %s", c->walk.command->head->names);
	option_append_help(&help, command, row, plugh_buf_text(&prog));
	for (size_t i = 0; option_name(row, i, name); i++) {
		if (hiding == NULL || !is_taken(hiding, name))
			offer(c, name, plugh_buf_text(&help));
	}
	if (prog.error != 0 || help.error != 0)
		c->error = -ENOMEM;
	plugh_buf_release(&prog);
	plugh_buf_release(&help);
}

static void offer_options(struct completion *c)
{
	const struct walk *walk = &c->walk;

	for (size_t i = 0; i < walk->own.count; i++) {
		const struct plugh_option *row = &walk->own.row[i];
		if (row->note.type == PLUGH_RECORD_OPTION && !manifest_is_positional(row) &&
			(!walk->own.given[i] || option_repeats(row)) && !walk_is_excluded(walk, i))
			offer_option(c, row, NULL);
	}
	if (walk->manifest != NULL) {
		offer(c, "-h", "show this help message and exit");
		offer(c, "--help", "show this help message and exit");
	}
	for (size_t i = 0; i < walk->host.count; i++) {
		const struct plugh_option *row = &walk->host.row[i];
		if ((walk->host.usable == NULL || walk->host.usable[i]) &&
			(!walk->host.given[i] || option_repeats(row)))
			offer_option(c, row, &walk->own);
	}
}

/* A word that begins with a dash: a name, or a value behind it. */
static void complete_option(struct completion *c)
{
	struct walk_option option;

	if (walk_find_option(&c->walk, c->word, false, &option) && option.value != 0) {
		c->answer->prefix_size = option.value;
		if (option.row != NULL && option_arity(option.row).most > 0)
			complete_value(c, option.row);
		return;
	}
	offer_options(c);
}

/* ---- Operands ---- */

/* The word may belong to several positionals: "[FILE ...] TARGET". */
static void complete_operand(struct completion *c)
{
	struct walk *walk = &c->walk;
	bool is_any = false;

	for (size_t i = 0; i < walk->own.count; i++) {
		const struct plugh_option *row = &walk->own.row[i];
		if (row->note.type != PLUGH_RECORD_OPTION || !manifest_is_positional(row) ||
			walk_is_excluded(walk, i) || !walk_takes_operand(walk, i, walk->operands))
			continue;
		is_any = true;
		complete_value(c, row);
	}
	/* Where no operand can stand an option is what is left. */
	if (!is_any && !walk->only_operands && c->word[0] == '\0')
		offer_options(c);
}

static void complete_word(struct completion *c)
{
	struct walk *walk = &c->walk;
	bool is_option = c->word[0] == '-' && !walk->only_operands;

	if (walk->is_lost)
		return;
	if (walk->command_at != 0) {
		c->answer->command_at = walk->command_at;
		return;
	}
	if (walk->pending != NULL) {
		bool is_satisfied = walk->taken >= option_arity(walk->pending).least;
		if (!is_option || !is_satisfied) {
			complete_value(c, walk->pending);
			return;
		}
	}
	if (is_option)
		complete_option(c);
	else if (walk->manifest == NULL)
		offer_commands(c, NAMES_COMMANDS);
	else if (walk->command == &walk->manifest->root && walk->manifest->command_count > 0)
		offer_subcommands(c, walk->manifest);
	else
		complete_operand(c);
}

int complete_words(const struct complete_line *line, struct complete_answer *ret_answer)
{
	struct completion c = { .answer = ret_answer };

	*ret_answer = (struct complete_answer){ 0 };
	c.word = line->index < line->count ? line->word[line->index] : "";
	c.error = walk_words(line, &c.walk);
	if (c.error == 0)
		complete_word(&c);
	walk_release(&c.walk);
	return c.error != 0 ? c.error : ret_answer->candidates.error;
}

bool complete_next(const struct complete_answer *answer, size_t *cursor, const char **ret_text,
	const char **ret_description)
{
	if (*cursor >= answer->candidates.size)
		return false;
	*ret_text = answer->candidates.data + *cursor;
	*cursor += strlen(*ret_text) + 1;
	*ret_description = answer->candidates.data + *cursor;
	*cursor += strlen(*ret_description) + 1;
	return true;
}

void complete_answer_release(struct complete_answer *answer)
{
	plugh_buf_release(&answer->candidates);
	*answer = (struct complete_answer){ 0 };
}
