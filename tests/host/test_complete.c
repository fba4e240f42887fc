/* SPDX-License-Identifier: MIT */
/* Completion from manifests: what may stand at a place of a command line. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <plugh_test.h>

#include "complete.h"
#include "complete_shell.h"
#include "failing_alloc.h"
#include "surfaces/surfaces.h"

/* Built-in commands, with the names of those that the host has. */
struct help_args {
	const char *command, *subcommand;
};
NEVER_RUN(help)

struct enable_args {
	const char *name;
};
NEVER_RUN(enable)

struct info_args {
	const char *plugin;
};
NEVER_RUN(info)

struct shells_args {
	const char *shell;
	plugh_texts word;
};
NEVER_RUN(shells)

/* The operands "[file ...] target" and a rest. */
struct copy_args {
	bool number;
	plugh_paths file;
	const char *target;
};
NEVER_RUN(copy)

/* clang-format off */
PLUGH_PLUGIN(help, struct help_args, help_run,
	PLUGH_ABOUT("show help"),
	PLUGH_OPT(command, "command", "a command", .nargs = "?"),
	PLUGH_OPT(subcommand, "subcommand", "a subcommand", .nargs = "?"));

PLUGH_COMMAND(info, struct info_args, info_run,
	PLUGH_ABOUT("tell about a plugin"),
	PLUGH_OPT(plugin, "plugin", "a name, or a file", .access = PLUGH_READ));
PLUGH_COMMAND(enable, struct enable_args, enable_run,
	PLUGH_ABOUT("enable a plugin"),
	PLUGH_OPT(name, "name", "the plugin"));
PLUGH_PLUGIN_OF(plugin, PLUGH_ABOUT("manage plugins"), info, enable);

PLUGH_PLUGIN(shells, struct shells_args, shells_run,
	PLUGH_ABOUT("a choice, then anything"),
	PLUGH_OPT(shell, "shell", "a shell", .choices = "bash zsh fish"),
	PLUGH_OPT(word, "word", "words", .nargs = "..."));

PLUGH_PLUGIN(copy, struct copy_args, copy_run,
	PLUGH_ABOUT("copy files"),
	PLUGH_OPT(number, "-1 --one", "an option that looks like a number"),
	PLUGH_OPT(file, "file", "what to copy", .nargs = "*", .access = PLUGH_READ),
	PLUGH_OPT(target, "target", "a word", .choices = "here there"));
/* clang-format on */

static const struct known {
	const struct plugh_plugin *plugin;
	struct complete_command command;
} known[] = {
	{ &plugh_plugin_kit, { "kit", "try everything", COMPLETE_ENABLED } },
	{ &plugh_plugin_pack, { "pack", "pack things", COMPLETE_ENABLED } },
	{ &plugh_plugin_limit, { "limit", "limit a command", COMPLETE_ENABLED } },
	{ &plugh_plugin_record, { "record", "record: a\\b", COMPLETE_ENABLED } },
	{ &plugh_plugin_shells, { "shells", "", COMPLETE_ENABLED } },
	{ &plugh_plugin_copy, { "copy", "copy files", COMPLETE_ENABLED } },
	{ NULL, { "asleep", "a disabled one", COMPLETE_DISABLED } },
	{ &plugh_plugin_help, { "help", "show help", COMPLETE_BUILTIN } },
	{ &plugh_plugin_plugin, { "plugin", "manage plugins", COMPLETE_BUILTIN } },
};

enum { KNOWN_COUNT = sizeof known / sizeof known[0] };

/* The host's table, in small. */
static const struct plugh_option host_row[] = {
	{ .note.type = PLUGH_RECORD_OPTION,
		.kind = PLUGH_KIND_BOOL,
		.names = "-h --help",
		.help = "show help" },
	{ .note.type = PLUGH_RECORD_OPTION,
		.kind = PLUGH_KIND_TEXT,
		.names = "--config",
		.help = "an ini file",
		.access = PLUGH_READ },
	{ .note.type = PLUGH_RECORD_OPTION,
		.kind = PLUGH_KIND_TEXT,
		.names = "--color",
		.help = "colours",
		.choices = "auto always never" },
	{ .note.type = PLUGH_RECORD_OPTION,
		.kind = PLUGH_KIND_INT,
		.names = "-v --verbose",
		.help = "more",
		.action = "count" },
};
static const bool host_behind[] = { false, false, true, true };
static const struct host_rows host_rows = { host_row, host_behind, 4 };

