/* SPDX-License-Identifier: MIT */
/* A command that runs others: options end at the first operand. */
#include "never_run.h"

struct limit_args {
	bool tree;
	const char *signal, *duration, *command;
	plugh_texts arg;
};
NEVER_RUN(limit)

/* clang-format off */
PLUGH_PLUGIN(limit, struct limit_args, limit_run,
	PLUGH_ABOUT("limit a command", .version = "0.9", .needs = PLUGH_EXEC,
		.flags = PLUGH_OPTIONS_END_AT_OPERAND | PLUGH_HANDLES_SIGNALS, .usage_status = 125),
	PLUGH_OPT(tree, "--tree", "end every descendant"),
	PLUGH_OPT(signal, "-s --signal", "the signal", .choices = "TERM KILL"),
	PLUGH_OPT(duration, "duration", "how long"),
	PLUGH_OPT(command, "command", "what to run", .role = PLUGH_ROLE_COMMAND),
	PLUGH_OPT(arg, "arg", "its arguments", .nargs = "*"),
	PLUGH_STATUS(124, "the time was over"));
/* clang-format on */
