/* Limits: what is written into a cgroup's folder (here one of plain files), and rlimits.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "budget.h"
#include "temp_dir.h"

static const int64_t second = 1000000000, ms = 1000000;

/* A cgroup "group" in a folder, with the files that it would have. */
struct folder {
	struct temp_dir dir;
	int cgroup;
};

static void set_up(struct folder *folder)
{
	temp_dir_create(&folder->dir);
	char *path = temp_dir_path(&folder->dir, "group");
	assert_int_equal(mkdir(path, 0755), 0);
	folder->cgroup = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(folder->cgroup >= 0);
	free(path);
}

static void tear_down(struct folder *folder)
{
	close(folder->cgroup);
	temp_dir_destroy(&folder->dir);
}

static void assert_holds(const struct folder *folder, const char *name, const char *text)
{
	char *there = temp_dir_read(&folder->dir, name);

	assert_non_null(there);
	assert_string_equal(there, text);
	free(there);
}

static void memory_is_limited_with_all_that_belongs_to_it(void **state)
{
	(void)state;
	struct folder folder;

	set_up(&folder);
	temp_dir_write(&folder.dir, "group/memory.max", "");
	temp_dir_write(&folder.dir, "group/memory.swap.max", "");
	temp_dir_write(&folder.dir, "group/memory.oom.group", "");
	assert_int_equal(
		budget_set_cgroup(&(struct budget){ .memory = 123456789 }, folder.cgroup), 0);
	assert_holds(&folder, "group/memory.max", "123456789");
	assert_holds(&folder, "group/memory.swap.max", "0");
	assert_holds(&folder, "group/memory.oom.group", "1");
	tear_down(&folder);
}

static void without_swap_or_group_kill_memory_is_limited_all_the_same(void **state)
{
	(void)state;
	struct folder folder;

	set_up(&folder);
	temp_dir_write(&folder.dir, "group/memory.max", "");
	assert_int_equal(budget_set_cgroup(&(struct budget){ .memory = 4096 }, folder.cgroup), 0);
	assert_holds(&folder, "group/memory.max", "4096");
	assert_int_equal(temp_dir_count(&folder.dir), 1);
	tear_down(&folder);
}

static void the_controller_is_asked_for_where_it_is_missing(void **state)
{
	(void)state;
	struct folder folder;

	set_up(&folder);
	assert_int_equal(
		budget_set_cgroup(&(struct budget){ .memory = 4096 }, folder.cgroup), -ENOENT);
	temp_dir_write(&folder.dir, "cgroup.subtree_control", "");
	assert_int_equal(
		budget_set_cgroup(&(struct budget){ .memory = 4096 }, folder.cgroup), -ENOENT);
	assert_holds(&folder, "cgroup.subtree_control", "+memory");
	tear_down(&folder);
}

static void cpu_time_is_read_in_nanoseconds(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int r;
		int64_t ns;
	} row[] = {
		{ "usage_usec 1500\nuser_usec 1000\nsystem_usec 500\n", 0, 1500000 },
		{ "usage_usec 0\n", 0, 0 },
		{ "user_usec 1000\n", -ENOENT, 0 },
		{ "usage_usec x\n", -EINVAL, 0 },
		{ "usage_usec -5\n", -EINVAL, 0 },
		{ "usage_usec 9223372036854775807\n", -EINVAL, 0 },
		{ "", -ENOENT, 0 },
	};
	struct folder folder;
	int64_t ns;

	set_up(&folder);
	assert_int_equal(budget_read_cpu(folder.cgroup, &ns), -ENOENT);
	assert_int_equal(
		budget_set_cgroup(&(struct budget){ .cpu_ns = 1 }, folder.cgroup), -ENOENT);
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		ns = 0;
		temp_dir_write(&folder.dir, "group/cpu.stat", row[i].text);
		assert_int_equal(budget_read_cpu(folder.cgroup, &ns), row[i].r);
		if (row[i].r == 0)
			assert_int_equal(ns, row[i].ns);
		assert_int_equal(budget_set_cgroup(&(struct budget){ .cpu_ns = 1 }, folder.cgroup),
			row[i].r);
	}
	tear_down(&folder);
}

static void the_next_look_is_never_later_than_the_limit(void **state)
{
	(void)state;
	const struct budget budget = { .cpu_ns = 10 * second };
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	assert_int_equal(budget_time_left(&budget, 10 * second), 0);
	assert_int_equal(budget_time_left(&budget, 11 * second), 0);
	assert_int_equal(budget_time_left(&budget, 0), 10 * second / processors);
	assert_int_equal(budget_time_left(&budget, 10 * second - 1), ms);
}

static void rlimits_of_cpu_time_are_whole_seconds(void **state)
{
	(void)state;

	assert_int_equal(budget_cpu_seconds(&(struct budget){ .cpu_ns = 1 }), 1);
	assert_int_equal(budget_cpu_seconds(&(struct budget){ .cpu_ns = second }), 1);
	assert_int_equal(budget_cpu_seconds(&(struct budget){ .cpu_ns = second + 1 }), 2);
	assert_int_equal(budget_cpu_seconds(&(struct budget){ .cpu_ns = INT64_MAX }), 9223372037);
}

static void no_rlimit_is_above_the_own_one(void **state)
{
	(void)state;
	struct rlimit before, limit;

	assert_int_equal(getrlimit(RLIMIT_CPU, &before), 0);
	assert_int_equal(setrlimit(RLIMIT_CPU, &(struct rlimit){ 1000, before.rlim_max }), 0);
	assert_int_equal(budget_to_rlimit(RLIMIT_CPU, 10, 11, &limit), 0);
	assert_int_equal(limit.rlim_cur, 10);
	assert_int_equal(limit.rlim_max, 11);
	assert_int_equal(budget_to_rlimit(RLIMIT_CPU, 2000, 2001, &limit), 0);
	assert_int_equal(limit.rlim_cur, 1000);
	assert_int_equal(limit.rlim_max, 2001);
	assert_int_equal(setrlimit(RLIMIT_CPU, &before), 0);
	assert_int_equal(budget_to_rlimit(-1, 1, 1, &limit), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_limited_with_all_that_belongs_to_it),
		cmocka_unit_test(without_swap_or_group_kill_memory_is_limited_all_the_same),
		cmocka_unit_test(the_controller_is_asked_for_where_it_is_missing),
		cmocka_unit_test(cpu_time_is_read_in_nanoseconds),
		cmocka_unit_test(the_next_look_is_never_later_than_the_limit),
		cmocka_unit_test(rlimits_of_cpu_time_are_whole_seconds),
		cmocka_unit_test(no_rlimit_is_above_the_own_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
