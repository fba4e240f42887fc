/* SPDX-License-Identifier: MIT */
/* Values from outside the command line. */
#include "argparse_fixture.h"

#define SET(argument, origin, ...)                                                                 \
	assert_int_equal(                                                                          \
		plugh_argument_set_external(argument, (const char *const[]){ __VA_ARGS__ },        \
			sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *), origin),    \
		0)

static void it_stands_in_for_the_default(void **state)
{
	(void)state;
	struct plugh_argument *nth = add(
		(struct plugh_argument_spec){ .names = PLUGH_NAMES("--nth"),
			.type = &plugh_type_int,
			.default_ = PLUGH_INT_VALUE(1) });
	struct plugh_argument *pair = add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("--pair"), .nargs = "2", .type = &plugh_type_int });
	SET(nth, "a.ini:3", "7");
	SET(pair, "a.ini:4", "1", "2");

	assert_int_equal(parse_nothing(), PLUGH_OUTCOME_PARSED);
	assert_int_equal(get("nth")->as.integer, 7);
	assert_int_equal(get("pair")->as.list.count, 2);
	assert_int_equal(get("pair")->as.list.item[1].as.integer, 2);
	assert_false(plugh_outcome_has(outcome, nth));
	assert_false(plugh_outcome_has_dest(outcome, "nth"));

	parse_words(WORDS("--nth", "9"));
	assert_int_equal(get("nth")->as.integer, 9);
	assert_true(plugh_outcome_has(outcome, nth));

	assert_int_equal(plugh_argument_set_external(nth, NULL, 0, NULL), 0);
	parse_nothing();
	assert_int_equal(get("nth")->as.integer, 1);
}

static void it_satisfies_required_and_counts_in_no_exclusive_group(void **state)
{
	struct plugh_group *group = NULL;
	struct plugh_argument *a = NULL;

	(void)state;
	struct plugh_argument *needed = add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("--needed"), .required = PLUGH_YES });
	assert_int_equal(plugh_group_add_exclusive(plugh_parser_group(parser), true, &group), 0);
	assert_int_equal(plugh_group_add_argument(group,
				 &(struct plugh_argument_spec){ .names = PLUGH_NAMES("--a") }, &a),
		0);
	assert_int_equal(
		plugh_group_add_argument(
			group, &(struct plugh_argument_spec){ .names = PLUGH_NAMES("--b") }, NULL),
		0);
	SET(needed, "a.ini:1", "n");
	SET(a, "a.ini:2", "from outside");

	assert_int_equal(parse_words(WORDS("--b", "1")), PLUGH_OUTCOME_PARSED);
	assert_text(get("needed"), "n");
	assert_text(get("a"), "from outside");

	parse_nothing();
	assert_string_equal(
		plugh_outcome_message(outcome), "one of the arguments --a --b is required");
}

static void a_bad_one_is_an_error_that_names_its_origin(void **state)
{
	static const struct {
		const char *word[3];
		size_t count;
		struct plugh_argument_spec spec;
		const char *message;
	} cases[] = {
		{ { "x" }, 1, { .type = &plugh_type_int },
			"FROM: argument --x: invalid int value: 'x'" },
		{ { "1", "2" }, 2, { 0 }, "FROM: argument --x: expected one argument" },
		{ { "" }, 0, { 0 }, "FROM: argument --x: expected one argument" },
		{ { "1", "2" }, 2, { .nargs = "?" },
			"FROM: argument --x: expected at most one argument" },
		{ { "1" }, 1, { .nargs = "2" }, "FROM: argument --x: expected 2 arguments" },
		{ { "1", "2", "3" }, 3, { .nargs = "2" },
			"FROM: argument --x: expected 2 arguments" },
		{ { "maybe" }, 1, { .action = PLUGH_ACTION_STORE_TRUE },
			"FROM: argument --x: invalid bool value: 'maybe' (on or off)" },
		{ { "on", "on" }, 2, { .action = PLUGH_ACTION_STORE_TRUE },
			"FROM: argument --x: expected one argument" },
		{ { "-1" }, 1, { .action = PLUGH_ACTION_COUNT },
			"FROM: argument --x: invalid int value: '-1'" },
		{ { "2", "b" }, 2, { .action = PLUGH_ACTION_APPEND, .type = &plugh_type_int },
			"FROM: argument --x: invalid int value: 'b'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct plugh_argument_spec spec = cases[i].spec;
		fixture_tear_down(NULL);
		fixture_set_up(NULL);
		spec.names = PLUGH_NAMES("--x");
		struct plugh_argument *x = add(spec);
		assert_int_equal(
			plugh_argument_set_external(x, cases[i].word, cases[i].count, "FROM"), 0);

		assert_int_equal(parse_nothing(), PLUGH_OUTCOME_EXIT);
		assert_string_equal(plugh_outcome_message(outcome), cases[i].message);
	}
}

static void a_bad_one_that_the_command_line_replaces_is_never_looked_at(void **state)
{
	(void)state;
	struct plugh_argument *nth = add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("--nth"), .type = &plugh_type_int });
	SET(nth, "a.ini:3", "bad");

	assert_int_equal(parse_words(WORDS("--nth", "1")), PLUGH_OUTCOME_PARSED);
	parse_nothing();
	assert_string_equal(plugh_outcome_err(outcome, NULL),
		"usage: PROG [-h] [--nth NTH]\n"
		"PROG: error: a.ini:3: argument --nth: invalid int value: 'bad'\n");
}

