/* SPDX-License-Identifier: MIT */
/* Parsing through the parser's own interface: values, outcomes, modes. That it speaks as CPython's
 * argparse does is tested in tests/argparse. */
#include "argparse_fixture.h"

static void values_of_every_kind_are_found_by_name(void **state)
{
	(void)state;
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("--name") });
	add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("--count"), .type = &plugh_type_int });
	add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("--part"), .type = &plugh_type_float });
	add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("-v"), .action = PLUGH_ACTION_STORE_TRUE });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("--none") });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("file"), .nargs = "*" });

	assert_int_equal(
		parse_words(WORDS("--name", "n", "--count=5", "--part", "2.5", "-v", "a", "b")),
		PLUGH_OUTCOME_PARSED);

	assert_text(get("name"), "n");
	assert_int_equal(get("count")->kind, PLUGH_VALUE_INT);
	assert_int_equal(get("count")->as.integer, 5);
	assert_int_equal(get("part")->kind, PLUGH_VALUE_FLOAT);
	assert_true(get("part")->as.number == 2.5);
	assert_int_equal(get("v")->kind, PLUGH_VALUE_BOOL);
	assert_true(get("v")->as.boolean);
	assert_int_equal(get("none")->kind, PLUGH_VALUE_NONE);
	assert_int_equal(get("file")->kind, PLUGH_VALUE_LIST);
	assert_int_equal(get("file")->as.list.count, 2);
	assert_text(&get("file")->as.list.item[1], "b");
	assert_null(plugh_namespace_find(plugh_outcome_namespace(outcome), "absent"));
}

static void the_namespace_is_walked_in_the_order_of_declaration(void **state)
{
	(void)state;
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("-b") });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("-a") });

	parse_words(WORDS("-a", "1"));

	const struct plugh_namespace *ns = plugh_outcome_namespace(outcome);
	assert_int_equal(plugh_namespace_count(ns), 2);
	assert_string_equal(plugh_namespace_name(ns, 0), "b");
	assert_string_equal(plugh_namespace_name(ns, 1), "a");
	assert_ptr_equal(plugh_namespace_value(ns, 1), get("a"));
}

static void an_error_is_a_status_and_a_text(void **state)
{
	(void)state;
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("--n"), .type = &plugh_type_int });
	size_t length = 0;

	assert_int_equal(parse_words(WORDS("--n", "x")), PLUGH_OUTCOME_EXIT);

	assert_int_equal(plugh_outcome_status(outcome), 2);
	assert_string_equal(plugh_outcome_err(outcome, &length),
		"usage: PROG [-h] [--n N]\nPROG: error: argument --n: invalid int value: 'x'\n");
	assert_int_equal(length, strlen(plugh_outcome_err(outcome, NULL)));
	assert_string_equal(plugh_outcome_out(outcome, &length), "");
	assert_int_equal(length, 0);
	assert_string_equal(plugh_outcome_message(outcome), "argument --n: invalid int value: 'x'");
	assert_int_equal(plugh_namespace_count(plugh_outcome_namespace(outcome)), 0);
}

static void help_goes_to_standard_output_with_status_zero(void **state)
{
	(void)state;

	assert_int_equal(parse_words(WORDS("-h")), PLUGH_OUTCOME_EXIT);

	assert_int_equal(plugh_outcome_status(outcome), 0);
	assert_string_equal(plugh_outcome_out(outcome, NULL),
		"usage: PROG [-h]\n\noptions:\n  -h, --help  show this help message and exit\n");
	assert_string_equal(plugh_outcome_err(outcome, NULL), "");
	assert_string_equal(plugh_outcome_message(outcome), "");
}

static void without_exit_an_error_is_a_message(void **state)
{
	(void)state;
	fixture_tear_down(NULL);
	assert_int_equal(plugh_parser_create(&(struct plugh_parser_spec){ .prog = "PROG",
						     .flags = PLUGH_PARSER_NO_EXIT },
				 &parser),
		0);
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("--n"), .type = &plugh_type_int });

	assert_int_equal(parse_words(WORDS("--n", "x")), PLUGH_OUTCOME_ERROR);

	assert_string_equal(plugh_outcome_message(outcome), "argument --n: invalid int value: 'x'");
	assert_string_equal(plugh_outcome_err(outcome, NULL), "");
	assert_int_equal(plugh_outcome_status(outcome), 0);
}

