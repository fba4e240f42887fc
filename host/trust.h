/* May this file run as the user? Owner and mode of the file and of every folder above it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_TRUST_H
#define PLUGH_TRUST_H

#include <stdbool.h>

#include "reason.h"

/* Both of these: it must belong to root or to the effective user and be writable by nobody else.
 * Accepted: a sticky folder of root's, as /tmp, and the user's private group (the group whose
 * number is the user's own).
 *
 * path       absolute; for a file, where it was found
 * root_only  only root's files count (a set-id start)
 * Return 0, or -EACCES with the reason, which ends with the cure ("chmod go-w '/x'"). */

/* Check an open file, the one that will be loaded; and the folders that it lies in, where these are
 * not the ones of its path, since that is a link or was another file's when it was opened. */
int trust_check_file(int fd, const char *path, bool root_only, struct reason *why);

/* Check a folder and every folder above it, and where links lead. */
int trust_check_folder(const char *path, bool root_only, struct reason *why);

/* Exchange an open file for a sealed copy of it in memory whose SHA-256 is the pinned one, so that
 * what was hashed is what is read and loaded, whatever happens to the file.
 *
 * fd      closed on success, and replaced by the copy's
 * sha256  64 lower-case hexadecimal digits
 * origin  where the pin stands, for the message
 * Returns 0; -EACCES with the reason when the hash is another one; or -errno with the reason. */
int trust_pin(int *fd, const char *sha256, const char *origin, struct reason *why);

#endif
