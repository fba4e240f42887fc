/* A plugin's code: loaded from the very descriptor whose manifest was read, checked against it,
 * run.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_HOST_PLUGIN_H
#define PLUGH_HOST_PLUGIN_H

#include "manifest.h"

struct plugin_file {
	int fd; /* what was read; stays open: a second file on its number would be taken for this
		   one */
	const char *path; /* absolute */
	const struct manifest *manifest;
};

/* dlopen the descriptor, find plugh_plugin_NAME, and compare it with the manifest.
 *
 * ret_plugin  borrowed from the loaded object, which is never unloaded
 * Returns 0, or -ENOEXEC with the reason. [main-thread] */
int plugin_load(
	const struct plugin_file *file, const struct plugh_plugin **ret_plugin, struct reason *why);

/* The same checks for a plugin that is linked in. */
int plugin_check(
	const struct plugh_plugin *plugin, const struct manifest *manifest, struct reason *why);

/* The command of that name ("" or the plugin's own name: the plugin itself). The checks have made
 * sure that there is one for each in the manifest. */
const struct plugh_command *plugin_command(
	const struct plugh_plugin *plugin, const struct manifest_command *command);

#endif
