/* plugh help [COMMAND [SUBCOMMAND]], and the help of plugh itself.
 *
 * SPDX-License-Identifier: MIT */
#include "command_help.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plugh/sdk.h>

#include "command.h"
#include "command_line.h"
#include "invocation.h"
#include "subject.h"

struct help_args {
	const char *command;
	const char *subcommand;
};

/* Names and summaries for the list in the help: the built-ins, then the plugins that can be run. */
static int list_commands(const struct invocation *invocation, struct plugh_buf *ret_list)
{
	const struct plugh_plugin *plugin;
	const struct registry_entry *entry;

	int r = registry_read_all(invocation->registry, false);
	for (size_t i = 0; (entry = registry_get(invocation->registry, i)) != NULL; i++) {
		if (entry->status == REGISTRY_ENABLED)
			plugh_buf_append(ret_list,
				&(struct options_command){ entry->name, entry->summary },
				sizeof(struct options_command));
	}
	for (size_t i = 0; (plugin = command_get(i)) != NULL; i++) {
		uint64_t count;
		const struct plugh_option *record = plugin->command[0]->records(&count);
		if (!command_is_hidden(plugin))
			plugh_buf_append(ret_list,
				&(struct options_command){ command_name(plugin), record[1].help },
				sizeof(struct options_command));
	}
	plugh_buf_append(
		ret_list, &(struct options_command){ NULL, NULL }, sizeof(struct options_command));
	return r < 0 ? r : ret_list->error;
}

int command_help_format(const struct invocation *invocation, bool usage_only, char **ret_text)
{
	struct plugh_parser *parser = NULL;
	struct plugh_buf list = { 0 };
	int r = list_commands(invocation, &list);
	if (r == 0)
		r = options_parser(&invocation->display,
			(const struct options_command *)(const void *)list.data, &parser);
	if (r == 0)
		r = usage_only ? plugh_parser_format_usage(parser, ret_text)
			       : plugh_parser_format_help(parser, ret_text);
	plugh_parser_destroy(parser);
	plugh_buf_release(&list);
	return r;
}

static int print_text(const struct plugh_host *host, int r, char *text)
{
	if (r == -EINVAL)
		return plugh_fail(host, 1, "a help text has a %%(...)s that names nothing");
	if (r < 0)
		return plugh_fail(host, r, "cannot format the help");
	assert(text != NULL);
	r = plugh_write(host, text, strlen(text));
	free(text);
	return r;
}

static int print_command(
	const struct plugh_host *host, const struct manifest *manifest, const char *subcommand)
{
	const struct invocation *invocation = invocation_of(host);
	struct command_line *line = NULL;
	struct reason why;
	char *text = NULL;

	int r = command_line_create(
		&(struct command_line_spec){ .manifest = manifest, .display = invocation->display },
		&line, &why);
	if (r == -ENOEXEC)
		return plugh_fail(host, PLUGH_EXIT_REFUSED, "%s", why.text);
	if (r == 0)
		r = command_line_help(line, subcommand, &text);
	if (r == -ENOENT)
		r = plugh_fail(host, PLUGH_EXIT_NOT_FOUND, "'%s' has no subcommand '%s'",
			manifest_name(manifest), subcommand);
	else
		r = print_text(host, r, text);
	command_line_destroy(line);
	return r;
}

int command_report_unknown(const struct invocation *invocation, const char *name)
{
	char hint[128];

	log_print(&invocation->log, PLUGH_LEVEL_ERROR, "no command '%s': 'plugh help' lists them",
		name);
	if (registry_suggest(invocation->registry, name, hint, sizeof hint))
		dprintf(STDERR_FILENO, "%s\n", hint);
	return PLUGH_EXIT_NOT_FOUND;
}

static int help_run(const struct plugh_host *host, const struct help_args *args)
{
	struct subject subject;
	char *text = NULL;

	if (args->command == NULL) {
		int r = command_help_format(invocation_of(host), false, &text);
		return print_text(host, r, text);
	}
	int r = subject_find(host, args->command, &subject);
	if (r != 0)
		return r;
	r = print_command(host, subject.manifest, args->subcommand);
	subject_release(&subject);
	return r;
}

PLUGH_PLUGIN(help, struct help_args, help_run,
	PLUGH_ABOUT("show the help of a command", .version = PLUGH_VERSION_STRING),
	PLUGH_OPT(command, "command", "a command; none: all are listed", .nargs = "?"),
	PLUGH_OPT(subcommand, "subcommand", "one of its subcommands", .nargs = "?"),
	PLUGH_STATUS(126, "the command is a plugin that cannot be used"),
	PLUGH_STATUS(127, "there is no such command"),
	PLUGH_EXAMPLE("plugh help plugin list", "tell about a subcommand"));
