/* SPDX-License-Identifier: MIT */
/* plugh completion SHELL: the script that makes a shell complete plugh's command lines. It is the
 * same for every set of plugins: it asks `plugh complete` each time. */
#include <string.h>

#include <plugh/sdk.h>

#include "command.h"
#include "embedded.h"

struct completion_args {
	unsigned shell; /* its place in .choices */
};

static int completion_run(const struct plugh_host *host, const struct completion_args *args)
{
	const char *const script[] = { embedded_plugh_bash, embedded_plugh_zsh,
		embedded_plugh_fish };

	return plugh_write(host, script[args->shell], strlen(script[args->shell]));
}

PLUGH_PLUGIN(completion, struct completion_args, completion_run,
	PLUGH_ABOUT("print the completion script of a shell", .version = PLUGH_VERSION_STRING),
	PLUGH_OPT(shell, "shell", "the shell", .choices = "bash zsh fish"),
	PLUGH_EXAMPLE("source <(plugh completion bash)", "complete in this bash, or zsh"),
	PLUGH_EXAMPLE("plugh completion fish | source", "complete in this fish"),
	PLUGH_EPILOG("Packages of plugh install these scripts for all users."));
