/* A folder of its own for the temporary files of a confined plugin: in a folder that all share,
 * what is granted to make a file there would open the files of other programs too.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_SCRATCH_H
#define PLUGH_SCRATCH_H

enum { SCRATCH_PATH_SIZE = 4096 };

/* Make one, for this user alone, in `base` (an absolute path, as $TMPDIR has it; otherwise /tmp).
 * Returns 0, -ENAMETOOLONG or -errno. */
int scratch_create(const char *base, char ret_path[SCRATCH_PATH_SIZE]);

/* Remove it with all that is in it, however deep, following no link. For a process with the rights
 * to do so. Returns 0 or -errno with the rest left. */
int scratch_remove(const char *path);

#endif
