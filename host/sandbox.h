/* The step before a plugin's code is loaded: what it may do is put in force for this process, by
 * Landlock (files, TCP ports, signals, abstract sockets) and seccomp (all else).
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_SANDBOX_H
#define PLUGH_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "config.h"
#include "grant.h"
#include "ports.h"
#include "reason.h"
#include "trace.h"

/* Each confines alone what it can; only tests take one without the other. */
enum sandbox_half {
	SANDBOX_LANDLOCK = 1 << 0,
	SANDBOX_SECCOMP = 1 << 1,
	SANDBOX_BOTH = SANDBOX_LANDLOCK | SANDBOX_SECCOMP,
};

/* All pointers are borrowed for the call. */
struct sandbox_spec {
	enum config_sandbox level;
	const char *origin; /* where the level was set, for messages */
	unsigned halves;    /* SANDBOX_BOTH */

	const struct grant *grant;
	struct ports ports;
	const struct config_policy *policy; /* paths that it opens; NULL: none */

	int plugin_fd;       /* the file that is going to be loaded */
	const char *scratch; /* a folder of the plugin's own, for temporary files; NULL: none */
	const int *keep;     /* what else of the host's own stays open; -1: none */
	size_t keep_count;
	bool takes_activation; /* sockets that a service manager passed stay open */
	bool measures_memory;  /* how much is free may be read */
	char **environment;    /* as environ; cut in place */
	struct trace *trace;   /* each rule is told */
};

/* Confine this process for good, as the level has it:
 *
 *   off      nothing is done
 *   on       as far as this kernel can
 *   require  the run is refused where this kernel cannot do all
 *
 * A grant with exec or ptrace is never confined, at no level: what it starts is the user's own.
 * Otherwise also the environment is cut down to environment.h's list, and descriptors are closed
 * (descriptors.h), but for those that a path of the grant names.
 *
 * Must be called before a second thread starts: Landlock and seccomp bind the calling one.
 *
 * Returns 1 confined, 0 not (level or grant), or with the reason -EPERM: it cannot be confined as
 * it must be; -ENOMEM; -errno. After an error the process may be confined in part, and is to end.
 */
int sandbox_enter(const struct sandbox_spec *spec, struct reason *why);

/* Does what the level asks for end at these needs (enum plugh_need)? True for exec and ptrace. */
bool sandbox_is_ended_by(uint32_t needs);

#endif
