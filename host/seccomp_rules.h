/* The system calls that a confined plugin may make: the table from which the programs are
 * generated when plugh is built, and against which they are tested. Not part of the host itself.
 *
 * A call is answered by the first of these that fits:
 *
 *     in seccomp_plain                              it is allowed
 *     in seccomp_rule, and a row of it is fulfilled it is allowed
 *     in seccomp_absent, or newer than all of these ENOSYS, so that the caller does without
 *     anything else                                 EPERM
 *     an entry of another machine (int 0x80, x32)   the process ends by SIGSYS
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_SECCOMP_RULES_H
#define PLUGH_SECCOMP_RULES_H

#include <stddef.h>
#include <stdint.h>

#include "seccomp_filter.h"

/* A name is libseccomp's. Where it has none for this machine, the row says nothing; unless it has a
 * number, as those have that came after libseccomp 2.5 (they are the same on every machine that
 * Landlock exists for). */
struct seccomp_call {
	const char *name;
	int number; /* 0: by name */
};

/* (argument & mask) == value. Arguments of type int are compared in their low 32 bits only, as the
 * kernel takes them: socket(1 << 32 | AF_INET) is a socket of AF_INET. */
struct seccomp_argument {
	unsigned index;
	uint32_t mask;
	uint32_t value;
};

enum { SECCOMP_ARGUMENTS_MAX = 3 };

struct seccomp_rule {
	const char *name;
	unsigned needs; /* enum seccomp_set bits: fulfilled in programs that have them all */
	size_t count;   /* all of the arguments must fit */
	struct seccomp_argument argument[SECCOMP_ARGUMENTS_MAX];
};

/* Each ends with a row whose name is NULL. */
extern const struct seccomp_call seccomp_plain[];
extern const struct seccomp_rule seccomp_rule[];
extern const struct seccomp_call seccomp_absent[];

#endif
