/* What is told of a crash, and kept of it.
 *
 * SPDX-License-Identifier: MIT */
#include "crash_report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "crash.h"
#include "crash_state.h"
#include "crash_trace.h"

struct telling {
	int fd;
	struct crash_state *state;
	char last[256]; /* what was told, and how often it came again */
	unsigned repeats;
};

static void tell_repeats(struct telling *telling)
{
	if (telling->repeats > 0)
		dprintf(telling->fd, "      the same %u more times\n", telling->repeats);
	telling->repeats = 0;
}

static int tell_call(void *ctx, unsigned number, const char *text)
{
	struct telling *telling = (struct telling *)ctx;
	struct crash_state *state = telling->state;

	/* Recursion. */
	if (number > 0 && strcmp(telling->last, text) == 0) {
		telling->repeats++;
		return 0;
	}
	tell_repeats(telling);
	snprintf(telling->last, sizeof telling->last, "%s", text);
	dprintf(telling->fd, "  #%-2u %s\n", number, text);
	if (state->call_count < CRASH_STATE_CALLS)
		snprintf(state->call[state->call_count++], sizeof state->call[0], "%s", text);
	return 0;
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

void crash_report_make(
	const struct crash_report *report, pid_t process, const struct crash_event *event)
{
	struct crash_state *state = (struct crash_state *)calloc(1, sizeof *state);
	struct telling telling = { .fd = report->fd, .state = state };

	if (state == NULL)
		return;
	fill(state, report, event->signal);
	const struct crash_trace trace = {
		.process = process,
		.thread = event->thread,
		.counter = event->counter,
		.file = report->file,
		.call = tell_call,
		.ctx = &telling,
	};
	int r = crash_trace_run(&trace);
	tell_repeats(&telling);
	if (r < 0)
		dprintf(report->fd, "  without the calls that led there: %s\n",
			r == -ENOSYS ? "libdw (elfutils) is not installed"
				     : "the process cannot be looked at");
	dprintf(report->fd, "  a confined plugin leaves no core file: PLUGH_SANDBOX=off and "
			    "'ulimit -c unlimited' for one\n");
	if (report->state_folder != NULL)
		(void)crash_state_write(report->state_folder, state);
	free(state);
}