static void choices_are_checked(void **state)
{
	(void)state;
	struct plugh_argument *level = add(
		(struct plugh_argument_spec){ .names = PLUGH_NAMES("--level"),
			.choices = PLUGH_LIST_VALUE(PLUGH_TEXT("debug"), PLUGH_TEXT("info")) });
	SET(level, "$LEVEL", "debg");

	parse_nothing();
	assert_string_equal(plugh_outcome_message(outcome),
		"$LEVEL: argument --level: invalid choice: 'debg' (choose from 'debug', 'info')");
	assert_string_equal(plugh_outcome_hint(outcome), "did you mean 'debug'?");
}

static void flags_take_on_and_off(void **state)
{
	static const struct {
		enum plugh_action action;
		const char *word;
		const struct plugh_value value;
	} cases[] = {
		{ PLUGH_ACTION_STORE_TRUE, "on", { .kind = PLUGH_VALUE_BOOL, .as.boolean = true } },
		{ PLUGH_ACTION_STORE_TRUE, "No",
			{ .kind = PLUGH_VALUE_BOOL, .as.boolean = false } },
		{ PLUGH_ACTION_STORE_FALSE, "TRUE",
			{ .kind = PLUGH_VALUE_BOOL, .as.boolean = false } },
		{ PLUGH_ACTION_STORE_FALSE, "0", { .kind = PLUGH_VALUE_BOOL, .as.boolean = true } },
		{ PLUGH_ACTION_BOOLEAN_OPTIONAL, "yes",
			{ .kind = PLUGH_VALUE_BOOL, .as.boolean = true } },
		{ PLUGH_ACTION_BOOLEAN_OPTIONAL, "off",
			{ .kind = PLUGH_VALUE_BOOL, .as.boolean = false } },
		{ PLUGH_ACTION_STORE_CONST, "1", { .kind = PLUGH_VALUE_INT, .as.integer = 42 } },
		{ PLUGH_ACTION_STORE_CONST, "false", { .kind = PLUGH_VALUE_NONE } },
		{ PLUGH_ACTION_APPEND_CONST, "off", { .kind = PLUGH_VALUE_NONE } },
		{ PLUGH_ACTION_COUNT, "3", { .kind = PLUGH_VALUE_INT, .as.integer = 3 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool has_const = cases[i].action == PLUGH_ACTION_STORE_CONST ||
				 cases[i].action == PLUGH_ACTION_APPEND_CONST;
		fixture_tear_down(NULL);
		fixture_set_up(NULL);
		struct plugh_argument *x = add(
			(struct plugh_argument_spec){ .names = PLUGH_NAMES("--x"),
				.action = cases[i].action,
				.const_ = has_const ? PLUGH_INT_VALUE(42) : NULL });
		SET(x, "FROM", cases[i].word);

		assert_int_equal(parse_nothing(), PLUGH_OUTCOME_PARSED);
		assert_int_equal(get("x")->kind, cases[i].value.kind);
		assert_true(plugh_value_is_equal(get("x"), &cases[i].value));
	}
}

static void lists_are_replaced_by_the_command_line(void **state)
{
	(void)state;
	struct plugh_argument *append = add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("--a"), .action = PLUGH_ACTION_APPEND });
	struct plugh_argument *extend = add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("--e"), .action = PLUGH_ACTION_EXTEND, .nargs = "+" });
	struct plugh_argument *pairs = add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("--p"), .action = PLUGH_ACTION_APPEND, .nargs = "2" });
	struct plugh_argument *constant = add(
		(struct plugh_argument_spec){ .names = PLUGH_NAMES("--c"),
			.action = PLUGH_ACTION_APPEND_CONST,
			.const_ = PLUGH_INT_VALUE(5) });
	SET(append, "FROM", "1", "2");
	SET(extend, "FROM", "3", "4");
	SET(pairs, "FROM", "5", "6");
	SET(constant, "FROM", "on");

	parse_nothing();
	assert_true(
		plugh_value_is_equal(get("a"), PLUGH_LIST_VALUE(PLUGH_TEXT("1"), PLUGH_TEXT("2"))));
	assert_true(
		plugh_value_is_equal(get("e"), PLUGH_LIST_VALUE(PLUGH_TEXT("3"), PLUGH_TEXT("4"))));
	assert_int_equal(get("p")->as.list.count, 1);
	assert_text(&get("p")->as.list.item[0].as.list.item[1], "6");
	assert_true(plugh_value_is_equal(get("c"), PLUGH_LIST_VALUE(PLUGH_INT(5))));

	parse_words(WORDS("--a", "9", "--e", "8"));
	assert_true(plugh_value_is_equal(get("a"), PLUGH_LIST_VALUE(PLUGH_TEXT("9"))));
	assert_true(plugh_value_is_equal(get("e"), PLUGH_LIST_VALUE(PLUGH_TEXT("8"))));
}

