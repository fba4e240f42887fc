/* SPDX-License-Identifier: MIT */
/* Values: see argparse_value.h. */

#include "argparse_value.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

const char plugh_suppress[] = "==SUPPRESS==";
const char plugh_none[] = "None";

enum {
	NESTING_LIMIT =
		64, /* lists in lists; deeper ones are refused so that recursion is bounded */
};

static int copy_into(struct argparse_arena *arena, const struct plugh_value *value, unsigned depth,
	struct plugh_value *ret_copy)
{
	*ret_copy = *value;
	if (value->kind == PLUGH_VALUE_TEXT) {
		struct pytext text = { 0 };
		int r = argparse_arena_text(arena, argparse_value_text(value), &text);
		ret_copy->as.text.bytes = text.bytes;
		return r;
	}
	if (value->kind != PLUGH_VALUE_LIST)
		return 0;
	if (depth == NESTING_LIMIT)
		return -EINVAL;

	size_t count = value->as.list.count;
	struct plugh_value *item = argparse_arena_array(arena, count, sizeof *item);
	if (!item)
		return -ENOMEM;
	ret_copy->as.list.item = item;
	for (size_t i = 0; i < count; i++) {
		int r = copy_into(arena, &value->as.list.item[i], depth + 1, &item[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

int argparse_value_copy(struct argparse_arena *arena, const struct plugh_value *value,
	const struct plugh_value **ret_copy)
{
	struct plugh_value *copy = argparse_arena_alloc(arena, sizeof *copy);

	if (!copy)
		return -ENOMEM;
	*ret_copy = copy;
	return copy_into(arena, value, 0, copy);
}

struct plugh_value argparse_value_of(struct pytext text)
{
	return (struct plugh_value){ .kind = PLUGH_VALUE_TEXT,
		.as.text = { text.bytes, text.length } };
}

bool argparse_value_is_text(const struct plugh_value *value)
{
	return value->kind == PLUGH_VALUE_TEXT || value->kind == PLUGH_VALUE_SUPPRESS;
}

struct pytext argparse_value_text(const struct plugh_value *value)
{
	if (value->kind == PLUGH_VALUE_SUPPRESS)
		return (struct pytext){ plugh_suppress, sizeof plugh_suppress - 1 };
	return (struct pytext){ value->as.text.bytes, value->as.text.length };
}

/* Is this text a string of which CPython has one only? */
static bool is_singleton(struct pytext text)
{
	size_t size;

	if (text.length == 0)
		return true;
	return pytext_decode(text, &size) < 0x100 && size == text.length;
}

bool argparse_value_is_same(const struct plugh_value *value, const struct plugh_value *other)
{
	if (value == other)
		return true;
	if (value->kind != other->kind)
		return false;

	switch (value->kind) {
	case PLUGH_VALUE_NONE:
	case PLUGH_VALUE_SUPPRESS:
		return true;
	case PLUGH_VALUE_BOOL:
		return value->as.boolean == other->as.boolean;
	case PLUGH_VALUE_INT:
		return value->as.integer == other->as.integer && value->as.integer >= -5 &&
		       value->as.integer <= 256;
	case PLUGH_VALUE_TEXT:
		return pytext_is_equal(argparse_value_text(value), argparse_value_text(other)) &&
		       is_singleton(argparse_value_text(value));
	case PLUGH_VALUE_FLOAT:
	case PLUGH_VALUE_LIST:
		break;
	}
	return false;
}

static bool is_list_equal(const struct plugh_value *value, const struct plugh_value *other)
{
	size_t count = value->as.list.count;

	if (count != other->as.list.count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!plugh_value_is_equal(&value->as.list.item[i], &other->as.list.item[i]))
			return false;
	return true;
}

/* Is an integer equal to a double? Without rounding: 2^53 + 1 is not 2^53. And without libm, which
 * a host would have to load at every start. */
static bool is_integer_equal(int64_t integer, double number)
{
	return number >= -0x1p63 && number < 0x1p63 && (double)(int64_t)number == number &&
	       (int64_t)number == integer;
}

/* A bool is the int 0 or 1. */
static bool has_integer(const struct plugh_value *value, int64_t *ret_integer)
{
	if (value->kind == PLUGH_VALUE_BOOL)
		*ret_integer = value->as.boolean;
	else if (value->kind == PLUGH_VALUE_INT)
		*ret_integer = value->as.integer;
	else
		return false;
	return true;
}

bool plugh_value_is_equal(const struct plugh_value *value, const struct plugh_value *other)
{
	int64_t a;
	int64_t b;

	if (has_integer(value, &a)) {
		if (has_integer(other, &b))
			return a == b;
		return other->kind == PLUGH_VALUE_FLOAT && is_integer_equal(a, other->as.number);
	}
	if (value->kind == PLUGH_VALUE_FLOAT) {
		if (has_integer(other, &b))
			return is_integer_equal(b, value->as.number);
		return other->kind == PLUGH_VALUE_FLOAT && value->as.number == other->as.number;
	}
	if (argparse_value_is_text(value))
		return argparse_value_is_text(other) &&
		       pytext_is_equal(argparse_value_text(value), argparse_value_text(other));
	if (value->kind != other->kind)
		return false;
	return value->kind == PLUGH_VALUE_NONE || is_list_equal(value, other);
}

bool argparse_value_is_among(const struct plugh_value *value, const struct plugh_value *list)
{
	for (size_t i = 0; i < list->as.list.count; i++)
		if (plugh_value_is_equal(value, &list->as.list.item[i]))
			return true;
	return false;
}

void argparse_value_append_joined(
	struct pytext_buf *buf, const struct plugh_value *list, const char *separator, bool as_repr)
{
	for (size_t i = 0; i < list->as.list.count; i++) {
		if (i > 0)
			pytext_buf_append_string(buf, separator);
		if (as_repr)
			argparse_value_append_repr(buf, &list->as.list.item[i]);
		else
			argparse_value_append_str(buf, &list->as.list.item[i]);
	}
}

void argparse_value_append_repr(struct pytext_buf *buf, const struct plugh_value *value)
{
	switch (value->kind) {
	case PLUGH_VALUE_NONE:
		pytext_buf_append_string(buf, "None");
		break;
	case PLUGH_VALUE_BOOL:
		pytext_buf_append_string(buf, value->as.boolean ? "True" : "False");
		break;
	case PLUGH_VALUE_INT:
		pytext_buf_append_format(buf, "%" PRId64, value->as.integer);
		break;
	case PLUGH_VALUE_FLOAT:
		pytext_buf_append_float(buf, value->as.number);
		break;
	case PLUGH_VALUE_SUPPRESS:
	case PLUGH_VALUE_TEXT:
		pytext_buf_append_repr(buf, argparse_value_text(value));
		break;
	case PLUGH_VALUE_LIST:
		pytext_buf_append_char(buf, '[');
		argparse_value_append_joined(buf, value, ", ", true);
		pytext_buf_append_char(buf, ']');
		break;
	}
}

void argparse_value_append_str(struct pytext_buf *buf, const struct plugh_value *value)
{
	if (argparse_value_is_text(value))
		pytext_buf_append(buf, argparse_value_text(value));
	else
		argparse_value_append_repr(buf, value);
}
