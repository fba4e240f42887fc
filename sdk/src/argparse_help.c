/* SPDX-License-Identifier: MIT */
/* The help text: sections, and the two columns of arguments and what they mean. */

#include "argparse_format.h"

#include <errno.h>
#include <string.h>

#include "argparse_width.h"
#include "pytext_wrap.h"

enum {
	INDENT = 2,
	LEAST_POSITION = 2 * INDENT,
	HELP_POSITION = 24,
	LEAST_TEXT = 11, /* columns that texts have however narrow the terminal is */
};

static long longer(long a, long b)
{
	return a > b ? a : b;
}

static long shorter(long a, long b)
{
	return a < b ? a : b;
}

void argparse_formatter_init(struct argparse_formatter *f, const struct plugh_parser *parser,
	const struct argparse_view *view)
{
	static const struct argparse_view plain = { 0 };
	long width = argparse_columns(&parser->tree->display) - 2;

	*f = (struct argparse_formatter){
		.parser = parser,
		.view = view ? view : &plain,
		.width = width,
		.max_help_position = shorter(HELP_POSITION, longer(width - 20, LEAST_POSITION)),
	};
}

void argparse_formatter_release(struct argparse_formatter *f)
{
	pytext_buf_release(&f->out);
	argparse_arena_release(&f->scratch);
}

/* Three newlines or more become two, newlines around go, one ends it. */
int argparse_formatter_finish(struct argparse_formatter *f, struct pytext_buf *buf)
{
	struct pytext text = pytext_buf_text(&f->out);

	int r = pytext_buf_status(&f->out);
	if (r < 0 || text.length == 0)
		return r;

	while (text.length && text.bytes[0] == '\n')
		text = pytext_from(text, 1);
	while (text.length && text.bytes[text.length - 1] == '\n')
		text.length--;
	while (text.length) {
		size_t end = pytext_find_char(text, '\n');
		size_t after = end;
		while (after < text.length && text.bytes[after] == '\n')
			after++;
		pytext_buf_append(buf, pytext_upto(text, end));
		pytext_buf_append_chars(buf, '\n', after - end > 2 ? 2 : after - end);
		text = pytext_from(text, after);
	}
	pytext_buf_append_char(buf, '\n');
	return 0;
}

/* ---- The width of the first column ---- */

static int measure(
	struct argparse_formatter *f, const struct plugh_argument *argument, size_t *longest)
{
	struct pytext_buf invocation = { 0 };

	int r = argparse_formatter_append_invocation(f, &invocation, argument);
	if (r == 0)
		r = pytext_buf_status(&invocation);
	if (r == 0 && pytext_count(pytext_buf_text(&invocation)) > *longest)
		*longest = pytext_count(pytext_buf_text(&invocation));
	pytext_buf_release(&invocation);
	return r;
}

/* The lines of help below an argument: the subparsers of a set. */
static const struct argparse_list *sub_arguments(const struct plugh_argument *argument)
{
	static const struct argparse_list none = { 0 };

	return argument->set ? &argument->set->choice_help : &none;
}

/* add_argument. What is below an argument is measured without its deeper indent, as in Python. */
static int measure_argument(struct argparse_formatter *f, const struct plugh_argument *argument)
{
	const struct argparse_list *below = sub_arguments(argument);
	size_t longest = 0;

	if (argparse_is_suppressed(argument->help))
		return 0;

	int r = measure(f, argument, &longest);
	for (size_t i = 0; r == 0 && i < below->count; i++)
		r = measure(f, below->item[i], &longest);
	if (r == 0 && longest + f->indent > f->action_max_length)
		f->action_max_length = longest + f->indent;
	return r;
}

static int measure_all(struct argparse_formatter *f)
{
	const struct argparse_list *groups = &f->parser->self.groups;
	int r = 0;

	f->indent += INDENT;
	for (size_t i = 0; r == 0 && i < groups->count; i++) {
		const struct plugh_group *group = groups->item[i];
		for (size_t j = 0; r == 0 && j < group->arguments.count; j++)
			r = measure_argument(f, group->arguments.item[j]);
	}
	f->indent -= INDENT;
	return r;
}

