/* The host's own options, before the command and behind it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_OPTIONS_H
#define PLUGH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include <plugh/argparse.h>

struct options {
	const char *config_file; /* --config */
	const char *plugin_path; /* --plugin-path */
	bool safe;
	const char *color; /* "auto", "always", "never"; NULL: not given */
	bool time;
	bool json;
	bool trace;
	int verbosity; /* -1, 0, 1, ... */
	bool help;     /* --help of the host */
	bool version;  /* --version of the host */

	size_t command; /* index of the command's name in argv; argc where there is none */
};

struct options_command {
	const char *name, *summary;
};

/* The parser of `plugh ...` itself.
 *
 * command  shown in the help, in this order; ends in one without a name; NULL: none are listed
 * Returns 0 or -ENOMEM; the caller destroys the parser. */
int options_parser(const struct plugh_display *display, const struct options_command *command,
	struct plugh_parser **ret_parser);

/* Parse the words before the command, and find the command. Strings in the options are
 * borrowed from the outcome.
 *
 * Returns 0 with options and the outcome, which the caller destroys before the parser; or -ENOMEM.
 */
int options_parse(const struct plugh_parser *parser, int argc, char *const argv[],
	struct options *ret_options, struct plugh_outcome **ret_outcome);

/* Do the words begin with the command's name, so that there is nothing to parse before it? Then the
 * options are all at their defaults, and most starts are spared the parser. */
bool options_are_absent(int argc, char *const argv[], struct options *ret_options);

/* Declare on a plugin's parser what may stand behind the command, each spelled in full only.
 *
 * version  what --version prints; "": no such option (a subcommand's parser)
 * Returns 0 or -ENOMEM. */
int options_declare(struct plugh_parser *parser, const char *version);

/* Add what stood there to the options. Their strings are borrowed from ns. */
void options_collect(const struct plugh_namespace *ns, struct options *options);

/* One option as completion and man page show it; all borrowed, static. */
struct options_about {
	const char *const *name; /* "-v", "--verbose", NULL */
	const char *metavar;     /* NULL: a flag */
	const char *help;
	bool behind; /* may stand behind the command too */
};

/* The i-th option of the host; false beyond the last. */
bool options_get(size_t i, struct options_about *ret_about);

/* A copy in which each '%' is doubled, for texts that argparse expands; the caller frees it.
 * Returns 0 or -ENOMEM. */
int options_escape_percent(const char *text, char **ret_text);

#endif
