/* The arguments of the subcommands, and what runs them; the tables are plugin.c's.
 * SPDX-License-Identifier: MIT */
#ifndef BWT_COMMANDS_H
#define BWT_COMMANDS_H

#include <stdbool.h>

#include <plugh/sdk.h>

struct transform_args {
	bool bytes;
	bool json;
	const char *text;
};

struct inverse_args {
	bool bytes;
	bool json;
	const char *text;
	const char *index; /* as text, so that one too large for a number is refused in words */
};

struct encode_args {
	plugh_size block;
	plugh_ints jobs; /* one or none */
	bool force;
	const char *output;
	const char *file;
};

struct decode_args {
	plugh_size max_block;
	plugh_ints jobs;
	bool force;
	const char *output;
	const char *file;
};

struct test_args {
	plugh_size max_block;
	plugh_ints jobs;
	plugh_paths files;
};

struct list_args {
	bool json;
	plugh_paths files;
};

/* Each returns an exit status or -errno, reported. */
int transform_run(const struct plugh_host *host, const struct transform_args *args);
int inverse_run(const struct plugh_host *host, const struct inverse_args *args);
int encode_run(const struct plugh_host *host, const struct encode_args *args);
int decode_run(const struct plugh_host *host, const struct decode_args *args);
int test_run(const struct plugh_host *host, const struct test_args *args);
int list_run(const struct plugh_host *host, const struct list_args *args);

/* A JSON writer to standard output.
 * host  where the run keeps its pointer to the host, for the life of the writer */
struct plugh_json json_begin(const struct plugh_host **host);

#endif
