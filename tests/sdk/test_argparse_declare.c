/* SPDX-License-Identifier: MIT */
/* Declaring through the parser's own interface: what is copied, refused and shared; types of one's
 * own. */
#include "argparse_fixture.h"

static void not_given_and_none_differ(void **state)
{
	struct plugh_subparsers *set = NULL;
	char *help = NULL;

	(void)state;
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("-t"),
		.action = PLUGH_ACTION_STORE_TRUE,
		.default_ = PLUGH_NONE_VALUE });
	add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("-u"), .action = PLUGH_ACTION_STORE_TRUE });
	assert_int_equal(plugh_parser_add_subparsers(parser, NULL, &set), 0);
	assert_int_equal(plugh_subparsers_add(set, "hidden", NULL, NULL), 0);
	assert_int_equal(plugh_subparsers_add(set, "listed",
				 &(struct plugh_parser_spec){ .help = PLUGH_NONE }, NULL),
		0);

	parse_nothing();
	assert_int_equal(get("t")->kind, PLUGH_VALUE_NONE);
	assert_int_equal(get("u")->kind, PLUGH_VALUE_BOOL);

	assert_int_equal(plugh_parser_format_help(parser, &help), 0);
	assert_non_null(strstr(help, "\n    listed\n"));
	assert_null(strstr(help, "\n    hidden\n"));
	free(help);

	assert_int_equal(plugh_parser_add_argument(parser,
				 &(struct plugh_argument_spec){ .names = PLUGH_NAMES("-w"),
					 .action = PLUGH_ACTION_STORE_TRUE,
					 .type = &plugh_type_none },
				 NULL),
		-EINVAL);
	assert_string_equal(plugh_parser_problem(parser), "action 'store_true' takes no 'type'");
}

static void a_refused_declaration_says_why(void **state)
{
	static const char *const twice[] = { "-f", NULL };
	const struct {
		struct plugh_argument_spec spec;
		const char *problem;
	} cases[] = {
		{ { .names = twice }, "argument -f: conflicting option string: -f" },
		{ { .dest = "x", .required = PLUGH_NO },
			"'required' is an invalid argument for positionals" },
		{ { .names = PLUGH_NAMES("-x", "y") },
			"invalid option string 'y': must start with a character '-'" },
		{ { .names = PLUGH_NAMES("--") }, "dest= is required for options like '--'" },
		{ { .names = PLUGH_NAMES("-n"), .nargs = "many" }, "invalid nargs value" },
		{ { .names = PLUGH_NAMES("-n"), .nargs = "99999999999" }, "invalid nargs value" },
		{ { .names = PLUGH_NAMES("-n"), .nargs = "3", .metavars = PLUGH_NAMES("A", "B") },
			"length of metavar tuple does not match nargs" },
		{ { 0 }, "a positional argument needs a name or dest" },
		{ { .names = PLUGH_NAMES("") }, "an argument's name is empty" },
		{ { .names = PLUGH_NAMES("x"), .action = (enum plugh_action)99 },
			"unknown action \"99\"" },
	};

	(void)state;
	add((struct plugh_argument_spec){ .names = twice });
	assert_string_equal(plugh_parser_problem(parser), "");

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(plugh_parser_add_argument(parser, &cases[i].spec, NULL), -EINVAL);
		assert_string_equal(plugh_parser_problem(parser), cases[i].problem);
	}
}

/* Words of one letter; 'm' has a message of its own, '!' is no memory. */
static int convert_letter(
	void *ctx, const char *text, struct plugh_value *ret_value, struct plugh_refusal *refusal)
{
	assert_string_equal(ctx, "the context");
	if (strcmp(text, "!") == 0)
		return -ENOMEM;
	if (strcmp(text, "m") == 0) {
		snprintf(refusal->message, sizeof refusal->message, "not m");
		return -EINVAL;
	}
	if (strlen(text) != 1) {
		snprintf(refusal->hint, sizeof refusal->hint, "one of a to z");
		return -ERANGE;
	}
	*ret_value = (struct plugh_value){ .kind = PLUGH_VALUE_INT, .as.integer = text[0] - 'a' };
	return 0;
}

