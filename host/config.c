/* SPDX-License-Identifier: MIT */
/* The layers: which files and variables are read, in which order, and how an option's default is
 * looked up in them. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config_store.h"
#include "ini_file.h"
#include "join.h"

/* ---- The environment ---- */

const char *config_getenv(char *const *environment, const char *name)
{
	size_t n = strlen(name);

	for (; environment != NULL && *environment != NULL; environment++)
		if (strncmp(*environment, name, n) == 0 && (*environment)[n] == '=')
			return *environment + n + 1;
	return NULL;
}

int config_user_file(char *const *environment, char **ret_path)
{
	static const struct {
		const char *variable;
		const char *rest;
	} bases[] = {
		{ "XDG_CONFIG_HOME", "/plugh/plugh.ini" },
		{ "HOME", "/.config/plugh/plugh.ini" },
	};

	*ret_path = NULL;
	for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++) {
		const char *base = config_getenv(environment, bases[i].variable);
		if (base == NULL || *base != '/')
			continue;
		*ret_path = JOIN_NEW(base, bases[i].rest);
		return *ret_path != NULL ? 0 : -ENOMEM;
	}
	return 0;
}

/* ---- Files ---- */

/* What kind of file a layer wants at a path. */
enum presence {
	OPTIONAL,
	REQUIRED, /* and it may be a FIFO */
};

static int complain_of_file(struct config *config, const struct config_place *place, int error)
{
	const char *text = strerror(-error);

	if (error == -EOPNOTSUPP)
		text = "not a regular file";
	else if (error == -EFBIG)
		text = "larger than 1 MiB";
	/* HOME often is another user's, after su or sudo: then there is no layer of this user. */
	bool is_foreign = place->layer == CONFIG_USER && error == -EACCES;
	return config_note_addf(config, is_foreign ? CONFIG_WARNING : CONFIG_ERROR, place, NULL,
		"cannot be read: %s", text);
}

static int append_file(struct config *config, const struct config_place *place, int error)
{
	struct config_file *file = config_store_alloc(config, sizeof *file);

	if (file == NULL)
		return -ENOMEM;
	*file = (struct config_file){ place->file, place->layer, error };
	return config_list_append(&config->file, file);
}

static int read_file(
	struct config *config, enum config_layer layer, const char *path, enum presence presence)
{
	struct config_place place = { .layer = layer, .rank = (unsigned)config->file.count };
	char *bytes = NULL;
	size_t count = 0;

	place.file = config_store_dup(config, path);
	if (place.file == NULL)
		return -ENOMEM;
	int error = ini_file_read(path, presence == REQUIRED, &bytes, &count);
	if (error == -ENOMEM)
		return error;
	if (error == -ENOTDIR) /* a folder of the path is a file: the file is not there either */
		error = -ENOENT;

	int r = append_file(config, &place, error);
	if (r == 0 && error == 0)
		r = config_layer_parse(config, &place, bytes, count);
	else if (r == 0 && (error != -ENOENT || presence == REQUIRED))
		r = complain_of_file(config, &place, error);
	free(bytes);
	return r;
}

/* ---- The system's folder ---- */

static int is_ini(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return entry->d_name[0] != '.' && n > 4 && strcmp(entry->d_name + n - 4, ".ini") == 0;
}

static int compare_names(const struct dirent **left, const struct dirent **right)
{
	return strcmp((*left)->d_name, (*right)->d_name);
}

static int read_folder(struct config *config, const char *folder)
{
	struct dirent **entry = NULL;
	int r = 0;

	int n = scandir(folder, &entry, is_ini, compare_names);
	if (n < 0 && errno == ENOMEM)
		return -ENOMEM;
	if (n < 0) {
		int error = -errno;
		const struct config_place place = {
			.layer = CONFIG_SYSTEM,
			.rank = (unsigned)config->file.count,
			.file = folder,
		};
		return error == -ENOENT ? 0 : complain_of_file(config, &place, error);
	}

	for (int i = 0; i < n; i++) {
		const char *path = config_store_join(
			config, JOIN_PARTS(folder, "/", entry[i]->d_name));
		if (r == 0)
			r = path != NULL ? read_file(config, CONFIG_SYSTEM, path, OPTIONAL)
					 : -ENOMEM;
		free(entry[i]);
	}
	free(entry);
	return r;
}

static int read_system(struct config *config, const char *system_dir)
{
	const char *file = config_store_join(config, JOIN_PARTS(system_dir, "/plugh.ini"));
	const char *folder = config_store_join(config, JOIN_PARTS(system_dir, "/conf.d"));

	if (file == NULL || folder == NULL)
		return -ENOMEM;
	int r = read_file(config, CONFIG_SYSTEM, file, OPTIONAL);
	return r < 0 ? r : read_folder(config, folder);
}

