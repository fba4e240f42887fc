/* The process that has the rights a confined plugin has not: over the folders of its outputs.
 *
 * It is forked before the sandbox is put up, and does what it is asked in messages of two bytes:
 * put in place, or discard, the output with a number. It takes no path from anybody; what it may
 * touch was opened before the plugin was loaded. When the other end is closed, in whatever way that
 * process ended, it discards what is left and ends.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_BROKER_H
#define PLUGH_BROKER_H

#include "output.h"

struct broker {
	int to;   /* messages: a request (enum outputs_request) and a number, a byte each */
	int from; /* answers: an int32_t, 0 or -errno */
};

/* Fork it, for outputs of which some were prepared, and delegate them to it. It is in a session of
 * its own, so that no terminal's signal ends it, holds no other descriptor, and no wait() sees it.
 *
 * ret_broker  lives as long as the outputs, which keep a pointer to it; its descriptors are
 *             close-on-exec and stay open until broker_stop
 *
 * Returns 0, or -errno with nothing changed. One thread only. */
int broker_start(struct outputs *outputs, struct broker *ret_broker);

/* Close its descriptors and wait until it has ended. Accepts one that was not started (-1, -1).
 * Async-signal-safe. */
void broker_stop(struct broker *broker);

/* What it does: serve until `from` ends, or the process `host` (a pidfd, or -1), or it is told to.
 * For tests and the fuzzer. */
void broker_serve(struct outputs *outputs, int host, int from, int to);

#endif
