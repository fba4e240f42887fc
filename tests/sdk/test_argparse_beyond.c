/* SPDX-License-Identifier: MIT */
/* What the parser does beyond argparse: options that end early, exact options, suggestions, colour,
 * width. */
#include "argparse_fixture.h"

/* Make parser anew. */
static void remake(struct plugh_parser_spec spec)
{
	fixture_tear_down(NULL);
	assert_int_equal(plugh_parser_create(&spec, &parser), 0);
}

static void assert_list(const char *dest, const char *const *text)
{
	const struct plugh_value *value = get(dest);
	size_t count = 0;

	assert_int_equal(value->kind, PLUGH_VALUE_LIST);
	for (; text[count]; count++) {
		assert_true(count < value->as.list.count);
		assert_text(&value->as.list.item[count], text[count]);
	}
	assert_int_equal(value->as.list.count, count);
}

/* ---- Options end at the first operand ---- */

static void declare_timeout(void)
{
	remake((struct plugh_parser_spec){
		.prog = "timeout", .flags = PLUGH_PARSER_OPTIONS_FIRST });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("-s", "--signal") });
	add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("-v", "--verbose"), .action = PLUGH_ACTION_STORE_TRUE });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("--pair"), .nargs = "2" });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("--maybe"), .nargs = "?" });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("duration") });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("command") });
	add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("arg"), .nargs = "*", .default_ = PLUGH_NONE_VALUE });
}

static void options_end_at_the_first_operand(void **state)
{
	(void)state;
	declare_timeout();

	assert_int_equal(parse_words(WORDS("-v", "4", "make", "-v", "--signal", "--", "x", "-h")),
		PLUGH_OUTCOME_PARSED);

	assert_text(get("duration"), "4");
	assert_text(get("command"), "make");
	assert_list("arg", PLUGH_NAMES("-v", "--signal", "--", "x", "-h"));
	assert_int_equal(get("signal")->kind, PLUGH_VALUE_NONE);
	assert_true(get("verbose")->as.boolean);
}

static void words_of_options_are_no_operands(void **state)
{
	(void)state;
	declare_timeout();

	parse_words(
		WORDS("-vs", "KILL", "--pair", "a", "b", "--maybe", "m", "4", "cmd", "-s", "x"));
	assert_text(get("signal"), "KILL");
	assert_list("pair", PLUGH_NAMES("a", "b"));
	assert_text(get("maybe"), "m");
	assert_text(get("duration"), "4");
	assert_list("arg", PLUGH_NAMES("-s", "x"));

	parse_words(WORDS("-sKILL", "4", "cmd"));
	assert_text(get("signal"), "KILL");
	assert_text(get("duration"), "4");

	parse_words(WORDS("--sig=KILL", "4", "cmd"));
	assert_text(get("signal"), "KILL");
	assert_text(get("command"), "cmd");
}

static void only_dashes_right_before_the_first_operand_are_dropped(void **state)
{
	(void)state;
	declare_timeout();

	parse_words(WORDS("-v", "--", "4", "--", "cmd", "--"));
	assert_text(get("duration"), "4");
	assert_text(get("command"), "--");
	assert_list("arg", PLUGH_NAMES("cmd", "--"));

	parse_words(WORDS("--", "-v", "cmd"));
	assert_false(get("verbose")->as.boolean);
	assert_text(get("duration"), "-v");

	parse_words(WORDS("--", "--", "cmd"));
	assert_text(get("duration"), "--");
}

static void what_comes_behind_the_first_operand_is_never_ambiguous(void **state)
{
	(void)state;
	declare_timeout();
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("--aa") });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("--ab") });

	assert_int_equal(parse_words(WORDS("4", "cmd", "--a")), PLUGH_OUTCOME_PARSED);
	assert_int_equal(parse_words(WORDS("--a", "4", "cmd")), PLUGH_OUTCOME_EXIT);
	assert_string_equal(
		plugh_outcome_message(outcome), "ambiguous option: --a could match --aa, --ab");
}

static void errors_before_the_first_operand_are_argparses(void **state)
{
	static const struct {
		char *word[4];
		size_t count;
		const char *message;
	} cases[] = {
		{ { "-v" }, 1, "the following arguments are required: duration, command" },
		{ { "4" }, 1, "the following arguments are required: command" },
		{ { "--nope", "4", "cmd" }, 3, "unrecognized arguments: --nope" },
		{ { "-s" }, 1, "argument -s/--signal: expected one argument" },
		{ { "-vz", "4" }, 2, "argument -v/--verbose: ignored explicit argument 'z'" },
		{ { "--pair", "1", "--", "2" }, 4, "argument --pair: expected 2 arguments" },
	};

	(void)state;
	declare_timeout();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(parse_words(cases[i].word, cases[i].count), PLUGH_OUTCOME_EXIT);
		assert_string_equal(plugh_outcome_message(outcome), cases[i].message);
	}
}

