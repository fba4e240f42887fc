/* The kinds of members: how a word becomes a value, and how a value is put into the arguments
 * struct.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_KIND_H
#define PLUGH_KIND_H

#include <stddef.h>

#include <plugh/argparse.h>
#include <plugh/option.h>

/* The parser's type for a row: what words it accepts and what its errors say. Static. */
const struct plugh_type *kind_type(const struct plugh_option *option);

/* What stands for the value in help where the author gives no metavar: "SIZE"; NULL: argparse's
 * way, made of the option's name. Static. */
const char *kind_metavar(const struct plugh_option *option);

/* The kind in one word, for people and JSON: "flag", "int", "text", "paths", ... Static. */
const char *kind_name(const struct plugh_option *option);

/* Is the member a flag; a text, or several, or a choice; a list? */
bool kind_is_flag(const struct plugh_option *option);
bool kind_is_text(const struct plugh_option *option);
bool kind_is_list(const struct plugh_option *option);

/* Storage for what members point to; freed as a whole. */
struct kind_arena;
int kind_arena_create(struct kind_arena **ret_arena);
void kind_arena_destroy(struct kind_arena *arena);

/* Put the value that the parser found into the member of args.
 *
 * value  borrowed; texts in it are pointed to by args, so it must outlive args; NULL and None leave
 *        the member zero
 * Returns 0 or -ENOMEM. */
int kind_store(const struct plugh_option *option, const struct plugh_value *value,
	struct kind_arena *arena, void *args);

/* A place in a list, which may be one of lists. */
struct kind_place {
	size_t item, inner;
};

/* Walk the texts in a value that is a text or a list of texts: *place starts at 0, 0. Borrowed;
 * NULL after the last. */
const char *kind_text(const struct plugh_value *value, struct kind_place *place);

/* Is the word good for the row, as an ini file or the environment gives it? Returns 0, or -EINVAL
 * with one line in `error`: "invalid size value: '12Q' (a number with K, M, G or T)". */
int kind_check(const struct plugh_option *option, const char *word, char *error, size_t size);

#endif
