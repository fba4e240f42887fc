/* SPDX-License-Identifier: MIT */
/* What config_load cannot know: whether the plugins, subcommands and options that the layers name
 * exist, and take these values. */
#include "config_store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suggest.h"

/* The check of one plugin. */
struct check {
	struct config *config;
	const char *name;
	const struct config_options *options;
	struct config_list sub; /* char *: the subcommands */
	struct config_list key; /* char *: the keys of `keys_of` */
	const char *keys_of;
	bool has_keys;
};

/* ---- The plugin's names ---- */

static int copy_names(struct check *check)
{
	const char *name;

	for (size_t i = 0; (name = check->options->get_sub(check->options->ctx, i)) != NULL; i++) {
		char *copy = config_store_dup(check->config, name);
		if (copy == NULL || config_list_append(&check->sub, copy) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* Have check->key hold the keys of SUB. The keys of the last one are kept: items of one section
 * stand together. */
static int copy_keys(struct check *check, const char *sub)
{
	const char *key;

	if (check->has_keys && check->keys_of == sub)
		return 0;
	check->has_keys = true;
	check->keys_of = sub;
	check->key.count = 0;
	for (size_t i = 0; (key = check->options->get_key(check->options->ctx, sub, i)) != NULL;
		i++) {
		char *copy = config_store_dup(check->config, key);
		if (copy == NULL || config_list_append(&check->key, copy) < 0)
			return -ENOMEM;
	}
	return 0;
}

static const char *find_name(const struct config_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->item[i], name) == 0)
			return list->item[i];
	return NULL;
}

/* The name in the list that is nearest, as a hint in BUFFER, or NULL. */
static const char *suggest_from(
	const struct config_list *list, const char *word, char *buffer, size_t size)
{
	struct suggest suggest;

	suggest_init(&suggest, word);
	for (size_t i = 0; i < list->count; i++)
		suggest_offer(&suggest, list->item[i]);
	return suggest_format(&suggest, buffer, size);
}

/* ---- Sections ---- */

static bool is_of_plugin(const struct check *check, const struct config_section *section)
{
	return section->kind == CONFIG_SECTION_PLUGIN && strcmp(section->plugin, check->name) == 0;
}

static int check_section(struct check *check, const struct config_section *section)
{
	char hint[256];

	if (section->sub == NULL || find_name(&check->sub, section->sub) != NULL)
		return 0;
	return config_note_addf(check->config, CONFIG_ERROR, &section->place,
		suggest_from(&check->sub, section->sub, hint, sizeof hint),
		"plugin '%s' has no subcommand '%s'", check->name, section->sub);
}

static int check_sections(struct check *check)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < check->config->section.count; i++) {
		const struct config_section *section = check->config->section.item[i];
		if (is_of_plugin(check, section))
			r = check_section(check, section);
	}
	return r;
}

/* ---- Keys ---- */

/* Have RET_SUB point to the subcommand that has KEY, if the plugin itself has not. */
static int find_sub_with_key(struct check *check, const char *key, const char **ret_sub)
{
	*ret_sub = NULL;
	for (size_t i = 0; *ret_sub == NULL && i < check->sub.count; i++) {
		int r = copy_keys(check, check->sub.item[i]);
		if (r < 0)
			return r;
		if (find_name(&check->key, key) != NULL)
			*ret_sub = check->sub.item[i];
	}
	return 0;
}

static int complain_of_key(struct check *check, const struct config_item *item)
{
	const char *key = item->entry.key;
	char buffer[256];
	const char *hint = suggest_from(&check->key, key, buffer, sizeof buffer);
	const char *sub = NULL;

	int r = hint == NULL && item->section->sub == NULL ? find_sub_with_key(check, key, &sub)
							   : 0;
	if (r < 0)
		return r;
	if (sub != NULL) {
		snprintf(buffer, sizeof buffer, "did you mean section [plugin:%s %s]?", check->name,
			sub);
		hint = buffer;
	}
	return config_note_addf(
		check->config, CONFIG_ERROR, &item->place, hint, "unknown key '%s'", key);
}

static int check_value(
	struct check *check, const char *sub, const char *key, const struct config_item *item)
{
	const struct config_options *options = check->options;
	char error[512] = "";

	int r = options->check(options->ctx, sub, key, &item->entry.value, error, sizeof error);
	if (r == 0 || r == -ENOMEM)
		return r;
	return config_note_addf(
		check->config, CONFIG_ERROR, &item->place, NULL, "'%s': %s", key, error);
}

