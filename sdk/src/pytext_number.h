/* SPDX-License-Identifier: MIT */
/* Numbers as Python's int() and float() read them, and as repr() writes them. */
#ifndef PLUGH_PYTEXT_NUMBER_H
#define PLUGH_PYTEXT_NUMBER_H

#include "pytext.h"

/* int(text) and float(text): 0, -EINVAL where Python raises ValueError (and for an int beyond
 * int64), or -ENOMEM. */
int pytext_parse_int(struct pytext text, int64_t *ret_integer);
int pytext_parse_float(struct pytext text, double *ret_number);

/* Append what C's printf makes of a number in the C locale; format is "%.*e" or the like. */
struct pytext_buf;
void pytext_buf_append_double(
	struct pytext_buf *buf, const char *format, int precision, double number);

/* A finite, positive number in shortest form: digits without point ("125"), and where the point
 * goes (1.25: 1). ret_digits takes 18 bytes and ends in NUL. */
void pytext_shortest_digits(double number, char ret_digits[18], int *ret_point);

#endif
