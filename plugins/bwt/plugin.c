/* bwt - the Burrows-Wheeler transform of a text, and a container of transformed blocks.
 *
 * What is here: the tables. What runs them stands in command_*.c, the cyclic transform in rotate.c,
 * the container in container*.c.
 *
 * SPDX-License-Identifier: MIT */
#include <plugh/sdk.h>

#include "commands.h"

/* clang-format off: a row is a line. */
PLUGH_COMMAND(transform, struct transform_args, transform_run,
	PLUGH_ABOUT(
		"print the transform of a text, and the text's index among its sorted rotations"),
	PLUGH_OPT(bytes, "--bytes", "sort bytes, not code points"),
	PLUGH_OPT(json, "--json", "an object: text, index"),
	PLUGH_OPT(text, "text", "what to transform", .metavar = "TEXT"),
	PLUGH_EXAMPLE("plugh bwt transform '^BANANA|'", "BNN^AA|A and 6"));

PLUGH_COMMAND(inverse, struct inverse_args, inverse_run,
	PLUGH_ABOUT("print the text that a transform and an index belong to"),
	PLUGH_OPT(bytes, "--bytes", "sort bytes, not code points"),
	PLUGH_OPT(json, "--json", "an object: text"),
	PLUGH_OPT(text, "text", "the transform", .metavar = "TEXT"),
	PLUGH_OPT(index, "index", "the text's place among its sorted rotations, from 0",
		.metavar = "INDEX"),
	PLUGH_STATUS(1, "no text has this transform and index"),
	PLUGH_EXAMPLE("plugh bwt inverse 'BNN^AA|A' 6", "^BANANA|"));

PLUGH_COMMAND(encode, struct encode_args, encode_run,
	PLUGH_ABOUT("transform a file into a container of blocks", .flags = PLUGH_MEASURES_MEMORY),
	PLUGH_OPT(block, "-b --block-size",
		"bytes in a block, up to 1G; each block in work takes 6 times as much memory",
		.default_ = "64M"),
	PLUGH_OPT(jobs, "-j --jobs",
		"blocks in work at a time (default: one a core; fewer where memory is short)",
		.metavar = "N", .nargs = "1"),
	PLUGH_OPT(force, "-f --force", "overwrite OUT; write to a terminal"),
	PLUGH_OPT(output, "-o --output", "write to OUT", .metavar = "OUT", .access = PLUGH_WRITE),
	PLUGH_OPT(file, "file", "what to transform (default: standard input)", .metavar = "FILE",
		.nargs = "?", .access = PLUGH_READ),
	PLUGH_STATUS(1, "a file could not be read or written, or OUT exists"),
	PLUGH_EXAMPLE("plugh bwt encode -o book.bwt book.txt", "a container beside a file"),
	PLUGH_EXAMPLE("tar -c book | plugh bwt encode -b 16M | xz >book.tar.bwt.xz",
		"a stream, ready for who compresses it"),
	PLUGH_EPILOG("The container is described in plugh-bwt(5)."));

PLUGH_COMMAND(decode, struct decode_args, decode_run,
	PLUGH_ABOUT("restore what encode transformed", .flags = PLUGH_MEASURES_MEMORY),
	PLUGH_OPT(max_block, "--max-block",
		"refuse larger blocks, up to 1G; each in work takes 6 times its size of memory",
		.default_ = "256M"),
	PLUGH_OPT(jobs, "-j --jobs",
		"blocks in work at a time (default: one a core; fewer where memory is short)",
		.metavar = "N", .nargs = "1"),
	PLUGH_OPT(force, "-f --force", "overwrite OUT; write to a terminal"),
	PLUGH_OPT(output, "-o --output", "write to OUT", .metavar = "OUT", .access = PLUGH_WRITE),
	PLUGH_OPT(file, "file", "the container (default: standard input)", .metavar = "FILE",
		.nargs = "?", .access = PLUGH_READ),
	PLUGH_STATUS(1, "the container is damaged, a file could not be read or written, or OUT "
			"exists"),
	PLUGH_EXAMPLE("cat part1.bwt part2.bwt | plugh bwt decode >whole",
		"containers one behind the other"));

PLUGH_COMMAND(test, struct test_args, test_run,
	PLUGH_ABOUT("verify containers", .flags = PLUGH_MEASURES_MEMORY),
	PLUGH_OPT(max_block, "--max-block", "refuse larger blocks, up to 1G", .default_ = "256M"),
	PLUGH_OPT(jobs, "-j --jobs",
		"blocks in work at a time (default: one a core; fewer where memory is short)",
		.metavar = "N", .nargs = "1"),
	PLUGH_OPT(files, "file", "the containers", .metavar = "FILE", .nargs = "+",
		.access = PLUGH_READ),
	PLUGH_STATUS(1, "one is damaged, or could not be read"));

PLUGH_COMMAND(list, struct list_args, list_run,
	PLUGH_ABOUT("show the blocks of containers: number, size, index, checksum; contents are "
		    "passed over"),
	PLUGH_OPT(json, "--json",
		"an object a file: file, blocks (each with size, index and checksum), "
		"original_size, encoded_size"),
	PLUGH_OPT(files, "file", "the containers", .metavar = "FILE", .nargs = "+",
		.access = PLUGH_READ),
	PLUGH_STATUS(1, "one is damaged, or could not be read"));

PLUGH_PLUGIN_OF(bwt,
	PLUGH_ABOUT("Burrows-Wheeler transform, of texts and of files", .version = "0.1.0"),
	transform, inverse, encode, decode, test, list);
/* clang-format on */
