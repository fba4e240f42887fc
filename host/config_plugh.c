/* SPDX-License-Identifier: MIT */
/* The section [plugh]: which plugins are enabled, the sandbox's level, colour, folders. */
#include "config_store.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "join.h"
#include "suggest.h"

enum { MAX_PATHS = 256 };

/* In the order of enum config_sandbox: the stricter, the later. */
static const char *const sandbox_words[] = { "off", "on", "require", NULL };
/* In the order of enum config_when. */
static const char *const when_words[] = { "auto", "always", "never", NULL };

/* ---- Words ---- */

static int find_word(const char *const *words, const char *text)
{
	for (int i = 0; words[i] != NULL; i++)
		if (strcasecmp(words[i], text) == 0)
			return i;
	return -1;
}

static int check_word(
	struct config *config, const struct config_item *item, const char *const *words)
{
	struct suggest suggest;
	char hint[128];

	if (find_word(words, item->entry.value.text) >= 0)
		return 0;
	suggest_init(&suggest, item->entry.value.text);
	for (size_t i = 0; words[i] != NULL; i++)
		suggest_offer(&suggest, words[i]);
	return config_note_addf(config, CONFIG_ERROR, &item->place,
		suggest_format(&suggest, hint, sizeof hint), "'%s' must be %s, %s or %s, not '%s'",
		item->entry.key, words[0], words[1], words[2], item->entry.value.text);
}

static int check_sandbox(struct config *config, struct config_item *item)
{
	return check_word(config, item, sandbox_words);
}

static int check_when(struct config *config, struct config_item *item)
{
	return check_word(config, item, when_words);
}

/* ---- enabled, disabled ---- */

static int add_reason(struct config *config, struct config_item *item, const char *words)
{
	item->reason = config_store_join(config, JOIN_PARTS(words, " ", item->place.origin));
	return item->reason != NULL ? 0 : -ENOMEM;
}

static int check_enabled(struct config *config, struct config_item *item)
{
	int r = 0;

	if (item->entry.value.count == 0)
		r = config_note_addf(config, CONFIG_WARNING, &item->place,
			"without this line, all plugins are",
			"'enabled' is empty: no plugin is enabled");
	return r < 0 ? r : add_reason(config, item, "not in enabled= of");
}

static int check_disabled(struct config *config, struct config_item *item)
{
	return add_reason(config, item, "disabled by");
}

/* ---- path ---- */

int config_path_expand(struct config *config, const struct config_item *item, const char *word,
	const char **ret_path)
{
	const char *home = item->place.layer == CONFIG_SYSTEM ? NULL : config->home;

	*ret_path = word;
	if (*word == '/')
		return 0;
	if (home != NULL && word[0] == '~' && (word[1] == '/' || word[1] == '\0')) {
		*ret_path = config_store_join(config, JOIN_PARTS(home, word + 1));
		return *ret_path != NULL ? 0 : -ENOMEM;
	}
	*ret_path = NULL;
	return config_note_addf(config, CONFIG_ERROR, &item->place,
		"a path with blanks stands in double quotes",
		"'%s' must hold absolute paths, not '%s'", item->entry.key, word);
}

static bool has_path(const struct config *config, const char *path)
{
	for (size_t i = 0; i < config->path.count; i++) {
		const struct config_path *known = config->path.item[i];
		if (strcmp(known->path, path) == 0)
			return true;
	}
	return false;
}

static int add_path(struct config *config, const struct config_item *item, const char *path)
{
	struct config_path *entry = config_store_alloc(config, sizeof *entry);

	if (entry == NULL)
		return -ENOMEM;
	*entry = (struct config_path){ path, item->place.layer, item->place.origin };
	return config_list_append(&config->path, entry);
}