static char context[] = "the context";
static const struct plugh_type letter = {
	.name = "letter", .convert = convert_letter, .ctx = context
};

static void a_type_of_ones_own_converts_and_refuses(void **state)
{
	(void)state;
	add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("--l"), .type = &letter, .default_ = PLUGH_TEXT_VALUE("c") });

	parse_words(WORDS("--l", "z"));
	assert_int_equal(get("l")->as.integer, 25);
	parse_nothing();
	assert_int_equal(get("l")->as.integer, 2);

	parse_words(WORDS("--l", "it's"));
	assert_string_equal(plugh_outcome_message(outcome),
		"argument --l: invalid letter value: \"it's\" (one of a to z)");
	parse_words(WORDS("--l", "m"));
	assert_string_equal(plugh_outcome_message(outcome), "argument --l: not m");

	struct plugh_outcome *none = NULL;
	assert_int_equal(plugh_parser_parse(parser, 2, (char *[]){ "--l", "!" }, &none), -ENOMEM);
	assert_null(none);
}

static void built_in_types_serve_other_converters(void **state)
{
	struct plugh_value value = { .kind = PLUGH_VALUE_NONE };
	struct plugh_refusal refusal = { .message = "" };

	(void)state;
	assert_int_equal(plugh_type_int.convert(NULL, " 1_0 ", &value, &refusal), 0);
	assert_int_equal(value.as.integer, 10);
	assert_int_equal(plugh_type_int.convert(NULL, "1__0", &value, &refusal), -EINVAL);
	assert_int_equal(plugh_type_float.convert(NULL, ".5e1", &value, &refusal), 0);
	assert_true(value.as.number == 5);
	assert_int_equal(plugh_type_str.convert(NULL, "s", &value, &refusal), 0);
	assert_text(&value, "s");
}

static void integers_end_at_64_bits(void **state)
{
	(void)state;
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("n"), .type = &plugh_type_int });

	parse_words(WORDS("9223372036854775807"));
	assert_true(get("n")->as.integer == INT64_MAX);
	parse_words(WORDS("-9223372036854775808"));
	assert_true(get("n")->as.integer == INT64_MIN);
	assert_int_equal(parse_words(WORDS("9223372036854775808")), PLUGH_OUTCOME_EXIT);
	assert_int_equal(parse_words(WORDS("-9223372036854775809")), PLUGH_OUTCOME_EXIT);
}

static void specs_are_copied(void **state)
{
	char name[] = "--name";
	char help[] = "the name";
	char choice[] = "red";
	struct plugh_value item = { .kind = PLUGH_VALUE_TEXT,
		.as.text = { .bytes = choice, .length = 3 } };
	struct plugh_value choices = { .kind = PLUGH_VALUE_LIST, .as.list = { &item, 1 } };
	char *text = NULL;

	(void)state;
	add((struct plugh_argument_spec){
		.names = PLUGH_NAMES(name), .help = help, .choices = &choices, .default_ = &item });
	memset(name, 'x', sizeof name - 1);
	memset(help, 'x', sizeof help - 1);
	memset(choice, 'x', sizeof choice - 1);

	assert_int_equal(plugh_parser_format_help(parser, &text), 0);
	assert_non_null(strstr(text, "  --name {red}  the name\n"));
	free(text);
	parse_nothing();
	assert_text(get("name"), "red");
}

static void a_parent_lends_its_arguments(void **state)
{
	struct plugh_parser *child = NULL;
	struct plugh_argument *shared = NULL;

	(void)state;
	shared = add((struct plugh_argument_spec){ .names = PLUGH_NAMES("--shared") });
	assert_int_equal(
		plugh_parser_create(&(struct plugh_parser_spec){ .prog = "CHILD" }, &child), 0);
	assert_int_equal(plugh_parser_add_parent(child, parser), -EINVAL);
	assert_string_equal(plugh_parser_problem(child),
		"argument -h/--help: conflicting option strings: -h, --help");
	plugh_parser_destroy(child);

	assert_int_equal(plugh_parser_create(&(struct plugh_parser_spec){ .prog = "CHILD",
						     .flags = PLUGH_PARSER_NO_HELP },
				 &child),
		0);
	assert_int_equal(plugh_parser_add_parent(child, parser), 0);
	assert_int_equal(plugh_parser_parse(child, 2, (char *[]){ "--shared", "1" }, &outcome), 0);
	assert_text(get("shared"), "1");
	assert_true(plugh_outcome_has(outcome, shared));
	plugh_outcome_destroy(outcome);
	outcome = NULL;
	plugh_parser_destroy(child);
}

