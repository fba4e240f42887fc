/* The host's own options.
 *
 * One table serves three parsers: that of the words before a command, the one whose help lists the
 * commands, and the plugins' own, to which the options that may stand behind a command are added.
 *
 * SPDX-License-Identifier: MIT */
#include "options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <plugh/version.h>

enum where {
	BEFORE = 1, /* before the command */
	BEHIND = 2, /* behind it, spelled in full */
	ROOT = 4,   /* behind it, on the plugin's own parser only */
};

static const struct row {
	const char *name[3];
	const char *dest; /* no option of a plugin can have a dest with a colon */
	enum plugh_action action;
	unsigned where; /* enum where */
	const char *metavar;
	const char *help;
} table[] = {
	{ { "-h", "--help" }, "plugh:help", PLUGH_ACTION_STORE_TRUE, BEFORE, NULL,
		"show this help message and exit" },
	{ { "--version" }, "plugh:version", PLUGH_ACTION_STORE_TRUE, BEFORE | ROOT, NULL,
		"show the version and exit" },
	{ { "--config" }, "plugh:config", PLUGH_ACTION_STORE, BEFORE, "FILE",
		"read FILE as the last ini file" },
	{ { "--plugin-path" }, "plugh:plugin_path", PLUGH_ACTION_STORE, BEFORE, "DIR",
		"look for plugins in DIR first (never for the name of a bundled one)" },
	{ { "--safe" }, "plugh:safe", PLUGH_ACTION_STORE_TRUE, BEFORE, NULL,
		"run bundled plugins only" },
	{ { "--color" }, "plugh:color", PLUGH_ACTION_STORE, BEFORE | BEHIND, NULL,
		"colour in help and messages (default: auto, on a terminal)" },
	{ { "--time" }, "plugh:time", PLUGH_ACTION_STORE_TRUE, BEFORE | BEHIND, NULL,
		"tell at the end how long the command took" },
	{ { "--json" }, "plugh:json", PLUGH_ACTION_STORE_TRUE, BEFORE | BEHIND, NULL,
		"print results as JSON" },
	{ { "--trace" }, "plugh:trace", PLUGH_ACTION_STORE_TRUE, BEFORE | BEHIND, NULL,
		"tell each step of the invocation, its reason and time" },
	{ { "-v", "--verbose" }, "plugh:verbose", PLUGH_ACTION_COUNT, BEFORE | BEHIND, NULL,
		"tell more; twice: still more" },
	{ { "-q", "--quiet" }, "plugh:quiet", PLUGH_ACTION_STORE_TRUE, BEFORE | BEHIND, NULL,
		"tell errors only" },
};

static int declare(
	struct plugh_parser *parser, const struct row *row, unsigned flags, const char *version)
{
	bool is_color = strcmp(row->dest, "plugh:color") == 0;
	bool shows_version = version != NULL && row->where & ROOT;

	return plugh_parser_add_argument(parser,
		&(struct plugh_argument_spec){
			.names = row->name,
			.action = shows_version ? PLUGH_ACTION_VERSION : row->action,
			.version = shows_version ? version : NULL,
			.dest = row->dest,
			.default_ = PLUGH_SUPPRESS_VALUE,
			.choices = is_color ? PLUGH_LIST_VALUE(PLUGH_TEXT("auto"),
						      PLUGH_TEXT("always"), PLUGH_TEXT("never"))
					    : NULL,
			.metavar = row->metavar,
			.help = row->help,
			.flags = flags,
		},
		NULL);
}

static int declare_all(
	struct plugh_parser *parser, unsigned where, unsigned flags, const char *version)
{
	int r = 0;

	for (size_t i = 0; i < sizeof table / sizeof table[0] && r == 0; i++) {
		if (table[i].where & where)
			r = declare(parser, &table[i], flags, version);
	}
	return r;
}

/* The commands as subparsers: argparse's layout of them in the help. */
static int list_commands(struct plugh_parser *parser, const struct options_command *command)
{
	struct plugh_subparsers *set = NULL;

	int r = plugh_parser_add_subparsers(parser,
		&(struct plugh_subparsers_spec){ .title = "commands", .metavar = "COMMAND" }, &set);
	for (; r == 0 && command->name != NULL; command++) {
		/* A summary may hold a '%', which help texts expand. */
		char *help = NULL;
		r = options_escape_percent(command->summary, &help);
		if (r == 0)
			r = plugh_subparsers_add(set, command->name,
				&(struct plugh_parser_spec){
					.help = help, .flags = PLUGH_PARSER_NO_HELP },
				NULL);
		free(help);
	}
	return r;
}

