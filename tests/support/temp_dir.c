/* A folder of its own for a test.
 *
 * SPDX-License-Identifier: MIT */
#include "temp_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plugh/buf.h>

#include "plugh_test.h"

void temp_dir_create(struct temp_dir *dir)
{
	const char *base = getenv("TMPDIR");

	int n = snprintf(
		dir->path, sizeof dir->path, "%s/plugh-test-XXXXXX", base != NULL ? base : "/tmp");
	assert_true(n > 0 && (size_t)n < sizeof dir->path);
	assert_non_null(mkdtemp(dir->path));
}

char *temp_dir_path(const struct temp_dir *dir, const char *name)
{
	char *path = NULL;
	assert_return_code(asprintf(&path, "%s/%s", dir->path, name), errno);
	return path;
}

void temp_dir_write(const struct temp_dir *dir, const char *name, const char *text)
{
	char *path = temp_dir_path(dir, name);
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_return_code(chmod(path, 0644), errno);
	free(path);
}

char *temp_dir_read(const struct temp_dir *dir, const char *name)
{
	char *path = temp_dir_path(dir, name);
	struct plugh_buf text = { 0 };
	char bytes[4096];
	ssize_t n;

	int fd = open(path, O_RDONLY | O_CLOEXEC);
	free(path);
	if (fd < 0)
		return NULL;
	while ((n = read(fd, bytes, sizeof bytes)) > 0)
		plugh_buf_append(&text, bytes, (size_t)n);
	close(fd);
	assert_return_code(n, errno);
	return plugh_buf_take(&text);
}

size_t temp_dir_count(const struct temp_dir *dir)
{
	DIR *stream = opendir(dir->path);
	size_t count = 0;

	assert_non_null(stream);
	while (readdir(stream) != NULL)
		count++;
	closedir(stream);
	return count - 2; /* . and .. */
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

void temp_dir_destroy(struct temp_dir *dir)
{
	nftw(dir->path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
