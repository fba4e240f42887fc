/* Sizes, durations and ports.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <locale.h>

#include <plugh/units.h>

#include "plugh_test.h"

#define SECOND INT64_C(1000000000)

static void sizes_are_1024_based_in_either_case(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int r;
		uint64_t bytes;
	} row[] = {
		{ "0", 0, 0 },
		{ "100", 0, 100 },
		{ "007", 0, 7 },
		{ "1k", 0, 1024 },
		{ "1K", 0, 1024 },
		{ "64M", 0, UINT64_C(67108864) },
		{ "3g", 0, UINT64_C(3221225472) },
		{ "1t", 0, UINT64_C(1099511627776) },
		{ "1.5k", 0, 1536 },
		{ ".5k", 0, 512 },
		{ "1.k", 0, 1024 },
		{ "0.001k", 0, 1 }, /* rounded down from 1.024 */
		{ "0.0009k", 0, 0 },
		{ "1.999999999999999999999999k", 0, 2047 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "16777215T", 0, UINT64_C(16777215) << 40 },
		{ "16777216T", -ERANGE, 0 },
		{ "16777215.9999T", 0, UINT64_C(18446744073599600453) },
		{ "99999999999999999999999999", -ERANGE, 0 },
		{ "99999999999999999999999999x", -EINVAL, 0 },
		{ "", -EINVAL, 0 },
		{ "k", -EINVAL, 0 },
		{ ".", -EINVAL, 0 },
		{ ".k", -EINVAL, 0 },
		{ "1.5", -EINVAL, 0 }, /* half a byte */
		{ "1x", -EINVAL, 0 },
		{ "1kk", -EINVAL, 0 },
		{ "1kb", -EINVAL, 0 },
		{ "1 k", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 },
		{ "1 ", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "1,5k", -EINVAL, 0 },
		{ "0x10", -EINVAL, 0 },
		{ "1e3", -EINVAL, 0 },
		{ "1P", -EINVAL, 0 },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		plugh_size size = { 12345 };
		int r = plugh_size_parse(row[i].text, &size);
		if (r != row[i].r || size.bytes != (r == 0 ? row[i].bytes : 12345))
			fail_msg("'%s': %d, %" PRIu64, row[i].text, r, size.bytes);
	}
}

/* What is a duration, and what is none. */
static const struct {
	const char *text;
	int r;
	int64_t ns;
} duration_row[] = {
	{ "0", 0, 0 },
	{ "4", 0, 4 * SECOND },
	{ "1.5", 0, 3 * SECOND / 2 },
	{ "1.1s", 0, 1100000000 },
	{ "0.1", 0, 100000000 },
	{ ".25s", 0, 250000000 },
	{ "200ms", 0, 200000000 },
	{ "15us", 0, 15000 },
	{ "7ns", 0, 7 },
	{ "0.5ns", 0, 0 },
	{ "2m", 0, 120 * SECOND },
	{ "1h", 0, 3600 * SECOND },
	{ "1d", 0, 86400 * SECOND },
	{ "1m30s", 0, 90 * SECOND },
	{ "1d2h3m4s5ms6us7ns", 0, 93784 * SECOND + 5006007 },
	{ "1.5h30m", 0, 7200 * SECOND },
	{ "90m", 0, 5400 * SECOND },
	{ "0.123456789123s", 0, 123456789 },
	{ "9223372036s", 0, INT64_C(9223372036000000000) },
	{ "9223372036854775806ns", 0, INT64_MAX - 1 },
	{ "9223372036854775807ns", -ERANGE, 0 }, /* that is PLUGH_FOREVER */
	{ "9223372037s", -ERANGE, 0 },
	{ "106752d", -ERANGE, 0 },
	{ "106751d", 0, INT64_C(106751) * 86400 * SECOND },
	{ "99999999999999999999999", -ERANGE, 0 },
	{ "99999999999999999999999x", -EINVAL, 0 },
	{ "200000d1s", -ERANGE, 0 },
	{ "", -EINVAL, 0 },
	{ "s", -EINVAL, 0 },
	{ ".", -EINVAL, 0 },
	{ ".s", -EINVAL, 0 },
	{ "-1", -EINVAL, 0 },
	{ "+1s", -EINVAL, 0 },
	{ " 1s", -EINVAL, 0 },
	{ "1s ", -EINVAL, 0 },
	{ "1 s", -EINVAL, 0 },
	{ "1m30", -EINVAL, 0 }, /* thirty of what? */
	{ "30s1m", -EINVAL, 0 },
	{ "1s1s", -EINVAL, 0 },
	{ "1S", -EINVAL, 0 },
	{ "1M", -EINVAL, 0 },
	{ "1min", -EINVAL, 0 },
	{ "1w", -EINVAL, 0 },
	{ "inf", -EINVAL, 0 },
	{ "1e3", -EINVAL, 0 },
	{ "1,5s", -EINVAL, 0 },
};

