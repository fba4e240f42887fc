/* SPDX-License-Identifier: MIT */
/* Python's % operator with a mapping on the right: %(key)s with flags, width, precision and every
 * conversion, and the oddities that texts with a stray % run into ("100% sure" is a "% s" without a
 * key, which prints the whole mapping, once). */

#include "pytext_percent.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "pytext_number.h"

enum {
	NUMBER_LIMIT = 1
		       << 20, /* of width and precision: far above any use, far below all memory */
};

enum flag {
	FLAG_LEFT = 1,
	FLAG_SIGN = 2,
	FLAG_BLANK = 4,
	FLAG_ALTERNATE = 8,
	FLAG_ZERO = 16,
};

/* One conversion, as parsed; and the value that the next conversion without a key takes. */
struct conversion {
	unsigned flags;
	int width;     /* -1: none */
	int precision; /* -1: none */
	char letter;
};

struct formatter {
	struct pytext_buf *buf;
	const struct pytext_mapping *mapping;
	struct pytext rest;
	struct pytext_arg arg;
	bool has_arg;
};

static bool next_char(struct formatter *f, char *ret_char)
{
	if (f->rest.length == 0)
		return false;
	*ret_char = f->rest.bytes[0];
	f->rest = pytext_from(f->rest, 1);
	return true;
}

/* "(key)", parentheses nesting: sets the value that the conversion takes. */
static int parse_key(struct formatter *f)
{
	size_t depth = 1;
	size_t end = 1;

	for (; end < f->rest.length; end++) {
		char c = f->rest.bytes[end];
		depth += (c == '(');
		depth -= (c == ')');
		if (depth == 0)
			break;
	}
	if (depth != 0)
		return -EINVAL;

	struct pytext key = { f->rest.bytes + 1, end - 1 };
	f->rest = pytext_from(f->rest, end + 1);
	if (!f->mapping->find(f->mapping->ctx, key, &f->arg))
		return -EINVAL;
	f->has_arg = true;
	return 0;
}

static unsigned parse_flags(struct formatter *f)
{
	static const char letters[] = "-+ #0";
	unsigned flags = 0;

	while (f->rest.length && f->rest.bytes[0]) {
		const char *found = strchr(letters, f->rest.bytes[0]);
		if (!found)
			break;
		flags |= 1U << (found - letters);
		f->rest = pytext_from(f->rest, 1);
	}
	return flags;
}

/* Digits, none of them giving otherwise. A '*' would take a value that no mapping has: Python
 * raises. */
static int parse_size(struct formatter *f, int otherwise, int *ret_size)
{
	int size = otherwise;

	if (f->rest.length && f->rest.bytes[0] == '*')
		return -EINVAL;
	while (f->rest.length && f->rest.bytes[0] >= '0' && f->rest.bytes[0] <= '9') {
		size = (size < 0 ? 0 : size) * 10 + (f->rest.bytes[0] - '0');
		if (size > NUMBER_LIMIT)
			return -EINVAL;
		f->rest = pytext_from(f->rest, 1);
	}
	*ret_size = size;
	return 0;
}

/* What follows a '%'. */
static int parse_conversion(struct formatter *f, struct conversion *conv)
{
	*conv = (struct conversion){ .width = -1, .precision = -1 };

	if (f->rest.length && f->rest.bytes[0] == '(') {
		int r = parse_key(f);
		if (r < 0)
			return r;
	}
	conv->flags = parse_flags(f);

	int r = parse_size(f, -1, &conv->width);
	if (r == 0 && f->rest.length && f->rest.bytes[0] == '.') {
		f->rest = pytext_from(f->rest, 1);
		r = parse_size(f, 0, &conv->precision);
	}
	if (r < 0)
		return r;

	if (f->rest.length && f->rest.bytes[0] && strchr("hlL", f->rest.bytes[0]))
		f->rest = pytext_from(f->rest, 1);
	return next_char(f, &conv->letter) ? 0 : -EINVAL;
}

/* Write sign, prefix ("0x") and body, padded to the width; only numbers are padded with zeros. */
static void append_number(struct pytext_buf *buf, const struct conversion *conv, char sign,
	const char *prefix, struct pytext body)
{
	size_t length = body.length + strlen(prefix) + (sign != '\0');
	size_t width = conv->width < 0 ? 0 : (size_t)conv->width;
	size_t padding = width > length ? width - length : 0;
	bool left = conv->flags & FLAG_LEFT;
	bool zeros = conv->flags & FLAG_ZERO;

	if (!left && !zeros)
		pytext_buf_append_chars(buf, ' ', padding);
	if (sign)
		pytext_buf_append_char(buf, sign);
	pytext_buf_append_string(buf, prefix);
	if (!left && zeros)
		pytext_buf_append_chars(buf, '0', padding);
	pytext_buf_append(buf, body);
	if (left)
		pytext_buf_append_chars(buf, ' ', padding);
}

