/* hello - greet somebody: the smallest plugin.
 *
 * SPDX-License-Identifier: MIT */
#include <plugh/sdk.h>

struct hello_args {
	const char *name;
};

static int hello_run(const struct plugh_host *host, const struct hello_args *args)
{
	return plugh_print(host, "Hello, %s\n", args->name);
}

/* clang-format off */
PLUGH_PLUGIN(hello, struct hello_args, hello_run,
	PLUGH_ABOUT("greet somebody", .version = "1.0.0"),
	PLUGH_OPT(name, "name", "who is greeted (default: %(default)s)", .nargs = "?", .default_ = "world"));
