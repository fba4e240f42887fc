/* SPDX-License-Identifier: MIT */
/* Texts of help: %(prog)s in descriptions, %(default)s and its like in an argument's help. */

#include "argparse_format.h"

#include <errno.h>
#include <string.h>

#include "pytext_percent.h"
#include "pytext_wrap.h"

/* ---- The mapping of one argument: Python's vars(action), with prog ---- */

struct argument_mapping {
	const struct argparse_formatter *f;
	const struct plugh_argument *argument;
	struct pytext_buf str; /* holds what the last find told */
};

static struct pytext_arg text_arg(struct pytext text)
{
	return (struct pytext_arg){ .kind = PYTEXT_ARG_TEXT, .str = text };
}

/* A value; other kinds than text are told by their str(). */
static struct pytext_arg value_arg(struct argument_mapping *m, const struct plugh_value *value)
{
	struct pytext_arg arg = { .kind = PYTEXT_ARG_OTHER };

	pytext_buf_clear(&m->str);
	argparse_value_append_str(&m->str, value);
	arg.str = pytext_buf_text(&m->str);

	switch (value->kind) {
	case PLUGH_VALUE_TEXT:
		arg.kind = PYTEXT_ARG_TEXT;
		break;
	case PLUGH_VALUE_BOOL:
		arg.kind = PYTEXT_ARG_INT;
		arg.integer = value->as.boolean;
		break;
	case PLUGH_VALUE_INT:
		arg.kind = PYTEXT_ARG_INT;
		arg.integer = value->as.integer;
		break;
	case PLUGH_VALUE_FLOAT:
		arg.kind = PYTEXT_ARG_FLOAT;
		arg.number = value->as.number;
		break;
	default:
		break;
	}
	return arg;
}

/* The finders: false for SUPPRESS, which Python takes out of the mapping. */

static bool find_value(
	struct argument_mapping *m, const struct plugh_value *value, struct pytext_arg *ret_arg)
{
	if (value->kind == PLUGH_VALUE_SUPPRESS)
		return false;
	*ret_arg = value_arg(m, value);
	return true;
}

static bool find_text(struct argument_mapping *m, struct pytext text, struct pytext_arg *ret_arg)
{
	if (!text.bytes)
		return find_value(m, argparse_none(), ret_arg);
	if (argparse_is_suppressed(text))
		return false;
	*ret_arg = text_arg(text);
	return true;
}

static bool find_default(struct argument_mapping *m, struct pytext_arg *ret_arg)
{
	return find_value(m, argparse_view_default(m->f->view, m->argument), ret_arg);
}

static bool find_const(struct argument_mapping *m, struct pytext_arg *ret_arg)
{
	return find_value(m, m->argument->const_, ret_arg);
}

static bool find_dest(struct argument_mapping *m, struct pytext_arg *ret_arg)
{
	return find_text(m, m->argument->dest, ret_arg);
}

static bool find_help(struct argument_mapping *m, struct pytext_arg *ret_arg)
{
	return find_text(m, m->argument->help, ret_arg);
}

static bool find_prog(struct argument_mapping *m, struct pytext_arg *ret_arg)
{
	return find_text(m, m->f->parser->prog, ret_arg);
}

static bool find_version(struct argument_mapping *m, struct pytext_arg *ret_arg)
{
	return m->argument->action == PLUGH_ACTION_VERSION &&
	       find_text(m, m->argument->version, ret_arg);
}

static bool find_type(struct argument_mapping *m, struct pytext_arg *ret_arg)
{
	return find_text(m, pytext_of(m->argument->type ? m->argument->type->name : NULL), ret_arg);
}

static bool find_required(struct argument_mapping *m, struct pytext_arg *ret_arg)
{
	return find_value(m,
		&(struct plugh_value){
			.kind = PLUGH_VALUE_BOOL,
			.as.boolean = argparse_view_required(m->f->view, m->argument),
		},
		ret_arg);
}

static bool find_nargs(struct argument_mapping *m, struct pytext_arg *ret_arg)
{
	struct argparse_nargs nargs = argparse_view_nargs(m->f->view, m->argument);

	if (nargs.kind == ARGPARSE_NARGS_NUMBER)
		return find_value(m,
			&(struct plugh_value){
				.kind = PLUGH_VALUE_INT, .as.integer = nargs.number },
			ret_arg);
	return find_text(m, nargs.text, ret_arg);
}

