/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <stdio.h>
#include <string.h>

#include "visible.h"

static void characters_that_only_show_are_visible(void **state)
{
	static const struct {
		const char *text;
		size_t size;
	} rows[] = {
		{ "", 0 },
		{ "a", 1 },
		{ " ", 1 },
		{ "~", 1 },
		{ "\t", 0 },
		{ "\n", 0 },
		{ "\x1b[31m", 0 },
		{ "\x7f", 0 },
		{ "\xc2\x80", 0 }, /* C1 */
		{ "\xc2\x9b", 0 },
		{ "\xc2\x9f", 0 },
		{ "\xc2\xa0", 2 },
		{ "\xc3\xa9", 2 },
		{ "\xe2\x82\xac", 3 },
		{ "\xf0\x9f\x98\x80", 4 },
		{ "\xd8\x9c", 0 },     /* U+061C */
		{ "\xe2\x80\x8d", 3 }, /* U+200D joins emoji */
		{ "\xe2\x80\x8e", 0 }, /* U+200E */
		{ "\xe2\x80\x8f", 0 },
		{ "\xe2\x80\x90", 3 },
		{ "\xe2\x80\xa7", 3 },
		{ "\xe2\x80\xa8", 0 }, /* U+2028 */
		{ "\xe2\x80\xae", 0 }, /* U+202E */
		{ "\xe2\x80\xaf", 3 },
		{ "\xe2\x81\xa6", 0 }, /* U+2066 */
		{ "\xe2\x81\xa9", 0 },
		{ "\xe2\x81\xaa", 3 },
		/* no UTF-8 */
		{ "\x80", 0 },
		{ "\xe9", 0 },
		{ "\xe9t", 0 },
		{ "\xc3", 0 },
		{ "\xe2\x82", 0 },
		{ "\xc0\x80", 0 },
		{ "\xed\xa0\x80", 0 },
		{ "\xf4\x90\x80\x80", 0 },
		{ "\xff", 0 },
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(visible_size(rows[i].text), rows[i].size);
}

static void what_is_not_visible_is_appended_as_its_bytes(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{ "", "" },
		{ "a \xc3\xa9", "a \xc3\xa9" },
		{ "\x1b[2J\n", "\\x1b[2J\\x0a" },
		{ "\xe9t\xff", "\\xe9t\\xff" },
		{ "\xe2\x80\xae"
		  "a",
			"\\xe2\\x80\\xaea" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct plugh_buf buf = { 0 };
		visible_append(&buf, rows[i].text);
		assert_string_equal(plugh_buf_text(&buf), rows[i].shown);
		plugh_buf_release(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters_that_only_show_are_visible),
		cmocka_unit_test(what_is_not_visible_is_appended_as_its_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
