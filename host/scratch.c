/* A folder for temporary files.
 *
 * What is to be removed was made by a plugin, and children that it left behind may still be at
 * work: so each step goes by the descriptor of a folder and follows no link. Folders inside folders
 * are first moved up, so that any depth takes three descriptors.
 *
 * SPDX-License-Identifier: MIT */
#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "join.h"

enum { ROUNDS_MAX = 1 << 16 }; /* an end even where somebody goes on making folders */

int scratch_create(const char *base, char ret_path[SCRATCH_PATH_SIZE])
{
	if (base == NULL || base[0] != '/')
		base = "/tmp";
	if (JOIN(ret_path, SCRATCH_PATH_SIZE, base, "/plugh-XXXXXX") >= SCRATCH_PATH_SIZE)
		return -ENAMETOOLONG;
	return mkdtemp(ret_path) != NULL ? 0 : -errno;
}

/* Open a folder for reading, whatever its mode is. */
static int open_folder(int at, const char *name)
{
	char path[64], number[JOIN_NUMBER_SIZE];

	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 || errno != EACCES)
		return fd;
	int held = openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (held < 0)
		return -1;
	JOIN(path, sizeof path, "/proc/self/fd/", join_number(number, (size_t)held));
	if (chmod(path, 0700) == 0)
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	close(held);
	return fd;
}

/* Move a folder to where it has a number for a name. */
static bool move_up(int from, const char *name, int root, size_t *number)
{
	char to[JOIN_NUMBER_SIZE];

	/* To be moved it must be writable itself. */
	int fd = open_folder(from, name);
	if (fd < 0)
		return false;
	(void)fchmod(fd, 0700);
	close(fd);
	for (int i = 0; i < ROUNDS_MAX; i++) {
		if (renameat(from, name, root, join_number(to, (*number)++)) == 0)
			return true;
		if (errno != EEXIST && errno != ENOTEMPTY && errno != ENOTDIR)
			return false;
	}
	return false;
}

/* A stream of its own over an open folder. */
static DIR *list(int folder)
{
	int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;

	if (dir == NULL && copy >= 0)
		close(copy);
	return dir;
}

/* The next entry that cannot be unlinked: a folder, as a rule. Counts those that were. */
static const char *next_folder(DIR *dir, size_t *done)
{
	for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
		const char *name = entry->d_name;
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		if (unlinkat(dirfd(dir), name, 0) < 0)
			return name;
		(*done)++;
	}
	return NULL;
}

/* Empty a folder of the root, moving up what folders it has, and remove it. */
static void remove_folder(int root, const char *name, size_t *number, size_t *done)
{
	int folder = open_folder(root, name);
	if (folder < 0)
		return;
	(void)fchmod(folder, 0700);
	DIR *dir = list(folder);
	close(folder);
	if (dir == NULL)
		return;
	for (const char *inner; (inner = next_folder(dir, done)) != NULL;)
		*done += move_up(dirfd(dir), inner, root, number);
	closedir(dir);
	*done += unlinkat(root, name, AT_REMOVEDIR) == 0;
}

int scratch_remove(const char *path)
{
	size_t number = 0, done = 1;

	int root = open_folder(AT_FDCWD, path);
	if (root < 0)
		return -errno;
	(void)fchmod(root, 0700);
	for (int i = 0; i < ROUNDS_MAX && done > 0; i++) {
		DIR *dir = list(root);
		done = 0;
		if (dir == NULL)
			break;
		for (const char *name; (name = next_folder(dir, &done)) != NULL;)
			remove_folder(root, name, &number, &done);
		closedir(dir);
	}
	close(root);
	return rmdir(path) == 0 ? 0 : -errno;
}
