/* Crash functions of processes that were forked, and beside other threads: each its own, and each
 * once.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <plugh/scope.h>

#include "child.h"
#include "plugh_test.h"
#include "scope_fixture.h"
#include "temp_dir.h"

/* ---- Processes that were forked ---- */

/* In a forked process: enter so many, and end. */
static void end_with(int count)
{
	static const char *const letter[] = { "o", "p" };
	struct plugh_scope own = { 0 };

	for (int i = 0; i < count; i++)
		enter_crash(&own, tell, letter[i]);
	raise(SIGTERM);
}

static int end_forked(void *arg)
{
	const struct temp_dir *dir = (const struct temp_dir *)arg;
	struct plugh_scope scope = { 0 };
	int status;

	CHILD_CHECK(chdir(dir->path) == 0);
	CHILD_CHECK(plugh_scope_unlink(&scope, "parents") == 0);
	CHILD_CHECK(open("parents", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0);
	for (int i = 0; i < 3; i++) {
		pid_t pid = fork();
		if (pid == 0)
			end_with(i);
		CHILD_CHECK(waitpid(pid, &status, 0) == pid);
		CHILD_CHECK(status == SIGTERM && access("parents", F_OK) == 0);
		child_tell('-');
	}
	raise(SIGTERM);
	return 0;
}

static void a_forked_process_undoes_its_own_alone(void **state)
{
	(void)state;
	struct temp_dir dir;
	temp_dir_create(&dir);

	expect_end(end_forked, &dir, SIGTERM, "-o-po-");

	assert_int_equal(temp_dir_count(&dir), 0);
	temp_dir_destroy(&dir);
}

static int crash_in_call(const struct plugh_host *host, void *arg, struct plugh_buf *result)
{
	struct plugh_scope scope = { .host = host };

	(void)result;
	enter_crash(&scope, tell, (const char *)arg);
	raise(SIGSYS);
	return 0;
}

static int call(void *arg)
{
	struct plugh_scope scope = { 0 };
	struct plugh_call spec = {
		.run = crash_in_call, .arg = (void *)"c", .timeout = { PLUGH_FOREVER }
	};
	struct plugh_call_result result;

	(void)arg;
	enter_crash(&scope, tell, "p");
	CHILD_CHECK(plugh_call_with_timeout(NULL, &spec, &result) == -EOWNERDEAD);
	CHILD_CHECK(result.signal == SIGSYS);
	plugh_call_result_release(&result);
	raise(SIGSYS);
	return 0;
}

static void so_does_a_function_that_is_called_with_a_time_limit(void **state)
{
	(void)state;
	expect_end(call, NULL, SIGSYS, "cp");
}

static int take_over_slots(void *arg)
{
	struct plugh_scope scope = { 0 };
	int status;

	(void)arg;
	for (int i = 0; i < 100; i++)
		enter_crash(&scope, tell, "p");
	pid_t pid = fork();
	CHILD_CHECK(pid >= 0);
	if (pid == 0) {
		struct plugh_scope own = { 0 };
		for (int i = 0; i < 150; i++)
			enter_crash(&own, tell, "c");
		/* What it should not do, but may: the parent's tickets are not its own. */
		CHILD_CHECK(plugh_scope_exit(&scope, 0) == 0);
		enter_crash(&own, tell, "d");
		raise(SIGTERM);
	}
	CHILD_CHECK(waitpid(pid, &status, 0) == pid);
	CHILD_CHECK(plugh_scope_exit(&scope, 0) == 0);
	return 0;
}

static void a_forked_process_has_the_whole_table_for_itself(void **state)
{
	(void)state;
	struct child child;
	char expected[152] = "d";

	memset(expected + 1, 'c', 150);
	child_start(&child, take_over_slots, NULL);
	assert_int_equal(child_finish(&child), 0);
	expect_told(&child, expected);
	child_release(&child);
}

/* ---- Threads ---- */

enum { THREADS = 4 };

static void *crash_thread(void *arg)
{
	pthread_barrier_wait((pthread_barrier_t *)arg);
	raise(SIGSYS);
	return NULL;
}

static int crash_in_threads(void *arg)
{
	struct plugh_scope scope = { 0 };
	pthread_barrier_t barrier;
	pthread_t thread;

	(void)arg;
	for (const char *letter = "abcdefghijklmnopqrstuvwxyz"; *letter != '\0'; letter++)
		enter_crash(&scope, tell, letter);
	pthread_barrier_init(&barrier, NULL, THREADS + 1);
	for (int i = 0; i < THREADS; i++)
		CHILD_CHECK(pthread_create(&thread, NULL, crash_thread, &barrier) == 0);
	crash_thread(&barrier);
	return 0;
}

static int compare_letters(const void *a, const void *b)
{
	return *(const char *)a - *(const char *)b;
}

static void threads_that_crash_at_once_undo_each_thing_once(void **state)
{
	(void)state;

	for (int i = 0; i < 30; i++) {
		struct child child;
		char told[100];
		child_start(&child, crash_in_threads, NULL);
		int status = child_finish(&child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
		ssize_t n = read(child.note, told, sizeof told - 1);
		assert_int_equal(n, 26);
		told[n] = '\0';
		qsort(told, 26, 1, compare_letters);
		assert_string_equal(told, "abcdefghijklmnopqrstuvwxyz");
		child_release(&child);
	}
}

/* Its words must be whole whenever a handler sees them. */
struct pair {
	atomic_int a, b;
};

static void check_pair(void *arg, int signal)
{
	const struct pair *pair = (const struct pair *)arg;

	(void)signal;
	if (pair->a != 1 || pair->b != 1)
		child_tell('x');
}

static int stay(void *arg, int r)
{
	(void)arg;
	return r;
}

static void *come_and_go(void *arg)
{
	for (unsigned i = 0;; i++) {
		struct plugh_scope scope = { 0 };
		struct pair *pair = (struct pair *)malloc(2 * sizeof *pair);
		CHILD_CHECK(pair != NULL);
		for (int k = 0; k < 2; k++) {
			pair[k].a = pair[k].b = 1;
			struct plugh_context context = {
				.exit = stay, .crash = check_pair, .arg = &pair[k]
			};
			CHILD_CHECK(plugh_scope_enter(&scope, &context) == 0);
		}
		CHILD_CHECK(plugh_scope_exit(&scope, 0) == 0);
		pair[0].a = pair[1].b = 2; /* nobody looks at it any more */
		free(pair);
		if (i == 100)
			pthread_barrier_wait((pthread_barrier_t *)arg);
	}
	return NULL;
}

static int crash_beside_threads(void *arg)
{
	pthread_barrier_t barrier;
	pthread_t thread;
	struct plugh_scope scope = { 0 };

	(void)arg;
	enter_crash(&scope, tell, "a");
	pthread_barrier_init(&barrier, NULL, THREADS + 1);
	for (int i = 0; i < THREADS; i++)
		CHILD_CHECK(pthread_create(&thread, NULL, come_and_go, &barrier) == 0);
	pthread_barrier_wait(&barrier);
	raise(SIGSYS);
	return 0;
}

static void threads_may_come_and_go_meanwhile(void **state)
{
	(void)state;

	for (int i = 0; i < 30; i++)
		expect_end(crash_beside_threads, NULL, SIGSYS, "a");
}

/* Two threads that meet: one in a handler, the other beside it. */
struct meeting {
	atomic_int other; /* the other thread, once it goes its own way */
	atomic_bool is_in_handler;
	atomic_bool is_over; /* the other has exited its scope */
};

static void await_handler(struct meeting *meeting)
{
	while (!atomic_load(&meeting->is_in_handler))
		sched_yield();
}

/* Does the other thread wait? */
static bool is_waiting(const struct meeting *meeting)
{
	char path[64], text[512] = "";

	snprintf(path, sizeof path, "/proc/self/task/%d/stat", atomic_load(&meeting->other));
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, text, sizeof text - 1);
	close(fd);
	const char *bracket = n > 0 ? strrchr(text, ')') : NULL;
	return bracket != NULL && bracket[2] == 'S';
}

/* A crash function that takes so long that the other thread meets it. */
static void meet(void *arg, int signal)
{
	enum { LOOKS = 200 };
	struct meeting *meeting = (struct meeting *)arg;

	(void)signal;
	atomic_store(&meeting->is_in_handler, true);
	for (int i = 0; i < LOOKS;)
		i += is_waiting(meeting);
	child_tell(atomic_load(&meeting->is_over) ? 'x' : 'm');
}

static void *end_too(void *arg)
{
	struct meeting *meeting = (struct meeting *)arg;

	atomic_store(&meeting->other, gettid());
	await_handler(meeting);
	raise(SIGTERM);
	return NULL;
}

static int wait_in_exit(void *arg, int r)
{
	struct meeting *meeting = (struct meeting *)arg;

	atomic_store(&meeting->other, gettid());
	await_handler(meeting);
	return r;
}

static void *exit_meanwhile(void *arg)
{
	struct meeting *meeting = (struct meeting *)arg;
	struct plugh_scope scope = { 0 };
	struct plugh_context context = { .exit = wait_in_exit, .crash = meet, .arg = meeting };

	CHILD_CHECK(plugh_scope_enter(&scope, &context) == 0);
	CHILD_CHECK(plugh_scope_exit(&scope, 0) == 0);
	atomic_store(&meeting->is_over, true);
	for (;;)
		pause();
}

static int end_beside(void *arg)
{
	static struct meeting meeting;
	struct plugh_context context = { .crash = meet, .arg = &meeting };
	struct plugh_scope scope = { 0 };
	bool is_exit = *(const bool *)arg;
	pthread_t thread;

	CHILD_CHECK(is_exit || plugh_scope_enter(&scope, &context) == 0);
	CHILD_CHECK(
		pthread_create(&thread, NULL, is_exit ? exit_meanwhile : end_too, &meeting) == 0);
	while (atomic_load(&meeting.other) == 0)
		sched_yield();
	raise(SIGSYS);
	return 0;
}

static void a_thread_that_ends_the_process_waits_for_what_another_undoes(void **state)
{
	(void)state;
	struct child child;

	child_start(&child, end_beside, &(bool){ false });
	int status = child_finish(&child);
	assert_true(WIFSIGNALED(status));
	expect_told(&child, "m");
	child_release(&child);
}

static void an_exit_does_not_return_while_its_crash_function_runs(void **state)
{
	(void)state;
	expect_end(end_beside, &(bool){ true }, SIGSYS, "m");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_forked_process_undoes_its_own_alone),
		cmocka_unit_test(so_does_a_function_that_is_called_with_a_time_limit),
		cmocka_unit_test(a_forked_process_has_the_whole_table_for_itself),
		cmocka_unit_test(threads_that_crash_at_once_undo_each_thing_once),
		cmocka_unit_test(threads_may_come_and_go_meanwhile),
		cmocka_unit_test(a_thread_that_ends_the_process_waits_for_what_another_undoes),
		cmocka_unit_test(an_exit_does_not_return_while_its_crash_function_runs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
