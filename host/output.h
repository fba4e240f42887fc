/* Files that are written whole or not at all.
 *
 * A target that does not exist, or is a regular file, is written as a file without a name
 * (O_TMPFILE) in the target's folder, which commit puts in place: a process that is killed before
 * leaves nothing behind. Where the file system has no such files, a temporary name (.plugh-XXXXXX)
 * is used. A device, FIFO or descriptor (/dev/stdout, /dev/fd/N) is written in place.
 *
 * This module knows nothing of plugins, options or messages.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_HOST_OUTPUT_H
#define PLUGH_HOST_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* The outputs of one process; a process forked from it is kept from removing anything. */
struct outputs;

enum { OUTPUTS_MAX = 256 }; /* open at one time */

struct outputs_spec {
	int cancel_fd;   /* readable: ends the wait for a FIFO or device; -1: none. Borrowed */
	bool named_only; /* act as on a file system without O_TMPFILE; for tests */
};

/* Returns 0 or -ENOMEM. The caller destroys the outputs. */
int outputs_create(const struct outputs_spec *spec, struct outputs **ret_outputs);

/* Open a target. Nothing of it changes before commit, except where it is written in place.
 *
 * path  Links are followed; where the last one leads nowhere, its target is what commit creates.
 *       A new file gets the mode that the umask (or the folder's default ACL) gives; one that is
 *       replaced keeps its mode, ACL, owner and group as far as the user may set them (where
 *       not, the new group may do no more than others could). Its other hard links keep the old
 *       content; set-id bits are dropped, as by any write.
 *
 * Returns a descriptor >= 0 (close-on-exec, read and write for a file, owned by outputs), or
 *   -EACCES     the file itself may not be written, although the folder may; or a link in a sticky
 *               folder belongs to somebody else (as with Linux's fs.protected_symlinks)
 *   -EBUSY      the same target is open already
 *   -ECANCELED  while waiting for the reader of a FIFO, or for a device
 *   -EISDIR     a directory, or a name that ends in a slash
 *   -EBADF      a descriptor (/dev/fd/N) that is not open for writing
 *   -EMFILE     OUTPUTS_MAX are open
 *   -errno      of the system
 * Threads (all of these): one at a time per outputs. */
int outputs_open(struct outputs *outputs, const char *path);

/* Flush to disk, put in place, close. Returns 0, or -errno with nothing replaced; closed in either
 * case. -EBADF: not a descriptor from outputs_open, or no longer the file that it was. */
int outputs_commit(struct outputs *outputs, int fd);

/* Close and remove; what is not an open output is passed over. */
void outputs_discard(struct outputs *outputs, int fd);

/* The same for all that are open. */
void outputs_discard_open(struct outputs *outputs);

/* Remove the temporary names of all that are open, for a process that is about to end; close and
 * free nothing. Does nothing in a process forked since. NULL is accepted. Async-signal-safe.
 * Threads: any. */
void outputs_discard_all(const struct outputs *outputs);

/* Have something else removed by outputs_discard_all, which calls it with ctx: an
 * async-signal-safe function. */
void outputs_set_companion(struct outputs *outputs, void (*remove)(void *ctx), void *ctx);

/* ---- Outputs that another process puts in place ---- */

/* Open a target now if it is to be written beside, so that outputs_open finds it open: by then this
 * process may have lost its rights. Returns true if so; also where it failed, which outputs_open
 * then tells. Each can be opened once. */
bool outputs_prepare(struct outputs *outputs, const char *path);

enum outputs_request {
	OUTPUTS_COMMIT = 1,
	OUTPUTS_DISCARD = 2,
};

/* Who has the rights: a process that was forked after outputs_prepare. */
struct outputs_delegate {
	/* Have outputs_perform called there. Returns its result, or -EIO. */
	int (*ask)(void *ctx, enum outputs_request request, unsigned number);
	/* Have all that is open discarded there. Async-signal-safe. */
	void (*hang_up)(void *ctx);
	void *ctx;
};

/* Leave what was prepared to the delegate: this process keeps the descriptors of the files, and
 * none of their folders. The delegate is copied. */
void outputs_delegate(struct outputs *outputs, const struct outputs_delegate *delegate);

/* Do what is asked, in the other process. Returns 0 or -errno: -EBADF for what is not open, -EINVAL
 * for what is no request. */
int outputs_perform(struct outputs *outputs, unsigned request, unsigned number);

/* The descriptors of what is open: of the files, and of their folders as far as this process has
 * them. Returns how many. */
enum { OUTPUTS_DESCRIPTORS_MAX = 2 * OUTPUTS_MAX };
size_t outputs_list(const struct outputs *outputs, int ret_fd[OUTPUTS_DESCRIPTORS_MAX]);

/* Discard what is open, and free. NULL is accepted. */
void outputs_destroy(struct outputs *outputs);

#endif
