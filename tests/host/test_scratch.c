/* A folder for temporary files, made and removed.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"
#include "temp_dir.h"

static int set_up(void **state)
{
	struct temp_dir *dir = calloc(1, sizeof *dir);

	if (dir == NULL)
		return -1;
	temp_dir_create(dir);
	*state = dir;
	return 0;
}

static int tear_down(void **state)
{
	temp_dir_destroy(*state);
	free(*state);
	return 0;
}

static int make(const struct temp_dir *dir, char path[SCRATCH_PATH_SIZE])
{
	int r = scratch_create(dir->path, path);
	assert_int_equal(r, 0);
	int fd = open(path, O_PATH | O_DIRECTORY);
	assert_true(fd >= 0);
	return fd;
}

static void put(int folder, const char *name)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL, 0);
	assert_true(fd >= 0);
	close(fd);
}

static void it_is_for_this_user_alone(void **state)
{
	const struct temp_dir *dir = *state;
	char path[SCRATCH_PATH_SIZE], other[SCRATCH_PATH_SIZE];
	struct stat st;

	int folder = make(dir, path);
	assert_int_equal(fstat(folder, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(strncmp(path, dir->path, strlen(dir->path)), 0);
	close(folder);
	close(make(dir, other));
	assert_string_not_equal(path, other);
	assert_int_equal(scratch_remove(path), 0);
	assert_int_equal(scratch_remove(path), -ENOENT);
	assert_int_equal(scratch_remove(other), 0);
}

static void the_base_is_an_absolute_folder(void **state)
{
	static const char *const base[] = { NULL, "", "relative", "." };
	char path[SCRATCH_PATH_SIZE], *deep = malloc(2 * SCRATCH_PATH_SIZE);

	(void)state;
	for (size_t i = 0; i < sizeof base / sizeof base[0]; i++) {
		assert_int_equal(scratch_create(base[i], path), 0);
		assert_int_equal(strncmp(path, "/tmp/plugh-", 11), 0);
		assert_int_equal(scratch_remove(path), 0);
	}
	assert_int_equal(scratch_create("/nowhere/at/all", path), -ENOENT);
	assert_int_equal(scratch_create("/dev/null", path), -ENOTDIR);
	memset(deep, '/', SCRATCH_PATH_SIZE);
	deep[SCRATCH_PATH_SIZE] = '\0';
	assert_int_equal(scratch_create(deep, path), -ENAMETOOLONG);
	free(deep);
}

static void all_that_is_in_it_goes(void **state)
{
	const struct temp_dir *dir = *state;
	char path[SCRATCH_PATH_SIZE], name[32];

	int folder = make(dir, path);
	put(folder, ".hidden");
	put(folder, "0");
	assert_int_equal(symlinkat("/", folder, "link"), 0);
	assert_int_equal(mkfifoat(folder, "fifo", 0), 0);
	/* Without any right, full, and with names that look like those it is emptied by. */
	for (int i = 1; i < 300; i++) {
		snprintf(name, sizeof name, "%d", i);
		assert_int_equal(mkdirat(folder, name, 0700), 0);
		snprintf(name, sizeof name, "%d/0", i);
		assert_int_equal(mkdirat(folder, name, 0700), 0);
		snprintf(name, sizeof name, "%d/0/1", i);
		put(folder, name);
		snprintf(name, sizeof name, "%d/0", i);
		assert_int_equal(fchmodat(folder, name, 0, 0), 0);
		snprintf(name, sizeof name, "%d", i);
		assert_int_equal(fchmodat(folder, name, 0, 0), 0);
	}
	close(folder);
	assert_int_equal(chmod(path, 0), 0);
	assert_int_equal(scratch_remove(path), 0);
	assert_int_equal(temp_dir_count(dir), 0);
}

static void any_depth_goes(void **state)
{
	const struct temp_dir *dir = *state;
	char path[SCRATCH_PATH_SIZE];

	int folder = make(dir, path);
	for (int i = 0; i < 3000; i++) {
		assert_int_equal(mkdirat(folder, "d", 0700), 0);
		int inner = openat(folder, "d", O_PATH | O_DIRECTORY);
		assert_true(inner >= 0);
		put(inner, "f");
		close(folder);
		folder = inner;
	}
	close(folder);
	assert_int_equal(scratch_remove(path), 0);
	assert_int_equal(temp_dir_count(dir), 0);
}

static void links_are_not_followed(void **state)
{
	const struct temp_dir *dir = *state;
	char path[SCRATCH_PATH_SIZE], *kept = temp_dir_path(dir, "kept");

	assert_int_equal(mkdir(kept, 0750), 0);
	temp_dir_write(dir, "kept/file", "text");
	int folder = make(dir, path);
	assert_int_equal(symlinkat(kept, folder, "link"), 0);
	assert_int_equal(mkdirat(folder, "inner", 0700), 0);
	assert_int_equal(symlinkat(kept, folder, "inner/link"), 0);
	close(folder);
	assert_int_equal(scratch_remove(path), 0);
	char *text = temp_dir_read(dir, "kept/file");
	assert_string_equal(text, "text");
	free(text);

	/* The folder itself, exchanged for a link. */
	assert_int_equal(symlink(kept, path), 0);
	assert_int_equal(scratch_remove(path), -ENOTDIR);
	text = temp_dir_read(dir, "kept/file");
	assert_string_equal(text, "text");
	free(text);
	free(kept);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(it_is_for_this_user_alone),
		WITH(the_base_is_an_absolute_folder),
		WITH(all_that_is_in_it_goes),
		WITH(any_depth_goes),
		WITH(links_are_not_followed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
