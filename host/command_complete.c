/* SPDX-License-Identifier: MIT */
/* plugh complete SHELL INDEX WORD...: what the completion scripts ask. Hidden: for shells, not
 * people.
 *
 * Manifests are read, no plugin is loaded. Nothing is ever reported, since a message would land in
 * the middle of a command line that is being typed: what goes wrong gives no candidates. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plugh/sdk.h>

#include "cancel.h"
#include "command.h"
#include "complete.h"
#include "complete_shell.h"
#include "invocation.h"

struct complete_args {
	unsigned shell; /* enum complete_shell */
	int index;
	plugh_texts word;
};

/* ---- Where names and manifests come from ---- */

struct source {
	const struct invocation *invocation;
	struct plugh_buf list;       /* of struct complete_command */
	struct manifest *builtin[2]; /* read so far: the command, and the one that `help` names */
	size_t builtin_count;
};

static const struct manifest *find_builtin(struct source *source, const struct plugh_plugin *plugin)
{
	struct manifest *manifest;
	struct reason why;

	if (source->builtin_count == sizeof source->builtin / sizeof source->builtin[0] ||
		manifest_of_linked(plugin, &manifest, &why) < 0)
		return NULL;
	source->builtin[source->builtin_count++] = manifest;
	return manifest;
}

static const struct manifest *find(void *ctx, const char *name, bool *ret_builtin)
{
	struct source *source = (struct source *)ctx;
	const struct plugh_plugin *plugin = command_find(name);
	const struct registry_entry *entry;

	*ret_builtin = plugin != NULL;
	if (plugin != NULL)
		return find_builtin(source, plugin);
	if (registry_find(source->invocation->registry, name, &entry) < 0 ||
		entry->status != REGISTRY_ENABLED)
		return NULL;
	return entry->manifest;
}

static void append_command(
	struct source *source, const char *name, const char *summary, enum complete_status status)
{
	const struct complete_command command = { name, summary, status };
	plugh_buf_append(&source->list, &command, sizeof command);
}

static void append_builtins(struct source *source)
{
	const struct plugh_plugin *plugin;
	uint64_t count;

	for (size_t i = 0; (plugin = command_get(i)) != NULL; i++) {
		/* The second record is the ABOUT (plugin.h). */
		if (!command_is_hidden(plugin))
			append_command(source, command_name(plugin),
				plugin->command[0]->records(&count)[1].help, COMPLETE_BUILTIN);
	}
}

static int list(void *ctx, const struct complete_command **ret_list, size_t *ret_count)
{
	struct source *source = (struct source *)ctx;
	const struct registry *registry = source->invocation->registry;
	const struct registry_entry *entry;

	int r = registry_read_all(source->invocation->registry, false);
	if (r < 0)
		return r;
	for (size_t i = 0; (entry = registry_get(registry, i)) != NULL; i++) {
		if (entry->summary == NULL)
			continue;
		if (entry->status == REGISTRY_ENABLED)
			append_command(source, entry->name, entry->summary, COMPLETE_ENABLED);
		if (entry->status == REGISTRY_DISABLED)
			append_command(source, entry->name, entry->summary, COMPLETE_DISABLED);
	}
	append_builtins(source);
	*ret_list = (const struct complete_command *)(const void *)source->list.data;
	*ret_count = source->list.size / sizeof(struct complete_command);
	return source->list.error;
}

static void source_release(struct source *source)
{
	while (source->builtin_count > 0)
		manifest_destroy(source->builtin[--source->builtin_count]);
	plugh_buf_release(&source->list);
}

/* ---- The command line that is completed ---- */

static const char *const shell_name[] = {
	[COMPLETE_BASH] = "bash",
	[COMPLETE_ZSH] = "zsh",
	[COMPLETE_FISH] = "fish",
};

enum { HOST_WORDS = 9 }; /* that start_again adds */

