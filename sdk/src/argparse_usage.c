/* SPDX-License-Identifier: MIT */
/* The usage line, and how it is broken into more. */

#include "argparse_format.h"

#include <errno.h>
#include <string.h>

static bool is_open(char c)
{
	return c == '[' || c == '(';
}

/* Where the bracketed part at the start of text ends: behind the first run of closing brackets that
 * a blank or the end follows, on one line; 0 when there is none. */
static size_t bracketed_size(struct pytext text)
{
	char close = text.bytes[0] == '(' ? ')' : ']';
	size_t size;

	for (size_t i = 1; i < text.length && text.bytes[i] != '\n'; i++) {
		if (text.bytes[i] != close)
			continue;
		while (i < text.length && text.bytes[i] == close)
			i++;
		if (i == text.length || pytext_is_space(pytext_decode(pytext_from(text, i), &size)))
			return i;
		i--;
	}
	return 0;
}

static size_t word_size(struct pytext text)
{
	size_t i = 0;

	for (size_t size; i < text.length; i += size)
		if (pytext_is_space(pytext_decode(pytext_from(text, i), &size)))
			break;
	return i;
}

/* The pieces that lines may be broken between: bracketed parts and words. Appended to part; -EINVAL
 * where something between them is not one blank (Python: AssertionError). */
static int split_parts(
	struct argparse_formatter *f, struct pytext usage, struct pytext **part, size_t *count)
{
	size_t capacity = 0;
	void *array = NULL;

	*count = 0;
	while (usage.length) {
		size_t end = is_open(usage.bytes[0]) ? bracketed_size(usage) : 0;
		if (end == 0)
			end = word_size(usage);

		int r = argparse_arena_grow(&f->scratch, &array, &capacity, *count, sizeof **part);
		if (r < 0)
			return r;
		*part = array;
		(*part)[(*count)++] = pytext_upto(usage, end);
		usage = pytext_from(usage, end);
		if (usage.length == 0)
			break;
		if (end == 0 || usage.bytes[0] != ' ' || usage.length == 1)
			return -EINVAL;
		usage = pytext_from(usage, 1);
	}
	return 0;
}

struct layout {
	struct argparse_formatter *f;
	struct pytext_buf *out;
	long width;
	size_t indent;
	size_t line_count;
};

static void start_line(struct layout *layout, bool has_indent)
{
	if (layout->line_count++ > 0)
		pytext_buf_append_char(layout->out, '\n');
	if (has_indent)
		pytext_buf_append_chars(layout->out, ' ', layout->indent);
}

/* Lay parts out on lines of their own. With first_width the first line stands behind a prefix of
 * that width, and is not indented. */
static void append_lines(
	struct layout *layout, const struct pytext *part, size_t count, const size_t *first_width)
{
	long length = (long)(first_width ? *first_width : layout->indent) - 1;
	bool is_empty = true;

	for (size_t i = 0; i < count; i++) {
		long part_length = (long)pytext_count(part[i]);
		bool is_full = length + 1 + part_length > layout->width && !is_empty;

		if (is_full)
			length = (long)layout->indent - 1;
		if (is_full || i == 0)
			start_line(layout, is_full || !first_width);
		else
			pytext_buf_append_char(layout->out, ' ');
		pytext_buf_append(layout->out, part[i]);
		length += part_length + 1;
		is_empty = false;
	}
}

/* Would these parts, indented, take more than one line? */
static bool needs_lines(const struct layout *layout, const struct pytext *part, size_t count)
{
	long length = (long)layout->indent - 1;

	for (size_t i = 0; i < count; i++) {
		length += 1 + (long)pytext_count(part[i]);
		if (i > 0 && length > layout->width)
			return true;
	}
	return false;
}

struct usage_parts {
	struct pytext *option; /* the first is prog */
	size_t option_count;
	struct pytext *positional; /* the first is prog */
	size_t positional_count;
};

/* prog is short: the parts go behind it, the positionals on lines of their own. */
static void append_short(
	struct layout *layout, const struct usage_parts *parts, size_t prefix_width)
{
	if (parts->option_count > 1) {
		append_lines(layout, parts->option, parts->option_count, &prefix_width);
		append_lines(layout, parts->positional + 1, parts->positional_count - 1, NULL);
	} else {
		append_lines(layout, parts->positional, parts->positional_count, &prefix_width);
	}
}

/* prog is long: it has a line of its own. */
static int append_long(struct layout *layout, const struct usage_parts *parts)
{
	size_t options = parts->option_count - 1;
	size_t positionals = parts->positional_count - 1;
	struct pytext *all = argparse_arena_array(
		&layout->f->scratch, options + positionals + 1, sizeof *all);

	if (!all)
		return -ENOMEM;
	if (options)
		memcpy(all, parts->option + 1, options * sizeof *all);
	if (positionals)
		memcpy(all + options, parts->positional + 1, positionals * sizeof *all);

	start_line(layout, false);
	pytext_buf_append(layout->out, parts->option[0]);
	if (needs_lines(layout, all, options + positionals)) {
		append_lines(layout, parts->option + 1, options, NULL);
		append_lines(layout, parts->positional + 1, positionals, NULL);
	} else {
		append_lines(layout, all, options + positionals, NULL);
	}
	return 0;
}

