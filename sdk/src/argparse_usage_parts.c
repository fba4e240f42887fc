/* SPDX-License-Identifier: MIT */
/* The parts of a usage line, with their brackets and bars: _format_actions_usage. */

#include "argparse_format.h"

#include <errno.h>

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

int argparse_formatter_append_parts(
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