static void values_are_equal_as_in_python(void **state)
{
	static const double nan = __builtin_nan("");

	(void)state;
	assert_true(plugh_value_is_equal(PLUGH_BOOL_VALUE(true), PLUGH_INT_VALUE(1)));
	assert_true(plugh_value_is_equal(PLUGH_INT_VALUE(1), PLUGH_FLOAT_VALUE(1.0)));
	assert_false(
		plugh_value_is_equal(PLUGH_INT_VALUE((1LL << 53) + 1), PLUGH_FLOAT_VALUE(0x1p53)));
	assert_false(plugh_value_is_equal(PLUGH_INT_VALUE(INT64_MAX), PLUGH_FLOAT_VALUE(0x1p63)));
	assert_false(plugh_value_is_equal(PLUGH_FLOAT_VALUE(nan), PLUGH_FLOAT_VALUE(nan)));
	assert_false(plugh_value_is_equal(PLUGH_TEXT_VALUE("1"), PLUGH_INT_VALUE(1)));
	assert_true(plugh_value_is_equal(PLUGH_SUPPRESS_VALUE, PLUGH_TEXT_VALUE("==SUPPRESS==")));
	assert_true(plugh_value_is_equal(PLUGH_NONE_VALUE, PLUGH_NONE_VALUE));
	assert_true(plugh_value_is_equal(
		PLUGH_LIST_VALUE(PLUGH_INT(1)), PLUGH_LIST_VALUE(PLUGH_FLOAT(1))));
	assert_false(plugh_value_is_equal(PLUGH_LIST_VALUE(PLUGH_INT(1)), PLUGH_INT_VALUE(1)));
}

static void lists_nested_too_deep_are_refused(void **state)
{
	struct plugh_value list[100];

	(void)state;
	for (size_t i = 0; i < 100; i++)
		list[i] = (struct plugh_value){ .kind = PLUGH_VALUE_LIST,
			.as.list = { i + 1 < 100 ? &list[i + 1] : NULL, i + 1 < 100 } };

	assert_int_equal(plugh_parser_add_argument(parser,
				 &(struct plugh_argument_spec){
					 .names = PLUGH_NAMES("-l"), .default_ = list },
				 NULL),
		-EINVAL);
}

static void nothing_is_destroyed_twice(void **state)
{
	struct plugh_subparsers *set = NULL;
	struct plugh_parser *below = NULL;

	(void)state;
	assert_int_equal(plugh_parser_add_subparsers(parser, NULL, &set), 0);
	assert_int_equal(plugh_subparsers_add(set, "run", NULL, &below), 0);

	plugh_parser_destroy(below);
	plugh_parser_destroy(NULL);
	plugh_outcome_destroy(NULL);

	assert_int_equal(parse_words(WORDS("run")), PLUGH_OUTCOME_PARSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(not_given_and_none_differ),
		FIXTURE_TEST(a_refused_declaration_says_why),
		FIXTURE_TEST(a_type_of_ones_own_converts_and_refuses),
		FIXTURE_TEST(built_in_types_serve_other_converters),
		FIXTURE_TEST(integers_end_at_64_bits),
		FIXTURE_TEST(specs_are_copied),
		FIXTURE_TEST(a_parent_lends_its_arguments),
		FIXTURE_TEST(values_are_equal_as_in_python),
		FIXTURE_TEST(lists_nested_too_deep_are_refused),
		FIXTURE_TEST(nothing_is_destroyed_twice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
