/* Changes to ini files: what is written is read back by the host's reader, and the rest stays as it
 * was, byte by byte.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <plugh/buf.h>

#include "config.h"
#include "config_fixture.h"
#include "failing_alloc.h"
#include "ini_edit.h"
#include "plugh_test.h"

static const struct ini_word perms = { "plugh", "disabled", "perms" };

static int edit(const char *text, bool add, struct plugh_buf *ret_text)
{
	return add ? ini_edit_add(text, strlen(text), &perms, ret_text)
		   : ini_edit_remove(text, strlen(text), &perms, ret_text);
}

static const struct {
	const char *before, *added, *removed;
} cases[] = {
	{ "", "[plugh]\ndisabled = perms\n", "" },
	{ "# mine\n", "# mine\n\n[plugh]\ndisabled = perms\n", "# mine\n" },
	{ "[plugh]\n", "[plugh]\ndisabled = perms\n", "[plugh]\n" },
	{ "[plugh]\nsandbox = on\n", "[plugh]\ndisabled = perms\nsandbox = on\n",
		"[plugh]\nsandbox = on\n" },
	{ "[plugh]\ndisabled =\n", "[plugh]\ndisabled = perms\n", "[plugh]\ndisabled =\n" },
	{ "[plugh]\ndisabled = bwt\n", "[plugh]\ndisabled = bwt perms\n",
		"[plugh]\ndisabled = bwt\n" },
	{ "[plugh]\ndisabled = bwt ; why\n", "[plugh]\ndisabled = bwt perms ; why\n",
		"[plugh]\ndisabled = bwt ; why\n" },
	{ "[plugh]\ndisabled = perms\n", "[plugh]\ndisabled = perms\n", "[plugh]\ndisabled =\n" },
	{ "[plugh]\ndisabled = a perms b\n", "[plugh]\ndisabled = a perms b\n",
		"[plugh]\ndisabled = a b\n" },
	{ "[plugh]\ndisabled = a\n\tb ; two\n\tc\n",
		"[plugh]\ndisabled = a\n\tb ; two\n\tc perms\n",
		"[plugh]\ndisabled = a\n\tb ; two\n\tc\n" },
	{ "[plugh]\ndisabled : a\n", "[plugh]\ndisabled : a perms\n", "[plugh]\ndisabled : a\n" },
	/* A name that only begins so, another section, a comment. */
	{ "[plugh]\ndisabled = permsx xperms\n", "[plugh]\ndisabled = permsx xperms perms\n",
		"[plugh]\ndisabled = permsx xperms\n" },
	{ "[plugin:perms]\ndisabled = perms\n",
		"[plugin:perms]\ndisabled = perms\n\n[plugh]\ndisabled = perms\n",
		"[plugin:perms]\ndisabled = perms\n" },
	{ "[plugh]\n;disabled = perms\n", "[plugh]\ndisabled = perms\n;disabled = perms\n",
		"[plugh]\n;disabled = perms\n" },
	{ "[plugh]\ndisabled = a\n[policy:x]\ndeny = net\n",
		"[plugh]\ndisabled = a perms\n[policy:x]\ndeny = net\n",
		"[plugh]\ndisabled = a\n[policy:x]\ndeny = net\n" },
};

enum { CASES = sizeof cases / sizeof cases[0] };

static void each_file_is_edited_to_the_letter(void **state)
{
	(void)state;

	for (size_t i = 0; i < CASES; i++) {
		for (int add = 0; add < 2; add++) {
			const char *expected = add ? cases[i].added : cases[i].removed;
			struct plugh_buf text = { 0 };
			int r = edit(cases[i].before, add, &text);
			assert_string_equal(plugh_buf_text(&text), expected);
			assert_int_equal(r, strcmp(cases[i].before, expected) != 0);
			plugh_buf_release(&text);
		}
	}
}

/* The oracle is the reader: after adding, the plugin is disabled; after removing, it is not. */
static void what_is_written_is_read_back(void **state)
{
	const char *reason;
	(void)state;

	for (size_t i = 0; i < CASES; i++) {
		for (int add = 0; add < 2; add++) {
			struct plugh_buf text = { 0 };
			assert_true(edit(cases[i].before, add, &text) >= 0);
			struct config *config = fixture_load_user(plugh_buf_text(&text));
			assert_int_equal(config_is_enabled(config, "perms", &reason), !add);
			assert_int_equal(config_is_enabled(config, "extract", &reason), true);
			config_destroy(config);
			plugh_buf_release(&text);
		}
	}
}

static void doing_it_twice_changes_nothing(void **state)
{
	(void)state;

	for (size_t i = 0; i < CASES; i++) {
		for (int add = 0; add < 2; add++) {
			struct plugh_buf once = { 0 }, twice = { 0 };
			assert_true(edit(cases[i].before, add, &once) >= 0);
			assert_int_equal(edit(plugh_buf_text(&once), add, &twice), 0);
			assert_string_equal(plugh_buf_text(&twice), plugh_buf_text(&once));
			plugh_buf_release(&once);
			plugh_buf_release(&twice);
		}
	}
}

