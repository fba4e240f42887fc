/* A console window of its own for a command: opened, and listened to.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_RUN_WINDOW_H
#define PLUGH_RUN_WINDOW_H

#include <stdbool.h>
#include <stddef.h>

#include <plugh/buf.h>
#include <plugh/process.h>

#include "job.h"
#include "terminals.h"

struct window_spec {
	const struct terminal *terminal;
	const char *program; /* that shows it: a name or a path */
	const char *title;
	const char *const *command;
	size_t command_count;
	bool waits, holds;
	plugh_duration patience; /* how long it may take until the window is there */
	int cancel_fd;           /* -1: none */
};

/* Members are the module's own; empty is { .fifo = -1 }. */
struct window {
	int fifo;
	char line[64]; /* what has come from the job, up to `used` */
	size_t used;
};

/* Open the window, and wait until the command is about to start in it.
 *
 * why         where it fails: the reason, for a message
 * ret_window  emptied by window_close in any case
 *
 * Returns 0, -ECANCELED, or another -errno with a reason. Nothing is left behind then: no process,
 * no file. Afterwards nothing but the window is, either. */
int window_open(const struct window_spec *spec, struct plugh_buf *why, struct window *ret_window);

/* Wait until the command has ended; the window was opened with `waits`.
 * Returns its status as a shell has it, -EPIPE where the window was closed before, or -ECANCELED.
 */
int window_wait(struct window *window, int cancel_fd);

void window_close(struct window *window);

#endif