int options_escape_percent(const char *text, char **ret_text)
{
	size_t n = strlen(text);
	char *copy = (char *)malloc(2 * n + 1), *to = copy;
	if (copy == NULL)
		return -ENOMEM;
	for (; *text != '\0'; text++) {
		*to++ = *text;
		if (*text == '%')
			*to++ = '%';
	}
	*to = '\0';
	*ret_text = copy;
	return 0;
}

int options_parser(const struct plugh_display *display, const struct options_command *command,
	struct plugh_parser **ret_parser)
{
	struct plugh_parser *parser = NULL;
	int r = plugh_parser_create(
		&(struct plugh_parser_spec){
			.prog = "plugh",
			.description = "One command whose subcommands are plugins.",
			.epilog = "'plugh help COMMAND' tells about a command.",
			.flags = PLUGH_PARSER_NO_HELP | PLUGH_PARSER_NO_EXIT |
				 PLUGH_PARSER_OPTIONS_FIRST,
		},
		&parser);
	if (r < 0)
		return r;

	plugh_parser_set_display(parser, display);
	r = declare_all(parser, BEFORE, 0, NULL);
	if (r == 0 && command != NULL)
		r = list_commands(parser, command);
	else if (r == 0)
		r = plugh_parser_add_argument(parser,
			&(struct plugh_argument_spec){
				.names = PLUGH_NAMES("plugh:words"), .nargs = "..." },
			NULL);
	if (r < 0)
		plugh_parser_destroy(parser);
	else
		*ret_parser = parser;
	return r;
}

bool options_are_absent(int argc, char *const argv[], struct options *ret_options)
{
	if (argc < 2 || argv[1][0] == '-' || argv[1][0] == '\0')
		return false;
	*ret_options = (struct options){ .command = 1 };
	return true;
}

int options_parse(const struct plugh_parser *parser, int argc, char *const argv[],
	struct options *ret_options, struct plugh_outcome **ret_outcome)
{
	size_t count = argc > 0 ? (size_t)argc - 1 : 0;
	struct plugh_outcome *outcome = NULL;
	int r = plugh_parser_parse(parser, count, argv + (argc > 0), &outcome);
	if (r < 0)
		return r;

	struct options options = { .command = (size_t)argc };
	if (plugh_outcome_kind(outcome) == PLUGH_OUTCOME_PARSED) {
		const struct plugh_namespace *ns = plugh_outcome_namespace(outcome);
		const struct plugh_value *words = plugh_namespace_find(ns, "plugh:words");
		if (words != NULL && words->kind == PLUGH_VALUE_LIST)
			options.command -= words->as.list.count;
		options_collect(ns, &options);
	}
	*ret_options = options;
	*ret_outcome = outcome;
	return 0;
}

int options_declare(struct plugh_parser *parser, const char *version)
{
	bool is_root = version[0] != '\0';
	return declare_all(parser, BEHIND | (is_root ? ROOT : 0), PLUGH_ARGUMENT_EXACT,
		is_root ? version : NULL);
}

static bool has_flag(const struct plugh_namespace *ns, const char *dest)
{
	const struct plugh_value *value = plugh_namespace_find(ns, dest);
	return value != NULL && value->kind == PLUGH_VALUE_BOOL && value->as.boolean;
}

static const char *text_or(const struct plugh_namespace *ns, const char *dest, const char *before)
{
	const struct plugh_value *value = plugh_namespace_find(ns, dest);
	return value != NULL && value->kind == PLUGH_VALUE_TEXT ? value->as.text.bytes : before;
}

void options_collect(const struct plugh_namespace *ns, struct options *options)
{
	const struct plugh_value *verbose = plugh_namespace_find(ns, "plugh:verbose");

	options->config_file = text_or(ns, "plugh:config", options->config_file);
	options->plugin_path = text_or(ns, "plugh:plugin_path", options->plugin_path);
	options->color = text_or(ns, "plugh:color", options->color);
	options->help |= has_flag(ns, "plugh:help");
	options->version |= has_flag(ns, "plugh:version");
	options->safe |= has_flag(ns, "plugh:safe");
	options->time |= has_flag(ns, "plugh:time");
	options->json |= has_flag(ns, "plugh:json");
	options->trace |= has_flag(ns, "plugh:trace");
	if (verbose != NULL && verbose->kind == PLUGH_VALUE_INT)
		options->verbosity += (int)verbose->as.integer;
	if (has_flag(ns, "plugh:quiet"))
		options->verbosity = -1;
}

bool options_get(size_t i, struct options_about *ret_about)
{
	if (i >= sizeof table / sizeof table[0])
		return false;
	const struct row *row = &table[i];
	*ret_about = (struct options_about){
		.name = row->name,
		.metavar = row->metavar != NULL                ? row->metavar
			   : row->action == PLUGH_ACTION_STORE ? "auto|always|never"
							       : NULL,
		.help = row->help,
		.behind = (row->where & BEHIND) != 0,
	};
	return true;
}