/* Layers come in order, so the system's folders are the first. */
static int check_path(struct config *config, struct config_item *item)
{
	for (size_t i = 0; i < item->entry.value.count; i++) {
		const char *path;
		int r = config_path_expand(config, item, item->entry.value.item[i], &path);
		if (r < 0)
			return r;
		if (path == NULL || has_path(config, path))
			continue;
		if (config->path.count == MAX_PATHS)
			return config_note_addf(config, CONFIG_ERROR, &item->place, NULL,
				"'path' has more than %d folders", MAX_PATHS);
		r = add_path(config, item, path);
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- The whole section ---- */

static const struct {
	const char *key;
	int (*check)(struct config *config, struct config_item *item);
} keys[] = {
	{ "path", check_path },
	{ "enabled", check_enabled },
	{ "disabled", check_disabled },
	{ "sandbox", check_sandbox },
	{ "color", check_when },
	{ "crash-reports", check_when },
};

enum { KEY_COUNT = sizeof keys / sizeof keys[0] };

static int check_item(struct config *config, struct config_item *item)
{
	const char *known[KEY_COUNT + 1] = { NULL };

	for (size_t i = 0; i < KEY_COUNT; i++) {
		if (strcmp(keys[i].key, item->entry.key) == 0)
			return keys[i].check(config, item);
		known[i] = keys[i].key;
	}
	return config_note_unknown(config, &item->place, "key", item->entry.key, known);
}

int config_plugh_merge(struct config *config)
{
	for (size_t i = 0; i < config->item.count; i++) {
		struct config_item *item = config->item.item[i];
		if (item->section->kind != CONFIG_SECTION_PLUGH)
			continue;
		int r = check_item(config, item);
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- Look-ups ---- */

/* The items of one key of [plugh], in order: start with *CURSOR 0; NULL after the last. */
static const struct config_item *next_item(
	const struct config *config, const char *key, size_t *cursor)
{
	while (*cursor < config->item.count) {
		const struct config_item *item = config->item.item[(*cursor)++];
		if (item->section->kind == CONFIG_SECTION_PLUGH &&
			strcmp(item->entry.key, key) == 0)
			return item;
	}
	return NULL;
}

static bool has_item(const struct config_item *list, const char *word)
{
	for (size_t i = 0; i < list->entry.value.count; i++)
		if (strcmp(list->entry.value.item[i], word) == 0)
			return true;
	return false;
}

/* The first `enabled` that leaves the name out: of the system's any, of the others the last. */
static const struct config_item *find_ceiling(const struct config *config, const char *name)
{
	const struct config_item *last = NULL;
	const struct config_item *item;
	size_t cursor = 0;

	while ((item = next_item(config, "enabled", &cursor)) != NULL) {
		if (item->place.layer != CONFIG_SYSTEM)
			last = item;
		else if (!has_item(item, name))
			return item;
	}
	return last != NULL && !has_item(last, name) ? last : NULL;
}

bool config_is_enabled(const struct config *config, const char *name, const char **ret_reason)
{
	const struct config_item *against = find_ceiling(config, name);
	const struct config_item *item;
	size_t cursor = 0;

	while (against == NULL && (item = next_item(config, "disabled", &cursor)) != NULL)
		if (has_item(item, name))
			against = item;
	if (against == NULL)
		return true;
	if (ret_reason != NULL)
		*ret_reason = against->reason;
	return false;
}

enum config_sandbox config_get_sandbox(const struct config *config, const char **ret_origin)
{
	const struct config_item *strictest = NULL;
	const struct config_item *item;
	size_t cursor = 0;
	int level = -1;

	while ((item = next_item(config, "sandbox", &cursor)) != NULL) {
		int one = find_word(sandbox_words, item->entry.value.text);
		if (one > level) {
			level = one;
			strictest = item;
		}
	}
	if (ret_origin != NULL)
		*ret_origin = strictest != NULL ? strictest->place.origin : "default";
	return strictest != NULL ? (enum config_sandbox)level : CONFIG_SANDBOX_ON;
}

const char *config_sandbox_name(enum config_sandbox sandbox)
{
	return sandbox_words[sandbox];
}

/* By the last layer that sets the key. */
static enum config_when get_when(
	const struct config *config, const char *key, const char **ret_origin)
{
	const struct config_item *item;
	const char *origin = "default";
	size_t cursor = 0;
	int when = CONFIG_AUTO;

	while ((item = next_item(config, key, &cursor)) != NULL) {
		int one = find_word(when_words, item->entry.value.text);
		if (one < 0)
			continue;
		when = one;
		origin = item->place.origin;
	}
	if (ret_origin != NULL)
		*ret_origin = origin;
	return (enum config_when)when;
}

const char *config_get_color(const struct config *config, const char **ret_origin)
{
	return when_words[get_when(config, "color", ret_origin)];
}

enum config_when config_get_crash_reports(const struct config *config, const char **ret_origin)
{
	return get_when(config, "crash-reports", ret_origin);
}

const char *config_when_name(enum config_when when)
{
	return when_words[when];
}

size_t config_count_paths(const struct config *config)
{
	return config->path.count;
}

const struct config_path *config_get_path(const struct config *config, size_t index)
{
	return config->path.item[index];
}
