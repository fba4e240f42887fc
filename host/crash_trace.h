/* The calls that a crashed thread was in, with names and lines.
 *
 * libdw does it (elfutils): it is loaded only now, by a process that is not confined and did not
 * crash. The crashed process is stopped meanwhile, as a debugger would.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_CRASH_TRACE_H
#define PLUGH_CRASH_TRACE_H

#include <stdint.h>
#include <sys/types.h>

enum { CRASH_TRACE_MAX = 64 }; /* calls */

struct crash_trace {
	pid_t process, thread;
	uint64_t
		counter; /* where it crashed: calls before it (the signal's handler) are left out */
	const char
		*file; /* the plugin's: shown, and read, where it was loaded from a sealed copy */

	/* One call, the innermost first: "write_it at one.c:12 (one.so+0x1139)". Returns 0 to go
	 * on.
	 */
	int (*call)(void *ctx, unsigned number, const char *text);
	void *ctx;
};

/* Returns 0, or -ENOSYS (no libdw here) or -EIO (the process cannot be looked at). */
int crash_trace_run(const struct crash_trace *trace);

#endif