static void usage_errors_have_the_status_that_the_parser_wants(void **state)
{
	struct plugh_subparsers *set = NULL;
	struct plugh_parser *below = NULL;
	struct plugh_parser *own = NULL;

	(void)state;
	fixture_tear_down(NULL);
	assert_int_equal(plugh_parser_create(
				 &(struct plugh_parser_spec){ .prog = "PROG", .usage_status = 125 },
				 &parser),
		0);
	assert_int_equal(plugh_parser_add_subparsers(parser, NULL, &set), 0);
	assert_int_equal(plugh_subparsers_add(set, "run", NULL, &below), 0);
	assert_int_equal(plugh_subparsers_add(set, "own",
				 &(struct plugh_parser_spec){ .usage_status = 64 }, &own),
		0);

	parse_words(WORDS("--nope"));
	assert_int_equal(plugh_outcome_status(outcome), 125);
	parse_words(WORDS("run", "-h"));
	assert_int_equal(plugh_outcome_status(outcome), 0);
	assert_int_equal(
		plugh_parser_add_argument(
			below, &(struct plugh_argument_spec){ .names = PLUGH_NAMES("file") }, NULL),
		0);
	parse_words(WORDS("run"));
	assert_int_equal(plugh_outcome_status(outcome), 125);
	assert_int_equal(
		plugh_parser_add_argument(
			own, &(struct plugh_argument_spec){ .names = PLUGH_NAMES("file") }, NULL),
		0);
	parse_words(WORDS("own"));
	assert_int_equal(plugh_outcome_status(outcome), 64);
}

static void the_chosen_subparsers_are_told(void **state)
{
	struct plugh_subparsers *outer = NULL;
	struct plugh_subparsers *inner = NULL;
	struct plugh_parser *remote = NULL;
	struct plugh_parser *added = NULL;
	int tag = 0;

	(void)state;
	assert_int_equal(plugh_parser_add_subparsers(parser, NULL, &outer), 0);
	assert_int_equal(
		plugh_subparsers_add(outer, "remote",
			&(struct plugh_parser_spec){ .aliases = PLUGH_NAMES("r") }, &remote),
		0);
	assert_int_equal(plugh_parser_add_subparsers(remote, NULL, &inner), 0);
	assert_int_equal(plugh_subparsers_add(
				 inner, "add", &(struct plugh_parser_spec){ .tag = &tag }, &added),
		0);

	parse_words(WORDS("r", "add"));

	assert_ptr_equal(plugh_outcome_chosen(outcome, outer), remote);
	assert_ptr_equal(plugh_outcome_chosen(outcome, inner), added);
	assert_ptr_equal(plugh_outcome_parser(outcome), added);
	assert_ptr_equal(plugh_parser_tag(added), &tag);
	assert_null(plugh_parser_tag(remote));
	assert_string_equal(plugh_parser_prog(added), "PROG remote add");
	assert_ptr_equal(plugh_subparsers_find(outer, "r"), remote);
	assert_null(plugh_subparsers_find(outer, "rem"));

	parse_words(WORDS("remote"));
	assert_ptr_equal(plugh_outcome_chosen(outcome, outer), remote);
	assert_null(plugh_outcome_chosen(outcome, inner));

	parse_nothing();
	assert_ptr_equal(plugh_outcome_parser(outcome), parser);
	assert_null(plugh_outcome_chosen(outcome, outer));

	parse_words(WORDS("remote", "add", "-h"));
	assert_ptr_equal(plugh_outcome_parser(outcome), added);
}

static void what_the_command_line_reached_is_told(void **state)
{
	int tag = 0;
	struct plugh_argument *total = NULL;
	struct plugh_argument *file = NULL;

	(void)state;
	total = add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("--total"), .action = PLUGH_ACTION_STORE_TRUE, .tag = &tag });
	file = add((struct plugh_argument_spec){ .names = PLUGH_NAMES("file"), .nargs = "?" });
	assert_ptr_equal(plugh_argument_tag(total), &tag);
	assert_string_equal(plugh_argument_dest(total), "total");

	parse_words(WORDS("--tot"));
	assert_true(plugh_outcome_has(outcome, total));
	assert_true(plugh_outcome_has_dest(outcome, "total"));
	assert_false(plugh_outcome_has(outcome, file));
	assert_false(plugh_outcome_has_dest(outcome, "file"));

	parse_words(WORDS("x"));
	assert_false(plugh_outcome_has(outcome, total));
	assert_true(plugh_outcome_has(outcome, file));
}

static void words_are_copied(void **state)
{
	char word[] = "abc";

	(void)state;
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("w") });
	parse_words((char *[]){ word }, 1);
	memset(word, 'x', sizeof word - 1);

	assert_text(get("w"), "abc");
}

static void bytes_that_are_no_text_pass_through(void **state)
{
	(void)state;
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("w") });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("--n"), .type = &plugh_type_int });

	parse_words(WORDS("\xff\xc3(\xed\xa0\x80"));
	assert_text(get("w"), "\xff\xc3(\xed\xa0\x80");
	parse_words(WORDS("w", "--n", "\xff\xc3(\xed\xa0\x80\xf4\x90\x80\x80"));
	assert_string_equal(plugh_outcome_message(outcome),
		"argument --n: invalid int value: "
		"'\\udcff\\udcc3(\\udced\\udca0\\udc80\\udcf4\\udc90\\udc80\\udc80'");
}

