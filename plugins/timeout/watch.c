/* SPDX-License-Identifier: MIT */
/* Watch over a command, as GNU timeout does. */
#include "watch.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "budget.h"
#include "say.h"
#include "signame.h"

static const int64_t ns_per_s = 1000000000;

/* They are passed on; the first is the time's, and acts as if that were up. */
static const int taken[] = { SIGALRM, SIGINT, SIGQUIT, SIGHUP, SIGTERM };

enum { TAKEN = sizeof taken / sizeof taken[0], LAST_SIGNAL = 64 };

static int64_t after(int64_t ns)
{
	return plugh_deadline_after((plugh_duration){ ns }).ns;
}

/* ---- Make ready ---- */

void watch_begin(struct watch *watch)
{
	const struct sigaction ignored = { .sa_handler = SIG_IGN };

	watch->group_before = getpgrp();
	/* A session's leader has its group already. */
	if (!watch->is_foreground)
		setpgid(0, 0);
	/* A command in the background that wants the terminal is stopped; its timeout is not. */
	sigaction(SIGTTIN, &ignored, NULL);
	sigaction(SIGTTOU, &ignored, NULL);

	sigemptyset(&watch->awaited);
	for (size_t i = 0; i < TAKEN; i++)
		sigaddset(&watch->awaited, taken[i]);
	sigaddset(&watch->awaited, SIGCHLD);
	/* What is none (0) is refused. */
	sigaddset(&watch->awaited, watch->signal);
	sigprocmask(SIG_BLOCK, &watch->awaited, &watch->before);
	for (int i = 1; i <= LAST_SIGNAL; i++)
		if (i != SIGALRM && i != SIGCHLD && sigismember(&watch->before, i) == 1)
			sigdelset(&watch->awaited, i);
}

void watch_pass_on(const struct watch *watch, uint64_t *ret_ignored, uint64_t *ret_blocked)
{
	/* Those that GNU's has a handler for, of which the command gets the default. */
	uint64_t own = PLUGH_SIGNAL_BIT(SIGCHLD) | PLUGH_SIGNAL_BIT(SIGTTIN) |
		       PLUGH_SIGNAL_BIT(SIGTTOU);

	for (size_t i = 0; i < TAKEN; i++)
		own |= PLUGH_SIGNAL_BIT(taken[i]);
	if (watch->signal > 0)
		own |= PLUGH_SIGNAL_BIT(watch->signal);
	*ret_ignored = ~own;
	*ret_blocked = 0;
	for (int i = 1; i <= LAST_SIGNAL; i++)
		if (i != SIGCHLD && sigismember(&watch->before, i) == 1)
			*ret_blocked |= PLUGH_SIGNAL_BIT(i);
}

/* ---- Send ---- */

static void tell(const struct watch *watch, int signal)
{
	char name[SIGNAME_SIZE], text[64];

	if (signame_format(signal, name) < 0)
		snprintf(name, sizeof name, "%d", signal);
	snprintf(text, sizeof text, "sending signal %s to command ", name);
	say(0, text, watch->command, "");
}

/* To all in the group, where this process is too: it must not take it for a request. To ignore a
 * signal drops one that waits. */
static void send_group(struct watch *watch, int signal)
{
	const struct sigaction ignored = { .sa_handler = SIG_IGN };
	/* To ignore that one is to lose the statuses of children. */
	bool is_asked = signal != SIGCHLD && signal != 0;

	if (is_asked)
		sigaction(signal, &ignored, NULL);
	kill(0, signal);
	if (is_asked) {
		sigaction(signal, &ignored, NULL);
		sigdelset(&watch->awaited, signal);
	}
}

/* This process has work left: it steps back into the group that it came from, if that is still
 * there; else the others get theirs when the work is done. */
static void kill_others(const struct watch *watch)
{
	pid_t own = getpgrp();

	if (own != getpid() || watch->group_before <= 0 || watch->group_before == own)
		return;
	if (setpgid(0, watch->group_before) == 0)
		kill(-own, SIGKILL);
}

static void send_tree(struct watch *watch, int signal)
{
	if (signal == SIGKILL) {
		watch->has_killed = !watch->is_foreground;
		plugh_tree_end(watch->tree, watch->child);
		return;
	}
	plugh_tree_signal(watch->tree, signal);
	if (!watch->is_foreground && signal != SIGCONT)
		plugh_tree_signal(watch->tree, SIGCONT);
}

