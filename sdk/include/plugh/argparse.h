/* SPDX-License-Identifier: MIT */
/* clang-format off */
/* Command lines, parsed as CPython 3.11's argparse parses them: the same grammar, the same help and
 * usage layout, the same error texts, the same exit statuses. The reference is Lib/argparse.py of
 * CPython 3.11 and https://docs.python.org/3.11/library/argparse.html.
 *
 * A program declares a parser at run time, hands it words, and gets an outcome back as a value: a
 * namespace, or an exit status with the text for standard output and standard error, or (with
 * PLUGH_PARSER_NO_EXIT) an error message. Nothing here prints or exits unless asked, and there is
 * no global state.
 *
 *     struct plugh_parser *parser = NULL;
 *     struct plugh_outcome *outcome = NULL;
 *
 *     int r = plugh_parser_create(&(struct plugh_parser_spec){ .prog = "sum" }, &parser);
 *     if (r == 0)
 *         r = plugh_parser_add_argument(parser, &(struct plugh_argument_spec){
 *             .names = PLUGH_NAMES("n"), .nargs = "+", .type = &plugh_type_int,
 *             .help = "what to add" }, NULL);
 *     if (r == 0)
 *         r = plugh_parser_parse(parser, (size_t)argc - 1, argv + 1, &outcome);
 *     if (r == 0 && plugh_outcome_kind(outcome) != PLUGH_OUTCOME_PARSED)
 *         r = plugh_outcome_print(outcome, stdout, stderr);
 *     ...
 *     plugh_outcome_destroy(outcome);
 *     plugh_parser_destroy(parser);
 *
 * argparse                               here
 * -------------------------------------  ---------------------------------------------------------
 * ArgumentParser(prog="x", usage="y")    plugh_parser_create(&(struct plugh_parser_spec){
 *                                            .prog = "x", .usage = "y" }, &p)
 * add_help=False, allow_abbrev=False     .flags = PLUGH_PARSER_NO_HELP | PLUGH_PARSER_NO_ABBREV
 * exit_on_error=False                    .flags = PLUGH_PARSER_NO_EXIT
 * parents=[a, b]                         plugh_parser_add_parent(p, a), then b, before all else
 * formatter_class=RawTextHelpFormatter   .formatter = PLUGH_FORMATTER_RAW_TEXT
 * p.add_argument("-o", "--out")          plugh_parser_add_argument(p,
 *                                            &(struct plugh_argument_spec){
 *                                                .names = PLUGH_NAMES("-o", "--out") }, NULL)
 * action="store_true"                    .action = PLUGH_ACTION_STORE_TRUE
 * type=int                               .type = &plugh_type_int
 * type=some_function                     .type = &a_struct_plugh_type_of_yours
 * nargs=2, nargs="?", nargs=REMAINDER    .nargs = "2", .nargs = "?", .nargs = "..."
 * default=5, default=None                .default_ = PLUGH_INT_VALUE(5), = PLUGH_NONE_VALUE
 * default=SUPPRESS, help=SUPPRESS        .default_ = PLUGH_SUPPRESS_VALUE, .help = PLUGH_SUPPRESS
 * const="x"                              .const_ = PLUGH_TEXT_VALUE("x")
 * choices=["a", "b"]                     .choices = PLUGH_LIST_VALUE(PLUGH_TEXT("a"),
 *                                            PLUGH_TEXT("b"))
 * metavar=("X", "Y")                     .metavars = PLUGH_NAMES("X", "Y")
 * required=True                          .required = PLUGH_YES
 * p.add_argument_group("title")          plugh_group_add_group(plugh_parser_group(p), &spec, &g)
 * p.add_mutually_exclusive_group()       plugh_group_add_exclusive(plugh_parser_group(p), false,
 *                                            &g)
 * g.add_argument("-x")                   plugh_group_add_argument(g, &spec, NULL)
 * s = p.add_subparsers(dest="cmd")       plugh_parser_add_subparsers(p, &spec, &s)
 * s.add_parser("run", help="run it")     plugh_subparsers_add(s, "run", &spec, &sub)
 * p.set_defaults(level=3)                plugh_group_set_default(plugh_parser_group(p), "level",
 *                                            PLUGH_INT_VALUE(3))
 * args = p.parse_args(argv)              plugh_parser_parse(p, count, word, &outcome)
 * p.parse_known_args(argv), ..           plugh_parser_parse_as(p, mode, count, word, NULL,
 *                                            &outcome)
 * args.out                               plugh_namespace_find(plugh_outcome_namespace(outcome),
 *                                            "out")
 * p.format_help(), p.format_usage()      plugh_parser_format_help(p, &text), .._format_usage
 *
 * Strings. Words are bytes. Text is UTF-8 and its width is counted in code points, as Python's
 * len() counts; bytes that are no UTF-8 behave as Python's surrogateescape makes them. Every string
 * and value in a spec is borrowed for the call and copied; a struct plugh_type is borrowed for the
 * parser's life.
 *
 * "Not given" and None. Members left out of a spec are "not given", as a keyword left out of Python's
 * call. To give None, use PLUGH_NONE for a string, PLUGH_NONE_VALUE for a value, &plugh_type_none for
 * a type. It matters where it does in argparse (a subparser's help, an argument's default).
 *
 * Memory. A parser owns its groups, arguments, subparser sets and subparsers; plugh_parser_destroy on
 * the one that plugh_parser_create made frees all of them. An outcome owns its namespace and texts,
 * borrows from its parser, and must be destroyed first. A parser of which a declaration failed can
 * be destroyed, and nothing else.
 *
 * Threads: any. Declaring is for one thread at a time; once declared, a parser is only read by
 * parsing and formatting, so threads may share it.
 *
 * Integers are int64 and floats double: a text beyond int64 is an invalid int value.
 *
 * Since: 0.1 */