/* Replace this process by the host with these options. Returns only where that failed. */
static void start_again(const struct options *options, const struct complete_args *args)
{
	const char **word = (const char **)calloc(args->word.count + HOST_WORDS + 1, sizeof *word);
	char index[16];
	size_t n = 0;

	if (word == NULL)
		return;
	snprintf(index, sizeof index, "%d", args->index);
	word[n++] = "plugh";
	if (options->config_file != NULL) {
		word[n++] = "--config";
		word[n++] = options->config_file;
	}
	if (options->plugin_path != NULL) {
		word[n++] = "--plugin-path";
		word[n++] = options->plugin_path;
	}
	if (options->safe)
		word[n++] = "--safe";
	word[n++] = "complete";
	word[n++] = shell_name[args->shell];
	word[n++] = index;
	memcpy(word + n, args->word.item, args->word.count * sizeof *word);
	cancel_stop();
	execv("/proc/self/exe", (char *const *)word);
	free(word);
}

/* The words may name an ini file or a plugin folder of their own: then it is a host that was
 * started with these that knows the answer. */
static int follow_host_options(const struct invocation *invocation,
	const struct complete_args *args, char *const word[], size_t count)
{
	const struct options *own = &invocation->options;
	struct plugh_parser *parser = NULL;
	struct plugh_outcome *outcome = NULL;
	const struct plugh_display display = { 0 };
	struct options options = { 0 };

	/* Only once. */
	if (own->config_file != NULL || own->plugin_path != NULL || own->safe)
		return 0;
	int r = options_parser(&display, NULL, &parser);
	if (r == 0)
		r = options_parse(parser, (int)count, word, &options, &outcome);
	if (r == 0 && (options.config_file != NULL || options.plugin_path != NULL || options.safe))
		start_again(&options, args);
	plugh_outcome_destroy(outcome);
	plugh_parser_destroy(parser);
	return r;
}

/* Copies of the words, as the program would get them. The caller frees each and the array. */
static int copy_words(const struct complete_args *args, char ***ret_word)
{
	char **word = (char **)calloc(args->word.count + 1, sizeof *word);
	if (word == NULL)
		return -ENOMEM;
	*ret_word = word;
	for (size_t i = 0; i < args->word.count; i++) {
		word[i] = strdup(args->word.item[i]);
		if (word[i] == NULL)
			return -ENOMEM;
		if (args->shell == COMPLETE_BASH)
			complete_unquote(word[i]);
	}
	return 0;
}

static void free_words(char **word)
{
	for (size_t i = 0; word != NULL && word[i] != NULL; i++)
		free(word[i]);
	free(word);
}

static int answer(const struct plugh_host *host, const struct complete_args *args,
	const struct host_rows *rows, char *const *word)
{
	struct source source = { .invocation = invocation_of(host) };
	const struct complete_source functions = { &source, find, list };
	const struct complete_line line = { rows, &functions, (const char *const *)word,
		args->word.count, (size_t)args->index };
	struct complete_answer found;
	struct plugh_buf text = { 0 };

	int r = complete_words(&line, &found);
	if (r == 0)
		r = complete_format(&text, (enum complete_shell)args->shell, &found,
			line.index < line.count ? word[line.index] : "");
	if (r == 0)
		r = plugh_write(host, text.data, text.size);
	plugh_buf_release(&text);
	complete_answer_release(&found);
	source_release(&source);
	return r;
}

static int complete_run(const struct plugh_host *host, const struct complete_args *args)
{
	size_t index = args->index < 0 ? 0 : (size_t)args->index;
	struct host_rows rows = { 0 };
	char **word = NULL;

	if (index == 0 || args->word.count == 0)
		return plugh_fail(host, PLUGH_EXIT_USAGE,
			"nothing can be completed at index %d of %zu words", args->index,
			args->word.count);
	int r = copy_words(args, &word);
	if (r == 0)
		r = follow_host_options(invocation_of(host), args, word,
			index < args->word.count ? index : args->word.count);
	if (r == 0)
		r = host_rows_init(&rows);
	if (r == 0)
		r = answer(host, args, &rows, word);
	host_rows_release(&rows);
	free_words(word);
	return r < 0 ? PLUGH_EXIT_FAILED : r;
}

PLUGH_PLUGIN(complete, struct complete_args, complete_run,
	PLUGH_ABOUT("tell a completion script what may stand at a place of a command line",
		.version = PLUGH_VERSION_STRING, .flags = PLUGH_OPTIONS_END_AT_OPERAND),
	PLUGH_OPT(shell, "shell", "whose quoting the words have", .choices = "bash zsh fish"),
	PLUGH_OPT(index, "index", "the word to be completed, counted from 0"),
	PLUGH_OPT(word, "word", "the command line, beginning with the program", .nargs = "*"));