static void another_option_with_the_same_dest_replaces_it(void **state)
{
	(void)state;
	struct plugh_argument *on = add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("--on"), .dest = "flag", .action = PLUGH_ACTION_STORE_TRUE });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("--off"),
		.dest = "flag",
		.action = PLUGH_ACTION_STORE_FALSE });
	SET(on, "FROM", "on");

	parse_nothing();
	assert_true(get("flag")->as.boolean);
	parse_words(WORDS("--off"));
	assert_false(get("flag")->as.boolean);
}

static void subparsers_and_exact_options_have_theirs(void **state)
{
	struct plugh_subparsers *set = NULL;
	struct plugh_parser *run = NULL;
	struct plugh_argument *size = NULL;

	(void)state;
	assert_int_equal(plugh_parser_add_subparsers(parser, NULL, &set), 0);
	assert_int_equal(plugh_subparsers_add(set, "run", NULL, &run), 0);
	assert_int_equal(plugh_parser_add_argument(run,
				 &(struct plugh_argument_spec){
					 .names = PLUGH_NAMES("--size"), .type = &plugh_type_int },
				 &size),
		0);
	struct plugh_argument *json = add(
		(struct plugh_argument_spec){ .names = PLUGH_NAMES("--json"),
			.action = PLUGH_ACTION_STORE_TRUE,
			.flags = PLUGH_ARGUMENT_EXACT });
	SET(size, "a.ini:9", "12");
	SET(json, "$JSON", "yes");

	parse_words(WORDS("run"));
	assert_int_equal(get("size")->as.integer, 12);
	assert_true(get("json")->as.boolean);
	parse_words(WORDS("run", "--size", "1"));
	assert_int_equal(get("size")->as.integer, 1);
}

static void intermixed_parsing_knows_them_too(void **state)
{
	(void)state;
	struct plugh_argument *a = add(
		(struct plugh_argument_spec){ .names = PLUGH_NAMES("--a"), .required = PLUGH_YES });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("file"), .nargs = "*" });
	SET(a, "FROM", "x");

	assert_int_equal(plugh_parser_parse_as(parser, PLUGH_PARSE_INTERMIXED, 2,
				 (char *[]){ "1", "2" }, NULL, &outcome),
		0);
	assert_text(get("a"), "x");
	plugh_outcome_destroy(outcome);
	assert_int_equal(plugh_parser_parse_as(parser, PLUGH_PARSE_INTERMIXED, 3,
				 (char *[]){ "1", "--a=y", "2" }, NULL, &outcome),
		0);
	assert_text(get("a"), "y");
}

static void help_and_version_take_none(void **state)
{
	(void)state;
	struct plugh_argument *version = add(
		(struct plugh_argument_spec){ .names = PLUGH_NAMES("--version"),
			.action = PLUGH_ACTION_VERSION,
			.version = "1" });

	assert_int_equal(
		plugh_argument_set_external(version, (const char *const[]){ "x" }, 1, "FROM"),
		-EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(it_stands_in_for_the_default),
		FIXTURE_TEST(it_satisfies_required_and_counts_in_no_exclusive_group),
		FIXTURE_TEST(a_bad_one_is_an_error_that_names_its_origin),
		FIXTURE_TEST(a_bad_one_that_the_command_line_replaces_is_never_looked_at),
		FIXTURE_TEST(choices_are_checked),
		FIXTURE_TEST(flags_take_on_and_off),
		FIXTURE_TEST(lists_are_replaced_by_the_command_line),
		FIXTURE_TEST(another_option_with_the_same_dest_replaces_it),
		FIXTURE_TEST(subparsers_and_exact_options_have_theirs),
		FIXTURE_TEST(intermixed_parsing_knows_them_too),
		FIXTURE_TEST(help_and_version_take_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
