/* Processes that outlive the child that started them, wherever they have moved: they come to this
 * process, which can end them.
 *
 * Where the kernel keeps no list of children (CONFIG_PROC_CHILDREN) none is found.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_ORPHANS_H
#define PLUGH_ORPHANS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { ORPHANS_MAX = 256 }; /* children that this process may have of its own */

/* What was before. */
struct orphans {
	size_t count;
	pid_t child[ORPHANS_MAX];
	int was_reaper;
};

/* From now on orphans come here (prctl(2), PR_SET_CHILD_SUBREAPER). Call it before the child is
 * made; this process has one thread, and makes no other child until orphans_release. [main-thread]
 */
void orphans_init(struct orphans *ret_orphans);

/* End all that came since, but for the child itself, which has ended and is not yet reaped. Returns
 * whether one was still alive. [main-thread] */
bool orphans_end(const struct orphans *orphans, pid_t child);

/* Orphans go where they went before. [main-thread] */
void orphans_release(struct orphans *orphans);

#endif
