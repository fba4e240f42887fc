/* SPDX-License-Identifier: MIT */
/* The usage line: its parts, brackets and bars, and how it is broken into lines. */

#include "argparse_format.h"

#include <errno.h>
#include <string.h>

/* ---- The parts: _format_actions_usage ---- */

/* insert[i] stands before part i (the last one behind all); texts in the formatter's scratch
 * memory. */
struct parts {
	struct argparse_formatter *f;
	const struct argparse_list *arguments;
	struct pytext *insert;
	bool *is_grouped; /* argument i is in an exclusive group that the usage shows */
};

/* insert[i] += text, with a blank between them where there was one and separated says so. */
static int add_insert(struct parts *parts, size_t i, const char *text, bool separated)
{
	struct pytext old = parts->insert[i];
	struct pytext_buf joined = { 0 };

	pytext_buf_append(&joined, old);
	if (old.length && separated)
		pytext_buf_append_char(&joined, ' ');
	pytext_buf_append_string(&joined, text);

	int r = pytext_buf_status(&joined);
	if (r == 0)
		r = argparse_arena_text(
			&parts->f->scratch, pytext_buf_text(&joined), &parts->insert[i]);
	pytext_buf_release(&joined);
	return r;
}

/* Where the members of the group stand next to each other, in order; else arguments->count. */
static size_t find_members(const struct argparse_list *arguments, const struct plugh_group *group)
{
	const struct argparse_list *members = &group->arguments;
	size_t start = argparse_list_find(arguments, members->item[0]);

	if (members->count > arguments->count - start)
		return arguments->count;
	for (size_t i = 0; i < members->count; i++)
		if (arguments->item[start + i] != members->item[i])
			return arguments->count;
	return start;
}

static int mark_group(struct parts *parts, const struct plugh_group *group)
{
	size_t start = find_members(parts->arguments, group);
	size_t end = start + group->arguments.count;
	size_t shown = 0;
	int r = 0;

	if (start == parts->arguments->count)
		return 0;
	for (size_t i = start; i < end; i++) {
		const struct plugh_argument *argument = parts->arguments->item[i];
		parts->is_grouped[i] = true;
		shown += !argparse_is_suppressed(argument->help);
	}

	if (!group->required || shown > 1) {
		r = add_insert(parts, start, group->required ? "(" : "[", true);
		if (r == 0)
			r = add_insert(parts, end, group->required ? ")" : "]", false);
	}
	for (size_t i = start + 1; i < end; i++)
		parts->insert[i] = PYTEXT("|");
	return r;
}

/* An argument that stands in the list twice is in the group both times. */
static void mark_twins(struct parts *parts)
{
	const struct argparse_list *arguments = parts->arguments;

	for (size_t i = 0; i < arguments->count; i++)
		if (parts->is_grouped[i])
			for (size_t j = 0; j < arguments->count; j++)
				if (arguments->item[j] == arguments->item[i])
					parts->is_grouped[j] = true;
}

static int mark_groups(struct parts *parts)
{
	const struct argparse_list *groups = &parts->f->parser->registry.exclusives;

	for (size_t i = 0; i < groups->count; i++) {
		const struct plugh_group *group = groups->item[i];
		if (group->arguments.count == 0)
			return -EINVAL; /* Python: ValueError, empty group */

		int r = mark_group(parts, group);
		if (r < 0)
			return r;
	}
	mark_twins(parts);
	return 0;
}

/* A hidden argument takes one bar with it. */
static void drop_bar(struct parts *parts, size_t i)
{
	if (pytext_is_equal(parts->insert[i], PYTEXT("|")))
		parts->insert[i] = (struct pytext){ 0 };
	else if (pytext_is_equal(parts->insert[i + 1], PYTEXT("|")))
		parts->insert[i + 1] = (struct pytext){ 0 };
}

/* In a group a positional loses the brackets around it. */
static int append_positional(struct parts *parts, struct pytext_buf *buf,
	const struct plugh_argument *argument, bool is_grouped)
{
	struct pytext_buf args = { 0 };

	int r = argparse_formatter_append_args(parts->f, &args, argument);
	if (r == 0)
		r = pytext_buf_status(&args);
	struct pytext text = pytext_buf_text(&args);
	if (r == 0 && is_grouped) {
		if (text.length == 0)
			r = -EINVAL; /* Python: IndexError */
		else if (text.bytes[0] == '[' && text.bytes[text.length - 1] == ']')
			text = text.length > 1 ? (struct pytext){ text.bytes + 1, text.length - 2 }
					       : PYTEXT("");
	}
	pytext_buf_append(buf, text);
	pytext_buf_release(&args);
	return r;
}