/* ---- One argument: _format_action ---- */

/* Write the help text's lines; the first one after indent_first blanks, the others at the help's
 * column. -EINVAL when there is no line (Python: IndexError). */
static int append_help_lines(struct argparse_formatter *f, struct pytext text, size_t indent_first,
	size_t position, bool is_raw)
{
	struct pytext line;
	size_t line_break;
	bool is_first = true;

	while (text.length) {
		if (is_raw) {
			pytext_next_line(&text, &line, &line_break);
			line.length -= line_break;
		} else {
			line = pytext_upto(text, pytext_find_char(text, '\n'));
			text = pytext_from(text, line.length + 1);
		}
		pytext_buf_append_chars(&f->out, ' ', is_first ? indent_first : position);
		pytext_buf_append(&f->out, line);
		pytext_buf_append_char(&f->out, '\n');
		is_first = false;
	}
	return is_first ? -EINVAL : 0;
}

static int append_help(struct argparse_formatter *f, const struct plugh_argument *argument,
	size_t indent_first, long position)
{
	bool is_raw = f->parser->formatter &
		      (PLUGH_FORMATTER_RAW_TEXT & ~PLUGH_FORMATTER_RAW_DESCRIPTION);
	size_t width = (size_t)longer(f->width - position, LEAST_TEXT);
	struct pytext_buf help = { 0 };
	struct pytext_buf collapsed = { 0 };
	struct pytext_buf lines = { 0 };

	int r = argparse_formatter_append_help(f, &help, argument);
	if (r == 0)
		r = pytext_buf_status(&help);
	if (r == 0 && help.length && is_raw) {
		r = append_help_lines(
			f, pytext_buf_text(&help), indent_first, (size_t)position, true);
	} else if (r == 0 && help.length) {
		pytext_buf_append_collapsed(&collapsed, pytext_buf_text(&help));
		pytext_buf_append_wrapped(&lines, pytext_buf_text(&collapsed), width);
		r = collapsed.failed || lines.failed
			    ? -ENOMEM
			    : append_help_lines(f, pytext_buf_text(&lines), indent_first,
				      (size_t)position, false);
	}
	pytext_buf_release(&help);
	pytext_buf_release(&collapsed);
	pytext_buf_release(&lines);
	return r;
}

/* The first column. Returns whether the help text goes on the same line. */
static bool append_header(
	struct argparse_formatter *f, struct pytext invocation, bool has_help, long position)
{
	long room = position - (long)f->indent - 2;
	long length = (long)pytext_count(invocation);
	bool fits = has_help && length <= room;

	pytext_buf_append_chars(&f->out, ' ', f->indent);
	argparse_formatter_append_highlighted(f, &f->out, invocation);
	if (fits)
		pytext_buf_append_chars(&f->out, ' ', (size_t)(room - length) + 2);
	else
		pytext_buf_append_char(&f->out, '\n');
	return fits;
}

static int format_argument(struct argparse_formatter *f, const struct plugh_argument *argument)
{
	long position = shorter((long)f->action_max_length + 2, f->max_help_position);
	bool has_help = argument->help.length > 0;
	struct pytext_buf invocation = { 0 };

	int r = argparse_formatter_append_invocation(f, &invocation, argument);
	if (r == 0)
		r = pytext_buf_status(&invocation);
	if (r == 0) {
		bool fits = append_header(f, pytext_buf_text(&invocation), has_help, position);
		if (has_help && !pytext_is_blank(argument->help))
			r = append_help(f, argument, fits ? 0 : (size_t)position, position);
		else if (fits)
			pytext_buf_append_char(&f->out, '\n');
	}
	pytext_buf_release(&invocation);
	return r;
}

static int append_argument(struct argparse_formatter *f, const struct plugh_argument *argument)
{
	const struct argparse_list *below = sub_arguments(argument);

	if (argparse_is_suppressed(argument->help))
		return 0;

	int r = format_argument(f, argument);
	f->indent += INDENT;
	for (size_t i = 0; r == 0 && i < below->count; i++)
		r = format_argument(f, below->item[i]);
	f->indent -= INDENT;
	return r;
}