static void durations_are_exact(void **state)
{
	(void)state;

	for (size_t i = 0; i < sizeof duration_row / sizeof duration_row[0]; i++) {
		plugh_duration duration = { -5 };
		int r = plugh_duration_parse(duration_row[i].text, &duration);
		if (r != duration_row[i].r || duration.ns != (r == 0 ? duration_row[i].ns : -5))
			fail_msg("'%s': %d, %" PRId64, duration_row[i].text, r, duration.ns);
	}
}

static void a_comma_locale_changes_nothing(void **state)
{
	(void)state;
	/* Only where such a locale is installed does this say more than the other tests. */
	const char *name = setlocale(LC_ALL, "de_DE.UTF-8");

	sizes_are_1024_based_in_either_case(state);
	durations_are_exact(state);
	if (name != NULL)
		setlocale(LC_ALL, "C");
}

static void ports_are_0_to_65535(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int r;
		unsigned number;
	} row[] = {
		{ "0", 0, 0 },
		{ "80", 0, 80 },
		{ "00080", 0, 80 },
		{ "65535", 0, 65535 },
		{ "65536", -ERANGE, 0 },
		{ "655360", -ERANGE, 0 },
		{ "4294967376", -ERANGE, 0 }, /* 80 beyond 32 bits */
		{ "18446744073709551696", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "+80", -EINVAL, 0 },
		{ " 80", -EINVAL, 0 },
		{ "80 ", -EINVAL, 0 },
		{ "http", -EINVAL, 0 },
		{ "99999x", -EINVAL, 0 },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		plugh_port port = { 4242 };
		int r = plugh_port_parse(row[i].text, &port);
		if (r != row[i].r || port.number != (r == 0 ? row[i].number : 4242))
			fail_msg("'%s': %d, %u", row[i].text, r, (unsigned)port.number);
	}
}

static void a_size_is_formatted_by_its_largest_unit(void **state)
{
	(void)state;
	static const struct {
		uint64_t bytes;
		const char *text;
	} row[] = {
		{ 0, "0" },
		{ 1, "1" },
		{ 1000, "1000" },
		{ 1023, "1023" },
		{ 1024, "1K" },
		{ 1536, "1536" },
		{ UINT64_C(64) << 20, "64M" },
		{ UINT64_C(1) << 30, "1G" },
		{ UINT64_C(1) << 40, "1T" },
		{ UINT64_C(1) << 50, "1024T" },
		{ UINT64_MAX, "18446744073709551615" },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		char text[24];
		plugh_size_format((plugh_size){ row[i].bytes }, text);
		assert_string_equal(text, row[i].text);
	}
}

static void a_formatted_size_parses_to_itself(void **state)
{
	(void)state;
	uint64_t seed = 1;

	for (int i = 0; i < 100000; i++) {
		char text[24];
		plugh_size back = { 0 };

		seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		plugh_size size = { seed >> (seed % 64) << (seed / 64 % 41) };
		plugh_size_format(size, text);
		assert_int_equal(plugh_size_parse(text, &back), 0);
		assert_int_equal(back.bytes, size.bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_1024_based_in_either_case),
		cmocka_unit_test(durations_are_exact),
		cmocka_unit_test(a_comma_locale_changes_nothing),
		cmocka_unit_test(ports_are_0_to_65535),
		cmocka_unit_test(a_size_is_formatted_by_its_largest_unit),
		cmocka_unit_test(a_formatted_size_parses_to_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
