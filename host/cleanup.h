/* What a plugin wants done when its process ends at once: the power "plugh.cleanup/1".
 *
 * There is one function for the process, as there is one set of signal handlers: the table of what
 * it calls in turn is the plugin's own (the SDK's scopes keep one).
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_CLEANUP_H
#define PLUGH_CLEANUP_H

#include <plugh/host.h>

/* The table that plugins get; its ctx is not looked at. */
const struct plugh_power_cleanup *cleanup_power(void);

/* Call what this very process has set; errno is kept. Async-signal-safe. Threads: any. */
void cleanup_run(int signal);

/* Forget it, once the plugin's code has returned. */
void cleanup_clear(void);

#endif
