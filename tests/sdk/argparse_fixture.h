/* SPDX-License-Identifier: MIT */
/* A parser "PROG" and an outcome for each test of the parser's interface; what a test asks of them.
 */
#ifndef PLUGH_TESTS_ARGPARSE_FIXTURE_H
#define PLUGH_TESTS_ARGPARSE_FIXTURE_H

#include "plugh_test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <plugh/argparse.h>

/* An array of words and their number: two arguments of a call. */
#define WORDS(...) ((char *[]){ __VA_ARGS__ }), sizeof((char *[]){ __VA_ARGS__ }) / sizeof(char *)

#define FIXTURE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

extern struct plugh_parser *parser;
extern struct plugh_outcome *outcome;

int fixture_set_up(void **state);
int fixture_tear_down(void **state);

/* Declare an argument, which must be accepted. */
struct plugh_argument *add(struct plugh_argument_spec spec);

/* Parse words into outcome. */
enum plugh_outcome_kind parse_words(char *const *word, size_t count);
enum plugh_outcome_kind parse_nothing(void);

/* What the outcome has under a name, which must be there. */
const struct plugh_value *get(const char *dest);

void assert_text(const struct plugh_value *value, const char *text);

#endif
