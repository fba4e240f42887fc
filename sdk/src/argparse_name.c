/* SPDX-License-Identifier: MIT */
/* How arguments are called, in words and in messages. */

#include "argparse_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool argparse_has_prefix(struct pytext text, struct pytext chars, size_t *ret_size)
{
	size_t size = 0;

	*ret_size = 0;
	if (text.length == 0)
		return false;

	uint32_t point = pytext_decode(text, ret_size);
	for (size_t i = 0; i < chars.length; i += size)
		if (pytext_decode(pytext_from(chars, i), &size) == point)
			return true;
	return false;
}

/* The bytes of the decimal digits that text starts with. */
static size_t digits_size(struct pytext text)
{
	size_t i = 0;

	for (size_t size; i < text.length; i += size)
		if (pytext_digit(pytext_decode(pytext_from(text, i), &size)) < 0)
			break;
	return i;
}

bool argparse_is_negative_number(struct pytext text)
{
	if (text.length == 0 || text.bytes[0] != '-')
		return false;

	/* Python's $ matches before a newline at the very end too. */
	if (text.bytes[text.length - 1] == '\n')
		text.length--;
	text = pytext_from(text, 1);

	size_t whole = digits_size(text);
	if (whole == text.length)
		return whole > 0;
	if (text.bytes[whole] != '.')
		return false;
	text = pytext_from(text, whole + 1);
	return text.length > 0 && digits_size(text) == text.length;
}

static void append_names(struct pytext_buf *buf, const struct plugh_argument *argument)
{
	for (size_t i = 0; i < argument->name_count; i++) {
		if (i > 0)
			pytext_buf_append_char(buf, '/');
		pytext_buf_append(buf, argument->name[i]);
	}
}

/* A metavar in a message: a tuple is printed as Python's repr of it. */
static void append_metavar(struct pytext_buf *buf, const struct plugh_argument *argument)
{
	if (!argument->has_tuple) {
		pytext_buf_append(buf, argument->metavar[0]);
		return;
	}
	pytext_buf_append_char(buf, '(');
	for (size_t i = 0; i < argument->metavar_count; i++) {
		if (i > 0)
			pytext_buf_append_string(buf, ", ");
		pytext_buf_append_repr(buf, argument->metavar[i]);
	}
	pytext_buf_append_string(buf, argument->metavar_count == 1 ? ",)" : ")");
}

/* "{a,b}"; Python joins the choices as they are, which raises for all but strings. */
static int append_choices(struct pytext_buf *buf, const struct plugh_value *choices)
{
	for (size_t i = 0; i < choices->as.list.count; i++)
		if (!argparse_value_is_text(&choices->as.list.item[i]))
			return -EINVAL;
	pytext_buf_append_char(buf, '{');
	argparse_value_append_joined(buf, choices, ",", false);
	pytext_buf_append_char(buf, '}');
	return 0;
}

/* Here Python looks for SUPPRESS by its text, elsewhere by identity. */
static bool equals_suppress(struct pytext text)
{
	return pytext_is_equal(text, pytext_of(plugh_suppress));
}

int argparse_append_name(
	struct pytext_buf *buf, const struct plugh_argument *argument, bool *ret_is_none)
{
	*ret_is_none = false;
	if (argparse_is_option(argument))
		append_names(buf, argument);
	else if (argument->has_metavar &&
		 (argument->has_tuple || !equals_suppress(argument->metavar[0])))
		append_metavar(buf, argument);
	else if (argument->dest.bytes && !equals_suppress(argument->dest))
		pytext_buf_append(buf, argument->dest);
	else if (argument->choices && argument->choices->as.list.count > 0)
		return append_choices(buf, argument->choices);
	else
		*ret_is_none = true;
	return 0;
}

int argparse_append_error(
	struct pytext_buf *buf, const struct plugh_argument *argument, struct pytext message)
{
	struct pytext_buf name = { 0 };
	bool is_none = true;
	int r = 0;

	if (argument)
		r = argparse_append_name(&name, argument, &is_none);
	if (!is_none) {
		pytext_buf_append_string(buf, "argument ");
		pytext_buf_append(buf, pytext_buf_text(&name));
		pytext_buf_append_string(buf, ": ");
	}
	pytext_buf_append(buf, message);
	if (r == 0)
		r = pytext_buf_status(&name);
	pytext_buf_release(&name);
	return r;
}

struct argparse_nargs argparse_nargs_parse(const char *nargs)
{
	static const struct {
		const char *text;
		enum argparse_nargs_kind kind;
	} kinds[] = {
		{ "?", ARGPARSE_NARGS_OPTIONAL },
		{ "*", ARGPARSE_NARGS_ZERO_OR_MORE },
		{ "+", ARGPARSE_NARGS_ONE_OR_MORE },
		{ "...", ARGPARSE_NARGS_REMAINDER },
		{ "A...", ARGPARSE_NARGS_PARSER },
	};
	char *end;

	if (!nargs || nargs == plugh_none)
		return (struct argparse_nargs){ .kind = ARGPARSE_NARGS_NONE };
	if (strcmp(nargs, plugh_suppress) == 0)
		return (struct argparse_nargs){ .kind = ARGPARSE_NARGS_SUPPRESS,
			.text = pytext_of(plugh_suppress) };
	for (size_t i = 0; i < ARGPARSE_COUNT(kinds); i++)
		if (strcmp(nargs, kinds[i].text) == 0)
			return (struct argparse_nargs){ .kind = kinds[i].kind,
				.text = pytext_of(kinds[i].text) };

	if (nargs[0] >= '0' && nargs[0] <= '9' && nargs[1] == '\0')
		return (struct argparse_nargs){ .kind = ARGPARSE_NARGS_NUMBER,
			.number = nargs[0] - '0' };
	errno = 0;
	long number = strtol(nargs, &end, 10);
	if (errno || end == nargs || *end || number > INT32_MAX || number < INT32_MIN)
		return (struct argparse_nargs){ .kind = ARGPARSE_NARGS_INVALID };
	return (struct argparse_nargs){ .kind = ARGPARSE_NARGS_NUMBER, .number = number };
}
