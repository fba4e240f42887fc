/* Watch over a command, as GNU timeout does: its time, the signals that this process gets meanwhile
 * and passes on, and its end.
 *
 * This process leads the group that the command is in, so that all in it get each signal; this
 * process, which is one of them, then no longer listens to that one. With `is_foreground` the
 * command alone gets them, and stays in the caller's group, where the terminal reaches it. With a
 * tree all in that get them, wherever they have moved.
 *
 * Signals are blocked from watch_begin on and taken one by one, so there are no handlers. What the
 * caller of this process had blocked is not listened to, and stays blocked in the command.
 *
 * SPDX-License-Identifier: MIT */
#ifndef TIMEOUT_WATCH_H
#define TIMEOUT_WATCH_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include <plugh/process.h>

struct watch {
	/* What is wanted; set before watch_begin. */
	const char *command; /* its name in messages; borrowed */
	int signal;          /* sent when the time is up; 0 to 64 */
	int64_t limit_ns;    /* 0, and PLUGH_FOREVER: no limit */
	int64_t grace_ns;    /* from the first signal to SIGKILL; 0: none is sent */
	bool is_foreground;
	bool is_verbose;    /* tell of each signal */
	bool has_work_left; /* after the command's end: a SIGKILL must not reach this process */
	struct plugh_tree *tree;     /* borrowed; NULL: none */
	int cgroup;                  /* whose CPU time is looked at; -1: none. Borrowed */
	const struct budget *budget; /* of that cgroup; borrowed */

	/* What came of it. */
	bool has_timed_out;
	bool has_killed; /* it has sent SIGKILL to its own group, and so ends by it */

	/* Its own. */
	sigset_t before, awaited;
	pid_t group_before;
	int64_t time_up, kill_at, look_at; /* moments, as plugh_deadline_after has them */
	bool has_sent;
	struct plugh_process *child;
};

/* Make ready for the command: the group and the signals. */
void watch_begin(struct watch *watch);

/* What the command gets of the signals' state: PLUGH_SIGNAL_BITs of those that stay ignored where
 * they are, and of those that stay blocked. */
void watch_pass_on(const struct watch *watch, uint64_t *ret_ignored, uint64_t *ret_blocked);

/* Watch over the command until it has ended and, if the tree was to be ended, nothing of that is
 * left. The time counts from its start.
 *
 * child  borrowed, just started
 *
 * Returns 0 with how it ended, or -errno of plugh_process_wait. Does not return where SIGKILL is
 * for this process too, and there is no work left. */
int watch_run(
	struct watch *watch, struct plugh_process *child, struct plugh_process_result *ret_result);

/* Send SIGKILL to this process's group, itself included. Returns where that is not this process's
 * own group, or this is process 1 of a container. */
void watch_end_by_kill(void);

#endif
