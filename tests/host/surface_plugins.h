/* SPDX-License-Identifier: MIT */
/* Plugins for the tests of what is made from manifests (man pages, completion): between them they
 * have every feature that a manifest can hold, and texts that are awkward to show. */
#ifndef PLUGH_SURFACE_PLUGINS_H
#define PLUGH_SURFACE_PLUGINS_H

#include <stdlib.h>

#include <plugh/plugin.h>

/* Nothing that reads a manifest runs a plugin. */
#define NEVER_RUN(name)                                                                            \
	static int name##_run(const struct plugh_host *host, const struct name##_args *args)       \
	{                                                                                          \
		(void)host;                                                                        \
		(void)args;                                                                        \
		abort();                                                                           \
	}

/* clang-format off */

/* One command: all kinds, lists, a count, exclusive groups, a titled group, constants, an enum. */
struct kit_args {
	bool all, both, none, fancy;
	int level, nth;
	unsigned kind;
	double ratio;
	plugh_size block;
	plugh_duration wait;
	plugh_port port;
	const char *host, *folder, *output, *mode, *when, *paint;
	plugh_texts restrict_;
	plugh_ints pair;
	plugh_paths file;
};
NEVER_RUN(kit)

PLUGH_PLUGIN(kit, struct kit_args, kit_run,
	PLUGH_ABOUT("try everything: 100% of 'it', a\\b and \"c\"", .version = "2.5.0",
		.needs = PLUGH_NET),
	PLUGH_OPT(all, "-a --all", "take all; by default: %(default)s"),
	PLUGH_ONE_OF(
		PLUGH_OPT(both, "--both", "this and that"),
		PLUGH_OPT(none, "--none", "neither")),
	PLUGH_OPT(level, "-l --level", "more of it", .action = "count"),
	PLUGH_OPT(nth, "-n --nth", "which one (default: %(default)s, a %(type)s)", .default_ = "3"),
	PLUGH_GROUP("output: where",
		PLUGH_OPT(output, "-o --output", "write to %(metavar)s, 50%% of it",
			.metavar = "OUT", .access = PLUGH_WRITE),
		PLUGH_ONE_OF_REQUIRED(
			PLUGH_SET(mode, "--machine", "for machines", .const_ = "json"),
			PLUGH_SET(mode, "--text", "as text", .const_ = "text"),
			PLUGH_SET(mode, "--mode", "as in MODE", .metavar = "MODE",
				.choices = "json text a:b $HOME it's"))),
	PLUGH_OPT(block, "-b --block-size", "bytes in a block", .default_ = "64M"),
	PLUGH_OPT(wait, "--wait", "time limit", .required = 1),
	PLUGH_OPT(port, "--port", ""),
	PLUGH_OPT(host, "--host", ".begins with a dot", .role = PLUGH_ROLE_HOST),
	PLUGH_OPT(folder, "--folder", "'quoted' at the start", .role = PLUGH_ROLE_DIRECTORY),
	PLUGH_OPT(when, "--when", "optional value", .nargs = "?", .const_ = "now",
		.choices = "now later"),
	PLUGH_OPT(paint, "--paint", "\xc3\xa9t\xc3\xa9 \xe2\x82\xac: back\\slash, ~tilde^"),
	PLUGH_OPT(ratio, "--ratio", "a fraction"),
	PLUGH_OPT(kind, "--kind", "an enum", .choices = "soft hard", .needs = PLUGH_EXEC),
	PLUGH_OPT(restrict_, "-r --restrict", "only these", .action = "append"),
	PLUGH_OPT(pair, "--pair", "two numbers", .metavar = "LOW HIGH", .nargs = "2"),
	PLUGH_OPT(file, "file", "what to read", .nargs = "*", .access = PLUGH_READ),
	PLUGH_STATUS(1, "nothing was found"),
	PLUGH_STATUS(7, "the seventh"),
	PLUGH_EXAMPLE("plugh kit --all 'a b' | wc -l", "count them"),
	PLUGH_EPILOG("The first paragraph of %(prog)s."),
	PLUGH_EPILOG(".The second one is 100% plain"));

/* Subcommands; one whose option ends the options, as `nc -e` does. */
struct pack_args {
	bool force;
	const char *out, *file;
};
#define encode_args pack_args
NEVER_RUN(encode)
#undef encode_args

PLUGH_COMMAND(encode, struct pack_args, encode_run,
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

/* A command that runs others: options end at the first operand. */
struct limit_args {
	bool tree;
	const char *signal, *duration, *command;
	plugh_texts arg;
};
NEVER_RUN(limit)

PLUGH_PLUGIN(limit, struct limit_args, limit_run,
	PLUGH_ABOUT("limit a command", .version = "0.9", .needs = PLUGH_EXEC,
		.flags = PLUGH_OPTIONS_END_AT_OPERAND | PLUGH_HANDLES_SIGNALS, .usage_status = 125),
	PLUGH_OPT(tree, "--tree", "end every descendant"),
	PLUGH_OPT(signal, "-s --signal", "the signal", .choices = "TERM KILL"),
	PLUGH_OPT(duration, "duration", "how long"),
	PLUGH_OPT(command, "command", "what to run", .role = PLUGH_ROLE_COMMAND),
	PLUGH_OPT(arg, "arg", "its arguments", .nargs = "*"),
	PLUGH_STATUS(124, "the time was over"));

/* A positional in an exclusive group. */
struct record_args {
	const char *pid, *command;
	plugh_texts arg;
};
NEVER_RUN(record)

PLUGH_PLUGIN(record, struct record_args, record_run,
	PLUGH_ABOUT("record a program", .flags = PLUGH_OPTIONS_END_AT_OPERAND),
	PLUGH_ONE_OF_REQUIRED(
		PLUGH_OPT(pid, "-p --pid", "a process that runs"),
		PLUGH_OPT(command, "command", "what to start", .nargs = "?",
			.role = PLUGH_ROLE_COMMAND)),
	PLUGH_OPT(arg, "arg", "its arguments", .nargs = "*"));

/* clang-format on */

#endif
