/* SPDX-License-Identifier: MIT */
/* A length of time, as GNU timeout takes it. */
#include "duration.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>

static const double ns_per_s = 1e9;

/* The number at the start of the text, by the rules of a locale. Returns its end. */
static const char *read_number(const char *text, const char *name, double *ret_number)
{
	char *end;

	/* Where one part of the user's is not installed all of it is C, as after setlocale(3). */
	locale_t locale = newlocale(LC_ALL_MASK, name, (locale_t)0);
	if (locale == (locale_t)0)
		return text;
	*ret_number = strtod_l(text, &end, locale);
	freelocale(locale);
	return end;
}

/* Seconds in one of the unit that the rest of the text stands for; 0: it is no unit. */
static double unit_of(const char *rest)
{
	static const struct {
		char suffix;
		double seconds;
	} unit[] = { { '\0', 1 }, { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };

	for (size_t i = 0; i < sizeof unit / sizeof unit[0]; i++)
		if (rest[0] == unit[i].suffix && (rest[0] == '\0' || rest[1] == '\0'))
			return unit[i].seconds;
	return 0;
}

static int64_t to_ns(double seconds)
{
	if (!(seconds < (double)INT64_MAX / ns_per_s))
		return DURATION_FOREVER;

	/* Seconds and their fraction by themselves: together they have more digits than a double.
	 * Rounding up is done without the mathematics library, which would cost each start 0.1 ms.
	 */
	int64_t whole = (int64_t)seconds, ns;
	double fraction = (seconds - (double)whole) * ns_per_s;
	int64_t part = (int64_t)fraction;
	part += (double)part < fraction;
	if (__builtin_mul_overflow(whole, (int64_t)ns_per_s, &ns) ||
		__builtin_add_overflow(ns, part, &ns))
		return DURATION_FOREVER;
	return ns;
}

int duration_parse(const char *text, int64_t *ret_ns)
{
	double number = 0, local = 0;

	const char *rest = read_number(text, "C", &number);
	if (unit_of(rest) == 0) {
		/* Not asked before: it costs files to read. */
		const char *other = read_number(text, "", &local);
		if (other > rest) {
			rest = other;
			number = local;
		}
	}
	double unit = unit_of(rest);
	/* NaN is neither. */
	if (rest == text || unit == 0 || !(number >= 0))
		return -EINVAL;
	*ret_ns = to_ns(number * unit);
	return 0;
}