static const struct ini_word pin = { "policy:x", "sha256", "new" };

static const struct {
	const char *before, *set, *unset;
} values[] = {
	{ "", "[policy:x]\nsha256 = new\n", "" },
	{ "# mine\n", "# mine\n\n[policy:x]\nsha256 = new\n", "# mine\n" },
	{ "[policy:x]\ndeny = net\n", "[policy:x]\nsha256 = new\ndeny = net\n",
		"[policy:x]\ndeny = net\n" },
	{ "[policy:x]\nsha256 = old\n", "[policy:x]\nsha256 = new\n", "[policy:x]\n" },
	{ "[policy:x]\nsha256=old\n", "[policy:x]\nsha256= new\n", "[policy:x]\n" },
	{ "[policy:x]\nsha256 =\n", "[policy:x]\nsha256 = new\n", "[policy:x]\n" },
	{ "[policy:x]\nsha256 :  old\t; why\n", "[policy:x]\nsha256 :  new\t; why\n",
		"[policy:x]\n" },
	{ "[policy:x]\nsha256 = old\n\tand more\n# next\ndeny = net\n",
		"[policy:x]\nsha256 = new\n# next\ndeny = net\n",
		"[policy:x]\n# next\ndeny = net\n" },
	{ "[policy:x]\nsha256 = one\nsha256 = two\n", "[policy:x]\nsha256 = new\n",
		"[policy:x]\n" },
	{ "[policy:x]\r\nsha256 = old\r\n", "[policy:x]\r\nsha256 = new\r\n", "[policy:x]\r\n" },
	/* Another section, a comment, a name that only begins so. */
	{ "[policy:xy]\nsha256 = old\n", "[policy:xy]\nsha256 = old\n\n[policy:x]\nsha256 = new\n",
		"[policy:xy]\nsha256 = old\n" },
	{ "[policy:x]\n;sha256 = old\nsha256x = a\n",
		"[policy:x]\nsha256 = new\n;sha256 = old\nsha256x = a\n",
		"[policy:x]\n;sha256 = old\nsha256x = a\n" },
};

static void a_value_is_set_and_unset_to_the_letter(void **state)
{
	(void)state;

	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		const char *before = values[i].before;
		struct plugh_buf set = { 0 }, again = { 0 }, unset = { 0 };

		assert_int_equal(ini_edit_set(before, strlen(before), &pin, &set), 1);
		assert_string_equal(plugh_buf_text(&set), values[i].set);
		assert_int_equal(
			ini_edit_set(values[i].set, strlen(values[i].set), &pin, &again), 0);
		assert_string_equal(plugh_buf_text(&again), values[i].set);
		assert_int_equal(ini_edit_unset(before, strlen(before), &pin, &unset),
			strcmp(before, values[i].unset) != 0);
		assert_string_equal(plugh_buf_text(&unset), values[i].unset);
		plugh_buf_release(&set);
		plugh_buf_release(&again);
		plugh_buf_release(&unset);
	}
}

static void a_key_is_found_in_its_section(void **state)
{
	static const struct {
		const char *text;
		bool is_there;
	} row[] = {
		{ "", false },
		{ "[plugh]\nenabled = a\n", true },
		{ "[plugh]\nenabled=\n", true },
		{ "[plugh]\n; enabled = a\n", false },
		{ "[plugh]\nenabledx = a\n", false },
		{ "[other]\nenabled = a\n", false },
		{ "enabled = a\n[plugh]\n", false },
		{ "[other]\n[plugh]\nenabled : a", true },
	};
	(void)state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		assert_int_equal(
			ini_edit_has_key(row[i].text, strlen(row[i].text), "plugh", "enabled"),
			row[i].is_there);
}

static void lost_memory_is_an_error_each_time(void **state)
{
	static const char text[] = "# one\n[plugh]\ndisabled = a\n";
	(void)state;

	for (size_t n = 0;; n++) {
		struct plugh_buf out = { 0 };
		failing_alloc_start(n);
		int r = edit(text, true, &out);
		bool failed = failing_alloc_stop();
		plugh_buf_release(&out);
		assert_int_equal(r, failed ? -ENOMEM : 1);
		if (!failed) {
			assert_in_range(n, 2, 50);
			break;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_file_is_edited_to_the_letter),
		FIXTURE_TEST(what_is_written_is_read_back),
		cmocka_unit_test(doing_it_twice_changes_nothing),
		cmocka_unit_test(a_value_is_set_and_unset_to_the_letter),
		cmocka_unit_test(a_key_is_found_in_its_section),
		cmocka_unit_test(lost_memory_is_an_error_each_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
