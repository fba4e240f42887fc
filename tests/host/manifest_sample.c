/* A plugin with subcommands, groups and every kind of row, for the tests of the manifest: linked
 * into them, and built as a plugin file.
 *
 * SPDX-License-Identifier: MIT */
#include "manifest_sample.h"

#include <string.h>

struct pack_args {
	bool force;
	plugh_size block;
	const char *mode;
	unsigned level;
	plugh_paths file;
};

struct listing_args {
	int verbosity;
	plugh_ints width;
	plugh_port port;
	const char *host;
};

static int pack_run(const struct plugh_host *host, const struct pack_args *args)
{
	(void)host;
	return args->force ? 1 : 0;
}

static int listing_run(const struct plugh_host *host, const struct listing_args *args)
{
	(void)host;
	return args->verbosity;
}

/* clang-format off */
PLUGH_COMMAND(pack, struct pack_args, pack_run,
	PLUGH_ABOUT("put files into one", .needs = PLUGH_NET),
	PLUGH_OPT(block, "-b --block-size", "bytes in a block", .default_ = "64M"),
	PLUGH_GROUP("output",
		PLUGH_OPT(force, "-f --force", "overwrite OUT"),
		PLUGH_ONE_OF(
			PLUGH_SET(mode, "--json", "as JSON", .const_ = "json"),
			PLUGH_SET(mode, "--text", "as text", .const_ = "text"))),
	PLUGH_OPT(level, "--level", "how hard to try", .default_ = "fast", .choices = "fast best"),
	PLUGH_OPT(file, "file", "what to pack", .nargs = "+", .access = PLUGH_READ));

PLUGH_COMMAND(listing, struct listing_args, listing_run,
	PLUGH_ABOUT("show what is in one"),
	PLUGH_OPT(verbosity, "-v", "more of it", .action = "count"),
	PLUGH_OPT(width, "--width", "of columns", .nargs = "*"),
	PLUGH_OPT(port, "--port", "where it listens", .default_ = "80", .needs = PLUGH_EXEC),
	PLUGH_OPT(host, "host", "where it is", .role = PLUGH_ROLE_HOST),
	PLUGH_STATUS(3, "it is empty"),
	PLUGH_EXAMPLE("plugh sample listing here", "shows it"),
	PLUGH_EPILOG("That is all."));

PLUGH_PLUGIN_OF(sample, PLUGH_ABOUT("pack and show", .version = "1.2.3", .needs = PLUGH_WRITE),
	pack, listing);
/* clang-format on */

size_t sample_rows(struct plugh_option row[SAMPLE_ROWS])
{
	size_t used = 0;

	for (size_t i = 0; i < plugh_plugin_sample.command_count; i++) {
		uint64_t count;
		const struct plugh_option *record = plugh_plugin_sample.command[i]->records(&count);
		memcpy(row + used, record, count * sizeof *record);
		used += count;
	}
	return used;
}
