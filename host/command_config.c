/* SPDX-License-Identifier: MIT */
/* plugh config show|check|path. All work with a broken ini. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <plugh/sdk.h>

#include "config_lint.h"
#include "config_show.h"
#include "invocation.h"
#include "visible.h"

enum {
	TEXT_SIZE = 8192,
	LINE_WIDTH = 96, /* of lists; a line of an ini file has at most 198 bytes */
};

struct show_args {
	bool origin;
	bool json;
	plugh_texts plugins;
};

struct check_args {
	bool json;
};

struct path_args {
	bool json;
	const char *layer;
};

/* ---- show: as an ini file ---- */

struct show {
	const struct plugh_host *host;
	bool has_origin;
	char *section; /* the last one */
	struct plugh_buf line;
	struct plugh_json json;
};

/* May the word stand in an ini file without quotes? */
static bool is_plain(const char *word)
{
	if (*word == '\0')
		return false;
	for (; *word != '\0'; word++)
		if (!isalnum((unsigned char)*word) &&
			strchr("_./:,+-@%~^!?*()<>|&$'", *word) == NULL)
			return false;
	return true;
}

/* A word as an ini file has it. Bytes that no ini file can hold, and what a terminal would obey,
 * are shown as \xNN. */
static void append_word(struct plugh_buf *line, const char *word)
{
	if (is_plain(word)) {
		plugh_buf_append_text(line, word);
		return;
	}
	plugh_buf_append_char(line, '"');
	while (*word != '\0') {
		size_t n = visible_size(word);
		if (*word == '"' || *word == '\\')
			plugh_buf_append_char(line, '\\');
		if (n > 0)
			plugh_buf_append(line, word, n);
		else if (*word == '\t' || *word == '\n')
			plugh_buf_append_text(line, *word == '\t' ? "\\t" : "\\n");
		else
			plugh_buf_appendf(line, "\\x%02x", (unsigned char)*word);
		word += n > 0 ? n : 1;
	}
	plugh_buf_append_char(line, '"');
}

/* The lines of one value: all words behind the key, or, if `spread`, each in a line of its own. */
static void build_lines(struct show *show, const struct config_shown *shown, bool spread)
{
	struct plugh_buf *line = &show->line;

	plugh_buf_clear(line);
	visible_append(line, shown->key);
	plugh_buf_append_text(line, " =");
	for (size_t i = 0; i < shown->count && !spread; i++) {
		plugh_buf_append_char(line, ' ');
		append_word(line, shown->item[i]);
	}
	if (show->has_origin) {
		plugh_buf_append_text(line, " ; ");
		visible_append(line, shown->origin);
	}
	plugh_buf_append_char(line, '\n');
	for (size_t i = 0; i < shown->count && spread; i++) {
		plugh_buf_append_char(line, '\t');
		append_word(line, shown->item[i]);
		plugh_buf_append_char(line, '\n');
	}
}

static int emit_section(struct show *show, const char *section)
{
	bool is_first = show->section == NULL;

	if (!is_first && strcmp(show->section, section) == 0)
		return 0;
	char *copy = strdup(section);
	if (copy == NULL)
		return -ENOMEM;
	free(show->section);
	show->section = copy;
	plugh_buf_clear(&show->line);
	plugh_buf_append_text(&show->line, is_first ? "[" : "\n[");
	visible_append(&show->line, section);
	plugh_buf_append_text(&show->line, "]\n");
	if (show->line.error < 0)
		return show->line.error;
	return plugh_write(show->host, show->line.data, show->line.size);
}

static int emit_text(void *ctx, const struct config_shown *shown)
{
	struct show *show = ctx;
	bool has_own_lines = !shown->is_list && shown->count > 1;

	int r = emit_section(show, shown->section);
	if (r < 0)
		return r;
	build_lines(show, shown, has_own_lines);
	if (shown->is_list && shown->count > 1 && show->line.size > LINE_WIDTH)
		build_lines(show, shown, true);
	if (show->line.error < 0)
		return show->line.error;
	return plugh_write(show->host, show->line.data, show->line.size);
}

/* ---- show: as JSON ---- */

static int emit_json(void *ctx, const struct config_shown *shown)
{
	struct show *show = ctx;
	struct plugh_json *json = &show->json;

	plugh_json_begin_object(json, NULL);
	plugh_json_text(json, "section", shown->section);
	plugh_json_text(json, "key", shown->key);
	if (shown->is_list || shown->count != 1) {
		plugh_json_begin_array(json, "value");
		for (size_t i = 0; i < shown->count; i++)
			plugh_json_bytes(json, NULL, shown->item[i], strlen(shown->item[i]));
		plugh_json_end(json);
	} else {
		plugh_json_bytes(json, "value", shown->item[0], strlen(shown->item[0]));
	}
	plugh_json_text(json, "origin", shown->origin);
	return plugh_json_end(json);
}

static struct plugh_json json_of(const struct plugh_host *host)
{
	return (struct plugh_json){ .sink = { host->write, host->ctx }, .indent = true };
}

