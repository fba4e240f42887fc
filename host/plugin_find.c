/* Finding the plugin that a command of `plugh plugin` is about.
 *
 * SPDX-License-Identifier: MIT */
#include "plugin_find.h"

#include <errno.h>
#include <stdlib.h>

#include <plugh/sdk.h>

#include "discover.h"
#include "join.h"

int plugin_find(
	const struct plugh_host *host, const char *name, const struct registry_entry **ret_entry)
{
	const struct registry *registry = invocation_of(host)->registry;
	char hint[128];

	int r = registry_find(invocation_of(host)->registry, name, ret_entry);
	if (r == 0)
		return 0;
	if (r != -ENOENT)
		return plugh_fail(host, r, "cannot look for '%s'", name);
	bool any = registry_suggest(registry, name, hint, sizeof hint);
	return plugh_fail(host, PLUGH_EXIT_FAILED, "no plugin '%s'%s%s", name, any ? ": " : "",
		any ? hint : "");
}

int plugin_find_user_file(const struct plugh_host *host, const char *name, char **ret_path)
{
	char *folder = NULL;

	int r = discover_user_folder(invocation_of(host)->environment, &folder);
	if (r == 0 && folder == NULL)
		return plugh_fail(
			host, -ENOENT, "cannot find your plugin folder: set HOME or XDG_DATA_HOME");
	*ret_path = r == 0 ? JOIN_NEW(folder, "/", name, ".so") : NULL;
	free(folder);
	return *ret_path != NULL ? 0 : plugh_fail(host, -ENOMEM, "cannot name the file");
}
