/* May this file run as the user? Owner and mode of the file and of every folder above it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_TRUST_H
#define PLUGH_TRUST_H

#include <stdbool.h>

#include "reason.h"

/* Check an open file and the folders on its path: each must belong to root or to the effective user
 * and be writable by nobody else. Accepted: a sticky folder of root's, as /tmp, and the user's
 * private group (the group whose number is the user's own).
 *
 * fd         the file that will be loaded
 * path       absolute; where it was found
 * root_only  only root's files count (a set-id start)
 * Returns 0, or -EACCES with the reason, which ends with the cure ("chmod go-w '/x'"). */
int trust_check(int fd, const char *path, bool root_only, struct reason *why);

#endif
