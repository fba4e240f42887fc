/* A crash of a plugin, told in one line, and then left to be what it is.
 *
 *     plugh NAME: error: plugin crashed: Bus error (SIGBUS) in NAME 1.0.0 at NAME.so+0x1234
 *
 * After the line the temporary names of outputs are removed, what the plugin has set for this is
 * done (cleanup.h), and the process ends by the same signal, so that a shell sees 139 or 134. What
 * stands behind `at` is the object (the file's name) and the address in it, as addr2line wants it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_CRASH_H
#define PLUGH_CRASH_H

#include <stdint.h>

#include "log.h"
#include "output.h"

struct crash_spec {
	const struct log *log;
	const char *name, *version; /* of the plugin */
	const char *file; /* "extract.so": shown where the loader knows only a descriptor's name */
};

/* Take over SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS and SIGTRAP, on a stack of their own
 * for the calling thread. Nothing of the spec is needed afterwards. A process forked since ends by
 * the signal without a line, after what it has set itself. In a build with the address sanitizer,
 * the first four are left to it. Another thread that overflows its stack ends the process without a
 * line: it has no second one.
 * A signal that was ignored at the start stays so, and a crash by it has no line.
 *
 * Returns 0, -ENOMEM, or -errno. Signal dispositions belong to the process: one at a time. */
int crash_start(const struct crash_spec *spec);

/* Words behind "plugin crashed": "while it was loaded"; NULL (at first): none. Borrowed until the
 * next call. */
void crash_set_stage(const char *stage);

/* Whose temporary names are removed; borrowed until the next call or crash_stop, may be NULL. */
void crash_set_outputs(const struct outputs *outputs);

/* The machine as it was, by the numbers that DWARF has for its registers (the psABI's table). */
enum {
#if defined(__x86_64__)
	CRASH_REGISTERS = 17, /* the last one: the return address, which is the counter here */
	CRASH_STACK_REGISTER = 7,
#else
	CRASH_REGISTERS = 32,
	CRASH_STACK_REGISTER = 31,
#endif
};

struct crash_event {
	int64_t signal;   /* as wide as the others: no hole that nobody wrote */
	uint64_t counter; /* the address of the instruction */
	uint64_t reg[CRASH_REGISTERS];
};

/* Who tells more, after the line: called in the handler, so it must be async-signal-safe; NULL (at
 * first): nobody. */
void crash_set_reporter(void (*report)(void *ctx, const struct crash_event *event), void *ctx);

/* "Segmentation fault (SIGSEGV)". */
const char *crash_signal_text(int signal);

/* Put back what was before. Does nothing where nothing was started. */
void crash_stop(void);

#endif