/* ---- Options end behind an option ---- */

static void declare_listen(const char *nargs)
{
	remake((struct plugh_parser_spec){ .prog = "listen" });
	add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("-k"), .action = PLUGH_ACTION_STORE_TRUE });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("-p"), .type = &plugh_type_int });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("-e", "--exec"),
		.nargs = nargs,
		.flags = PLUGH_ARGUMENT_ENDS_OPTIONS });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("host"), .nargs = "?" });
}

static void an_option_may_end_the_options(void **state)
{
	static const char *const nargs[] = { "+", "...", "*" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		declare_listen(nargs[i]);
		assert_int_equal(
			parse_words(WORDS("-p", "1", "here", "-ke", "cat", "-k", "--", "-p")),
			PLUGH_OUTCOME_PARSED);
		assert_true(get("k")->as.boolean);
		assert_text(get("host"), "here");
		assert_list("exec", PLUGH_NAMES("cat", "-k", "--", "-p"));

		parse_words(WORDS("--exec", "--", "-h"));
		assert_list("exec", PLUGH_NAMES("--", "-h"));
		parse_words(WORDS("-ecat", "-h"));
		assert_list("exec", PLUGH_NAMES("cat", "-h"));
		parse_words(WORDS("--exec=cat", "-k"));
		assert_list("exec", PLUGH_NAMES("cat", "-k"));
		assert_false(get("k")->as.boolean);
	}
	declare_listen("+");
	parse_words(WORDS("-e"));
	assert_string_equal(plugh_outcome_message(outcome),
		"argument -e/--exec: expected at least one argument");
	parse_words(WORDS("--", "-e", "x"));
	assert_string_equal(plugh_outcome_message(outcome), "unrecognized arguments: x");
	assert_int_equal(parse_words(WORDS("-k")), PLUGH_OUTCOME_PARSED);
}

/* ---- Exact options ---- */

static struct plugh_argument *declare_exact(void)
{
	add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("--colors"), .action = PLUGH_ACTION_STORE_TRUE });
	add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("-q"), .action = PLUGH_ACTION_STORE_TRUE });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("file"), .nargs = "*" });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("-v", "--verbose"),
		.action = PLUGH_ACTION_COUNT,
		.dest = "host verbose",
		.flags = PLUGH_ARGUMENT_EXACT });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("--json"),
		.action = PLUGH_ACTION_STORE_TRUE,
		.dest = "host json",
		.flags = PLUGH_ARGUMENT_EXACT });
	return add((struct plugh_argument_spec){ .names = PLUGH_NAMES("--color"),
		.choices = PLUGH_LIST_VALUE(PLUGH_TEXT("always"), PLUGH_TEXT("never")),
		.dest = "host color",
		.flags = PLUGH_ARGUMENT_EXACT });
}

static void exact_options_are_matched_in_full(void **state)
{
	(void)state;
	struct plugh_argument *color = declare_exact();

	assert_int_equal(
		parse_words(WORDS("a", "--color=never", "-v", "--json", "-v", "--verbose")),
		PLUGH_OUTCOME_PARSED);
	assert_text(get("host color"), "never");
	assert_int_equal(get("host verbose")->as.integer, 3);
	assert_true(get("host json")->as.boolean);
	assert_false(get("colors")->as.boolean);
	assert_true(plugh_outcome_has(outcome, color));

	parse_words(WORDS("--color", "always"));
	assert_text(get("host color"), "always");

	parse_words(WORDS("a"));
	assert_int_equal(get("host color")->kind, PLUGH_VALUE_NONE);
	assert_false(get("host json")->as.boolean);
	assert_false(plugh_outcome_has(outcome, color));
}

