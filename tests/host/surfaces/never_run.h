/* SPDX-License-Identifier: MIT */
/* Plugins for the tests of what is made from manifests (man pages, completion): between them they
 * have every feature that a manifest can hold. Compiled into unit tests, and built as plugins by
 * tests/cli. */
#ifndef PLUGH_NEVER_RUN_H
#define PLUGH_NEVER_RUN_H

#include <plugh/plugin.h>

/* Nothing that reads a manifest runs a plugin. */
#define NEVER_RUN(name)                                                                            \
	static int name##_run(const struct plugh_host *host, const struct name##_args *args)       \
	{                                                                                          \
		(void)host;                                                                        \
		(void)args;                                                                        \
		__builtin_trap();                                                                  \
	}

/* As a plugin: show that code ran, the first that would. */
#ifdef SURFACE_MARKER
#include <fcntl.h>
#include <unistd.h>

__attribute__((constructor)) static void leave_marker(void)
{
	int fd = open(SURFACE_MARKER, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
}
#endif

#endif