struct fixture {
	struct manifest *manifest[KNOWN_COUNT];
	struct complete_command list[KNOWN_COUNT];
	int list_error;
};

static const struct manifest *find(void *ctx, const char *name, bool *ret_builtin)
{
	const struct fixture *fixture = (const struct fixture *)ctx;

	for (size_t i = 0; i < KNOWN_COUNT; i++) {
		if (strcmp(known[i].command.name, name) == 0) {
			*ret_builtin = known[i].command.status == COMPLETE_BUILTIN;
			return fixture->manifest[i];
		}
	}
	return NULL;
}

static int list(void *ctx, const struct complete_command **ret_list, size_t *ret_count)
{
	const struct fixture *fixture = (const struct fixture *)ctx;

	*ret_list = fixture->list;
	*ret_count = KNOWN_COUNT;
	return fixture->list_error;
}

static int set_up(void **state)
{
	struct fixture *fixture = (struct fixture *)calloc(1, sizeof *fixture);
	struct reason why = { "" };

	for (size_t i = 0; i < KNOWN_COUNT; i++) {
		fixture->list[i] = known[i].command;
		if (known[i].plugin != NULL &&
			manifest_of_linked(known[i].plugin, &fixture->manifest[i], &why) != 0)
			fail_msg("%s: %s", known[i].command.name, why.text);
	}
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = (struct fixture *)*state;

	for (size_t i = 0; i < KNOWN_COUNT; i++)
		manifest_destroy(fixture->manifest[i]);
	free(fixture);
	return 0;
}

enum { MAX_WORDS = 9 };

/* "KINDS|PREFIX|TEXT TEXT..." for the last of the words. */
static char *complete_last(
	struct fixture *fixture, const char *const word[], enum complete_shell shell)
{
	const struct complete_source source = { fixture, find, list };
	struct complete_answer answer;
	struct plugh_buf text = { 0 };
	size_t count = 0;

	while (count < MAX_WORDS && word[count] != NULL)
		count++;
	const struct complete_line line = { &host_rows, &source, word, count, count - 1 };
	assert_int_equal(complete_words(&line, &answer), 0);
	assert_int_equal(complete_format(&text, shell, &answer, word[count - 1]), 0);
	complete_answer_release(&answer);

	char *lines = plugh_buf_take(&text);
	size_t seen = 0;
	lines[strlen(lines) - 1] = '\0';
	for (char *c = lines; *c != '\0'; c++) {
		if (*c == '\n')
			*c = seen++ < 2 ? '|' : ' ';
	}
	return lines;
}

struct row {
	const char *word[MAX_WORDS];
	const char *expected;
};

static void check_rows(void **state, const struct row *row, size_t count)
{
	struct fixture *fixture = (struct fixture *)*state;

	for (size_t i = 0; i < count; i++) {
		char *got = complete_last(fixture, row[i].word, COMPLETE_BASH);
		if (strcmp(got, row[i].expected) != 0) {
			print_error("row %zu: '%s' expected\n", i, row[i].expected);
			fail_msg("row %zu: '%s' came", i, got);
		}
		free(got);
	}
}

#define CHECK(rows) check_rows(state, rows, sizeof(rows) / sizeof((rows)[0]))

static void commands_and_host_options_come_first(void **state)
{
	static const struct row rows[] = {
		{ { "plugh", "" }, "none||kit pack limit record shells copy help plugin" },
		{ { "plugh", "p" }, "none||pack plugin" },
		{ { "plugh", "nothing" }, "none|" },
		{ { "plugh", "-" }, "none||-h --help --config --color -v --verbose" },
		{ { "plugh", "--co" }, "none||--config --color" },
		{ { "plugh", "--config", "" }, "files|" },
		{ { "plugh", "--config=" }, "files|--config=" },
		{ { "plugh", "--conf=x" }, "files|--conf=" },
		{ { "plugh", "--color", "a" }, "none||auto always" },
		{ { "plugh", "--color=a" }, "none|--color=|auto always" },
		{ { "plugh", "--color", "auto", "--co" }, "none||--config" },
		{ { "plugh", "-v", "-" }, "none||-h --help --config --color -v --verbose" },
		{ { "plugh", "--config", "a", "pa" }, "none||pack" },
		{ { "plugh", "nothing", "" }, "none|" },
		{ { "plugh", "asleep", "" }, "none|" },
	};

	CHECK(rows);
}

