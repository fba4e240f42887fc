/* SPDX-License-Identifier: MIT */
/* Colour in help and usage: SGR sequences put around what was laid out without them. */

#include "argparse_format.h"

static const char *const color_codes[] = {
	[ARGPARSE_COLOR_HEADING] = "\033[1;34m",
	[ARGPARSE_COLOR_PROG] = "\033[1;35m",
	[ARGPARSE_COLOR_OPTION] = "\033[1;36m",
	[ARGPARSE_COLOR_METAVAR] = "\033[1;33m",
};

static const char color_end[] = "\033[0m";

void argparse_formatter_append_colored(struct argparse_formatter *f, struct pytext_buf *buf,
	enum argparse_color color, struct pytext text)
{
	if (!f->color || text.length == 0) {
		pytext_buf_append(buf, text);
		return;
	}
	pytext_buf_append_string(buf, color_codes[color]);
	pytext_buf_append(buf, text);
	pytext_buf_append_string(buf, color_end);
}

/* What separates words in usage and in invocations. */
static bool is_separator(char c)
{
	return c == ' ' || c == '\n' || c == '[' || c == ']' || c == '(' || c == ')' || c == '|' ||
	       c == ',';
}

void argparse_formatter_append_highlighted(
	struct argparse_formatter *f, struct pytext_buf *buf, struct pytext text)
{
	if (!f->color) {
		pytext_buf_append(buf, text);
		return;
	}

	for (size_t i = 0; i < text.length;) {
		size_t end = i;
		size_t size;

		while (end < text.length && !is_separator(text.bytes[end]))
			end++;
		struct pytext word = { text.bytes + i, end - i };
		if (word.length == 0)
			pytext_buf_append_char(buf, text.bytes[end++]);
		else if (pytext_is_equal(word, PYTEXT("...")))
			pytext_buf_append(buf, word);
		else if (argparse_has_prefix(word, f->parser->self.prefix_chars, &size))
			argparse_formatter_append_colored(f, buf, ARGPARSE_COLOR_OPTION, word);
		else
			argparse_formatter_append_colored(f, buf, ARGPARSE_COLOR_METAVAR, word);
		i = end;
	}
}
