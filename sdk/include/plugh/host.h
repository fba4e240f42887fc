/* What the host lends to a plugin: one table of services, part of the ABI.
 *
 * The table is size-first: a service is there when its offset lies below `size`. Members are only
 * ever appended. All services may be called from run() until it returns, on the thread that its tag
 * names.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_HOST_H
#define PLUGH_HOST_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Exit statuses with a meaning of their own. A plugin with a published convention keeps it. */
enum plugh_exit {
	PLUGH_EXIT_DONE = 0,
	PLUGH_EXIT_FAILED = 1, /* the work failed, or found nothing */
	PLUGH_EXIT_USAGE = 2,
	PLUGH_EXIT_REFUSED = 126,   /* the plugin is disabled or refused */
	PLUGH_EXIT_NOT_FOUND = 127, /* no such command */

	/* 256 + the number of a signal: the process ends by that signal, once all is cleaned up, as
	 * a command did that was run for the user. A shell sees 128 + the number. */
	PLUGH_EXIT_BY_SIGNAL = 256,
};

enum plugh_level {
	PLUGH_LEVEL_ERROR = 0,
	PLUGH_LEVEL_WARNING = 1,
	PLUGH_LEVEL_INFO = 2, /* shown with -v */
	PLUGH_LEVEL_DEBUG = 3 /* shown with -vv */
};

struct plugh_host {
	uint32_t size;      /* of this struct, in the host */
	uint32_t abi_major; /* PLUGH_ABI_MAJOR of the host */
	uint32_t abi_minor; /* PLUGH_ABI_MINOR of the host */
	int32_t verbosity;  /* -1 quiet, 0, 1 for -v, 2 for -vv ... */
	uint32_t json;      /* 1: the user asked for JSON by the host's own option */
	int32_t cancel_fd;  /* becomes readable when the work is to end; never read from it */
	void *ctx;          /* first argument of every service; the host's own */

	/* Write n bytes to standard output, buffered. A failure sticks: all later calls return it
	 * too. Returns 0 or -errno; -ECANCELED when the user ended the run while output was
	 * blocked. [main-thread] */
	int (*write)(void *ctx, const void *bytes, size_t n);

	/* Write out what `write` holds back. Returns as `write`. [main-thread] */
	int (*flush)(void *ctx);

	/* Say one message on standard error: no newline, no prefix, UTF-8. The level decides
	 * whether it is shown; control characters are shown escaped. [any-thread] */
	void (*report)(void *ctx, uint32_t level, const char *text);

	/* A table of optional services, by a name like "plugh.output/1"; NULL when the host has
	 * none of that name. Borrowed, valid until run() returns. [any-thread] */
	const void *(*power)(void *ctx, const char *id);
};

/* The power "plugh.output/1": files that are either written whole or not at all.
 *
 * A path that does not exist or is a regular file is written beside and renamed by commit; a
 * device, FIFO or /dev/fd/N is written in place. Only a path that an option with .access =
 * PLUGH_WRITE named on this command line can be opened. What is neither committed nor discarded
 * when run() ends is discarded, also when the plugin crashes or is ended by a signal. */
#define PLUGH_POWER_OUTPUT "plugh.output/1"

struct plugh_power_output {
	uint32_t size;
	uint32_t reserved;

	/* Returns a descriptor open for writing, or -errno: -EACCES when no option named the path.
	 * The descriptor belongs to the host. [main-thread] */
	int (*open)(void *ctx, const char *path);

	/* Flush to disk, rename into place, close. Returns 0, or -errno with nothing replaced.
	 * [main-thread] */
	int (*commit)(void *ctx, int fd);

	/* Close and remove. [main-thread] */
	void (*discard)(void *ctx, int fd);
};

/* The power "plugh.socket/1": UNIX stream sockets. Only a path that an option with .access =
 * PLUGH_LISTEN or PLUGH_CONNECT named on this command line can be opened, as it was spelled; a
 * confined plugin can open no other. */
#define PLUGH_POWER_SOCKET "plugh.socket/1"

struct plugh_power_socket {
	uint32_t size;
	uint32_t reserved;

	/* Wait for connections at the path. A socket there at which nobody waits any more is
	 * replaced. It is removed when run() has ended, also by a crash or a signal.
	 *
	 * mode     permissions of the socket's file, in force from its first moment on; 0: what the
	 *          umask gives
	 * backlog  connections that may wait to be accepted; 0: as many as the system lets
	 *
	 * Returns a descriptor to accept from (close-on-exec, blocking), the plugin's own, or
	 * -EACCES: no option named the path; -EADDRINUSE: somebody waits there; -EEXIST: what is
	 * there is no socket; -errno. [main-thread] */
	int (*listen)(void *ctx, const char *path, uint32_t mode, int32_t backlog);

	/* Connect to who waits at the path. Returns a connected descriptor (close-on-exec,
	 * blocking), the plugin's own, or -EACCES: no option named the path; -EAGAIN: the other's
	 * queue is full; -errno. [main-thread] */
	int (*connect)(void *ctx, const char *path);
};

/* The power "plugh.service/1": a service manager is told how this service is, as sd_notify(3)
 * does. A confined plugin is spoken for by another process of the host: with systemd the unit
 * needs NotifyAccess=all. */
#define PLUGH_POWER_SERVICE "plugh.service/1"

struct plugh_power_service {
	uint32_t size;
	uint32_t reserved;

	/* The service can be used from now on. Returns 0, also where no manager asked to be told,
	 * or -errno. [main-thread] */
	int (*ready)(void *ctx);

	/* It is about to end. Returns likewise. [main-thread] */
	int (*stopping)(void *ctx);
};

/* The power "plugh.cleanup/1": what is still done when the process ends at once, by a crash of the
 * plugin or by a second signal while it cleans up after the first. */
#define PLUGH_POWER_CLEANUP "plugh.cleanup/1"

struct plugh_power_cleanup {
	uint32_t size;
	uint32_t reserved;

	/* Have run(signal) called before the process ends by the signal; NULL: nothing any more.
	 * One per process: the latest counts. A process that was forked calls nothing but what it
	 * has set itself. run is called in a signal handler, so it must be async-signal-safe; it
	 * may be entered again when it crashes itself, and by two threads at the same time.
	 * [any-thread] */
	void (*set)(void *ctx, void run(int signal));
};

#ifdef __cplusplus
}
#endif

#endif
