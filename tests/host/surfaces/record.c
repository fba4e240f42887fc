/* SPDX-License-Identifier: MIT */
/* A positional in an exclusive group. */
#include "never_run.h"

struct record_args {
	const char *pid, *command;
	plugh_texts arg;
};
NEVER_RUN(record)

/* clang-format off */
PLUGH_PLUGIN(record, struct record_args, record_run,
	PLUGH_ABOUT("record a program", .flags = PLUGH_OPTIONS_END_AT_OPERAND),
	PLUGH_ONE_OF_REQUIRED(
		PLUGH_OPT(pid, "-p --pid", "a process that runs"),
		PLUGH_OPT(command, "command", "what to start", .nargs = "?",
			.role = PLUGH_ROLE_COMMAND)),
	PLUGH_OPT(arg, "arg", "its arguments", .nargs = "*"));
/* clang-format on */
