/* SPDX-License-Identifier: MIT */
/* Between the files that make a man page (man*.c): the page under way and the sections that each
 * file appends to it. Errors stick in the page's buffer. */
#ifndef PLUGH_MAN_PARTS_H
#define PLUGH_MAN_PARTS_H

#include "man.h"

enum { MAN_NAME_SIZE = 224 }; /* of a prog or a page: two names of a manifest and "plugh" */

struct man {
	struct plugh_buf *buf;
	const struct man_about *about;
	const struct manifest *manifest;
	const struct manifest_command
		*command; /* the page is about; the root for a plugin's page */
};

/* "plugh bwt encode" (separator ' ') or "plugh-bwt-encode" ('-') into a buffer. */
const char *man_name(const struct man *man, const struct manifest_command *command, char separator,
	char buffer[MAN_NAME_SIZE]);

/* The number of commands that the page covers, and the INDEX-th: the page's own; for the page of a
 * plugin its subcommands follow. */
size_t man_count_commands(const struct man *man);
const struct manifest_command *man_get_command(const struct man *man, size_t index);

/* .TH and what goes before the first section. */
void man_head(struct plugh_buf *buf, const char *title, const char *date, const char *source);

/* A summary as a sentence, and the paragraphs of the epilog. */
void man_description(const struct man *man, const struct manifest_command *command);

/* man_option.c: ARGUMENTS and OPTIONS with a section for each group; the same as entries under
 * headings in bold, for a subcommand on its plugin's page. */
void man_options(const struct man *man);
void man_options_inline(const struct man *man, const struct manifest_command *command);

/* One entry: tag, help, and what the help does not say. prog as for option_append_help. */
void man_option_entry(struct plugh_buf *buf, const struct manifest_command *command,
	const struct plugh_option *option, const char *prog);

/* man_reference.c. */
void man_exit_status(const struct man *man);
void man_statuses_inline(const struct man *man, const struct manifest_command *command);
void man_environment(const struct man *man);
void man_files(const struct man *man);
void man_sandbox(const struct man *man);
void man_examples(const struct man *man);
void man_see_also(const struct man *man);

#endif
