/* Results: to standard output, or to a file.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plugh/json.h>
#include <plugh/output.h>

#include "failing_alloc.h"
#include <plugh/fake_host.h>
#include "plugh_test.h"

static int set_up(void **state)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)malloc(sizeof *fake);
	if (fake == NULL || plugh_fake_host_init(fake) < 0)
		return -1;
	*state = fake;
	return 0;
}

static int tear_down(void **state)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)*state;
	size_t left_open = plugh_fake_host_open_count(fake);

	plugh_fake_host_release(fake);
	free(fake);
	return left_open == 0 ? 0 : -1;
}

static void writing_and_printing_reach_standard_output(void **state)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)*state;

	assert_int_equal(plugh_write(&fake->host, "a\0b", 3), 0);
	assert_int_equal(plugh_print(&fake->host, "%d-%s\n", 5, "x"), 0);

	assert_int_equal(fake->out.size, 7);
	assert_memory_equal(fake->out.data, "a\0b5-x\n", 7);
}

static void a_failed_write_sticks(void **state)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)*state;
	fake->out_error = -ENOSPC;
	fake->out_capacity = 4;

	assert_int_equal(plugh_print(&fake->host, "abc"), 0);
	assert_int_equal(plugh_print(&fake->host, "def"), -ENOSPC);
	fake->out_capacity = 100;
	assert_int_equal(plugh_print(&fake->host, "g"), -ENOSPC);

	assert_string_equal(plugh_fake_host_out(fake), "abcd");
	assert_string_equal(plugh_fake_host_reports(fake), "");
}

static void no_path_and_a_dash_are_standard_output(void **state)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)*state;
	const char *const path[] = { NULL, "-" };

	for (size_t i = 0; i < 2; i++) {
		struct plugh_output *output;
		assert_int_equal(plugh_output_open(&fake->host, path[i], &output), 0);
		assert_int_equal(plugh_output_print(output, "%s", "x"), 0);
		assert_int_equal(plugh_output_write(output, "y", 1), 0);
		assert_int_equal(plugh_output_flush(output), 0);
		assert_int_equal(plugh_output_close(output, 0), 0);
	}

	assert_string_equal(plugh_fake_host_out(fake), "xyxy");
	assert_int_equal(fake->flush_count, 2);
	assert_int_equal(fake->file_count, 0);
}

static void a_file_holds_what_was_written_in_order(void **state)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)*state;
	static const size_t piece[] = { 1, 0, 100000, 131071, 131072, 131073, 3, 400000, 5 };
	struct plugh_buf want = { 0 };
	struct plugh_output *output;

	assert_int_equal(plugh_output_open(&fake->host, "out", &output), 0);
	for (size_t i = 0; i < sizeof piece / sizeof piece[0]; i++) {
		size_t start = want.size;
		plugh_buf_append_fill(&want, (char)('a' + i), piece[i]);
		assert_int_equal(plugh_output_write(output, want.data + start, piece[i]), 0);
	}
	assert_null(plugh_fake_host_file(fake, "out"));
	assert_int_equal(plugh_output_close(output, 0), 0);

	const struct plugh_buf *got = plugh_fake_host_file(fake, "out");
	assert_non_null(got);
	assert_int_equal(got->size, want.size);
	assert_memory_equal(got->data, want.data, want.size);
	assert_string_equal(plugh_fake_host_out(fake), "");
	plugh_buf_release(&want);
}

static void an_empty_file_is_written_too(void **state)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)*state;
	struct plugh_output *output;

	plugh_output_open(&fake->host, "out", &output);
	assert_int_equal(plugh_output_close(output, 0), 0);

	assert_non_null(plugh_fake_host_file(fake, "out"));
	assert_int_equal(plugh_fake_host_file(fake, "out")->size, 0);
}

static void a_status_keeps_the_file_and_an_error_removes_it(void **state)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)*state;
	struct plugh_output *output;

	plugh_output_open(&fake->host, "one", &output);
	assert_int_equal(plugh_output_close(output, 1), 1);
	plugh_output_open(&fake->host, "two", &output);
	plugh_output_print(output, "half");
	assert_int_equal(plugh_output_close(output, -EIO), -EIO);

	assert_non_null(plugh_fake_host_file(fake, "one"));
	assert_null(plugh_fake_host_file(fake, "two"));
	assert_string_equal(plugh_fake_host_reports(fake), "");
}

static void a_flush_reaches_the_reader_now(void **state)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)*state;
	struct plugh_output *output;
	char bytes[8];

	plugh_output_open(&fake->host, "out", &output);
	plugh_output_print(output, "now");
	assert_int_equal(pread(fake->file[0].fd, bytes, sizeof bytes, 0), 0);
	assert_int_equal(plugh_output_flush(output), 0);

	assert_int_equal(pread(fake->file[0].fd, bytes, sizeof bytes, 0), 3);
	assert_int_equal(plugh_output_close(output, 0), 0);
}

static void what_cannot_be_opened_is_reported(void **state)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)*state;
	struct plugh_output *output = NULL;
	fake->open_error = -EACCES;

	assert_int_equal(plugh_output_open(&fake->host, "d/out", &output), -EACCES);

	assert_null(output);
	assert_string_equal(
		plugh_fake_host_reports(fake), "error: cannot write 'd/out': Permission denied\n");
}

static void a_failed_commit_is_reported_and_returned(void **state)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)*state;
	struct plugh_output *output;
	fake->commit_error = -EDQUOT;

	plugh_output_open(&fake->host, "out", &output);
	plugh_output_print(output, "x");
	assert_int_equal(plugh_output_close(output, 1), -EDQUOT);

	assert_string_equal(
		plugh_fake_host_reports(fake), "error: cannot write 'out': Disk quota exceeded\n");
	assert_null(plugh_fake_host_file(fake, "out"));
}

/* A descriptor that cannot be written stands for a full disk. */
static void a_failed_write_to_a_file_sticks_and_removes_it(void **state)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)*state;
	struct plugh_output *output;
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	plugh_output_open(&fake->host, "out", &output);
	assert_return_code(dup3(full, fake->file[0].fd, O_CLOEXEC), errno);
	assert_int_equal(plugh_output_print(output, "x"), 0);
	assert_int_equal(plugh_output_flush(output), -ENOSPC);
	assert_int_equal(plugh_output_print(output, "y"), -ENOSPC);
	assert_int_equal(plugh_output_close(output, 0), -ENOSPC);

	assert_string_equal(plugh_fake_host_reports(fake),
		"error: cannot write 'out': No space left on device\n");
	assert_null(plugh_fake_host_file(fake, "out"));
	close(full);
}

