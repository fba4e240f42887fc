/* A file that is written whole or not at all, without a host.
 *
 * It is written as a file without a name (O_TMPFILE), so that nothing is left of it however the
 * process ends. Where the file system has none, and for the moment in which it takes the place of
 * another, it has a name beside the target; that one is in the table of what is undone in a crash
 * before it is made.
 *
 * SPDX-License-Identifier: MIT */
#include "output_alone.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scope_internal.h"

enum { TRIES = 100 }; /* for a name that is free */

struct output_alone {
	int fd;
	int folder; /* O_PATH; -1: written in place */
	char *path; /* of the target; its name is behind the last slash */
	bool replaces;
	mode_t mode; /* of what is replaced */
	bool has_name;
	struct scope_ticket ticket;
	char temporary[32];
};

static const char *name_of(const struct output_alone *alone)
{
	const char *slash = strrchr(alone->path, '/');

	return slash != NULL ? slash + 1 : alone->path;
}

/* ---- The temporary name ---- */

static void crash_remove(void *arg, int signal)
{
	const struct output_alone *alone = (const struct output_alone *)arg;

	(void)signal;
	(void)unlinkat(alone->folder, alone->temporary, 0);
}

static int create_named(struct output_alone *alone, mode_t mode)
{
	const int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;

	alone->fd = openat(alone->folder, alone->temporary, flags, mode);
	return alone->fd >= 0 ? 0 : -errno;
}

/* What is open without a name gets one by way of /proc. */
static int link_to(const struct output_alone *alone, const char *name)
{
	char self[32];

	snprintf(self, sizeof self, "/proc/self/fd/%d", alone->fd);
	return linkat(AT_FDCWD, self, alone->folder, name, AT_SYMLINK_FOLLOW) < 0 ? -errno : 0;
}

