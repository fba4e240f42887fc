/* What runs in a new console window: a script for sh, which holds the command, its folder and its
 * environment, and tells by a FIFO how it goes. So a terminal is given two plain words only.
 *
 * It writes lines to the FIFO: "started" when the window is there; "cd" when the folder is not to
 * be entered; with waits "ended STATUS", the status as a shell has it. The other end hangs up when
 * the window is closed.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_RUN_JOB_H
#define PLUGH_RUN_JOB_H

#include <stdbool.h>
#include <stddef.h>

#include <plugh/buf.h>

struct job_spec {
	const char *fifo;
	const char *directory;    /* NULL: that in which the terminal starts it */
	char *const *environment; /* what a terminal sets for those inside it is not taken over */
	const char *title;        /* set by the control sequence of xterm; NULL: not set */
	const char *const *command;
	size_t command_count;
	bool waits, holds;
};

/* Append the script. Returns 0 or -ENOMEM. */
int job_write(const struct job_spec *spec, struct plugh_buf *script);

#endif