static int append_option(struct parts *parts, struct pytext_buf *buf,
	const struct plugh_argument *argument, bool is_grouped)
{
	bool has_brackets = !argparse_view_required(parts->f->view, argument) && !is_grouped;
	size_t shown = argument->action == PLUGH_ACTION_BOOLEAN_OPTIONAL ? argument->name_count : 1;
	int r = 0;

	if (has_brackets)
		pytext_buf_append_char(buf, '[');
	if (argparse_is_flag(argparse_view_nargs(parts->f->view, argument))) {
		for (size_t i = 0; i < shown; i++) {
			pytext_buf_append_string(buf, i > 0 ? " | " : "");
			pytext_buf_append(buf, argument->name[i]);
		}
	} else {
		pytext_buf_append(buf, argument->name[0]);
		pytext_buf_append_char(buf, ' ');
		r = argparse_formatter_append_args(parts->f, buf, argument);
	}
	if (has_brackets)
		pytext_buf_append_char(buf, ']');
	return r;
}

static int append_part(struct parts *parts, struct pytext_buf *buf, size_t i)
{
	const struct plugh_argument *argument = parts->arguments->item[i];

	return argparse_is_option(argument)
		       ? append_option(parts, buf, argument, parts->is_grouped[i])
		       : append_positional(parts, buf, argument, parts->is_grouped[i]);
}

static bool is_hidden(const struct parts *parts, size_t i)
{
	const struct plugh_argument *argument = parts->arguments->item[i];

	return argparse_is_suppressed(argument->help);
}

static int append_parts(struct parts *parts, struct pytext_buf *buf)
{
	size_t count = parts->arguments->count;
	const char *separator = "";
	int r = 0;

	for (size_t i = 0; r == 0 && i <= count; i++) {
		if (i < count && is_hidden(parts, i))
			drop_bar(parts, i);
		if (parts->insert[i].length) {
			pytext_buf_append_string(buf, separator);
			pytext_buf_append(buf, parts->insert[i]);
			separator = " ";
		}
		if (i < count && !is_hidden(parts, i)) {
			pytext_buf_append_string(buf, separator);
			r = append_part(parts, buf, i);
			separator = " ";
		}
	}
	return r;
}

/* Three substitutions tidy brackets up, one after the other: a blank behind an opening one goes, a
 * blank before a closing one, and then brackets with nothing in them. */

static bool is_open(char c)
{
	return c == '[' || c == '(';
}

static bool is_close(char c)
{
	return c == ']' || c == ')';
}

static size_t tidy_open(char *s, size_t length)
{
	size_t out = 0;

	for (size_t i = 0; i < length; i++) {
		s[out++] = s[i];
		if (is_open(s[i]) && i + 1 < length && s[i + 1] == ' ')
			i++;
	}
	return out;
}

static size_t tidy_close(char *s, size_t length)
{
	size_t out = 0;

	for (size_t i = 0; i < length; i++) {
		if (s[i] == ' ' && i + 1 < length && is_close(s[i + 1]))
			i++;
		s[out++] = s[i];
	}
	return out;
}

static size_t tidy_empty(char *s, size_t length)
{
	size_t out = 0;

	for (size_t i = 0; i < length; i++) {
		size_t end = i + 1;
		while (is_open(s[i]) && end < length && s[end] == ' ')
			end++;
		if (is_open(s[i]) && end < length && is_close(s[end]))
			i = end;
		else
			s[out++] = s[i];
	}
	return out;
}

static int append_actions_usage(
	struct argparse_formatter *f, struct pytext_buf *buf, const struct argparse_list *arguments)
{
	struct pytext_buf text = { 0 };
	struct parts parts = {
		.f = f,
		.arguments = arguments,
		.insert = argparse_arena_array(
			&f->scratch, arguments->count + 1, sizeof *parts.insert),
		.is_grouped = argparse_arena_array(
			&f->scratch, arguments->count + 1, sizeof *parts.is_grouped),
	};

	if (!parts.insert || !parts.is_grouped)
		return -ENOMEM;

	int r = mark_groups(&parts);
	if (r == 0)
		r = append_parts(&parts, &text);
	if (r == 0)
		r = pytext_buf_status(&text);
	if (r == 0 && text.bytes) {
		text.length = tidy_open(text.bytes, text.length);
		text.length = tidy_close(text.bytes, text.length);
		text.length = tidy_empty(text.bytes, text.length);
		pytext_buf_append(buf, pytext_strip(pytext_buf_text(&text)));
	}
	pytext_buf_release(&text);
	return r;
}

/* ---- Lines ---- */

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
		r = append_actions_usage(f, &text, &list);
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
		r = append_actions_usage(f, &parts, &ordered);
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
