/* SPDX-License-Identifier: MIT */
/* Python's format % mapping. */
#ifndef PLUGH_PYTEXT_PERCENT_H
#define PLUGH_PYTEXT_PERCENT_H

#include "pytext_buf.h"

enum pytext_arg_kind {
	PYTEXT_ARG_OTHER, /* knows only its str(): None, a list */
	PYTEXT_ARG_TEXT,
	PYTEXT_ARG_INT, /* and bool, whose str() is a word */
	PYTEXT_ARG_FLOAT,
};

/* A value of the mapping. str is its str(); for all but a text that is its repr() too. */
struct pytext_arg {
	enum pytext_arg_kind kind;
	struct pytext str;
	int64_t integer;
	double number;
};

/* The mapping. find writes the value of key, or returns false where Python raises KeyError; str
 * stays valid until the next call. whole is the mapping's own str(), which "%s" without a key
 * prints; bytes NULL when there is none that could be told. */
struct pytext_mapping {
	bool (*find)(void *ctx, struct pytext key, struct pytext_arg *ret_arg);
	void *ctx;
	struct pytext whole;
};

/* Append format % mapping. Returns 0, or -EINVAL where Python raises; memory is told by buf's
 * status. */
int pytext_buf_append_percent(
	struct pytext_buf *buf, struct pytext format, const struct pytext_mapping *mapping);

#endif
