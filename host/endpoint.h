/* The UNIX stream sockets that a command line names: to wait at, or to connect to.
 *
 * What is made in the file system is removed at the end, also of a process that is ended by a
 * signal; never a socket that somebody else has put there since.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_ENDPOINT_H
#define PLUGH_ENDPOINT_H

#include <stddef.h>
#include <stdint.h>

struct endpoints;

enum { ENDPOINTS_MAX = 16 };

/* Returns 0 or -ENOMEM. The caller destroys them. */
int endpoints_create(struct endpoints **ret_endpoints);

/* Add what the command line names.
 *
 * path    copied; relative to the working directory of whoever opens it
 * access  PLUGH_LISTEN, PLUGH_CONNECT, or both
 * Returns 0, -E2BIG (ENDPOINTS_MAX are there) or -ENOMEM. */
int endpoints_add(struct endpoints *endpoints, const char *path, uint32_t access);

/* NULL is accepted. */
size_t endpoints_count(const struct endpoints *endpoints);

struct endpoint_request {
	uint32_t access; /* PLUGH_LISTEN or PLUGH_CONNECT */
	uint32_t mode;   /* of the socket's file; 0: what the umask gives */
	int32_t backlog; /* connections that may wait; below 1: as many as the system lets */
};

/* Who has the rights that this process has not. */
struct endpoints_delegate {
	/* Have endpoints_perform called there, and its descriptor sent here. Returns it, or -errno.
	 */
	int (*ask)(void *ctx, unsigned number, const struct endpoint_request *request);
	void *ctx;
};

/* Have all be opened by the delegate from now on, which also removes them. Copied. */
void endpoints_delegate(struct endpoints *endpoints, const struct endpoints_delegate *delegate);

/* Open one, here or by the delegate.
 *
 * path  compared as it was spelled
 * Returns a connected or listening descriptor (close-on-exec, blocking), the caller's, or
 *   -EACCES      no option named the path for that
 *   -EADDRINUSE  a living server waits there
 *   -EEXIST      something that is no socket is there
 *   -EAGAIN      the server's queue is full
 *   -errno       of the system */
int endpoints_open(
	struct endpoints *endpoints, const char *path, const struct endpoint_request *request);

/* The same by number, here. -EBADF: there is none. */
int endpoints_perform(
	struct endpoints *endpoints, unsigned number, const struct endpoint_request *request);

/* Remove what this process has made. NULL is accepted.
 * Async-signal-safe. */
void endpoints_remove(struct endpoints *endpoints);

/* Remove and free. NULL is accepted. */
void endpoints_destroy(struct endpoints *endpoints);

#endif