/* Give a temporary name to a new file, or to the one that is open. */
static int take_name(struct output_alone *alone, mode_t mode)
{
	struct scope_ticket ticket;
	int r = scope_table_reserve(NULL, &ticket);

	if (r < 0)
		return r;
	r = -EEXIST;
	for (int i = 0; i < TRIES && r == -EEXIST; i++) {
		/* Not before it is known to be free would a crash remove another's file: a name
		 * with this process's number is of this program, or left by one that is gone. */
		snprintf(alone->temporary, sizeof alone->temporary, ".plugh-%d-%d", (int)getpid(),
			i);
		if (faccessat(alone->folder, alone->temporary, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
			continue;
		scope_table_arm(&ticket, crash_remove, alone);
		r = alone->fd < 0 ? create_named(alone, mode) : link_to(alone, alone->temporary);
	}
	if (r < 0) {
		scope_table_leave(&ticket);
		return r;
	}
	alone->has_name = true;
	alone->ticket = ticket;
	return 0;
}

/* ---- Open ---- */

/* The number of a descriptor that the path stands for, or -1. */
static int descriptor_of(const char *path)
{
	static const char *const folder[] = { "/dev/fd/", "/proc/self/fd/" };
	char *end;

	if (path == NULL || strcmp(path, "/dev/stdout") == 0)
		return STDOUT_FILENO;
	if (strcmp(path, "/dev/stderr") == 0)
		return STDERR_FILENO;
	for (size_t i = 0; i < sizeof folder / sizeof folder[0]; i++) {
		size_t n = strlen(folder[i]);
		if (strncmp(path, folder[i], n) != 0 || path[n] < '0' || path[n] > '9')
			continue;
		long number = strtol(path + n, &end, 10);
		return *end != '\0' ? -1 : number > INT_MAX ? INT_MAX : (int)number;
	}
	return -1;
}

/* A copy shares the offset, so that what is written through both follows each other. */
static int copy_descriptor(int fd)
{
	int flags = fcntl(fd, F_GETFL);
	if (flags < 0)
		return -errno;
	if ((flags & O_ACCMODE) == O_RDONLY || (flags & O_PATH) != 0)
		return -EBADF;
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return copy >= 0 ? copy : -errno;
}

static int open_in_place(const char *path)
{
	for (;;) {
		int fd = open(path, O_WRONLY | O_TRUNC | O_NOCTTY | O_CLOEXEC);
		if (fd >= 0 || errno != EINTR)
			return fd >= 0 ? fd : -errno;
	}
}

static int open_folder(struct output_alone *alone)
{
	const char *name = name_of(alone);
	char before = *name;

	if (*name == '\0')
		return *alone->path == '\0' ? -ENOENT : -EISDIR;
	alone->path[name - alone->path] = '\0';
	alone->folder = open(
		*alone->path != '\0' ? alone->path : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int r = alone->folder >= 0 ? 0 : -errno;
	alone->path[strlen(alone->path)] = before;
	return r;
}

/* What is replaced gets its own mode before it can be seen. */
static int open_beside(struct output_alone *alone)
{
	mode_t mode = alone->replaces ? 0600 : 0666;

	int r = open_folder(alone);
	if (r < 0)
		return r;
	if (access("/proc/self/fd", X_OK) == 0) {
		alone->fd = openat(alone->folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
		if (alone->fd >= 0)
			return 0;
		/* Older file systems do not know the flag and see a folder opened for writing. */
		if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
			return -errno;
	}
	return take_name(alone, mode);
}

static int open_target(const char *path, struct output_alone *alone)
{
	struct stat st;

	int own = descriptor_of(path);
	if (own >= 0)
		return alone->fd = copy_descriptor(own);
	bool exists = stat(path, &st) == 0;
	if (!exists && errno != ENOENT)
		return -errno;
	if (exists && S_ISDIR(st.st_mode))
		return -EISDIR;
	if (exists && !S_ISREG(st.st_mode))
		return alone->fd = open_in_place(path);
	if (exists && faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) < 0)
		return -errno;
	/* A link that leads nowhere would be replaced itself. */
	if (!exists && lstat(path, &st) == 0)
		return -ENOENT;
	alone->replaces = exists;
	alone->mode = st.st_mode & 0777;
	alone->path = exists ? realpath(path, NULL) : strdup(path);
	if (alone->path == NULL)
		return -errno;
	return open_beside(alone);
}

static void destroy(struct output_alone *alone)
{
	if (alone->has_name)
		unlinkat(alone->folder, alone->temporary, 0);
	/* Where a handler on another thread has it, it stays: the process ends. */
	if (!scope_table_leave(&alone->ticket))
		return;
	if (alone->fd >= 0)
		close(alone->fd);
	if (alone->folder >= 0)
		close(alone->folder);
	free(alone->path);
	free(alone);
}

int output_alone_open(const char *path, struct output_alone **ret_alone, int *ret_fd)
{
	struct output_alone *alone = (struct output_alone *)calloc(1, sizeof *alone);
	if (alone == NULL)
		return -ENOMEM;
	alone->fd = alone->folder = -1;
	int r = open_target(path, alone);
	if (r < 0) {
		destroy(alone);
		return r; /* NOLINT(clang-analyzer-unix.Malloc): it stays on purpose, see destroy */
	}
	*ret_alone = alone;
	*ret_fd = alone->fd;
	return 0;
}

/* ---- Close ---- */

static int flush(int fd)
{
	while (fsync(fd) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

static int put_in_place(struct output_alone *alone)
{
	int r = alone->replaces && fchmod(alone->fd, alone->mode) < 0 ? -errno : 0;

	if (r == 0)
		r = flush(alone->fd);
	if (r == 0 && !alone->has_name) {
		/* A name that is still free is taken without a detour. */
		r = alone->replaces ? -EEXIST : link_to(alone, name_of(alone));
		if (r != -EEXIST)
			return r;
		r = take_name(alone, 0);
	}
	if (r < 0)
		return r;
	if (renameat(alone->folder, alone->temporary, alone->folder, name_of(alone)) < 0)
		return -errno;
	alone->has_name = false;
	return 0;
}

int output_alone_commit(struct output_alone *alone)
{
	int r = alone->folder >= 0 ? put_in_place(alone) : 0;

	destroy(alone);
	return r;
}

void output_alone_discard(struct output_alone *alone)
{
	destroy(alone);
}
