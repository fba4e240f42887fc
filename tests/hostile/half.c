/* The attempts of the hostile plugin, in a process that is confined by one half of the sandbox
 * only: what stays open then shows that the other half is needed.
 *
 *     hostile-half landlock|seccomp|both
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "attempt.h"
#include "sandbox.h"

static unsigned halves_of(const char *word)
{
	return strcmp(word, "landlock") == 0  ? SANDBOX_LANDLOCK
	       : strcmp(word, "seccomp") == 0 ? SANDBOX_SECCOMP
	       : strcmp(word, "both") == 0    ? SANDBOX_BOTH
					      : 0;
}

int main(int argc, char *argv[])
{
	struct trace trace = { .enabled = false };
	struct grant grant = { .needs = 0 };
	struct reason why = { "" };
	struct sandbox_spec spec = {
		.level = CONFIG_SANDBOX_ON,
		.origin = "the test",
		.halves = argc == 2 ? halves_of(argv[1]) : 0,
		.grant = &grant,
		.plugin_fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC),
		.environment = environ,
		.trace = &trace,
	};

	if (spec.halves == 0 || spec.plugin_fd < 0) {
		fprintf(stderr, "usage: hostile-half landlock|seccomp|both\n");
		return 2;
	}
	if (sandbox_enter(&spec, &why) != 1) {
		fprintf(stderr, "hostile-half: %s\n", why.text);
		return 1;
	}
	attempts_make("run");
	return 0;
}