/* clang-format on */
#ifndef PLUGH_ARGPARSE_H
#define PLUGH_ARGPARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Opaque: see the functions below. */
struct plugh_parser;
struct plugh_group;
struct plugh_argument;
struct plugh_subparsers;
struct plugh_namespace;
struct plugh_outcome;

/* ---- Values ---- */

enum plugh_value_kind {
	PLUGH_VALUE_NONE,     /* Python's None */
	PLUGH_VALUE_SUPPRESS, /* argparse.SUPPRESS: as a default, "leave the name out" */
	PLUGH_VALUE_BOOL,
	PLUGH_VALUE_INT,
	PLUGH_VALUE_FLOAT,
	PLUGH_VALUE_TEXT,
	PLUGH_VALUE_LIST,
};

/* A value; which member of the union holds depends on kind. Values inside an outcome are borrowed
 * from it. */
struct plugh_value {
	enum plugh_value_kind kind;
	union {
		bool boolean;
		int64_t integer;
		double number;
		struct {
			const char *bytes; /* ends in NUL ... */
			size_t length;     /* ... not counted here; others may stand inside */
		} text;
		struct {
			const struct plugh_value *item;
			size_t count;
		} list;
	} as;
};

/* Values for specs, as expressions of type const struct plugh_value * that live as long as the
 * enclosing block (C only). PLUGH_TEXT and its like are the elements of PLUGH_LIST_VALUE. */
/* clang-format off */
#define PLUGH_NONE_VALUE (&(const struct plugh_value){ .kind = PLUGH_VALUE_NONE })
#define PLUGH_SUPPRESS_VALUE (&(const struct plugh_value){ .kind = PLUGH_VALUE_SUPPRESS })
#define PLUGH_BOOL_VALUE(b)                                                                        \
	(&(const struct plugh_value){ .kind = PLUGH_VALUE_BOOL, .as.boolean = (b) })
#define PLUGH_INT_VALUE(i) (&(const struct plugh_value)PLUGH_INT(i))
#define PLUGH_FLOAT_VALUE(d) (&(const struct plugh_value)PLUGH_FLOAT(d))
#define PLUGH_TEXT_VALUE(s) (&(const struct plugh_value)PLUGH_TEXT(s))
#define PLUGH_LIST_VALUE(...)                                                                      \
	(&(const struct plugh_value){ .kind = PLUGH_VALUE_LIST,                                    \
		.as.list = { (const struct plugh_value[]){ __VA_ARGS__ },                          \
			sizeof((const struct plugh_value[]){ __VA_ARGS__ }) /                      \
				sizeof(struct plugh_value) } })
#define PLUGH_INT(i) { .kind = PLUGH_VALUE_INT, .as.integer = (i) }
#define PLUGH_FLOAT(d) { .kind = PLUGH_VALUE_FLOAT, .as.number = (d) }
#define PLUGH_TEXT(s) { .kind = PLUGH_VALUE_TEXT, .as.text = { (s), sizeof(s) - 1 } }
/* clang-format on */

