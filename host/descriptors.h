/* The descriptors that a confined plugin keeps.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_DESCRIPTORS_H
#define PLUGH_DESCRIPTORS_H

#include <stddef.h>

/* The number of the descriptor that a path stands for: 63 for /dev/fd/63, 0 for /dev/stdin, by
 * whatever links lead there. -1 where it stands for none. */
int descriptors_of_path(const char *path);

/* How many descriptors, from number 3 on, a service manager has passed to this very process
 * (sd_listen_fds(3): LISTEN_PID and LISTEN_FDS); 0 where none.
 *
 * environment  as environ */
int descriptors_passed(char *const *environment);

/* Close all but the standard ones and those that are listed.
 *
 * keep  is sorted in place; may hold numbers more than once, and below 3 (-1: none)
 * Returns 0 or -errno. */
int descriptors_close_others(int *keep, size_t count);

#endif
