/* What a run has in the file system beyond its process: outputs that are not yet in place, UNIX
 * sockets, a folder for temporary files. However the run ends, none of it is left behind.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_HOLDINGS_H
#define PLUGH_HOLDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "broker.h"
#include "config.h"
#include "crash_again.h"
#include "grant.h"
#include "trace.h"

struct holdings {
	struct outputs *outputs;
	struct endpoints *endpoints; /* NULL: the command line names none */
	char *scratch;               /* NULL: none */
	const char *notify;          /* borrowed from the environment */
	struct broker broker;
	struct crash_message *message; /* for a crash report without a broker; NULL: none */
};

/* cancel_fd  of cancel_start; -1: none. Borrowed
 * Returns 0 or -ENOMEM, and is to be released in either case. */
int holdings_init(struct holdings *holdings, int cancel_fd);

struct holdings_spec {
	const struct grant *grant;
	const struct crash_report *report;
	char **environment;
	bool bundled;
	bool is_confined; /* will be */
	enum config_when crash_reports;
	bool trusted_only; /* the environment's word counts for nothing */
	struct trace *trace;
};

/* Open what the grant names as far as it must be before the sandbox is up, and start a broker for
 * it if the run is to have one; say who reports a crash. Lasts until holdings_release, and may not
 * be moved from here on. Returns 0 or -errno. */
int holdings_prepare(struct holdings *holdings, const struct holdings_spec *spec);

/* The descriptors that stay open in the sandbox. Returns how many. */
enum { HOLDINGS_DESCRIPTORS_MAX = OUTPUTS_DESCRIPTORS_MAX + 3 };
size_t holdings_list(const struct holdings *holdings, int ret_fd[HOLDINGS_DESCRIPTORS_MAX]);

/* Tell the service manager (enum notify_state), for services. Returns 0 or -errno. */
int holdings_notify(void *holdings, unsigned state);

/* Remove what is not in place, end the broker, free. */
void holdings_release(struct holdings *holdings);

#endif
