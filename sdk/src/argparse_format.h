/* SPDX-License-Identifier: MIT */
/* Help and usage: HelpFormatter and its kin. */
#ifndef PLUGH_ARGPARSE_FORMAT_H
#define PLUGH_ARGPARSE_FORMAT_H

#include "argparse_internal.h"

/* parse_intermixed_args changes arguments for the time of a parse; a parser is only read here, so
 * the change is a pair of spectacles that all who look at an argument put on. All zero changes
 * nothing. */
struct argparse_view {
	bool positionals_off; /* nargs and default of every positional are SUPPRESS */

	/* Not NULL: they still are of those that stand in this list twice (a parent's argument that
	 * came by two ways); Python saves what it changes twice, and so puts the changed value
	 * back. */
	const struct argparse_list *twice_off;
	bool options_free;   /* no option and no exclusive group is required */
	struct pytext usage; /* in place of the parser's usage, unless None */
};

struct argparse_nargs argparse_view_nargs(
	const struct argparse_view *view, const struct plugh_argument *argument);
const struct plugh_value *argparse_view_default(
	const struct argparse_view *view, const struct plugh_argument *argument);
bool argparse_view_required(
	const struct argparse_view *view, const struct plugh_argument *argument);

/* One formatting of one parser. Widths are code points; width may be negative on a tiny terminal.
 */
struct argparse_formatter {
	const struct plugh_parser *parser;
	const struct argparse_view *view;
	long width;
	long max_help_position;
	size_t indent;
	size_t action_max_length;
	bool color;
	struct argparse_arena scratch;
	struct pytext_buf out;
};

void argparse_formatter_init(struct argparse_formatter *f, const struct plugh_parser *parser,
	const struct argparse_view *view);
void argparse_formatter_release(struct argparse_formatter *f);

/* What f gathered, finished as HelpFormatter.format_help does. */
int argparse_formatter_finish(struct argparse_formatter *f, struct pytext_buf *buf);

/* ---- argparse_metavar.c ---- */

/* _format_args: "X", "[X ...]". fallback is the metavar where nothing else names one. -EINVAL when
 * a tuple of metavars does not fit, or for an invalid nargs. */
int argparse_append_args(struct pytext_buf *buf, const struct plugh_argument *argument,
	struct argparse_nargs nargs, struct pytext fallback);

/* The argument with its metavars as the formatter class wants them; _format_action_invocation.
 * Invocation writes no colour. */
int argparse_formatter_append_args(struct argparse_formatter *f, struct pytext_buf *buf,
	const struct plugh_argument *argument);
int argparse_formatter_append_invocation(struct argparse_formatter *f, struct pytext_buf *buf,
	const struct plugh_argument *argument);

/* ---- argparse_usage_parts.c ---- */

/* _format_actions_usage: the parts of these arguments on one line. */
int argparse_formatter_append_parts(struct argparse_formatter *f, struct pytext_buf *buf,
	const struct argparse_list *arguments);

/* ---- argparse_usage.c ---- */

/* _format_usage, of the arguments given. */
int argparse_formatter_add_usage(
	struct argparse_formatter *f, const struct argparse_list *arguments, struct pytext prefix);

/* ---- argparse_expand.c ---- */

/* _format_text */
int argparse_formatter_add_text(struct argparse_formatter *f, struct pytext text);

/* text % dict(prog=...) */
int argparse_formatter_append_prog(
	struct argparse_formatter *f, struct pytext_buf *buf, struct pytext text);

/* _expand_help */
int argparse_formatter_append_help(struct argparse_formatter *f, struct pytext_buf *buf,
	const struct plugh_argument *argument);

/* ---- argparse_color.c ---- */

enum argparse_color {
	ARGPARSE_COLOR_HEADING,
	ARGPARSE_COLOR_PROG,
	ARGPARSE_COLOR_OPTION,
	ARGPARSE_COLOR_METAVAR,
};

/* text in a colour, or as it is when the formatter has none. */
void argparse_formatter_append_colored(struct argparse_formatter *f, struct pytext_buf *buf,
	enum argparse_color color, struct pytext text);

/* A piece of usage, or an invocation in the help: option names and metavars found by their looks.
 */
void argparse_formatter_append_highlighted(
	struct argparse_formatter *f, struct pytext_buf *buf, struct pytext text);

/* ---- argparse_help.c ---- */

/* format_usage, format_help, what the version action prints, and the prog of subparsers to come. */
int argparse_format_usage(struct pytext_buf *buf, const struct plugh_parser *parser,
	const struct argparse_view *view, bool color);
int argparse_format_help(struct pytext_buf *buf, const struct plugh_parser *parser,
	const struct argparse_view *view, bool color);
int argparse_format_version(
	struct pytext_buf *buf, const struct plugh_parser *parser, struct pytext version);
int argparse_format_prog(struct pytext_buf *buf, const struct plugh_parser *parser);

#endif
