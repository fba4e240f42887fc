/* SPDX-License-Identifier: MIT */
/* Limits of CPU time and memory on what a command does. */
#include "budget.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int64_t ns_per_s = 1000000000, ns_per_us = 1000;

/* A look at the time that was used costs some microseconds. */
static const int64_t shortest_wait_ns = 1000000;

static int write_file(int folder, const char *name, const char *text)
{
	int fd = openat(folder, name, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ssize_t n = write(fd, text, strlen(text));
	int r = n < 0 ? -errno : 0;
	close(fd);
	return r;
}

static int set_memory(uint64_t bytes, int cgroup)
{
	char number[24];

	snprintf(number, sizeof number, "%" PRIu64, bytes);
	int r = write_file(cgroup, "memory.max", number);
	if (r == -ENOENT) {
		/* A controller is given to children by the cgroup above, which the kernel refuses
		 * where that one has processes of its own and is not the root. */
		r = write_file(cgroup, "../cgroup.subtree_control", "+memory");
		if (r == 0)
			r = write_file(cgroup, "memory.max", number);
	}
	if (r < 0)
		return r == -EBUSY ? -ENOENT : r;
	/* Swapping is no way round it, and what is over it goes as a whole. Neither is there
	 * everywhere. */
	write_file(cgroup, "memory.swap.max", "0");
	write_file(cgroup, "memory.oom.group", "1");
	return 0;
}

int budget_read_cpu(int cgroup, int64_t *ret_ns)
{
	static const char key[] = "usage_usec ";
	char text[1024], *end;

	int fd = openat(cgroup, "cpu.stat", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ssize_t n = read(fd, text, sizeof text - 1);
	int r = n < 0 ? -errno : 0;
	close(fd);
	if (r < 0)
		return r;
	text[n] = '\0';
	const char *line = strstr(text, key);
	if (line == NULL)
		return -ENOENT;
	errno = 0;
	long long us = strtoll(line + sizeof key - 1, &end, 10);
	if (errno != 0 || end == line + sizeof key - 1 || us < 0 ||
		__builtin_mul_overflow(us, ns_per_us, ret_ns))
		return -EINVAL;
	return 0;
}

int budget_set_cgroup(const struct budget *budget, int cgroup)
{
	int64_t used;

	int r = budget->memory != 0 ? set_memory(budget->memory, cgroup) : 0;
	if (r == 0 && budget->cpu_ns != 0)
		r = budget_read_cpu(cgroup, &used);
	return r;
}

int64_t budget_time_left(const struct budget *budget, int64_t used_ns)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	int64_t left = budget->cpu_ns - used_ns;

	if (left <= 0)
		return 0;
	left /= processors > 1 ? processors : 1;
	return left > shortest_wait_ns ? left : shortest_wait_ns;
}

uint64_t budget_cpu_seconds(const struct budget *budget)
{
	return (uint64_t)(budget->cpu_ns / ns_per_s) + (budget->cpu_ns % ns_per_s > 0);
}

int budget_to_rlimit(int resource, uint64_t soft, uint64_t hard, struct rlimit *ret_limit)
{
	struct rlimit now;

	if (getrlimit((__rlimit_resource_t)resource, &now) < 0)
		return -errno;
	if (hard > now.rlim_max)
		hard = now.rlim_max;
	if (soft > now.rlim_cur)
		soft = now.rlim_cur;
	*ret_limit = (struct rlimit){ .rlim_cur = soft < hard ? soft : hard, .rlim_max = hard };
	return 0;
}
