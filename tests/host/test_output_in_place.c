/* Outputs that are written in place: devices, FIFOs, descriptors; and how a process that ends
 * removes temporary names.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output.h"
#include "output_fixture.h"
#include "plugh_test.h"

static void a_device_is_written_in_place(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	struct stat st;

	int null = outputs_open(f->outputs, "/dev/null");
	int again = outputs_open(f->outputs, "/dev/null");
	int full = outputs_open(f->outputs, "/dev/full");
	assert_true(null >= 0 && again >= 0 && full >= 0);
	assert_int_equal(write(null, "x", 1), 1);
	assert_int_equal(write(full, "x", 1), -1);
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(outputs_commit(f->outputs, null), 0);
	assert_int_equal(outputs_commit(f->outputs, again), 0);
	outputs_discard(f->outputs, full);

	assert_return_code(stat("/dev/null", &st), errno);
	assert_true(S_ISCHR(st.st_mode));
}

static void a_link_to_a_device_is_followed(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	char *link = temp_dir_path(&f->dir, "link");
	assert_return_code(symlink("/dev/null", link), errno);

	assert_int_equal(outputs_commit(f->outputs, open_and_write(f, "link", "x")), 0);

	char target[32];
	assert_int_equal(readlink(link, target, sizeof target), strlen("/dev/null"));
	free(link);
}

static int write_to_fifo(void *arg)
{
	struct fixture *f = (struct fixture *)arg;
	char *path = temp_dir_path(&f->dir, "fifo");

	child_tell('o');
	int fd = outputs_open(f->outputs, path);
	free(path);
	if (fd < 0)
		return -fd;
	CHILD_CHECK((fcntl(fd, F_GETFL) & O_NONBLOCK) == 0);
	CHILD_CHECK(write(fd, "through", 7) == 7);
	return -outputs_commit(f->outputs, fd);
}

static void make_fifo(const struct fixture *f)
{
	char *path = temp_dir_path(&f->dir, "fifo");
	assert_return_code(mkfifo(path, 0600), errno);
	free(path);
}

static void a_fifo_waits_for_its_reader(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	struct child child;
	make_fifo(f);
	child_start(&child, write_to_fifo, f);

	child_await(&child, 'o');
	child_await_blocked(&child);
	assert_content(f, "fifo", "through");

	assert_int_equal(child_finish(&child), 0);
	assert_true(exists(f, "fifo"));
	child_release(&child);
}

static void cancelling_ends_the_wait_for_a_reader(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	struct child child;
	make_fifo(f);
	child_start(&child, write_to_fifo, f);

	child_await(&child, 'o');
	child_await_blocked(&child);
	assert_int_equal(write(f->cancel_fd, &(uint64_t){ 1 }, 8), 8);

	assert_int_equal(child_finish(&child), ECANCELED << 8);
	child_release(&child);
}

static int open_descriptor(struct fixture *f, const char *format, int fd)
{
	char path[64];

	snprintf(path, sizeof path, format, fd);
	return outputs_open(f->outputs, path);
}

/* The offset is shared with whoever else writes to the descriptor. */
static void a_descriptor_is_written_where_it_stands(void **state)
{
	static const char *const format[] = { "/dev/fd/%d", "/proc/self/fd/%d",
		"/proc/thread-self/fd/%d", "/../dev/../dev/fd/%d" };
	struct fixture *f = (struct fixture *)*state;

	for (size_t i = 0; i < sizeof format / sizeof format[0]; i++) {
		temp_dir_write(&f->dir, "file", "0123456789");
		char *path = temp_dir_path(&f->dir, "file");
		int file = open(path, O_WRONLY | O_CLOEXEC);
		free(path);

		assert_int_equal(write(file, "ab", 2), 2);
		int fd = open_descriptor(f, format[i], file);
		assert_true(fd >= 0 && fd != file);
		assert_int_equal(write(fd, "cd", 2), 2);
		assert_int_equal(write(file, "ef", 2), 2);
		assert_int_equal(outputs_commit(f->outputs, fd), 0);
		assert_int_equal(write(file, "g", 1), 1);

		assert_content(f, "file", "abcdefg789");
		close(file);
	}
	assert_int_equal(temp_dir_count(&f->dir), 1);
}

static void a_link_to_a_descriptor_is_that_descriptor(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	char *link = temp_dir_path(&f->dir, "link"), text[32];
	int ends[2];
	char bytes[8];
	assert_return_code(pipe2(ends, O_CLOEXEC), errno);
	snprintf(text, sizeof text, "/dev/fd/%d", ends[1]);
	assert_return_code(symlink(text, link), errno);

	assert_int_equal(outputs_commit(f->outputs, open_and_write(f, "link", "piped")), 0);

	assert_int_equal(read(ends[0], bytes, sizeof bytes), 5);
	assert_memory_equal(bytes, "piped", 5);
	assert_int_equal(temp_dir_count(&f->dir), 1);
	close(ends[0]), close(ends[1]);
	free(link);
}

