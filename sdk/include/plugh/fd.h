/* Descriptors: reads and writes that end when the user cancels. Without a host (NULL) nothing
 * cancels them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_FD_H
#define PLUGH_FD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <plugh/host.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Has the user asked for the end of this run (Ctrl-C, SIGTERM, SIGHUP)? Long computations ask now
 * and then and return -ECANCELED. Threads: any.   Since: 0.1 */
bool plugh_is_cancelled(const struct plugh_host *host);

/* Read up to n bytes. Waits for data and for the end of the run at the same time.
 *
 * Returns the number of bytes, 0 at the end of the input, -ECANCELED, or -errno (never -EINTR).
 * Threads: any.   Since: 0.1 */
ssize_t plugh_read(const struct plugh_host *host, int fd, void *bytes, size_t n);

/* Write all n bytes, waiting likewise. Returns 0, -ECANCELED, or -errno. Since: 0.1 */
int plugh_fd_write(const struct plugh_host *host, int fd, const void *bytes, size_t n);

#ifdef __cplusplus
}
#endif

#endif