static void exact_options_are_never_abbreviated_or_clustered(void **state)
{
	(void)state;
	declare_exact();

	/* What would be ambiguous with --color is --colors alone. */
	assert_int_equal(parse_words(WORDS("--col")), PLUGH_OUTCOME_PARSED);
	assert_true(get("colors")->as.boolean);

	parse_words(WORDS("--js"));
	assert_string_equal(plugh_outcome_message(outcome), "unrecognized arguments: --js");
	parse_words(WORDS("-qv"));
	assert_string_equal(
		plugh_outcome_message(outcome), "argument -q: ignored explicit argument 'v'");
	parse_words(WORDS("-vv"));
	assert_string_equal(plugh_outcome_message(outcome), "unrecognized arguments: -vv");
	parse_words(WORDS("--json=x"));
	assert_string_equal(plugh_outcome_message(outcome), "unrecognized arguments: --json=x");
	parse_words(WORDS("--color"));
	assert_string_equal(
		plugh_outcome_message(outcome), "argument --color: expected one argument");
	parse_words(WORDS("--color=x"));
	assert_string_equal(plugh_outcome_message(outcome),
		"argument --color: invalid choice: 'x' (choose from 'always', 'never')");
	parse_words(WORDS("--", "--json"));
	assert_false(get("host json")->as.boolean);
	assert_list("file", PLUGH_NAMES("--json"));
}

static void exact_options_are_not_shown_and_yield_to_others(void **state)
{
	char *help = NULL;

	(void)state;
	declare_exact();
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("--json"), .help = "its own" });

	parse_words(WORDS("--json", "x"));
	assert_text(get("json"), "x");
	assert_false(get("host json")->as.boolean);
	assert_int_equal(plugh_parser_format_help(parser, &help), 0);
	assert_string_equal(help, "usage: PROG [-h] [--colors] [-q] [--json JSON] [file ...]\n"
				  "\n"
				  "positional arguments:\n"
				  "  file\n"
				  "\n"
				  "options:\n"
				  "  -h, --help   show this help message and exit\n"
				  "  --colors\n"
				  "  -q\n"
				  "  --json JSON  its own\n");
	free(help);
}

/* ---- Suggestions ---- */

static void a_misspelt_word_has_a_hint(void **state)
{
	static const struct {
		char *word[2];
		const char *hint;
	} cases[] = {
		{ { "x", "--totl" }, "did you mean '--total'?" },
		{ { "x", "--toatl=3" }, "did you mean '--total'?" },
		{ { "x", "--zzzzz" }, "" },
		{ { "x", "--hidde" }, "" },
		{ { "x", "-z" }, "" },
		{ { "--level", "debg" }, "did you mean 'debug'?" },
		{ { "--level", "zzz" }, "" },
		{ { "--level", "größte" }, "did you mean 'größe'?" },
	};

	(void)state;
	add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("--total"), .action = PLUGH_ACTION_STORE_TRUE });
	add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("--hidden"), .help = PLUGH_SUPPRESS });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("--level"),
		.choices = PLUGH_LIST_VALUE(
			PLUGH_TEXT("debug"), PLUGH_TEXT("info"), PLUGH_TEXT("größe")) });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("file"), .nargs = "*" });

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(parse_words(cases[i].word, 2), PLUGH_OUTCOME_EXIT);
		assert_string_equal(plugh_outcome_hint(outcome), cases[i].hint);
		assert_null(strstr(plugh_outcome_err(outcome, NULL), "did you mean"));
	}
}

static void the_hint_is_a_line_of_its_own_when_asked_for(void **state)
{
	struct plugh_subparsers *set = NULL;

	(void)state;
	plugh_parser_set_display(parser, &(struct plugh_display){ .columns = 80, .suggest = true });
	assert_int_equal(plugh_parser_add_subparsers(parser,
				 &(struct plugh_subparsers_spec){ .dest = "command" }, &set),
		0);
	assert_int_equal(plugh_subparsers_add(set, "encode", NULL, NULL), 0);

	parse_words(WORDS("encdoe"));
	assert_string_equal(plugh_outcome_err(outcome, NULL),
		"usage: PROG [-h] {encode} ...\n"
		"PROG: error: argument command: invalid choice: 'encdoe' (choose from 'encode')\n"
		"did you mean 'encode'?\n");
	parse_words(WORDS("encode", "x"));
	assert_string_equal(plugh_outcome_err(outcome, NULL),
		"usage: PROG [-h] {encode} ...\nPROG: error: unrecognized arguments: x\n");
}

/* ---- Display ---- */

/* text without SGR sequences; to be freed. */
static char *without_color(const char *text)
{
	char *plain = calloc(1, strlen(text) + 1);
	size_t out = 0;

	assert_non_null(plain);
	while (*text) {
		if (*text == '\033')
			text = strchr(text, 'm') + 1;
		else
			plain[out++] = *text++;
	}
	return plain;
}

