/* --trace: each step of the invocation with its reason and time, on standard error.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_TRACE_H
#define PLUGH_TRACE_H

#include <stdbool.h>
#include <time.h>

struct trace {
	bool enabled;
	struct timespec start, last;
};

/* Take the start time. */
void trace_init(struct trace *trace);

/* Tell one step: "plugh: trace: +0.123 ms config: 2 files, 0 problems". Does nothing unless
 * enabled. */
void trace_step(struct trace *trace, const char *step, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Seconds since the start, for --time. */
double trace_seconds(const struct trace *trace);

#endif
