/* control_group - limits of memory, version 1 and 2.
 *
 * A limit may stand at each group on the way up, so all are asked. In a container the path that
 * /proc tells may be one that only the outside knows: what is not there is passed over, and the
 * top, where a container has its own limit, is asked in any case.
 *
 * SPDX-License-Identifier: MIT */
#include "control_group.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the groups of a version are, and what their files are called. */
static const struct version {
	const char *mount;
	bool is_unified; /* version 2 */
	const char *limit, *usage, *cache;
} versions[] = {
	{ "/sys/fs/cgroup", true, "memory.max", "memory.current", "inactive_file " },
	{ "/sys/fs/cgroup", true, "memory.high", "memory.current", "inactive_file " },
	{ "/sys/fs/cgroup/unified", true, "memory.max", "memory.current", "inactive_file " },
	{ "/sys/fs/cgroup/memory", false, "memory.limit_in_bytes", "memory.usage_in_bytes",
		"total_inactive_file " },
};

/* The number in the first line of a file that begins with `key`. */
static bool read_number(const char *folder, const char *name, const char *key, uint64_t *ret)
{
	char path[2 * PATH_MAX], line[256];
	bool has_found = false;

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return false;
	while (!has_found && fgets(line, sizeof line, file) != NULL) {
		char *end = line;
		if (strncmp(line, key, strlen(key)) != 0)
			continue;
		*ret = strtoull(line + strlen(key), &end, 10);
		has_found = end != line + strlen(key);
	}
	(void)fclose(file);
	return has_found;
}

static uint64_t room_in(const struct version *version, const char *folder)
{
	uint64_t limit = 0, usage = 0, cache = 0;

	/* "max" is no number. */
	if (!read_number(folder, version->limit, "", &limit) ||
		!read_number(folder, version->usage, "", &usage))
		return UINT64_MAX;
	(void)read_number(folder, "memory.stat", version->cache, &cache);
	usage -= cache < usage ? cache : usage;
	return usage < limit ? limit - usage : 0;
}

/* Of a group and those round it; `path` begins with a slash. */
static uint64_t room_on_the_way(const char *root, const struct version *version, char *path)
{
	char folder[2 * PATH_MAX];
	uint64_t least = UINT64_MAX;

	for (;;) {
		(void)snprintf(folder, sizeof folder, "%s%s%s", root, version->mount, path);
		uint64_t room = room_in(version, folder);
		least = room < least ? room : least;
		char *slash = strrchr(path, '/');
		if (slash == NULL)
			return least;
		*slash = '\0';
	}
}

/* A line of /proc/self/cgroup: "number:controllers:path", without controllers in version 2. */
static bool is_of_version(const char *controllers, bool is_unified)
{
	if (is_unified)
		return *controllers == '\0';
	for (const char *word = controllers; word != NULL; word = strchr(word, ',')) {
		word += *word == ',';
		if (strncmp(word, "memory", 6) == 0 && (word[6] == ',' || word[6] == '\0'))
			return true;
	}
	return false;
}

static uint64_t room_by_line(const char *root, char *line)
{
	char *controllers = strchr(line, ':'), path[PATH_MAX];
	char *name = controllers != NULL ? strchr(controllers + 1, ':') : NULL;
	uint64_t least = UINT64_MAX;

	if (name == NULL)
		return UINT64_MAX;
	*name++ = '\0';
	name[strcspn(name, "\n")] = '\0';
	for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
		if (!is_of_version(controllers + 1, versions[i].is_unified))
			continue;
		(void)snprintf(path, sizeof path, "%s", name);
		uint64_t room = room_on_the_way(root, &versions[i], path);
		least = room < least ? room : least;
	}
	return least;
}

uint64_t control_group_room(const char *root)
{
	char path[PATH_MAX], line[PATH_MAX + 256];
	uint64_t least = UINT64_MAX;

	(void)snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return UINT64_MAX;
	while (fgets(line, sizeof line, file) != NULL) {
		uint64_t room = room_by_line(root, line);
		least = room < least ? room : least;
	}
	(void)fclose(file);
	return least;
}
