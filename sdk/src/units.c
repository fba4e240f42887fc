/* Sizes, durations and ports as users type them.
 *
 * All arithmetic is on integers: a number is its digits before and after the point, so that "1.1s"
 * is exactly 1,100,000,000 ns and no locale can change what a point means.
 *
 * SPDX-License-Identifier: MIT */
#include <plugh/units.h>

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The digits of a number: whole + part / scale. */
struct number {
	uint64_t whole;
	uint64_t part;
	uint64_t scale;
	bool has_point;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits beyond the 15th after the point are below a nanosecond of a day and are passed over. */
static const char *parse_fraction(const char *text, struct number *number)
{
	for (; is_digit(*text); text++) {
		if (number->scale < UINT64_C(1000000000000000)) {
			number->part = number->part * 10 + (uint64_t)(*text - '0');
			number->scale *= 10;
		}
	}
	return text;
}

/* Read a number. Returns 0, -EINVAL or -ERANGE, and moves *text behind it. */
static int parse_number(const char **text, struct number *ret_number)
{
	struct number number = { .scale = 1 };
	const char *at = *text;
	bool too_large = false;

	for (; is_digit(*at); at++) {
		too_large |= __builtin_mul_overflow(number.whole, 10u, &number.whole);
		too_large |= __builtin_add_overflow(
			number.whole, (uint64_t)(*at - '0'), &number.whole);
	}
	size_t digits = (size_t)(at - *text);
	if (*at == '.') {
		number.has_point = true;
		const char *end = parse_fraction(at + 1, &number);
		digits += (size_t)(end - at - 1);
		at = end;
	}
	if (digits == 0)
		return -EINVAL;
	*text = at;
	*ret_number = number;
	return too_large ? -ERANGE : 0;
}

__extension__ typedef unsigned __int128 wide;

/* number * unit, rounded down. */
static int multiply(const struct number *number, uint64_t unit, uint64_t *ret_product)
{
	uint64_t product;
	if (__builtin_mul_overflow(number->whole, unit, &product))
		return -ERANGE;
	uint64_t part = (uint64_t)((wide)number->part * unit / number->scale);
	if (__builtin_add_overflow(product, part, &product))
		return -ERANGE;
	*ret_product = product;
	return 0;
}

static unsigned size_shift(char c)
{
	static const char letters[] = "KkMmGgTt";
	const char *at = c != '\0' ? strchr(letters, c) : NULL;
	return at != NULL ? 10 * ((unsigned)(at - letters) / 2 + 1) : 0;
}

int plugh_size_parse(const char *text, plugh_size *ret_size)
{
	struct number number;
	int r = parse_number(&text, &number);
	if (r == -EINVAL)
		return r;

	unsigned shift = size_shift(*text);
	if (text[shift != 0] != '\0' || (number.has_point && shift == 0))
		return -EINVAL;
	uint64_t bytes;
	if (r == 0)
		r = multiply(&number, UINT64_C(1) << shift, &bytes);
	if (r == 0)
		ret_size->bytes = bytes;
	return r;
}

static const struct {
	char name[3];
	uint64_t ns;
} time_unit[] = {
	{ "ns", 1 },
	{ "us", 1000 },
	{ "ms", 1000000 },
	{ "s", 1000000000 },
	{ "m", UINT64_C(60) * 1000000000 },
	{ "h", UINT64_C(3600) * 1000000000 },
	{ "d", UINT64_C(86400) * 1000000000 },
};

/* The unit at *text, which is moved behind it; 0 where there is none. */
static uint64_t parse_time_unit(const char **text)
{
	for (size_t i = 0; i < sizeof time_unit / sizeof time_unit[0]; i++) {
		size_t n = strlen(time_unit[i].name);
		if (strncmp(*text, time_unit[i].name, n) == 0) {
			*text += n;
			return time_unit[i].ns;
		}
	}
	return 0;
}

int plugh_duration_parse(const char *text, plugh_duration *ret_duration)
{
	uint64_t total = 0, last_unit = UINT64_MAX;
	bool too_large = false;

	do {
		struct number number;
		int r = parse_number(&text, &number);
		if (r == -EINVAL)
			return r;
		too_large |= r == -ERANGE;

		uint64_t unit = parse_time_unit(&text);
		if (unit == 0 && *text == '\0' && last_unit == UINT64_MAX)
			unit = 1000000000; /* a bare number is seconds */
		if (unit == 0 || unit >= last_unit)
			return -EINVAL;
		last_unit = unit;

		uint64_t ns = 0;
		too_large |= multiply(&number, unit, &ns) < 0;
		too_large |= __builtin_add_overflow(total, ns, &total);
	} while (*text != '\0');

	if (too_large || total >= (uint64_t)PLUGH_FOREVER)
		return -ERANGE;
	ret_duration->ns = (int64_t)total;
	return 0;
}

int plugh_port_parse(const char *text, plugh_port *ret_port)
{
	unsigned number = 0;

	if (*text == '\0')
		return -EINVAL;
	for (; is_digit(*text); text++) {
		if (number <= UINT16_MAX)
			number = number * 10 + (unsigned)(*text - '0');
	}
	if (*text != '\0')
		return -EINVAL;
	if (number > UINT16_MAX)
		return -ERANGE;
	ret_port->number = (uint16_t)number;
	return 0;
}

void plugh_size_format(plugh_size size, char ret_text[24])
{
	static const char letters[] = "\0KMGT";
	unsigned unit = 0;

	while (unit < 4 && size.bytes != 0 && size.bytes % 1024 == 0) {
		size.bytes /= 1024;
		unit++;
	}
	snprintf(ret_text, 24, "%" PRIu64 "%.1s", size.bytes, letters + unit);
}
