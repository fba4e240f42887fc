/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <signal.h>

#include <plugh/buf.h>

#include "report.h"

static const char *const command[] = { "sh", "-c", "exit 3", NULL };

static void assert_report(const struct report *report, const char *expected)
{
	struct plugh_buf text = { 0 };

	assert_int_equal(report_write(report, plugh_buf_sink(&text)), 0);
	assert_string_equal(plugh_buf_text(&text), expected);
	plugh_buf_release(&text);
}

static void a_command_that_ended_by_itself(void **state)
{
	(void)state;
	const struct plugh_process_result result = {
		.status = 3,
		.elapsed = { 1500000000 },
		.usage = { .ru_utime = { 1, 250000 },
			.ru_stime = { 0, 250000 },
			.ru_maxrss = 2048 },
	};

	assert_report(&(struct report){ .command = command, .result = &result, .cpu_ns = -1 },
		"{\"command\": [\"sh\", \"-c\", \"exit 3\"], \"status\": 3, \"signal\": null, "
		"\"timed_out\": false, \"wall_seconds\": 1.5, \"cpu_seconds\": 1.5, "
		"\"max_rss_bytes\": 2097152, \"limiter\": null}\n");
}

static void a_command_that_a_signal_ended(void **state)
{
	(void)state;
	const struct plugh_process_result result = { .status = -1, .signal = SIGKILL };
	const char *const words[] = { "caf\xc3\xa9", "\xff", "", NULL };

	assert_report(&(struct report){ .command = words,
			      .result = &result,
			      .has_timed_out = true,
			      .cpu_ns = 250000000,
			      .limiter = "cgroup" },
		"{\"command\": [\"caf\xc3\xa9\", {\"base64\": \"/w==\"}, \"\"], \"status\": null, "
		"\"signal\": 9, \"timed_out\": true, \"wall_seconds\": 0, \"cpu_seconds\": 0.25, "
		"\"max_rss_bytes\": 0, \"limiter\": \"cgroup\"}\n");
}

static int refuse(void *ctx, const void *bytes, size_t n)
{
	(void)ctx;
	(void)bytes;
	(void)n;
	return -ENOSPC;
}

static void a_full_disk_is_told(void **state)
{
	(void)state;
	const struct plugh_process_result result = { 0 };

	assert_int_equal(report_write(&(struct report){ .command = command, .result = &result },
				 (struct plugh_sink){ refuse, NULL }),
		-ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_that_ended_by_itself),
		cmocka_unit_test(a_command_that_a_signal_ended),
		cmocka_unit_test(a_full_disk_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
