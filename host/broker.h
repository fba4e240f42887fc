/* The process that has the rights a confined plugin has not: over the folders of its outputs, and
 * to look at it after a crash.
 *
 * It is forked before the sandbox is put up, and does what it is asked in messages of a fixed size:
 * put in place, or discard, the output with a number; tell of a crash. It takes no path from
 * anybody; what it may touch was opened before the plugin was loaded. When the other end is closed,
 * in whatever way that process ended, it discards what is left and ends.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_BROKER_H
#define PLUGH_BROKER_H

#include <stdint.h>
#include <sys/types.h>

#include "crash_report.h"
#include "output.h"

struct broker {
	int to;   /* messages: a request (enum outputs_request) and a number, a byte each */
	int from; /* answers: an int32_t, 0 or -errno */
	pid_t process;
};

/* Fork it, and delegate to it the outputs that were prepared. It is in a session of its own, so
 * that no terminal's signal ends it, and no wait() sees it. It holds no other descriptor than those
 * of the outputs and standard error.
 *
 * report      how a crash is told and kept; NULL: not at all. Used in the forked process only
 * ret_broker  lives as long as the outputs, which keep a pointer to it; its descriptors are
 *             close-on-exec and stay open until broker_stop
 *
 * Returns 0, or -errno with nothing changed. One thread only. */
int broker_start(
	struct outputs *outputs, const struct crash_report *report, struct broker *ret_broker);

/* Have the crash of this process told and kept, and wait until it is. For crash_set_reporter, with
 * the broker as ctx. Async-signal-safe. */
void broker_report(void *broker, const struct crash_event *event);

/* Close its descriptors, and see it ended: who is the first process of a container may not care for
 * what others leave behind. Accepts one that was not started (-1, -1). Async-signal-safe. */
void broker_stop(struct broker *broker);

struct broker_work {
	struct outputs *outputs;
	const struct crash_report *report;
	pid_t process; /* whose crash is reported */
	int host;      /* a pidfd of it, or -1 */
	int from, to;
};

/* What it does: serve until `from` ends, or the host, or it is told to. For tests and the fuzzer.
 */
void broker_serve(const struct broker_work *work);

#endif
