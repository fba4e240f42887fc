/* The line of progress, on a terminal of the test's own and by a clock of its own.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <fcntl.h>
#include <pty.h>
#include <string.h>
#include <unistd.h>

#include <plugh/fake_host.h>
#include <plugh/progress.h>

static int64_t now;

static int64_t our_clock(void)
{
	return now;
}

static void set_clock_ms(int64_t ms)
{
	now = ms * 1000000;
}

/* What the terminal got. */
static const char *read_line(int terminal)
{
	static char text[512];

	ssize_t n = read(terminal, text, sizeof text - 1);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void the_line_comes_after_a_second_and_goes_in_the_end(void **state)
{
	(void)state;
	int terminal, line;
	struct plugh_progress progress = {
		.label = "big", .total = 4000 << 10, .now_ns = our_clock
	};

	assert_int_equal(openpty(&terminal, &line, NULL, NULL, NULL), 0);
	assert_int_equal(fcntl(terminal, F_SETFL, O_NONBLOCK), 0);
	progress.fd = line;
	set_clock_ms(0);
	plugh_progress_update(&progress, 0);
	set_clock_ms(999);
	plugh_progress_update(&progress, 1000);
	assert_string_equal(read_line(terminal), "");
	set_clock_ms(1000);
	plugh_progress_update(&progress, 1000 << 10);
	assert_string_equal(
		read_line(terminal), "\rbig: 25 %, 1.0M of 3.9M, 1.0M/s, 3 s left\033[K");
	set_clock_ms(1099);
	plugh_progress_update(&progress, 2000 << 10);
	assert_string_equal(read_line(terminal), "");
	set_clock_ms(2000);
	plugh_progress_update(&progress, 4000 << 10);
	assert_string_equal(
		read_line(terminal), "\rbig: 100 %, 3.9M of 3.9M, 2.0M/s, 0 s left\033[K");
	plugh_progress_end(&progress);
	assert_string_equal(read_line(terminal), "\r\033[K");
	plugh_progress_end(&progress);
	assert_string_equal(read_line(terminal), "");
	close(terminal);
	close(line);
}

static void the_format(void **state)
{
	(void)state;
	static const struct {
		uint64_t total, done;
		int64_t ms;
		const char *text;
	} row[] = {
		{ 0, 0, 1000, "x: 0B, 0B/s" },
		{ 0, 5 << 20, 2000, "x: 5.0M, 2.5M/s" },
		{ 100, 50, 0, "x: 50 %, 50B of 100B, 0B/s" },
		{ 100, 101, 1000, "x: 101B, 101B/s" }, /* more than was thought */
		{ UINT64_C(3) << 30, UINT64_C(1) << 30, 1000,
			"x: 33 %, 1.0G of 3.0G, 1.0G/s, 2 s left" },
		{ 1000, 1, 1000, "x: 0 %, 1B of 1.0K, 1B/s, 17 min left" },
		{ 10000, 1, 1000, "x: 0 %, 1B of 9.8K, 1B/s, 3 h left" },
		{ UINT64_MAX, 1, 1000, "x: 0 %, 1B of 16E, 1B/s" },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct plugh_progress progress = { .label = "x", .total = row[i].total };
		char text[120];
		plugh_progress_format(
			&progress, row[i].done, row[i].ms * 1000000, text, sizeof text);
		assert_string_equal(text, row[i].text);
	}
}

static void no_terminal_is_told_nothing(void **state)
{
	(void)state;
	struct plugh_fake_host fake;
	struct plugh_progress progress;
	int before = dup(STDERR_FILENO), pipes[2];

	plugh_fake_host_init(&fake);
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(dup2(pipes[1], STDERR_FILENO), STDERR_FILENO);
	plugh_progress_begin(&progress, &fake.host, "a\tb\033", 10);
	dup2(before, STDERR_FILENO);
	assert_string_equal(progress.label, "a?b?");
	assert_int_equal(progress.fd, -1);
	plugh_progress_update(&progress, 5);
	plugh_progress_end(&progress);
	plugh_fake_host_release(&fake);
	close(before);
	close(pipes[0]);
	close(pipes[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_line_comes_after_a_second_and_goes_in_the_end),
		cmocka_unit_test(the_format),
		cmocka_unit_test(no_terminal_is_told_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
