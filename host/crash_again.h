/* A crash report without a broker: the program is started anew for it, in the crash handler.
 *
 * Only a process that is not confined can do so. The new one is not broken, whatever state this
 * one's memory is in.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_CRASH_AGAIN_H
#define PLUGH_CRASH_AGAIN_H

#include <stdint.h>

#include "crash_report.h"

/* What the new process is told, on its standard input. Texts are cut to their fields. */
struct crash_message {
	struct crash_event event;
	char name[64], version[64], file[512];
	char process[16]; /* its number, as a word of the command line */
};

/* Fill in what is known beforehand. */
void crash_again_prepare(const struct crash_report *report, struct crash_message *ret_message);

/* For crash_set_reporter, with a struct crash_message as ctx: start `plugh crash_report`, and wait
 * until it has told and kept the crash, ten seconds at most. Async-signal-safe. */
void crash_again(void *message, const struct crash_event *event);

#endif