static bool find_choices(struct argument_mapping *m, struct pytext_arg *ret_arg)
{
	if (!m->argument->choices)
		return find_value(m, argparse_none(), ret_arg);

	pytext_buf_clear(&m->str);
	argparse_value_append_joined(&m->str, m->argument->choices, ", ", false);
	*ret_arg = text_arg(pytext_buf_text(&m->str));
	return true;
}

/* repr of a list or a tuple of strings. */
static bool find_strings(struct argument_mapping *m, const struct pytext *text, size_t count,
	bool is_tuple, struct pytext_arg *ret_arg)
{
	pytext_buf_clear(&m->str);
	pytext_buf_append_char(&m->str, is_tuple ? '(' : '[');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			pytext_buf_append_string(&m->str, ", ");
		pytext_buf_append_repr(&m->str, text[i]);
	}
	if (is_tuple && count == 1)
		pytext_buf_append_char(&m->str, ',');
	pytext_buf_append_char(&m->str, is_tuple ? ')' : ']');
	*ret_arg = (struct pytext_arg){ .kind = PYTEXT_ARG_OTHER, .str = pytext_buf_text(&m->str) };
	return true;
}

static bool find_option_strings(struct argument_mapping *m, struct pytext_arg *ret_arg)
{
	return find_strings(m, m->argument->name, m->argument->name_count, false, ret_arg);
}

static bool find_metavar(struct argument_mapping *m, struct pytext_arg *ret_arg)
{
	if (!m->argument->has_metavar)
		return find_value(m, argparse_none(), ret_arg);
	if (m->argument->has_tuple)
		return find_strings(
			m, m->argument->metavar, m->argument->metavar_count, true, ret_arg);
	return find_text(m, m->argument->metavar[0], ret_arg);
}

/* The group that an argument is in has no str() of its own: Python prints its address, which is
 * nothing to compare with and nothing to give away. */
static bool find_container(struct argument_mapping *m, struct pytext_arg *ret_arg)
{
	static const char container[] = "<argparse._ArgumentGroup object at 0x0>";

	if (m->argument->action == ARGPARSE_ACTION_CHOICE)
		return false;
	*ret_arg = (struct pytext_arg){ .str = { container, sizeof container - 1 } };
	return true;
}

/* In the order of Python's vars(action). */
static const struct finder {
	const char *key;
	bool (*find)(struct argument_mapping *m, struct pytext_arg *ret_arg);
} finders[] = {
	{ "option_strings", find_option_strings },
	{ "dest", find_dest },
	{ "nargs", find_nargs },
	{ "const", find_const },
	{ "default", find_default },
	{ "type", find_type },
	{ "choices", find_choices },
	{ "required", find_required },
	{ "help", find_help },
	{ "metavar", find_metavar },
	{ "version", find_version },
	{ "container", find_container },
	{ "prog", find_prog },
};

static bool find_key(void *ctx, struct pytext key, struct pytext_arg *ret_arg)
{
	for (size_t i = 0; i < ARGPARSE_COUNT(finders); i++)
		if (pytext_is_equal(key, pytext_of(finders[i].key)))
			return finders[i].find(ctx, ret_arg);
	return false;
}

/* The whole mapping, as a stray "% s" prints it. That of a set of subparsers goes on for pages and
 * is left out. */
static struct pytext append_mapping(struct argument_mapping *m, struct pytext_buf *whole)
{
	const char *separator = "{";

	if (m->argument->action == ARGPARSE_ACTION_PARSERS)
		return (struct pytext){ 0 };
	for (size_t i = 0; i < ARGPARSE_COUNT(finders); i++) {
		struct pytext_arg arg;
		if (!finders[i].find(m, &arg))
			continue;
		pytext_buf_append_format(whole, "%s'%s': ", separator, finders[i].key);
		if (arg.kind == PYTEXT_ARG_TEXT)
			pytext_buf_append_repr(whole, arg.str);
		else
			pytext_buf_append(whole, arg.str);
		separator = ", ";
	}
	pytext_buf_append_char(whole, '}');
	return pytext_buf_text(whole);
}

/* _get_help_string: ArgumentDefaultsHelpFormatter adds the default where it says something. */
static void append_help_string(const struct argparse_formatter *f, struct pytext_buf *buf,
	const struct plugh_argument *argument)
{
	enum argparse_nargs_kind kind = argparse_view_nargs(f->view, argument).kind;
	bool is_optional = argparse_is_option(argument) || kind == ARGPARSE_NARGS_OPTIONAL ||
			   kind == ARGPARSE_NARGS_ZERO_OR_MORE;

	pytext_buf_append(buf, argument->help);
	if (f->parser->formatter & PLUGH_FORMATTER_DEFAULTS && is_optional &&
		!pytext_contains(argument->help, PYTEXT("%(default)")) &&
		argparse_view_default(f->view, argument)->kind != PLUGH_VALUE_SUPPRESS)
		pytext_buf_append_string(buf, " (default: %(default)s)");
}

