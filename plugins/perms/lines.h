/* Arrangements as lines of text, many at once.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PERMS_LINES_H
#define PERMS_LINES_H

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

#include "order.h"

/* How lines are made; which one never shows in what is printed. */
enum lines_path {
	LINES_BEST,     /* what this machine does fastest */
	LINES_AVX2,     /* by byte shuffles, where the items allow it */
	LINES_SSSE3,    /* likewise */
	LINES_PORTABLE, /* by copying pieces of lines that were made before */
	LINES_STEPS,    /* one after the other */
};

struct lines_spec {
	const char *separator; /* between items; borrowed, as is the delimiter */
	size_t separator_size;
	const char *delimiter; /* behind each line */
	size_t delimiter_size;
	enum lines_path path;

	/* Take what was made, a hundred thousand bytes and more at a time. Returns 0 or -errno,
	 * which ends the work. */
	int (*write)(void *ctx, const void *bytes, size_t n);
	void *ctx;
};

/* Hand over the lines of `count` arrangements from rank `from` on: all of them are there.
 *
 * Returns 0, -ENOMEM, or what `write` returned. Memory: some hundred kilobytes, and some lines;
 * up to some megabytes where distinct ones of equal items are asked for. */
int lines_print(const struct lines_spec *spec, const struct items *items, size_t r, bool distinct,
	const mpz_t from, const mpz_t count);

/* Hand over one arrangement as a line. Returns 0, -ENOMEM, or what `write` returned. */
int lines_print_one(const struct lines_spec *spec, const struct order *order, const uint32_t *at);

/* Read an arrangement as it is printed, without the delimiter. Of several ways to read it, that of
 * the lowest rank. Returns 0, -EINVAL (no arrangement), -E2BIG (too many ways were tried), or
 * -ENOMEM. */
int lines_parse(
	const struct lines_spec *spec, struct order *order, const char *text, uint32_t *ret_at);

#endif