/* A NULL-terminated array of strings, for names, aliases and metavars (C only). */
#define PLUGH_NAMES(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Stand for argparse.SUPPRESS and None where a spec has a string; compared by address. */
extern const char plugh_suppress[];
extern const char plugh_none[];
#define PLUGH_SUPPRESS plugh_suppress
#define PLUGH_NONE     plugh_none

/* Python's ==: True equals 1 and 1.0, a list one of equal elements, nan equals nothing. */
bool plugh_value_is_equal(const struct plugh_value *value, const struct plugh_value *other);

/* ---- Types ---- */

/* Where a converter says why it refuses a text. Both start empty. With message set, the error is
 * "argument --x: MESSAGE"; else it is "argument --x: invalid NAME value: 'TEXT'", and with hint set
 * " (HINT)" follows. What does not fit is cut at a character's end. */
struct plugh_refusal {
	char message[256];
	char hint[256];
};

/* What turns a word into a value: name is what error texts and %(type)s call it, never NULL.
 *
 * convert [any-thread] is called while parsing, for words and for text defaults:
 *
 * ctx        the member below
 * text       the word; ends in NUL
 * ret_value  the result; a text or list in it may point into text, or to storage that lasts until
 *            the next call: it is copied at once
 * refusal    see above
 *
 * It returns 0; -ENOMEM, which ends the parse; or another negative number: the text is refused. */
struct plugh_type {
	const char *name;
	int (*convert)(void *ctx, const char *text, struct plugh_value *ret_value,
		struct plugh_refusal *refusal);
	void *ctx;
};

/* Python's int and float (underscores, blanks around, Unicode digits, inf, nan) and str; "none" is
 * type=None, which differs from "not given" only in that actions without values refuse it. */
extern const struct plugh_type plugh_type_int;
extern const struct plugh_type plugh_type_float;
extern const struct plugh_type plugh_type_str;
extern const struct plugh_type plugh_type_none;

/* ---- Specs ---- */

/* PLUGH_UNSET is "not given", so that zeroed memory is. */
enum plugh_answer {
	PLUGH_UNSET = 0,
	PLUGH_YES = 1,
	PLUGH_NO = 2,
};

/* Python's five formatter classes; they may be combined with |, as multiple inheritance would. */
enum plugh_formatter {
	PLUGH_FORMATTER_PLAIN = 0,
	PLUGH_FORMATTER_RAW_DESCRIPTION = 1,
	PLUGH_FORMATTER_RAW_TEXT = 1 | 2,
	PLUGH_FORMATTER_DEFAULTS = 4,
	PLUGH_FORMATTER_METAVAR_TYPE = 8,
};

enum plugh_conflict {
	PLUGH_CONFLICT_UNSET, /* "error" for a parser, the container's for a group */
	PLUGH_CONFLICT_ERROR,
	PLUGH_CONFLICT_RESOLVE, /* the older argument loses the name */
};

enum plugh_parser_flag {
	PLUGH_PARSER_NO_HELP = 1,   /* add_help=False */
	PLUGH_PARSER_NO_ABBREV = 2, /* allow_abbrev=False */
	PLUGH_PARSER_NO_EXIT = 4, /* exit_on_error=False: PLUGH_OUTCOME_ERROR where Python raises */

	/* Beyond argparse: options end at the first operand. The words are cut at the first that is
	 * an operand, counting the words that options before it take; only those before it are
	 * looked at as options. All from there on, "--" included, goes to the positionals verbatim;
	 * one "--" directly before the first operand is dropped. */
	PLUGH_PARSER_OPTIONS_FIRST = 8,
};

struct plugh_parser_spec {
	/* Not given: the program's name; for a subparser, what argparse derives. */
	const char *prog;
	const char *usage; /* %(prog)s is replaced; PLUGH_SUPPRESS leaves the usage out */
	const char *description;
	const char *epilog;
	const char *prefix_chars;          /* not given: "-" */
	const char *fromfile_prefix_chars; /* not given: no argument files */
	const struct plugh_value *argument_default;
	unsigned formatter; /* enum plugh_formatter */
	enum plugh_conflict conflict;
	unsigned flags; /* enum plugh_parser_flag */

	/* Beyond argparse: the exit status of usage errors; 0: 2, or what the parser above has. */
	int usage_status;
	void *tag; /* the caller's; see plugh_parser_tag */