/* The parts of one kind of argument, behind prog. */
static int collect_parts(struct argparse_formatter *f, const struct argparse_list *arguments,
	bool options, struct pytext **ret_part, size_t *ret_count)
{
	struct argparse_list list = { 0 };
	struct pytext_buf text = { 0 };
	struct pytext usage = { 0 };
	struct pytext *part = NULL;
	size_t count = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < arguments->count; i++)
		if (argparse_is_option(arguments->item[i]) == options)
			r = argparse_list_append(&f->scratch, &list, arguments->item[i]);
	if (r == 0)
		r = argparse_formatter_append_parts(f, &text, &list);
	if (r == 0)
		r = pytext_buf_status(&text);
	if (r == 0)
		r = argparse_arena_text(&f->scratch, pytext_buf_text(&text), &usage);
	pytext_buf_release(&text);
	if (r == 0)
		r = split_parts(f, usage, &part, &count);
	if (r < 0)
		return r;

	*ret_part = argparse_arena_array(&f->scratch, count + 1, sizeof **ret_part);
	if (!*ret_part)
		return -ENOMEM;
	(*ret_part)[0] = f->parser->prog;
	if (count)
		memcpy(*ret_part + 1, part, count * sizeof *part);
	*ret_count = count + 1;
	return 0;
}

static int append_wrapped(struct argparse_formatter *f, struct pytext_buf *out,
	const struct argparse_list *arguments, size_t prefix_width)
{
	struct layout layout = { .f = f, .out = out, .width = f->width - (long)f->indent };
	struct usage_parts parts = { 0 };
	size_t head = prefix_width + pytext_count(f->parser->prog);

	int r = collect_parts(f, arguments, true, &parts.option, &parts.option_count);
	if (r == 0)
		r = collect_parts(f, arguments, false, &parts.positional, &parts.positional_count);
	if (r < 0)
		return r;

	/* At most three quarters of the width. */
	if (4 * (long)head <= 3 * layout.width) {
		layout.indent = head + 1;
		append_short(&layout, &parts, prefix_width);
		return 0;
	}
	layout.indent = prefix_width;
	return append_long(&layout, &parts);
}

/* prog and all parts on one line, if that is not too long; else wrapped. */
static int append_generated(struct argparse_formatter *f, struct pytext_buf *out,
	const struct argparse_list *arguments, size_t prefix_width)
{
	struct argparse_list ordered = { 0 };
	struct pytext_buf parts = { 0 };
	int r = 0;

	for (int options = 1; options >= 0; options--)
		for (size_t i = 0; r == 0 && i < arguments->count; i++)
			if (argparse_is_option(arguments->item[i]) == (options == 1))
				r = argparse_list_append(&f->scratch, &ordered, arguments->item[i]);
	if (r == 0)
		r = argparse_formatter_append_parts(f, &parts, &ordered);
	if (r == 0)
		r = pytext_buf_status(&parts);
	if (r < 0)
		goto out;

	struct pytext_buf line = { 0 };
	pytext_buf_append(&line, f->parser->prog);
	if (line.length && parts.length)
		pytext_buf_append_char(&line, ' ');
	pytext_buf_append(&line, pytext_buf_text(&parts));
	if ((long)(prefix_width + pytext_count(pytext_buf_text(&line))) >
		f->width - (long)f->indent)
		r = append_wrapped(f, out, arguments, prefix_width);
	else
		pytext_buf_append(out, pytext_buf_text(&line));
	out->failed = out->failed || line.failed;
	pytext_buf_release(&line);
out:
	pytext_buf_release(&parts);
	return r;
}

/* "usage: " in the heading's colour, prog and the parts in theirs; a usage that was given stays as
 * it is. */
static void append_colored(
	struct argparse_formatter *f, struct pytext prefix, struct pytext usage, bool is_generated)
{
	struct pytext prog = f->parser->prog;

	argparse_formatter_append_colored(f, &f->out, ARGPARSE_COLOR_HEADING, prefix);
	if (is_generated && pytext_starts_with(usage, prog)) {
		argparse_formatter_append_colored(f, &f->out, ARGPARSE_COLOR_PROG, prog);
		argparse_formatter_append_highlighted(f, &f->out, pytext_from(usage, prog.length));
	} else {
		pytext_buf_append(&f->out, usage);
	}
	pytext_buf_append_string(&f->out, "\n\n");
}

int argparse_formatter_add_usage(
	struct argparse_formatter *f, const struct argparse_list *arguments, struct pytext prefix)
{
	struct pytext given = f->view->usage.bytes ? f->view->usage : f->parser->usage;
	struct pytext_buf usage = { 0 };
	int r = 0;

	if (argparse_is_suppressed(given))
		return 0;
	if (given.bytes)
		r = argparse_formatter_append_prog(f, &usage, given);
	else if (arguments->count == 0)
		pytext_buf_append(&usage, f->parser->prog);
	else
		r = append_generated(f, &usage, arguments, pytext_count(prefix));
	if (r == 0)
		r = pytext_buf_status(&usage);
	if (r == 0)
		append_colored(f, prefix, pytext_buf_text(&usage), !given.bytes);
	pytext_buf_release(&usage);
	return r;
}
