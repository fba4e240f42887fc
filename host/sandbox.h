/* The step before a plugin's code is loaded: shall it be confined, and can it be?
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_SANDBOX_H
#define PLUGH_SANDBOX_H

#include "config.h"
#include "grant.h"
#include "reason.h"

/* Put the level in force for this process.
 *
 * This release has no means to confine a plugin. So `on`, which asks for what the machine can do, goes on,
 * and `require`, which refuses to run unconfined, refuses.
 *
 * origin  where the level was set, for the message
 * Returns 0, or -EPERM with the reason. */
int sandbox_enter(enum config_sandbox level, const char *origin, const struct grant *grant,
	struct reason *why);

#endif