/* ---- Sections ---- */

/* The heading is written first and taken back when nothing follows it. */
static int append_section(struct argparse_formatter *f, const struct plugh_group *group)
{
	size_t start = f->out.length;
	int r = 0;

	pytext_buf_append_char(&f->out, '\n');
	if (group->title.bytes && !argparse_is_suppressed(group->title)) {
		struct pytext_buf heading = { 0 };
		pytext_buf_append(&heading, group->title);
		pytext_buf_append_char(&heading, ':');
		argparse_formatter_append_colored(
			f, &f->out, ARGPARSE_COLOR_HEADING, pytext_buf_text(&heading));
		pytext_buf_append_char(&f->out, '\n');
		f->out.failed = f->out.failed || heading.failed;
		pytext_buf_release(&heading);
	}

	size_t empty = f->out.length;
	f->indent += INDENT;
	r = argparse_formatter_add_text(f, group->description);
	for (size_t i = 0; r == 0 && i < group->arguments.count; i++)
		r = append_argument(f, group->arguments.item[i]);
	f->indent -= INDENT;
	if (f->out.length == empty)
		f->out.length = start;
	else
		pytext_buf_append_char(&f->out, '\n');
	return r;
}

static int append_body(struct argparse_formatter *f)
{
	const struct argparse_list *groups = &f->parser->self.groups;

	int r = argparse_formatter_add_text(f, f->parser->self.description);
	for (size_t i = 0; r == 0 && i < groups->count; i++)
		r = append_section(f, groups->item[i]);
	if (r == 0)
		r = argparse_formatter_add_text(f, f->parser->epilog);
	return r;
}

int argparse_format_help(struct pytext_buf *buf, const struct plugh_parser *parser,
	const struct argparse_view *view, bool color)
{
	struct argparse_formatter f;

	argparse_formatter_init(&f, parser, view);
	f.color = color;
	int r = measure_all(&f);
	if (r == 0)
		r = argparse_formatter_add_usage(
			&f, &parser->registry.arguments, PYTEXT("usage: "));
	if (r == 0)
		r = append_body(&f);
	if (r == 0)
		r = argparse_formatter_finish(&f, buf);
	argparse_formatter_release(&f);
	return r;
}

int argparse_format_usage(struct pytext_buf *buf, const struct plugh_parser *parser,
	const struct argparse_view *view, bool color)
{
	struct argparse_formatter f;

	argparse_formatter_init(&f, parser, view);
	f.color = color;
	int r = argparse_formatter_add_usage(&f, &parser->registry.arguments, PYTEXT("usage: "));
	if (r == 0)
		r = argparse_formatter_finish(&f, buf);
	argparse_formatter_release(&f);
	return r;
}

int argparse_format_version(
	struct pytext_buf *buf, const struct plugh_parser *parser, struct pytext version)
{
	struct argparse_formatter f;

	argparse_formatter_init(&f, parser, NULL);
	int r = argparse_formatter_add_text(&f, version);
	if (r == 0)
		r = argparse_formatter_finish(&f, buf);
	argparse_formatter_release(&f);
	return r;
}

int argparse_format_prog(struct pytext_buf *buf, const struct plugh_parser *parser)
{
	struct argparse_formatter f;
	struct argparse_list positionals = { 0 };
	int r = 0;

	argparse_formatter_init(&f, parser, NULL);
	for (size_t i = 0; r == 0 && i < parser->registry.arguments.count; i++)
		if (!argparse_is_option(parser->registry.arguments.item[i]))
			r = argparse_list_append(
				&f.scratch, &positionals, parser->registry.arguments.item[i]);
	if (r == 0)
		r = argparse_formatter_add_usage(&f, &positionals, PYTEXT(""));
	if (r == 0)
		r = argparse_formatter_finish(&f, buf);
	argparse_formatter_release(&f);
	return r;
}
