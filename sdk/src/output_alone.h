/* A file that is written whole or not at all, by a program that has no host to do it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_OUTPUT_ALONE_H
#define PLUGH_OUTPUT_ALONE_H

struct output_alone;

/* Open a target; nothing of it changes before commit, but for what is written in place: devices,
 * FIFOs and descriptors.
 *
 * path    links are followed, to something that exists; copied; NULL: standard output
 * ret_fd  to be written to; belongs to *ret_alone
 *
 * Returns 0, -EISDIR, -EACCES (the file itself may not be written), -EBADF (/dev/fd/N is not open
 * for writing), -ENOMEM, or -errno. */
int output_alone_open(const char *path, struct output_alone **ret_alone, int *ret_fd);

/* Flush to disk, put in place, close, free. A file that is replaced keeps its mode. Returns 0, or
 * -errno with nothing replaced. */
int output_alone_commit(struct output_alone *alone);

/* Close, remove, free. */
void output_alone_discard(struct output_alone *alone);

#endif
