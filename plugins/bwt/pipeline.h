/* Blocks in parallel, their order kept: the calling thread fills slots and drains them, and a crew
 * does the work.
 * SPDX-License-Identifier: MIT */
#ifndef BWT_PIPELINE_H
#define BWT_PIPELINE_H

#include <stddef.h>

#include "crew.h"

enum { PIPELINE_SLOTS = 256 }; /* at most */

struct pipeline {
	size_t slots;   /* that are worked on at the same time, or read and written meanwhile */
	size_t threads; /* 1: no thread is started */
	void *ctx;
	/* Returns 1, 0 at the end of the input, or -errno. On the calling thread. */
	int (*fill)(void *ctx, size_t slot);
	/* On any thread, for several slots at a time. The crew, NULL where there is one thread, may
	 * share the work. */
	void (*work)(void *ctx, size_t slot, struct crew *crew);
	/* Returns 0 or -errno. On the calling thread, in the order of fill. */
	int (*drain)(void *ctx, size_t slot);
};

/* Run until the input ends or something fails. What was filled before a failed fill is drained
 * (not after -ECANCELED), so the first fault of the input is the one that is returned. No thread is
 * left. Where the system gives fewer threads, there are fewer slots.
 * Returns 0 or -errno. Threads: any, one a pipeline.   Since: 0.1 */
int pipeline_run(const struct pipeline *pipeline);

#endif
