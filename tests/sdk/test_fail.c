/* Messages to the user.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include <plugh/fail.h>

#include "failing_alloc.h"
#include <plugh/fake_host.h>
#include "plugh_test.h"

static void a_negative_number_adds_the_systems_text(void **state)
{
	(void)state;
	struct plugh_fake_host fake;
	plugh_fake_host_init(&fake);

	int r = plugh_fail(&fake.host, -ENOENT, "cannot open '%s'", "x.ini");

	assert_int_equal(r, -ENOENT);
	assert_string_equal(plugh_fake_host_reports(&fake),
		"error: cannot open 'x.ini': No such file or directory\n");
	plugh_fake_host_release(&fake);
}

static void an_exit_status_adds_nothing(void **state)
{
	(void)state;
	struct plugh_fake_host fake;
	plugh_fake_host_init(&fake);

	assert_int_equal(plugh_fail(&fake.host, PLUGH_EXIT_USAGE, "no file given"), 2);
	assert_int_equal(plugh_fail(&fake.host, 0, "100%% wrong"), 0);

	assert_string_equal(
		plugh_fake_host_reports(&fake), "error: no file given\nerror: 100% wrong\n");
	plugh_fake_host_release(&fake);
}

static void an_unknown_number_is_shown(void **state)
{
	(void)state;
	struct plugh_fake_host fake;
	plugh_fake_host_init(&fake);

	assert_int_equal(plugh_fail(&fake.host, -4242, "odd"), -4242);

	assert_string_equal(plugh_fake_host_reports(&fake), "error: odd: Unknown error 4242\n");
	plugh_fake_host_release(&fake);
}

static void cancelling_and_a_closed_pipe_are_silent(void **state)
{
	(void)state;
	struct plugh_fake_host fake;
	plugh_fake_host_init(&fake);

	assert_int_equal(plugh_fail(&fake.host, -ECANCELED, "x"), -ECANCELED);
	assert_int_equal(plugh_fail(&fake.host, -EPIPE, "x"), -EPIPE);

	assert_string_equal(plugh_fake_host_reports(&fake), "");
	plugh_fake_host_release(&fake);
}

static void warnings_and_details_have_their_levels(void **state)
{
	(void)state;
	struct plugh_fake_host fake;
	plugh_fake_host_init(&fake);

	plugh_warn(&fake.host, "skipped %d", 3);
	plugh_inform(&fake.host, "read %s", "all");

	assert_string_equal(plugh_fake_host_reports(&fake), "warning: skipped 3\ninfo: read all\n");
	plugh_fake_host_release(&fake);
}

static void a_message_without_end_is_cut_and_keeps_its_reason(void **state)
{
	(void)state;
	static char text[100001];
	struct plugh_fake_host fake;
	plugh_fake_host_init(&fake);
	memset(text, 'x', sizeof text - 1);

	assert_int_equal(plugh_fail(&fake.host, -ENOENT, "cannot open '%s'", text), -ENOENT);

	assert_in_range(fake.reports.size, 8192, 8400);
	const char *end = strstr(
		plugh_fake_host_reports(&fake), "xxx...: No such file or directory\n");
	assert_non_null(end);
	plugh_fake_host_release(&fake);
}

static void short_memory_still_says_something(void **state)
{
	(void)state;
	struct plugh_fake_host fake;
	plugh_fake_host_init(&fake);
	plugh_buf_append_fill(&fake.reports, '-', 200);
	plugh_buf_clear(&fake.reports);

	failing_alloc_start(0);
	int r = plugh_fail(&fake.host, -ENOENT, "cannot open '%s'", "x");
	assert_true(failing_alloc_stop());

	assert_int_equal(r, -ENOENT);
	assert_string_equal(plugh_fake_host_reports(&fake), "error: out of memory\n");
	plugh_fake_host_release(&fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_negative_number_adds_the_systems_text),
		cmocka_unit_test(an_exit_status_adds_nothing),
		cmocka_unit_test(an_unknown_number_is_shown),
		cmocka_unit_test(cancelling_and_a_closed_pipe_are_silent),
		cmocka_unit_test(warnings_and_details_have_their_levels),
		cmocka_unit_test(a_message_without_end_is_cut_and_keeps_its_reason),
		cmocka_unit_test(short_memory_still_says_something),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
