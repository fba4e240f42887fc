/* SPDX-License-Identifier: MIT */
/* The values in force. Keys that add up, or that narrow each other, are put together from all the
 * layers that have a say, so such a value can have several origins. */
#include "config_show.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <plugh/buf.h>

enum { SECTION_SIZE = 128 };

/* A value that is being put together. */
struct gather {
	const char **word;
	size_t count;
	size_t capacity;
	struct plugh_buf origins;
	int error; /* the first failure; sticks */
};

static bool has_word(const char *const *word, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(word[i], text) == 0)
			return true;
	return false;
}

/* TEXT is borrowed until the value has been emitted. */
static void add_word(struct gather *gather, const char *text)
{
	if (gather->count == gather->capacity) {
		size_t capacity = 2 * gather->capacity + 8;
		const char **larger = realloc(
			(void *)gather->word, capacity * sizeof *gather->word);
		if (larger == NULL) {
			gather->error = -ENOMEM;
			return;
		}
		gather->word = larger;
		gather->capacity = capacity;
	}
	gather->word[gather->count++] = text;
}

static void add_origin(struct gather *gather, const char *origin)
{
	const char *known = plugh_buf_text(&gather->origins);
	size_t n = strlen(origin);
	const char *found = strstr(known, origin);

	while (found != NULL) {
		bool starts = found == known || found[-1] == ' ';
		if (starts && (found[n] == '\0' || found[n] == ','))
			return;
		found = strstr(found + 1, origin);
	}
	int r = plugh_buf_appendf(&gather->origins, "%s%s", *known != '\0' ? ", " : "", origin);
	if (r < 0)
		gather->error = r;
}

static void release_gathered(struct gather *gather)
{
	free((void *)gather->word);
	plugh_buf_release(&gather->origins);
}

/* Emit what was gathered ("default" if nothing has an origin) and release it. */
static int emit_gathered(struct gather *gather, const char *section, const char *key,
	const struct config_show_sink *sink)
{
	int r = gather->error;

	if (r == 0)
		r = sink->emit(
			sink->ctx, &(struct config_shown){
					   .section = section,
					   .key = key,
					   .item = gather->word,
					   .count = gather->count,
					   .is_list = true,
					   .origin = gather->origins.size > 0 ? gather->origins.data
									      : "default",
				   });
	release_gathered(gather);
	return r;
}

static int emit_text(const char *section, const char *key, const char *text, const char *origin,
	const struct config_show_sink *sink)
{
	return sink->emit(sink->ctx, &(struct config_shown){
					     .section = section,
					     .key = key,
					     .item = &text,
					     .count = 1,
					     .origin = origin,
				     });
}

/* ---- [plugh] ---- */

/* The values of one key of [plugh], in the order of the layers: start with *CURSOR 0. */
static const struct config_value *next_value(
	const struct config *config, const char *key, size_t *cursor)
{
	while (*cursor < config_count_entries(config)) {
		const struct config_entry *entry = config_get_entry(config, (*cursor)++);
		if (strcmp(entry->section, "plugh") == 0 && strcmp(entry->key, key) == 0)
			return &entry->value;
	}
	return NULL;
}

static int show_path(const struct config *config, const struct config_show_sink *sink)
{
	struct gather gather = { 0 };

	for (size_t i = 0; i < config_count_paths(config); i++) {
		const struct config_path *path = config_get_path(config, i);
		add_word(&gather, path->path);
		add_origin(&gather, path->origin);
	}
	return emit_gathered(&gather, "plugh", "path", sink);
}

/* Does this one count: it is the system's, or the last of the others? */
static bool has_a_say(const struct config *config, const struct config_value *value, size_t cursor)
{
	const struct config_value *later;

	if (value->layer == CONFIG_SYSTEM)
		return true;
	later = next_value(config, "enabled", &cursor);
	return later == NULL;
}

/* Is the word in every `enabled` that counts? */
static bool is_in_all(const struct config *config, const char *word)
{
	const struct config_value *value;
	size_t cursor = 0;

	while ((value = next_value(config, "enabled", &cursor)) != NULL)
		if (has_a_say(config, value, cursor) && !has_word(value->item, value->count, word))
			return false;
	return true;
}

static int show_enabled(const struct config *config, const struct config_show_sink *sink)
{
	struct gather gather = { 0 };
	const struct config_value *value;
	size_t cursor = 0;
	bool is_set = false;

	while ((value = next_value(config, "enabled", &cursor)) != NULL) {
		if (!has_a_say(config, value, cursor))
			continue;
		add_origin(&gather, value->origin);
		for (size_t i = 0; !is_set && i < value->count; i++)
			if (is_in_all(config, value->item[i]))
				add_word(&gather, value->item[i]);
		is_set = true;
	}
	return is_set ? emit_gathered(&gather, "plugh", "enabled", sink) : 0;
}