int argparse_formatter_append_help(
	struct argparse_formatter *f, struct pytext_buf *buf, const struct plugh_argument *argument)
{
	struct argument_mapping m = { .f = f, .argument = argument };
	struct pytext_buf format = { 0 };
	struct pytext_buf whole = { 0 };
	struct pytext_mapping mapping = { find_key, &m, append_mapping(&m, &whole) };

	append_help_string(f, &format, argument);
	int r = pytext_buf_status(&format);
	if (r == 0)
		r = pytext_buf_append_percent(buf, pytext_buf_text(&format), &mapping);
	buf->failed = buf->failed || m.str.failed || whole.failed;
	pytext_buf_release(&m.str);
	pytext_buf_release(&format);
	pytext_buf_release(&whole);
	return r;
}

/* ---- The mapping of texts: dict(prog=...) ---- */

static bool find_prog_only(void *ctx, struct pytext key, struct pytext_arg *ret_arg)
{
	const struct argparse_formatter *f = ctx;

	if (!pytext_is_equal(key, PYTEXT("prog")))
		return false;
	*ret_arg = text_arg(f->parser->prog);
	return true;
}

int argparse_formatter_append_prog(
	struct argparse_formatter *f, struct pytext_buf *buf, struct pytext text)
{
	struct pytext_buf whole = { 0 };

	pytext_buf_append_string(&whole, "{'prog': ");
	pytext_buf_append_repr(&whole, f->parser->prog);
	pytext_buf_append_char(&whole, '}');
	int r = pytext_buf_status(&whole);
	if (r == 0)
		r = pytext_buf_append_percent(buf, text,
			&(struct pytext_mapping){ find_prog_only, f, pytext_buf_text(&whole) });
	pytext_buf_release(&whole);
	return r;
}

/* ---- Paragraphs ---- */

/* RawDescriptionHelpFormatter._fill_text: every line as it is, indented. */
static void fill_raw(struct argparse_formatter *f, struct pytext text)
{
	struct pytext line;
	size_t line_break;

	while (pytext_next_line(&text, &line, &line_break)) {
		pytext_buf_append_chars(&f->out, ' ', f->indent);
		pytext_buf_append(&f->out, line);
	}
}

/* HelpFormatter._fill_text: one paragraph, wrapped. The indent counts in the width. */
static void fill_wrapped(struct argparse_formatter *f, struct pytext text, size_t width)
{
	struct pytext_buf collapsed = { 0 };
	struct pytext_buf lines = { 0 };

	pytext_buf_append_collapsed(&collapsed, text);
	pytext_buf_append_wrapped(&lines, pytext_buf_text(&collapsed), width - f->indent);

	struct pytext rest = pytext_buf_text(&lines);
	for (bool is_first = true; rest.length; is_first = false) {
		size_t end = pytext_find_char(rest, '\n');
		if (!is_first)
			pytext_buf_append_char(&f->out, '\n');
		pytext_buf_append_chars(&f->out, ' ', f->indent);
		pytext_buf_append(&f->out, pytext_upto(rest, end));
		rest = pytext_from(rest, end + 1);
	}
	f->out.failed = f->out.failed || collapsed.failed || lines.failed;
	pytext_buf_release(&collapsed);
	pytext_buf_release(&lines);
}

int argparse_formatter_add_text(struct argparse_formatter *f, struct pytext text)
{
	struct pytext_buf expanded = { 0 };
	long room = f->width - (long)f->indent;
	int r = 0;

	if (!text.bytes || argparse_is_suppressed(text))
		return 0;
	if (pytext_contains(text, PYTEXT("%(prog)"))) {
		r = argparse_formatter_append_prog(f, &expanded, text);
		text = pytext_buf_text(&expanded);
	}
	if (r == 0)
		r = pytext_buf_status(&expanded);
	if (r == 0) {
		if (f->parser->formatter & PLUGH_FORMATTER_RAW_DESCRIPTION)
			fill_raw(f, text);
		else
			fill_wrapped(f, text, room > 11 ? (size_t)room : 11);
		pytext_buf_append_string(&f->out, "\n\n");
	}
	pytext_buf_release(&expanded);
	return r;
}
