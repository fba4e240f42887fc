/* Waiting for children: ends, deadlines, cancelling; with pidfds, and as on a kernel without.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "process_fixture.h"

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* ---- What holds with pidfds and without: run in a child in either case ---- */

static int statuses_and_signals(void *arg)
{
	static const struct {
		const char *command;
		int status, signal, shell;
	} row[] = {
		{ "exit 0", 0, 0, 0 },
		{ "exit 255", 255, 0, 255 },
		{ "kill -TERM $$", -1, SIGTERM, 143 },
		{ "kill -KILL $$", -1, SIGKILL, 137 },
	};

	(void)arg;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct plugh_process process;
		struct plugh_process_result result;
		struct plugh_until until = until_ms(DEADLINE_S * 1000);
		struct plugh_process_spec spec = { .argv = WORDS("sh", "-c", row[i].command) };
		CHILD_CHECK(plugh_process_spawn(&spec, &process, NULL) == 0);
		CHILD_CHECK(plugh_process_wait(&process, &until, &result) == 0);
		CHILD_CHECK(result.status == row[i].status && result.signal == row[i].signal);
		CHILD_CHECK(plugh_process_shell_status(&result) == row[i].shell);
		CHILD_CHECK(result.elapsed.ns > 0 && result.usage.ru_maxrss > 0);
		CHILD_CHECK(plugh_process_wait(&process, NULL, NULL) == -ECHILD);
		CHILD_CHECK(plugh_process_wait_end(&process, NULL) == -ECHILD);
		CHILD_CHECK(plugh_process_end_fd(&process) == -ECHILD);
		CHILD_CHECK(plugh_process_signal(&process, 0) == -ESRCH);
		plugh_process_release(&process);
		CHILD_CHECK(!has_children());
	}
	return 0;
}

static struct plugh_process spawn_cat(struct plugh_process_spec *ret_spec)
{
	static const char *const argv[] = { "cat", NULL };
	struct plugh_process process;

	*ret_spec = (struct plugh_process_spec){
		.argv = argv,
		.in = { .kind = PLUGH_STREAM_PIPE },
		.group = PLUGH_PROCESS_OWN_GROUP,
	};
	CHILD_CHECK(plugh_process_spawn(ret_spec, &process, NULL) == 0);
	return process;
}

static int deadlines_and_cancelling(void *arg)
{
	struct plugh_process_spec spec;
	struct plugh_process process = spawn_cat(&spec);
	struct plugh_until until = until_ms(20);
	struct plugh_process_result result = { .status = 77 };
	uint64_t one = 1;

	(void)arg;
	CHILD_CHECK(plugh_process_wait(&process, &until, &result) == -ETIMEDOUT);
	CHILD_CHECK(now_ns() >= until.deadline.ns && result.status == 77);
	/* One that has passed is only a look. */
	CHILD_CHECK(plugh_process_wait(&process, &until, NULL) == -ETIMEDOUT);
	until = (struct plugh_until){ { PLUGH_FOREVER }, eventfd(0, EFD_CLOEXEC) };
	CHILD_CHECK(write(until.cancel_fd, &one, sizeof one) == sizeof one);
	CHILD_CHECK(plugh_process_wait(&process, &until, NULL) == -ECANCELED);
	CHILD_CHECK(plugh_process_wait_end(&process, &until) == -ECANCELED);
	/* It is never read from. */
	CHILD_CHECK(plugh_process_wait(&process, &until, NULL) == -ECANCELED);
	close(plugh_process_take_fd(&process.in));
	CHILD_CHECK(plugh_process_wait_end(&process, NULL) == 0);
	/* The end comes before both. */
	CHILD_CHECK(plugh_process_wait_end(&process, &until) == 0);
	until.deadline.ns = 0;
	CHILD_CHECK(plugh_process_wait(&process, &until, &result) == 0 && result.status == 0);
	plugh_process_release(&process);
	close(until.cancel_fd);
	return 0;
}

