/* A manifest as a parser: words become the arguments struct, paths and needs; the configuration
 * gives defaults; what no parser can be made of is refused.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command_line.h"
#include "config_fixture.h"
#include "failing_alloc.h"
#include "manifest.h"
#include "plugh_test.h"

struct get_args {
	bool force;
	int verbosity;
	unsigned level;
	plugh_size limit;
	plugh_duration wait;
	const char *mode;
	const char *out;
	plugh_texts header;
	plugh_ints width;
	plugh_paths file;
};

struct serve_args {
	plugh_port port;
	const char *exec;
};

static int get_run(const struct plugh_host *host, const struct get_args *args)
{
	(void)host;
	return args->force;
}

static int serve_run(const struct plugh_host *host, const struct serve_args *args)
{
	(void)host;
	return args->port.number;
}

/* clang-format off */
PLUGH_COMMAND(get, struct get_args, get_run, PLUGH_ABOUT("get files"),
	PLUGH_OPT(force, "-f --force", "overwrite", .needs = PLUGH_PTRACE),
	PLUGH_OPT(verbosity, "--loud", "louder", .action = "count"),
	PLUGH_OPT(level, "--level", "how hard", .choices = "low high", .default_ = "low"),
	PLUGH_OPT(limit, "--limit", "bytes", .default_ = "1M"),
	PLUGH_OPT(wait, "--wait", "how long"),
	PLUGH_SET(mode, "--fast", "fast", .const_ = "fast"),
	PLUGH_SET(mode, "--safely", "slow", .const_ = "safe"),
	PLUGH_OPT(out, "-o --out", "where to", .access = PLUGH_WRITE),
	PLUGH_OPT(header, "--header", "a line", .action = "append"),
	PLUGH_OPT(width, "--width", "numbers", .nargs = "2", .default_ = "80 24"),
	PLUGH_OPT(file, "file", "what", .nargs = "*", .access = PLUGH_READ));

PLUGH_COMMAND(serve, struct serve_args, serve_run,
	PLUGH_ABOUT("serve", .needs = PLUGH_NET, .usage_status = 125),
	PLUGH_OPT(port, "-p --port", "where", .default_ = "80"),
	PLUGH_OPT(exec, "-e --exec", "what to run", .needs = PLUGH_EXEC));

PLUGH_PLUGIN_OF(tool, PLUGH_ABOUT("get and serve", .version = "1.0.0", .needs = PLUGH_READ),
	get, serve);
/* clang-format on */

static struct manifest *manifest;

static int set_up(void **state)
{
	struct reason why = { "" };
	(void)state;

	return manifest_of_linked(&plugh_plugin_tool, &manifest, &why);
}

static int tear_down(void **state)
{
	(void)state;
	manifest_destroy(manifest);
	manifest = NULL;
	return 0;
}

enum { MOST_WORDS = 24 };

/* Parse words that NULL ends. */
static struct command_line *parse(const struct config *config, const char *const *word,
	const struct plugh_outcome **ret_outcome)
{
	struct command_line *line = NULL;
	struct reason why = { "" };
	char *copy[MOST_WORDS];
	size_t count = 0;

	assert_int_equal(command_line_create(
				 &(struct command_line_spec){
					 .manifest = manifest,
					 .config = config,
				 },
				 &line, &why),
		0);
	for (; word[count] != NULL; count++)
		copy[count] = (char *)word[count];
	assert_int_equal(command_line_parse(line, count, copy, ret_outcome), 0);
	return line;
}

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static struct command_line *parse_good(
	const struct config *config, const char *const *word, const void **ret_args)
{
	const struct plugh_outcome *outcome;
	struct command_line *line = parse(config, word, &outcome);

	assert_int_equal(plugh_outcome_kind(outcome), PLUGH_OUTCOME_PARSED);
	assert_int_equal(command_line_args(line, ret_args), 0);
	return line;
}

static void words_fill_the_struct(void **state)
{
	const struct get_args *args;
	(void)state;

	struct command_line *line = parse_good(NULL,
		WORDS("get", "-f", "--loud", "--loud", "--level=high", "--limit", "64k", "--wait",
			"1m30s", "--fast", "--safely", "--header", "a", "--header", "b", "--width",
			"10", "-3", "x", "y"),
		(const void **)&args);

	assert_true(args->force);
	assert_int_equal(args->verbosity, 2);
	assert_int_equal(args->level, 1);
	assert_int_equal(args->limit.bytes, 65536);
	assert_true(args->wait.ns == INT64_C(90000000000));
	assert_string_equal(args->mode, "safe"); /* the last one */
	assert_null(args->out);
	assert_int_equal(args->header.count, 2);
	assert_string_equal(args->header.item[1], "b");
	assert_int_equal(args->width.count, 2);
	assert_true(args->width.item[0] == 10 && args->width.item[1] == -3);
	assert_int_equal(args->file.count, 2);
	assert_string_equal(args->file.item[0], "x");
	assert_string_equal(command_line_command(line)->head->names, "get");
	assert_string_equal(command_line_prog(line), "plugh tool get");
	command_line_destroy(line);
}

