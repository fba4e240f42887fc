/* Where the path of an output leads.
 *
 * SPDX-License-Identifier: MIT */
#include "output_target.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { LINKS_MAX = 40 }; /* as Linux follows in one path */

/* Open the folder of a path, which is relative to base, and copy its last name. */
static int open_folder(int base, const char *path, struct output_target *target)
{
	char folder[PATH_MAX] = ".";
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;

	if (*path == '\0')
		return -ENOENT;
	if (*name == '\0')
		return -EISDIR;
	if (strlen(name) > NAME_MAX || (slash != NULL && slash - path >= PATH_MAX - 1))
		return -ENAMETOOLONG;
	if (slash != NULL) {
		size_t n = slash == path ? 1 : (size_t)(slash - path);
		memcpy(folder, path, n);
		folder[n] = '\0';
	}
	int fd = openat(base, folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	memcpy(target->name, name, strlen(name) + 1);
	target->folder = fd;
	return 0;
}

/* The links in /proc/PID/fd are no paths: reading one tells nothing that could be opened. */
static bool is_proc(int folder)
{
	struct statfs fs;
	return fstatfs(folder, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

/* Links are followed here and not by the kernel, which would keep the last folder to itself. So its
 * rule for links in folders that everybody may write has to be kept here too. */
static int check_link(int folder, const struct stat *link)
{
	struct stat st;

	if (fstat(folder, &st) < 0)
		return -errno;
	if ((st.st_mode & (S_ISVTX | S_IWOTH)) != (S_ISVTX | S_IWOTH))
		return 0;
	return link->st_uid == geteuid() || link->st_uid == st.st_uid ? 0 : -EACCES;
}

/* One step: the folder of a path, and what stands there. Returns 1 where that is a link to follow,
 * whose text is in ret_link; 0 at the end of the way. */
static int step(int base, const char *path, struct output_target *target, char ret_link[PATH_MAX])
{
	int r = open_folder(base, path, target);
	if (r < 0)
		return r;
	target->exists = fstatat(target->folder, target->name, &target->before,
				 AT_SYMLINK_NOFOLLOW) == 0;
	if (!target->exists)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISLNK(target->before.st_mode) || is_proc(target->folder))
		return 0;

	r = check_link(target->folder, &target->before);
	if (r < 0)
		return r;
	ssize_t n = readlinkat(target->folder, target->name, ret_link, PATH_MAX);
	if (n < 0)
		return -errno;
	if (n == PATH_MAX)
		return -ENAMETOOLONG;
	ret_link[n] = '\0';
	return 1;
}

int output_target_resolve(const char *path, struct output_target *ret_target)
{
	char link[2][PATH_MAX] = { "" };
	int base = AT_FDCWD;

	for (unsigned i = 0; i <= LINKS_MAX; i++) {
		struct output_target target = { .folder = -1 };
		int r = step(base, path, &target, link[i % 2]);
		if (base >= 0)
			close(base);
		if (r == 0) {
			*ret_target = target;
			return 0;
		}
		if (r < 0) {
			if (target.folder >= 0)
				close(target.folder);
			return r;
		}
		base = target.folder;
		path = link[i % 2];
	}
	close(base);
	return -ELOOP;
}

static bool is_folder(int fd, const char *path)
{
	struct stat a, b;
	return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

int output_target_descriptor(const struct output_target *target)
{
	int fd = 0;

	if (!is_proc(target->folder) || (!is_folder(target->folder, "/proc/self/fd") &&
						!is_folder(target->folder, "/proc/thread-self/fd")))
		return -1;
	for (const char *s = target->name; *s != '\0'; s++) {
		if (*s < '0' || *s > '9')
			return -1;
		if (__builtin_mul_overflow(fd, 10, &fd) ||
			__builtin_add_overflow(fd, *s - '0', &fd))
			return INT_MAX;
	}
	return fd;
}
