/* SPDX-License-Identifier: MIT */
/* The declared side of the parser: what the argparse_*.c files share. The names follow
 * Lib/argparse.py of CPython 3.11 where it has one, so that the two can be read side by side;
 * actions are called arguments here.
 *
 * Texts: bytes NULL is None, bytes plugh_suppress is SUPPRESS. Values: a NULL pointer is "None as
 * not given".
 *
 * Functions return 0 or
 *   -ENOMEM     out of memory
 *   -EINVAL     Python raises TypeError, ValueError or the like: the declaration is wrong
 *   -ECANCELED  only while parsing: the outcome says exit or error, and parsing is over */
#ifndef PLUGH_ARGPARSE_INTERNAL_H
#define PLUGH_ARGPARSE_INTERNAL_H

#include <plugh/argparse.h>

#include "argparse_arena.h"
#include "argparse_value.h"
#include "pytext.h"
#include "pytext_buf.h"

#define ARGPARSE_COUNT(array) (sizeof(array) / sizeof *(array))

/* Kinds of arguments beyond enum plugh_action. */
enum {
	ARGPARSE_ACTION_PARSERS = 100, /* a set of subparsers */
	ARGPARSE_ACTION_CHOICE = 101,  /* a line of help for one subparser */
};

enum argparse_nargs_kind {
	ARGPARSE_NARGS_NONE,
	ARGPARSE_NARGS_OPTIONAL,     /* ? */
	ARGPARSE_NARGS_ZERO_OR_MORE, /* * */
	ARGPARSE_NARGS_ONE_OR_MORE,  /* + */
	ARGPARSE_NARGS_REMAINDER,    /* ... */
	ARGPARSE_NARGS_PARSER,       /* A... */
	ARGPARSE_NARGS_SUPPRESS,
	ARGPARSE_NARGS_NUMBER,
	ARGPARSE_NARGS_INVALID, /* a string that means nothing; found out on use, as in Python */
};

struct argparse_nargs {
	enum argparse_nargs_kind kind;
	long number;
	struct pytext text; /* as declared, for %(nargs)s */
};

/* What all parsers of one tree share: made by plugh_parser_create, freed by plugh_parser_destroy.
 */
struct argparse_tree {
	struct argparse_arena arena;
	struct plugh_display display;
	struct pytext_buf problem;
	struct plugh_parser *root;
};

/* A value from outside the command line. */
struct argparse_external {
	struct pytext *word;
	size_t count;
	struct pytext origin; /* None: there is no external */
};

struct plugh_argument {
	struct argparse_tree *tree;
	struct plugh_group *container; /* the last that took it in */
	int action;                    /* enum plugh_action or ARGPARSE_ACTION_* */
	unsigned flags;
	struct pytext *name; /* option_strings; none: positional */
	size_t name_count;
	struct pytext dest;
	struct argparse_nargs nargs;
	const struct plugh_value *const_;
	const struct plugh_value *default_; /* never NULL */
	const struct plugh_type *type;      /* NULL: None */
	const struct plugh_value *choices;  /* NULL: None; else a list */
	bool required;
	struct pytext help;
	struct pytext *metavar; /* one, or a tuple */
	size_t metavar_count;
	bool has_metavar;
	bool has_tuple;
	struct pytext version;
	struct plugh_subparsers *set; /* of ARGPARSE_ACTION_PARSERS */
	struct argparse_external external;
	void *tag;
};

/* One entry of _option_string_actions. */
struct argparse_option {
	struct pytext name;
	struct plugh_argument *argument;
};

struct argparse_default {
	struct pytext dest;
	const struct plugh_value *value;
};

/* What a parser and its groups share. */
struct argparse_registry {
	struct argparse_list arguments; /* _actions */
	struct argparse_list exact; /* arguments with PLUGH_ARGUMENT_EXACT, apart from all others */
	struct argparse_option *option; /* in the order of Python's dict */
	size_t option_count, option_capacity;
	struct argparse_default *default_;
	size_t default_count, default_capacity;
	struct argparse_list exclusives; /* _mutually_exclusive_groups */
	bool has_negative_number_options;
};

enum argparse_group_kind {
	ARGPARSE_GROUP_PARSER, /* the container that a parser is */
	ARGPARSE_GROUP_TITLED,
	ARGPARSE_GROUP_EXCLUSIVE,
};

