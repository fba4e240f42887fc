/* SPDX-License-Identifier: MIT */
/* The n-th allocation fails, for every n: -ENOMEM or a whole result, and nothing is lost (the leak
 * checkers of valgrind and asan look on). The arena is built with blocks of one byte here, so that
 * each of its allocations is one of malloc's. */
#include "argparse_fixture.h"

#include "failing_alloc.h"

/* ---- Everything that allocates while declaring ---- */

static int declare_root(struct plugh_parser **ret_parser, struct plugh_parser *parent)
{
	int r = plugh_parser_create(
		&(struct plugh_parser_spec){
			.prog = "PROG",
			.description =
				"A description of %(prog)s that is long enough for more lines.",
			.epilog = "The end.",
			.fromfile_prefix_chars = "@",
			.argument_default = PLUGH_LIST_VALUE(PLUGH_TEXT("fallback")),
			.conflict = PLUGH_CONFLICT_RESOLVE,
			.formatter = PLUGH_FORMATTER_DEFAULTS,
		},
		ret_parser);
	if (r < 0)
		return r;
	plugh_parser_set_display(*ret_parser,
		&(struct plugh_display){ .columns = 40, .suggest = true, .color_out = true });
	return parent ? plugh_parser_add_parent(*ret_parser, parent) : 0;
}

static int declare_size(struct plugh_parser *made)
{
	struct plugh_argument *size = NULL;

	int r = plugh_parser_add_argument(made,
		&(struct plugh_argument_spec){ .names = PLUGH_NAMES("-s", "--size"),
			.type = &plugh_type_int,
			.default_ = PLUGH_TEXT_VALUE("10"),
			.help = "a size, %(default)s by default" },
		&size);
	return r < 0 ? r : plugh_argument_set_external(size, PLUGH_NAMES("2.5"), 1, "a.ini:1");
}

static int declare_arguments(
	struct plugh_group *root, struct plugh_group *group, struct plugh_group *exclusive)
{
	const struct {
		struct plugh_group *container;
		struct plugh_argument_spec spec;
	} rows[] = {
		{ root, { .names = PLUGH_NAMES("--size"),
				.dest = "sizes",
				.nargs = "2",
				.metavars = PLUGH_NAMES("W", "H"),
				.action = PLUGH_ACTION_APPEND,
				.type = &plugh_type_float } },
		{ group, { .names = PLUGH_NAMES("--level"),
				 .choices = PLUGH_LIST_VALUE(
					 PLUGH_TEXT("debug"), PLUGH_TEXT("info")) } },
		{ exclusive, { .names = PLUGH_NAMES("--foo"),
				     .action = PLUGH_ACTION_BOOLEAN_OPTIONAL } },
		{ exclusive, { .names = PLUGH_NAMES("-x"), .action = PLUGH_ACTION_EXTEND } },
		{ root, { .names = PLUGH_NAMES("--json"),
				.action = PLUGH_ACTION_COUNT,
				.default_ = PLUGH_INT_VALUE(0),
				.flags = PLUGH_ARGUMENT_EXACT } },
		{ root, { .names = PLUGH_NAMES("first") } },
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof rows / sizeof *rows; i++)
		r = plugh_group_add_argument(rows[i].container, &rows[i].spec, NULL);
	return r < 0 ? r
		     : plugh_group_set_default(root, "level", PLUGH_LIST_VALUE(PLUGH_TEXT("none")));
}

static int declare_groups(struct plugh_parser *made)
{
	struct plugh_group *root = plugh_parser_group(made);
	struct plugh_group *group = NULL;
	struct plugh_group *exclusive = NULL;

	int r = plugh_group_add_group(root,
		&(struct plugh_group_spec){ .title = "group", .description = "of its own" },
		&group);
	if (r == 0)
		r = plugh_group_add_exclusive(group, false, &exclusive);
	return r < 0 ? r : declare_arguments(root, group, exclusive);
}

static int declare_subparsers(struct plugh_parser *made)
{
	static const char *const dash_n[] = { "-n", NULL };
	static const struct plugh_argument_spec specs[] = {
		{ .names = dash_n, .type = &plugh_type_int },
		{ .dest = "a", .nargs = "*" },
		{ .dest = "b", .nargs = "*" },
		{ .dest = "c", .nargs = "2" },
	};
	struct plugh_subparsers *set = NULL;
	struct plugh_parser *below = NULL;

	int r = plugh_parser_add_subparsers(
		made, &(struct plugh_subparsers_spec){ .title = "commands", .dest = "cmd" }, &set);
	if (r == 0)
		r = plugh_subparsers_add(set, "run",
			&(struct plugh_parser_spec){
				.help = "run it", .aliases = PLUGH_NAMES("r", "go") },
			&below);
	for (size_t i = 0; r == 0 && i < sizeof specs / sizeof *specs; i++)
		r = plugh_parser_add_argument(below, &specs[i], NULL);
	return r;
}

static int declare(struct plugh_parser **ret_parser, struct plugh_parser *parent)
{
	int r = declare_root(ret_parser, parent);

	if (r == 0)
		r = declare_size(*ret_parser);
	if (r == 0)
		r = declare_groups(*ret_parser);
	return r < 0 ? r : declare_subparsers(*ret_parser);
}

static struct plugh_parser *declare_parent(void)
{
	struct plugh_parser *parent = NULL;

