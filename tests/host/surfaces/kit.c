/* SPDX-License-Identifier: MIT */
/* All kinds, lists, a count, exclusive groups, a titled group, constants, an enum, and texts that
 * are awkward to show. */
#include "never_run.h"

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

/* clang-format off */
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
	PLUGH_EPILOG(".The second one is 100%% plain"));
/* clang-format on */
