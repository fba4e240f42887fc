/* SPDX-License-Identifier: MIT */
/* plugh crash_report PROCESS: what a process that crashed, and is not confined, starts to have that
 * told (crash_again.c). Hidden: it looks at nothing but the process that started it. */
#include <string.h>
#include <unistd.h>

#include <plugh/sdk.h>

#include "crash_again.h"
#include "invocation.h"

struct crash_args {
	int process;
};

static bool is_text(const char *field, size_t size)
{
	return memchr(field, '\0', size) != NULL;
}

static int crash_run(const struct plugh_host *host, const struct crash_args *args)
{
	const struct invocation *invocation = invocation_of(host);
	struct crash_message message;
	size_t got = 0;
	ssize_t n = 1;

	while (got < sizeof message && n > 0) {
		n = plugh_read(host, STDIN_FILENO, (char *)&message + got, sizeof message - got);
		got += n > 0 ? (size_t)n : 0;
	}
	/* Nor at that one, where it has ended meanwhile and somebody else is the parent now. */
	if (args->process != getppid() || got < sizeof message ||
		!is_text(message.name, sizeof message.name) ||
		!is_text(message.version, sizeof message.version) ||
		!is_text(message.file, sizeof message.file))
		return plugh_fail(host, PLUGH_EXIT_USAGE,
			"this is for plugh itself, when a plugin has crashed");
	crash_report_make(
		&(struct crash_report){
			.name = message.name,
			.version = message.version,
			.file = message.file,
			.environment = invocation->trusted_only ? NULL : invocation->environment,
			.fd = STDERR_FILENO,
		},
		args->process, &message.event);
	return 0;
}

PLUGH_PLUGIN(crash_report, struct crash_args, crash_run,
	PLUGH_ABOUT("tell of the crash of the process that starts this",
		.version = PLUGH_VERSION_STRING),
	PLUGH_OPT(process, "process", "the number of that process"));
