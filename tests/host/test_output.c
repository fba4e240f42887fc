/* Files that are written whole or not at all: what is there before, at and after commit.
 *
 * Each test runs twice, with files without a name and with temporary names.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"
#include "output_fixture.h"
#include "plugh_test.h"

static void a_new_file_appears_by_commit(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	int fd = open_and_write(f, "out", "new");
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_false(exists(f, "out"));
	assert_int_equal(temp_dir_count(&f->dir), f->named_only ? 1 : 0);
	assert_int_equal(outputs_commit(f->outputs, fd), 0);

	assert_content(f, "out", "new");
	assert_int_equal(temp_dir_count(&f->dir), 1);
}

static void a_discarded_file_never_was(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	outputs_discard(f->outputs, open_and_write(f, "out", "new"));
	assert_int_equal(temp_dir_count(&f->dir), 0);

	temp_dir_write(&f->dir, "old", "old");
	outputs_discard(f->outputs, open_and_write(f, "old", "new"));
	assert_content(f, "old", "old");
	assert_int_equal(temp_dir_count(&f->dir), 1);
}

static void what_is_left_open_is_discarded(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	open_and_write(f, "one", "1");
	open_and_write(f, "two", "2");
	outputs_discard_open(f->outputs);
	assert_int_equal(temp_dir_count(&f->dir), 0);

	open_and_write(f, "one", "1");
	outputs_destroy(f->outputs);
	f->outputs = NULL;
	assert_int_equal(temp_dir_count(&f->dir), 0);
	outputs_destroy(NULL);
}

static void a_file_is_replaced_and_its_readers_and_links_keep_the_old(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	char *path = temp_dir_path(&f->dir, "out"), *other = temp_dir_path(&f->dir, "other");
	char bytes[8];
	temp_dir_write(&f->dir, "out", "old");
	assert_return_code(link(path, other), errno);
	int reader = open(path, O_RDONLY | O_CLOEXEC);

	int fd = open_and_write(f, "out", "new!");
	assert_content(f, "out", "old");
	assert_int_equal(outputs_commit(f->outputs, fd), 0);

	assert_content(f, "out", "new!");
	assert_content(f, "other", "old");
	assert_int_equal(read(reader, bytes, sizeof bytes), 3);
	assert_memory_equal(bytes, "old", 3);
	assert_int_equal(temp_dir_count(&f->dir), 2);
	close(reader);
	free(path);
	free(other);
}

static void what_appeared_meanwhile_is_replaced(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	int fd = open_and_write(f, "out", "mine");
	temp_dir_write(&f->dir, "out", "theirs");
	assert_int_equal(outputs_commit(f->outputs, fd), 0);

	assert_content(f, "out", "mine");
	assert_int_equal(temp_dir_count(&f->dir), 1);
}

static void what_went_away_meanwhile_comes_back(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	char *path = temp_dir_path(&f->dir, "out");
	temp_dir_write(&f->dir, "out", "old");

	int fd = open_and_write(f, "out", "new");
	assert_return_code(unlink(path), errno);
	assert_int_equal(outputs_commit(f->outputs, fd), 0);

	assert_content(f, "out", "new");
	assert_int_equal(temp_dir_count(&f->dir), 1);
	free(path);
}

static void a_commit_that_fails_leaves_all_as_it_was(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	char *path = temp_dir_path(&f->dir, "out");

	int fd = open_and_write(f, "out", "new");
	assert_return_code(mkdir(path, 0700), errno);
	assert_int_equal(outputs_commit(f->outputs, fd), -EISDIR);

	assert_int_equal(temp_dir_count(&f->dir), 1);
	assert_int_equal(outputs_commit(f->outputs, fd), -EBADF);
	free(path);
}

static void an_input_may_be_the_output(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	char *path = temp_dir_path(&f->dir, "both");
	char byte;
	temp_dir_write(&f->dir, "both", "abc");
	int reader = open(path, O_RDONLY | O_CLOEXEC);

	int fd = outputs_open(f->outputs, path);
	while (read(reader, &byte, 1) == 1) {
		char twice[2] = { byte, byte };
		assert_int_equal(write(fd, twice, 2), 2);
	}
	assert_int_equal(outputs_commit(f->outputs, fd), 0);

	assert_content(f, "both", "aabbcc");
	close(reader);
	free(path);
}

static void links_are_followed_and_stay_links(void **state)
{
	static const char *const link_text[] = { "real/target", "second", "./real/../real/target",
		NULL /* absolute */ };
	struct fixture *f = (struct fixture *)*state;
	char *folder = temp_dir_path(&f->dir, "real"),
	     *target = temp_dir_path(&f->dir, "real/target");
	char *link = temp_dir_path(&f->dir, "link"), *second = temp_dir_path(&f->dir, "second");
	assert_return_code(mkdir(folder, 0700), errno);
	assert_return_code(symlink("real/target", second), errno);

	/* The target exists, and then not. */
	for (int missing = 0; missing <= 1; missing++)
		for (size_t i = 0; i < sizeof link_text / sizeof link_text[0]; i++) {
			unlink(target);
			if (!missing)
				temp_dir_write(&f->dir, "real/target", "old");
			unlink(link);
			const char *text = link_text[i] != NULL ? link_text[i] : target;
			assert_return_code(symlink(text, link), errno);

			int fd = open_and_write(f, "link", "new");
			assert_int_equal(outputs_commit(f->outputs, fd), 0);

			struct stat st;
			assert_return_code(lstat(link, &st), errno);
			assert_true(S_ISLNK(st.st_mode));
			assert_return_code(lstat(target, &st), errno);
			assert_true(S_ISREG(st.st_mode));
			assert_content(f, "real/target", "new");
		}
	assert_int_equal(temp_dir_count(&f->dir), 3);
	free(folder), free(target), free(link), free(second);
}

