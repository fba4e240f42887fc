/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>

size_t machine_cores(void)
{
	cpu_set_t cpus;

	return sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? (size_t)CPU_COUNT(&cpus) : 1;
}

uint64_t machine_free_memory(void)
{
	char line[256];
	uint64_t kib = 0;
	struct sysinfo info;

	FILE *file = fopen("/proc/meminfo", "re");
	while (file != NULL && kib == 0 && fgets(line, sizeof line, file) != NULL)
		if (strncmp(line, "MemAvailable:", 13) == 0)
			kib = strtoull(line + 13, NULL, 10);
	if (file != NULL)
		(void)fclose(file);
	if (kib > 0)
		return kib * 1024;
	/* Without what the page cache would give back. */
	return sysinfo(&info) == 0 ? (uint64_t)info.freeram * info.mem_unit : 0;
}
