/* A process of little right that reads what may be made to hurt its reader.
 *
 * A plugin's debug information and the memory of a process that crashed are read by a library that
 * was made for files one trusts. Whatever these bytes make it do, it does it here: a process that
 * can open what it is told to for reading, and nothing else; that has no network and no other
 * program; whose time and memory are short; and that says no more than lines of text.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_CRASH_READER_H
#define PLUGH_CRASH_READER_H

#include <stddef.h>

enum { CRASH_READER_LINE = 512 }; /* bytes; what is longer is cut */

struct crash_reader {
	/* In the new process, while it still has the rights of this one: libraries are loaded and
	 * `ret_readable` (beneath which it may read later; -1 are passed over) opened. */
	int (*prepare)(void *ctx, int *ret_readable, size_t max);
	/* There, confined. Writes lines to `out`. Both return 0 or -errno. */
	int (*work)(void *ctx, int out);
	/* Here, for each line: whatever bytes but a NUL, a newline; valid until it returns. Returns
	 * 0 to go on. */
	int (*take)(void *ctx, const char *line);
	void *ctx;
	const int *keep; /* descriptors that work needs */
	size_t keep_count;
	int deadline_ms;
	size_t lines_max;
};

/* Start it, hand over its lines, and see it ended. This process must have no other thread.
 *
 * Returns 0; what prepare or work returned; -ETIMEDOUT: it was killed at the deadline, or had too
 * many lines; -EFAULT: it ended by a signal; -errno: it could not be started. */
int crash_reader_run(const struct crash_reader *reader);

#endif
