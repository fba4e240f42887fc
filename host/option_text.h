/* SPDX-License-Identifier: MIT */
/* How a row of a manifest reads: how many words it takes, what stands for its value, its help with
 * argparse's %(default)s and the like filled in. Man pages and completions say with these what
 * --help says.
 *
 * The rules are those of CPython 3.11's argparse (Lib/argparse.py: _metavar_formatter,
 * _expand_help) for what a row can declare. All functions take an OPTION row; `command` is the
 * command whose row it is, NULL for an option of the host's own. Threads: any. */
#ifndef PLUGH_OPTION_TEXT_H
#define PLUGH_OPTION_TEXT_H

#include <limits.h>
#include <stdbool.h>

#include <plugh/buf.h>
#include <plugh/option.h>

#include "manifest.h"

#define OPTION_UNLIMITED UINT_MAX

/* How many words of the command line are its values. */
struct option_arity {
	unsigned least;
	unsigned most; /* OPTION_UNLIMITED: no limit */
};

/* The arity: 0 and 0 for a flag, 1 and 1 where nargs is not given.   Since: 0.1 */
struct option_arity option_arity(const struct plugh_option *option);

/* Does giving it again add something (append, extend, count)?   Since: 0.1 */
bool option_repeats(const struct plugh_option *option);

/* Is this argparse's BooleanOptionalAction, with a name --no-X for each --X?   Since: 0.1 */
bool option_is_negatable(const struct plugh_option *option);

enum {
	OPTION_NAME_SIZE = sizeof((struct plugh_option *)0)->names + sizeof "no-",
	OPTION_VALUE_SIZE = 256,
};

/* The INDEX-th name by which the command line may call the option, from 0; --no-X follows --X.
 *
 * buffer  receives the name; OPTION_NAME_SIZE bytes
 *
 * Returns false behind the last.   Since: 0.1 */
bool option_name(const struct plugh_option *option, size_t index, char *buffer);

/* What stands for the INDEX-th value: "SIZE", "{a,b}", "file".
 *
 * buffer  receives the text; OPTION_VALUE_SIZE bytes
 *
 * Returns BUFFER.   Since: 0.1 */
const char *option_value_name(const struct manifest_command *command,
	const struct plugh_option *option, unsigned index, char *buffer);

/* Append the help text with its %(name)s filled in.
 *
 * prog  for %(prog)s: "plugh bwt encode"
 *
 * What is no specifier of argparse is appended as it stands. Returns 0 or the buffer's error.
 * Since: 0.1 */
int option_append_help(struct plugh_buf *buf, const struct manifest_command *command,
	const struct plugh_option *option, const char *prog);

/* Append a paragraph, one of the command's EPILOG rows. As in argparse, which is given all of them
 * as one text, they are filled in only if there is a %(prog)s in any.
 * Returns as above.   Since: 0.1 */
int option_append_epilog(struct plugh_buf *buf, const struct manifest_command *command,
	const struct plugh_option *epilog, const char *prog);

#endif
