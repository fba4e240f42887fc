/* Names of signals, as GNU timeout takes and tells them.
 *
 * The reference is GNU coreutils 9.1 (timeout(1), kill(1), and what its binary accepts).
 *
 * SPDX-License-Identifier: MIT */
#ifndef TIMEOUT_SIGNAME_H
#define TIMEOUT_SIGNAME_H

enum { SIGNAME_SIZE = 16 };

/* The number of a signal: a name in any case, with or without "SIG" before it ("TERM", "sigterm",
 * "RTMIN+3", "EXIT" for 0), or a number; one above 127 is what a shell shows for a command that a
 * signal ended (137 is KILL), or ksh (from 256).
 *
 * Returns 0 to 64, or -EINVAL. Threads: any. */
int signame_parse(const char *text);

/* The name, without "SIG". Returns 0, or -EINVAL for a number that is no signal's. Threads: any. */
int signame_format(int signal, char ret_name[SIGNAME_SIZE]);

#endif
