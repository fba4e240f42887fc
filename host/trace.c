/* --trace and --time.
 *
 * SPDX-License-Identifier: MIT */
#include "trace.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

void trace_init(struct trace *trace)
{
	*trace = (struct trace){ .enabled = false };
	/* Few runs ask for it: a plain call of the system does not touch the pages of the vDSO. */
	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &trace->start);
	trace->last = trace->start;
}

static double between(const struct timespec *from, const struct timespec *to)
{
	return (double)(to->tv_sec - from->tv_sec) + (double)(to->tv_nsec - from->tv_nsec) / 1e9;
}

void trace_step(struct trace *trace, const char *step, const char *format, ...)
{
	struct timespec now;
	char text[1024];
	va_list args;

	if (!trace->enabled)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	fprintf(stderr, "plugh: trace: +%.3f ms %s: %s\n", 1000 * between(&trace->last, &now), step,
		text);
	/* What telling costs is nobody's step. */
	clock_gettime(CLOCK_MONOTONIC, &trace->last);
}

double trace_seconds(const struct trace *trace)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return between(&trace->start, &now);
}
