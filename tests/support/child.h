/* A child process for tests: its standard output and error are captured, it tells of events, and
 * every wait for it has a deadline.
 *
 * A deadline that passes, or a system call that fails, fails the test.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_TEST_CHILD_H
#define PLUGH_TEST_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include <plugh/buf.h>

struct child {
	pid_t pid;
	int out, err;                        /* read ends of its standard output and error */
	int note;                            /* read end: what it told */
	int go;                              /* write end: what it waits for in child_wait_go */
	struct plugh_buf out_text, err_text; /* captured; complete after child_finish */
};

/* Fork, and in the child call work(arg), whose result is the exit status. The child dies with its
 * parent, writes no core, and has default signals. The caller releases. */
void child_start(struct child *child, int (*work)(void *arg), void *arg);

/* Tell of an event; only in the child. */
void child_tell(char event);

/* Wait until the parent calls child_go; only in the child. */
void child_wait_go(void);

/* In the child: end it, with the expression on its standard error, unless that is true. */
#define CHILD_CHECK(condition) ((condition) ? (void)0 : child_fail(#condition, __FILE__, __LINE__))
void child_fail(const char *condition, const char *file, int line) __attribute__((noreturn));

/* Wait until the child tells of the event. */
void child_await(struct child *child, char event);

/* Let the child go on. */
void child_go(struct child *child);

/* Wait until the child is blocked in a system call that waits (state S), so that what it does next
 * depends on an event only. */
void child_await_blocked(struct child *child);

/* Read what it writes until the child has ended. Returns its wait status. */
int child_finish(struct child *child);

/* Kill it if it still runs, free and close all. */
void child_release(struct child *child);

/* Start, finish and release: the wait status of work(arg). Its standard error is shown where it is
 * not empty and `ret_err` is NULL; else handed over: the caller frees it. */
int child_run(int (*work)(void *arg), void *arg, char **ret_err);

#endif
