/* May this file run as the user?
 *
 * The file is judged by the descriptor that is loaded later, so it cannot be exchanged in between.
 * Folders are judged by name, all up to the root: whoever can exchange one of them can write its
 * parent, which is judged too. They are those that the path names, and those that the file opened
 * does lie in.
 *
 * SPDX-License-Identifier: MIT */
#include "trust.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "copy.h"
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

/* A list of access says more than the mode, whose group bits then are the most that anybody named
 * in the list has.
 *
 * fd  -1: by the path */
static bool has_acl(int fd, const char *path)
{
	static const char name[] = "system.posix_acl_access";

	return (fd >= 0 ? fgetxattr(fd, name, NULL, 0) : getxattr(path, name, NULL, 0)) > 0;
}

static int check_mode(
	const struct stat *st, int fd, const char *path, bool root_only, struct reason *why)
{
	/* In a set-id start the user is whom it is to be kept from. */
	bool is_group_accepted = st->st_gid == 0 || (!root_only && is_private_group(st->st_gid));
	bool is_sticky = S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX) && st->st_uid == 0;

	if (is_sticky)
		return 0;
	if (st->st_mode & S_IWOTH)
		return reason_set(
			why, -EACCES, "'%s' is writable by others: chmod go-w '%s'", path, path);
	if ((st->st_mode & S_IWGRP) && !is_group_accepted)
		return reason_set(
			why, -EACCES, "'%s' is writable by its group: chmod g-w '%s'", path, path);
	if ((st->st_mode & S_IWGRP) && has_acl(fd, path))
		return reason_set(why, -EACCES,
			"'%s' is writable by whom its access list names: chmod g-w '%s'", path,
			path);
	return 0;
}

static int check(
	const struct stat *st, int fd, const char *path, bool root_only, struct reason *why)
{
	int r = check_owner(st, path, root_only, why);
	return r < 0 ? r : check_mode(st, fd, path, root_only, why);
}

/* A folder and those above it, as the path names them. Tells whether one of the names is a link. */
static int check_chain(const char *path, bool root_only, bool *ret_has_link, struct reason *why)
{
	char folder[PATH_MAX];
	struct stat st;
	size_t n = strlen(path);

	if (n >= sizeof folder)
		return reason_set(why, -EACCES, "the path '%s' is too long", path);
	memcpy(folder, path, n + 1);
	for (;;) {
		const char *name = folder[0] != '\0' ? folder : "/";
		int r = lstat(name, &st);
		if (r == 0 && S_ISLNK(st.st_mode)) {
			*ret_has_link = true;
			/* In a sticky folder its owner can lead it elsewhere. */
			r = check_owner(&st, name, root_only, why);
			if (r < 0)
				return r;
			r = stat(name, &st);
		}
		if (r < 0)
			return reason_set(why, -EACCES, "cannot look at '%s'", name);
		r = check(&st, -1, name, root_only, why);
		char *slash = strrchr(folder, '/');
		if (r < 0 || slash == NULL)
			return r;
		*slash = '\0';
	}
}

int trust_check_folder(const char *path, bool root_only, struct reason *why)
{
	bool has_link = false;

	int r = check_chain(path, root_only, &has_link, why);
	/* Behind a link, and behind "..", lie other folders than those above it. */
	if (r < 0 || (!has_link && strstr(path, "/.") == NULL))
		return r;
	char *real = realpath(path, NULL);
	if (real == NULL)
		return reason_set(why, -EACCES, "cannot look at '%s'", path);
	if (strcmp(real, path) != 0)
		r = check_chain(real, root_only, &has_link, why);
	free(real);
	return r;
}

static size_t folder_size(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? (size_t)(slash - path) : 0;
}

/* Where the name led when it was opened, the folders count as well: whoever writes one of them
 * chose the file. */
static int check_place(int fd, const char *path, bool root_only, struct reason *why)
{
	char self[32], real[PATH_MAX];
	bool has_link;

	snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
	ssize_t n = readlink(self, real, sizeof real);
	if (n <= 0 || (size_t)n >= sizeof real || real[0] != '/')
		return reason_set(why, -EACCES, "cannot tell where '%s' lies", path);
	real[n] = '\0';
	size_t size = folder_size(real);
	if (size == folder_size(path) && memcmp(real, path, size) == 0)
		return 0;
	real[size] = '\0';
	return check_chain(real, root_only, &has_link, why);
}

int trust_check_file(int fd, const char *path, bool root_only, struct reason *why)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return reason_set(why, -EACCES, "cannot look at '%s'", path);
	int r = check(&st, fd, path, root_only, why);
	return r < 0 ? r : check_place(fd, path, root_only, why);
}

/* A copy that nobody can change any more. Returns its descriptor or -errno. */
static int seal_copy(int from)
{
	int fd = memfd_create("plugh-plugin", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -errno;
	int r = copy_bytes(from, fd);
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
