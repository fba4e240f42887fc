/* A line on the terminal that tells how far long work has come.
 *
 *     struct plugh_progress progress;
 *     plugh_progress_begin(&progress, host, path, size);
 *     while (...)
 *         plugh_progress_update(&progress, bytes_done);
 *     plugh_progress_end(&progress);
 *
 * It stands on standard error, in one line that is written again ten times a second and gone in the
 * end. Nothing is shown in the first second, where standard error is no terminal, with -q, or where
 * standard output is the same terminal (results would run into it): so work need not ask whether it
 * is long, or who looks on.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_PROGRESS_H
#define PLUGH_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plugh/host.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { PLUGH_PROGRESS_LABEL = 40 }; /* bytes of a label that are shown, with the NUL */

struct plugh_progress {
	char label[PLUGH_PROGRESS_LABEL];
	uint64_t total;
	int fd; /* -1: nothing is shown */
	bool is_shown;
	int64_t begun_ns, told_ns;
	int64_t (*now_ns)(void); /* the clock; a test may set another */
};

/* Begin.
 *
 * host   the host that run() got
 * label  what is worked on, copied; control characters are shown as '?'
 * total  bytes; 0: not known
 *
 * Threads (all of these): one at a time.   Since: 0.1 */
void plugh_progress_begin(struct plugh_progress *ret_progress, const struct plugh_host *host,
	const char *label, uint64_t total);

/* So many bytes are done. Costs a look at the clock: call it once for some ten thousand bytes.
 * Since: 0.1 */
void plugh_progress_update(struct plugh_progress *progress, uint64_t done);

/* Take the line away; also before a message. May be called again.   Since: 0.1 */
void plugh_progress_end(struct plugh_progress *progress);

/* The line for a state of the work: "label: 45 %, 1.2G of 2.7G, 830M/s, 2 s left"; without a total
 * "label: 1.2G, 830M/s". Cut to `size` with the NUL.   Since: 0.1 */
void plugh_progress_format(const struct plugh_progress *progress, uint64_t done, int64_t passed_ns,
	char *ret_text, size_t size);

#ifdef __cplusplus
}
#endif

#endif