	assert_int_equal(plugh_parser_create(&(struct plugh_parser_spec){ .prog = "PARENT",
						     .flags = PLUGH_PARSER_NO_HELP },
				 &parent),
		0);
	assert_int_equal(
		plugh_parser_add_argument(parent,
			&(struct plugh_argument_spec){ .names = PLUGH_NAMES("--lent") }, NULL),
		0);
	assert_int_equal(
		plugh_group_set_default(plugh_parser_group(parent), "more", PLUGH_INT_VALUE(1)), 0);
	return parent;
}

static void every_allocation_of_declaring_may_fail(void **state)
{
	size_t n = 0;

	(void)state;
	for (;; n++) {
		struct plugh_parser *made = NULL;
		struct plugh_parser *parent = declare_parent();

		failing_alloc_start(n);
		int r = declare(&made, parent);
		bool has_failed = failing_alloc_stop();
		plugh_parser_destroy(made);
		plugh_parser_destroy(parent);
		if (!has_failed) {
			assert_int_equal(r, 0);
			break;
		}
		assert_int_equal(r, -ENOMEM);
	}
	assert_true(n > 10);
}

static void every_allocation_of_parsing_may_fail(void **state)
{
	static const struct {
		char *word[10];
		size_t count;
		enum plugh_parse_mode mode;
		enum plugh_outcome_kind kind;
	} cases[] = {
		{ { "--size", "1", "2", "--level", "info", "--json", "f", "run", "-n", "5" }, 10,
			PLUGH_PARSE_KNOWN, PLUGH_OUTCOME_EXIT },
		{ { "-s1", "-xabc", "f", "go", "1", "2", "3", "4", "--nope" }, 9, PLUGH_PARSE_KNOWN,
			PLUGH_OUTCOME_PARSED },
		{ { "-s1", "--size", "1", "x", "f", "run" }, 6, PLUGH_PARSE_ARGS,
			PLUGH_OUTCOME_EXIT },
		{ { "--level", "debg" }, 2, PLUGH_PARSE_ARGS, PLUGH_OUTCOME_EXIT },
		{ { "--foo", "-xa", "f" }, 3, PLUGH_PARSE_ARGS, PLUGH_OUTCOME_EXIT },
		{ { "-s1", "f", "run", "1", "2", "--naem" }, 6, PLUGH_PARSE_ARGS,
			PLUGH_OUTCOME_EXIT },
		{ { "-h" }, 1, PLUGH_PARSE_ARGS, PLUGH_OUTCOME_EXIT },
		{ { "f", "r", "--help" }, 3, PLUGH_PARSE_ARGS, PLUGH_OUTCOME_EXIT },
		{ { "@/nonexistent" }, 1, PLUGH_PARSE_ARGS, PLUGH_OUTCOME_EXIT },
		{ { "--l", "x" }, 2, PLUGH_PARSE_ARGS, PLUGH_OUTCOME_EXIT },
		{ { "f" }, 1, PLUGH_PARSE_INTERMIXED, PLUGH_OUTCOME_REFUSED },
	};
	const struct plugh_preset presets[] = { { "preset", PLUGH_LIST_VALUE(PLUGH_TEXT("x")) },
		{ NULL, NULL } };
	struct plugh_parser *parent = declare_parent();

	(void)state;
	fixture_tear_down(NULL);
	assert_int_equal(declare(&parser, parent), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t n = 0;
		for (;; n++) {
			outcome = NULL;
			failing_alloc_start(n);
			int r = plugh_parser_parse_as(parser, cases[i].mode, cases[i].count,
				cases[i].word, presets, &outcome);
			if (!failing_alloc_stop()) {
				assert_int_equal(r, 0);
				assert_int_equal(plugh_outcome_kind(outcome), cases[i].kind);
				break;
			}
			/* A hint that there is no memory for is left out. */
			assert_true(
				r == -ENOMEM || (r == 0 && *plugh_outcome_hint(outcome) == '\0'));
			plugh_outcome_destroy(outcome);
		}
		plugh_outcome_destroy(outcome);
		outcome = NULL;
		assert_true(n > 5);
	}
	fixture_tear_down(NULL);
	plugh_parser_destroy(parent);
}

static void every_allocation_of_intermixed_parsing_may_fail(void **state)
{
	char *words[] = { "1", "--a", "x", "2", "--b=5" };

	(void)state;
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("--a") });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("--b"), .type = &plugh_type_int });
	add((struct plugh_argument_spec){ .names = PLUGH_NAMES("file"), .nargs = "+" });
	for (size_t n = 0;; n++) {
		failing_alloc_start(n);
		int r = plugh_parser_parse_as(
			parser, PLUGH_PARSE_INTERMIXED, 5, words, NULL, &outcome);
		if (!failing_alloc_stop())
			break;
		assert_int_equal(r, -ENOMEM);
		assert_null(outcome);
	}
	assert_int_equal(plugh_outcome_kind(outcome), PLUGH_OUTCOME_PARSED);
	assert_int_equal(get("file")->as.list.count, 2);
}

static void every_allocation_of_formatting_may_fail(void **state)
{
	(void)state;
	fixture_tear_down(NULL);
	assert_int_equal(declare(&parser, NULL), 0);
	for (size_t n = 0;; n++) {
		char *text = NULL;
		failing_alloc_start(n);
		int r = plugh_parser_format_help(parser, &text);
		bool has_failed = failing_alloc_stop();
		free(text);
		if (!has_failed) {
			assert_int_equal(r, 0);
			break;
		}
		assert_int_equal(r, -ENOMEM);
		assert_null(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(every_allocation_of_declaring_may_fail),
		FIXTURE_TEST(every_allocation_of_parsing_may_fail),
		FIXTURE_TEST(every_allocation_of_intermixed_parsing_may_fail),
		FIXTURE_TEST(every_allocation_of_formatting_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