/* ---- Loading ---- */

static int read_untrusted(struct config *config, const struct config_sources *sources)
{
	int r = 0;

	if (sources->user_file != NULL)
		r = read_file(config, CONFIG_USER, sources->user_file, OPTIONAL);
	if (r == 0 && sources->extra_file != NULL)
		r = read_file(config, CONFIG_EXTRA, sources->extra_file, REQUIRED);
	for (char *const *variable = sources->environment;
		r == 0 && variable != NULL && *variable != NULL; variable++)
		r = config_layer_add_variable(config, *variable);
	return r;
}

static int read_layers(struct config *config, const struct config_sources *sources)
{
	int r = 0;

	if (sources->system_dir != NULL)
		r = read_system(config, sources->system_dir);
	if (r == 0 && !sources->trusted_only)
		r = read_untrusted(config, sources);
	if (r == 0)
		r = config_plugh_merge(config);
	if (r == 0)
		r = config_policy_merge(config);
	config_note_sort(config);
	return r;
}

int config_load(const struct config_sources *sources, struct config **ret_config)
{
	struct config *config = calloc(1, sizeof *config);
	if (config == NULL)
		return -ENOMEM;

	config->home = sources->trusted_only ? NULL : sources->home;
	int r = read_layers(config, sources);
	config->home = NULL; /* borrowed until here */
	if (r < 0) {
		config_destroy(config);
		return r;
	}
	*ret_config = config;
	return 0;
}

/* ---- Options ---- */

/* Append "_" and the part in upper case; NULL where it does not fit. */
static char *append_part(char *end, const char *limit, const char *part)
{
	if (end == NULL || strlen(part) + 1 >= (size_t)(limit - end))
		return NULL;
	*end++ = '_';
	for (; *part != '\0'; part++) {
		unsigned char c = (unsigned char)*part;
		bool is_lower = c >= 'a' && c <= 'z';
		bool is_word = is_lower || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		*end++ = (char)(is_lower ? c - 'a' + 'A' : is_word ? c : '_');
	}
	*end = '\0';
	return end;
}

const char *config_variable(const char *plugin, const char *sub, const char *key, char *buffer)
{
	const char *limit = buffer + CONFIG_VARIABLE_SIZE;
	char *end = buffer + strlen("PLUGH");

	memcpy(buffer, "PLUGH", strlen("PLUGH") + 1);
	if (plugin != NULL)
		end = append_part(end, limit, plugin);
	if (sub != NULL)
		end = append_part(end, limit, sub);
	end = append_part(end, limit, key);
	return end != NULL ? buffer : NULL;
}

static bool is_equal(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

const struct config_value *config_find_option(
	const struct config *config, const char *plugin, const char *sub, const char *key)
{
	char variable[CONFIG_VARIABLE_SIZE];
	const char *name = config_variable(plugin, sub, key, variable);

	for (size_t i = config->item.count; i-- > 0;) {
		const struct config_item *item = config->item.item[i];
		bool is_ours;
		if (item->section->kind == CONFIG_SECTION_VARIABLE)
			is_ours = name != NULL && strcmp(item->entry.key, name) == 0;
		else
			is_ours = item->section->kind == CONFIG_SECTION_PLUGIN &&
				  is_equal(item->section->plugin, plugin) &&
				  is_equal(item->section->sub, sub) &&
				  strcmp(item->entry.key, key) == 0;
		if (is_ours)
			return &item->entry.value;
	}
	return NULL;
}

int config_parse_flag(const char *text, bool *ret_flag)
{
	static const struct {
		const char *word;
		bool flag;
	} words[] = {
		{ "on", true },
		{ "off", false },
		{ "yes", true },
		{ "no", false },
		{ "true", true },
		{ "false", false },
		{ "1", true },
		{ "0", false },
	};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcasecmp(text, words[i].word) == 0) {
			*ret_flag = words[i].flag;
			return 0;
		}
	}
	return -EINVAL;
}

/* ---- Everything ---- */

size_t config_count_entries(const struct config *config)
{
	return config->item.count;
}

const struct config_entry *config_get_entry(const struct config *config, size_t index)
{
	const struct config_item *item = config->item.item[index];

	return &item->entry;
}

size_t config_count_files(const struct config *config)
{
	return config->file.count;
}

const struct config_file *config_get_file(const struct config *config, size_t index)
{
	return config->file.item[index];
}

const char *config_layer_name(enum config_layer layer)
{
	static const char *const names[] = { "default", "system", "user", "extra", "environment" };

	return names[layer];
}
