/* SPDX-License-Identifier: MIT */
#include "argparse_fixture.h"

struct plugh_parser *parser;
struct plugh_outcome *outcome;

int fixture_set_up(void **state)
{
	(void)state;
	return plugh_parser_create(&(struct plugh_parser_spec){ .prog = "PROG" }, &parser);
}

int fixture_tear_down(void **state)
{
	(void)state;
	plugh_outcome_destroy(outcome);
	plugh_parser_destroy(parser);
	outcome = NULL;
	parser = NULL;
	return 0;
}

struct plugh_argument *add(struct plugh_argument_spec spec)
{
	struct plugh_argument *argument = NULL;

	assert_int_equal(plugh_parser_add_argument(parser, &spec, &argument), 0);
	assert_non_null(argument);
	return argument;
}

enum plugh_outcome_kind parse_words(char *const *word, size_t count)
{
	plugh_outcome_destroy(outcome);
	outcome = NULL;
	assert_int_equal(plugh_parser_parse(parser, count, word, &outcome), 0);
	return plugh_outcome_kind(outcome);
}

enum plugh_outcome_kind parse_nothing(void)
{
	return parse_words(NULL, 0);
}

const struct plugh_value *get(const char *dest)
{
	const struct plugh_value *value = plugh_namespace_find(
		plugh_outcome_namespace(outcome), dest);

	assert_non_null(value);
	return value;
}

void assert_text(const struct plugh_value *value, const char *text)
{
	assert_int_equal(value->kind, PLUGH_VALUE_TEXT);
	assert_string_equal(value->as.text.bytes, text);
	assert_int_equal(value->as.text.length, strlen(text));
}
