/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source.h"

static int make_file(const char *text)
{
	char path[] = "/tmp/extract-source-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void a_regular_file_can_be_read_again(void **state)
{
	int fd = make_file("0123456789");
	struct file_source file;
	char bytes[16];

	(void)state;
	assert_int_equal(file_source_init(&file, fd, -1), 0);

	assert_int_equal(file.source.read(&file.source, bytes, 4), 4);
	assert_int_equal(file.source.read_again(&file.source, 1, bytes, 3), 3);
	assert_memory_equal(bytes, "123", 3);
	assert_int_equal(file.source.read(&file.source, bytes, 16), 6);
	assert_memory_equal(bytes, "456789", 6);
	assert_int_equal(file.source.read(&file.source, bytes, 16), 0);
	assert_int_equal(file.source.read_again(&file.source, 10, bytes, 3), 0);
	close(fd);
}

/* As in `{ read line; plugh extract ...; } < file`. */
static void a_file_is_taken_from_where_it_stands(void **state)
{
	int fd = make_file("0123456789");
	struct file_source file;
	char bytes[16];

	(void)state;
	assert_int_equal(lseek(fd, 5, SEEK_SET), 5);
	assert_int_equal(file_source_init(&file, fd, -1), 0);

	assert_int_equal(file.source.read(&file.source, bytes, 16), 5);
	assert_memory_equal(bytes, "56789", 5);
	assert_int_equal(file.source.read_again(&file.source, 0, bytes, 2), 2);
	assert_memory_equal(bytes, "56", 2);
	close(fd);
}

static void a_pipe_cannot_be_read_again(void **state)
{
	struct file_source file;
	int fd[2];
	char bytes[16];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], "abc", 3), 3);
	assert_int_equal(file_source_init(&file, fd[0], -1), 0);

	assert_null(file.source.read_again);
	assert_int_equal(file.source.read(&file.source, bytes, 16), 3);
	close(fd[1]);
	assert_int_equal(file.source.read(&file.source, bytes, 16), 0);
	close(fd[0]);
}

static void a_folder_is_refused(void **state)
{
	struct file_source file;
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	assert_int_equal(file_source_init(&file, fd, -1), -EISDIR);
	close(fd);
	assert_int_equal(file_source_init(&file, fd, -1), -EBADF);
}

static void a_cancelled_read_returns_also_from_an_empty_pipe(void **state)
{
	struct file_source file;
	int fd[2], cancel[2], regular = make_file("abc");
	char bytes[4];

	(void)state;
	assert_int_equal(pipe2(fd, O_NONBLOCK), 0);
	assert_int_equal(pipe(cancel), 0);
	assert_int_equal(write(cancel[1], "!", 1), 1);

	assert_int_equal(file_source_init(&file, fd[0], cancel[0]), 0);
	assert_int_equal(file.source.read(&file.source, bytes, 4), -ECANCELED);
	assert_int_equal(file_source_init(&file, regular, cancel[0]), 0);
	assert_int_equal(file.source.read(&file.source, bytes, 4), -ECANCELED);
	assert_int_equal(file.source.read_again(&file.source, 0, bytes, 4), -ECANCELED);

	close(regular);
	close(fd[0]);
	close(fd[1]);
	close(cancel[0]);
	close(cancel[1]);
}

static void feed(void *ctx)
{
	assert_int_equal(write(*(int *)ctx, "late", 4), 4);
}

/* Before a read has to wait its owner may do something: here, what makes it go on. */
static void a_read_that_waits_says_so_first(void **state)
{
	struct file_source file;
	int fd[2];
	char bytes[8];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(file_source_init(&file, fd[0], -1), 0);
	file.idle = feed;
	file.idle_ctx = &fd[1];

	assert_int_equal(file.source.read(&file.source, bytes, 8), 4);
	assert_memory_equal(bytes, "late", 4);

	/* With data at hand there is no call, or there would be eight bytes. */
	assert_int_equal(write(fd[1], "x", 1), 1);
	assert_int_equal(file.source.read(&file.source, bytes, 8), 1);
	close(fd[0]);
	close(fd[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_regular_file_can_be_read_again),
		cmocka_unit_test(a_file_is_taken_from_where_it_stands),
		cmocka_unit_test(a_pipe_cannot_be_read_again),
		cmocka_unit_test(a_folder_is_refused),
		cmocka_unit_test(a_cancelled_read_returns_also_from_an_empty_pipe),
		cmocka_unit_test(a_read_that_waits_says_so_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