static void an_error_of_the_work_is_not_reported_again(void **state)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)*state;
	struct plugh_output *output;
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	plugh_output_open(&fake->host, "out", &output);
	assert_return_code(dup3(full, fake->file[0].fd, O_CLOEXEC), errno);
	plugh_output_print(output, "x");
	assert_int_equal(plugh_output_flush(output), -ENOSPC);
	assert_int_equal(plugh_output_close(output, -EBADMSG), -EBADMSG);

	assert_string_equal(plugh_fake_host_reports(fake), "");
	close(full);
}

static void standard_output_fails_by_its_close_too(void **state)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)*state;
	struct plugh_output *output;
	fake->out_error = -ENOSPC;

	plugh_output_open(&fake->host, NULL, &output);
	plugh_output_print(output, "x");
	assert_int_equal(plugh_output_close(output, 0), -ENOSPC);

	/* The host says it. */
	assert_string_equal(plugh_fake_host_reports(fake), "");
}

static void cancelling_ends_a_file_in_silence(void **state)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)*state;
	struct plugh_output *output;

	plugh_output_open(&fake->host, "out", &output);
	plugh_output_print(output, "x");
	plugh_fake_host_cancel(fake);
	assert_int_equal(plugh_output_close(output, 0), -ECANCELED);

	assert_string_equal(plugh_fake_host_reports(fake), "");
	assert_null(plugh_fake_host_file(fake, "out"));
}

static void its_sink_takes_json(void **state)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)*state;
	struct plugh_output *output;

	plugh_output_open(&fake->host, "out", &output);
	struct plugh_json json = { .sink = plugh_output_sink(output) };
	plugh_json_begin_array(&json, NULL);
	plugh_json_int(&json, NULL, 1);
	plugh_json_end(&json);
	assert_int_equal(plugh_output_close(output, json.error), 0);

	assert_string_equal(plugh_buf_text(plugh_fake_host_file(fake, "out")), "[1]");
}

static void nothing_is_closed_as_nothing(void **state)
{
	(void)state;
	assert_int_equal(plugh_output_close(NULL, 3), 3);
	assert_int_equal(plugh_output_close(NULL, -EIO), -EIO);
}

static int write_a_file(struct plugh_fake_host *fake)
{
	struct plugh_output *output;

	int r = plugh_output_open(&fake->host, "out", &output);
	if (r < 0)
		return r;
	r = plugh_output_print(output, "text %d\n", 1);
	return plugh_output_close(output, r);
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	bool has_failed = true;

	for (size_t n = 0; has_failed; n++) {
		struct plugh_fake_host fake;
		plugh_fake_host_init(&fake);
		failing_alloc_start(n);
		int r = write_a_file(&fake);
		has_failed = failing_alloc_stop();

		/* The fake host's own allocations count: a report that is lost is no error of the
		 * output's. */
		if (!has_failed)
			assert_int_equal(r, 0);
		else if (r != -ENOMEM)
			fail_msg("allocation %zu: %d", n, r);
		assert_int_equal(plugh_fake_host_open_count(&fake), 0);
		assert_true((plugh_fake_host_file(&fake, "out") != NULL) == !has_failed);
		plugh_fake_host_release(&fake);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(writing_and_printing_reach_standard_output),
		TEST(a_failed_write_sticks),
		TEST(no_path_and_a_dash_are_standard_output),
		TEST(a_file_holds_what_was_written_in_order),
		TEST(an_empty_file_is_written_too),
		TEST(a_status_keeps_the_file_and_an_error_removes_it),
		TEST(a_flush_reaches_the_reader_now),
		TEST(what_cannot_be_opened_is_reported),
		TEST(a_failed_commit_is_reported_and_returned),
		TEST(a_failed_write_to_a_file_sticks_and_removes_it),
		TEST(an_error_of_the_work_is_not_reported_again),
		TEST(standard_output_fails_by_its_close_too),
		TEST(cancelling_ends_a_file_in_silence),
		TEST(its_sink_takes_json),
		TEST(nothing_is_closed_as_nothing),
		TEST(every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
