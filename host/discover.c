/* The folders that plugins are looked for in.
 *
 * SPDX-License-Identifier: MIT */
#include "discover.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int add(struct discover *discover, const char *path, struct discover_folder kind)
{
	assert(path != NULL);
	char absolute[PATH_MAX];

	/* A relative --plugin-path is meant from here. */
	if (path[0] != '/') {
		char here[PATH_MAX];
		if (getcwd(here, sizeof here) == NULL ||
			(size_t)snprintf(absolute, sizeof absolute, "%s/%s", here, path) >=
				sizeof absolute)
			return 0;
		path = absolute;
	}
	for (size_t i = 0; i < discover->count; i++) {
		assert(discover->folder[i].path != NULL);
		if (strcmp(discover->folder[i].path, path) == 0)
			return 0;
	}
	kind.path = strdup(path);
	if (kind.path == NULL)
		return -ENOMEM;
	/* The path of a folder ends without a slash, so that names can be appended. */
	for (size_t n = strlen(kind.path); n > 1 && kind.path[n - 1] == '/'; n--)
		kind.path[n - 1] = '\0';
	discover->folder[discover->count++] = kind;
	return 0;
}

static int add_data_home(struct discover *discover, char *const *environment)
{
	const char *data = config_getenv(environment, "XDG_DATA_HOME");
	const char *home = config_getenv(environment, "HOME");
	char path[PATH_MAX];
	int n = 0;

	if (data != NULL && data[0] == '/')
		n = snprintf(path, sizeof path, "%s/plugh/plugins", data);
	else if (home != NULL && home[0] == '/')
		n = snprintf(path, sizeof path, "%s/.local/share/plugh/plugins", home);
	if (n <= 0 || (size_t)n >= sizeof path)
		return 0;
	return add(discover, path, (struct discover_folder){ 0 });
}

int discover_init(struct discover *discover, const struct registry_spec *spec)
{
	size_t paths = config_count_paths(spec->config);
	int r = 0;

	*discover = (struct discover){ 0 };
	discover->folder = (struct discover_folder *)calloc(paths + 3, sizeof *discover->folder);
	if (discover->folder == NULL)
		return -ENOMEM;
	if (spec->options->plugin_path != NULL)
		r = add(discover, spec->options->plugin_path,
			(struct discover_folder){ .is_option = true });
	if (r == 0 && spec->bundled_dir != NULL)
		r = add(discover, spec->bundled_dir,
			(struct discover_folder){ .is_bundled = true });
	for (size_t i = 0; i < paths && r == 0; i++) {
		const struct config_path *path = config_get_path(spec->config, i);
		if (!spec->trusted_only || path->layer == CONFIG_SYSTEM)
			r = add(discover, path->path, (struct discover_folder){ 0 });
	}
	if (r == 0 && !spec->trusted_only)
		r = add_data_home(discover, spec->environment);
	if (r < 0)
		discover_release(discover);
	return r;
}

int discover_walk(const struct discover_folder *folder,
	int (*found)(void *ctx, const struct discover_folder *folder, const char *name), void *ctx)
{
	DIR *dir = opendir(folder->path);
	if (dir == NULL)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;

	int r = 0;
	struct dirent *entry;
	while (r == 0 && (entry = readdir(dir)) != NULL) {
		size_t n = strlen(entry->d_name);
		if (n <= 3 || entry->d_name[0] == '.' || strcmp(entry->d_name + n - 3, ".so") != 0)
			continue;
		entry->d_name[n - 3] = '\0';
		r = found(ctx, folder, entry->d_name);
	}
	closedir(dir);
	return r;
}

void discover_release(struct discover *discover)
{
	for (size_t i = 0; i < discover->count; i++)
		free(discover->folder[i].path);
	free(discover->folder);
	*discover = (struct discover){ 0 };
}
