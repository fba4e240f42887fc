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

#ifdef __cplusplus
}
#endif

#endif
