/* floor PLUGIN FILE
 *
 * The least that a start can take which confines itself before it loads a plugin: the sandbox that
 * `plugh extract FILE` puts up, dlopen of the plugin, and the end. No configuration, no registry,
 * no manifest, no command line, no work.
 *
 * SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "sandbox.h"

int main(int argc, char *argv[])
{
	struct trace trace = { .enabled = false };
	struct grant_path path = { argc > 2 ? argv[2] : "", PLUGH_READ };
	struct grant grant = { PLUGH_READ, &path, 1 };
	struct reason why = { "" };
	char opened[64];

	if (argc != 3) {
		fprintf(stderr, "usage: floor PLUGIN FILE\n");
		return 2;
	}
	struct sandbox_spec spec = {
		.level = CONFIG_SANDBOX_ON,
		.origin = "default",
		.halves = SANDBOX_BOTH,
		.grant = &grant,
		.plugin_fd = open(argv[1], O_RDONLY | O_CLOEXEC),
		.environment = environ,
		.trace = &trace,
	};
	if (sandbox_enter(&spec, &why) != 1) {
		fprintf(stderr, "floor: %s\n", why.text);
		return 1;
	}
	snprintf(opened, sizeof opened, "/proc/%d/fd/%d", (int)getpid(), spec.plugin_fd);
	return dlopen(opened, RTLD_NOW | RTLD_LOCAL) == NULL;
}