	/* Of subparsers only. Help not given: not listed; PLUGH_NONE: listed without text. */
	const char *help;
	const char *const *aliases; /* NULL-terminated */
};

struct plugh_group_spec {
	const char *title;
	const char *description;
	const char *prefix_chars; /* these three not given: the container's */
	const struct plugh_value *argument_default;
	enum plugh_conflict conflict;
};

enum plugh_action {
	PLUGH_ACTION_STORE,
	PLUGH_ACTION_STORE_CONST,
	PLUGH_ACTION_STORE_TRUE,
	PLUGH_ACTION_STORE_FALSE,
	PLUGH_ACTION_APPEND,
	PLUGH_ACTION_APPEND_CONST,
	PLUGH_ACTION_COUNT,
	PLUGH_ACTION_EXTEND,
	PLUGH_ACTION_HELP,
	PLUGH_ACTION_VERSION,
	PLUGH_ACTION_BOOLEAN_OPTIONAL, /* argparse.BooleanOptionalAction: --foo and --no-foo */
};

enum plugh_argument_flag {
	/* Beyond argparse: matched only when spelled in full as a word of its own (--color=never
	 * and --color never when it takes a value), never by abbreviation, never in a cluster of
	 * short options, never making an abbreviation ambiguous; left out of help, usage and
	 * suggestions. An argument of the parser's own with the same name wins, whichever is
	 * declared first. So a host adds its options to any parser. */
	PLUGH_ARGUMENT_EXACT = 1,

	/* Beyond argparse: options end behind this option. All words after it, "--" included, are
	 * its own, verbatim; for nargs "+", "*" and "...". */
	PLUGH_ARGUMENT_ENDS_OPTIONS = 2,
};

struct plugh_argument_spec {
	/* NULL-terminated. One without prefix character declares a positional; NULL with dest
	 * given does too. */
	const char *const *names;
	enum plugh_action action;
	enum plugh_answer required;

	/* "?", "*", "+", "..." (REMAINDER), "A..." (PARSER), a decimal number, PLUGH_SUPPRESS. */
	const char *nargs;
	const struct plugh_value *const_;
	const struct plugh_value *default_;
	const struct plugh_type *type;     /* borrowed for the parser's life */
	const struct plugh_value *choices; /* a list */
	const char *help;                  /* PLUGH_SUPPRESS hides it in help and usage */
	const char *metavar;               /* one name, or ... */
	const char *const *metavars;       /* ... a tuple of them, NULL-terminated */
	const char *dest;                  /* PLUGH_SUPPRESS: no default is stored */
	const char *version;               /* of PLUGH_ACTION_VERSION */
	unsigned flags;                    /* enum plugh_argument_flag */
	void *tag;                         /* the caller's; see plugh_argument_tag */
};

struct plugh_subparsers_spec {
	const char *title; /* with title or description given: a group of its own in the help */
	const char *description;
	const char *prog; /* not given: the parser's usage with its positionals so far */
	const char *dest;
	enum plugh_answer required;
	const char *help;
	const char *metavar;
};

/* How help and errors look; of a whole tree of parsers. Colour is ANSI SGR around headings, option
 * names and metavars, and never changes the layout. */
struct plugh_display {
	/* 0: $COLUMNS, else the terminal on descriptor 1, else 80, as Python's shutil does. */
	unsigned columns;
	bool color_out; /* colour in what goes to standard output: help */
	bool color_err; /* colour in what goes to standard error: usage before an error */
	bool suggest;   /* the outcome's hint, when it has one, as a line after an error's text */
};

/* ---- Declaring ---- */

/* Every function that declares returns 0, or
 *   -ENOMEM  out of memory
 *   -EINVAL  argparse refuses it (Python raises); plugh_parser_problem has Python's words
 *
 * A returned pointer is borrowed from the parser; ret_ parameters may be NULL. */

/* Make a parser. spec may be NULL. -EINVAL only for empty prefix_chars with a help option. */
int plugh_parser_create(const struct plugh_parser_spec *spec, struct plugh_parser **ret_parser);

/* parents=[parent]: take over the parent's arguments, groups and defaults, after the help option
 * and before anything else is declared. Arguments are shared with the parent, as in Python, so the
 * parent must outlive the parser, and declaring more in either may change both. */
int plugh_parser_add_parent(struct plugh_parser *parser, struct plugh_parser *parent);

/* add_argument on the parser itself; the same as on plugh_parser_group(parser). */
int plugh_parser_add_argument(struct plugh_parser *parser, const struct plugh_argument_spec *spec,
	struct plugh_argument **ret_argument);