static void presets_stand_before_defaults(void **state)
{
	const struct plugh_preset presets[] = {
		{ "a", PLUGH_TEXT_VALUE("given") },
		{ "new", PLUGH_LIST_VALUE(PLUGH_INT(1), PLUGH_FLOAT(2.5)) },
		{ NULL, NULL },
	};

	(void)state;
	add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("--a"), .default_ = PLUGH_INT_VALUE(1) });
	add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("--b"), .default_ = PLUGH_BOOL_VALUE(true) });

	assert_int_equal(
		plugh_parser_parse_as(parser, PLUGH_PARSE_ARGS, 0, NULL, presets, &outcome), 0);

	assert_text(get("a"), "given");
	assert_true(get("b")->as.boolean);
	assert_int_equal(get("new")->as.list.count, 2);
}

static void what_is_not_known_becomes_extras(void **state)
{
	(void)state;
	add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("-v"), .action = PLUGH_ACTION_COUNT });

	assert_int_equal(plugh_parser_parse_as(parser, PLUGH_PARSE_KNOWN, 4,
				 (char *[]){ "-v", "--nope", "-vv", "x" }, NULL, &outcome),
		0);

	assert_int_equal(plugh_outcome_kind(outcome), PLUGH_OUTCOME_PARSED);
	assert_int_equal(get("v")->as.integer, 3);
	const struct plugh_value *extras = plugh_outcome_extras(outcome);
	assert_int_equal(extras->as.list.count, 2);
	assert_text(&extras->as.list.item[0], "--nope");
	assert_text(&extras->as.list.item[1], "x");
	assert_string_equal(plugh_outcome_hint(outcome), "");
}

static void a_mode_that_does_not_fit_is_refused(void **state)
{
	(void)state;
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("rest"), .nargs = "..." });

	assert_int_equal(
		plugh_parser_parse_as(parser, PLUGH_PARSE_INTERMIXED, 0, NULL, NULL, &outcome), 0);

	assert_int_equal(plugh_outcome_kind(outcome), PLUGH_OUTCOME_REFUSED);
	assert_string_equal(plugh_outcome_message(outcome),
		"parse_intermixed_args: positional arg with nargs=...");
}

static void an_outcome_is_printed_when_asked(void **state)
{
	char *out_text = NULL;
	char *err_text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&out_text, &size);
	FILE *err = open_memstream(&err_text, &size);

	(void)state;
	parse_words(WORDS("-h"));
	assert_int_equal(plugh_outcome_print(outcome, out, err), 0);
	parse_words(WORDS("x"));
	assert_int_equal(plugh_outcome_print(outcome, out, err), 2);
	fclose(out);
	fclose(err);

	assert_string_equal(out_text,
		"usage: PROG [-h]\n\noptions:\n  -h, --help  show this help message and exit\n");
	assert_string_equal(err_text, "usage: PROG [-h]\nPROG: error: unrecognized arguments: x\n");
	free(out_text);
	free(err_text);

	FILE *full = fopen("/dev/full", "w");
	assert_non_null(full);
	parse_words(WORDS("-h"));
	assert_int_equal(plugh_outcome_print(outcome, full, stderr), -EIO);
	fclose(full);
}

/* Python's append makes a new list each time: to keep them all would take gigabytes here. */
static void ten_thousands_of_words_take_their_share_of_memory(void **state)
{
	const size_t count = 40000;
	char **word = calloc(2 * count, sizeof *word);

	(void)state;
	assert_non_null(word);
	add((struct plugh_argument_spec){
		.names = PLUGH_NAMES("-a"), .action = PLUGH_ACTION_APPEND, .nargs = "?" });
	for (size_t i = 0; i < count; i++) {
		word[2 * i] = "-a";
		word[2 * i + 1] = "x";
	}

	assert_int_equal(parse_words(word, 2 * count), PLUGH_OUTCOME_PARSED);

	assert_int_equal(get("a")->as.list.count, count);
	assert_text(&get("a")->as.list.item[count - 1], "x");
	free(word);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(values_of_every_kind_are_found_by_name),
		FIXTURE_TEST(the_namespace_is_walked_in_the_order_of_declaration),
		FIXTURE_TEST(an_error_is_a_status_and_a_text),
		FIXTURE_TEST(help_goes_to_standard_output_with_status_zero),
		FIXTURE_TEST(without_exit_an_error_is_a_message),
		FIXTURE_TEST(usage_errors_have_the_status_that_the_parser_wants),
		FIXTURE_TEST(the_chosen_subparsers_are_told),
		FIXTURE_TEST(what_the_command_line_reached_is_told),
		FIXTURE_TEST(words_are_copied),
		FIXTURE_TEST(bytes_that_are_no_text_pass_through),
		FIXTURE_TEST(presets_stand_before_defaults),
		FIXTURE_TEST(what_is_not_known_becomes_extras),
		FIXTURE_TEST(a_mode_that_does_not_fit_is_refused),
		FIXTURE_TEST(an_outcome_is_printed_when_asked),
		FIXTURE_TEST(ten_thousands_of_words_take_their_share_of_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
