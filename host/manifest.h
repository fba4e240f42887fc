/* One plugin's manifest: its records, read as data and checked; no code of the plugin has run.
 *
 * Invariants of a struct manifest that a function here returned: there is a root; every command has
 * its head and its ABOUT; all texts are UTF-8, end in NUL inside their field and hold no control
 * characters; members lie inside the arguments struct and do not overlap (but for PLUGH_SET's);
 * groups are balanced; the list of subcommands names each COMMAND once.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_MANIFEST_H
#define PLUGH_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>

#include <plugh/plugin.h>

#include "reason.h"

/* A buffer of this size holds any name or key of a row. */
enum { MANIFEST_NAME_SIZE = sizeof(((struct plugh_option *)0)->names) };

/* One command: the plugin itself, or a subcommand. */
struct manifest_command {
	const struct plugh_option *head; /* PLUGIN or COMMAND: name, size of the arguments struct */
	const struct plugh_option *about; /* summary, needs, flags, usage status */
	const struct plugh_option *row;   /* the rows behind ABOUT: OPTION, GROUP, END, ... */
	size_t row_count;
};

struct manifest {
	struct manifest_command root;
	struct manifest_command *command; /* the subcommands as listed */
	size_t command_count;             /* 0: the plugin is one command */

	struct plugh_option *record; /* all rows */
	size_t record_count;
	void *storage; /* owned: what the rows stand in */
};

/* Read the manifest of an open file through its program headers.
 *
 * fd           borrowed, readable and seekable; its position is not used
 * ret_manifest receives a manifest to be destroyed
 * why          receives one line when the file is refused, e.g. "not an ELF file",
 *              "made for plugh ABI 2.0, this is 1.0: rebuild it with this host's SDK"
 *
 * Returns 0, -ENOEXEC (refused, see why), -ENOMEM or the errno of a read. Threads: any. */
int manifest_read(int fd, struct manifest **ret_manifest, struct reason *why);

/* The same from notes in memory, as a PT_NOTE segment holds them; and from a plugin that is linked
 * into this program. Errors as above. */
int manifest_parse(
	const void *notes, size_t size, struct manifest **ret_manifest, struct reason *why);
int manifest_of_linked(
	const struct plugh_plugin *plugin, struct manifest **ret_manifest, struct reason *why);

/* Questions. Everything returned is borrowed from the manifest. */
const char *manifest_name(const struct manifest *manifest);
const char *manifest_version(const struct manifest *manifest); /* "" where none is given */

/* The subcommand of that name, or NULL. */
const struct manifest_command *manifest_find_command(
	const struct manifest *manifest, const char *name);

/* The first long name without its dashes ("total"), into a caller's buffer: the key of ini files. A
 * positional, or an option with only short names, has none: returns false. */
bool manifest_option_key(const struct plugh_option *option, char ret_key[MANIFEST_NAME_SIZE]);

/* Does this OPTION row declare a positional? */
bool manifest_is_positional(const struct plugh_option *option);

/* The i-th name of a row ("-t", "--total"), into a caller's buffer; false beyond the last. The same
 * for the words of any blank-separated field (choices, metavar). */
bool manifest_option_name(
	const struct plugh_option *option, size_t i, char ret_name[MANIFEST_NAME_SIZE]);
bool manifest_word(const char *words, size_t i, char *ret_word, size_t size);

/* The next of blank-separated words: moves `at` to its first byte. Returns its length, 0 at the
 * end.
 */
size_t manifest_next_word(const char **at);

/* What an option needs when it is given: .needs, and what .access brings. */
uint32_t manifest_row_needs(const struct plugh_option *row);

/* The needs that a command has by itself and by its options: enum plugh_need bits, those of the
 * root included. */
uint32_t manifest_needs(const struct manifest *manifest, const struct manifest_command *command);

/* NULL is accepted. */
void manifest_destroy(struct manifest *manifest);

#endif
