/* What the tests of processes share.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_TEST_PROCESS_FIXTURE_H
#define PLUGH_TEST_PROCESS_FIXTURE_H

#include <stdbool.h>

#include <plugh/process.h>

enum { DEADLINE_S = 30 }; /* no test waits longer */

/* Under the thread sanitizer a signal may wait for ever while the thread waits in a call. */
#if defined __SANITIZE_THREAD__
#define HAS_THREAD_SANITIZER 1
#else
#define HAS_THREAD_SANITIZER 0
#endif

/* The words of a command, ended by NULL. */
#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* A deadline so many milliseconds ahead; no cancel descriptor. */
struct plugh_until until_ms(int64_t ms);

/* Start; that it fails fails the test. */
struct plugh_process spawn(const struct plugh_process_spec *spec);

/* Wait; a deadline that passes fails the test. */
struct plugh_process_result wait_for(struct plugh_process *process);

/* Run a command to its end, which must be status 0, and return its output; the caller frees. */
char *output_of(const struct plugh_process_spec *spec);

/* How many descriptors this process has open. */
size_t count_descriptors(void);

/* And how many threads it has. */
size_t count_threads(void);

/* Are there children, zombies too? */
bool has_children(void);

/* Let this process have no pidfds, as an old kernel: none from clone, pidfd_open, nor waitid by
 * one. There is no way back, so it is for a child. */
void forbid_pidfds(void);

#endif
