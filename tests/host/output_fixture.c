/* What the tests of outputs share.
 *
 * SPDX-License-Identifier: MIT */
#include "output_fixture.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "plugh_test.h"

static int count_descriptors(void)
{
	DIR *stream = opendir("/proc/self/fd");
	int count = 0;

	assert_non_null(stream);
	while (readdir(stream) != NULL)
		count++;
	closedir(stream);
	return count;
}

static int set_up(void **state, bool named_only)
{
	struct fixture *f = (struct fixture *)calloc(1, sizeof *f);
	if (f == NULL)
		return -1;
	f->descriptor_count = count_descriptors();
	f->named_only = named_only;
	f->cancel_fd = eventfd(0, EFD_CLOEXEC);
	temp_dir_create(&f->dir);
	struct outputs_spec spec = { .cancel_fd = f->cancel_fd, .named_only = named_only };
	*state = f;
	return outputs_create(&spec, &f->outputs);
}

int output_set_up(void **state)
{
	return set_up(state, false);
}

int output_set_up_named(void **state)
{
	return set_up(state, true);
}

int output_tear_down(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	outputs_destroy(f->outputs);
	close(f->cancel_fd);
	temp_dir_destroy(&f->dir);
	bool leaks = count_descriptors() != f->descriptor_count;
	free(f);
	if (leaks)
		print_error("descriptors were left open\n");
	return leaks ? -1 : 0;
}

int open_and_write(struct fixture *f, const char *name, const char *text)
{
	char *path = temp_dir_path(&f->dir, name);
	int fd = outputs_open(f->outputs, path);

	assert_return_code(fd, -fd);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	free(path);
	return fd;
}

void expect_open(struct fixture *f, const char *name, int r)
{
	char *path = temp_dir_path(&f->dir, name);
	int got = outputs_open(f->outputs, path);

	if (got != r)
		fail_msg("'%s' gives %d (%s), not %d", name, got, strerror(-got), r);
	free(path);
}

bool exists(const struct fixture *f, const char *name)
{
	char *path = temp_dir_path(&f->dir, name);
	bool is_there = faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;

	free(path);
	return is_there;
}

void assert_content(const struct fixture *f, const char *name, const char *text)
{
	char *got = temp_dir_read(&f->dir, name);

	assert_non_null(got);
	assert_string_equal(got, text);
	free(got);
}
