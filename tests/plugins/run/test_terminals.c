/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <string.h>

#include "terminals.h"

static const char *const job[] = { "sh", "/tmp/with blank/job", NULL };

/* Words are joined by '|'. */
static void assert_line(const struct terminal *terminal, const char *program, const char *expected)
{
	struct terminal_line line;
	struct plugh_buf all = { 0 };

	assert_int_equal(terminal_line_init(terminal, program, "a 'b'\n#c", job, &line), 0);
	for (size_t i = 0; line.argv[i] != NULL; i++)
		plugh_buf_appendf(&all, "%s%s", i > 0 ? "|" : "", line.argv[i]);
	assert_string_equal(plugh_buf_text(&all), expected);
	plugh_buf_release(&all);
	terminal_line_release(&line);
}

static void each_is_told_in_its_own_way(void **state)
{
	static const struct {
		const char *name, *expected;
	} cases[] = {
		{ "xterm", "xterm|-T|a 'b' #c|-e|sh|/tmp/with blank/job" },
		{ "urxvt", "urxvt|-title|a 'b' #c|-e|sh|/tmp/with blank/job" },
		{ "stterm", "stterm|-T|a 'b' #c|-e|sh|/tmp/with blank/job" },
		{ "gnome-terminal", "gnome-terminal|--title=a 'b' #c|--|sh|/tmp/with blank/job" },
		{ "konsole", "konsole|-p|tabtitle=a 'b' #c|-e|sh|/tmp/with blank/job" },
		{ "kitty", "kitty|--title|a 'b' #c|sh|/tmp/with blank/job" },
		{ "wezterm", "wezterm|start|--|sh|/tmp/with blank/job" },
		{ "lxterminal", "lxterminal|--no-remote|-t|a 'b' #c|-e|sh '/tmp/with blank/job'" },
		{ "tmux", "tmux|new-window|-n|a 'b' ##c|--|sh|/tmp/with blank/job" },
		{ "tmux-pane", "tmux-pane|split-window|--|sh|/tmp/with blank/job" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct terminal *terminal = terminal_find(cases[i].name);
		assert_non_null(terminal);
		assert_line(terminal, cases[i].name, cases[i].expected);
	}
}

static void an_unknown_one_is_used_like_xterm(void **state)
{
	(void)state;
	assert_null(terminal_find("my-term"));
	assert_line(
		&terminal_like_xterm, "my-term", "my-term|-T|a 'b' #c|-e|sh|/tmp/with blank/job");
}

static void each_row_fits(void **state)
{
	(void)state;
	for (size_t i = 0; i < terminals_count; i++) {
		struct terminal_line line;
		assert_ptr_equal(terminal_find(terminals[i].name), &terminals[i]);
		assert_int_equal(terminal_line_init(&terminals[i], "p", "t", job, &line), 0);
		assert_string_equal(line.argv[0], "p");
		terminal_line_release(&line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_told_in_its_own_way),
		cmocka_unit_test(an_unknown_one_is_used_like_xterm),
		cmocka_unit_test(each_row_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
