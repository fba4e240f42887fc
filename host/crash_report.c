/* What is told of a crash, and kept of it.
 *
 * SPDX-License-Identifier: MIT */
#include "crash_report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <plugh/buf.h>

#include "crash_reader.h"
#include "crash_state.h"
#include "crash_trace.h"
#include "visible.h"

enum {
	TRACE_MS = 5000,                  /* big debug information takes a second */
	TEXT_MAX = 4 * CRASH_READER_LINE, /* a byte that is not to be seen takes four */
};

struct telling {
	struct crash_trace trace;
	int fd;
	struct crash_state *state;
	struct plugh_buf text, last; /* what was told, and how often it came again */
	unsigned count, repeats;
};

static void tell_repeats(struct telling *telling)
{
	if (telling->repeats > 0)
		dprintf(telling->fd, "      the same %u more times\n", telling->repeats);
	telling->repeats = 0;
}

/* Names come out of the plugin's file. */
static int tell_call(void *ctx, const char *line)
{
	struct telling *telling = (struct telling *)ctx;
	struct crash_state *state = telling->state;
	unsigned number = telling->count++;

	plugh_buf_clear(&telling->text);
	visible_append(&telling->text, line);
	if (telling->text.error != 0)
		return telling->text.error;
	const char *text = plugh_buf_text(&telling->text);
	/* Recursion. */
	if (number > 0 && strcmp(plugh_buf_text(&telling->last), text) == 0) {
		telling->repeats++;
		return 0;
	}
	tell_repeats(telling);
	plugh_buf_clear(&telling->last);
	plugh_buf_append_text(&telling->last, text);
	dprintf(telling->fd, "  #%-2u %s\n", number, text);
	if (state->call_count < CRASH_STATE_CALLS)
		snprintf(state->call[state->call_count++], sizeof state->call[0], "%s", text);
	return telling->last.error;
}

static int prepare(void *ctx, int *ret_readable, size_t max)
{
	return crash_trace_prepare(&((struct telling *)ctx)->trace, ret_readable, max);
}

static int work(void *ctx, int out)
{
	return crash_trace_run(&((struct telling *)ctx)->trace, out);
}

static int open_of(pid_t process, const char *name)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/%s", (int)process, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static void tell_why_not(int fd, int r)
{
	const char *why = r == -ENOSYS ? "libdw (elfutils) is not installed"
			  : r == -ETIMEDOUT || r == -EFAULT
				  ? "the plugin's debug information cannot be read"
				  : "the process cannot be looked at";
	dprintf(fd, "  without the calls that led there: %s\n", why);
}

static void trace(struct telling *telling)
{
	const int keep[] = { telling->trace.maps, telling->trace.memory };
	const struct crash_reader reader = {
		.prepare = prepare,
		.work = work,
		.take = tell_call,
		.ctx = telling,
		.keep = keep,
		.keep_count = sizeof keep / sizeof keep[0],
		.deadline_ms = TRACE_MS,
		.lines_max = CRASH_TRACE_MAX,
	};

	int r = telling->trace.maps >= 0 ? crash_reader_run(&reader) : -EIO;
	tell_repeats(telling);
	if (telling->count == 0)
		tell_why_not(telling->fd, r);
}

static void fill(struct crash_state *state, const struct crash_report *report, int signal)
{
	time_t now = time(NULL);
	struct tm day;

	snprintf(state->name, sizeof state->name, "%s", report->name);
	snprintf(state->version, sizeof state->version, "%s", report->version);
	snprintf(state->file, sizeof state->file, "%s", report->file);
	snprintf(state->signal, sizeof state->signal, "%s", crash_signal_text(signal));
	if (gmtime_r(&now, &day) != NULL)
		strftime(state->time, sizeof state->time, "%Y-%m-%dT%H:%M:%SZ", &day);
}

static void keep(const struct crash_report *report, const struct crash_state *state)
{
	char *folder = report->environment != NULL ? crash_state_folder(report->environment) : NULL;

	if (folder != NULL)
		(void)crash_state_write(folder, state);
	free(folder);
}

void crash_report_make(
	const struct crash_report *report, pid_t process, const struct crash_event *event)
{
	struct crash_state *state = (struct crash_state *)calloc(1, sizeof *state);
	struct telling telling = {
		.trace = {
			.event = event,
			.process = process,
			.maps = open_of(process, "maps"),
			.memory = open_of(process, "mem"),
			.file = report->file,
		},
		.fd = report->fd,
		.state = state,
		.text = { .limit = TEXT_MAX },
		.last = { .limit = TEXT_MAX },
	};

	if (state != NULL) {
		fill(state, report, (int)event->signal);
		trace(&telling);
		if (report->is_confined)
			dprintf(report->fd,
				"  a confined plugin leaves no core file: "
				"PLUGH_SANDBOX=off and 'ulimit -c unlimited' for one\n");
		keep(report, state);
	}
	if (telling.trace.maps >= 0)
		close(telling.trace.maps);
	if (telling.trace.memory >= 0)
		close(telling.trace.memory);
	plugh_buf_release(&telling.text);
	plugh_buf_release(&telling.last);
	free(state);
}
