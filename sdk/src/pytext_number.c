/* SPDX-License-Identifier: MIT */
/* Python's number texts. Both kinds are first brought to ASCII: digits of any script become 0 to 9
 * and blanks of any script become ' ', but only in a text that is not all ASCII, as in CPython (so
 * U+001C around a number is refused either way). Then blanks are stripped and underscores between
 * digits dropped. */

#include "pytext_number.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "pytext_buf.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_c_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* text with its digits and blanks brought to ASCII and the blanks around it stripped; what cannot
 * be part of a number becomes '?'. */
static struct pytext to_ascii(struct pytext text, struct pytext_buf *storage)
{
	bool is_ascii = true;

	for (size_t i = 0; i < text.length; i++)
		is_ascii = is_ascii && (unsigned char)text.bytes[i] < 0x80;

	if (!is_ascii) {
		for (size_t i = 0, size; i < text.length; i += size) {
			uint32_t point = pytext_decode(pytext_from(text, i), &size);
			int digit = pytext_digit(point);
			char c = '?';
			if (point < 0x7F)
				c = (char)point;
			else if (pytext_is_space(point))
				c = ' ';
			else if (digit >= 0)
				c = (char)('0' + digit);
			pytext_buf_append_char(storage, c);
		}
		text = pytext_buf_text(storage);
	}

	while (text.length && is_c_space(text.bytes[0]))
		text = pytext_from(text, 1);
	while (text.length && is_c_space(text.bytes[text.length - 1]))
		text.length--;
	return text;
}

/* The sign, digits and single underscores between them, of a stripped ASCII text. */
static int parse_digits(struct pytext text, int64_t *ret_integer)
{
	bool negative = text.length && text.bytes[0] == '-';
	int64_t integer = 0;
	size_t i = text.length && (text.bytes[0] == '-' || text.bytes[0] == '+');
	char before = '_';

	for (; i < text.length; before = text.bytes[i++]) {
		char c = text.bytes[i];
		if (c == '_' && before != '_')
			continue;
		if (!is_digit(c))
			return -EINVAL;

		int digit = negative ? '0' - c : c - '0';
		if (__builtin_mul_overflow(integer, 10, &integer) ||
			__builtin_add_overflow(integer, digit, &integer))
			return -EINVAL;
	}
	if (before == '_')
		return -EINVAL;
	*ret_integer = integer;
	return 0;
}

int pytext_parse_int(struct pytext text, int64_t *ret_integer)
{
	struct pytext_buf storage = { 0 };
	struct pytext ascii = to_ascii(text, &storage);

	int r = pytext_buf_status(&storage);
	if (r == 0)
		r = parse_digits(ascii, ret_integer);
	pytext_buf_release(&storage);
	return r;
}

/* Append a run of digits with single underscores between them, without these; false if there is an
 * underscore elsewhere. */
static bool take_digits(struct pytext *text, struct pytext_buf *number, size_t *ret_count)
{
	*ret_count = 0;
	while (text->length) {
		char c = text->bytes[0];
		if (c == '_') {
			if (*ret_count == 0 || text->length < 2 || !is_digit(text->bytes[1]))
				return false;
		} else if (is_digit(c)) {
			pytext_buf_append_char(number, c);
			(*ret_count)++;
		} else {
			break;
		}
		*text = pytext_from(*text, 1);
	}
	return true;
}

static bool take_char(struct pytext *text, struct pytext_buf *number, const char *accepted)
{
	if (!text->length || !text->bytes[0] || !strchr(accepted, text->bytes[0]))
		return false;
	pytext_buf_append_char(number, text->bytes[0]);
	*text = pytext_from(*text, 1);
	return true;
}

/* Digits with an optional point among them and an optional exponent. */
static bool take_decimal(struct pytext *text, struct pytext_buf *number)
{
	size_t whole = 0;
	size_t fraction = 0;
	size_t exponent = 0;

	if (!take_digits(text, number, &whole))
		return false;
	if (take_char(text, number, ".") && !take_digits(text, number, &fraction))
		return false;
	if (whole + fraction == 0)
		return false;
	if (!take_char(text, number, "eE"))
		return true;
	take_char(text, number, "+-");
	return take_digits(text, number, &exponent) && exponent > 0;
}

static bool take_word(struct pytext *text, double *ret_number)
{
	static const struct {
		const char *word;
		double number;
	} words[] = { { "infinity", INFINITY }, { "inf", INFINITY }, { "nan", NAN } };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t length = strlen(words[i].word);
		if (text->length != length || strncasecmp(text->bytes, words[i].word, length) != 0)
			continue;
		*ret_number = words[i].number;
		*text = pytext_from(*text, length);
		return true;
	}
	return false;
}

/* strtod in the C locale, whatever the program's locale is. */
static double convert_decimal(const char *s)
{
	/* Not a new object: glibc and musl have the C locale built in, and hand it out without
	 * allocating. */
	locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	double number = strtod_l(s, NULL, c_locale);

	freelocale(c_locale);
	return number;
}

static int parse_decimal(struct pytext text, double *ret_number)
{
	struct pytext_buf number = { 0 };
	double value = 0;
	int r = 0;

	bool negative = text.length && text.bytes[0] == '-';
	if (text.length && (text.bytes[0] == '-' || text.bytes[0] == '+'))
		text = pytext_from(text, 1);
	if (!take_word(&text, &value)) {
		bool is_decimal = take_decimal(&text, &number) && text.length == 0;
		r = pytext_buf_status(&number);
		if (r == 0 && !is_decimal)
			r = -EINVAL;
		if (r == 0)
			value = convert_decimal(number.bytes);
	}
	if (r == 0)
		*ret_number = negative ? -value : value;
	pytext_buf_release(&number);
	return r;
}

int pytext_parse_float(struct pytext text, double *ret_number)
{
	struct pytext_buf storage = { 0 };
	struct pytext ascii = to_ascii(text, &storage);

	int r = pytext_buf_status(&storage);
	if (r == 0)
		r = parse_decimal(ascii, ret_number);
	pytext_buf_release(&storage);
	return r;
}

void pytext_buf_append_double(
	struct pytext_buf *buf, const char *format, int precision, double number)
{
	locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	locale_t before = uselocale(c_locale);

	pytext_buf_append_format(buf, format, precision, number);
	uselocale(before);
	freelocale(c_locale);
}

/* Split what "%.*e" wrote into digits and exponent; the decimal point may be any locale's. */
static int split_exponent(const char *text, char ret_digits[18])
{
	size_t count = 0;
	const char *s = text;

	for (; *s && *s != 'e'; s++)
		if (is_digit(*s) && count < 17)
			ret_digits[count++] = *s;
	ret_digits[count] = '\0';
	return *s == 'e' ? (int)strtol(s + 1, NULL, 10) : 0;
}

void pytext_shortest_digits(double number, char ret_digits[18], int *ret_point)
{
	for (int precision = 0; precision <= 16; precision++) {
		char text[64];
		char again[64];

		snprintf(text, sizeof text, "%.*e", precision, number);
		int exponent = split_exponent(text, ret_digits);
		snprintf(again, sizeof again, "%c.%se%d", ret_digits[0], ret_digits + 1, exponent);
		*ret_point = exponent + 1;
		if (convert_decimal(again) == number)
			break;
	}

	size_t length = strlen(ret_digits);
	while (length > 1 && ret_digits[length - 1] == '0')
		ret_digits[--length] = '\0';
}
