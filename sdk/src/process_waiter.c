/* The end of a child as a descriptor, where the kernel has no pidfds.
 *
 * A thread waits for the child, without reaping it, and closes one end of a pipe then. (SIGCHLD is
 * the program's; a pipe that the child holds would be inherited by all that it starts.)
 *
 * SPDX-License-Identifier: MIT */
#include "process_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Owned by two, the thread and the caller: the second to let go frees it. */
struct plugh_waiter {
	pthread_t thread;
	pid_t pid;
	int reader, writer;
	atomic_bool is_left;
};

static void leave(struct plugh_waiter *waiter)
{
	if (atomic_exchange(&waiter->is_left, true))
		free(waiter);
}

static void *watch(void *arg)
{
	struct plugh_waiter *waiter = (struct plugh_waiter *)arg;
	siginfo_t info;

	while (waitid(P_PID, (id_t)waiter->pid, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
		;
	close(waiter->writer);
	leave(waiter);
	return NULL;
}

/* The thread gets no signals: they are for the threads that were there. */
static int start_thread(struct plugh_waiter *waiter)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&waiter->thread, NULL, watch, waiter);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -error;
}

int process_waiter_start(pid_t pid, struct plugh_waiter **ret_waiter)
{
	int ends[2];

	struct plugh_waiter *waiter = (struct plugh_waiter *)calloc(1, sizeof *waiter);
	if (waiter == NULL)
		return -ENOMEM;
	if (pipe2(ends, O_CLOEXEC) < 0) {
		int r = -errno;
		free(waiter);
		return r;
	}
	waiter->pid = pid;
	waiter->reader = ends[0];
	waiter->writer = ends[1];
	int r = start_thread(waiter);
	if (r < 0) {
		close(ends[0]);
		close(ends[1]);
		free(waiter);
		return r;
	}
	*ret_waiter = waiter;
	return 0;
}

int process_waiter_fd(const struct plugh_waiter *waiter)
{
	return waiter->reader;
}

void process_waiter_join(struct plugh_waiter *waiter)
{
	if (waiter == NULL)
		return;
	pthread_join(waiter->thread, NULL);
	close(waiter->reader);
	leave(waiter);
}

void process_waiter_detach(struct plugh_waiter *waiter)
{
	if (waiter == NULL)
		return;
	pthread_detach(waiter->thread);
	close(waiter->reader);
	leave(waiter);
}
