/* The monotonic clock, for deadlines.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_HOST_CLOCK_H
#define PLUGH_HOST_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Milliseconds since some point in the past. Async-signal-safe. Threads: any. */
static inline int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#endif