static char sign_of(const struct conversion *conv, bool negative)
{
	if (negative)
		return '-';
	if (conv->flags & FLAG_SIGN)
		return '+';
	return conv->flags & FLAG_BLANK ? ' ' : '\0';
}

/* The digits of an int's size in the conversion's base, at least as many as the precision says; the
 * prefix that
 * '#' shows. */
static const char *append_based(
	struct pytext_buf *digits, const struct conversion *conv, uint64_t size, int precision)
{
	switch (conv->letter) {
	case 'x':
		pytext_buf_append_format(digits, "%.*" PRIx64, precision, size);
		return "0x";
	case 'X':
		pytext_buf_append_format(digits, "%.*" PRIX64, precision, size);
		return "0X";
	case 'o':
		pytext_buf_append_format(digits, "%.*" PRIo64, precision, size);
		return "0o";
	default:
		pytext_buf_append_format(digits, "%.*" PRIu64, precision, size);
		return "";
	}
}

/* The digits of a float without its fraction, however many there are. */
static void append_whole(struct pytext_buf *digits, double size, int precision)
{
	struct pytext_buf whole = { 0 };

	if (size < 0x1p53)
		pytext_buf_append_format(&whole, "%" PRIu64, (uint64_t)size);
	else
		pytext_buf_append_double(&whole, "%.*f", 0, size);
	if (whole.length < (size_t)precision)
		pytext_buf_append_chars(digits, '0', (size_t)precision - whole.length);
	pytext_buf_append(digits, pytext_buf_text(&whole));
	digits->failed = digits->failed || whole.failed;
	pytext_buf_release(&whole);
}

static int append_integer(
	struct pytext_buf *buf, const struct conversion *conv, const struct pytext_arg *arg)
{
	int precision = conv->precision > 0 ? conv->precision : 1;
	struct pytext_buf digits = { 0 };
	const char *prefix = "";
	bool is_negative = false;

	if (arg->kind == PYTEXT_ARG_INT) {
		is_negative = arg->integer < 0;
		uint64_t size = is_negative ? -(uint64_t)arg->integer : (uint64_t)arg->integer;
		prefix = append_based(&digits, conv, size, precision);
	} else if (arg->kind == PYTEXT_ARG_FLOAT && !strchr("oxX", conv->letter) &&
		   !isnan(arg->number) && !isinf(arg->number)) {
		is_negative = arg->number <= -1;
		append_whole(&digits, signbit(arg->number) ? -arg->number : arg->number, precision);
	} else {
		return -EINVAL;
	}
	append_number(buf, conv, sign_of(conv, is_negative),
		conv->flags & FLAG_ALTERNATE ? prefix : "", pytext_buf_text(&digits));
	buf->failed = buf->failed || digits.failed;
	pytext_buf_release(&digits);
	return 0;
}

/* "nan", "inf" or what printf makes of the number's size; E, F and G write the words in capitals.
 */
static void append_digits(struct pytext_buf *digits, const struct conversion *conv, double size)
{
	const char format[] = { '%', conv->flags & FLAG_ALTERNATE ? '#' : '-', '.', '*',
		conv->letter, 0 };
	bool upper = conv->letter < 'a';

	if (isnan(size))
		pytext_buf_append_string(digits, upper ? "NAN" : "nan");
	else if (isinf(size))
		pytext_buf_append_string(digits, upper ? "INF" : "inf");
	else
		pytext_buf_append_double(
			digits, format, conv->precision < 0 ? 6 : conv->precision, size);
}

static int append_real(
	struct pytext_buf *buf, const struct conversion *conv, const struct pytext_arg *arg)
{
	double number = arg->kind == PYTEXT_ARG_FLOAT ? arg->number : (double)arg->integer;
	bool is_negative = !isnan(number) && signbit(number);
	struct pytext_buf digits = { 0 };

	if (arg->kind != PYTEXT_ARG_FLOAT && arg->kind != PYTEXT_ARG_INT)
		return -EINVAL;
	append_digits(&digits, conv, is_negative ? -number : number);
	append_number(buf, conv, sign_of(conv, is_negative), "", pytext_buf_text(&digits));
	buf->failed = buf->failed || digits.failed;
	pytext_buf_release(&digits);
	return 0;
}

