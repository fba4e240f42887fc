/* May this file run as the user?
 *
 * The file is judged by the descriptor that is loaded later, so it cannot be exchanged in between.
 * Folders are judged by name, from the root down: whoever can exchange one of them can write its
 * parent, which was judged before.
 *
 * SPDX-License-Identifier: MIT */
#include "trust.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sha256.h"

static bool is_private_group(gid_t group)
{
	return group != 0 && group == getegid() && group == geteuid();
}

static int check_owner(const struct stat *st, const char *path, bool root_only, struct reason *why)
{
	if (st->st_uid == 0 || (!root_only && st->st_uid == geteuid()))
		return 0;
	return reason_set(why, -EACCES,
		"'%s' belongs to user %u, neither to root nor to you: chown it, or move it", path,
		st->st_uid);
}

static int check_mode(const struct stat *st, const char *path, struct reason *why)
{
	bool is_sticky = S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX) && st->st_uid == 0;

	if (is_sticky)
		return 0;
	if (st->st_mode & S_IWOTH)
		return reason_set(
			why, -EACCES, "'%s' is writable by others: chmod go-w '%s'", path, path);
	if ((st->st_mode & S_IWGRP) && !is_private_group(st->st_gid) && st->st_gid != 0)
		return reason_set(
			why, -EACCES, "'%s' is writable by its group: chmod g-w '%s'", path, path);
	return 0;
}

static int check(const struct stat *st, const char *path, bool root_only, struct reason *why)
{
	int r = check_owner(st, path, root_only, why);
	return r < 0 ? r : check_mode(st, path, why);
}

int trust_check_file(int fd, const char *path, bool root_only, struct reason *why)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return reason_set(why, -EACCES, "cannot look at '%s'", path);
	return check(&st, path, root_only, why);
}

/* A folder and those above it, as the path names them. */
static int check_chain(const char *path, bool root_only, struct reason *why)
{
	char folder[PATH_MAX];
	struct stat st;
	size_t n = strlen(path);

	if (n >= sizeof folder)
		return reason_set(why, -EACCES, "the path '%s' is too long", path);
	memcpy(folder, path, n + 1);
	for (;;) {
		const char *name = folder[0] != '\0' ? folder : "/";
		if (stat(name, &st) < 0)
			return reason_set(why, -EACCES, "cannot look at '%s'", name);
		int r = check(&st, name, root_only, why);
		char *slash = strrchr(folder, '/');
		if (r < 0 || slash == NULL)
			return r;
		*slash = '\0';
	}
}

int trust_check_folder(const char *path, bool root_only, struct reason *why)
{
	int r = check_chain(path, root_only, why);
	if (r < 0)
		return r;

	/* Behind a link lie other folders than those above it. */
	char *real = realpath(path, NULL);
	if (real == NULL)
		return reason_set(why, -EACCES, "cannot look at '%s'", path);
	if (strcmp(real, path) != 0)
		r = check_chain(real, root_only, why);
	free(real);
	return r;
}

/* All bytes of one descriptor to another, in the kernel. */
static int copy(int from, int to)
{
	off_t at = 0;

	for (;;) {
		ssize_t n = sendfile(to, from, &at, 1 << 30);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
	}
}

/* A copy that nobody can change any more. Returns its descriptor or -errno. */
static int seal_copy(int from)
{
	int fd = memfd_create("plugh-plugin", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -errno;
	int r = copy(from, fd);
	if (r == 0 && fcntl(fd, F_ADD_SEALS,
			      F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
		r = -errno;
	if (r == 0)
		return fd;
	close(fd);
	return r;
}

int trust_pin(int *fd, const char *sha256, const char *origin, struct reason *why)
{
	char found[SHA256_TEXT_SIZE];

	int sealed = seal_copy(*fd);
	int r = sealed < 0 ? sealed : sha256_file(sealed, found);
	if (r < 0) {
		reason_set(why, r, "cannot copy it for its pin: %s", strerror(-r));
	} else if (strcmp(found, sha256) != 0) {
		r = reason_set(
			why, -EACCES, "its SHA-256 is %s, but %s pins %s", found, origin, sha256);
	} else {
		close(*fd);
		*fd = sealed;
		return 0;
	}
	if (sealed >= 0)
		close(sealed);
	return r;
}
