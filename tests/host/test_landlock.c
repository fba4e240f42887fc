/* Landlock: the numbers, and what they do on this kernel.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "child.h"
#include "landlock.h"
#include "temp_dir.h"

/* As far as the system's header goes, whose constants have the longer names. */
_Static_assert(LANDLOCK_EXECUTE == LANDLOCK_ACCESS_FS_EXECUTE, "");
_Static_assert(LANDLOCK_WRITE_FILE == LANDLOCK_ACCESS_FS_WRITE_FILE, "");
_Static_assert(LANDLOCK_READ_FILE == LANDLOCK_ACCESS_FS_READ_FILE, "");
_Static_assert(LANDLOCK_READ_DIR == LANDLOCK_ACCESS_FS_READ_DIR, "");
_Static_assert(LANDLOCK_REMOVE_DIR == LANDLOCK_ACCESS_FS_REMOVE_DIR, "");
_Static_assert(LANDLOCK_REMOVE_FILE == LANDLOCK_ACCESS_FS_REMOVE_FILE, "");
_Static_assert(LANDLOCK_MAKE_CHAR == LANDLOCK_ACCESS_FS_MAKE_CHAR, "");
_Static_assert(LANDLOCK_MAKE_DIR == LANDLOCK_ACCESS_FS_MAKE_DIR, "");
_Static_assert(LANDLOCK_MAKE_REG == LANDLOCK_ACCESS_FS_MAKE_REG, "");
_Static_assert(LANDLOCK_MAKE_SOCK == LANDLOCK_ACCESS_FS_MAKE_SOCK, "");
_Static_assert(LANDLOCK_MAKE_FIFO == LANDLOCK_ACCESS_FS_MAKE_FIFO, "");
_Static_assert(LANDLOCK_MAKE_BLOCK == LANDLOCK_ACCESS_FS_MAKE_BLOCK, "");
_Static_assert(LANDLOCK_MAKE_SYM == LANDLOCK_ACCESS_FS_MAKE_SYM, "");
#ifdef LANDLOCK_ACCESS_FS_REFER
_Static_assert(LANDLOCK_REFER == LANDLOCK_ACCESS_FS_REFER, "");
#endif
#ifdef LANDLOCK_ACCESS_FS_TRUNCATE
_Static_assert(LANDLOCK_TRUNCATE == LANDLOCK_ACCESS_FS_TRUNCATE, "");
#endif
#ifdef LANDLOCK_ACCESS_FS_IOCTL_DEV
_Static_assert(LANDLOCK_IOCTL_DEV == LANDLOCK_ACCESS_FS_IOCTL_DEV, "");
#endif

static const struct landlock_handled all = { LANDLOCK_ALL_FILES, LANDLOCK_ALL_PORTS,
	LANDLOCK_ALL_SCOPES };

/* Rights by ABI, from the kernel's documentation. */
static void each_abi_knows_its_rights(void **state)
{
	static const struct {
		int abi;
		unsigned files, ports, scopes;
	} row[] = {
		{ 1, 13, 0, 0 },
		{ 2, 14, 0, 0 },
		{ 3, 15, 0, 0 },
		{ 4, 15, 2, 0 },
		{ 5, 16, 2, 0 },
		{ 6, 16, 2, 2 },
		{ 7, 16, 2, 2 },
		{ 99, 16, 2, 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct landlock_handled known = landlock_known(all, row[i].abi);
		assert_int_equal(known.files, (1 << row[i].files) - 1);
		assert_int_equal(known.ports, (1 << row[i].ports) - 1);
		assert_int_equal(known.scopes, (1 << row[i].scopes) - 1);
	}
}

/* The oracle is the kernel: it refuses a bit that it does not know. */
static void the_kernel_takes_what_its_abi_is_said_to_know(void **state)
{
	int abi = landlock_abi();

	(void)state;
	if (abi < 0)
		skip();
	struct landlock_handled known = landlock_known(all, abi);
	int set = landlock_create(&known);
	assert_true(set >= 0);
	assert_int_equal(fcntl(set, F_GETFD), FD_CLOEXEC);
	close(set);
	struct landlock_handled more = known;
	more.files |= UINT64_C(1) << 63;
	assert_int_equal(landlock_create(&more), -EINVAL);
}

static void what_is_no_file_needs_no_rule(void **state)
{
	int pipes[2];

	(void)state;
	if (landlock_abi() < 0)
		skip();
	struct landlock_handled reading = { LANDLOCK_READ_FILE, 0, 0 };
	int set = landlock_create(&reading);
	assert_return_code(pipe(pipes), 0);
	assert_int_equal(landlock_allow_file(set, pipes[0], LANDLOCK_READ_FILE), -EBADFD);
	assert_int_equal(landlock_allow_file(set, -1, LANDLOCK_READ_FILE), -EBADF);
	assert_int_equal(landlock_allow_port(set, 1, LANDLOCK_BIND_TCP), -EINVAL);
	close(pipes[0]);
	close(pipes[1]);
	close(set);
}

static int read_only_one(void *arg)
{
	char *const *path = (char *const *)arg;
	struct landlock_handled reading = { LANDLOCK_READ_FILE, 0, 0 };
	int set = landlock_create(&reading);
	int fd = open(path[0], O_PATH | O_CLOEXEC);

	CHILD_CHECK(landlock_allow_file(set, fd, LANDLOCK_READ_FILE) == 0);
	CHILD_CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHILD_CHECK(landlock_restrict(set) == 0);
	CHILD_CHECK(open(path[0], O_RDONLY) >= 0);
	CHILD_CHECK(open(path[1], O_RDONLY) < 0 && errno == EACCES);
	/* A second name of the file is no other file; its way does not matter. */
	CHILD_CHECK(open(path[2], O_RDONLY) >= 0);
	CHILD_CHECK(open(path[1], O_WRONLY) >= 0);
	return 0;
}

static void a_rule_opens_one_file(void **state)
{
	struct temp_dir dir;

	(void)state;
	if (landlock_abi() < 0)
		skip();
	temp_dir_create(&dir);
	temp_dir_write(&dir, "a", "x");
	temp_dir_write(&dir, "b", "x");
	char *path[] = { temp_dir_path(&dir, "a"), temp_dir_path(&dir, "b"),
		temp_dir_path(&dir, "c") };
	assert_return_code(symlink("a", path[2]), 0);
	assert_int_equal(child_run(read_only_one, path, NULL), 0);
	for (size_t i = 0; i < 3; i++)
		free(path[i]);
	temp_dir_destroy(&dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_abi_knows_its_rights),
		cmocka_unit_test(the_kernel_takes_what_its_abi_is_said_to_know),
		cmocka_unit_test(what_is_no_file_needs_no_rule),
		cmocka_unit_test(a_rule_opens_one_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