static int check_item(struct check *check, const struct config_item *item)
{
	const char *sub = item->section->sub;

	if (sub != NULL) {
		sub = find_name(&check->sub, sub);
		if (sub == NULL) /* reported with the section */
			return 0;
	}
	int r = copy_keys(check, sub);
	if (r < 0)
		return r;
	const char *key = find_name(&check->key, item->entry.key);
	return key != NULL ? check_value(check, sub, key, item) : complain_of_key(check, item);
}

static int check_items(struct check *check)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < check->config->item.count; i++) {
		const struct config_item *item = check->config->item.item[i];
		if (is_of_plugin(check, item->section))
			r = check_item(check, item);
	}
	return r;
}

/* ---- Variables ---- */

/* The option of SUB whose variable the item is, if it is one. */
static int find_key_of_variable(
	struct check *check, const char *sub, const struct config_item *item, const char **ret_key)
{
	char variable[CONFIG_VARIABLE_SIZE];

	int r = copy_keys(check, sub);
	for (size_t i = 0; r == 0 && i < check->key.count; i++) {
		const char *key = check->key.item[i];
		if (config_variable(check->name, sub, key, variable) != NULL &&
			strcmp(variable, item->entry.key) == 0)
			*ret_key = key;
	}
	return r;
}

static int check_variable(struct check *check, const struct config_item *item)
{
	const char *key = NULL;
	const char *sub = NULL;

	int r = find_key_of_variable(check, NULL, item, &key);
	for (size_t i = 0; r == 0 && key == NULL && i < check->sub.count; i++) {
		sub = check->sub.item[i];
		r = find_key_of_variable(check, sub, item, &key);
	}
	if (r < 0 || key != NULL)
		return r < 0 ? r : check_value(check, sub, key, item);
	return config_note_addf(check->config, CONFIG_WARNING, &item->place, NULL,
		"plugin '%s' has no option of that name", check->name);
}

static int check_variables(struct check *check)
{
	char prefix[CONFIG_VARIABLE_SIZE];
	int r = 0;

	if (config_variable(check->name, NULL, "", prefix) == NULL)
		return 0;
	for (size_t i = 0; r == 0 && i < check->config->item.count; i++) {
		const struct config_item *item = check->config->item.item[i];
		if (item->section->kind == CONFIG_SECTION_VARIABLE &&
			strncmp(item->entry.key, prefix, strlen(prefix)) == 0)
			r = check_variable(check, item);
	}
	return r;
}

/* ---- One plugin ---- */

int config_check_plugin(
	struct config *config, const char *name, const struct config_options *options)
{
	struct check check = { .config = config, .name = name, .options = options };
	size_t before = config->error_count;

	int r = copy_names(&check);
	if (r == 0)
		r = check_sections(&check);
	if (r == 0)
		r = check_items(&check);
	if (r == 0)
		r = check_variables(&check);
	config_note_sort(config);
	free(check.sub.item);
	free(check.key.item);
	return r < 0 ? r : (int)(config->error_count - before);
}

/* ---- Names of plugins ---- */

static int warn_of_name(struct config *config, const struct config_place *place,
	const struct config_list *names, const char *name)
{
	char hint[256];

	if (find_name(names, name) != NULL)
		return 0;
	return config_note_addf(config, CONFIG_WARNING, place,
		suggest_from(names, name, hint, sizeof hint), "plugin '%s' is not installed", name);
}

static int check_item_names(
	struct config *config, const struct config_item *item, const struct config_list *names)
{
	int r = 0;

	if (strcmp(item->entry.key, "enabled") != 0 && strcmp(item->entry.key, "disabled") != 0)
		return 0;
	for (size_t i = 0; r == 0 && i < item->entry.value.count; i++)
		r = warn_of_name(config, &item->place, names, item->entry.value.item[i]);
	return r;
}

int config_check_names(struct config *config, const char *const *names, size_t count)
{
	struct config_list list = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++) {
		char *copy = config_store_dup(config, names[i]);
		r = copy != NULL ? config_list_append(&list, copy) : -ENOMEM;
	}
	for (size_t i = 0; r == 0 && i < config->section.count; i++) {
		const struct config_section *section = config->section.item[i];
		if (section->plugin != NULL)
			r = warn_of_name(config, &section->place, &list, section->plugin);
	}
	for (size_t i = 0; r == 0 && i < config->item.count; i++) {
		const struct config_item *item = config->item.item[i];
		if (item->section->kind == CONFIG_SECTION_PLUGH)
			r = check_item_names(config, item, &list);
	}
	config_note_sort(config);
	free(list.item);
	return r;
}