static void subcommands_are_offered_and_entered(void **state)
{
	static const struct row rows[] = {
		{ { "plugh", "pack", "" }, "none||encode listen" },
		{ { "plugh", "pack", "en" }, "none||encode" },
		{ { "plugh", "pack", "--h" }, "none||--help" },
		{ { "plugh", "pack", "encode", "--" },
			"none||--force --output --help --color --verbose" },
		{ { "plugh", "pack", "encode", "" }, "files|" },
		{ { "plugh", "pack", "nothing", "" }, "none|" },
		{ { "plugh", "-v", "pack", "-v", "encode", "-f", "--f" }, "none|" },
	};

	CHECK(rows);
}

static void options_are_offered_while_they_may_be_given(void **state)
{
	static const struct row rows[] = {
		{ { "plugh", "kit", "--al" }, "none||--all" },
		{ { "plugh", "kit", "-a", "--al" }, "none|" },
		{ { "plugh", "kit", "--all", "-a" }, "none|" },
		/* A count and a list may be given again. */
		{ { "plugh", "kit", "-l", "--lev" }, "none||--level" },
		{ { "plugh", "kit", "-r", "x", "--rest" }, "none||--restrict" },
		/* Exclusive groups. */
		{ { "plugh", "kit", "--bo" }, "none||--both" },
		{ { "plugh", "kit", "--none", "--bo" }, "none|" },
		{ { "plugh", "kit", "--text", "--m" }, "none|" },
		{ { "plugh", "kit", "--mode=text", "--te" }, "none|" },
		/* A cluster gives each of its options. */
		{ { "plugh", "kit", "-al", "--al" }, "none|" },
		{ { "plugh", "kit", "-lan3", "--nt" }, "none|" },
		/* An abbreviation does too, an ambiguous one does not. */
		{ { "plugh", "kit", "--blo", "1", "--block" }, "none|" },
		{ { "plugh", "kit", "--b", "--folder" }, "none||--folder" },
		/* The host's behind the command, in full only. */
		{ { "plugh", "kit", "--col" }, "none||--color" },
		{ { "plugh", "kit", "--conf" }, "none|" },
		{ { "plugh", "kit", "--color=never", "--col" }, "none|" },
	};

	CHECK(rows);
}

static void values_are_completed_by_their_kind(void **state)
{
	static const struct row rows[] = {
		{ { "plugh", "kit", "--kind", "" }, "none||soft hard" },
		{ { "plugh", "kit", "--kind=h" }, "none|--kind=|hard" },
		{ { "plugh", "kit", "--kin=h" }, "none|--kin=|hard" },
		{ { "plugh", "kit", "--mode", "a" }, "none||a:b" },
		{ { "plugh", "kit", "-o", "" }, "files|" },
		{ { "plugh", "kit", "-oa" }, "files|-o" },
		{ { "plugh", "kit", "-alo" }, "none|" },
		{ { "plugh", "kit", "-aloa" }, "files|-alo" },
		{ { "plugh", "kit", "--output=a" }, "files|--output=" },
		{ { "plugh", "kit", "--folder", "" }, "directories|" },
		{ { "plugh", "kit", "--host", "" }, "hosts|" },
		{ { "plugh", "kit", "--wait", "" }, "none|" },
		{ { "plugh", "kit", "--when", "l" }, "none||later" },
		{ { "plugh", "kit", "--when", "--no" }, "none||--none" },
		{ { "plugh", "kit", "--all=" }, "none|--all=" },
		{ { "plugh", "kit", "--pair", "1", "" }, "none|" },
		{ { "plugh", "kit", "--pair", "1", "2", "" }, "files|" },
		{ { "plugh", "kit", "--color", "" }, "none||auto always never" },
		{ { "plugh", "kit", "" }, "files|" },
		{ { "plugh", "pack", "listen", "r" }, "none||round" },
		/* What begins with a dash may be a value. */
		{ { "plugh", "kit", "--nth", "-5", "--nt" }, "none|" },
		{ { "plugh", "kit", "--paint", "-z b", "--pain" }, "none|" },
	};

	CHECK(rows);
}

