/* A plugin that tries everything which it has no right to: in its constructor, and again in run().
 *
 * SPDX-License-Identifier: MIT */
#include <plugh/sdk.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "attempt.h"

/* Variants, by the build: NEEDS, and whether --port is a port or any text. */
#ifdef WITH_PORT
typedef plugh_port port_value;
#else
typedef const char *port_value;
#endif

struct hostile_args {
	const char *read;
	const char *out;
	const char *dir, *abstract, *tcp_port, *other_port, *udp_port, *victim, *address,
		*descriptor, *user;
	port_value port;
};

__attribute__((constructor)) static void before_run(void)
{
	attempts_make("constructor");
}

/* What is granted must work. */
static void use_grant(const char *name, int r)
{
	dprintf(STDOUT_FILENO, "granted %s %s\n", name, r < 0 ? "refused" : "ok");
}

static int hostile_run(const struct plugh_host *host, const struct hostile_args *args)
{
	attempts_make("run");
	if (args->read != NULL)
		use_grant("read", open(args->read, O_RDONLY | O_CLOEXEC));
	if (args->out != NULL) {
		struct plugh_output *output = NULL;
		int r = plugh_output_open(host, args->out, &output);
		if (r == 0)
			r = plugh_output_close(output, plugh_output_print(output, "done\n"));
		use_grant("write", r);
	}
	return 0;
}

PLUGH_PLUGIN(hostile, struct hostile_args, hostile_run,
	PLUGH_ABOUT("try what is forbidden", .needs = NEEDS),
	PLUGH_OPT(read, "--read", "a file", .access = PLUGH_READ),
	PLUGH_OPT(out, "-o --output", "a file", .access = PLUGH_WRITE),
	PLUGH_OPT(port, "-p --port", "a port"),
	/* Texts, by which nothing is granted. */
	PLUGH_OPT(dir, "--dir", "folder of the test"),
	PLUGH_OPT(abstract, "--abstract", "an abstract socket"),
	PLUGH_OPT(tcp_port, "--tcp-port", "a port"),
	PLUGH_OPT(other_port, "--other-port", "another port"),
	PLUGH_OPT(udp_port, "--udp-port", "a port"), PLUGH_OPT(victim, "--victim", "a process"),
	PLUGH_OPT(address, "--address", "in the process"),
	PLUGH_OPT(descriptor, "--descriptor", "a number"),
	PLUGH_OPT(user, "--user", "another user"));
