/* A plugin's command line: its manifest as a parser, the words as an arguments struct.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_COMMAND_LINE_H
#define PLUGH_COMMAND_LINE_H

#include <plugh/argparse.h>

#include "config.h"
#include "kind.h"
#include "manifest.h"
#include "options.h"

struct command_line;

struct command_line_spec {
	const struct manifest *manifest; /* borrowed for the life of the command line */
	const struct config *config;     /* defaults by ini and environment; NULL: none. Borrowed */
	const struct options *options;   /* the host's own, from before the command; borrowed */
	struct plugh_display display;
};

/* Build the parser.
 *
 * Returns 0, -ENOMEM, or -ENOEXEC when the parser refuses what the manifest says (why tells). */
int command_line_create(
	const struct command_line_spec *spec, struct command_line **ret_line, struct reason *why);

/* Parse the words behind the plugin's name. One call in the life of a command line.
 *
 * ret_outcome  borrowed from the command line; with PLUGH_OUTCOME_PARSED the questions below may be
 *              asked
 * Returns 0 or -ENOMEM. */
int command_line_parse(struct command_line *line, size_t count, char *const word[],
	const struct plugh_outcome **ret_outcome);

/* The help of the plugin, or of one of its subcommands (NULL: the plugin itself); the caller frees
 * it. -ENOENT where there is no such subcommand; -EINVAL where a help text has a bad %(...)s. */
int command_line_help(struct command_line *line, const char *subcommand, char **ret_text);

/* The usage text ("usage: ...\n") of the same. */
int command_line_usage(struct command_line *line, const char *subcommand, char **ret_text);

/* The command that the words chose: a subcommand, or the root. */
const struct manifest_command *command_line_command(const struct command_line *line);

/* The name for messages: "plugh bwt decode". */
const char *command_line_prog(const struct command_line *line);

/* The host options that stood behind the command, added to what ret_options holds. */
void command_line_options(const struct command_line *line, struct options *ret_options);

/* The arguments struct, filled. Borrowed. Returns 0 or -ENOMEM. */
int command_line_args(struct command_line *line, const void **ret_args);

/* Where a walk is; all zero at its start. */
struct command_line_cursor {
	size_t row;
	struct kind_place place;
};

/* Walk the paths that path options and operands name. Borrowed; NULL after the last. Default values
 * count. */
const char *command_line_path(
	const struct command_line *line, struct command_line_cursor *cursor, uint32_t *ret_access);

/* Those that .needs declares, without what .access of an option brings. */
uint32_t command_line_own_needs(const struct command_line *line);

/* The needs of this very command line: those of the plugin and the subcommand, and those of the
 * options that are given. */
uint32_t command_line_needs(const struct command_line *line);

/* Is the value good for an option, as an ini file or the environment gives it? Returns 0, or
 * -EINVAL with one line in `error`. sub is NULL for the plugin's own options. */
int command_line_check(struct command_line *line, const char *sub, const char *key,
	const struct config_value *value, char *error, size_t size);

/* NULL is accepted. */
void command_line_destroy(struct command_line *line);

#endif
