/* The table of seccomp_rules.h as a program for the kernel. Used when plugh is built, and in tests;
 * not part of the host.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_SECCOMP_TREE_H
#define PLUGH_SECCOMP_TREE_H

#include <linux/filter.h>
#include <stddef.h>
#include <sys/types.h>

enum { SECCOMP_TREE_MAX = 1024 };

/* Make the program of one set of needs (enum seccomp_set bits).
 *
 * ret_program  receives up to SECCOMP_TREE_MAX instructions
 * Returns how many there are, or -E2BIG. */
ssize_t seccomp_tree_make(unsigned set, struct sock_filter ret_program[SECCOMP_TREE_MAX]);

/* The number of a call on this machine, or -1 where it has none.
 *
 * number  where libseccomp does not know the name; 0: none */
int seccomp_tree_number(const char *name, int number);

#endif
