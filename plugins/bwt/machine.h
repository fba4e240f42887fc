/* What the machine has to give.
 * SPDX-License-Identifier: MIT */
#ifndef BWT_MACHINE_H
#define BWT_MACHINE_H

#include <stddef.h>
#include <stdint.h>

/* Cores that this process may run on, at least 1. Threads: any.   Since: 0.1 */
size_t machine_cores(void);

/* Bytes of memory that could be had without others losing theirs: MemAvailable of proc(5), or,
 * where that may not be read, free memory without the page cache; 0: not known. Since: 0.1 */
uint64_t machine_free_memory(void);

#endif