static void declare_much(void)
{
	struct plugh_subparsers *set = NULL;

	remake((struct plugh_parser_spec){
		.prog = "PROG", .description = "A [text] with -x in it." });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("-o", "--output"),
		.metavar = "FILE",
		.help = "where to write" });
	add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("--a-rather-long-option"), .nargs = "+" });
	add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("file"), .nargs = "*", .help = "what to read, -x too" });
	assert_int_equal(plugh_parser_add_subparsers(parser, NULL, &set), 0);
	assert_int_equal(
		plugh_subparsers_add(set, "run",
			&(struct plugh_parser_spec){ .help = "do it", .aliases = PLUGH_NAMES("r") },
			NULL),
		0);
}

static void color_never_changes_the_layout(void **state)
{
	static const unsigned columns[] = { 10, 30, 50, 80, 200 };

	(void)state;
	declare_much();
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		char *colored = NULL;
		char *expected = NULL;

		plugh_parser_set_display(parser, &(struct plugh_display){ .columns = columns[i] });
		assert_int_equal(plugh_parser_format_help(parser, &expected), 0);
		plugh_parser_set_display(parser,
			&(struct plugh_display){ .columns = columns[i], .color_out = true });
		assert_int_equal(plugh_parser_format_help(parser, &colored), 0);

		char *plain = without_color(colored);
		assert_string_not_equal(colored, expected);
		assert_string_equal(plain, expected);
		free(plain);
		free(colored);
		free(expected);
	}
}

static void color_is_told_apart_for_the_two_streams(void **state)
{
	(void)state;
	plugh_parser_set_display(
		parser, &(struct plugh_display){ .columns = 80, .color_err = true });
	parse_words(WORDS("x"));
	assert_string_equal(plugh_outcome_err(outcome, NULL),
		"\033[1;34musage: \033[0m\033[1;35mPROG\033[0m [\033[1;36m-h\033[0m]\n"
		"PROG: error: unrecognized arguments: x\n");
	parse_words(WORDS("-h"));
	assert_null(strchr(plugh_outcome_out(outcome, NULL), '\033'));

	plugh_parser_set_display(
		parser, &(struct plugh_display){ .columns = 80, .color_out = true });
	parse_words(WORDS("x"));
	assert_null(strchr(plugh_outcome_err(outcome, NULL), '\033'));
	parse_words(WORDS("-h"));
	assert_string_equal(plugh_outcome_out(outcome, NULL),
		"\033[1;34musage: \033[0m\033[1;35mPROG\033[0m [\033[1;36m-h\033[0m]\n"
		"\n"
		"\033[1;34moptions:\033[0m\n"
		"  \033[1;36m-h\033[0m, \033[1;36m--help\033[0m  show this help message and "
		"exit\n");
}

static void the_width_is_told_or_that_of_the_environment(void **state)
{
	static const struct {
		const char *variable;
		unsigned columns;
		bool is_wrapped;
	} cases[] = {
		{ "30", 0, true },
		{ " 3_0 ", 0, true },
		{ "100", 0, false },
		{ "30", 100, false },
		{ "100", 30, true },
	};

	(void)state;
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("--first-option") });
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *usage = NULL;
		setenv("COLUMNS", cases[i].variable, 1);
		plugh_parser_set_display(
			parser, &(struct plugh_display){ .columns = cases[i].columns });
		assert_int_equal(plugh_parser_format_usage(parser, &usage), 0);
		assert_string_equal(usage,
			cases[i].is_wrapped
				? "usage: PROG [-h]\n            [--first-option FIRST_OPTION]\n"
				: "usage: PROG [-h] [--first-option FIRST_OPTION]\n");
		free(usage);
	}
	unsetenv("COLUMNS");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(options_end_at_the_first_operand),
		FIXTURE_TEST(words_of_options_are_no_operands),
		FIXTURE_TEST(only_dashes_right_before_the_first_operand_are_dropped),
		FIXTURE_TEST(what_comes_behind_the_first_operand_is_never_ambiguous),
		FIXTURE_TEST(errors_before_the_first_operand_are_argparses),
		FIXTURE_TEST(an_option_may_end_the_options),
		FIXTURE_TEST(exact_options_are_matched_in_full),
		FIXTURE_TEST(exact_options_are_never_abbreviated_or_clustered),
		FIXTURE_TEST(exact_options_are_not_shown_and_yield_to_others),
		FIXTURE_TEST(a_misspelt_word_has_a_hint),
		FIXTURE_TEST(the_hint_is_a_line_of_its_own_when_asked_for),
		FIXTURE_TEST(color_never_changes_the_layout),
		FIXTURE_TEST(color_is_told_apart_for_the_two_streams),
		FIXTURE_TEST(the_width_is_told_or_that_of_the_environment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
