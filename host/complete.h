/* SPDX-License-Identifier: MIT */
/* What may stand at a place of a command line, answered from manifests: no plugin code runs.
 *
 * The words before the place are read as the host and argparse read them: host options, the
 * command, options with their values (also --opt=VALUE, abbreviations and clusters of short ones),
 * subcommands, `--`, options that end at the first operand. Offered is what makes a good command
 * line: no option a second time unless that adds something, no member of an exclusive group beside
 * another one.
 *
 * Threads: any.   Since: 0.1 */
#ifndef PLUGH_COMPLETE_H
#define PLUGH_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include <plugh/buf.h>

#include "host_rows.h"
#include "manifest.h"

enum complete_status {
	COMPLETE_BUILTIN,
	COMPLETE_ENABLED,  /* a plugin that can be run */
	COMPLETE_DISABLED, /* a plugin that the configuration disables */
};

struct complete_command {
	const char *name;
	const char *summary;
	enum complete_status status;
};

/* Where names and manifests come from. What the functions return is borrowed by complete_words
 * until it returns. */
struct complete_source {
	void *ctx;

	/* The command of that name. *ret_builtin tells whether it is built in. Returns its
	 * manifest, or NULL where no such command can be run. */
	const struct manifest *(*find)(void *ctx, const char *name, bool *ret_builtin);

	/* All commands, in the order in which they are to be shown. Called at most once, and only
	 * where names of commands or plugins are to be completed. Returns 0 or -errno. */
	int (*list)(void *ctx, const struct complete_command **ret_list, size_t *ret_count);
};

/* All members are borrowed for the call. */
struct complete_line {
	const struct host_rows *host;
	const struct complete_source *source;
	const char *const *word; /* as the program would get them; word[0] is the program */
	size_t count;
	size_t index; /* the word to be completed, from 1; if it is not below count: an empty one */
};

/* What the shell knows better and is asked to add. */
enum complete_also {
	COMPLETE_FILES = 1 << 0,
	COMPLETE_DIRECTORIES = 1 << 1,
	COMPLETE_HOSTS = 1 << 2,
};

struct complete_answer {
	unsigned also; /* enum complete_also */

	/* Where not 0: the words from this one on are a command line of its own, and what may
	 * stand at the place is a matter of that command. There are no candidates then. */
	size_t command_at;

	/* Bytes at the start of the word that stay as they are, such as "--output="; candidates and
	 * files replace what follows. */
	size_t prefix_size;

	/* Pairs of strings, each with its NUL: text, description. See complete_next. */
	struct plugh_buf candidates;
};

/* Find what may stand there.
 *
 * ret_answer  receives the answer; see complete_answer_release, also after an error
 *
 * Returns 0 (also with no candidates), -ENOMEM, or what source->list returned. */
int complete_words(const struct complete_line *line, struct complete_answer *ret_answer);

/* Walk the candidates, which all begin with the word behind its prefix.
 *
 * cursor  starts at 0
 *
 * Returns false behind the last. The texts are borrowed from the answer; they are UTF-8 without
 * control characters, the description may be empty. */
bool complete_next(const struct complete_answer *answer, size_t *cursor, const char **ret_text,
	const char **ret_description);

void complete_answer_release(struct complete_answer *answer);

#endif