static void send(struct watch *watch, int signal)
{
	if (watch->is_verbose)
		tell(watch, signal);
	watch->has_sent = true;
	if (watch->tree != NULL) {
		send_tree(watch, signal);
		return;
	}
	/* The command itself too: it may have left the group. */
	plugh_process_signal(watch->child, signal);
	if (watch->is_foreground)
		return;
	if (signal == SIGKILL) {
		watch->has_killed = true;
		if (watch->has_work_left)
			kill_others(watch);
		else
			watch_end_by_kill();
		return;
	}
	send_group(watch, signal);
	if (signal != SIGCONT) {
		/* What is stopped would not see it. */
		plugh_process_signal(watch->child, SIGCONT);
		send_group(watch, SIGCONT);
	}
}

void watch_end_by_kill(void)
{
	if (getpgrp() == getpid())
		kill(0, SIGKILL);
}

/* ---- Watch ---- */

static void on_signal(struct watch *watch, int signal)
{
	if (watch->grace_ns != 0) {
		watch->signal = SIGKILL;
		watch->kill_at = after(watch->grace_ns);
		/* Later signals do not put it off. */
		watch->grace_ns = 0;
	}
	send(watch, signal);
}

static void on_time(struct watch *watch)
{
	watch->has_timed_out = true;
	on_signal(watch, watch->signal);
}

/* The CPU time of the cgroup. One that cannot be read is over. */
static void look(struct watch *watch)
{
	int64_t used, left = 0;

	if (budget_read_cpu(watch->cgroup, &used) == 0)
		left = budget_time_left(watch->budget, used);
	watch->look_at = left > 0 ? after(left) : PLUGH_FOREVER;
	if (left == 0)
		on_time(watch);
}

static int64_t next_moment(const struct watch *watch)
{
	int64_t next = watch->time_up;

	if (watch->kill_at < next)
		next = watch->kill_at;
	return watch->look_at < next ? watch->look_at : next;
}

/* Do what is due now. */
static void on_moment(struct watch *watch, int64_t now)
{
	if (watch->time_up <= now) {
		watch->time_up = PLUGH_FOREVER;
		on_time(watch);
	}
	if (watch->kill_at <= now) {
		watch->kill_at = PLUGH_FOREVER;
		on_time(watch);
	}
	if (watch->look_at <= now)
		look(watch);
}

/* Returns the signal that came; 0: none came until then. */
static int wait_signal(const struct watch *watch, int64_t now, int64_t until)
{
	int64_t left = until - now;
	const struct timespec limit = { .tv_sec = left / ns_per_s, .tv_nsec = left % ns_per_s };

	int signal = sigtimedwait(&watch->awaited, NULL, until == PLUGH_FOREVER ? NULL : &limit);
	return signal > 0 ? signal : 0;
}

/* Returns -ETIMEDOUT when the command still runs. */
static int step(struct watch *watch, struct plugh_process_result *ret_result)
{
	const struct plugh_until at_once = { { 0 }, -1 };
	int64_t now = after(0), next = next_moment(watch);

	if (next <= now) {
		on_moment(watch, now);
		return -ETIMEDOUT;
	}
	int signal = wait_signal(watch, now, next);
	if (signal == SIGCHLD)
		return plugh_process_wait(watch->child, &at_once, ret_result);
	if (signal == SIGALRM)
		on_time(watch);
	else if (signal != 0)
		on_signal(watch, signal);
	return -ETIMEDOUT;
}

/* The command has ended, and was told to: those that it left have as long as it would have had. */
static void end_tree(struct watch *watch)
{
	int64_t now = after(0);
	struct plugh_ending how = {
		.scope = PLUGH_END_TREE,
		.signal = SIGCONT, /* theirs they have had */
		.tree = watch->tree,
	};

	if (watch->kill_at != PLUGH_FOREVER && watch->kill_at > now)
		how.grace.ns = watch->kill_at - now;
	plugh_process_end(watch->child, &how, -1, NULL);
}

int watch_run(
	struct watch *watch, struct plugh_process *child, struct plugh_process_result *ret_result)
{
	bool is_limited = watch->limit_ns != 0 && watch->limit_ns != PLUGH_FOREVER;
	int r;

	watch->child = child;
	watch->kill_at = PLUGH_FOREVER;
	watch->look_at = watch->cgroup >= 0 ? after(0) : PLUGH_FOREVER;
	watch->time_up = PLUGH_FOREVER;
	if (is_limited &&
		__builtin_add_overflow(child->started.ns, watch->limit_ns, &watch->time_up))
		watch->time_up = PLUGH_FOREVER;
	do {
		r = step(watch, ret_result);
	} while (r == -ETIMEDOUT);
	if (r == 0 && watch->tree != NULL && watch->has_sent)
		end_tree(watch);
	return r;
}