static int show_disabled(const struct config *config, const struct config_show_sink *sink)
{
	struct gather gather = { 0 };
	const struct config_value *value;
	size_t cursor = 0;

	while ((value = next_value(config, "disabled", &cursor)) != NULL) {
		for (size_t i = 0; i < value->count; i++)
			if (!has_word(gather.word, gather.count, value->item[i]))
				add_word(&gather, value->item[i]);
		if (value->count > 0)
			add_origin(&gather, value->origin);
	}
	return emit_gathered(&gather, "plugh", "disabled", sink);
}

static int show_plugh(const struct config *config, const struct config_show_sink *sink)
{
	const char *sandbox_origin;
	const char *color_origin;
	const char *reports_origin;
	const char *sandbox = config_sandbox_name(config_get_sandbox(config, &sandbox_origin));
	const char *color = config_get_color(config, &color_origin);
	const char *reports = config_when_name(config_get_crash_reports(config, &reports_origin));

	int r = show_path(config, sink);
	if (r == 0)
		r = show_enabled(config, sink);
	if (r == 0)
		r = show_disabled(config, sink);
	if (r == 0)
		r = emit_text("plugh", "sandbox", sandbox, sandbox_origin, sink);
	if (r == 0)
		r = emit_text("plugh", "color", color, color_origin, sink);
	if (r == 0)
		r = emit_text("plugh", "crash-reports", reports, reports_origin, sink);
	return r;
}

/* ---- Options ---- */

static int emit_value(const char *section, const char *key, const struct config_value *value,
	const struct config_show_sink *sink)
{
	/* One line is one text, quoted blanks and all; so is an empty value. */
	if (value->count < 2)
		return emit_text(section, key, value->text, value->origin, sink);
	return sink->emit(sink->ctx, &(struct config_shown){
					     .section = section,
					     .key = key,
					     .item = value->item,
					     .count = value->count,
					     .origin = value->origin,
				     });
}

static int show_option(const struct config *config, const char *name, const char *sub,
	const struct plugh_option *row, const struct config_show_sink *sink)
{
	char section[SECTION_SIZE];
	char key[MANIFEST_NAME_SIZE];

	if (row->note.type != PLUGH_RECORD_OPTION || manifest_is_positional(row) ||
		!manifest_option_key(row, key))
		return 0;
	snprintf(section, sizeof section, "plugin:%s%s%s", name, sub != NULL ? " " : "",
		sub != NULL ? sub : "");
	const struct config_value *value = config_find_option(config, name, sub, key);
	if (value != NULL)
		return emit_value(section, key, value, sink);
	if (row->default_[0] != '\0')
		return emit_text(section, key, row->default_, "default", sink);
	if ((row->kind & PLUGH_KIND_MASK) == PLUGH_KIND_BOOL)
		return emit_text(section, key, "off", "default", sink);
	return 0;
}

static int show_plugin(const struct config *config, const struct manifest *manifest,
	const struct config_show_sink *sink)
{
	const char *name = manifest_name(manifest);
	int r = 0;

	for (size_t i = 0; i <= manifest->command_count && r == 0; i++) {
		const struct manifest_command *command = i == 0 ? &manifest->root
								: &manifest->command[i - 1];
		const char *sub = i == 0 ? NULL : command->head->names;
		for (size_t j = 0; j < command->row_count && r == 0; j++)
			r = show_option(config, name, sub, &command->row[j], sink);
	}
	return r;
}

static const char plugin_head[] = "plugin:";
static const char policy_head[] = "policy:";

/* The plugin that a section is of, up to the blank before its subcommand; NULL if the section has
 * another head. */
static const char *plugin_of(const char *section, const char *head, size_t *ret_length)
{
	if (strncmp(section, head, strlen(head)) != 0)
		return NULL;
	*ret_length = strcspn(section + strlen(head), " \t");
	return section + strlen(head);
}

static bool is_replaced(const struct config *config, size_t index)
{
	const struct config_entry *entry = config_get_entry(config, index);

	for (size_t i = index + 1; i < config_count_entries(config); i++) {
		const struct config_entry *later = config_get_entry(config, i);
		if (strcmp(later->section, entry->section) == 0 &&
			strcmp(later->key, entry->key) == 0)
			return true;
	}
	return false;
}

/* What the sections of a plugin say whose options are not known: the last value of each key. */
static int show_unknown(
	const struct config *config, const char *name, const struct config_show_sink *sink)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < config_count_entries(config); i++) {
		const struct config_entry *entry = config_get_entry(config, i);
		size_t n;
		const char *plugin = plugin_of(entry->section, plugin_head, &n);
		if (plugin != NULL && strlen(name) == n && memcmp(plugin, name, n) == 0 &&
			!is_replaced(config, i))
			r = emit_value(entry->section, entry->key, &entry->value, sink);
	}
	return r;
}

/* ---- Policies ---- */

static int show_needs(const struct config *config, const char *name, bool is_denial,
	const struct config_show_sink *sink)
{
	struct gather gather = { 0 };
	char section[SECTION_SIZE];
	const char *need;

	snprintf(section, sizeof section, "policy:%s", name);
	for (unsigned bit = 0; (need = config_need_name(1u << bit)) != NULL; bit++) {
		const char *origin = is_denial ? config_find_denial(config, name, 1u << bit)
					       : config_find_grant(config, name, 1u << bit);
		if (origin == NULL)
			continue;
		add_word(&gather, need);
		add_origin(&gather, origin);
	}
	if (gather.count > 0)
		return emit_gathered(&gather, section, is_denial ? "deny" : "allow", sink);
	release_gathered(&gather);
	return gather.error;
}

