/* Outputs of a program that has no host: written whole or not at all.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <plugh/fail.h>
#include <plugh/scope.h>

#include "child.h"
#include "failing_alloc.h"
#include "plugh_test.h"
#include "process_fixture.h"
#include "temp_dir.h"

/* The linker leads openat through here: a file system without O_TMPFILE. */
static bool has_no_unnamed;

int __real_openat(int folder, const char *path, int flags, mode_t mode);
int __wrap_openat(int folder, const char *path, int flags, mode_t mode);

int __wrap_openat(int folder, const char *path, int flags, mode_t mode)
{
	if (has_no_unnamed && (flags & O_TMPFILE) == O_TMPFILE) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return __real_openat(folder, path, flags, mode);
}

struct place {
	struct temp_dir dir;
	char *path; /* "out" in it */
	size_t descriptors;
};

static int set_up(void **state)
{
	static struct place place;

	has_no_unnamed = false;
	temp_dir_create(&place.dir);
	place.path = temp_dir_path(&place.dir, "out");
	place.descriptors = count_descriptors();
	*state = &place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = (struct place *)*state;
	bool is_as_before = count_descriptors() == place->descriptors;

	free(place->path);
	temp_dir_destroy(&place->dir);
	return is_as_before ? 0 : -1;
}

/* Write "new" to a path, and end the work so. */
static int write_new(const char *path, int r)
{
	struct plugh_scope scope = { 0 };
	struct plugh_output *output;

	int opened = plugh_scope_output(&scope, path, &output);
	if (opened < 0)
		return opened;
	plugh_output_print(output, "ne%c", 'w');
	plugh_output_flush(output);
	return plugh_scope_exit(&scope, r);
}

static void expect_content(const struct place *place, const char *expected, size_t names)
{
	char *text = temp_dir_read(&place->dir, "out");

	if (expected == NULL)
		assert_null(text);
	else
		assert_string_equal(text, expected);
	free(text);
	assert_int_equal(temp_dir_count(&place->dir), names);
}

static void it_is_there_when_the_work_has_ended_well(void **state)
{
	struct place *place = (struct place *)*state;

	for (int i = 0; i < 4; i++) {
		has_no_unnamed = i % 2 == 1;
		expect_content(place, i < 2 ? NULL : "before", i < 2 ? 0 : 1);
		assert_int_equal(write_new(place->path, i), i);
		expect_content(place, "new", 1);
		if (i == 0)
			assert_return_code(unlink(place->path), errno);
		else
			temp_dir_write(&place->dir, "out", "before");
	}
}

static void it_is_not_there_when_the_work_has_failed(void **state)
{
	struct place *place = (struct place *)*state;

	for (int i = 0; i < 4; i++) {
		has_no_unnamed = i % 2 == 1;
		if (i == 2)
			temp_dir_write(&place->dir, "out", "before");
		assert_int_equal(write_new(place->path, -EIO), -EIO);
		expect_content(place, i < 2 ? NULL : "before", i < 2 ? 0 : 1);
	}
}

static void nobody_sees_it_before(void **state)
{
	struct place *place = (struct place *)*state;
	struct plugh_scope scope = { 0 };
	struct plugh_output *output;

	temp_dir_write(&place->dir, "out", "before");
	assert_int_equal(plugh_scope_output(&scope, place->path, &output), 0);
	plugh_output_print(output, "new");
	assert_int_equal(plugh_output_flush(output), 0);
	expect_content(place, "before", 1);
	assert_int_equal(plugh_scope_exit(&scope, 0), 0);
	expect_content(place, "new", 1);
}

static void modes_are_what_the_umask_gives_or_what_was(void **state)
{
	struct place *place = (struct place *)*state;
	struct stat st;

	for (int i = 0; i < 2; i++) {
		has_no_unnamed = i == 1;
		mode_t before = umask(027);
		assert_int_equal(write_new(place->path, 0), 0);
		umask(before);
		assert_return_code(stat(place->path, &st), errno);
		assert_int_equal(st.st_mode & 07777, 0640);
		assert_return_code(chmod(place->path, 0604), errno);
		assert_int_equal(write_new(place->path, 0), 0);
		assert_return_code(stat(place->path, &st), errno);
		assert_int_equal(st.st_mode & 07777, 0604);
		assert_return_code(unlink(place->path), errno);
	}
}

