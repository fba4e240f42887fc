/* A folder of its own for a test.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_TEST_TEMP_DIR_H
#define PLUGH_TEST_TEMP_DIR_H

#include <stddef.h>

struct temp_dir {
	char path[64];
};

/* Make it below $TMPDIR or /tmp. Failure (here and below) fails the test. */
void temp_dir_create(struct temp_dir *dir);

/* The path of a name in it; the caller frees it. */
char *temp_dir_path(const struct temp_dir *dir, const char *name);

/* Write a file in it, with mode 0644. */
void temp_dir_write(const struct temp_dir *dir, const char *name, const char *text);

/* Read a file in it; the caller frees it. NULL where there is none. */
char *temp_dir_read(const struct temp_dir *dir, const char *name);

/* How many names it holds. */
size_t temp_dir_count(const struct temp_dir *dir);

/* Remove it with all that it holds. */
void temp_dir_destroy(struct temp_dir *dir);

#endif
