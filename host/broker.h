/* The process that has the rights a confined plugin has not: over the folders of its outputs, and
 * to look at it after a crash.
 *
 * It is forked before the sandbox is put up, and does what it is asked in messages of a fixed size:
 * put in place, or discard, the output with a number; open the UNIX socket with a number; tell a
 * service manager of the service's state, or of a crash. It takes no path from anybody: all that it
 * may touch was named by the command line, before the plugin was loaded. When the other end is
 * closed, in whatever way that process ended, it removes what is left and ends.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_BROKER_H
#define PLUGH_BROKER_H

#include <stdint.h>
#include <sys/types.h>

#include "crash_report.h"
#include "endpoint.h"
#include "output.h"

struct broker {
	int to;      /* messages: a request and a number, a byte each, and what goes with it */
	int from;    /* answers: an int32_t, 0 or -errno */
	int sockets; /* the descriptors of UNIX sockets; -1: none can be asked for */
	pid_t process;
};

/* Nothing is started. */
#define BROKER_NONE ((struct broker){ .to = -1, .from = -1, .sockets = -1 })

/* What it is in charge of. All pointers are borrowed; those that may be NULL say so. */
struct broker_charge {
	struct outputs *outputs;
	struct endpoints *endpoints;       /* NULL: no UNIX sockets */
	const char *scratch;               /* a folder to remove in the end; NULL: none */
	const char *notify;                /* $NOTIFY_SOCKET; NULL: nobody is to be told */
	const struct crash_report *report; /* how a crash is told and kept; NULL: not at all */
};

/* Fork it, and delegate to it the outputs that were prepared, and the endpoints. It is in a session
 * of its own, so that no terminal's signal ends it, and no wait() sees it. It holds no other
 * descriptor than those of the outputs and standard error.
 *
 * ret_broker  lives as long as outputs and endpoints, which keep a pointer to it; its descriptors
 *             are close-on-exec and stay open until broker_stop
 *
 * Returns 0, or -errno with nothing changed. One thread only. */
int broker_start(const struct broker_charge *charge, struct broker *ret_broker);

/* Have the service manager told (enum notify_state). Returns 0 or -errno. */
int broker_notify(const struct broker *broker, unsigned state);

/* Have the crash of this process told and kept, and wait until it is. For crash_set_reporter, with
 * the broker as ctx. Async-signal-safe. */
void broker_report(void *broker, const struct crash_event *event);

/* Close its descriptors, and see it ended: who is the first process of a container may not care for
 * what others leave behind. Accepts BROKER_NONE. Async-signal-safe. */
void broker_stop(struct broker *broker);

/* Messages, beside those of enum outputs_request. */
enum broker_request {
	BROKER_END = 3,
	BROKER_CRASH = 4,  /* a struct crash_event follows */
	BROKER_SOCKET = 5, /* a struct endpoint_request follows */
	BROKER_NOTIFY = 6, /* the number is an enum notify_state */
};

struct broker_work {
	const struct broker_charge *charge;
	pid_t process; /* whose crash is reported */
	int host;      /* a pidfd of it, or -1 */
	int from, to, sockets;
};

/* What it does: serve until `from` ends, or the host, or it is told to. For tests and the fuzzer.
 */
void broker_serve(const struct broker_work *work);

#endif
