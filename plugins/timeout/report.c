/* SPDX-License-Identifier: MIT */
/* What came of a command, as a JSON document. */
#include "report.h"

#include <string.h>

#include <plugh/json.h>

static const int64_t ns_per_s = 1000000000, ns_per_us = 1000;

enum { BYTES_PER_KB = 1024 };

static int64_t time_ns(struct timeval time)
{
	return (int64_t)time.tv_sec * ns_per_s + (int64_t)time.tv_usec * ns_per_us;
}

int64_t report_cpu_ns(const struct plugh_process_result *result)
{
	return time_ns(result->usage.ru_utime) + time_ns(result->usage.ru_stime);
}

static double seconds(int64_t ns)
{
	return (double)ns / (double)ns_per_s;
}

/* A number that applies, or null. */
static void write_number(struct plugh_json *json, const char *key, int number, bool applies)
{
	if (applies)
		plugh_json_int(json, key, number);
	else
		plugh_json_null(json, key);
}

int report_write(const struct report *report, struct plugh_sink sink)
{
	const struct plugh_process_result *result = report->result;
	struct plugh_json json = { .sink = sink };
	int64_t cpu_ns = report->cpu_ns >= 0 ? report->cpu_ns : report_cpu_ns(result);

	plugh_json_begin_object(&json, NULL);
	plugh_json_begin_array(&json, "command");
	for (size_t i = 0; report->command[i] != NULL; i++)
		plugh_json_bytes(&json, NULL, report->command[i], strlen(report->command[i]));
	plugh_json_end(&json);
	write_number(&json, "status", result->status, result->signal == 0);
	write_number(&json, "signal", result->signal, result->signal != 0);
	plugh_json_bool(&json, "timed_out", report->has_timed_out);
	plugh_json_double(&json, "wall_seconds", seconds(result->elapsed.ns));
	plugh_json_double(&json, "cpu_seconds", seconds(cpu_ns));
	plugh_json_uint(&json, "max_rss_bytes", (uint64_t)result->usage.ru_maxrss * BYTES_PER_KB);
	plugh_json_text(&json, "limiter", report->limiter);
	plugh_json_end(&json);
	return plugh_json_newline(&json);
}
