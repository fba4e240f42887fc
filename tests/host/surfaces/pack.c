/* SPDX-License-Identifier: MIT */
/* Subcommands; an option that ends the options, as the -e of nc does. */
#include "never_run.h"

/* clang-format off */
struct encode_args {
	bool force;
	const char *out, *file;
};
NEVER_RUN(encode)

PLUGH_COMMAND(encode, struct encode_args, encode_run,
	PLUGH_ABOUT("transform a file into a container", .needs = PLUGH_NET),
	PLUGH_GROUP("output",
		PLUGH_OPT(force, "-f --force", "overwrite OUT"),
		PLUGH_OPT(out, "-o --output", "where to write", .access = PLUGH_WRITE)),
	PLUGH_OPT(file, "file", "default: standard input", .nargs = "?", .access = PLUGH_READ),
	PLUGH_STATUS(3, "it was packed before"),
	PLUGH_EXAMPLE("plugh pack encode a.txt -o a.pack", "pack a file"));

struct listen_args {
	plugh_texts command;
	const char *shape, *name;
};
NEVER_RUN(listen)

PLUGH_COMMAND(listen, struct listen_args, listen_run,
	PLUGH_ABOUT("wait for somebody", .flags = PLUGH_TAKES_ACTIVATION | PLUGH_HANDLES_SIGNALS),
	PLUGH_OPT(command, "-e --exec", "run this", .metavar = "COMMAND", .nargs = "+",
		.role = PLUGH_ROLE_COMMAND, .needs = PLUGH_EXEC, .flags = PLUGH_ENDS_OPTIONS),
	PLUGH_OPT(shape, "shape", "its shape", .choices = "round square"),
	PLUGH_OPT(name, "name", "its name", .nargs = "?"));

PLUGH_PLUGIN_OF(pack, PLUGH_ABOUT("pack things", .version = "1.0.0"), encode, listen);
/* clang-format on */
