/* The memory that control groups leave to this process, cgroups(7).
 * SPDX-License-Identifier: MIT */
#ifndef BWT_CONTROL_GROUP_H
#define BWT_CONTROL_GROUP_H

#include <stdint.h>

/* The least of what the process's groups, and those round them, have left below their limits. What
 * the page cache could give back counts as left.
 * root  the folder in which proc and sys are; "" but for tests
 * Returns bytes; UINT64_MAX without a limit. Threads: any.   Since: 0.1 */
uint64_t control_group_room(const char *root);

#endif
