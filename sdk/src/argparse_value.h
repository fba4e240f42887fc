/* SPDX-License-Identifier: MIT */
/* Values: copies, identity, and how Python prints them. */
#ifndef PLUGH_ARGPARSE_VALUE_H
#define PLUGH_ARGPARSE_VALUE_H

#include <plugh/argparse.h>

#include "argparse_arena.h"
#include "pytext_buf.h"

/* A deep copy in an arena. */
int argparse_value_copy(struct argparse_arena *arena, const struct plugh_value *value,
	const struct plugh_value **ret_copy);

/* A text value whose bytes are borrowed. */
struct plugh_value argparse_value_of(struct pytext text);

/* isinstance(value, str): a text, or SUPPRESS, which is one; its text. */
bool argparse_value_is_text(const struct plugh_value *value);
struct pytext argparse_value_text(const struct plugh_value *value);

/* Python's "is" between values that may have come to be one object: the same object here, or one of
 * those that CPython has only once (None, True, False, SUPPRESS, the ints from -5 to 256, the empty
 * string, and strings of one Latin-1 character). */
bool argparse_value_is_same(const struct plugh_value *value, const struct plugh_value *other);

/* value in list */
bool argparse_value_is_among(const struct plugh_value *value, const struct plugh_value *list);

/* str(value), repr(value) */
void argparse_value_append_str(struct pytext_buf *buf, const struct plugh_value *value);
void argparse_value_append_repr(struct pytext_buf *buf, const struct plugh_value *value);

/* separator.join(map(str, list)), or of repr. */
void argparse_value_append_joined(struct pytext_buf *buf, const struct plugh_value *list,
	const char *separator, bool as_repr);

#endif
