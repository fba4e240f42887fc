/* SPDX-License-Identifier: MIT */
/* The forms in which man pages show what a command takes: its synopsis, and the tag of each option.
 *
 * Appends man(7) source to a buffer, whose error sticks. Threads: any. */
#ifndef PLUGH_MAN_SYNOPSIS_H
#define PLUGH_MAN_SYNOPSIS_H

#include "man_roff.h"
#include "manifest.h"

/* One synopsis, as argparse's usage has it: options, then positionals, [ ] round what may be left
 * out, exclusive groups as [a | b] or (a | b). A group that holds a positional stands among the
 * positionals.
 *
 * prog  "plugh bwt encode"   Since: 0.1 */
void man_synopsis(struct plugh_buf *buf, const char *prog, const struct manifest_command *command);

/* A synopsis out of words that are ready: `prog` in bold, the rest as given, which is roff. */
void man_synopsis_begin(struct plugh_buf *buf, const char *prog);
void man_synopsis_end(struct plugh_buf *buf);

/* The tag of a row: "-b, --block-size SIZE" or "file", without a newline.
 *
 * command  whose row it is, NULL for an option of the host's own   Since: 0.1 */
void man_tag(struct plugh_buf *buf, const struct manifest_command *command,
	const struct plugh_option *option);

/* The values of a row alone: " SIZE", " [FILE ...]"; nothing for a flag. */
void man_values(struct plugh_buf *buf, const struct manifest_command *command,
	const struct plugh_option *option);

#endif