static void a_chain_of_links_has_an_end(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	char name[16], text[16];

	/* 0 -> 1 -> ... -> 41: from 1 it is 40 links to a file that is not there, from 0 one more.
	 */
	for (int i = 0; i <= 40; i++) {
		snprintf(name, sizeof name, "%d", i);
		snprintf(text, sizeof text, "%d", i + 1);
		char *path = temp_dir_path(&f->dir, name);
		assert_return_code(symlink(text, path), errno);
		free(path);
	}
	expect_open(f, "0", -ELOOP);
	assert_int_equal(outputs_commit(f->outputs, open_and_write(f, "1", "end")), 0);
	assert_content(f, "41", "end");

	char *self = temp_dir_path(&f->dir, "self");
	assert_return_code(symlink("self", self), errno);
	expect_open(f, "self", -ELOOP);
	free(self);
}

static void what_cannot_be_opened_says_why(void **state)
{
	static const struct {
		const char *name;
		int r;
	} row[] = {
		{ ".", -EISDIR },
		{ "..", -EISDIR },
		{ "folder", -EISDIR },
		{ "folder/", -EISDIR },
		{ "to-folder", -EISDIR },
		{ "new/", -EISDIR },
		{ "missing/out", -ENOENT },
		{ "file/out", -ENOTDIR },
		{ "into-nothing", -ENOENT },
	};
	struct fixture *f = (struct fixture *)*state;
	char *folder = temp_dir_path(&f->dir, "folder"),
	     *link = temp_dir_path(&f->dir, "to-folder");
	char *nothing = temp_dir_path(&f->dir, "into-nothing");
	static char name[2 * PATH_MAX];
	assert_return_code(mkdir(folder, 0700), errno);
	assert_return_code(symlink("folder", link), errno);
	assert_return_code(symlink("missing/out", nothing), errno);
	temp_dir_write(&f->dir, "file", "");

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		expect_open(f, row[i].name, row[i].r);
	assert_int_equal(outputs_open(f->outputs, ""), -ENOENT);
	assert_int_equal(outputs_open(f->outputs, "/"), -EISDIR);
	memset(name, 'n', NAME_MAX + 1);
	expect_open(f, name, -ENAMETOOLONG);
	memset(name, '/', sizeof name - 2);
	name[sizeof name - 2] = 'n';
	assert_int_equal(outputs_open(f->outputs, name), -ENAMETOOLONG);

	assert_int_equal(temp_dir_count(&f->dir), 4);
	free(folder), free(link), free(nothing);
}