/* add_argument, add_argument_group, add_mutually_exclusive_group, set_defaults of a container. */
int plugh_group_add_argument(struct plugh_group *group, const struct plugh_argument_spec *spec,
	struct plugh_argument **ret_argument);
int plugh_group_add_group(struct plugh_group *group, const struct plugh_group_spec *spec,
	struct plugh_group **ret_group);
int plugh_group_add_exclusive(
	struct plugh_group *group, bool required, struct plugh_group **ret_group);
int plugh_group_set_default(
	struct plugh_group *group, const char *dest, const struct plugh_value *value);

/* add_subparsers; spec may be NULL. A parser has one set. */
int plugh_parser_add_subparsers(struct plugh_parser *parser,
	const struct plugh_subparsers_spec *spec, struct plugh_subparsers **ret_set);

/* add_parser: a subparser with its own tree below; spec may be NULL. */
int plugh_subparsers_add(struct plugh_subparsers *set, const char *name,
	const struct plugh_parser_spec *spec, struct plugh_parser **ret_parser);

/* Beyond argparse: a value from outside the command line (an ini file, the environment) for an
 * argument. While parsing, when no word of the command line reached the argument, the words given
 * here stand in for its default: converted by its type, checked against its choices, counted by its
 * nargs. They satisfy required, count in no mutually exclusive group, and are replaced by the
 * command line, by append and extend too.
 *
 * word, count  copied. A flag (store_true, store_false, store_const, append_const,
 *              BooleanOptionalAction) takes one of on, yes, true, 1 or off, no, false, 0, in any
 *              case; off is "not given" for store_const and append_const, the opposite for the
 *              others. count takes a number. append without nargs appends each word; with nargs
 *              all are one element.
 * origin       where it comes from, copied; a refusal reads
 *              "ORIGIN: argument --nth: invalid int value: 'x'"
 *
 * Calling it again replaces; count 0 with word NULL removes. Returns 0, -ENOMEM, or -EINVAL for an
 * argument that takes none (help, version, subparsers). */
int plugh_argument_set_external(struct plugh_argument *argument, const char *const word[],
	size_t count, const char *origin);

/* How help and errors look, for the whole tree that parser is in. Until set, all zero. */
void plugh_parser_set_display(struct plugh_parser *parser, const struct plugh_display *display);

/* ---- Questions about a declaration ---- */

/* Why the last declaration of this tree was refused, in Python's words where it has good ones
 * ("argument -f: conflicting option string: -f"); "" when none was. Borrowed until the next call
 * that declares. */
const char *plugh_parser_problem(const struct plugh_parser *parser);

/* The container that a parser itself is. */
struct plugh_group *plugh_parser_group(struct plugh_parser *parser);

/* The name that usage and errors carry. */
const char *plugh_parser_prog(const struct plugh_parser *parser);

/* The tag of the spec. */
void *plugh_parser_tag(const struct plugh_parser *parser);
void *plugh_argument_tag(const struct plugh_argument *argument);

/* Where the argument stores. */
const char *plugh_argument_dest(const struct plugh_argument *argument);

/* The subparser that a name or alias of the set stands for, or NULL. */
struct plugh_parser *plugh_subparsers_find(const struct plugh_subparsers *set, const char *name);

/* format_help and format_usage. ret_text receives a string that the caller frees with free(). With
 * colour as display.color_out says. Return 0, -ENOMEM, or -EINVAL where Python raises (a tuple of
 * metavars that does not fit, an unknown %(specifier)s). */
int plugh_parser_format_help(const struct plugh_parser *parser, char **ret_text);
int plugh_parser_format_usage(const struct plugh_parser *parser, char **ret_text);

/* ---- Parsing ---- */

enum plugh_parse_mode {
	PLUGH_PARSE_ARGS = 0,       /* parse_args */
	PLUGH_PARSE_KNOWN = 1,      /* parse_known_args: what nothing takes becomes extras */
	PLUGH_PARSE_INTERMIXED = 2, /* parse_intermixed_args */
	PLUGH_PARSE_KNOWN_INTERMIXED = 1 | 2,
};

/* A name that the namespace has before parsing, as the namespace= argument of parse_args. */
struct plugh_preset {
	const char *dest;
	const struct plugh_value *value;
};

