/* What one run may do.
 *
 * SPDX-License-Identifier: MIT */
#include "grant.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENDS_CONFINEMENT = PLUGH_EXEC | PLUGH_PTRACE };

static int check_needs(uint32_t needs, const struct config *config, const char *name, bool bundled,
	struct reason *why)
{
	for (uint32_t need = 1; need <= PLUGH_PTRACE; need <<= 1) {
		const char *word = config_need_name(need);
		if ((needs & need) == 0)
			continue;
		const char *denied_by = config_find_denial(config, name, need);
		if (denied_by != NULL)
			return reason_set(why, -EPERM,
				"needs '%s', which is denied by %s: remove it from 'deny' of "
				"[policy:%s] there",
				word, denied_by, name);
		if ((need & ENDS_CONFINEMENT) && !bundled &&
			config_find_grant(config, name, need) == NULL)
			return reason_set(why, -EPERM,
				"needs '%s', which ends confinement: put 'allow = %s' under "
				"[policy:%s] into an ini file",
				word, word, name);
	}
	return 0;
}

static int add_paths(struct grant *grant, const struct command_line *line)
{
	struct command_line_cursor cursor = { 0 };
	size_t capacity = 0;
	struct grant_path one;

	while ((one.path = command_line_path(line, &cursor, &one.access)) != NULL) {
		if (grant->count == capacity) {
			capacity = capacity * 2 + 16;
			struct grant_path *path = (struct grant_path *)realloc(
				grant->path, capacity * sizeof *path);
			if (path == NULL)
				return -ENOMEM;
			grant->path = path;
		}
		grant->path[grant->count++] = one;
	}
	return 0;
}

int grant_init(struct grant *grant, const struct command_line *line, const struct config *config,
	const char *name, bool bundled, struct reason *why)
{
	*grant = (struct grant){
		.needs = command_line_needs(line),
		.has_scratch = (command_line_own_needs(line) & PLUGH_WRITE) != 0,
	};
	int r = check_needs(grant->needs, config, name, bundled, why);
	if (r == 0)
		r = add_paths(grant, line);
	if (r < 0)
		grant_release(grant);
	return r;
}

const char *grant_needs_text(uint32_t needs, char *buffer, size_t size)
{
	size_t used = 0;

	snprintf(buffer, size, "nothing");
	for (uint32_t need = 1; need <= PLUGH_PTRACE && used < size; need <<= 1) {
		if (needs & need)
			used += (size_t)snprintf(buffer + used, size - used, "%s%s",
				used > 0 ? " " : "", config_need_name(need));
	}
	return buffer;
}

bool grant_is_standard_stream(const struct grant_path *path)
{
	return strcmp(path->path, "-") == 0;
}

void grant_release(struct grant *grant)
{
	free(grant->path);
	*grant = (struct grant){ 0 };
}