static void operands_are_counted(void **state)
{
	static const struct row rows[] = {
		{ { "plugh", "pack", "listen", "round", "" }, "none|" },
		{ { "plugh", "pack", "listen", "round", "x", "" },
			"none||-e --exec -h --help --color -v --verbose" },
		{ { "plugh", "copy", "" }, "files||here there" },
		{ { "plugh", "copy", "a", "h" }, "files||here" },
		{ { "plugh", "copy", "-1", "--o" }, "none|" },
		/* Behind "--" all are operands. */
		{ { "plugh", "kit", "--", "-" }, "files|" },
		{ { "plugh", "pack", "listen", "--", "r" }, "none||round" },
		{ { "plugh", "pack", "listen", "--", "round", "x", "" }, "none|" },
		/* A rest takes all. */
		{ { "plugh", "shells", "zsh", "--x", "-" }, "none|" },
	};

	CHECK(rows);
}

static void another_command_line_is_left_to_its_own(void **state)
{
	static const struct row rows[] = {
		{ { "plugh", "limit", "--t" }, "none||--tree" },
		{ { "plugh", "limit", "" }, "none|" },
		{ { "plugh", "limit", "5", "" }, "command 3|" },
		{ { "plugh", "limit", "5", "git", "--" }, "command 3|" },
		{ { "plugh", "limit", "-s", "KILL", "5", "git", "x", "-" }, "command 5|" },
		{ { "plugh", "limit", "--", "5", "git", "--", "" }, "command 4|" },
		/* The options have ended at the first operand, also before the command. */
		{ { "plugh", "limit", "5", "--t" }, "command 3|" },
		{ { "plugh", "record", "" }, "command 2|" },
		{ { "plugh", "record", "-p" }, "none||-p" },
		{ { "plugh", "record", "-p", "1", "" }, "none|" },
		{ { "plugh", "record", "make", "-" }, "command 2|" },
		{ { "plugh", "pack", "listen", "-e", "" }, "command 4|" },
		{ { "plugh", "pack", "listen", "-e", "sh", "-c", "" }, "command 4|" },
	};

	CHECK(rows);
}

static void names_are_operands_of_built_in_commands(void **state)
{
	static const struct row rows[] = {
		{ { "plugh", "help", "p" }, "none||pack plugin" },
		{ { "plugh", "help", "pack", "" }, "none||encode listen" },
		{ { "plugh", "help", "plugin", "e" }, "none||enable" },
		{ { "plugh", "help", "nothing", "" }, "none|" },
		{ { "plugh", "plugin", "info", "p" }, "files||pack" },
		{ { "plugh", "plugin", "info", "as" }, "files||asleep" },
		{ { "plugh", "plugin", "enable", "" }, "none||asleep" },
	};

	CHECK(rows);
}

static void a_place_beyond_the_words_is_empty(void **state)
{
	struct fixture *fixture = (struct fixture *)*state;
	const struct complete_source source = { fixture, find, list };
	const char *const word[] = { "plugh", "pack" };
	const struct complete_line line = { &host_rows, &source, word, 2, 2 };
	struct complete_answer answer;
	const char *text, *description;
	size_t cursor = 0;

	assert_int_equal(complete_words(&line, &answer), 0);

	assert_true(complete_next(&answer, &cursor, &text, &description));
	assert_string_equal(text, "encode");
	assert_string_equal(description, "transform a file into a container");
	assert_true(complete_next(&answer, &cursor, &text, &description));
	assert_string_equal(text, "listen");
	assert_false(complete_next(&answer, &cursor, &text, &description));
	complete_answer_release(&answer);
}

