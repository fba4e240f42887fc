/* Send signals to children, end them, let them go.
 *
 * SPDX-License-Identifier: MIT */
#include "process_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

int plugh_process_signal(const struct plugh_process *process, int signal)
{
	if (process->pid <= 0 || process->is_reaped)
		return -ESRCH;
	if (process->pidfd >= 0 &&
		syscall(SYS_pidfd_send_signal, process->pidfd, signal, NULL, 0) == 0)
		return 0;
	if (process->pidfd >= 0 && errno != ENOSYS)
		return -errno;
	/* Until it is reaped the number is its own. */
	return kill(process->pid, signal) < 0 ? -errno : 0;
}

int plugh_process_signal_group(const struct plugh_process *process, int signal)
{
	if (process->group == PLUGH_PROCESS_SAME_GROUP)
		return -EINVAL;
	if (process->pid <= 0 || process->is_reaped)
		return -ESRCH;
	return kill(-process->pid, signal) < 0 ? -errno : 0;
}

int process_signal_scope(struct plugh_process *process, const struct plugh_ending *how, int signal)
{
	int r = -EINVAL;

	switch (how->scope) {
	case PLUGH_END_PROCESS:
		r = plugh_process_signal(process, signal);
		break;
	case PLUGH_END_GROUP:
		r = plugh_process_signal_group(process, signal);
		break;
	case PLUGH_END_TREE:
		if (how->tree != NULL)
			r = plugh_tree_signal(how->tree, signal);
		break;
	}
	return r == -ESRCH || r > 0 ? 0 : r;
}

/* Ask, and wait until the grace has passed or somebody is in a hurry. */
static int ask(struct plugh_process *process, const struct plugh_ending *how, int cancel_fd)
{
	struct plugh_until until = { plugh_deadline_after(how->grace), cancel_fd };

	int r = process_signal_scope(process, how, how->signal != 0 ? how->signal : SIGTERM);
	if (r < 0 && r != -EPERM)
		return r;
	process_signal_scope(process, how, SIGCONT);
	r = how->scope == PLUGH_END_TREE ? process_tree_wait(how->tree, &until)
					 : plugh_process_wait_end(process, &until);
	return r == -ETIMEDOUT || r == -ECANCELED || r == -ECHILD ? 0 : r;
}

/* SIGKILL. What must not be killed (a set-id program) is not waited for, unless it has ended. */
static int kill_and_reap(struct plugh_process *process, const struct plugh_ending *how,
	struct plugh_process_result *ret_result)
{
	const struct plugh_until now = { { 0 }, -1 };
	int r = how->scope == PLUGH_END_TREE ? plugh_process_signal(process, SIGKILL)
					     : process_signal_scope(process, how, SIGKILL);

	if (r == -EPERM && plugh_process_wait_end(process, &now) < 0)
		return r;
	return plugh_process_wait(process, NULL, ret_result);
}

int plugh_process_end(struct plugh_process *process, const struct plugh_ending *how, int cancel_fd,
	struct plugh_process_result *ret_result)
{
	int asked = 0, others = 0;

	if (how->scope == PLUGH_END_TREE && how->tree == NULL)
		return -EINVAL;
	if (how->scope == PLUGH_END_GROUP && process->group == PLUGH_PROCESS_SAME_GROUP)
		return -EINVAL;
	if (how->grace.ns > 0)
		asked = ask(process, how, cancel_fd);
	int r = kill_and_reap(process, how, ret_result);
	if (how->scope == PLUGH_END_TREE)
		others = plugh_tree_end(how->tree, r == -EPERM ? process : NULL);
	return r < 0 ? r : others < 0 ? others : asked;
}

int plugh_terminal_take_back(void)
{
	sigset_t block, before;

	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -errno;
	/* A group in the background is stopped by it otherwise (tcsetpgrp(3)). */
	sigemptyset(&block);
	sigaddset(&block, SIGTTOU);
	pthread_sigmask(SIG_BLOCK, &block, &before);
	int r = tcsetpgrp(fd, getpgrp()) < 0 ? -errno : 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	close(fd);
	return r;
}

int plugh_process_take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

static void close_all(struct plugh_process *process)
{
	int fd[] = { process->in, process->out, process->err, process->pidfd };

	process_waiter_detach(process->waiter);
	for (size_t i = 0; i < sizeof fd / sizeof fd[0]; i++)
		if (fd[i] >= 0)
			close(fd[i]);
	*process = (struct plugh_process){ .pidfd = -1, .in = -1, .out = -1, .err = -1 };
}

void plugh_process_detach(struct plugh_process *process)
{
	if (process->pid > 0)
		close_all(process);
}

void plugh_process_release(struct plugh_process *process)
{
	static const struct plugh_ending at_once;

	if (process->pid <= 0)
		return;
	if (!process->is_reaped)
		plugh_process_end(process, &at_once, -1, NULL);
	close_all(process);
}
