/* Where bytes come from: an interface, and files behind it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef EXTRACT_SOURCE_H
#define EXTRACT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct source {
	/* The next bytes, at most n (n > 0). Returns how many, 0 at the end, or -errno. */
	ssize_t (*read)(struct source *source, void *bytes, size_t n);

	/* Bytes that were read before, again: at `offset` from where the first read began. Returns
	 * how many (0: there are no more), or -errno. NULL where that is not possible. */
	ssize_t (*read_again)(struct source *source, uint64_t offset, void *bytes, size_t n);
};

struct file_source {
	struct source source; /* first: the callbacks get a pointer to it */
	int fd;
	int cancel_fd;
	bool is_regular;
	off_t start; /* where the descriptor stood */
	off_t size;  /* of a regular file, when it was looked at */

	/* Called before a read that has to wait, so that what was found so far can be shown; may be
	 * NULL. Set after file_source_init. */
	void (*idle)(void *ctx);
	void *idle_ctx;
	void (*progress)(void *ctx, uint64_t done); /* told after each read; NULL: nobody is */
	void *progress_ctx;
	uint64_t done; /* bytes read */
};

/* Read from an open descriptor, from where it stands. A regular file can be read again.
 *
 * fd         borrowed
 * cancel_fd  when it is readable, reads return -ECANCELED, also while they wait; -1: none
 * Returns 0 or -errno (-EISDIR for a directory). */
int file_source_init(struct file_source *ret_source, int fd, int cancel_fd);

#endif
