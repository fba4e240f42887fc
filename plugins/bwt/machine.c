/* machine - cores and memory.
 * SPDX-License-Identifier: MIT */
#include "machine.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>

#include "control_group.h"

enum { CORES_FIRST = 1024, CORES_MAX = 1 << 20 };

size_t machine_cores(void)
{
	for (size_t room = CORES_FIRST; room <= CORES_MAX; room *= 2) {
		size_t size = CPU_ALLOC_SIZE(room);
		cpu_set_t *cpus = CPU_ALLOC(room);
		if (cpus == NULL)
			break;
		bool is_known = sched_getaffinity(0, size, cpus) == 0;
		size_t count = is_known ? (size_t)CPU_COUNT_S(size, cpus) : 0;
		/* EINVAL: the machine may have more. */
		bool is_too_small = !is_known && errno == EINVAL;
		CPU_FREE(cpus);
		if (count > 0)
			return count;
		if (!is_too_small)
			break;
	}
	return 1;
}

static uint64_t system_memory(const char *root)
{
	char path[PATH_MAX], line[256];
	uint64_t kib = 0;
	struct sysinfo info;

	(void)snprintf(path, sizeof path, "%s/proc/meminfo", root);
	FILE *file = fopen(path, "re");
	while (file != NULL && kib == 0 && fgets(line, sizeof line, file) != NULL)
		if (strncmp(line, "MemAvailable:", 13) == 0)
			kib = strtoull(line + 13, NULL, 10);
	if (file != NULL)
		(void)fclose(file);
	if (kib > 0)
		return kib * 1024;
	return sysinfo(&info) == 0 ? (uint64_t)info.freeram * info.mem_unit : 0;
}

uint64_t machine_free_memory(const char *root)
{
	uint64_t memory = system_memory(root), allowed = control_group_room(root);

	if (allowed == UINT64_MAX)
		return memory;
	if (memory == 0 || allowed < memory)
		memory = allowed;
	return memory > 0 ? memory : 1;
}

static bool can_map(uint64_t size)
{
	void *place = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return place != MAP_FAILED && munmap(place, size) == 0;
}

/* What is in use now cannot be read in a sandbox, so no limit tells what is left: it is tried. */
uint64_t machine_space(uint64_t wanted)
{
	const uint64_t step = 1 << 20;
	uint64_t fits = 0, too_much = wanted;

	if (wanted == 0 || can_map(wanted))
		return 0;
	while (too_much - fits > step) {
		uint64_t middle = fits + (too_much - fits) / 2;
		if (can_map(middle))
			fits = middle;
		else
			too_much = middle;
	}
	return fits > 0 ? fits : 1;
}
