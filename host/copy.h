/* The bytes of a file, to another one.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_HOST_COPY_H
#define PLUGH_HOST_COPY_H

/* All bytes of one descriptor, from its beginning, to where the other stands; in the kernel.
 * Returns 0 or -errno. Threads: any. */
int copy_bytes(int from, int to);

#endif
