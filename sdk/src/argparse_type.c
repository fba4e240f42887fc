/* SPDX-License-Identifier: MIT */
/* The built-in types, as a caller may use them too: from the convert of a type of its own. */

#include <errno.h>
#include <string.h>

#include <plugh/argparse.h>

#include "pytext_number.h"

static int convert_int(
	void *ctx, const char *text, struct plugh_value *ret_value, struct plugh_refusal *refusal)
{
	(void)ctx;
	(void)refusal;
	ret_value->kind = PLUGH_VALUE_INT;
	return pytext_parse_int(pytext_of(text), &ret_value->as.integer);
}

static int convert_float(
	void *ctx, const char *text, struct plugh_value *ret_value, struct plugh_refusal *refusal)
{
	(void)ctx;
	(void)refusal;
	ret_value->kind = PLUGH_VALUE_FLOAT;
	return pytext_parse_float(pytext_of(text), &ret_value->as.number);
}

static int convert_str(
	void *ctx, const char *text, struct plugh_value *ret_value, struct plugh_refusal *refusal)
{
	(void)ctx;
	(void)refusal;
	ret_value->kind = PLUGH_VALUE_TEXT;
	ret_value->as.text.bytes = text;
	ret_value->as.text.length = strlen(text);
	return 0;
}

const struct plugh_type plugh_type_int = { .name = "int", .convert = convert_int };
const struct plugh_type plugh_type_float = { .name = "float", .convert = convert_float };
const struct plugh_type plugh_type_str = { .name = "str", .convert = convert_str };
const struct plugh_type plugh_type_none = { .name = "None", .convert = convert_str };
