/* A child process for tests.
 *
 * SPDX-License-Identifier: MIT */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "plugh_test.h"

enum { DEADLINE_MS = 20000, STATUS_CHECK_FAILED = 99 };

/* In the child: its ends of the pipes. */
static int told = -1, go_on = -1;

static long now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void open_pipe(int ends[2])
{
	assert_return_code(pipe2(ends, O_CLOEXEC), errno);
}

/* cmocka catches faults, to go on with the next test; whoever started it may have ignored others.
 */
static void reset_signals(void)
{
	static const int number[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGSYS, SIGINT, SIGTERM,
		SIGHUP, SIGPIPE };
	sigset_t none;

	for (size_t i = 0; i < sizeof number / sizeof number[0]; i++)
		signal(number[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void child_start(struct child *child, int (*work)(void *arg), void *arg)
{
	int out[2], err[2], note[2], go[2];

	open_pipe(out);
	open_pipe(err);
	open_pipe(note);
	open_pipe(go);
	fflush(NULL);
	pid_t parent = getpid();
	pid_t pid = fork();
	assert_return_code(pid, errno);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		reset_signals();
		if (getppid() != parent)
			_exit(STATUS_CHECK_FAILED);
		dup2(out[1], STDOUT_FILENO);
		dup2(err[1], STDERR_FILENO);
		close(out[0]), close(out[1]), close(err[0]), close(err[1]);
		close(note[0]), close(go[1]);
		told = note[1];
		go_on = go[0];
		_exit(work(arg));
	}
	close(out[1]), close(err[1]), close(note[1]), close(go[0]);
	*child = (struct child){
		.pid = pid, .out = out[0], .err = err[0], .note = note[0], .go = go[1]
	};
}

void child_tell(char event)
{
	CHILD_CHECK(write(told, &event, 1) == 1);
}

void child_wait_go(void)
{
	char c;
	CHILD_CHECK(read(go_on, &c, 1) == 1);
}

void child_fail(const char *condition, const char *file, int line)
{
	dprintf(STDERR_FILENO, "%s:%d: not true: %s\n", file, line, condition);
	_exit(STATUS_CHECK_FAILED);
}

void child_await(struct child *child, char event)
{
	struct pollfd one = { .fd = child->note, .events = POLLIN };
	char c = '\0';

	assert_int_equal(poll(&one, 1, DEADLINE_MS), 1);
	assert_int_equal(read(child->note, &c, 1), 1);
	assert_int_equal(c, event);
}

void child_go(struct child *child)
{
	assert_int_equal(write(child->go, "g", 1), 1);
}

static char state_of(pid_t pid)
{
	char path[64], text[512];

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_return_code(fd, errno);
	ssize_t n = read(fd, text, sizeof text - 1);
	close(fd);
	assert_true(n > 0);
	text[n] = '\0';
	/* The name before it is in brackets and may hold anything. */
	const char *bracket = strrchr(text, ')');
	assert_non_null(bracket);
	return bracket[2];
}

void child_await_blocked(struct child *child)
{
	long deadline = now_ms() + DEADLINE_MS;

	while (state_of(child->pid) != 'S') {
		assert_true(now_ms() < deadline);
		sched_yield();
	}
}

/* Read what is there. Returns false at the end. */
static bool take(int fd, struct plugh_buf *text)
{
	char bytes[4096];

	ssize_t n = read(fd, bytes, sizeof bytes);
	assert_return_code(n, errno);
	plugh_buf_append(text, bytes, (size_t)n);
	return n > 0;
}

static int reap(struct child *child, long deadline)
{
	int status;
	pid_t ended;

	while ((ended = waitpid(child->pid, &status, WNOHANG)) == 0) {
		assert_true(now_ms() < deadline);
		sched_yield();
	}
	assert_int_equal(ended, child->pid);
	child->pid = 0;
	return status;
}

int child_finish(struct child *child)
{
	long deadline = now_ms() + DEADLINE_MS;
	struct pollfd fds[2] = {
		{ .fd = child->out, .events = POLLIN },
		{ .fd = child->err, .events = POLLIN },
	};

	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		long left = deadline - now_ms();
		assert_true(left > 0);
		poll(fds, 2, (int)left);
		if (fds[0].fd >= 0 && fds[0].revents != 0 && !take(child->out, &child->out_text))
			fds[0].fd = -1;
		if (fds[1].fd >= 0 && fds[1].revents != 0 && !take(child->err, &child->err_text))
			fds[1].fd = -1;
	}
	return reap(child, deadline);
}

void child_release(struct child *child)
{
	if (child->pid > 0) {
		kill(child->pid, SIGKILL);
		waitpid(child->pid, NULL, 0);
	}
	close(child->out);
	close(child->err);
	close(child->note);
	close(child->go);
	plugh_buf_release(&child->out_text);
	plugh_buf_release(&child->err_text);
}

int child_run(int (*work)(void *arg), void *arg, char **ret_err)
{
	struct child child;

	child_start(&child, work, arg);
	int status = child_finish(&child);
	if (ret_err != NULL)
		*ret_err = plugh_buf_take(&child.err_text);
	else if (child.err_text.size > 0)
		print_message("%s", plugh_buf_text(&child.err_text));
	child_release(&child);
	return status;
}
