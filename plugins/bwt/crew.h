/* Threads that take jobs' parts in turn, so that whoever has nothing else to do helps the others.
 * SPDX-License-Identifier: MIT */
#ifndef BWT_CREW_H
#define BWT_CREW_H

#include <stddef.h>

struct crew;

/* The caller's storage, until crew_finish has returned; `part`, `arg` and `parts` are the caller's
 * to fill in. */
struct crew_job {
	/* On any thread of the crew, or on the one that finishes the job. */
	void (*part)(void *arg, size_t part);
	void *arg;
	size_t parts;
	size_t next, done;
	struct crew_job *link;
};

/* Start `threads` threads, or as many as the system gives; 0: whoever finishes a job does it.
 * NULL: out of memory. Since: 0.1 */
struct crew *crew_create(size_t threads);

size_t crew_threads(const struct crew *crew);

/* Put a job behind those that wait. Threads: any. */
void crew_start(struct crew *crew, struct crew_job *job);

/* Wait until all parts are done. Where there are no threads, do them. Threads: any. */
void crew_finish(struct crew *crew, struct crew_job *job);

/* Do the parts of a job together with those that have nothing to do.
 * A crew of NULL: the caller does all. Threads: any, those of the crew too. */
void crew_share(struct crew *crew, void (*part)(void *arg, size_t part), void *arg, size_t parts);

/* No part that has not begun is begun any more; those that have are waited for, and no thread is
 * left. NULL is nothing. */
void crew_destroy(struct crew *crew);

#endif
