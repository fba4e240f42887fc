/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <string.h>

#include "failing_alloc.h"
#include "job.h"
#include "records.h"
#include "terminals.h"

static int work(void)
{
	const char *const words[] = { "a b", "c", NULL };
	char *const environment[] = { "A=b c", NULL };
	const struct job_spec job = {
		.fifo = "/f",
		.directory = "/d e",
		.environment = environment,
		.title = "t",
		.command = words,
		.command_count = 2,
		.waits = true,
		.holds = true,
	};
	const struct records_spec spec = {
		.kind = RECORDS_SEPARATED, .separator = "ab", .separator_size = 2
	};
	struct plugh_buf script = { 0 };
	struct terminal_line line = { .title = { 0 } };
	struct records records = { .fallback = NULL };

	int r = records_init(&spec, '\n', &records);
	if (r == 0)
		r = job_write(&job, &script);
	if (r == 0)
		r = terminal_line_init(
			terminal_find("lxterminal"), "lxterminal", "t", words, &line);
	records_release(&records);
	plugh_buf_release(&script);
	terminal_line_release(&line);
	return r;
}

static void each_allocation_may_fail(void **state)
{
	size_t n = 0;

	(void)state;
	for (;; n++) {
		failing_alloc_start(n);
		int r = work();
		if (!failing_alloc_stop())
			break;
		assert_int_equal(r, -ENOMEM);
	}
	assert_true(n > 4);
}

static void an_empty_separator_is_none(void **state)
{
	const struct records_spec spec = { .kind = RECORDS_SEPARATED, .separator = "" };
	struct records records;

	(void)state;
	assert_int_equal(records_init(&spec, '\n', &records), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_allocation_may_fail),
		cmocka_unit_test(an_empty_separator_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
