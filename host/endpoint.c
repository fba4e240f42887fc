/* The UNIX stream sockets that a command line names.
 *
 * A server that was killed leaves its socket behind; nobody answers there, so it is taken away.
 * That is done under a lock of the folder: of two servers that find the same one, the second must
 * not take away what the first has just put there.
 *
 * SPDX-License-Identifier: MIT */
#include "endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <plugh/option.h>

#include "join.h"

enum {
	LOCK_MS = 10, /* between two tries for a folder's lock */
	LOCK_TRIES = 100,
};

struct endpoint {
	char *path;
	uint32_t access;
	atomic_bool is_made; /* here; what follows tells it from another's */
	dev_t dev;
	ino_t ino;
};

struct endpoints {
	pid_t process; /* that made some: none forked from it removes them */
	struct endpoints_delegate delegate;
	size_t count;
	struct endpoint item[ENDPOINTS_MAX];
};

int endpoints_create(struct endpoints **ret_endpoints)
{
	struct endpoints *endpoints = (struct endpoints *)calloc(1, sizeof *endpoints);
	if (endpoints == NULL)
		return -ENOMEM;
	*ret_endpoints = endpoints;
	return 0;
}

int endpoints_add(struct endpoints *endpoints, const char *path, uint32_t access)
{
	if (endpoints->count == ENDPOINTS_MAX)
		return -E2BIG;
	struct endpoint *endpoint = &endpoints->item[endpoints->count];
	endpoint->path = strdup(path);
	if (endpoint->path == NULL)
		return -ENOMEM;
	endpoint->access = access;
	endpoints->count++;
	return 0;
}

size_t endpoints_count(const struct endpoints *endpoints)
{
	return endpoints != NULL ? endpoints->count : 0;
}

void endpoints_delegate(struct endpoints *endpoints, const struct endpoints_delegate *delegate)
{
	endpoints->delegate = *delegate;
}

/* ---- Addresses ---- */

/* A path and its folder. */
struct place {
	struct sockaddr_un address;
	socklen_t size;
	int folder;
};

static const char *last_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

static int open_folder(const char *path)
{
	char folder[PATH_MAX];
	size_t size = (size_t)(last_name(path) - path);

	if (size >= sizeof folder)
		return -ENAMETOOLONG;
	memcpy(folder, path, size);
	folder[size] = '\0';
	int fd = open(size > 0 ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* One that may be searched but not listed will do, though it cannot be locked. */
	if (fd < 0 && errno == EACCES)
		fd = open(size > 0 ? folder : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* An address has room for some hundred bytes: a longer path is named by way of its folder. */
static int place_find(const char *path, struct place *ret_place)
{
	struct sockaddr_un *address = &ret_place->address;
	char number[JOIN_NUMBER_SIZE];

	*ret_place = (struct place){ .address.sun_family = AF_UNIX, .folder = -1 };
	if (*last_name(path) == '\0')
		return path[0] == '\0' ? -ENOENT : -EISDIR;
	int folder = open_folder(path);
	if (folder < 0)
		return folder;
	const char *name = last_name(path);
	size_t size = strlen(path);
	if (size < sizeof address->sun_path) {
		memcpy(address->sun_path, path, size);
	} else {
		size = strlen("/proc/self/fd//") + JOIN_NUMBER_SIZE + strlen(name);
		if (size >= sizeof address->sun_path) {
			close(folder);
			return -ENAMETOOLONG;
		}
		JOIN(address->sun_path, sizeof address->sun_path, "/proc/self/fd/",
			join_number(number, (size_t)folder), "/", name);
	}
	ret_place->folder = folder;
	ret_place->size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
				      strlen(address->sun_path) + 1);
	return 0;
}

static int connect_to(const struct place *place, int type)
{
	/* A full queue is to be told, not waited for. */
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&place->address, place->size) < 0 ||
		fcntl(fd, F_SETFL, 0) < 0) {
		int r = -errno;
		close(fd);
		return r;
	}
	return fd;
}

/* ---- Waiting ---- */

/* File systems without locks go without. */
static int lock_folder(int folder)
{
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(folder, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
			return 0;
		(void)poll(NULL, 0, LOCK_MS);
	}
	return -EBUSY;
}

/* Take away a socket where nobody waits. Returns 0 where the name is free now.
 *
 * Whoever waits for streams is found by connecting for datagrams, too, and without a connection
 * that it would have to accept: EPROTOTYPE. */
