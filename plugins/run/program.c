/* Looking for programs.
 *
 * SPDX-License-Identifier: MIT */
#include "program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int look_at(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return errno == EACCES ? -EACCES : -ENOENT;
	return S_ISREG(st.st_mode) && access(path, X_OK) == 0 ? 0 : -EACCES;
}

/* As snprintf, but what does not fit is no path. */
static int look_in(const char *folder, size_t size, const char *name, char ret_path[PATH_MAX])
{
	/* An empty one is the current folder. */
	int n = snprintf(
		ret_path, PATH_MAX, "%.*s%s%s", (int)size, folder, size > 0 ? "/" : "./", name);

	return n > 0 && n < PATH_MAX ? look_at(ret_path) : -ENOENT;
}

int program_find(const char *name, char ret_path[PATH_MAX])
{
	const char *folder = getenv("PATH");
	char own[PATH_MAX], *path = ret_path != NULL ? ret_path : own;
	int r = -ENOENT;

	if (name[0] == '\0')
		return -ENOENT;
	if (strchr(name, '/') != NULL) {
		snprintf(path, PATH_MAX, "%s", name);
		return look_at(name);
	}
	if (folder == NULL)
		folder = "/bin:/usr/bin"; /* as confstr(3) has it */
	for (;;) {
		size_t size = strcspn(folder, ":");
		int one = look_in(folder, size, name, path);
		if (one == 0)
			return 0;
		r = one == -EACCES ? one : r;
		folder += size;
		if (*folder++ == '\0')
			return r;
	}
}