static int signals_reach_the_child_alone(void *arg)
{
	struct plugh_process_spec spec;
	struct plugh_process process = spawn_cat(&spec);
	struct plugh_process_result result;

	(void)arg;
	CHILD_CHECK(plugh_process_signal(&process, 0) == 0);
	CHILD_CHECK(plugh_process_signal(&process, 999) == -EINVAL);
	CHILD_CHECK(plugh_process_signal(&process, SIGUSR1) == 0);
	CHILD_CHECK(plugh_process_wait_end(&process, NULL) == 0);
	/* It has ended; its number is still its own. */
	CHILD_CHECK(plugh_process_signal_group(&process, SIGUSR2) == 0);
	CHILD_CHECK(plugh_process_wait(&process, NULL, &result) == 0);
	CHILD_CHECK(result.signal == SIGUSR1);
	CHILD_CHECK(plugh_process_signal_group(&process, SIGUSR2) == -ESRCH);
	plugh_process_release(&process);

	spec.group = PLUGH_PROCESS_SAME_GROUP;
	CHILD_CHECK(plugh_process_spawn(&spec, &process, NULL) == 0);
	CHILD_CHECK(plugh_process_signal_group(&process, SIGUSR2) == -EINVAL);
	plugh_process_release(&process);
	return 0;
}

static int a_release_leaves_nothing(void *arg)
{
	struct plugh_process_spec spec;
	size_t before = count_descriptors();

	(void)arg;
	for (int i = 0; i < 10; i++) {
		struct plugh_process process = spawn_cat(&spec);
		struct plugh_until until = until_ms(0);
		CHILD_CHECK(plugh_process_wait(&process, &until, NULL) == -ETIMEDOUT);
		plugh_process_release(&process);
		plugh_process_release(&process);
	}
	CHILD_CHECK(!has_children() && count_descriptors() == before);
	return 0;
}

static int one_that_is_let_go_goes_on(void *arg)
{
	struct plugh_process_spec spec;
	struct plugh_process process = spawn_cat(&spec);
	struct plugh_until until = until_ms(0);
	size_t before = count_descriptors();

	(void)arg;
	pid_t pid = process.pid;
	int in = plugh_process_take_fd(&process.in);
	/* A thread that still waits keeps one. */
	size_t waiting = process.pidfd < 0, threads = count_threads();
	CHILD_CHECK(plugh_process_wait(&process, &until, NULL) == -ETIMEDOUT);
	plugh_process_detach(&process);
	CHILD_CHECK(
		process.pid == 0 && kill(pid, 0) == 0 && count_descriptors() <= before + waiting);
	close(in);
	siginfo_t info;
	CHILD_CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED) == 0 && info.si_status == 0);
	/* The thread ends by itself, and then lets go. (The sanitizer has one of its own.) */
	until = until_ms(DEADLINE_S * 1000);
	while (count_threads() > threads && !HAS_THREAD_SANITIZER)
		CHILD_CHECK(sched_yield() == 0 && now_ns() < until.deadline.ns);
	return 0;
}

static int somebody_else_may_reap(void *arg)
{
	struct plugh_process_spec spec;
	struct plugh_process process = spawn_cat(&spec);
	struct plugh_until until = until_ms(DEADLINE_S * 1000);

	(void)arg;
	close(plugh_process_take_fd(&process.in));
	CHILD_CHECK(waitpid(process.pid, NULL, 0) == process.pid);
	CHILD_CHECK(plugh_process_wait(&process, &until, NULL) == -ECHILD);
	CHILD_CHECK(plugh_process_signal(&process, SIGKILL) == -ESRCH);
	plugh_process_release(&process);
	return 0;
}

static int an_ignored_end_is_seen(void *arg)
{
	struct plugh_process process;
	struct plugh_process_result result;
	struct plugh_process_spec spec = { .argv = WORDS("sh", "-c", "exit 5") };

	(void)arg;
	signal(SIGCHLD, SIG_IGN);
	CHILD_CHECK(plugh_process_spawn(&spec, &process, NULL) == 0);
	CHILD_CHECK(plugh_process_wait(&process, NULL, &result) == 0 && result.status == 5);
	plugh_process_release(&process);
	return 0;
}

