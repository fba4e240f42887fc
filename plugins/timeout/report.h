/* What came of a command, as a JSON document.
 *
 * SPDX-License-Identifier: MIT */
#ifndef TIMEOUT_REPORT_H
#define TIMEOUT_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include <plugh/process.h>
#include <plugh/sink.h>

struct report {
	const char *const *command; /* its words, ended by NULL */
	const struct plugh_process_result *result;
	bool has_timed_out;
	int64_t cpu_ns;      /* of all in the cgroup; below 0: that of the result counts */
	const char *limiter; /* what kept the limits; NULL: there were none */
};

/* Write the document. Returns 0, or -errno of the sink. */
int report_write(const struct report *report, struct plugh_sink sink);

/* CPU time of a command that has ended, and of what it waited for. */
int64_t report_cpu_ns(const struct plugh_process_result *result);

#endif
