/* SPDX-License-Identifier: MIT */
/* Argument files that are none, or hold what no command line could. */
#include "argparse_fixture.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static int file = -1;
static char word[64];

/* A file with this content, and the word that names it. */
static void make_file(const char *bytes, size_t length)
{
	file = memfd_create("arguments", MFD_CLOEXEC);
	assert_true(file >= 0);
	snprintf(word, sizeof word, "@/proc/self/fd/%d", file);
	assert_int_equal(write(file, bytes, length), (ssize_t)length);
}

static int set_up(void **state)
{
	int r = plugh_parser_create(
		&(struct plugh_parser_spec){ .prog = "PROG", .fromfile_prefix_chars = "@" },
		&parser);

	(void)state;
	return r < 0 ? r
		     : plugh_parser_add_argument(parser,
			       &(struct plugh_argument_spec){ .dest = "a", .nargs = "*" }, NULL);
}

static int tear_down(void **state)
{
	if (file >= 0)
		close(file);
	file = -1;
	return fixture_tear_down(state);
}

static void each_line_is_a_word(void **state)
{
	(void)state;
	make_file("one two\r\n\n-x y\xe2\x80\xa8last", 21);

	parse_words((char *[]){ "first", word }, 2);

	assert_int_equal(get("a")->as.list.count, 5);
	assert_text(&get("a")->as.list.item[1], "one two");
	assert_text(&get("a")->as.list.item[2], "");
	assert_text(&get("a")->as.list.item[3], "-x y");
	assert_text(&get("a")->as.list.item[4], "last");
}

static void a_word_may_hold_nul(void **state)
{
	(void)state;
	make_file("a\0b\n", 4);

	parse_words((char *[]){ word }, 1);

	assert_int_equal(get("a")->as.list.item[0].as.text.length, 3);
	assert_memory_equal(get("a")->as.list.item[0].as.text.bytes, "a\0b", 4);
}

static void a_folder_or_an_unreadable_file_is_an_error(void **state)
{
	static const struct {
		char *word;
		const char *message;
	} cases[] = {
		{ "@/", "[Errno 21] Is a directory: '/'" },
		{ "@", "[Errno 2] No such file or directory: ''" },
		{ "@/no\xfftext", "[Errno 2] No such file or directory: '/no\\udcfftext'" },
		{ "@/proc/self/mem", "[Errno 5] Input/output error" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(parse_words((char *[]){ cases[i].word }, 1), PLUGH_OUTCOME_EXIT);
		assert_string_equal(plugh_outcome_message(outcome), cases[i].message);
	}
}

static void what_python_raises_for_is_refused(void **state)
{
	static const struct {
		const char *content;
		size_t length;
		const char *message;
	} cases[] = {
		{ "ok\n\xff\n", 5, "'utf-8' codec can't decode an argument file" },
		{ "@a\0b\n", 5, "embedded null byte" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		make_file(cases[i].content, cases[i].length);
		assert_int_equal(parse_words((char *[]){ word }, 1), PLUGH_OUTCOME_REFUSED);
		assert_string_equal(plugh_outcome_message(outcome), cases[i].message);
		close(file);
		file = -1;
	}
}

static void a_file_that_names_itself_is_refused(void **state)
{
	(void)state;
	make_file("", 0);
	assert_int_equal(write(file, word, strlen(word)), (ssize_t)strlen(word));

	assert_int_equal(parse_words((char *[]){ word }, 1), PLUGH_OUTCOME_REFUSED);

	assert_string_equal(plugh_outcome_message(outcome), "maximum recursion depth exceeded");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(each_line_is_a_word),
		TEST(a_word_may_hold_nul),
		TEST(a_folder_or_an_unreadable_file_is_an_error),
		TEST(what_python_raises_for_is_refused),
		TEST(a_file_that_names_itself_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
