/* The folders that plugins are looked for in.
 *
 * SPDX-License-Identifier: MIT */
#include "discover.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "join.h"

/* A relative --plugin-path is meant from here. NULL with errno on failure. */
static char *make_absolute(const char *path)
{
	if (path[0] == '/')
		return strdup(path);
	char *here = getcwd(NULL, 0);
	if (here == NULL)
		return NULL;
	char *absolute = JOIN_NEW(here, "/", path);
	free(here);
	return absolute;
}

static int add(struct discover *discover, const char *path, struct discover_folder kind)
{
	kind.path = make_absolute(path);
	if (kind.path == NULL)
		return errno == ENOMEM ? -ENOMEM : 0;
	/* The path of a folder ends without a slash, so that names can be appended. */
	for (size_t n = strlen(kind.path); n > 1 && kind.path[n - 1] == '/'; n--)
		kind.path[n - 1] = '\0';
	for (size_t i = 0; i < discover->count; i++) {
		assert(discover->folder[i].path != NULL);
		if (strcmp(discover->folder[i].path, kind.path) != 0)
			continue;
		free(kind.path);
		return 0;
	}
	discover->folder[discover->count++] = kind;
	return 0;
}

int discover_user_folder(char *const *environment, char **ret_path)
{
	const char *data = config_getenv(environment, "XDG_DATA_HOME");
	const char *home = config_getenv(environment, "HOME");

	*ret_path = NULL;
	if (data != NULL && data[0] == '/')
		*ret_path = JOIN_NEW(data, "/plugh/plugins");
	else if (home != NULL && home[0] == '/')
		*ret_path = JOIN_NEW(home, "/.local/share/plugh/plugins");
	else
		return 0;
	return *ret_path != NULL ? 0 : -ENOMEM;
}

static int add_data_home(struct discover *discover, char *const *environment)
{
	char *path;

	int r = discover_user_folder(environment, &path);
	if (r == 0 && path != NULL)
		r = add(discover, path, (struct discover_folder){ 0 });
	free(path);
	return r;
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
			r = add(discover, path->path,
				(struct discover_folder){ .origin = path->origin });
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
