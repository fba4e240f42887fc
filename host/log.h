/* Messages on standard error: one line each, written by one write(2), so that the lines of several
 * processes do not mix.
 *
 *     plugh NAME: error: text
 *     plugh NAME: warning: text
 *     plugh NAME: text              (info)
 *     plugh NAME: debug: text
 *
 * A message is lost in silence when standard error is closed or full: there is no better place for
 * it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_LOG_H
#define PLUGH_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include <plugh/buf.h>
#include <plugh/host.h>

enum log_color { LOG_COLOR_AUTO, LOG_COLOR_ALWAYS, LOG_COLOR_NEVER };

struct log {
	int fd;             /* where messages go; borrowed */
	const char *prefix; /* "plugh", "plugh extract", "plugh bwt decode"; borrowed */
	int verbosity;      /* -1: errors only; 0; 1: info too; 2: debug too */
	bool color;
};

/* Shall what goes to fd be coloured? Automatic means: it is a terminal that is not "dumb", and
 * NO_COLOR is unset or empty (no-color.org).
 *
 * environment  as environ: "NAME=VALUE" strings, ended by NULL */
bool log_color_decide(enum log_color mode, int fd, char *const environment[]);

/* Is a message of this level (enum plugh_level) shown? */
bool log_is_shown(const struct log *log, uint32_t level);

/* Say one message, where its level is shown. Control characters, bytes that are not UTF-8 and what
 * reorders a line on the terminal are shown escaped (\n, \x1b, \u202e). Threads: any. */
void log_write(const struct log *log, uint32_t level, const char *text);

/* The same, formatted as by printf. Threads: any. */
void log_print(const struct log *log, uint32_t level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Append what stands before a message's text ("plugh extract: error: "), coloured where that is on.
 */
void log_begin(const struct log *log, uint32_t level, struct plugh_buf *line);

#endif
