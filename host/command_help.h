/* The help of plugh itself, which main() prints too.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_COMMAND_HELP_H
#define PLUGH_COMMAND_HELP_H

#include "invocation.h"

/* The help, or the usage alone, with all commands; the caller frees it. Reads all plugins.
 * Returns 0 or -ENOMEM. */
int command_help_format(const struct invocation *invocation, bool usage_only, char **ret_text);

/* Say that there is no such command, and which one may be meant. Returns the exit status, 127. */
int command_report_unknown(const struct invocation *invocation, const char *name);

#endif
