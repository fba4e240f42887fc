/* One run of the program: what main() has found out so far, handed from step to step.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_INVOCATION_H
#define PLUGH_INVOCATION_H

#include <stdbool.h>

#include <plugh/argparse.h>
#include <plugh/host.h>

#include "config.h"
#include "log.h"
#include "options.h"
#include "registry.h"
#include "trace.h"

struct invocation {
	char *const *environment;
	bool trusted_only; /* a set-id or capability start: only the system's files count */
	struct options options;
	struct log log;               /* messages of plugh itself */
	struct plugh_display display; /* colour and width for help and errors */
	struct config *config;        /* never NULL once loaded; may have problems */
	struct registry *registry;    /* which file serves a name */
	struct trace *trace;
};

/* The power by which a built-in command gets its invocation; no plugin from a file is given it. */
#define INVOCATION_POWER "plugh.invocation"

static inline const struct invocation *invocation_of(const struct plugh_host *host)
{
	return (const struct invocation *)host->power(host->ctx, INVOCATION_POWER);
}

/* Read the configuration, of the layers that count in this invocation. Returns 0 or -ENOMEM; the
 * caller destroys it. */
int invocation_load_config(const struct invocation *invocation, struct config **ret_config);

/* Decide about colour and verbosity by the options and the configuration known so far. */
void invocation_set_display(struct invocation *invocation);

/* Say what is wrong in the configuration: errors only, a line each, on standard error. */
void invocation_report_problems(const struct invocation *invocation);

#endif
