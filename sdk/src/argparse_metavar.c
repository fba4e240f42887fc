/* SPDX-License-Identifier: MIT */
/* What stands for an argument's words in usage and help. */

#include "argparse_format.h"

#include <errno.h>

/* One metavar, or the tuple's i-th. */
static void append_metavar(struct pytext_buf *buf, const struct plugh_argument *argument,
	struct pytext fallback, size_t i)
{
	if (argument->has_metavar) {
		pytext_buf_append(buf, argument->metavar[argument->has_tuple ? i : 0]);
	} else if (argument->choices) {
		pytext_buf_append_char(buf, '{');
		argparse_value_append_joined(buf, argument->choices, ",", false);
		pytext_buf_append_char(buf, '}');
	} else {
		pytext_buf_append(buf, fallback);
	}
}

/* How many metavars nargs shows, and what stands between and around them. Two forms for '*': a
 * tuple of two chooses the second. */
static const struct form {
	enum argparse_nargs_kind kind;
	size_t count;
	const char *before, *between, *after;
} forms[] = {
	{ ARGPARSE_NARGS_NONE, 1, "", "", "" },
	{ ARGPARSE_NARGS_OPTIONAL, 1, "[", "", "]" },
	{ ARGPARSE_NARGS_ZERO_OR_MORE, 1, "[", "", " ...]" },
	{ ARGPARSE_NARGS_ZERO_OR_MORE, 2, "[", " [", " ...]]" },
	{ ARGPARSE_NARGS_ONE_OR_MORE, 2, "", " [", " ...]" },
	{ ARGPARSE_NARGS_PARSER, 1, "", "", " ..." },
};

static int append_form(struct pytext_buf *buf, const struct plugh_argument *argument,
	enum argparse_nargs_kind kind, struct pytext fallback)
{
	for (size_t i = 0; i < ARGPARSE_COUNT(forms); i++) {
		const struct form *form = &forms[i];
		if (form->kind != kind ||
			(argument->has_tuple && form->count != argument->metavar_count))
			continue;
		pytext_buf_append_string(buf, form->before);
		append_metavar(buf, argument, fallback, 0);
		if (form->count == 2) {
			pytext_buf_append_string(buf, form->between);
			append_metavar(buf, argument, fallback, 1);
		}
		pytext_buf_append_string(buf, form->after);
		return 0;
	}
	return -EINVAL;
}

static int append_numbered(struct pytext_buf *buf, const struct plugh_argument *argument,
	long number, struct pytext fallback)
{
	size_t count = number > 0 ? (size_t)number : 0;

	if (argument->has_tuple && argument->metavar_count != count)
		return -EINVAL;
	for (size_t i = 0; i < count && !buf->failed; i++) {
		if (i > 0)
			pytext_buf_append_char(buf, ' ');
		append_metavar(buf, argument, fallback, i);
	}
	return 0;
}

int argparse_append_args(struct pytext_buf *buf, const struct plugh_argument *argument,
	struct argparse_nargs nargs, struct pytext fallback)
{
	switch (nargs.kind) {
	case ARGPARSE_NARGS_REMAINDER:
		pytext_buf_append_string(buf, "...");
		return 0;
	case ARGPARSE_NARGS_SUPPRESS:
		return 0;
	case ARGPARSE_NARGS_NUMBER:
		return append_numbered(buf, argument, nargs.number, fallback);
	case ARGPARSE_NARGS_INVALID:
		return -EINVAL;
	default:
		return append_form(buf, argument, nargs.kind, fallback);
	}
}

/* _get_default_metavar_for_optional and _positional. */
static int append_fallback(const struct argparse_formatter *f, struct pytext_buf *buf,
	const struct plugh_argument *argument)
{
	if (f->parser->formatter & PLUGH_FORMATTER_METAVAR_TYPE) {
		if (!argument->type)
			return -EINVAL;
		pytext_buf_append_string(buf, argument->type->name);
	} else if (argparse_is_option(argument)) {
		pytext_buf_append_upper(buf, argument->dest);
	} else {
		pytext_buf_append(buf, argument->dest);
	}
	return 0;
}

int argparse_formatter_append_args(
	struct argparse_formatter *f, struct pytext_buf *buf, const struct plugh_argument *argument)
{
	struct pytext_buf fallback = { 0 };

	int r = append_fallback(f, &fallback, argument);
	if (r == 0)
		r = pytext_buf_status(&fallback);
	if (r == 0)
		r = argparse_append_args(buf, argument, argparse_view_nargs(f->view, argument),
			pytext_buf_text(&fallback));
	pytext_buf_release(&fallback);
	return r;
}

/* "-s ARGS, --long ARGS" */
static int append_option(
	struct argparse_formatter *f, struct pytext_buf *buf, const struct plugh_argument *argument)
{
	struct pytext_buf args = { 0 };
	bool has_args = !argparse_is_flag(argparse_view_nargs(f->view, argument));

	int r = has_args ? argparse_formatter_append_args(f, &args, argument) : 0;
	for (size_t i = 0; r == 0 && i < argument->name_count; i++) {
		if (i > 0)
			pytext_buf_append_string(buf, ", ");
		pytext_buf_append(buf, argument->name[i]);
		if (has_args)
			pytext_buf_append_char(buf, ' ');
		pytext_buf_append(buf, pytext_buf_text(&args));
	}
	if (r == 0)
		r = pytext_buf_status(&args);
	pytext_buf_release(&args);
	return r;
}

int argparse_formatter_append_invocation(
	struct argparse_formatter *f, struct pytext_buf *buf, const struct plugh_argument *argument)
{
	struct pytext_buf fallback = { 0 };

	if (argparse_is_option(argument))
		return append_option(f, buf, argument);
	if (argument->has_tuple && argument->metavar_count != 1)
		return -EINVAL;

	int r = append_fallback(f, &fallback, argument);
	if (r == 0)
		r = pytext_buf_status(&fallback);
	if (r == 0)
		append_metavar(buf, argument, pytext_buf_text(&fallback), 0);
	pytext_buf_release(&fallback);
	return r;
}