static void the_longest_name_fits(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	char name[NAME_MAX + 1] = "";
	memset(name, 'n', NAME_MAX);

	for (int i = 0; i < 2; i++)
		assert_int_equal(outputs_commit(f->outputs, open_and_write(f, name, "x")), 0);

	assert_content(f, name, "x");
}

static void one_target_is_opened_once_at_a_time(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	char *link = temp_dir_path(&f->dir, "link"), *folder = temp_dir_path(&f->dir, "folder");
	assert_return_code(symlink("out", link), errno);
	assert_return_code(mkdir(folder, 0700), errno);

	int fd = open_and_write(f, "out", "1");
	expect_open(f, "out", -EBUSY);
	expect_open(f, "link", -EBUSY);
	expect_open(f, "folder/../out", -EBUSY);
	int other = open_and_write(f, "folder/out", "2");
	assert_int_equal(outputs_commit(f->outputs, fd), 0);
	assert_int_equal(outputs_commit(f->outputs, other), 0);
	assert_int_equal(outputs_commit(f->outputs, open_and_write(f, "link", "3")), 0);

	assert_content(f, "out", "3");
	assert_content(f, "folder/out", "2");
	free(link), free(folder);
}

static void only_what_was_opened_is_committed(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	assert_int_equal(outputs_commit(f->outputs, -1), -EBADF);
	assert_int_equal(outputs_commit(f->outputs, STDOUT_FILENO), -EBADF);
	outputs_discard(f->outputs, -1);
	outputs_discard(f->outputs, STDERR_FILENO);
	assert_true(fcntl(STDERR_FILENO, F_GETFD) >= 0);
}

/* A plugin that closes what is not its own, and then opens something else. */
static void a_descriptor_that_became_another_file_is_left_alone(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	int fd = open_and_write(f, "out", "mine");
	close(fd);
	int other = open("/dev/null", O_RDWR | O_CLOEXEC);
	assert_int_equal(other, fd);
	assert_int_equal(outputs_commit(f->outputs, fd), -EBADF);
	outputs_discard_open(f->outputs);

	assert_true(fcntl(other, F_GETFD) >= 0);
	assert_int_equal(temp_dir_count(&f->dir), 0);
	close(other);
}

static void there_is_a_most_of_outputs(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	struct rlimit before, more;
	char name[16];
	assert_return_code(getrlimit(RLIMIT_NOFILE, &before), errno);
	more = before;
	more.rlim_cur = (rlim_t)4 * OUTPUTS_MAX;
	if (more.rlim_cur > more.rlim_max)
		more.rlim_cur = more.rlim_max;
	assert_return_code(setrlimit(RLIMIT_NOFILE, &more), errno);

	for (int i = 0; i < OUTPUTS_MAX; i++) {
		snprintf(name, sizeof name, "%d", i);
		open_and_write(f, name, name);
	}
	expect_open(f, "more", -EMFILE);
	outputs_discard_open(f->outputs);
	assert_int_equal(outputs_commit(f->outputs, open_and_write(f, "more", "x")), 0);

	assert_int_equal(temp_dir_count(&f->dir), 1);
	setrlimit(RLIMIT_NOFILE, &before);
}

