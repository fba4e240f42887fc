/* Finding the plugin that a command of `plugh plugin` is about.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_PLUGIN_FIND_H
#define PLUGH_PLUGIN_FIND_H

#include <plugh/host.h>

#include "invocation.h"

/* The entry that serves the name. Returns 0, or an exit status: reported, with the nearest names.
 */
int plugin_find(
	const struct plugh_host *host, const char *name, const struct registry_entry **ret_entry);

/* The file NAME.so in the user's own folder. Returns 0 with a path to be freed, or -errno:
 * reported.
 */
int plugin_find_user_file(const struct plugh_host *host, const char *name, char **ret_path);

/* Open a plugin's file, which may be anything. Returns 0 with its descriptor and its absolute path
 * (links are not followed in it: the name counts), both to be released; or -errno: reported. */
int plugin_find_file(const struct plugh_host *host, const char *file, int *ret_fd, char **ret_path);

#endif
