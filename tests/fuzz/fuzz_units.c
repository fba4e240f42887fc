/* SPDX-License-Identifier: MIT */
/* Arbitrary text as a size, a duration and a port, against libc's own conversions: integers must
 * come out exactly, fractions within what a double can tell. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <plugh/units.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(int condition)
{
	if (!condition)
		__builtin_trap();
}

static void require_known(int r)
{
	require(r == 0 || r == -EINVAL || r == -ERANGE);
}

/* Digits, at most one point, and then nothing of a number: what strtod reads up to there.
 * Hexadecimal, exponents and names of numbers are none here. Returns the rest, or NULL. */
static const char *read_number(const char *text, double *ret_number)
{
	size_t digits = strspn(text, "0123456789");
	size_t n = digits;

	if (text[n] == '.') {
		size_t part = strspn(text + n + 1, "0123456789");
		digits += part;
		n += 1 + part;
	}
	if (digits == 0)
		return NULL;
	char *copy = strndup(text, n);
	require(copy != NULL);
	*ret_number = strtod(copy, NULL);
	free(copy);
	return text + n;
}

static int is_near(double a, double b)
{
	return fabs(a - b) <= 1.0 + fabs(b) * 1e-12;
}

static void check_integer(const char *text, int r, uint64_t value, uint64_t highest)
{
	if (*text == '\0' || text[strspn(text, "0123456789")] != '\0')
		return;
	errno = 0;
	unsigned long long expected = strtoull(text, NULL, 10);
	if (errno == ERANGE || expected > highest)
		require(r == -ERANGE);
	else
		require(r == 0 && value == expected);
}

static void check_size(const char *text)
{
	static const char letters[] = "kmgt";
	plugh_size size = { 0 };
	double number = 0;

	int r = plugh_size_parse(text, &size);
	require_known(r);
	check_integer(text, r, size.bytes, UINT64_MAX);
	const char *rest = read_number(text, &number);
	if (rest == NULL) {
		require(r == -EINVAL);
		return;
	}
	if (*rest != '\0') {
		const char *letter = strchr(letters, tolower((unsigned char)*rest));
		require((letter != NULL && rest[1] == '\0') == (r != -EINVAL));
		if (r == 0)
			require(is_near((double)size.bytes,
				ldexp(number, 10 * (int)(letter - letters + 1))));
	}
	if (r == 0) {
		char again[24];
		plugh_size same = { 0 };
		plugh_size_format(size, again);
		require(plugh_size_parse(again, &same) == 0 && same.bytes == size.bytes);
	}
}

static void check_duration(const char *text)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = { { "", 1e9 }, { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 },
		{ "m", 60e9 }, { "h", 3600e9 }, { "d", 86400e9 } };
	plugh_duration duration = { 0 };
	double number = 0;

	int r = plugh_duration_parse(text, &duration);
	require_known(r);
	if (r == 0)
		require(duration.ns >= 0);
	const char *rest = read_number(text, &number);
	if (rest == NULL) {
		require(r == -EINVAL);
		return;
	}
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (strcmp(rest, units[i].name) != 0)
			continue;
		require(r != -EINVAL);
		if (r == 0)
			require(is_near((double)duration.ns, number * units[i].ns));
		else
			require(number * units[i].ns >= 9.2e18);
	}
}

static void check_port(const char *text)
{
	plugh_port port = { 0 };

	int r = plugh_port_parse(text, &port);
	require_known(r);
	check_integer(text, r, port.number, UINT16_MAX);
	if (*text == '\0' || text[strspn(text, "0123456789")] != '\0')
		require(r == -EINVAL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = strndup((const char *)bytes, size);

	require(text != NULL);
	check_size(text);
	check_duration(text);
	check_port(text);
	free(text);
	return 0;
}
