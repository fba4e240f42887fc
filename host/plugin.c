/* A plugin's code.
 *
 * RTLD_NOW: a missing symbol shows here, not in the middle of a run. RTLD_NODELETE and no dlclose:
 * a thread-key destructor of the plugin may run at exit.
 *
 * SPDX-License-Identifier: MIT */
#include "plugin.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "join.h"

/* dlerror's text with the real path in place of /proc/PID/fd/N, and without the path in front. */
static int refuse_loading(const char *text, const char *opened, struct reason *why)
{
	const char *at = strstr(text, opened);

	if (at == text) {
		text += strlen(opened);
		text += strspn(text, ": ");
	}
	return reason_set(why, -ENOEXEC, "cannot be loaded: %s", text);
}

/* Debuggers, dladdr and backtraces show the name in the link map. */
static void set_name(void *handle, const char *path)
{
	struct link_map *map = NULL;
	char *name = strdup(path);

	if (name == NULL || dlinfo(handle, RTLD_DI_LINKMAP, &map) < 0)
		free(name);
	else
		map->l_name = name;
}

static int open_object(const struct plugin_file *file, void **ret_handle, struct reason *why)
{
	char opened[64], pid[JOIN_NUMBER_SIZE], fd[JOIN_NUMBER_SIZE];

	/* By the process's number: gdb hangs on /proc/self/fd/N. */
	JOIN(opened, sizeof opened, "/proc/", join_number(pid, (size_t)getpid()), "/fd/",
		join_number(fd, (size_t)file->fd));
	void *handle = dlopen(opened, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (handle == NULL)
		return refuse_loading(dlerror(), opened, why);
	set_name(handle, file->path);
	*ret_handle = handle;
	return 0;
}

/* The rows in memory are those that were read, in the size that both know. */
static bool same_rows(const struct plugh_command *command, const struct manifest_command *read)
{
	uint64_t count;
	const unsigned char *record = (const unsigned char *)command->records(&count);

	if (record == NULL || count != read->row_count + 2)
		return false;
	for (uint64_t i = 0; i < count; i++) {
		struct plugh_note note;
		memcpy(&note, record, sizeof note);
		if (note.type != read->head[i].note.type ||
			note.desc_size < sizeof(struct plugh_option) - sizeof note ||
			memcmp(record + sizeof note, (const char *)&read->head[i] + sizeof note,
				sizeof(struct plugh_option) - sizeof note) != 0)
			return false;
		record += sizeof note + note.desc_size;
	}
	return true;
}

static int check_command(const struct plugh_command *command, const struct manifest_command *read,
	bool has_run, struct reason *why)
{
	const char *name = read->head->names;

	if (command == NULL || command->name == NULL || strcmp(command->name, name) != 0)
		return reason_set(why, -ENOEXEC,
			"its table and its manifest disagree: '%s' is not where it should be",
			name);
	if (command->args_size != read->head->size)
		return reason_set(why, -ENOEXEC,
			"its table and its manifest disagree on '%s': arguments of %llu and %u "
			"bytes",
			name, (unsigned long long)command->args_size, read->head->size);
	if (has_run && command->run == NULL)
		return reason_set(why, -ENOEXEC, "'%s' has no run function", name);
	if (command->records == NULL || !same_rows(command, read))
		return reason_set(why, -ENOEXEC,
			"its table and its manifest disagree on the options of '%s'", name);
	return 0;
}

int plugin_check(
	const struct plugh_plugin *plugin, const struct manifest *manifest, struct reason *why)
{
	if (plugin->size < sizeof *plugin)
		return reason_set(why, -ENOEXEC,
			"its table is of %u bytes, at least %zu are needed", plugin->size,
			sizeof *plugin);
	if (plugin->command_size < sizeof(struct plugh_command))
		return reason_set(why, -ENOEXEC,
			"its commands are of %u bytes, at least %zu are needed",
			plugin->command_size, sizeof(struct plugh_command));
	if (plugin->abi_major != PLUGH_ABI_MAJOR)
		return reason_set(why, -ENOEXEC,
			"its table and its manifest disagree: ABI %u and %d", plugin->abi_major,
			PLUGH_ABI_MAJOR);
	if (plugin->command_count != manifest->command_count + 1)
		return reason_set(why, -ENOEXEC,
			"its table and its manifest disagree: %llu and %zu commands",
			(unsigned long long)plugin->command_count, manifest->command_count + 1);
	if (plugin->command == NULL)
		return reason_set(why, -ENOEXEC, "its table has no commands");

	bool is_one = manifest->command_count == 0;
	int r = check_command(plugin->command[0], &manifest->root, is_one, why);
	for (size_t i = 0; i < manifest->command_count && r == 0; i++)
		r = check_command(plugin->command[i + 1], &manifest->command[i], true, why);
	return r;
}

int plugin_load(
	const struct plugin_file *file, const struct plugh_plugin **ret_plugin, struct reason *why)
{
	char symbol[128];
	void *handle = NULL;
	int r = open_object(file, &handle, why);
	if (r < 0)
		return r;

	JOIN(symbol, sizeof symbol, "plugh_plugin_", manifest_name(file->manifest));
	const struct plugh_plugin *plugin = (const struct plugh_plugin *)dlsym(handle, symbol);
	if (plugin == NULL)
		return reason_set(why, -ENOEXEC, "has no symbol '%s'", symbol);
	r = plugin_check(plugin, file->manifest, why);
	if (r == 0)
		*ret_plugin = plugin;
	return r;
}

const struct plugh_command *plugin_command(
	const struct plugh_plugin *plugin, const struct manifest_command *command)
{
	for (uint64_t i = 0; i < plugin->command_count; i++) {
		if (strcmp(plugin->command[i]->name, command->head->names) == 0 &&
			plugin->command[i]->run != NULL)
			return plugin->command[i];
	}
	return NULL;
}
