/* Limits of CPU time and memory on what a command does.
 *
 * By a cgroup (version 2; cgroups(7)) they hold for all that the command starts, together. Where
 * none can be had, by rlimits (setrlimit(2)), they hold for each of its processes by itself: CPU
 * time in whole seconds, rounded up, and the size of its address space.
 *
 * SPDX-License-Identifier: MIT */
#ifndef TIMEOUT_BUDGET_H
#define TIMEOUT_BUDGET_H

#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

struct budget {
	int64_t cpu_ns;  /* 0: no limit */
	uint64_t memory; /* bytes; 0: no limit */
};

/* Put the memory's limit into a cgroup, before anything runs in it, and see that CPU time can be
 * read there.
 *
 * cgroup  its folder; borrowed
 *
 * Returns 0, or -errno: -ENOENT where the cgroup has no memory controller, and none can be had. */
int budget_set_cgroup(const struct budget *budget, int cgroup);

/* The CPU time that all in a cgroup have used since it was made. Returns 0, or -errno. */
int budget_read_cpu(int cgroup, int64_t *ret_ns);

/* The time until which it makes no sense to look again: all processors at once can use up what is
 * left of the CPU time no sooner. 0: it is used up. */
int64_t budget_time_left(const struct budget *budget, int64_t used_ns);

/* The same as rlimits. The soft limit of CPU time ends a process by SIGXCPU, the hard one, a second
 * later, by SIGKILL. None is above the limit that this process itself has.
 *
 * Returns 0, or -errno of getrlimit(2): then *ret_limit is untouched. */
int budget_to_rlimit(int resource, uint64_t soft, uint64_t hard, struct rlimit *ret_limit);

/* CPU time in seconds, as RLIMIT_CPU has it. */
uint64_t budget_cpu_seconds(const struct budget *budget);

#endif
