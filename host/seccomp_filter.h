/* seccomp: which system calls this process may make, from one call on.
 *
 * The programs are made when plugh is built (seccomp_generate.c, from the table in
 * seccomp_rules.c), so that a start costs no more than handing one over.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_SECCOMP_FILTER_H
#define PLUGH_SECCOMP_FILTER_H

#include <stdbool.h>

struct sock_fprog;

/* What a program allows beyond what all do. */
enum seccomp_set {
	SECCOMP_NET = 1 << 0,    /* sockets of TCP and UDP */
	SECCOMP_LISTEN = 1 << 1, /* with SECCOMP_NET: to wait for connections */
	SECCOMP_SETS = 1 << 2,   /* how many programs there are */
};

/* Does the kernel have it? */
bool seccomp_is_known(void);

/* The program of a set. Static. */
struct sock_fprog seccomp_program(unsigned set);

/* Put the program in force for the calling thread and what it starts from now on, for good. Needs
 * no_new_privs. Returns 0 or -errno. */
int seccomp_install(unsigned set);

#endif
