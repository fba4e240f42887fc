/* Why something was refused: shown so that a terminal obeys nothing of it.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <string.h>

#include "reason.h"

static void what_a_terminal_obeys_is_escaped(void **state)
{
	static const struct {
		const char *text, *shown;
	} row[] = {
		{ "plain", "plain" },
		{ "caf\xc3\xa9", "caf\xc3\xa9" },
		{ "a\x1b[2Jb", "a\\x1b[2Jb" },
		{ "a\nb\tc", "a\\x0ab\\x09c" },
		{ "\xff\xc3", "\\xff\\xc3" },
		{ "\xc2\x9b", "\\xc2\\x9b" },
		{ "", "" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct reason reason;
		assert_int_equal(reason_set(&reason, -EINVAL, "%s", row[i].text), -EINVAL);
		assert_string_equal(reason.text, row[i].shown);
	}
}

static void a_long_text_is_cut(void **state)
{
	char text[4096];
	struct reason reason;
	(void)state;

	/* Many bytes that go on a character, behind one that fills the text nearly: */
	for (size_t escapes = 0; escapes < 140; escapes++) {
		memset(text, 0x80, sizeof text);
		memset(text, 1, escapes);
		memcpy(text + escapes, "\xc3\xa9", 2);
		text[sizeof text - 1] = '\0';
		reason_set(&reason, 0, "%s", text);
		assert_true(strlen(reason.text) < sizeof reason.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_terminal_obeys_is_escaped),
		cmocka_unit_test(a_long_text_is_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
