/* SPDX-License-Identifier: MIT */
/* The parsing side: what the files that parse share. Parsing only reads the declared side. */
#ifndef PLUGH_ARGPARSE_RUN_H
#define PLUGH_ARGPARSE_RUN_H

#include "argparse_format.h"
#include "argparse_internal.h"

struct argparse_entry {
	struct pytext dest;
	const struct plugh_value *value;
};

struct plugh_namespace {
	struct argparse_entry *entry;
	size_t count;
	size_t capacity;
};

/* An argument that was met while parsing: seen_actions, and with counts seen_non_default_actions.
 */
struct argparse_seen {
	const struct plugh_argument *argument;
	bool counts;
	bool has_words; /* by a word of the command line, or as an option: what plugh_outcome_has
			   tells */
};

struct argparse_seen_list {
	struct argparse_seen *item;
	size_t count;
	size_t capacity;
};

struct plugh_outcome {
	struct argparse_arena arena;
	enum plugh_outcome_kind kind;
	int status;
	struct pytext_buf out;
	struct pytext_buf err;
	struct pytext_buf message;
	struct pytext_buf hint;
	struct plugh_namespace ns;
	struct plugh_value extras;
	struct argparse_seen_list seen; /* of all parsers and passes */
	const struct plugh_parser *parser;
	struct argparse_list sets;    /* sets of subparsers that chose, and ... */
	struct argparse_list chosen;  /* ... what each chose */
	struct argparse_list growing; /* lists that append and extend made */
};

/* Words. */
struct argparse_words {
	struct pytext *item;
	size_t count;
	size_t capacity;
};

/* How a word that looks like an option was understood: _parse_optional's tuple. */
struct argparse_match {
	const struct plugh_argument *argument; /* NULL: no option of this parser */
	struct pytext name;                    /* the option string, in full */
	struct pytext value;                   /* the explicit argument, or None */
};

/* One parse_known_args under way. */
struct argparse_run {
	const struct plugh_parser *parser;
	const struct argparse_view *view;
	struct argparse_run *above; /* the run that chose this subparser */
	struct plugh_outcome *outcome;
	struct argparse_arena *arena; /* the outcome's */
	struct plugh_namespace *ns;
	struct argparse_words words;
	char *pattern; /* 'O', 'A' or '-' for each word; 0 while it is not looked at */
	struct argparse_match *match; /* for each word that is 'O' */
	size_t verbatim_from;         /* words from here on are operands, "--" included */
	struct argparse_seen_list seen;
	struct argparse_words extras;
	const struct plugh_argument **positional; /* those not yet consumed */
	size_t positional_count;
	struct pytext
		origin; /* where the value under conversion is from, unless the command line */
};

/* ---- argparse_outcome.c ---- */

/* End the parse: as parser.error(message) does; as raising ArgumentError(argument, message) does;
 * because Python would raise something else. All return -ECANCELED, or -ENOMEM. */
int argparse_run_error(struct argparse_run *run, struct pytext message);
int argparse_run_raise(
	struct argparse_run *run, const struct plugh_argument *argument, struct pytext message);
int argparse_run_raise_string(
	struct argparse_run *run, const struct plugh_argument *argument, const char *message);
int argparse_run_refuse(struct argparse_run *run, const char *message);

/* The same with a message that was gathered in buf, which is released. */
int argparse_run_raise_buf(
	struct argparse_run *run, const struct plugh_argument *argument, struct pytext_buf *buf);

/* End the parse with text on standard output and status 0. */
int argparse_run_print(struct argparse_run *run, const struct pytext_buf *text);

/* ---- argparse_namespace.c ---- */

const struct plugh_value *argparse_namespace_get(
	const struct plugh_namespace *ns, struct pytext dest);
int argparse_namespace_set(struct argparse_arena *arena, struct plugh_namespace *ns,
	struct pytext dest, const struct plugh_value *value);
void argparse_namespace_remove(struct plugh_namespace *ns, struct pytext dest);

int argparse_words_append(
	struct argparse_arena *arena, struct argparse_words *words, struct pytext word);

int argparse_seen_add(
	struct argparse_arena *arena, struct argparse_seen_list *list, struct argparse_seen seen);
const struct argparse_seen *argparse_seen_find(
	const struct argparse_seen_list *list, const struct plugh_argument *argument);

/* ---- argparse_classify.c ---- */

/* Understand the words up to word i as options or operands, as far as not done yet. */
int argparse_classify(struct argparse_run *run, size_t i);

/* "-abc" understood as -a with the value "bc": what -b with the value "c" is; false when there is
 * no -b. */
bool argparse_next_letter(const struct argparse_run *run, const struct argparse_match *match,
	struct argparse_match *ret_next);

/* ---- argparse_match.c ---- */

/* End with "expected one argument" or what nargs says. */
int argparse_raise_mismatch(struct argparse_run *run, const struct plugh_argument *argument);

/* _match_argument: how many of the words in pattern an option takes; or raises. */
int argparse_match_option(struct argparse_run *run, const struct plugh_argument *argument,
	const char *pattern, size_t length, size_t *ret_count);

/* _match_arguments_partial: how many words each of the first positionals takes, for as many
 * positionals as can be matched; *ret_count receives that number. */
int argparse_match_positionals(
	struct argparse_run *run, size_t start, size_t *ret_word_count, size_t *ret_count);

/* ---- argparse_cut.c ---- */

/* PLUGH_PARSER_OPTIONS_FIRST, PLUGH_ARGUMENT_ENDS_OPTIONS: find where options end and set
 * verbatim_from. */
int argparse_cut(struct argparse_run *run);

/* ---- argparse_consume.c ---- */

/* Walk over all words. */
int argparse_consume(struct argparse_run *run);

/* ---- argparse_convert.c ---- */

/* _get_values: the value that these words (which are the caller's to change) give the argument. */
int argparse_get_values(struct argparse_run *run, const struct plugh_argument *argument,
	struct argparse_words words, bool is_verbatim, const struct plugh_value **ret_value);

/* _get_value: one text through the argument's type; _check_value: is it among the choices? */
int argparse_get_value(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value *text, const struct plugh_value **ret_value);
int argparse_check_value(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value *value);

/* ---- argparse_action.c ---- */

/* What the action does with the value. name is the option string, or None. */
int argparse_act(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value *value, struct pytext name);

/* ---- argparse_external.c ---- */

/* Put externals in the place of defaults that the command line left. */
int argparse_apply_externals(struct argparse_run *run);

/* ---- argparse_finish.c ---- */

/* Required arguments and groups, defaults that are texts. */
int argparse_finish(struct argparse_run *run);

/* ---- argparse_fromfile.c ---- */

/* _read_args_from_files */
int argparse_read_files(struct argparse_run *run, struct argparse_words *words);

/* ---- argparse_suggest.c ---- */

/* Remember in the outcome's hint what may have been meant by a word: by an option that parser does
 * not know; by a value that is none of the choices. Nothing when nothing is near. */
void argparse_suggest_option(struct argparse_run *run, struct pytext word);
void argparse_suggest_choice(
	struct argparse_run *run, struct pytext word, const struct plugh_value *choices);

/* ---- argparse_parse.c ---- */

/* parse_known_args of a parser: fills ns, appends what nothing took to extras. */
int argparse_run_parser(struct argparse_run *run, const struct argparse_words *words,
	struct argparse_words *extras);

#endif