/* With each number of descriptors that are left, opening succeeds or fails whole. */
static void a_lack_of_descriptors_leaves_nothing(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	char *link = temp_dir_path(&f->dir, "link");
	struct rlimit before, less;
	int r = -EMFILE;
	assert_return_code(symlink("out", link), errno);
	assert_return_code(getrlimit(RLIMIT_NOFILE, &before), errno);
	less = before;
	int lowest = dup(STDERR_FILENO);
	close(lowest);

	for (rlim_t left = 0; left < 10 && r == -EMFILE; left++) {
		less.rlim_cur = (rlim_t)lowest + left;
		setrlimit(RLIMIT_NOFILE, &less);
		r = outputs_open(f->outputs, link);
		setrlimit(RLIMIT_NOFILE, &before);
		if (r < 0)
			assert_int_equal(temp_dir_count(&f->dir), 1);
	}

	assert_true(r >= 0);
	assert_int_equal(outputs_commit(f->outputs, r), 0);
	free(link);
}

static int write_a_file(struct fixture *f, const char *path)
{
	int fd = outputs_open(f->outputs, path);
	if (fd < 0)
		return fd;
	return outputs_commit(f->outputs, fd);
}

static void every_allocation_may_fail(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	char *path = temp_dir_path(&f->dir, "out");
	struct outputs_spec spec = { .cancel_fd = -1, .named_only = f->named_only };
	struct outputs *outputs = NULL;
	bool has_failed = true;

	failing_alloc_start(0);
	assert_int_equal(outputs_create(&spec, &outputs), -ENOMEM);
	assert_true(failing_alloc_stop());
	assert_null(outputs);

	for (size_t n = 0; has_failed; n++) {
		failing_alloc_start(n);
		int r = write_a_file(f, path);
		has_failed = failing_alloc_stop();
		assert_int_equal(r, has_failed ? -ENOMEM : 0);
		assert_int_equal(temp_dir_count(&f->dir), has_failed ? 0 : 1);
	}
	free(path);
}

static int replace_for_ever(void *arg)
{
	struct fixture *f = (struct fixture *)arg;
	static char text[100001];

	for (int i = 0;; i++) {
		memset(text, 'a' + i % 26, sizeof text - 1);
		CHILD_CHECK(outputs_commit(f->outputs, open_and_write(f, "out", text)) == 0);
		if (i == 0)
			child_tell('1');
	}
}

static void a_reader_never_sees_a_part(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	struct child child;
	child_start(&child, replace_for_ever, f);

	child_await(&child, '1');
	for (int i = 0; i < 300; i++) {
		char *text = temp_dir_read(&f->dir, "out");
		assert_non_null(text);
		assert_int_equal(strlen(text), 100000);
		assert_int_equal(strspn(text, (char[]){ text[0], '\0' }), 100000);
		free(text);
	}
	child_release(&child);
}

#define TEST(name)                                                                                 \
	cmocka_unit_test_setup_teardown(name, output_set_up, output_tear_down),                    \
		cmocka_unit_test_setup_teardown(name, output_set_up_named, output_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_file_appears_by_commit),
		TEST(a_discarded_file_never_was),
		TEST(what_is_left_open_is_discarded),
		TEST(a_file_is_replaced_and_its_readers_and_links_keep_the_old),
		TEST(what_appeared_meanwhile_is_replaced),
		TEST(what_went_away_meanwhile_comes_back),
		TEST(a_commit_that_fails_leaves_all_as_it_was),
		TEST(an_input_may_be_the_output),
		TEST(links_are_followed_and_stay_links),
		TEST(a_chain_of_links_has_an_end),
		TEST(what_cannot_be_opened_says_why),
		TEST(the_longest_name_fits),
		TEST(one_target_is_opened_once_at_a_time),
		TEST(only_what_was_opened_is_committed),
		TEST(a_descriptor_that_became_another_file_is_left_alone),
		TEST(there_is_a_most_of_outputs),
		TEST(a_lack_of_descriptors_leaves_nothing),
		TEST(every_allocation_may_fail),
		TEST(a_reader_never_sees_a_part),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