static int a_child_of_fork_is_waited_for(void *arg)
{
	struct plugh_process process;
	struct plugh_process_result result;

	(void)arg;
	pid_t pid = fork();
	if (pid == 0)
		_exit(9);
	plugh_process_adopt(pid, PLUGH_PROCESS_SAME_GROUP, &process);
	struct plugh_until until = until_ms(DEADLINE_S * 1000);
	CHILD_CHECK(plugh_process_wait(&process, &until, &result) == 0 && result.status == 9);
	plugh_process_release(&process);
	return 0;
}

static int (*const work[])(void *arg) = {
	statuses_and_signals,
	deadlines_and_cancelling,
	signals_reach_the_child_alone,
	a_release_leaves_nothing,
	one_that_is_let_go_goes_on,
	somebody_else_may_reap,
	an_ignored_end_is_seen,
	a_child_of_fork_is_waited_for,
};

static int work_without_pidfds(void *arg)
{
	int (*const *one)(void *) = (int (*const *)(void *))arg;
	struct plugh_process_spec spec;

	forbid_pidfds();
	struct plugh_process process = spawn_cat(&spec);
	CHILD_CHECK(process.pidfd == -1);
	plugh_process_release(&process);
	return (*one)(NULL);
}

static void a_child_is_waited_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof work / sizeof work[0]; i++)
		assert_int_equal(child_run(work[i], NULL, NULL), 0);
}

static void a_child_is_waited_for_without_pidfds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof work / sizeof work[0]; i++)
		assert_int_equal(child_run(work_without_pidfds, (void *)&work[i], NULL), 0);
}

/* ---- Without a wait of our own ---- */

static void a_deadline_beyond_counting_is_none(void **state)
{
	(void)state;
	int64_t before = now_ns();

	assert_true(plugh_deadline_after((plugh_duration){ PLUGH_FOREVER }).ns == PLUGH_FOREVER);
	assert_true(
		plugh_deadline_after((plugh_duration){ PLUGH_FOREVER - 1 }).ns == PLUGH_FOREVER);
	int64_t soon = plugh_deadline_after((plugh_duration){ 5 }).ns;
	assert_true(soon >= before + 5 && soon <= now_ns() + 5);
}

static int wait_with_a_handler(void *arg)
{
	struct plugh_process_spec spec;
	struct plugh_process process = spawn_cat(&spec);
	struct plugh_until until = until_ms(DEADLINE_S * 1000);

	(void)arg;
	child_tell('w');
	CHILD_CHECK(plugh_process_wait(&process, &until, NULL) == 0);
	plugh_process_release(&process);
	return 0;
}

static void on_signal(int signal)
{
	(void)signal;
	child_tell('s');
}

static int wait_through_signals(void *arg)
{
	struct sigaction action = { .sa_handler = on_signal }; /* no SA_RESTART */

	CHILD_CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
	return wait_with_a_handler(arg);
}

static void a_signal_alone_does_not_end_a_wait(void **state)
{
	(void)state;
	struct child child;
	char path[64], text[32] = "";

	if (HAS_THREAD_SANITIZER)
		return;

	child_start(&child, wait_through_signals, NULL);
	child_await(&child, 'w');
	child_await_blocked(&child);
	kill(child.pid, SIGUSR1);
	child_await(&child, 's');
	child_await_blocked(&child);
	/* The cat, its only child. */
	snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)child.pid, (int)child.pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(read(fd, text, sizeof text - 1) > 0);
	close(fd);
	kill((pid_t)strtol(text, NULL, 10), SIGTERM);
	assert_int_equal(child_finish(&child), 0);
	child_release(&child);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_child_is_waited_for),
		cmocka_unit_test(a_child_is_waited_for_without_pidfds),
		cmocka_unit_test(a_deadline_beyond_counting_is_none),
		cmocka_unit_test(a_signal_alone_does_not_end_a_wait),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