static void what_is_not_given_has_its_default_or_is_zero(void **state)
{
	const struct get_args *args;
	(void)state;

	struct command_line *line = parse_good(NULL, WORDS("get"), (const void **)&args);

	assert_false(args->force);
	assert_int_equal(args->verbosity, 0);
	assert_int_equal(args->level, 0);
	assert_int_equal(args->limit.bytes, 1 << 20);
	assert_true(args->wait.ns == 0);
	assert_null(args->mode);
	assert_int_equal(args->header.count, 0);
	assert_true(args->width.count == 2 && args->width.item[0] == 80);
	assert_int_equal(args->file.count, 0);
	command_line_destroy(line);
}

static void usage_errors_have_words_and_a_status(void **state)
{
	static const struct {
		const char *word[4];
		int status;
		const char *end; /* of standard error */
	} row[] = {
		{ { NULL }, 2,
			"plugh tool: error: the following arguments are required: {get,serve}\n" },
		{ { "gte", NULL }, 2, NULL },
		{ { "get", "--limit", "12Q", NULL }, 2,
			"plugh tool get: error: argument --limit: invalid size value: '12Q' (a "
			"number with K, M, G or T)\n" },
		{ { "get", "--level=mid", NULL }, 2,
			"plugh tool get: error: argument --level: invalid choice: 'mid' (choose "
			"from 'low', 'high')\n" },
		{ { "serve", "--port", "x", NULL }, 125,
			"plugh tool serve: error: argument -p/--port: invalid port value: 'x' (a "
			"number from 0 to 65535)\n" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		const struct plugh_outcome *outcome;
		struct command_line *line = parse(NULL, row[i].word, &outcome);
		const char *err = plugh_outcome_err(outcome, NULL);
		assert_int_equal(plugh_outcome_status(outcome), row[i].status);
		if (row[i].end != NULL) {
			const char *at = strstr(err, ": error: ");
			assert_non_null(at);
			while (at > err && at[-1] != '\n')
				at--;
			assert_string_equal(at, row[i].end);
		}
		command_line_destroy(line);
	}
}

static void paths_are_those_of_this_command_line(void **state)
{
	static const struct {
		const char *path;
		uint32_t access;
	} expected[] = { { "out", PLUGH_WRITE }, { "a", PLUGH_READ }, { "b", PLUGH_READ } };
	const void *args;
	struct command_line_cursor cursor = { 0 };
	uint32_t access;
	(void)state;

	struct command_line *line = parse_good(NULL, WORDS("get", "a", "b", "-o", "out"), &args);

	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(command_line_path(line, &cursor, &access), expected[i].path);
		assert_int_equal(access, expected[i].access);
	}
	assert_null(command_line_path(line, &cursor, &access));
	assert_null(command_line_path(line, &cursor, &access));
	command_line_destroy(line);
}

static void needs_are_those_of_this_command_line(void **state)
{
	static const struct {
		const char *word[4];
		uint32_t needs;
	} row[] = {
		{ { "get", NULL }, PLUGH_READ },
		{ { "get", "-f", NULL }, PLUGH_READ | PLUGH_PTRACE },
		{ { "get", "-o", "x", NULL }, PLUGH_READ | PLUGH_WRITE },
		{ { "get", "x", NULL }, PLUGH_READ },
		{ { "serve", NULL }, PLUGH_READ | PLUGH_NET },
		{ { "serve", "-e", "ls", NULL }, PLUGH_READ | PLUGH_NET | PLUGH_EXEC },
	};
	(void)state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		const void *args;
		struct command_line *line = parse_good(NULL, row[i].word, &args);
		assert_int_equal(command_line_needs(line), row[i].needs);
		command_line_destroy(line);
	}
}

