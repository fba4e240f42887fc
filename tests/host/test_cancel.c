/* Ctrl-C, SIGTERM and SIGHUP: the first asks, a second ends. Each child here is killed for real.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <plugh/fd.h>

#include "cancel.h"
#include "child.h"
#include "output.h"
#include "plugh_test.h"
#include "temp_dir.h"

static const int asking[] = { SIGINT, SIGTERM, SIGHUP };

static bool is_readable(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLIN };
	return poll(&one, 1, 0) == 1;
}

/* Run until cancelled, clean up, and end by the signal. */
static int wait_and_end(void *arg)
{
	(void)arg;
	int fd = cancel_start();
	struct pollfd one = { .fd = fd, .events = POLLIN };

	CHILD_CHECK(fd >= 0 && (fcntl(fd, F_GETFD) & FD_CLOEXEC));
	CHILD_CHECK(!is_readable(fd) && cancel_signal() == 0);
	child_tell('r');
	while (poll(&one, 1, -1) != 1)
		CHILD_CHECK(errno == EINTR);
	CHILD_CHECK(cancel_signal() != 0);
	child_tell('c');
	cancel_end(cancel_signal());
	return 1;
}

static void the_first_signal_asks_and_is_what_the_process_ends_by(void **state)
{
	(void)state;

	for (size_t i = 0; i < 3; i++) {
		struct child child;
		child_start(&child, wait_and_end, NULL);
		child_await(&child, 'r');
		kill(child.pid, asking[i]);
		child_await(&child, 'c');
		int status = child_finish(&child);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), asking[i]);
		child_release(&child);
	}
}

/* A run that does not look, with a temporary name in a folder. */
static int never_look(void *arg)
{
	const struct temp_dir *dir = (const struct temp_dir *)arg;
	struct outputs_spec spec = { .cancel_fd = -1, .named_only = true };
	struct outputs *outputs;
	char *path = temp_dir_path(dir, "out");

	int cancel = cancel_start();
	CHILD_CHECK(outputs_create(&spec, &outputs) == 0);
	cancel_set_outputs(outputs);
	CHILD_CHECK(outputs_open(outputs, path) >= 0);
	CHILD_CHECK(temp_dir_count(dir) == 1);
	free(path);
	child_tell('r');
	while (!is_readable(cancel))
		;
	child_tell('c');
	for (;;)
		pause();
}

static void a_second_signal_ends_at_once_and_removes_names(void **state)
{
	(void)state;
	static const struct {
		int first, second;
	} row[] = {
		{ SIGINT, SIGINT },
		{ SIGINT, SIGTERM },
		{ SIGTERM, SIGINT },
		{ SIGTERM, SIGHUP },
		{ SIGHUP, SIGTERM },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct temp_dir dir;
		struct child child;
		temp_dir_create(&dir);
		child_start(&child, never_look, &dir);
		child_await(&child, 'r');
		kill(child.pid, row[i].first);
		child_await(&child, 'c');
		assert_int_equal(temp_dir_count(&dir), 1);
		kill(child.pid, row[i].second);
		int status = child_finish(&child);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), row[i].second);
		assert_int_equal(temp_dir_count(&dir), 0);
		child_release(&child);
		temp_dir_destroy(&dir);
	}
}

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int raise_twice(void *arg)
{
	int signal = *(int *)arg;

	cancel_start();
	raise(signal);
	raise(signal);
	int64_t start = now_ms();
	child_tell('2');
	while (now_ms() - start <= CANCEL_REPEAT_MS)
		;
	raise(signal);
	return 0;
}

/* Does a process live on that gets the signal twice at once? Its third one, later, ends it. */
static bool takes_two_for_one(int signal)
{
	struct child child;
	char event;

	child_start(&child, raise_twice, &signal);
	assert_int_equal(child_finish(&child), signal);
	bool has_lived = read(child.note, &event, 1) == 1;
	child_release(&child);
	return has_lived;
}

static void a_repeat_within_milliseconds_is_the_same_request(void **state)
{
	(void)state;

	for (size_t i = 1; i < 3; i++) {
		bool has_lived = false;
		/* A busy machine may let too much time pass between the two. */
		for (int tries = 0; tries < 20 && !has_lived; tries++)
			has_lived = takes_two_for_one(asking[i]);
		assert_true(has_lived);
	}
}

static void a_repeated_ctrl_c_always_counts(void **state)
{
	(void)state;
	assert_false(takes_two_for_one(SIGINT));
}

static int ignore_and_end(void *arg)
{
	int signal_number = *(int *)arg;

	signal(signal_number, SIG_IGN);
	int fd = cancel_start();
	CHILD_CHECK(cancel_was_ignored(signal_number));
	CHILD_CHECK(!cancel_was_ignored(signal_number == SIGINT ? SIGTERM : SIGINT));
	CHILD_CHECK(!cancel_was_ignored(SIGUSR1));
	raise(signal_number);
	raise(signal_number);
	CHILD_CHECK(cancel_signal() == 0 && !is_readable(fd));
	cancel_stop();
	struct sigaction now;
	CHILD_CHECK(sigaction(signal_number, NULL, &now) == 0 && now.sa_handler == SIG_IGN);
	return 0;
}

static void what_was_ignored_stays_ignored(void **state)
{
	(void)state;

	for (size_t i = 0; i < 3; i++) {
		int signal_number = asking[i];
		assert_int_equal(child_run(ignore_and_end, &signal_number, NULL), 0);
	}
}

static int write_to_closed_pipe(void *arg)
{
	(void)arg;
	int ends[2];

	CHILD_CHECK(pipe(ends) == 0);
	close(ends[0]);
	cancel_start();
	CHILD_CHECK(!cancel_was_ignored(SIGPIPE));
	CHILD_CHECK(write(ends[1], "x", 1) == -1 && errno == EPIPE);
	CHILD_CHECK(cancel_signal() == 0);
	cancel_end(SIGPIPE);
	return 1;
}

