/* Folders made on the way to a file.
 *
 * SPDX-License-Identifier: MIT */
#include "folders.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int folders_make_above(const char *path, mode_t mode)
{
	char *copy = strdup(path);
	if (copy == NULL)
		return -ENOMEM;
	int r = 0;
	for (char *slash = strchr(copy + 1, '/'); slash != NULL && r == 0;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, mode) < 0 && errno != EEXIST)
			r = -errno;
		*slash = '/';
	}
	free(copy);
	return r;
}
