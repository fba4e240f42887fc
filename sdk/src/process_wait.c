/* Wait for the end of a child.
 *
 * SPDX-License-Identifier: MIT */
#include "process_internal.h"

#include <errno.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Constants of Linux 5.4, which older headers lack. */
enum { BY_PIDFD = 3 };

static const int64_t ns_per_s = 1000000000;

int64_t process_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * ns_per_s + now.tv_nsec;
}

plugh_duration plugh_deadline_after(plugh_duration from_now)
{
	plugh_duration deadline;

	if (__builtin_add_overflow(process_now(), from_now.ns, &deadline.ns))
		deadline.ns = PLUGH_FOREVER;
	return deadline;
}

int process_poll(struct pollfd *wait, size_t count, int64_t deadline)
{
	for (;;) {
		int64_t left = deadline == PLUGH_FOREVER ? 0 : deadline - process_now();
		if (left < 0)
			left = 0;
		struct timespec limit = { .tv_sec = left / ns_per_s, .tv_nsec = left % ns_per_s };
		int n = ppoll(wait, count, deadline == PLUGH_FOREVER ? NULL : &limit, NULL);
		if (n >= 0)
			return n;
		if (errno != EINTR)
			return -errno;
	}
}

int process_open_pidfd(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* waitid(2) as the kernel has it, with the use of resources. Returns 0 or -errno. */
static int wait_id(const struct plugh_process *process, siginfo_t *ret_info, int flags,
	struct rusage *ret_usage)
{
	long r = -1;

	*ret_info = (siginfo_t){ 0 };
	do {
		if (process->pidfd >= 0)
			r = syscall(
				SYS_waitid, BY_PIDFD, process->pidfd, ret_info, flags, ret_usage);
		/* Linux 5.3 has pidfds that cannot be waited for. The number is as good: it stays
		 * the child's until it is reaped. */
		if (process->pidfd < 0 || (r < 0 && errno == EINVAL))
			r = syscall(SYS_waitid, P_PID, process->pid, ret_info, flags, ret_usage);
	} while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : 0;
}

static void fill_result(struct plugh_process_result *ret_result, const siginfo_t *info,
	const struct rusage *usage, const struct plugh_process *process)
{
	bool has_exited = info->si_code == CLD_EXITED;

	*ret_result = (struct plugh_process_result){
		.status = has_exited ? info->si_status : -1,
		.signal = has_exited ? 0 : info->si_status,
		.has_dumped_core = info->si_code == CLD_DUMPED,
		.elapsed = { process->ended.ns - process->started.ns },
		.usage = *usage,
	};
}

static int reap(struct plugh_process *process, struct plugh_process_result *ret_result)
{
	struct rusage usage = { 0 };
	siginfo_t info;

	process_waiter_join(process->waiter);
	process->waiter = NULL;
	int r = wait_id(process, &info, WEXITED, &usage);
	if (r < 0 && r != -ECHILD)
		return r;
	process->is_reaped = true;
	if (process->ended.ns == 0)
		process->ended.ns = process_now();
	if (r == 0 && ret_result != NULL)
		fill_result(ret_result, &info, &usage, process);
	return r;
}

int plugh_process_end_fd(struct plugh_process *process)
{
	if (process->pid <= 0 || process->is_reaped)
		return -ECHILD;
	if (process->pidfd >= 0)
		return process->pidfd;
	if (process->waiter == NULL) {
		int r = process_waiter_start(process->pid, &process->waiter);
		if (r < 0)
			return r;
	}
	return process_waiter_fd(process->waiter);
}

static bool is_endless(const struct plugh_until *until)
{
	return until == NULL || (until->deadline.ns == PLUGH_FOREVER && until->cancel_fd < 0);
}

/* Wait for the end, the deadline or the cancel descriptor. */
static int wait_until(struct plugh_process *process, const struct plugh_until *until)
{
	struct pollfd wait[2] = {
		{ .events = POLLIN },
		{ .fd = until->cancel_fd, .events = POLLIN },
	};
	siginfo_t info;

	wait[0].fd = plugh_process_end_fd(process);
	if (wait[0].fd < 0)
		return wait[0].fd;
	int n = process_poll(wait, 2, until->deadline.ns);
	if (n < 0)
		return n;
	if (wait[0].revents != 0)
		return 0;
	/* The thread that tells of the end may be late. */
	if (process->pidfd < 0 && wait_id(process, &info, WEXITED | WNOWAIT | WNOHANG, NULL) == 0 &&
		info.si_pid != 0)
		return 0;
	return n > 0 ? -ECANCELED : -ETIMEDOUT;
}

int plugh_process_wait_end(struct plugh_process *process, const struct plugh_until *until)
{
	siginfo_t info;

	if (process->pid <= 0 || process->is_reaped)
		return -ECHILD;
	int r = is_endless(until) ? wait_id(process, &info, WEXITED | WNOWAIT, NULL)
				  : wait_until(process, until);
	if (r == 0 && process->ended.ns == 0)
		process->ended.ns = process_now();
	return r;
}

int plugh_process_wait(struct plugh_process *process, const struct plugh_until *until,
	struct plugh_process_result *ret_result)
{
	if (process->pid <= 0 || process->is_reaped)
		return -ECHILD;
	int r = is_endless(until) && process->waiter == NULL
			? 0
			: plugh_process_wait_end(process, until);
	return r == 0 ? reap(process, ret_result) : r;
}

int plugh_process_shell_status(const struct plugh_process_result *result)
{
	return result->signal != 0 ? 128 + result->signal : result->status;
}