static int show_paths(const char *name, const char *key, const struct config_path *path,
	size_t count, const struct config_show_sink *sink)
{
	struct gather gather = { 0 };
	char section[SECTION_SIZE];

	if (count == 0)
		return 0;
	snprintf(section, sizeof section, "policy:%s", name);
	for (size_t i = 0; i < count; i++) {
		add_word(&gather, path[i].path);
		add_origin(&gather, path[i].origin);
	}
	return emit_gathered(&gather, section, key, sink);
}

static int show_policy(
	const struct config *config, const char *name, const struct config_show_sink *sink)
{
	const struct config_policy *policy = config_find_policy(config, name);
	char section[SECTION_SIZE];

	if (policy == NULL)
		return 0;
	snprintf(section, sizeof section, "policy:%s", name);
	int r = show_needs(config, name, true, sink);
	if (r == 0)
		r = show_needs(config, name, false, sink);
	if (r == 0)
		r = show_paths(name, "allow-read", policy->read, policy->read_count, sink);
	if (r == 0)
		r = show_paths(name, "allow-write", policy->write, policy->write_count, sink);
	if (r == 0 && policy->sha256 != NULL)
		r = emit_text(section, "sha256", policy->sha256, policy->sha256_origin, sink);
	return r;
}

/* ---- All ---- */

/* The names of plugins, in byte order, each once. */
struct names {
	char **name;
	size_t count;
	size_t capacity;
};

static int add_name(struct names *names, const char *name, size_t length)
{
	if (names->count == names->capacity) {
		size_t capacity = 2 * names->capacity + 8;
		char **larger = realloc((void *)names->name, capacity * sizeof *larger);
		if (larger == NULL)
			return -ENOMEM;
		names->name = larger;
		names->capacity = capacity;
	}
	char *copy = strndup(name, length);
	if (copy == NULL)
		return -ENOMEM;
	names->name[names->count++] = copy;
	return 0;
}

static int compare_names(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static void sort_names(struct names *names)
{
	size_t kept = 0;

	if (names->count == 0)
		return;
	qsort((void *)names->name, names->count, sizeof *names->name, compare_names);
	for (size_t i = 1; i < names->count; i++) {
		if (strcmp(names->name[kept], names->name[i]) == 0)
			free(names->name[i]);
		else
			names->name[++kept] = names->name[i];
	}
	names->count = kept + 1;
}

static int collect_names(
	const struct config *config, const struct registry *registry, struct names *names)
{
	const struct registry_entry *entry;
	int r = 0;

	for (size_t i = 0; r == 0 && (entry = registry_get(registry, i)) != NULL; i++)
		r = add_name(names, entry->name, strlen(entry->name));
	for (size_t i = 0; r == 0 && i < config_count_entries(config); i++) {
		const char *section = config_get_entry(config, i)->section;
		size_t n;
		const char *name = plugin_of(section, plugin_head, &n);
		if (name == NULL)
			name = plugin_of(section, policy_head, &n);
		if (name != NULL)
			r = add_name(names, name, n);
	}
	sort_names(names);
	return r;
}

static void release_names(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->name[i]);
	free((void *)names->name);
}

/* The manifest of the file that serves the name, or NULL. */
static const struct manifest *find_manifest(const struct registry *registry, const char *name)
{
	const struct registry_entry *entry;

	for (size_t i = 0; (entry = registry_get(registry, i)) != NULL; i++)
		if (entry->status != REGISTRY_SHADOWED && strcmp(entry->name, name) == 0)
			return entry->manifest;
	return NULL;
}

static int show_options(const struct config *config, const struct registry *registry,
	const char *name, const struct config_show_sink *sink)
{
	const struct manifest *manifest = find_manifest(registry, name);

	if (manifest != NULL)
		return show_plugin(config, manifest, sink);
	return show_unknown(config, name, sink);
}

static int show_all(const struct config *config, const struct registry *registry,
	const struct names *names, const struct config_show_sink *sink)
{
	int r = show_plugh(config, sink);

	for (size_t i = 0; r == 0 && i < names->count; i++)
		r = show_options(config, registry, names->name[i], sink);
	for (size_t i = 0; r == 0 && i < names->count; i++)
		r = show_policy(config, names->name[i], sink);
	return r;
}

int config_show(const struct config *config, const struct registry *registry, const char *only,
	const struct config_show_sink *sink)
{
	struct names names = { 0 };

	int r = collect_names(config, registry, &names);
	if (r < 0)
		goto out;
	if (only == NULL) {
		r = show_all(config, registry, &names, sink);
	} else if (has_word((const char *const *)names.name, names.count, only)) {
		r = show_options(config, registry, only, sink);
		if (r == 0)
			r = show_policy(config, only, sink);
	} else {
		r = -ENOENT;
	}
out:
	release_names(&names);
	return r;
}