/* ascii(text) of what repr() made: all beyond ASCII escaped. */
static void append_ascii(struct pytext_buf *buf, struct pytext repr)
{
	for (size_t i = 0, size; i < repr.length; i += size) {
		uint32_t point = pytext_decode(pytext_from(repr, i), &size);
		if (point < 0x80)
			pytext_buf_append_char(buf, (char)point);
		else if (point < 0x100)
			pytext_buf_append_format(buf, "\\x%02x", (unsigned)point);
		else
			pytext_buf_append_format(
				buf, point < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)point);
	}
}

/* s, r, a: cut at the precision, padded with blanks to the width, both in code points. */
static int append_text(
	struct pytext_buf *buf, const struct conversion *conv, const struct pytext_arg *arg)
{
	struct pytext_buf repr = { 0 };
	struct pytext_buf ascii = { 0 };
	struct pytext text = arg->str;

	if (conv->letter != 's' && arg->kind == PYTEXT_ARG_TEXT) {
		pytext_buf_append_repr(&repr, arg->str);
		text = pytext_buf_text(&repr);
	}
	if (conv->letter == 'a') {
		append_ascii(&ascii, text);
		text = pytext_buf_text(&ascii);
	}

	size_t count = 0;
	size_t end = 0;
	size_t limit = conv->precision < 0 ? SIZE_MAX : (size_t)conv->precision;
	for (size_t size; end < text.length && count < limit; end += size, count++)
		pytext_decode(pytext_from(text, end), &size);

	size_t width = conv->width < 0 ? 0 : (size_t)conv->width;
	size_t padding = width > count ? width - count : 0;
	if (!(conv->flags & FLAG_LEFT))
		pytext_buf_append_chars(buf, ' ', padding);
	pytext_buf_append(buf, pytext_upto(text, end));
	if (conv->flags & FLAG_LEFT)
		pytext_buf_append_chars(buf, ' ', padding);

	buf->failed = buf->failed || repr.failed || ascii.failed;
	pytext_buf_release(&repr);
	pytext_buf_release(&ascii);
	return 0;
}

/* c: one code point, from a text of one or from its number. */
static int append_char(
	struct pytext_buf *buf, const struct conversion *conv, const struct pytext_arg *arg)
{
	struct pytext_buf one = { 0 };
	struct conversion plain = {
		.flags = conv->flags, .width = conv->width, .precision = -1, .letter = 's'
	};
	bool is_point = arg->kind == PYTEXT_ARG_INT && arg->integer >= 0 &&
			arg->integer <= 0x10FFFF &&
			!(arg->integer >= 0xD800 && arg->integer <= 0xDFFF);

	if (is_point)
		pytext_buf_append_point(&one, (uint32_t)arg->integer);
	else if (arg->kind == PYTEXT_ARG_TEXT && pytext_count(arg->str) == 1)
		pytext_buf_append(&one, arg->str);
	else
		return -EINVAL;

	struct pytext_arg text = { .kind = PYTEXT_ARG_TEXT, .str = pytext_buf_text(&one) };
	append_text(buf, &plain, &text);
	buf->failed = buf->failed || one.failed;
	pytext_buf_release(&one);
	return 0;
}

static int append_conversion(struct formatter *f, const struct conversion *conv)
{
	static const struct {
		const char *letters;
		int (*append)(struct pytext_buf *buf, const struct conversion *conv,
			const struct pytext_arg *arg);
	} kinds[] = {
		{ "sra", append_text },
		{ "diuoxX", append_integer },
		{ "eEfFgG", append_real },
		{ "c", append_char },
	};

	if (!f->has_arg || conv->letter == '\0')
		return -EINVAL;
	f->has_arg = false;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strchr(kinds[i].letters, conv->letter))
			return kinds[i].append(f->buf, conv, &f->arg);
	return -EINVAL;
}

int pytext_buf_append_percent(
	struct pytext_buf *buf, struct pytext format, const struct pytext_mapping *mapping)
{
	struct formatter f = {
		.buf = buf,
		.mapping = mapping,
		.rest = format,
		.arg = { .kind = PYTEXT_ARG_OTHER, .str = mapping->whole },
		.has_arg = mapping->whole.bytes != NULL,
	};

	for (;;) {
		struct conversion conv;
		size_t plain = pytext_find_char(f.rest, '%');

		pytext_buf_append(buf, pytext_upto(f.rest, plain));
		if (plain == f.rest.length)
			return 0;
		f.rest = pytext_from(f.rest, plain + 1);
		if (f.rest.length && f.rest.bytes[0] == '%') {
			pytext_buf_append_char(buf, '%');
			f.rest = pytext_from(f.rest, 1);
			continue;
		}

		int r = parse_conversion(&f, &conv);
		if (r == 0)
			r = append_conversion(&f, &conv);
		if (r < 0)
			return r;
	}
}
