/* SPDX-License-Identifier: MIT */
/* repr() of a str and of a float. */

#include "pytext_buf.h"

#include <math.h>
#include <string.h>

#include "pytext_number.h"

static void append_escape(struct pytext_buf *buf, uint32_t point)
{
	static const char names[] = "\tt\nn\rr";

	for (size_t i = 0; i + 1 < sizeof names; i += 2) {
		if (point != (uint32_t)names[i])
			continue;
		pytext_buf_append_char(buf, '\\');
		pytext_buf_append_char(buf, names[i + 1]);
		return;
	}
	if (point < 0x100)
		pytext_buf_append_format(buf, "\\x%02x", (unsigned)point);
	else if (point < 0x10000)
		pytext_buf_append_format(buf, "\\u%04x", (unsigned)point);
	else
		pytext_buf_append_format(buf, "\\U%08x", (unsigned)point);
}

void pytext_buf_append_repr(struct pytext_buf *buf, struct pytext text)
{
	bool has_single = pytext_find_char(text, '\'') < text.length;
	bool has_double = pytext_find_char(text, '"') < text.length;
	char quote = has_single && !has_double ? '"' : '\'';

	pytext_buf_append_char(buf, quote);
	for (size_t i = 0, size; i < text.length; i += size) {
		uint32_t point = pytext_decode(pytext_from(text, i), &size);
		if (point == '\\' || point == (uint32_t)quote)
			pytext_buf_append_char(buf, '\\');
		if (pytext_is_printable(point))
			pytext_buf_append_point(buf, point);
		else
			append_escape(buf, point);
	}
	pytext_buf_append_char(buf, quote);
}

/* 1.5e-05, 1e+16 */
static void append_scientific(struct pytext_buf *buf, const char *digits, int exponent)
{
	pytext_buf_append_char(buf, digits[0]);
	if (digits[1]) {
		pytext_buf_append_char(buf, '.');
		pytext_buf_append_string(buf, digits + 1);
	}
	pytext_buf_append_format(
		buf, "e%c%02d", exponent < 0 ? '-' : '+', exponent < 0 ? -exponent : exponent);
}

/* 0.0015, 12.5, 1500.0 */
static void append_plain(struct pytext_buf *buf, const char *digits, int point)
{
	size_t count = strlen(digits);
	size_t whole = point > 0 ? (size_t)point : 0;

	if (whole == 0) {
		pytext_buf_append_string(buf, "0.");
		pytext_buf_append_chars(buf, '0', (size_t)-point);
		pytext_buf_append_string(buf, digits);
		return;
	}
	if (whole < count) {
		pytext_buf_append(buf, (struct pytext){ digits, whole });
		pytext_buf_append_char(buf, '.');
		pytext_buf_append_string(buf, digits + whole);
		return;
	}
	pytext_buf_append_string(buf, digits);
	pytext_buf_append_chars(buf, '0', whole - count);
	pytext_buf_append_string(buf, ".0");
}

void pytext_buf_append_float(struct pytext_buf *buf, double number)
{
	char digits[18];
	int point;

	if (isnan(number)) {
		pytext_buf_append_string(buf, "nan");
		return;
	}
	if (signbit(number)) {
		pytext_buf_append_char(buf, '-');
		number = -number;
	}
	if (isinf(number)) {
		pytext_buf_append_string(buf, "inf");
		return;
	}

	pytext_shortest_digits(number, digits, &point);
	if (point - 1 < -4 || point - 1 >= 16)
		append_scientific(buf, digits, point - 1);
	else
		append_plain(buf, digits, point);
}