/* Of the plugins that are named, or of everything. */
static int show_wanted(const struct plugh_host *host, const struct show_args *args,
	const struct config_show_sink *sink)
{
	const struct invocation *invocation = invocation_of(host);
	int r = 0;

	if (args->plugins.count == 0)
		return config_show(invocation->config, invocation->registry, NULL, sink);
	for (size_t i = 0; r == 0 && i < args->plugins.count; i++) {
		const char *name = args->plugins.item[i];
		r = config_show(invocation->config, invocation->registry, name, sink);
		if (r == -ENOENT)
			return plugh_fail(host, 1,
				"no plugin '%s': 'plugh plugin list' tells which there are", name);
	}
	return r;
}

static int show_run(const struct plugh_host *host, const struct show_args *args)
{
	struct show show = { .host = host, .has_origin = args->origin, .json = json_of(host) };
	bool is_json = args->json || host->json;
	const struct config_show_sink sink = { &show, is_json ? emit_json : emit_text };

	int r = registry_read_all(invocation_of(host)->registry, true);
	if (r == 0 && is_json)
		r = plugh_json_begin_array(&show.json, NULL);
	if (r == 0)
		r = show_wanted(host, args, &sink);
	if (r == 0 && is_json)
		r = plugh_json_end(&show.json);
	if (r == 0 && is_json)
		r = plugh_json_newline(&show.json);
	free(show.section);
	plugh_buf_release(&show.line);
	return r == -ENOMEM ? plugh_fail(host, r, "cannot show the configuration") : r;
}

/* ---- check ---- */

static int print_problems(const struct plugh_host *host, const struct config *config)
{
	char line[TEXT_SIZE];
	int r = 0;

	for (size_t i = 0; i < config_count_problems(config); i++) {
		const struct config_problem *problem = config_get_problem(config, i);
		r = plugh_print(host, "%s\n", config_problem_format(problem, line, sizeof line));
		if (problem->hint != NULL)
			r = plugh_print(host, "  %s\n", problem->hint);
	}
	return r;
}

static int print_problems_json(const struct plugh_host *host, const struct config *config)
{
	struct plugh_json json = json_of(host);

	config_lint_json(&json, NULL, config);
	return plugh_json_newline(&json);
}

static int check_run(const struct plugh_host *host, const struct check_args *args)
{
	const struct config *config = invocation_of(host)->config;

	int r = config_lint(invocation_of(host));
	if (r < 0)
		return plugh_fail(host, r, "cannot check the configuration");
	if (args->json || host->json)
		r = print_problems_json(host, config);
	else
		r = print_problems(host, config);
	if (r < 0)
		return r;
	return config_has_errors(config) ? PLUGH_EXIT_FAILED : PLUGH_EXIT_DONE;
}

/* ---- path ---- */

static const char *status_of(const struct config_file *file)
{
	return file->error == 0 ? "read" : file->error == -ENOENT ? "not there" : "cannot be read";
}

/* The files, one a line; of one layer only their paths, as scripts want them. */
static int print_paths(
	const struct plugh_host *host, const struct config *config, const char *layer)
{
	int r = 0;

	for (size_t i = 0; i < config_count_files(config); i++) {
		const struct config_file *file = config_get_file(config, i);
		const char *name = config_layer_name(file->layer);
		if (layer == NULL)
			r = plugh_print(host, "%-6s  %s (%s)\n", name, file->path, status_of(file));
		else if (strcmp(layer, name) == 0)
			r = plugh_print(host, "%s\n", file->path);
	}
	return r;
}

static int print_paths_json(
	const struct plugh_host *host, const struct config *config, const char *layer)
{
	struct plugh_json json = json_of(host);

	plugh_json_begin_array(&json, NULL);
	for (size_t i = 0; i < config_count_files(config); i++) {
		const struct config_file *file = config_get_file(config, i);
		const char *name = config_layer_name(file->layer);
		if (layer != NULL && strcmp(layer, name) != 0)
			continue;
		plugh_json_begin_object(&json, NULL);
		plugh_json_text(&json, "layer", name);
		plugh_json_bytes(&json, "path", file->path, strlen(file->path));
		plugh_json_text(&json, "status", status_of(file));
		plugh_json_end(&json);
	}
	plugh_json_end(&json);
	return plugh_json_newline(&json);
}

static int path_run(const struct plugh_host *host, const struct path_args *args)
{
	const struct config *config = invocation_of(host)->config;

	return args->json || host->json ? print_paths_json(host, config, args->layer)
					: print_paths(host, config, args->layer);
}

PLUGH_COMMAND(show, struct show_args, show_run,
	PLUGH_ABOUT("show the values in force, as an ini file"),
	PLUGH_OPT(origin, "--origin", "say where each value comes from"),
	PLUGH_OPT(json, "--json", "print a JSON array"),
	PLUGH_OPT(plugins, "plugin", "only what is set for these plugins", .nargs = "*"));

PLUGH_COMMAND(check, struct check_args, check_run,
	PLUGH_ABOUT("look for mistakes in all ini files and variables"),
	PLUGH_OPT(json, "--json", "print a JSON array"),
	PLUGH_STATUS(1, "there is an error; warnings do not count"));

PLUGH_COMMAND(path, struct path_args, path_run,
	PLUGH_ABOUT("list the ini files that are read, the later ones win"),
	PLUGH_OPT(json, "--json", "print a JSON array"),
	PLUGH_OPT(layer, "layer", "only the paths of this layer", .nargs = "?",
		.choices = "system user extra"));

PLUGH_PLUGIN_OF(config,
	PLUGH_ABOUT("show and check the configuration", .version = PLUGH_VERSION_STRING), show,
	check, path);
