/* SPDX-License-Identifier: MIT */
/* Arbitrary bytes as the system's, the user's and the extra ini file and as the environment, in
 * parts that a byte 0x1e separates. Nothing may crash, and the later layers may not undo a
 * restriction of the first. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <plugh/option.h>

#include "config.h"
#include "suggest.h"

enum { SEPARATOR = 0x1e, FILES = 3, VARIABLES = 16 };

static int file[FILES]; /* system, user, extra: files in memory */
static char path[FILES][32];
static char folder[] = "/tmp/plugh-fuzz-config-XXXXXX";

static void require(int condition)
{
	if (!condition)
		__builtin_trap();
}

static void remove_folder(void)
{
	char link[64];

	snprintf(link, sizeof link, "%s/plugh.ini", folder);
	unlink(link);
	rmdir(folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char link[64];

	(void)argc;
	(void)argv;
	for (int i = 0; i < FILES; i++) {
		file[i] = memfd_create("ini", MFD_CLOEXEC);
		require(file[i] >= 0);
		snprintf(path[i], sizeof path[i], "/proc/self/fd/%d", file[i]);
	}
	require(mkdtemp(folder) != NULL);
	snprintf(link, sizeof link, "%s/plugh.ini", folder);
	require(symlink(path[0], link) == 0);
	return atexit(remove_folder);
}

/* The bytes up to the next separator. */
static const uint8_t *take_part(const uint8_t **bytes, size_t *size, size_t *ret_size)
{
	const uint8_t *part = *bytes;
	const uint8_t *end = *size > 0 ? memchr(part, SEPARATOR, *size) : NULL;

	*ret_size = end != NULL ? (size_t)(end - part) : *size;
	*bytes += end != NULL ? *ret_size + 1 : *size;
	*size -= end != NULL ? *ret_size + 1 : *size;
	return part;
}

/* The lines of the text, as an environment. */
static void split_lines(char *text, char *environment[VARIABLES + 1])
{
	size_t count = 0;

	for (char *line = text; line != NULL && count < VARIABLES; count++) {
		environment[count] = line;
		line = strchr(line, '\n');
		if (line != NULL)
			*line++ = '\0';
	}
	environment[count] = NULL;
}

static void check_plugin(const struct config *all, const struct config *system, const char *name)
{
	const struct config_policy *whole = config_find_policy(all, name);
	const struct config_policy *first = config_find_policy(system, name);
	const char *reason = NULL;

	if (!config_is_enabled(all, name, &reason))
		require(reason != NULL && *reason != '\0');
	if (!config_is_enabled(system, name, NULL))
		require(!config_is_enabled(all, name, NULL));
	if (whole == NULL) {
		require(first == NULL);
		return;
	}
	require((whole->allow & whole->deny) == 0);
	for (uint32_t need = PLUGH_READ; need <= PLUGH_PTRACE; need <<= 1) {
		require(((whole->deny & need) != 0) ==
			(config_find_denial(all, name, need) != NULL));
		require(((whole->allow & need) != 0) ==
			(config_find_grant(all, name, need) != NULL));
	}
	require((whole->deny & PLUGH_READ) == 0 || whole->read_count == 0);
	require((whole->deny & PLUGH_WRITE) == 0 || whole->write_count == 0);
	for (size_t i = 0; i < whole->read_count; i++)
		require(whole->read[i].path[0] == '/');
	if (first == NULL)
		return;
	require((whole->deny & first->deny) == first->deny);
	if (first->sha256 != NULL)
		require(strcmp(whole->sha256, first->sha256) == 0);
}

static void check_config(const struct config *all, const struct config *system)
{
	const char *origin = NULL;
	char line[256];

	if (config_get_sandbox(system, &origin) != CONFIG_SANDBOX_ON ||
		strcmp(origin, "default") != 0)
		require(config_get_sandbox(all, NULL) >= config_get_sandbox(system, NULL));
	for (size_t i = 0; i < config_count_paths(all); i++)
		require(config_get_path(all, i)->path[0] == '/');
	for (size_t i = 0; i < config_count_problems(all); i++)
		require(config_problem_format(config_get_problem(all, i), line, sizeof line) ==
			line);
	for (size_t i = 0; i < config_count_entries(all); i++) {
		const struct config_entry *entry = config_get_entry(all, i);
		const char *colon = strchr(entry->section, ':');
		for (size_t j = 0; j < entry->value.count; j++)
			check_plugin(all, system, entry->value.item[j]);
		if (colon == NULL)
			continue;
		check_plugin(all, system, colon + 1);
		if (strncmp(entry->section, "plugin:", 7) == 0 && strchr(colon, ' ') == NULL &&
			strchr(colon, '\t') == NULL)
			require(config_find_option(all, colon + 1, NULL, entry->key) != NULL);
	}
}

/* ---- A manifest with one subcommand and one key ---- */

static const char *get_sub(void *ctx, size_t index)
{
	(void)ctx;
	return index == 0 ? "encode" : NULL;
}

static const char *get_key(void *ctx, const char *sub, size_t index)
{
	(void)ctx;
	return index == 0 ? (sub != NULL ? "block-size" : "limit") : NULL;
}

static int check_value(void *ctx, const char *sub, const char *key,
	const struct config_value *value, char *error, size_t size)
{
	bool flag;

	(void)ctx;
	(void)sub;
	if (config_parse_flag(value->text, &flag) == 0)
		return 0;
	snprintf(error, size, "%s: %s", key, value->text);
	return -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const char *const names[] = { "bwt", "perms" };
	const struct config_options options = { NULL, get_sub, get_key, check_value };
	struct config_sources sources = { .system_dir = folder };
	char *environment[VARIABLES + 1];
	struct config *system = NULL;
	struct config *all = NULL;

	for (int i = 0; i < FILES; i++) {
		size_t n;
		const uint8_t *part = take_part(&bytes, &size, &n);
		require(ftruncate(file[i], 0) == 0);
		require(pwrite(file[i], part, n, 0) == (ssize_t)n);
	}
	char *text = strndup((const char *)bytes, size);
	require(text != NULL);
	split_lines(text, environment);

	require(config_load(&sources, &system) == 0);
	sources.user_file = path[1];
	sources.extra_file = path[2];
	sources.home = "/home/u";
	sources.environment = environment;
	require(config_load(&sources, &all) == 0);
	free(text);
	require(config_check_plugin(all, "bwt", &options) >= 0);
	require(config_check_names(all, names, 2) == 0);
	check_config(all, system);

	config_destroy(system);
	config_destroy(all);
	return 0;
}
