/* run --new-console: which terminals come into question, and the command in one of them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_RUN_CONSOLE_H
#define PLUGH_RUN_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

#include <plugh/host.h>

struct console_spec {
	const char *terminal; /* the only one that is tried; NULL: the first that can be used */
	const char *title;    /* NULL: the command */
	const char *const *command;
	size_t command_count;
	bool waits, holds;
};

/* Start a command in a new console window, and wait for its end where that is asked for.
 *
 * Returns the exit status: that of the command (waits), 0, or that of an error, which is reported;
 * or a negative errno, reported. Ends the process by a signal that came meanwhile. Threads: the
 * main one. */
int console_run(const struct plugh_host *host, const struct console_spec *spec);

#endif
