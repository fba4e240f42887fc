/* What one run may do: needs against policies, and the paths of the command line.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "config_fixture.h"
#include "grant.h"
#include "manifest.h"
#include "plugh_test.h"

struct tool_args {
	bool exec, trace;
	const char *out;
	plugh_paths file;
};

static int tool_run(const struct plugh_host *host, const struct tool_args *args)
{
	(void)host;
	return args->exec;
}

/* clang-format off */
PLUGH_PLUGIN(tool, struct tool_args, tool_run, PLUGH_ABOUT("a tool", .needs = PLUGH_NET),
	PLUGH_OPT(exec, "-e", "run others", .needs = PLUGH_EXEC),
	PLUGH_OPT(trace, "-t", "trace others", .needs = PLUGH_PTRACE),
	PLUGH_OPT(out, "-o", "where to", .access = PLUGH_WRITE),
	PLUGH_OPT(file, "file", "what", .nargs = "*", .access = PLUGH_READ));
/* clang-format on */

struct asked {
	struct manifest *manifest;
	struct command_line *line;
	struct grant grant;
	struct reason why;
	int r;
};

/* Ask for a grant of a command line of up to four words. */
static void ask(
	struct asked *asked, const struct config *config, const char *const word[4], bool bundled)
{
	const struct plugh_outcome *outcome;
	char *copy[4];
	size_t count = 0;

	*asked = (struct asked){ .r = 0 };
	assert_int_equal(manifest_of_linked(&plugh_plugin_tool, &asked->manifest, &asked->why), 0);
	assert_int_equal(
		command_line_create(&(struct command_line_spec){ .manifest = asked->manifest },
			&asked->line, &asked->why),
		0);
	for (; count < 4 && word[count] != NULL; count++)
		copy[count] = (char *)word[count];
	assert_int_equal(command_line_parse(asked->line, count, copy, &outcome), 0);
	assert_int_equal(plugh_outcome_kind(outcome), PLUGH_OUTCOME_PARSED);
	asked->r = grant_init(&asked->grant, asked->line, config, "tool", bundled, &asked->why);
}

static void asked_release(struct asked *asked)
{
	grant_release(&asked->grant);
	grant_release(&asked->grant);
	command_line_destroy(asked->line);
	manifest_destroy(asked->manifest);
}

static void needs_are_granted_or_refused_with_the_line(void **state)
{
	static const struct {
		const char *ini;
		const char *word[4];
		bool bundled;
		uint32_t needs;
		const char *refusal; /* "": granted */
	} row[] = {
		{ "", { NULL }, false, PLUGH_NET, "" },
		{ "", { "-e", NULL }, true, PLUGH_NET | PLUGH_EXEC, "" },
		{ "", { "-e", NULL }, false, 0,
			"needs 'exec', which ends confinement: put 'allow = exec' under "
			"[policy:tool] into an ini file" },
		{ "", { "-t", NULL }, false, 0,
			"needs 'ptrace', which ends confinement: put 'allow = ptrace' under "
			"[policy:tool] into an ini file" },
		{ "[policy:tool]\nallow = exec\n", { "-e", NULL }, false, PLUGH_NET | PLUGH_EXEC,
			"" },
		{ "[policy:tool]\nallow = exec\n", { "-t", NULL }, false, 0,
			"needs 'ptrace', which ends confinement: put 'allow = ptrace' under "
			"[policy:tool] into an ini file" },
		{ "[policy:other]\nallow = exec\n", { "-e", NULL }, false, 0,
			"needs 'exec', which ends confinement: put 'allow = exec' under "
			"[policy:tool] into an ini file" },
		{ "[policy:tool]\ndeny = net\n", { NULL }, true, 0,
			"needs 'net', which is denied by user.ini:2: remove it from 'deny' of "
			"[policy:tool] there" },
		{ "[policy:tool]\ndeny = exec\nallow = exec\n", { "-e", NULL }, true, 0,
			"needs 'exec', which is denied by user.ini:2: remove it from 'deny' of "
			"[policy:tool] there" },
		{ "[policy:tool]\ndeny = exec write\n", { NULL }, true, PLUGH_NET, "" },
		{ "[policy:tool]\ndeny = write\n", { "-o", "x", NULL }, true, 0,
			"needs 'write', which is denied by user.ini:2: remove it from 'deny' of "
			"[policy:tool] there" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct config *config = fixture_load_user(row[i].ini);
		struct asked asked;
		ask(&asked, config, row[i].word, row[i].bundled);
		assert_string_equal(asked.why.text, row[i].refusal);
		assert_int_equal(asked.r, row[i].refusal[0] != '\0' ? -EPERM : 0);
		if (asked.r == 0)
			assert_int_equal(asked.grant.needs, row[i].needs);
		asked_release(&asked);
		config_destroy(config);
	}
}

static void paths_are_those_that_the_words_name(void **state)
{
	struct config *config = fixture_load_user("");
	struct asked asked;
	(void)state;

	ask(&asked, config, (const char *const[]){ "a", "-o", "b", NULL }, false);

	assert_int_equal(asked.r, 0);
	assert_int_equal(asked.grant.count, 2);
	assert_string_equal(asked.grant.path[0].path, "b");
	assert_int_equal(asked.grant.path[0].access, PLUGH_WRITE);
	assert_string_equal(asked.grant.path[1].path, "a");
	assert_int_equal(asked.grant.path[1].access, PLUGH_READ);
	asked_release(&asked);
	config_destroy(config);
}

static void needs_have_words(void **state)
{
	static const struct {
		uint32_t needs;
		const char *text;
	} row[] = {
		{ 0, "nothing" },
		{ PLUGH_READ, "read" },
		{ PLUGH_READ | PLUGH_PTRACE, "read ptrace" },
		{ 0x1f, "read write net exec ptrace" },
		{ 1u << 20, "nothing" },
	};
	char buffer[64], tiny[6];
	(void)state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		assert_string_equal(
			grant_needs_text(row[i].needs, buffer, sizeof buffer), row[i].text);
	assert_string_equal(grant_needs_text(0x1f, tiny, sizeof tiny), "read ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(needs_are_granted_or_refused_with_the_line),
		FIXTURE_TEST(paths_are_those_that_the_words_name),
		cmocka_unit_test(needs_have_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
