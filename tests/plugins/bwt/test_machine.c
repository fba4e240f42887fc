/* What the machine has to give, by files of proc and sys that the test writes.
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control_group.h"
#include "machine.h"
#include "temp_dir.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { IS_SANITIZED = 1 };
#else
enum { IS_SANITIZED = 0 };
#endif

static const char meminfo[] = "MemTotal:       24684056 kB\nMemFree:        20721234 kB\n"
			      "MemAvailable:   8000000 kB\nBuffers:          123 kB\n";
static const uint64_t available = 8000000ULL << 10;

struct fixture {
	struct temp_dir dir;
};

/* Write a file with the folders above it. */
static void put(const struct fixture *f, const char *name, const char *text)
{
	for (size_t i = 1; name[i] != '\0'; i++) {
		char folder[256];
		if (name[i] != '/')
			continue;
		(void)snprintf(folder, sizeof folder, "%.*s", (int)i, name);
		char *path = temp_dir_path(&f->dir, folder);
		(void)mkdir(path, 0755);
		free(path);
	}
	temp_dir_write(&f->dir, name, text);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_non_null(f);
	temp_dir_create(&f->dir);
	put(f, "proc/meminfo", meminfo);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	temp_dir_destroy(&f->dir);
	free(f);
	return 0;
}

static void test_memory_is_what_is_available(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(machine_free_memory(f->dir.path), available);
	put(f, "proc/self/cgroup", "0::/user.slice\n");
	assert_int_equal(machine_free_memory(f->dir.path), available);
}

static void test_a_machine_without_proc_has_memory_too(void **state)
{
	struct fixture *f = *state;

	char *path = temp_dir_path(&f->dir, "proc/meminfo");
	assert_int_equal(unlink(path), 0);
	free(path);
	assert_true(machine_free_memory(f->dir.path) > 0);
}

static void test_a_group_of_version_2_limits(void **state)
{
	struct fixture *f = *state;

	put(f, "proc/self/cgroup", "0::/user.slice/job.scope\n");
	put(f, "sys/fs/cgroup/user.slice/job.scope/memory.max", "1000000\n");
	put(f, "sys/fs/cgroup/user.slice/job.scope/memory.current", "400000\n");
	assert_int_equal(machine_free_memory(f->dir.path), 600000);
	/* What the page cache holds can be had. */
	put(f, "sys/fs/cgroup/user.slice/job.scope/memory.stat",
		"anon 1\nfile 9\ninactive_file 100000\nactive_file 7\n");
	assert_int_equal(machine_free_memory(f->dir.path), 700000);
	put(f, "sys/fs/cgroup/user.slice/job.scope/memory.max", "max\n");
	assert_int_equal(control_group_room(f->dir.path), UINT64_MAX);
	put(f, "sys/fs/cgroup/user.slice/job.scope/memory.high", "500000\n");
	assert_int_equal(machine_free_memory(f->dir.path), 200000);
}

static void test_a_group_round_it_limits(void **state)
{
	struct fixture *f = *state;

	put(f, "proc/self/cgroup", "0::/a/b/c\n");
	put(f, "sys/fs/cgroup/a/memory.max", "5000\n");
	put(f, "sys/fs/cgroup/a/memory.current", "1000\n");
	put(f, "sys/fs/cgroup/a/b/c/memory.max", "9000\n");
	put(f, "sys/fs/cgroup/a/b/c/memory.current", "1000\n");
	assert_int_equal(control_group_room(f->dir.path), 4000);
	/* The top, as a container sees it. */
	put(f, "sys/fs/cgroup/memory.max", "3000\n");
	put(f, "sys/fs/cgroup/memory.current", "1000\n");
	assert_int_equal(control_group_room(f->dir.path), 2000);
	put(f, "proc/self/cgroup", "0::/\n");
	assert_int_equal(control_group_room(f->dir.path), 2000);
}

static void test_a_group_of_version_1_limits(void **state)
{
	struct fixture *f = *state;

	put(f, "proc/self/cgroup",
		"9:name=systemd:/\n4:cpu,memory:/jobs/7\n3:cpuset:/\n0::/unified\n");
	put(f, "sys/fs/cgroup/memory/jobs/7/memory.limit_in_bytes", "9223372036854771712\n");
	put(f, "sys/fs/cgroup/memory/jobs/7/memory.usage_in_bytes", "1000\n");
	assert_int_equal(machine_free_memory(f->dir.path), available);
	put(f, "sys/fs/cgroup/memory/jobs/memory.limit_in_bytes", "2000000\n");
	put(f, "sys/fs/cgroup/memory/jobs/memory.usage_in_bytes", "1500000\n");
	put(f, "sys/fs/cgroup/memory/jobs/memory.stat",
		"inactive_file 5\ntotal_inactive_file 300000\n");
	assert_int_equal(machine_free_memory(f->dir.path), 800000);
}

static void test_a_group_that_is_full_leaves_as_good_as_nothing(void **state)
{
	struct fixture *f = *state;

	put(f, "proc/self/cgroup", "0::/a\n");
	put(f, "sys/fs/cgroup/a/memory.max", "1000\n");
	put(f, "sys/fs/cgroup/a/memory.current", "1001\n");
	/* 0 would say that it is not known. */
	assert_int_equal(machine_free_memory(f->dir.path), 1);
}

static void test_files_that_are_none_do_no_harm(void **state)
{
	struct fixture *f = *state;
	static const char *const lines[] = { "", "\n", "::", "0:\n", "0::", "0::\n", "x:y:z",
		"0::relative", "1:,memory,:/a\n", "1:memoryx:/a\n" };

	put(f, "sys/fs/cgroup/a/memory.max", "");
	put(f, "sys/fs/cgroup/a/memory.current", "junk\n");
	put(f, "sys/fs/cgroup/memory/a/memory.limit_in_bytes", "-\n");
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		put(f, "proc/self/cgroup", lines[i]);
		assert_int_equal(machine_free_memory(f->dir.path), available);
	}
}

static void test_there_is_a_core(void **state)
{
	(void)state;
	assert_true(machine_cores() >= 1);
	assert_true((long)machine_cores() <= sysconf(_SC_NPROCESSORS_CONF));
}

static void test_a_limit_of_the_address_space_is_found(void **state)
{
	(void)state;
	struct rlimit before;
	const uint64_t mib = 1 << 20;

	assert_int_equal(machine_space(64 * mib), 0);
	/* The sanitizers have mapped terabytes. */
	if (IS_SANITIZED)
		return;
	assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
	const struct rlimit low = { 512 * mib, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_AS, &low), 0);
	uint64_t space = machine_space(4096 * mib), enough = machine_space(64 * mib);
	assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
	assert_in_range(space, 300 * mib, 512 * mib);
	assert_int_equal(enough, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_memory_is_what_is_available, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_machine_without_proc_has_memory_too, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_group_of_version_2_limits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_group_round_it_limits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_group_of_version_1_limits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_group_that_is_full_leaves_as_good_as_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_files_that_are_none_do_no_harm, set_up, tear_down),
		cmocka_unit_test(test_there_is_a_core),
		cmocka_unit_test(test_a_limit_of_the_address_space_is_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
