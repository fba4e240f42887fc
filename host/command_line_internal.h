/* What the two halves of the command line share: its declaration and its use.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_COMMAND_LINE_INTERNAL_H
#define PLUGH_COMMAND_LINE_INTERNAL_H

#include "command_line.h"
#include "kind.h"

/* One row and what it became in the parser. */
struct bound {
	const struct manifest_command *command;
	const struct plugh_option *row;
	struct plugh_argument *argument;
	char dest[MANIFEST_NAME_SIZE];
};

struct command_line {
	struct command_line_spec spec;
	struct plugh_parser *parser;
	struct plugh_subparsers *set;
	struct bound *bound;
	size_t bound_count;
	struct plugh_outcome *outcome;
	const struct manifest_command *command; /* chosen */
	const char *prog;
	struct kind_arena *arena;
	max_align_t *args;
};

/* Declare the parser from the manifest, with all rows bound. Returns 0, -ENOMEM, or -ENOEXEC with
 * the reason. */
int command_line_declare(struct command_line *line, struct reason *why);

#endif
