/* Processes that outlive the child that started them.
 *
 * SPDX-License-Identifier: MIT */
#include "orphans.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PID_TEXT_SIZE = 12, /* of one number in the list, with the blank behind it */
	ROUNDS = 100,       /* more only where they multiply as fast as they are ended */
};

/* The list of this thread's children (proc(5), /proc/PID/task/TID/children). One too long to be
 * held is cut between two numbers, since more than ORPHANS_MAX are not taken from it. */
static size_t list_children(pid_t ret_child[ORPHANS_MAX])
{
	char text[ORPHANS_MAX * PID_TEXT_SIZE];
	char *end = text;
	size_t count = 0;

	int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	while (count < ORPHANS_MAX) {
		char *start = end;
		long pid = strtol(start, &end, 10);
		if (end == start || *end == '\0')
			break;
		ret_child[count++] = (pid_t)pid;
	}
	return count;
}

void orphans_init(struct orphans *ret_orphans)
{
	ret_orphans->was_reaper = 0;
	prctl(PR_GET_CHILD_SUBREAPER, &ret_orphans->was_reaper);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	ret_orphans->count = list_children(ret_orphans->child);
}

static bool is_known(const struct orphans *orphans, pid_t pid)
{
	size_t i = 0;

	while (i < orphans->count && orphans->child[i] != pid)
		i++;
	return i < orphans->count;
}

/* Returns whether it was reaped. */
static bool reap(pid_t pid, int flags)
{
	siginfo_t info = { 0 };

	while (waitid(P_PID, (id_t)pid, &info, WEXITED | flags) < 0) {
		if (errno != EINTR)
			return false;
	}
	return info.si_pid != 0;
}

bool orphans_end(const struct orphans *orphans, pid_t child)
{
	pid_t now[ORPHANS_MAX];
	bool any = true, any_alive = false;

	/* Those that an orphan has started are orphans once it has ended. */
	for (int round = 0; any && round < ROUNDS; round++) {
		any = false;
		size_t count = list_children(now);
		for (size_t i = 0; i < count; i++) {
			if (now[i] == child || is_known(orphans, now[i]))
				continue;
			any = true;
			if (reap(now[i], WNOHANG))
				continue;
			any_alive = true;
			kill(now[i], SIGKILL);
			reap(now[i], 0);
		}
	}
	return any_alive;
}

void orphans_release(struct orphans *orphans)
{
	prctl(PR_SET_CHILD_SUBREAPER, orphans->was_reaper);
	orphans->count = 0;
}
