/* SPDX-License-Identifier: MIT */
/* Reading the words before the one that is to be completed: what the parser would know by then. */
#ifndef PLUGH_COMPLETE_WALK_H
#define PLUGH_COMPLETE_WALK_H

#include "complete.h"

/* Rows that are looked up together, with a mark on each that was given. */
struct walk_rows {
	const struct plugh_option *row;
	size_t count;
	const bool *usable; /* NULL: all are */
	bool *given;        /* count of them, owned by the walk */
};

struct walk {
	const struct complete_line *line;
	const char *name; /* of the command: "timeout"; NULL at the host's level */
	bool is_builtin;
	const struct manifest *manifest;        /* NULL at the host's level */
	const struct manifest_command *command; /* its root, or the subcommand chosen */

	struct walk_rows own;  /* the command's; empty at the host's level */
	struct walk_rows host; /* the host's, as far as they may stand at this level */

	/* The option whose values come next, and how many it has. */
	const struct plugh_option *pending;
	unsigned taken;

	bool only_operands;  /* behind "--", or where options have ended */
	size_t operands;     /* seen so far, a subcommand not counted */
	const char *operand; /* the last of them, NULL before the first */
	size_t command_at;   /* see struct complete_answer */
	bool is_lost;        /* a word that nothing takes: there is nothing to say */
};

/* Read the words before line->index.
 *
 * ret_walk  receives the state; see walk_release, also after an error
 *
 * Returns 0 or -ENOMEM. */
int walk_words(const struct complete_line *line, struct walk *ret_walk);

void walk_release(struct walk *walk);

/* An option that a word names. */
struct walk_option {
	const struct plugh_option *row; /* NULL: --help, or none */
	struct walk_rows *rows;         /* the row's */
	size_t index;                   /* of the row there */
	size_t value; /* where in the word its value begins, behind '=' or in a cluster; 0: nowhere
		       */
};

/* The option that a word beginning with a dash names, the last one of a cluster; each of a cluster
 * is marked as given when `mark` is true. Returns false where it names none. */
bool walk_find_option(
	struct walk *walk, const char *word, bool mark, struct walk_option *ret_option);

/* Would the parser take the word for an option? */
bool walk_is_option(struct walk *walk, const char *word);

/* May the n-th operand (from 0) be a value of the index-th row? */
bool walk_takes_operand(const struct walk *walk, size_t index, size_t n);

/* Is another member of the exclusive group of the index-th row given? */
bool walk_is_excluded(const struct walk *walk, size_t index);

#endif
