/* What `plugh plugin info` tells: a manifest in full, the file, the policy in force.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_PLUGIN_INFO_H
#define PLUGH_PLUGIN_INFO_H

#include <plugh/host.h>
#include <plugh/json.h>

#include "invocation.h"

struct plugin_info {
	const struct manifest *manifest;
	const char *file;   /* NULL for a built-in */
	const char *status; /* registry_status_name, "built-in", or "file" for one that was named by
			       path */
	const char *status_reason; /* NULL where there is none */
	bool bundled;
	char sha256[65]; /* of the file; "" for a built-in */
	struct reason reason;

	struct manifest *owned; /* freed by plugin_info_release; NULL where borrowed */
	char *owned_file;
};

/* Find a plugin by name, or a file by a path (a word with a slash).
 *
 * Returns 0; -ENOENT; -ENOEXEC with info->reason; or another -errno. */
int plugin_info_find(
	const struct invocation *invocation, const char *word, struct plugin_info *ret_info);

/* Print it. Return 0 or -errno of the output. */
int plugin_info_json(const struct plugh_host *host, const struct invocation *invocation,
	const struct plugin_info *info);
int plugin_info_text(const struct plugh_host *host, const struct invocation *invocation,
	const struct plugin_info *info);

/* Write one plugin of the registry as `plugin list --json` has it. */
void plugin_info_entry_json(struct plugh_json *json, const struct registry_entry *entry);

void plugin_info_release(struct plugin_info *info);

#endif
