/* What the machine has to give.
 * SPDX-License-Identifier: MIT */
#ifndef BWT_MACHINE_H
#define BWT_MACHINE_H

#include <stddef.h>
#include <stdint.h>

/* Cores that this process may run on, at least 1. Threads (all of these): any.   Since: 0.1 */
size_t machine_cores(void);

/* Bytes of memory that could be had without others losing theirs: MemAvailable of proc(5), or less
 * where a control group of this process, or one round it, allows less (cgroups(7), both versions).
 * Where proc may not be read: free memory without what the page cache would give back.
 * root  the folder in which proc and sys are; "" but for tests
 * 0: not known. Since: 0.1 */
uint64_t machine_free_memory(const char *root);

/* Bytes that can be mapped: for limits of the address space (getrlimit(2)) and of what the system
 * commits itself to. 0: at least `wanted`. Since: 0.1 */
uint64_t machine_space(uint64_t wanted);

#endif
