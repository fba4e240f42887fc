/* What is told of a crash beside its one line, and kept of it: the calls that led there.
 *
 * The broker makes it: it is neither confined nor broken.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_CRASH_REPORT_H
#define PLUGH_CRASH_REPORT_H

#include <stdbool.h>
#include <sys/types.h>

#include "crash.h"

/* Read in the broker only, whose memory keeps it as it is now. */
struct crash_report {
	const char *name, *version, *file; /* of the plugin; file: its path */
	char *const *environment; /* names the folder of crash_state.h; NULL: nothing is kept */
	bool is_confined;         /* it cannot write a core file */
	int fd;                   /* where it is told */
};

/* The process waits in its signal handler meanwhile. All of the event may be a lie. */
void crash_report_make(
	const struct crash_report *report, pid_t process, const struct crash_event *event);

#endif
