/* The calls that a crashed thread was in, with names and lines.
 *
 * libdw does it (elfutils): it is loaded only now. It reads the plugin's file, so it does so in the
 * process of crash_reader.h. The memory and the map of the crashed process are read through
 * descriptors that were opened before.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_CRASH_TRACE_H
#define PLUGH_CRASH_TRACE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "crash.h"

enum { CRASH_TRACE_MAX = 64 }; /* calls */

struct crash_trace {
	const struct crash_event *event;
	pid_t process;
	int maps;   /* of /proc/PID/maps */
	int memory; /* of /proc/PID/mem; -1: not to be had, which leaves the first call */
	/* The plugin's: shown, and read, where it was loaded from a sealed copy. */
	const char *file;
};

/* Load libdw, and open what it is going to read: what the process has mapped, and where separate
 * debug information lies. For crash_reader. Returns 0, or -ENOSYS: no libdw here. */
int crash_trace_prepare(const struct crash_trace *trace, int *ret_readable, size_t max);

/* Write one line for each call, the innermost first: "write_it at one.c:12 (one.so+0x1139)".
 * Returns 0, or -EIO: there is nothing to be told. */
int crash_trace_run(const struct crash_trace *trace, int out);

#endif
