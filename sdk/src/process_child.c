/* The way of a child from clone(2) to execve(2).
 *
 * The child runs in the memory of the parent, whose thread waits, on a stack of its own. So it
 * makes plain system calls only: functions of the C library may take locks, or keep books of the
 * parent (sanitizers do so of signals and descriptors); and it is not instrumented, since functions
 * that do not return would leave their marks on the parent.
 *
 * SPDX-License-Identifier: MIT */
#include "process_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BARE __attribute__((no_sanitize("address", "thread", "undefined")))

enum { SIGNALS = 64, KERNEL_SET_SIZE = 8, STATUS_NOT_STARTED = 127 };

/* As rt_sigaction(2) has it: the function first, then flags, restorer and mask, whose order differs
 * between machines; only zeros are given. */
struct kernel_action {
	uintptr_t function;
	unsigned char rest[56];
};

/* Returns 0 or an errno; it shares errno with the parent. */
#define TRY(...) (syscall(__VA_ARGS__) < 0 ? errno : 0)

BARE static int reset_signals(uint64_t keep_ignored)
{
	static const struct kernel_action by_default;

	for (int i = 1; i <= SIGNALS; i++) {
		struct kernel_action now;
		now.function = 0;
		if (syscall(SYS_rt_sigaction, i, NULL, &now, KERNEL_SET_SIZE) < 0)
			continue;
		if (now.function == (uintptr_t)SIG_DFL)
			continue;
		if (now.function == (uintptr_t)SIG_IGN && (keep_ignored & PLUGH_SIGNAL_BIT(i)) != 0)
			continue;
		/* SIGKILL and SIGSTOP have no other. */
		syscall(SYS_rt_sigaction, i, &by_default, NULL, KERNEL_SET_SIZE);
	}
	return 0;
}

BARE static int enter_tree(const struct process_plan *plan)
{
	return plan->cgroup >= 0 ? TRY(SYS_write, plan->cgroup, "0", 1) : 0;
}

BARE static int set_death_signal(const struct process_plan *plan)
{
	if (plan->spec->death_signal == 0)
		return 0;
	int error = TRY(SYS_prctl, PR_SET_PDEATHSIG, plan->spec->death_signal, 0, 0, 0);
	/* The parent may have been killed before: nobody would tell. */
	if (error == 0 && syscall(SYS_getppid) != plan->parent)
		error = ESRCH;
	return error;
}

BARE static int enter_group(const struct process_plan *plan)
{
	switch (plan->spec->group) {
	case PLUGH_PROCESS_OWN_GROUP:
		return TRY(SYS_setpgid, 0, 0);
	case PLUGH_PROCESS_OWN_SESSION:
		return TRY(SYS_setsid);
	default:
		return 0;
	}
}

BARE static int take_terminal(const struct process_plan *plan)
{
	if (plan->terminal < 0)
		return 0;
	pid_t group = (pid_t)syscall(SYS_getpid);
	return TRY(SYS_ioctl, plan->terminal, TIOCSPGRP, &group);
}

/* The child's standard stream from a source, which may be itself, and stays open on exec. */
BARE static int put_stream(int source, int number)
{
	if (source < 0)
		return 0;
	return source == number ? TRY(SYS_fcntl, number, F_SETFD, 0)
				: TRY(SYS_dup3, source, number, 0);
}

/* Sources below STREAMS could be overwritten before they are used: they are moved first. */
BARE static int move_streams(const struct process_plan *plan, int *ret_number)
{
	int source[STREAMS];
	int error = 0;

	for (int i = 0; i < STREAMS; i++) {
		*ret_number = i;
		source[i] = plan->stream[i];
		if (source[i] < 0 || source[i] >= STREAMS || source[i] == i)
			continue;
		source[i] = (int)syscall(SYS_fcntl, source[i], F_DUPFD_CLOEXEC, STREAMS);
		if (source[i] < 0)
			return errno;
	}
	for (int i = 0; i < STREAMS && error == 0; i++) {
		*ret_number = i;
		error = put_stream(source[i], i);
	}
	return error;
}

BARE static int pass_on(const struct process_plan *plan)
{
	int error = 0;

	for (size_t i = 0; i < plan->spec->pass_count && error == 0; i++)
		error = TRY(SYS_fcntl, plan->spec->pass[i], F_SETFD, 0);
	return error;
}

BARE static int set_limits(const struct process_plan *plan)
{
	int error = 0;

	for (size_t i = 0; i < plan->spec->limit_count && error == 0; i++)
		error = TRY(SYS_prlimit64, 0, plan->spec->limit[i].resource,
			&plan->spec->limit[i].value, NULL);
	return error;
}

BARE static int enter_directory(const struct process_plan *plan)
{
	return plan->spec->directory != NULL ? TRY(SYS_chdir, plan->spec->directory) : 0;
}

/* Not there, or not to be seen: the next folder may have it (as execvp(3)). */
BARE static bool may_be_elsewhere(int error)
{
	return error == ENOENT || error == ENOTDIR || error == EACCES || error == ESTALE ||
	       error == ENODEV || error == ETIMEDOUT;
}

BARE static int execute(const struct process_plan *plan)
{
	int error = ENOENT;
	bool is_refused = false;

	for (char **path = plan->candidate; *path != NULL; path++) {
		error = TRY(SYS_execve, *path, plan->argv, plan->environment);
		if (error == ENOEXEC && plan->script_argv != NULL) {
			plan->script_argv[1] = *path;
			error = TRY(SYS_execve, plan->script_argv[0], plan->script_argv,
				plan->environment);
		}
		if (!may_be_elsewhere(error))
			return error;
		is_refused = is_refused || error == EACCES;
	}
	return is_refused ? EACCES : error;
}

/* Returns only where a step has failed. */
BARE static int take_steps(const struct process_plan *plan, enum plugh_process_phase *ret_phase)
{
	static const struct {
		int (*take)(const struct process_plan *plan);
		enum plugh_process_phase phase;
	} step[] = {
		{ enter_tree, PLUGH_PHASE_TREE },
		{ set_death_signal, PLUGH_PHASE_DEATH_SIGNAL },
		{ enter_group, PLUGH_PHASE_GROUP },
		{ take_terminal, PLUGH_PHASE_TERMINAL },
		{ pass_on, PLUGH_PHASE_PASS },
		{ enter_directory, PLUGH_PHASE_DIRECTORY },
		{ set_limits, PLUGH_PHASE_LIMIT },
	};
	int number = 0;

	reset_signals(plan->spec->keep_ignored);
	int error = move_streams(plan, &number);
	if (error != 0) {
		*ret_phase = (enum plugh_process_phase)(PLUGH_PHASE_STDIN + number);
		return error;
	}
	for (size_t i = 0; i < sizeof step / sizeof step[0]; i++) {
		*ret_phase = step[i].phase;
		error = step[i].take(plan);
		if (error != 0)
			return error;
	}
	*ret_phase = PLUGH_PHASE_EXEC;
	/* No handler is left that could run in the parent's memory. */
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &plan->spec->blocked, NULL, KERNEL_SET_SIZE);
	return execute(plan);
}

BARE int process_become(void *arg)
{
	const struct process_start *start = (const struct process_start *)arg;
	struct process_report *report = start->report;
	enum plugh_process_phase phase = PLUGH_PHASE_NONE;

	report->is_reached = 1;
	int error = take_steps(start->plan, &phase);
	report->phase = (int)phase;
	report->error = error;
	syscall(SYS_write, start->pipe, report, sizeof *report);
	for (;;)
		syscall(SYS_exit_group, STATUS_NOT_STARTED);
}