/* _ActionsContainer and its kinds. */
struct plugh_group {
	enum argparse_group_kind kind;
	struct plugh_parser *parser;
	struct argparse_registry *registry;
	struct plugh_group *container; /* of an exclusive group */
	struct pytext title;
	struct pytext description;
	struct pytext prefix_chars;
	const struct plugh_value *argument_default; /* NULL: None */
	enum plugh_conflict conflict;
	bool required;
	struct argparse_list arguments; /* _group_actions */
	struct argparse_list groups;    /* _action_groups */
};

struct plugh_parser {
	struct plugh_group self;
	struct argparse_registry registry;
	struct argparse_tree *tree;
	struct pytext prog;
	struct pytext usage;
	struct pytext epilog;
	struct pytext fromfile_prefix_chars;
	unsigned formatter;
	unsigned flags;
	int usage_status;
	struct plugh_group *positionals;
	struct plugh_group *optionals;
	struct plugh_group *subparsers_group;
	void *tag;
};

/* _SubParsersAction, beside its argument. */
struct plugh_subparsers {
	struct plugh_parser *parser;
	struct plugh_argument *argument;
	struct pytext prog_prefix;
	struct plugh_value choices;   /* the names and aliases, as a list of texts */
	struct plugh_value *choice;   /* its elements, and ... */
	struct argparse_list parsers; /* ... the parser of each */
	size_t choice_capacity;
	struct argparse_list choice_help; /* _choices_actions */
};

/* ---- argparse_declare.c ---- */

/* Say why a declaration is refused; returns -EINVAL, or -ENOMEM when not even that can be said. */
__attribute__((format(printf, 2, 3))) int argparse_refuse(
	struct argparse_tree *tree, const char *format, ...);

/* Copy a text or a value into the tree's memory. PLUGH_NONE and a NULL pointer give None. */
int argparse_tree_text(struct argparse_tree *tree, const char *s, struct pytext *ret_text);
int argparse_tree_value(struct argparse_tree *tree, const struct plugh_value *value,
	const struct plugh_value **ret_value);

/* The value that stands for None. */
const struct plugh_value *argparse_none(void);

/* ---- argparse_group.c ---- */

/* Fill a group of the parser; prefix characters, default and conflict handler come from the
 * container. */
int argparse_group_create(struct plugh_group *container, enum argparse_group_kind kind,
	struct plugh_group **ret_group);

/* _add_action: into this container and all that are around it. */
int argparse_group_adopt(struct plugh_group *group, struct plugh_argument *argument);

/* The argument that an option string stands for, or NULL. */
struct plugh_argument *argparse_registry_find(
	const struct argparse_registry *registry, struct pytext name);

/* ---- argparse_parser.c ---- */

/* Fill a parser in its tree; prog is what it is called unless the spec says otherwise. */
int argparse_parser_init(struct argparse_tree *tree, const struct plugh_parser_spec *spec,
	struct pytext prog, struct plugh_parser **ret_parser);

/* ---- argparse_name.c ---- */

/* Is the first code point of text among chars? *ret_size receives its bytes (0 for an empty text).
 */
bool argparse_has_prefix(struct pytext text, struct pytext chars, size_t *ret_size);

/* re.match(r"^-\d+$|^-\d*\.\d+$", text) */
bool argparse_is_negative_number(struct pytext text);

/* _get_action_name; None where Python returns None. */
int argparse_append_name(
	struct pytext_buf *buf, const struct plugh_argument *argument, bool *ret_is_none);

/* str(ArgumentError(argument, message)); argument may be NULL. */
int argparse_append_error(
	struct pytext_buf *buf, const struct plugh_argument *argument, struct pytext message);

/* nargs as declared. */
struct argparse_nargs argparse_nargs_parse(const char *nargs);

static inline bool argparse_is_option(const struct plugh_argument *argument)
{
	return argument->name_count > 0;
}

/* nargs == 0 */
static inline bool argparse_is_flag(struct argparse_nargs nargs)
{
	return nargs.kind == ARGPARSE_NARGS_NUMBER && nargs.number == 0;
}

static inline bool argparse_is_suppressed(struct pytext text)
{
	return text.bytes == plugh_suppress;
}

#endif
