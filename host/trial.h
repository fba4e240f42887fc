/* A function tried in a child process with a time limit, watched from outside: what may crash, hang
 * or leak is kept away from this process.
 *
 * The child has /dev/null as standard input, standard output and error go to a memory file, it
 * leaves no core file and dies with its parent. What it has started is ended with it. It is not
 * confined: the function does that.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_TRIAL_H
#define PLUGH_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reason.h"

/* The child's end; known to the function that is tried. */
struct trial {
	int up, down; /* to the parent and from it; to be kept open */
};

enum {
	TRIAL_MARKS = 8,
	TRIAL_SAID_SIZE = 100,
};

/* What the child held at one moment. */
struct trial_mark {
	size_t descriptors, threads;
	uint64_t pages;  /* of address space */
	uint64_t memory; /* bytes in use by malloc; 0 where the allocator does not count */
};

enum trial_end {
	TRIAL_RETURNED,
	TRIAL_KILLED,    /* by the signal `number` */
	TRIAL_EXITED,    /* with the status `number`, before the function returned */
	TRIAL_TIMED_OUT, /* after `number` milliseconds */
	TRIAL_CANCELLED, /* the user ended the check */
};

struct trial_result {
	enum trial_end end;
	int number;
	int r;             /* what the function returned, and its reason */
	struct reason why; /* for other ends: the end in words */
	size_t marks;
	struct trial_mark mark[TRIAL_MARKS];
	bool leaves_process;        /* one that it started outlived it, and was ended */
	char said[TRIAL_SAID_SIZE]; /* the first line on standard output or error */
};

/* All borrowed for the call. */
struct trial_spec {
	int (*run)(void *ctx, struct trial *trial, struct reason *why);
	void *ctx;
	int limit_ms;
	int cancel_fd; /* readable: end the trial; -1: none */
};

/* Returns 0 with a result, or -errno where no child could be made. [main-thread] */
int trial_run(const struct trial_spec *spec, struct trial_result *ret_result);

/* In the child: have the parent take a mark now. More than TRIAL_MARKS are not kept. */
void trial_take_mark(struct trial *trial);

#endif