static int write_to_standard_streams(void *arg)
{
	struct fixture *f = (struct fixture *)arg;
	int out = outputs_open(f->outputs, "/dev/stdout");
	int err = outputs_open(f->outputs, "/dev/stderr");

	CHILD_CHECK(out > STDERR_FILENO && err > STDERR_FILENO);
	CHILD_CHECK(write(out, "to out", 6) == 6);
	CHILD_CHECK(write(err, "to err", 6) == 6);
	CHILD_CHECK(outputs_commit(f->outputs, out) == 0);
	CHILD_CHECK(outputs_commit(f->outputs, err) == 0);
	return 0;
}

static void standard_streams_have_names(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	struct child child;

	child_start(&child, write_to_standard_streams, f);
	assert_int_equal(child_finish(&child), 0);

	assert_string_equal(plugh_buf_text(&child.out_text), "to out");
	assert_string_equal(plugh_buf_text(&child.err_text), "to err");
	child_release(&child);
}

static void a_descriptor_that_cannot_be_written_is_refused(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	int reader = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int path = open("/dev/null", O_PATH | O_CLOEXEC);
	int closed = dup(reader);
	close(closed);

	assert_int_equal(open_descriptor(f, "/dev/fd/%d", reader), -EBADF);
	assert_int_equal(open_descriptor(f, "/dev/fd/%d", path), -EBADF);
	assert_int_equal(open_descriptor(f, "/dev/fd/%d", closed), -EBADF);
	assert_int_equal(outputs_open(f->outputs, "/dev/fd/99999999999999999999"), -EBADF);
	assert_true(outputs_open(f->outputs, "/dev/fd/x") < 0);

	close(reader);
	close(path);
}

static int hold_a_file(void *arg)
{
	struct fixture *f = (struct fixture *)arg;

	open_and_write(f, "new", "half");
	open_and_write(f, "old", "half");
	child_tell('w');
	child_wait_go();
	return 0;
}

static void a_process_that_is_killed_leaves_nothing(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	struct child child;
	temp_dir_write(&f->dir, "old", "old");
	child_start(&child, hold_a_file, f);

	child_await(&child, 'w');
	kill(child.pid, SIGKILL);
	assert_int_equal(child_finish(&child), SIGKILL);

	assert_content(f, "old", "old");
	/* With temporary names this is what files without one spare us. */
	assert_int_equal(temp_dir_count(&f->dir), f->named_only ? 3 : 1);
	child_release(&child);
}

static int discard_all(void *arg)
{
	struct fixture *f = (struct fixture *)arg;
	struct outputs_spec spec = { .cancel_fd = -1, .named_only = f->named_only };

	/* Of its own: those of the parent are not its business. */
	CHILD_CHECK(outputs_create(&spec, &f->outputs) == 0);
	open_and_write(f, "new", "half");
	outputs_discard(f->outputs, open_and_write(f, "other", "half"));
	CHILD_CHECK(temp_dir_count(&f->dir) == (f->named_only ? 1 : 0));
	outputs_discard_all(f->outputs);
	CHILD_CHECK(temp_dir_count(&f->dir) == 0);
	return 0;
}

static void a_process_that_ends_removes_its_names(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	assert_int_equal(child_run(discard_all, f, NULL), 0);
	outputs_discard_all(NULL);
}

static int discard_all_of_parent(void *arg)
{
	outputs_discard_all(((struct fixture *)arg)->outputs);
	return 0;
}

static void a_forked_process_removes_no_names(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	int fd = open_and_write(f, "out", "whole");
	assert_int_equal(child_run(discard_all_of_parent, f, NULL), 0);
	assert_int_equal(outputs_commit(f->outputs, fd), 0);

	assert_content(f, "out", "whole");
}

#define TEST(name)                                                                                 \
	cmocka_unit_test_setup_teardown(name, output_set_up, output_tear_down),                    \
		cmocka_unit_test_setup_teardown(name, output_set_up_named, output_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_device_is_written_in_place),
		TEST(a_link_to_a_device_is_followed),
		TEST(a_fifo_waits_for_its_reader),
		TEST(cancelling_ends_the_wait_for_a_reader),
		TEST(a_descriptor_is_written_where_it_stands),
		TEST(a_link_to_a_descriptor_is_that_descriptor),
		TEST(standard_streams_have_names),
		TEST(a_descriptor_that_cannot_be_written_is_refused),
		TEST(a_process_that_is_killed_leaves_nothing),
		TEST(a_process_that_ends_removes_its_names),
		TEST(a_forked_process_removes_no_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