static void the_configuration_gives_defaults(void **state)
{
	struct config *config = fixture_load_user("[plugin:tool get]\n"
						  "limit = 2M\n"
						  "force = yes\n"
						  "level = high\n"
						  "width =\n\t1\n\t2\n"
						  "header =\n\tone\n\ttwo words\n"
						  "[plugin:tool serve]\n"
						  "port = 8080\n");
	const struct get_args *args;
	const struct serve_args *serve;
	(void)state;

	struct command_line *line = parse_good(config, WORDS("get"), (const void **)&args);
	assert_int_equal(args->limit.bytes, 2 << 20);
	assert_true(args->force);
	assert_int_equal(args->level, 1);
	assert_true(args->width.count == 2 && args->width.item[1] == 2);
	assert_int_equal(args->header.count, 2);
	assert_string_equal(args->header.item[1], "two words");
	command_line_destroy(line);

	/* The command line replaces, appended ones too. */
	line = parse_good(
		config, WORDS("get", "--limit=1k", "--header", "x"), (const void **)&args);
	assert_int_equal(args->limit.bytes, 1024);
	assert_int_equal(args->header.count, 1);
	assert_string_equal(args->header.item[0], "x");
	command_line_destroy(line);

	line = parse_good(config, WORDS("serve"), (const void **)&serve);
	assert_int_equal(serve->port.number, 8080);
	command_line_destroy(line);
	config_destroy(config);
}

static void values_of_ini_files_are_checked(void **state)
{
	static const char *const item[] = { "1", "two" };
	static const struct config_value good = { .text = "1k", .item = item, .count = 1 },
					 bad = { .text = "1 two", .item = item, .count = 2 };
	const struct plugh_outcome *outcome;
	char error[128] = "";
	(void)state;

	struct command_line *line = parse(NULL, WORDS("get"), &outcome);

	assert_int_equal(command_line_check(line, "get", "limit", &good, error, sizeof error), 0);
	assert_int_equal(command_line_check(line, "get", "width", &good, error, sizeof error), 0);
	assert_int_equal(
		command_line_check(line, "get", "width", &bad, error, sizeof error), -EINVAL);
	assert_string_equal(error, "invalid int value: 'two'");
	assert_int_equal(
		command_line_check(line, "get", "limit", &bad, error, sizeof error), -EINVAL);
	assert_int_equal(
		command_line_check(line, "serve", "limit", &good, error, sizeof error), -EINVAL);
	assert_int_equal(
		command_line_check(line, NULL, "limit", &good, error, sizeof error), -EINVAL);
	assert_int_equal(
		command_line_check(line, "get", "file", &good, error, sizeof error), -EINVAL);
	command_line_destroy(line);
}

static void help_and_usage_of_each_command(void **state)
{
	static const char *const sub[] = { NULL, "get", "serve" };
	static const char *const begin[] = { "usage: plugh tool [-h]", "usage: plugh tool get [-h]",
		"usage: plugh tool serve [-h]" };
	const struct plugh_outcome *outcome;
	char *text = NULL;
	(void)state;

	struct command_line *line = parse(NULL, WORDS("get"), &outcome);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(command_line_help(line, sub[i], &text), 0);
		assert_memory_equal(text, begin[i], strlen(begin[i]));
		free(text);
		assert_int_equal(command_line_usage(line, sub[i], &text), 0);
		assert_memory_equal(text, begin[i], strlen(begin[i]));
		free(text);
	}
	assert_int_equal(command_line_help(line, "put", &text), -ENOENT);
	command_line_destroy(line);
}

static int do_all(void)
{
	struct command_line *line = NULL;
	const struct plugh_outcome *outcome;
	struct reason why = { "" };
	const void *args;
	char *words[] = { (char *)"get", (char *)"--width", (char *)"1", (char *)"2", (char *)"x" };

	int r = command_line_create(
		&(struct command_line_spec){ .manifest = manifest }, &line, &why);
	if (r == 0)
		r = command_line_parse(line, 5, words, &outcome);
	if (r == 0)
		r = command_line_args(line, &args);
	command_line_destroy(line);
	return r;
}

static void lost_memory_is_an_error_each_time(void **state)
{
	(void)state;

	for (size_t n = 0;; n++) {
		failing_alloc_start(n);
		int r = do_all();
		if (!failing_alloc_stop()) {
			assert_int_equal(r, 0);
			assert_in_range(n, 10, 100000);
			break;
		}
		assert_int_equal(r, -ENOMEM);
	}
}

#define LINE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static int set_up_both(void **state)
{
	return set_up(state) || fixture_make(state);
}

static int tear_down_both(void **state)
{
	return tear_down(state) || fixture_remove(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINE_TEST(words_fill_the_struct),
		LINE_TEST(what_is_not_given_has_its_default_or_is_zero),
		LINE_TEST(usage_errors_have_words_and_a_status),
		LINE_TEST(paths_are_those_of_this_command_line),
		LINE_TEST(needs_are_those_of_this_command_line),
		cmocka_unit_test_setup_teardown(
			the_configuration_gives_defaults, set_up_both, tear_down_both),
		LINE_TEST(values_of_ini_files_are_checked),
		LINE_TEST(help_and_usage_of_each_command),
		LINE_TEST(lost_memory_is_an_error_each_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