static void links_are_followed_to_what_is_there(void **state)
{
	struct place *place = (struct place *)*state;
	char *link = temp_dir_path(&place->dir, "link"),
	     *dangling = temp_dir_path(&place->dir, "no");
	struct stat st;

	temp_dir_write(&place->dir, "out", "before");
	assert_return_code(symlink("out", link), errno);
	assert_return_code(symlink("nothing", dangling), errno);
	assert_int_equal(write_new(link, 0), 0);
	assert_int_equal(write_new(dangling, 0), -ENOENT);

	expect_content(place, "new", 3);
	assert_return_code(lstat(link, &st), errno);
	assert_true(S_ISLNK(st.st_mode));
	free(link), free(dangling);
}

static void what_cannot_be_written_is_refused(void **state)
{
	struct place *place = (struct place *)*state;
	char *lost = temp_dir_path(&place->dir, "no/out"),
	     *slash = temp_dir_path(&place->dir, "x/");
	char *below = temp_dir_path(&place->dir, "file/out");
	int closed = dup(0);

	close(closed);
	char *descriptor = NULL;
	assert_return_code(asprintf(&descriptor, "/dev/fd/%d", closed), errno);
	temp_dir_write(&place->dir, "file", "x");
	assert_int_equal(write_new(lost, 0), -ENOENT);
	assert_int_equal(write_new(slash, 0), -EISDIR);
	assert_int_equal(write_new(place->dir.path, 0), -EISDIR);
	assert_int_equal(write_new(below, 0), -ENOTDIR);
	assert_int_equal(write_new("", 0), -ENOENT);
	assert_int_equal(write_new(descriptor, 0), -EBADF);
	assert_int_equal(write_new("/dev/fd/99999999999999999999", 0), -EBADF);
	free(lost), free(slash), free(below), free(descriptor);
}

static void without_memory_nothing_is_left(void **state)
{
	struct place *place = (struct place *)*state;
	int worked = 0;

	temp_dir_write(&place->dir, "out", "before");
	for (size_t n = 0; n < 20; n++) {
		has_no_unnamed = n % 2 == 1;
		failing_alloc_start(n / 2);
		int r = write_new(place->path, 0);
		bool has_failed = failing_alloc_stop();
		assert_int_equal(r, has_failed ? -ENOMEM : 0);
		expect_content(place, worked > 0 || r == 0 ? "new" : "before", 1);
		worked += r == 0;
	}
	assert_true(worked > 0 && worked < 20);
}

static void a_relative_path_is_that_of_when_it_was_opened(void **state)
{
	struct place *place = (struct place *)*state;
	struct plugh_scope scope = { 0 };
	struct plugh_output *output;
	char *here = getcwd(NULL, 0);

	for (int i = 0; i < 2; i++) {
		has_no_unnamed = i == 1;
		assert_return_code(chdir(place->dir.path), errno);
		assert_int_equal(plugh_scope_output(&scope, "out", &output), 0);
		assert_return_code(chdir(here), errno);
		plugh_output_print(output, "new");
		assert_int_equal(plugh_scope_exit(&scope, 0), 0);
		expect_content(place, "new", 1);
	}
	free(here);
}

static void many_are_open_at_one_time(void **state)
{
	struct place *place = (struct place *)*state;
	struct plugh_scope scope = { 0 };
	struct plugh_output *output[50];

	has_no_unnamed = true;
	for (int i = 0; i < 50; i++) {
		char name[8];
		snprintf(name, sizeof name, "out%d", i);
		char *path = temp_dir_path(&place->dir, name);
		assert_int_equal(plugh_output_open(NULL, path, &output[i]), 0);
		plugh_output_print(output[i], "%d", i);
		free(path);
	}
	for (int i = 0; i < 50; i++)
		assert_int_equal(plugh_output_close(output[i], i % 5 == 0 ? -EIO : 0),
			i % 5 == 0 ? -EIO : 0);
	assert_int_equal(temp_dir_count(&place->dir), 40);
	char *text = temp_dir_read(&place->dir, "out49");
	assert_string_equal(text, "49");
	free(text);
	assert_int_equal(plugh_scope_exit(&scope, 0), 0);
}

/* ---- In children: standard output, pipes, ends ---- */