static void a_closed_pipe_is_an_error_until_the_end(void **state)
{
	(void)state;
	assert_int_equal(child_run(write_to_closed_pipe, NULL, NULL), SIGPIPE);
}

static void check_default(int number)
{
	struct sigaction now;

	CHILD_CHECK(sigaction(number, NULL, &now) == 0);
	CHILD_CHECK(now.sa_handler == SIG_DFL);
}

static int start_and_stop(void *arg)
{
	(void)arg;
	int lowest = dup(STDERR_FILENO);

	close(lowest);
	cancel_stop();
	for (int i = 0; i < 3; i++) {
		int fd = cancel_start();
		CHILD_CHECK(fd == lowest);
		CHILD_CHECK(cancel_signal() == 0 && !is_readable(fd));
		raise(SIGINT);
		CHILD_CHECK(cancel_signal() == SIGINT && is_readable(fd));
		cancel_stop();
		CHILD_CHECK(fcntl(fd, F_GETFD) < 0);
		check_default(SIGINT);
		check_default(SIGPIPE);
	}
	raise(SIGTERM);
	return 1;
}

static void stopping_puts_all_back(void **state)
{
	(void)state;
	assert_int_equal(child_run(start_and_stop, NULL, NULL), SIGTERM);
}

static int fork_and_signal_the_child(void *arg)
{
	(void)arg;
	int status;
	int fd = cancel_start();

	pid_t pid = fork();
	CHILD_CHECK(pid >= 0);
	if (pid == 0) {
		raise(SIGTERM);
		_exit(0);
	}
	CHILD_CHECK(waitpid(pid, &status, 0) == pid);
	CHILD_CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	CHILD_CHECK(cancel_signal() == 0 && !is_readable(fd));
	return 0;
}

static void a_forked_process_does_not_cancel_its_parent(void **state)
{
	(void)state;
	assert_int_equal(child_run(fork_and_signal_the_child, NULL, NULL), 0);
}

static int keep_errno(void *arg)
{
	(void)arg;
	cancel_start();
	errno = EXDEV;
	raise(SIGINT);
	return errno == EXDEV ? 0 : 1;
}

static void the_handler_keeps_errno(void **state)
{
	(void)state;
	assert_int_equal(child_run(keep_errno, NULL, NULL), 0);
}

static int end_by_blocked_signal(void *arg)
{
	(void)arg;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	cancel_start();
	cancel_end(SIGTERM);
	return 1;
}

static void a_blocked_signal_ends_the_process_too(void **state)
{
	(void)state;
	assert_int_equal(child_run(end_by_blocked_signal, NULL, NULL), SIGTERM);
}

/* A write that nobody reads, which the signal itself interrupts. */
static int write_until_cancelled(void *arg)
{
	(void)arg;
	static char bytes[1024 * 1024];
	struct plugh_host host = { .cancel_fd = cancel_start() };
	int ends[2];

	CHILD_CHECK(pipe(ends) == 0);
	child_tell('r');
	CHILD_CHECK(plugh_fd_write(&host, ends[1], bytes, sizeof bytes) == -ECANCELED);
	cancel_end(cancel_signal());
	return 1;
}

static void a_signal_ends_a_write_that_nobody_reads(void **state)
{
	(void)state;
	struct child child;
	child_start(&child, write_until_cancelled, NULL);

	child_await(&child, 'r');
	child_await_blocked(&child);
	kill(child.pid, SIGINT);

	assert_int_equal(child_finish(&child), SIGINT);
	child_release(&child);
}

static void *receive(void *arg)
{
	(void)arg;
	sigset_t set;

	sigemptyset(&set);
	pthread_sigmask(SIG_SETMASK, &set, NULL);
	child_tell('t');
	for (;;)
		pause();
	return NULL;
}

/* The main thread blocks the signals, so that they go to the other one. */
static int receive_in_a_thread(void *arg)
{
	(void)arg;
	pthread_t thread;
	sigset_t set;
	int fd = cancel_start();
	struct pollfd one = { .fd = fd, .events = POLLIN };

	sigfillset(&set);
	pthread_sigmask(SIG_SETMASK, &set, NULL);
	CHILD_CHECK(pthread_create(&thread, NULL, receive, NULL) == 0);
	CHILD_CHECK(poll(&one, 1, -1) == 1);
	child_tell('c');
	pause();
	return 1;
}

static void any_thread_may_receive_the_signals(void **state)
{
	(void)state;
	struct child child;
	child_start(&child, receive_in_a_thread, NULL);

	child_await(&child, 't');
	kill(child.pid, SIGINT);
	child_await(&child, 'c');
	kill(child.pid, SIGINT);

	assert_int_equal(child_finish(&child), SIGINT);
	child_release(&child);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_signal_asks_and_is_what_the_process_ends_by),
		cmocka_unit_test(a_second_signal_ends_at_once_and_removes_names),
		cmocka_unit_test(a_repeat_within_milliseconds_is_the_same_request),
		cmocka_unit_test(a_repeated_ctrl_c_always_counts),
		cmocka_unit_test(what_was_ignored_stays_ignored),
		cmocka_unit_test(a_closed_pipe_is_an_error_until_the_end),
		cmocka_unit_test(stopping_puts_all_back),
		cmocka_unit_test(a_forked_process_does_not_cancel_its_parent),
		cmocka_unit_test(the_handler_keeps_errno),
		cmocka_unit_test(a_blocked_signal_ends_the_process_too),
		cmocka_unit_test(a_signal_ends_a_write_that_nobody_reads),
		cmocka_unit_test(any_thread_may_receive_the_signals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
