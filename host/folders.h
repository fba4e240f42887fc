/* Folders made on the way to a file.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_FOLDERS_H
#define PLUGH_FOLDERS_H

#include <sys/types.h>

/* Make the folders above a path that do not exist; the XDG specification wants them for the user
 * alone (0700). Returns 0 or -errno. */
int folders_make_above(const char *path, mode_t mode);

#endif
