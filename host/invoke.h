/* The last part of an invocation: from a command line that is known to be good to the end of run().
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_INVOKE_H
#define PLUGH_INVOKE_H

#include "command_line.h"
#include "invocation.h"

/* How the process is to end. */
struct invoke_end {
	int status;
	int signal; /* 0, or end by it: cancel_end */
};

/* Run the command at argv[0] with the words behind it: a built-in, or the plugin that serves the
 * name. */
struct invoke_end invoke_command(struct invocation *invocation, size_t argc, char *const argv[]);

#endif