enum plugh_outcome_kind {
	PLUGH_OUTCOME_PARSED,  /* the namespace holds the values */
	PLUGH_OUTCOME_EXIT,    /* help or version, or the words are wrong: see status, out, err */
	PLUGH_OUTCOME_ERROR,   /* PLUGH_PARSER_NO_EXIT: see message */
	PLUGH_OUTCOME_REFUSED, /* the declaration does not fit this mode: see message */
};

/* Parse words as parse_args does.
 *
 * count, word  the words without the program's name; borrowed for the call
 * ret_outcome  receives the outcome, to be destroyed before the parser; untouched on error
 *
 * Returns 0 whenever there is an outcome, even one that says exit; else -ENOMEM. */
int plugh_parser_parse(const struct plugh_parser *parser, size_t count, char *const word[],
	struct plugh_outcome **ret_outcome);

/* The same in any mode; presets is NULL or an array that ends in an entry with dest NULL, borrowed
 * for the call. */
int plugh_parser_parse_as(const struct plugh_parser *parser, enum plugh_parse_mode mode,
	size_t count, char *const word[], const struct plugh_preset *presets,
	struct plugh_outcome **ret_outcome);

/* ---- Outcomes ---- */

enum plugh_outcome_kind plugh_outcome_kind(const struct plugh_outcome *outcome);

/* PLUGH_OUTCOME_EXIT: the exit status; else 0. */
int plugh_outcome_status(const struct plugh_outcome *outcome);

/* What is to be written to standard output and standard error, ready with its newlines; "" when
 * nothing is. ret_length (may be NULL) receives the length in bytes. */
const char *plugh_outcome_out(const struct plugh_outcome *outcome, size_t *ret_length);
const char *plugh_outcome_err(const struct plugh_outcome *outcome, size_t *ret_length);

/* An error's message alone, without usage and prog ("argument --n: invalid int value: 'x'"); ""
 * without one. */
const char *plugh_outcome_message(const struct plugh_outcome *outcome);

/* Beyond argparse: "did you mean '--total'?" for an unknown option, choice or subcommand; ""
 * without one. */
const char *plugh_outcome_hint(const struct plugh_outcome *outcome);

/* The values; empty unless PLUGH_OUTCOME_PARSED. */
const struct plugh_namespace *plugh_outcome_namespace(const struct plugh_outcome *outcome);

/* PLUGH_PARSE_KNOWN: the words that nothing took; a list of texts. */
const struct plugh_value *plugh_outcome_extras(const struct plugh_outcome *outcome);

/* Did the command line itself reach this argument, or one that stores in dest (not: a default, an
 * external)? An absent positional that took its default does not count. */
bool plugh_outcome_has(const struct plugh_outcome *outcome, const struct plugh_argument *argument);
bool plugh_outcome_has_dest(const struct plugh_outcome *outcome, const char *dest);

/* The parser that the command line arrived at: the deepest subparser chosen, or the parser itself.
 * Also of an outcome that says exit: whose help was asked for or whose words were wrong. */
const struct plugh_parser *plugh_outcome_parser(const struct plugh_outcome *outcome);

/* The subparser chosen of this set, or NULL. */
const struct plugh_parser *plugh_outcome_chosen(
	const struct plugh_outcome *outcome, const struct plugh_subparsers *set);

/* The value stored under dest, or NULL. */
const struct plugh_value *plugh_namespace_find(const struct plugh_namespace *ns, const char *dest);

/* The entries, in the order in which Python's vars() has them: entry i (below the count) has a name
 * and a value. */
size_t plugh_namespace_count(const struct plugh_namespace *ns);
const char *plugh_namespace_name(const struct plugh_namespace *ns, size_t i);
const struct plugh_value *plugh_namespace_value(const struct plugh_namespace *ns, size_t i);

/* Write the outcome's texts to two streams. PLUGH_OUTCOME_ERROR and _REFUSED write "error: MESSAGE"
 * to err. Returns the exit status to end with: the outcome's, 0 for PARSED, 2 for ERROR and
 * REFUSED; or -EIO when out could not be written. */
int plugh_outcome_print(const struct plugh_outcome *outcome, FILE *out, FILE *err);

/* ---- Destruction ---- */

/* NULL is accepted. For subparsers a no-op: they go with the parser of plugh_parser_create. */
void plugh_outcome_destroy(struct plugh_outcome *outcome);
void plugh_parser_destroy(struct plugh_parser *parser);

#ifdef __cplusplus
}
#endif

#endif
