/* Ctrl-C, SIGTERM and SIGHUP: the first asks the run to end, a second ends it.
 *
 * The first makes a descriptor readable, on which everything that waits can wait too; then the run
 * cleans up, and the process ends by that very signal, so that a shell sees 130, 143 or 129 and its
 * loop stops. A second, of either kind, ends the process at once: temporary names of outputs are
 * removed, and what the plugin has set for this is done (cleanup.h), nothing else. A signal that
 * was ignored at the start (nohup, a shell's background jobs) stays ignored.
 *
 * SIGPIPE is ignored meanwhile, so that a closed standard output is an error (-EPIPE) with time to
 * clean up.
 *
 * Signal dispositions belong to the process, so there is one state and no struct to pass.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_CANCEL_H
#define PLUGH_CANCEL_H

#include <stdbool.h>

#include "output.h"

/* Rationale: GNU timeout and others that end a process group hit each member twice for one request,
 * once by itself and once by the group. So a SIGTERM or SIGHUP that repeats the first within this
 * time is the same request. A Ctrl-C always counts. */
enum { CANCEL_REPEAT_MS = 20 };

/* Take over the signals; called by the main thread while there is no other.
 *
 * Returns a descriptor >= 0 that becomes readable by the first signal and stays so (close-on-exec,
 * owned by this module, never to be read from), or -errno. In a process forked since, the signals
 * have their default effect, after what that process has set for it (cleanup.h). */
int cancel_start(void);

/* Whose temporary names a second signal removes; borrowed until the next call or cancel_stop, may
 * be NULL. */
void cancel_set_outputs(const struct outputs *outputs);

/* The first signal that came; 0: none. Threads: any. */
int cancel_signal(void);

/* Was the signal (SIGINT, SIGTERM, SIGHUP, SIGPIPE) ignored when cancel_start was called? Threads:
 * any. */
bool cancel_was_ignored(int signal);

/* Put back what was before, and close the descriptor. Does nothing where nothing was started. */
void cancel_stop(void);

/* End the process by a signal, with its default effect. Async-signal-safe. Returns only in process
 * 1 of a container, which no signal ends: exit with 128 + signal then. */
void cancel_end(int signal);

#endif
