/* Messages to the user, through the host. A message is written once, where the words are known:
 * lower case, no full stop, what failed first, the subject quoted.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_FAIL_H
#define PLUGH_FAIL_H

#include <plugh/host.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Report an error and return its number, in one expression:
 *
 *     return plugh_fail(host, -errno, "cannot open '%s'", path);
 *
 * host     NULL: a program without a host, where nobody reports
 * r        a negative errno: the system's text for it is added behind ": "; an exit status (>= 0):
 *          nothing is added
 * Returns r. Says nothing when r is -ECANCELED (the user ended the run) or -EPIPE (the reader of
 * standard output is gone): those end in silence.
 * Threads: any.   Since: 0.1 */
int plugh_fail(const struct plugh_host *host, int r, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Report something that does not end the work. Since: 0.1 */
void plugh_warn(const struct plugh_host *host, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Tell a detail that -v shows. Since: 0.1 */
void plugh_inform(const struct plugh_host *host, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#ifdef __cplusplus
}
#endif

#endif
