/* Where the path of an output leads: the last folder on its way, the name in it, and what stands
 * there.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_OUTPUT_TARGET_H
#define PLUGH_OUTPUT_TARGET_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

struct output_target {
	int folder; /* O_PATH, close-on-exec; whoever resolved the path closes it */
	char name[NAME_MAX + 1];
	bool exists;
	/* Where it exists. A link (S_ISLNK) is one of /proc that stands for a descriptor or a file
	 * of a process: it can be opened, but leads to no path. */
	struct stat before;
};

/* Follow a path to its end. Where the last link leads nowhere, its target is the end.
 *
 * Returns 0, or
 *   -EISDIR  the path ends in a slash
 *   -EACCES  a link in a sticky folder that everybody may write belongs neither to the user nor to
 * the folder's owner (as with Linux's fs.protected_symlinks) -ELOOP   more than 40 links -errno of
 * the system Threads: any. */
int output_target_resolve(const char *path, struct output_target *ret_target);

/* The number of a descriptor of this process, where the target is (or would be) its link in /proc;
 * else -1. Whether the descriptor is open is not asked; INT_MAX stands for what is none. Threads:
 * any. */
int output_target_descriptor(const struct output_target *target);

#endif