static int clear_name(const struct place *place, const char *name)
{
	struct stat st;

	if (fstatat(place->folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(st.st_mode))
		return -EEXIST;
	int peer = connect_to(place, SOCK_DGRAM);
	if (peer >= 0)
		close(peer);
	if (peer != -ECONNREFUSED)
		return -EADDRINUSE;
	return unlinkat(place->folder, name, 0) < 0 && errno != ENOENT ? -errno : 0;
}

/* The name gets no more rights than asked for at any moment: a socket's own mode is cut by the
 * umask when it is bound. */
static int bind_name(
	int fd, const struct place *place, const char *name, uint32_t mode, struct endpoint *made)
{
	struct stat st;

	if (mode != 0 && fchmod(fd, mode) < 0)
		return -errno;
	if (bind(fd, (const struct sockaddr *)&place->address, place->size) < 0)
		return -errno;
	if (fstatat(place->folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	made->dev = st.st_dev;
	made->ino = st.st_ino;
	atomic_store(&made->is_made, true);
	if (mode != 0 && (st.st_mode & 0777) != mode && fchmodat(place->folder, name, mode, 0) < 0)
		return -errno;
	return 0;
}

static int bind_or_replace(
	int fd, const struct place *place, const char *name, uint32_t mode, struct endpoint *made)
{
	int r = bind_name(fd, place, name, mode, made);
	if (r != -EADDRINUSE)
		return r;
	r = lock_folder(place->folder);
	if (r < 0)
		return r;
	r = clear_name(place, name);
	if (r == 0)
		r = bind_name(fd, place, name, mode, made);
	(void)flock(place->folder, LOCK_UN);
	return r;
}

static void take_away(struct endpoint *endpoint)
{
	struct stat st;

	if (!atomic_exchange(&endpoint->is_made, false))
		return;
	if (lstat(endpoint->path, &st) == 0 && st.st_dev == endpoint->dev &&
		st.st_ino == endpoint->ino)
		(void)unlink(endpoint->path);
}

static int wait_at(struct endpoint *endpoint, const struct place *place,
	const struct endpoint_request *request)
{
	if (atomic_load(&endpoint->is_made))
		return -EADDRINUSE;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	int r = bind_or_replace(
		fd, place, last_name(endpoint->path), request->mode & 0777, endpoint);
	if (r == 0 && listen(fd, request->backlog > 0 ? request->backlog : SOMAXCONN) < 0)
		r = -errno;
	if (r < 0) {
		close(fd);
		take_away(endpoint);
		return r;
	}
	return fd;
}

int endpoints_perform(
	struct endpoints *endpoints, unsigned number, const struct endpoint_request *request)
{
	struct place place;

	if (number >= endpoints->count)
		return -EBADF;
	struct endpoint *endpoint = &endpoints->item[number];
	if ((request->access != PLUGH_LISTEN && request->access != PLUGH_CONNECT) ||
		(endpoint->access & request->access) == 0)
		return -EACCES;
	int fd = place_find(endpoint->path, &place);
	if (fd < 0)
		return fd;
	endpoints->process = getpid();
	fd = request->access == PLUGH_LISTEN ? wait_at(endpoint, &place, request)
					     : connect_to(&place, SOCK_STREAM);
	close(place.folder);
	return fd;
}

int endpoints_open(
	struct endpoints *endpoints, const char *path, const struct endpoint_request *request)
{
	for (unsigned i = 0; i < endpoints_count(endpoints); i++) {
		const struct endpoint *endpoint = &endpoints->item[i];
		if (strcmp(endpoint->path, path) != 0 || (endpoint->access & request->access) == 0)
			continue;
		if (endpoints->delegate.ask != NULL)
			return endpoints->delegate.ask(endpoints->delegate.ctx, i, request);
		return endpoints_perform(endpoints, i, request);
	}
	return -EACCES;
}

void endpoints_remove(struct endpoints *endpoints)
{
	if (endpoints == NULL || getpid() != endpoints->process)
		return;
	for (size_t i = 0; i < endpoints->count; i++)
		take_away(&endpoints->item[i]);
}

void endpoints_destroy(struct endpoints *endpoints)
{
	if (endpoints == NULL)
		return;
	endpoints_remove(endpoints);
	for (size_t i = 0; i < endpoints->count; i++)
		free(endpoints->item[i].path);
	free(endpoints);
}