static int print_to(void *arg)
{
	struct plugh_scope scope = { 0 };
	struct plugh_output *output;
	int r;

	CHILD_CHECK(write(STDOUT_FILENO, "1", 1) == 1);
	CHILD_CHECK(plugh_scope_output(&scope, (const char *)arg, &output) == 0);
	plugh_output_print(output, "%d", 2);
	CHILD_CHECK(plugh_output_flush(output) == 0);
	CHILD_CHECK(write(STDOUT_FILENO, "3", 1) == 1);
	plugh_output_print(output, "4");
	r = plugh_scope_exit(&scope, 0);
	CHILD_CHECK(write(STDOUT_FILENO, "5", 1) == 1);
	return -r;
}

static void standard_output_and_descriptors_are_written_in_place(void **state)
{
	(void)state;
	static const char *const path[] = { NULL, "-", "/dev/stdout", "/dev/fd/1",
		"/proc/self/fd/1" };

	for (size_t i = 0; i < sizeof path / sizeof path[0]; i++) {
		struct child child;
		child_start(&child, print_to, (void *)path[i]);
		assert_int_equal(child_finish(&child), 0);
		assert_string_equal(plugh_buf_text(&child.out_text), "12345");
		child_release(&child);
	}
}

static void *read_all(void *arg)
{
	const struct place *place = (const struct place *)arg;
	return temp_dir_read(&place->dir, "out");
}

static void a_fifo_is_written_in_place(void **state)
{
	struct place *place = (struct place *)*state;
	pthread_t thread;
	void *text;

	assert_return_code(mkfifo(place->path, 0600), errno);
	assert_int_equal(pthread_create(&thread, NULL, read_all, place), 0);
	assert_int_equal(write_new(place->path, -EIO), -EIO);
	assert_int_equal(pthread_join(thread, &text), 0);

	assert_string_equal(text, "new");
	free(text);
	assert_int_equal(temp_dir_count(&place->dir), 1);
}

static int write_and_end(void *arg)
{
	struct plugh_scope scope = { 0 };
	struct plugh_output *output;

	CHILD_CHECK(plugh_scope_output(&scope, (const char *)arg, &output) == 0);
	plugh_output_print(output, "half");
	CHILD_CHECK(plugh_output_flush(output) == 0);
	child_tell('r');
	for (;;)
		pause();
}

static void nothing_is_left_when_the_process_ends_at_once(void **state)
{
	struct place *place = (struct place *)*state;
	static const struct {
		int signal;
		bool has_no_unnamed;
	} row[] = { { SIGTERM, false }, { SIGKILL, false }, { SIGTERM, true }, { SIGINT, true },
		{ SIGSYS, true } };

	temp_dir_write(&place->dir, "out", "before");
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct child child;
		has_no_unnamed = row[i].has_no_unnamed;
		child_start(&child, write_and_end, place->path);
		child_await(&child, 'r');
		assert_int_equal(temp_dir_count(&place->dir), row[i].has_no_unnamed ? 2 : 1);
		kill(child.pid, row[i].signal);
		int status = child_finish(&child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == row[i].signal);
		expect_content(place, "before", 1);
		child_release(&child);
	}
}

static int fill(void *arg)
{
	struct plugh_scope scope = { 0 };
	struct plugh_output *output;

	(void)arg;
	CHILD_CHECK(plugh_scope_output(&scope, "/dev/full", &output) == 0);
	plugh_output_print(output, "x");
	CHILD_CHECK(plugh_scope_exit(&scope, 0) == -ENOSPC);
	CHILD_CHECK(plugh_fail(NULL, -ENOSPC, "cannot write '%s'", "x") == -ENOSPC);
	return 0;
}

static void a_failed_write_is_the_scopes_error_and_nobody_tells(void **state)
{
	(void)state;
	char *err;

	assert_int_equal(child_run(fill, NULL, &err), 0);
	assert_string_equal(err, "");
	free(err);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_is_there_when_the_work_has_ended_well),
		TEST(it_is_not_there_when_the_work_has_failed),
		TEST(nobody_sees_it_before),
		TEST(modes_are_what_the_umask_gives_or_what_was),
		TEST(links_are_followed_to_what_is_there),
		TEST(what_cannot_be_written_is_refused),
		TEST(without_memory_nothing_is_left),
		TEST(a_relative_path_is_that_of_when_it_was_opened),
		TEST(many_are_open_at_one_time),
		TEST(standard_output_and_descriptors_are_written_in_place),
		TEST(a_fifo_is_written_in_place),
		TEST(nothing_is_left_when_the_process_ends_at_once),
		TEST(a_failed_write_is_the_scopes_error_and_nobody_tells),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
