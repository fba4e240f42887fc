/* Is there a program of this name?
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_RUN_PROGRAM_H
#define PLUGH_RUN_PROGRAM_H

#include <limits.h>

/* Look for a program as execvp(3) does: in the folders of $PATH, a name with a slash at its place.
 *
 * ret_path  receives where it is; may be NULL
 *
 * Returns 0, -ENOENT where there is none, or -EACCES where what is found cannot be executed. */
int program_find(const char *name, char ret_path[PATH_MAX]);

#endif
