/* What is told of a crash beside its one line, and kept of it: the calls that led there.
 *
 * The broker makes it: it is neither confined nor broken.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_CRASH_REPORT_H
#define PLUGH_CRASH_REPORT_H

#include <stdint.h>
#include <sys/types.h>

struct crash_report {
	const char *name, *version, *file; /* of the plugin; file: its path */
	const char *state_folder;          /* crash_state.h's; NULL: nothing is kept */
	int fd;                            /* where it is told */
};

/* What the crashed process says of itself. */
struct crash_event {
	int32_t signal, thread;
	uint64_t counter; /* the address of the instruction */
};

/* The process waits in its signal handler meanwhile. */
void crash_report_make(
	const struct crash_report *report, pid_t process, const struct crash_event *event);

#endif