static void descriptions_are_written_as_each_shell_wants_them(void **state)
{
	struct fixture *fixture = (struct fixture *)*state;
	static const struct {
		enum complete_shell shell;
		const char *word[MAX_WORDS];
		const char *expected;
	} rows[] = {
		{ COMPLETE_ZSH, { "plugh", "rec" }, "none||record:record: a\\\\b" },
		{ COMPLETE_FISH, { "plugh", "rec" }, "none||record\trecord: a\\b" },
		{ COMPLETE_BASH, { "plugh", "rec" }, "none||record" },
		{ COMPLETE_ZSH, { "plugh", "sh" }, "none||shells" },
		{ COMPLETE_FISH, { "plugh", "sh" }, "none||shells" },
		{ COMPLETE_ZSH, { "plugh", "kit", "--mode", "a" }, "none||a\\:b" },
		{ COMPLETE_ZSH, { "plugh", "kit", "--nth" },
			"none||--nth:which one (default: 3, a int)" },
		{ COMPLETE_FISH, { "plugh", "kit", "--outp" },
			"none||--output\twrite to OUT, 50% of it" },
		{ COMPLETE_FISH, { "plugh", "kit", "--port" }, "none||--port" },
		{ COMPLETE_FISH, { "plugh", "kit", "--col" }, "none||--color\tcolours" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *got = complete_last(fixture, rows[i].word, rows[i].shell);
		assert_string_equal(got, rows[i].expected);
		free(got);
	}
}

static void an_error_of_the_source_is_returned(void **state)
{
	struct fixture *fixture = (struct fixture *)*state;
	const struct complete_source source = { fixture, find, list };
	const char *const word[] = { "plugh", "" };
	const struct complete_line line = { &host_rows, &source, word, 2, 1 };
	struct complete_answer answer;
	fixture->list_error = -EIO;

	int r = complete_words(&line, &answer);

	assert_int_equal(r, -EIO);
	complete_answer_release(&answer);
}

static void each_allocation_that_fails_is_reported(void **state)
{
	struct fixture *fixture = (struct fixture *)*state;
	const struct complete_source source = { fixture, find, list };
	const char *const word[] = { "plugh", "pack", "encode", "-" };
	const struct complete_line line = { &host_rows, &source, word, 4, 3 };

	for (size_t n = 0;; n++) {
		struct complete_answer answer;
		struct plugh_buf text = { 0 };
		failing_alloc_start(n);
		int r = complete_words(&line, &answer);
		if (r == 0)
			r = complete_format(&text, COMPLETE_ZSH, &answer, "-");
		bool has_failed = failing_alloc_stop();
		complete_answer_release(&answer);
		plugh_buf_release(&text);
		if (!has_failed) {
			assert_true(n > 4);
			break;
		}
		assert_int_equal(r, -ENOMEM);
	}
}

static void quoting_of_bash_is_removed(void **state)
{
	(void)state;
	static const struct {
		const char *typed, *meant;
	} rows[] = {
		{ "plain", "plain" },
		{ "a\\ b", "a b" },
		{ "'a b'", "a b" },
		{ "\"a b", "a b" },
		{ "'a\\b'", "a\\b" },
		{ "\"a\\b\"", "a\\b" },
		{ "\"a\\\"b\"", "a\"b" },
		{ "\"\\$HOME\"", "$HOME" },
		{ "--out='x y'z", "--out=x yz" },
		{ "it\\'s", "it's" },
		{ "\"it's\"", "it's" },
		{ "end\\", "end\\" },
		{ "", "" },
		{ "''", "" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char word[32];
		assert_true(strlen(rows[i].typed) < sizeof word);
		memcpy(word, rows[i].typed, strlen(rows[i].typed) + 1);
		complete_unquote(word);
		assert_string_equal(word, rows[i].meant);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(commands_and_host_options_come_first),
		TEST(subcommands_are_offered_and_entered),
		TEST(options_are_offered_while_they_may_be_given),
		TEST(values_are_completed_by_their_kind),
		TEST(operands_are_counted),
		TEST(another_command_line_is_left_to_its_own),
		TEST(names_are_operands_of_built_in_commands),
		TEST(a_place_beyond_the_words_is_empty),
		TEST(descriptions_are_written_as_each_shell_wants_them),
		TEST(an_error_of_the_source_is_returned),
		TEST(each_allocation_that_fails_is_reported),
		cmocka_unit_test(quoting_of_bash_is_removed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
