/* The descriptors of a confined plugin.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "child.h"
#include "descriptors.h"
#include "temp_dir.h"

static void a_path_names_a_descriptor(void **state)
{
	struct temp_dir dir;
	char path[64];

	(void)state;
	temp_dir_create(&dir);
	temp_dir_write(&dir, "file", "x");
	char *file = temp_dir_path(&dir, "file");
	char *link = temp_dir_path(&dir, "link");
	snprintf(path, sizeof path, "/proc/%d/fd/63", (int)getpid());
	assert_return_code(symlink("/dev/fd/17", link), 0);

	assert_int_equal(descriptors_of_path("/dev/fd/63"), 63);
	assert_int_equal(descriptors_of_path("/proc/self/fd/5"), 5);
	assert_int_equal(descriptors_of_path(path), 63);
	assert_int_equal(descriptors_of_path("/dev/stdin"), 0);
	assert_int_equal(descriptors_of_path("/dev/stderr"), 2);
	assert_int_equal(descriptors_of_path(link), 17);
	assert_int_equal(descriptors_of_path(file), -1);
	assert_int_equal(descriptors_of_path("/dev/fd"), -1);
	assert_int_equal(descriptors_of_path("/dev/fd/x"), -1);
	assert_int_equal(descriptors_of_path("/dev/fd/99999999999999999999"), -1);
	assert_int_equal(descriptors_of_path("/proc/1/fd/5"), -1);
	assert_int_equal(descriptors_of_path("-"), -1);
	assert_int_equal(descriptors_of_path(""), -1);

	free(file);
	free(link);
	temp_dir_destroy(&dir);
}

static int passed(const char *process, const char *count)
{
	char first[64], second[64];
	char *environment[] = { first, second, NULL };

	snprintf(first, sizeof first, "LISTEN_PID=%s", process);
	snprintf(second, sizeof second, "LISTEN_FDS=%s", count);
	return descriptors_passed(environment);
}

static void sockets_are_passed_to_the_process_that_is_named(void **state)
{
	char self[16];

	(void)state;
	snprintf(self, sizeof self, "%d", (int)getpid());
	assert_int_equal(passed(self, "2"), 2);
	assert_int_equal(passed(self, "0"), 0);
	assert_int_equal(passed("1", "2"), 0);
	assert_int_equal(passed("", "2"), 0);
	assert_int_equal(passed(self, ""), 0);
	assert_int_equal(passed(self, "-1"), 0);
	assert_int_equal(passed(self, "2x"), 0);
	assert_int_equal(passed(self, " 2"), 0);
	assert_int_equal(passed(self, "99999999999999999999"), 0);
	assert_int_equal(passed(self, "2147483647"), 0);
	assert_int_equal(descriptors_passed((char *[]){ NULL }), 0);
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* Standard streams, and the given ones of 3 to 39, out of which all are open. */
static int close_all_but(void *arg)
{
	const int *wanted = (const int *)arg;
	int keep[] = { wanted[0], -1, wanted[1], 1, wanted[0] };

	for (int fd = 3; fd < 40; fd++)
		CHILD_CHECK(dup2(2, fd) == fd);
	CHILD_CHECK(descriptors_close_others(keep, 5) == 0);
	for (int fd = 0; fd < 40; fd++)
		CHILD_CHECK(is_open(fd) == (fd < 3 || fd == wanted[0] || fd == wanted[1]));
	return 0;
}

static void all_but_the_listed_ones_are_closed(void **state)
{
	static int row[][2] = { { 7, 20 }, { 20, 7 }, { 3, 39 }, { 3, 4 }, { -1, -1 }, { 2, 0 },
		{ 39, 39 } };

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		assert_int_equal(child_run(close_all_but, row[i], NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_names_a_descriptor),
		cmocka_unit_test(sockets_are_passed_to_the_process_that_is_named),
		cmocka_unit_test(all_but_the_listed_ones_are_closed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
