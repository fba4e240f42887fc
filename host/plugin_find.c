/* Finding the plugin that a command of `plugh plugin` is about.
 *
 * SPDX-License-Identifier: MIT */
#include "plugin_find.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static char *make_absolute(const char *file)
{
	if (file[0] == '/')
		return strdup(file);
	char *folder = get_current_dir_name();
	char *path = folder != NULL ? JOIN_NEW(folder, "/", file) : NULL;
	free(folder);
	return path;
}

int plugin_find_file(const struct plugh_host *host, const char *file, int *ret_fd, char **ret_path)
{
	/* NONBLOCK: a FIFO without a writer must not hold us up. */
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return plugh_fail(host, -errno, "cannot open '%s'", file);
	char *path = make_absolute(file);
	if (path == NULL) {
		int r = plugh_fail(host, -errno, "cannot name '%s'", file);
		close(fd);
		return r;
	}
	*ret_fd = fd;
	*ret_path = path;
	return 0;
}
