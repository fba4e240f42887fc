/* A crash report by the program started anew.
 *
 * SPDX-License-Identifier: MIT */
#include "crash_again.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CRASH_MS = 10000 };

void crash_again_prepare(const struct crash_report *report, struct crash_message *ret_message)
{
	*ret_message = (struct crash_message){ .event = { .signal = 0 } };
	snprintf(ret_message->name, sizeof ret_message->name, "%s", report->name);
	snprintf(ret_message->version, sizeof ret_message->version, "%s", report->version);
	snprintf(ret_message->process, sizeof ret_message->process, "%d", (int)getpid());
	snprintf(ret_message->file, sizeof ret_message->file, "%s", report->file);
}

static _Noreturn void run(int in, const char *process)
{
	const char *const words[] = { "plugh", "crash_report", process, NULL };
	sigset_t none;

	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	/* On its own number dup2 would leave it to be closed. */
	if (in == STDIN_FILENO ? fcntl(in, F_SETFD, 0) == 0 : dup2(in, STDIN_FILENO) == 0)
		(void)execve("/proc/self/exe", (char *const *)words, environ);
	_exit(127);
}

static void await(pid_t process)
{
	int fd = (int)syscall(SYS_pidfd_open, process, 0); /* before Linux 5.3 there is none */
	struct pollfd end = { .fd = fd, .events = POLLIN };
	int n = 1;

	if (fd >= 0) {
		do
			n = poll(&end, 1, CRASH_MS);
		while (n < 0 && errno == EINTR);
		close(fd);
	}
	if (n == 0)
		(void)kill(process, SIGKILL);
	(void)waitpid(process, NULL, __WALL);
}

void crash_again(void *message, const struct crash_event *event)
{
	struct crash_message *told = (struct crash_message *)message;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	/* As fork(), but nobody else's wait() sees its end. */
	long child = syscall(SYS_clone, 0, NULL, NULL, NULL, 0);
	if (child == 0)
		run(ends[0], told->process);
	close(ends[0]);
	if (child > 0) {
		/* Where Yama asks for it; EINVAL elsewhere. It fits into a pipe at once. */
		(void)prctl(PR_SET_PTRACER, child, 0, 0, 0);
		told->event = *event;
		ssize_t put = write(ends[1], told, sizeof *told);
		(void)put; /* what comes short is no message */
	}
	close(ends[1]);
	if (child > 0)
		await((pid_t)child);
}
