/* Functions tried in a child: each end is told apart, and what the child holds is seen from
 * outside.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugh_test.h"
#include "trial.h"

enum {
	LONG_MS = 60000, /* never waited for */
	SHORT_MS = 1000,
};

static struct trial_result try(
	int (*run)(void *ctx, struct trial *trial, struct reason *why), void *ctx)
{
	struct trial_result result;
	assert_int_equal(trial_run(&(struct trial_spec){ run, ctx, LONG_MS, -1 }, &result), 0);
	return result;
}

static int give(void *ctx, struct trial *trial, struct reason *why)
{
	(void)trial;
	return reason_set(why, *(const int *)ctx, "a reason");
}

static void what_is_returned_arrives(void **state)
{
	(void)state;

	for (int r = -2; r < 2; r++) {
		struct trial_result result = try(give, &r);
		assert_int_equal(result.end, TRIAL_RETURNED);
		assert_int_equal(result.r, r);
		assert_string_equal(result.why.text, "a reason");
		assert_string_equal(result.said, "");
	}
}

static int end(void *ctx, struct trial *trial, struct reason *why)
{
	(void)trial;
	(void)why;
	int what = *(const int *)ctx;
	if (what > 0)
		raise(what);
	_exit(-what);
}

static void other_ends_are_told_in_words(void **state)
{
	(void)state;
	static const struct {
		int what;
		enum trial_end end;
		int number;
		const char *words;
	} row[] = {
		{ SIGKILL, TRIAL_KILLED, SIGKILL, "crashes: Killed (SIGKILL)" },
		{ SIGTERM, TRIAL_KILLED, SIGTERM, "crashes: Terminated (SIGTERM)" },
		{ 0, TRIAL_EXITED, 0, "ends the process, with status 0" },
		{ -7, TRIAL_EXITED, 7, "ends the process, with status 7" },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		int what = row[i].what;
		struct trial_result result = try(end, &what);
		assert_int_equal(result.end, row[i].end);
		assert_int_equal(result.number, row[i].number);
		assert_string_equal(result.why.text, row[i].words);
	}
}

static int wait_for_ever(void *ctx, struct trial *trial, struct reason *why)
{
	(void)ctx;
	(void)trial;
	(void)why;
	while (pause() < 0)
		;
	return 0;
}

static void one_that_does_not_end_is_ended(void **state)
{
	struct trial_result result;
	(void)state;

	assert_int_equal(
		trial_run(&(struct trial_spec){ wait_for_ever, NULL, SHORT_MS, -1 }, &result), 0);

	assert_int_equal(result.end, TRIAL_TIMED_OUT);
	assert_string_equal(result.why.text, "does not end within 1 s");
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void the_user_ends_it(void **state)
{
	struct trial_result result;
	(void)state;
	int cancel = eventfd(1, EFD_CLOEXEC);

	assert_int_equal(
		trial_run(&(struct trial_spec){ wait_for_ever, NULL, LONG_MS, cancel }, &result),
		0);

	assert_int_equal(result.end, TRIAL_CANCELLED);
	close(cancel);
}

enum flight { STAY, OTHER_GROUP, GRANDCHILD, FLIGHTS };

struct leave {
	enum flight flight;
	int ends[2]; /* of a pipe: closed when all that hold the second have ended */
};

/* A descendant that holds the writing end of the pipe. */
static int leave_a_child(void *ctx, struct trial *trial, struct reason *why)
{
	const struct leave *leave = (const struct leave *)ctx;

	(void)trial;
	(void)why;
	close(leave->ends[0]);
	if (fork() == 0) {
		if (leave->flight == GRANDCHILD && fork() > 0)
			_exit(0);
		if (leave->flight != STAY)
			setpgid(0, 0);
		for (;;)
			pause();
	}
	return 0;
}

static void what_it_left_running_is_ended(void **state)
{
	char byte;
	(void)state;

	for (int i = 0; i < FLIGHTS; i++) {
		struct leave leave = { .flight = (enum flight)i };
		assert_int_equal(pipe2(leave.ends, O_CLOEXEC), 0);

		struct trial_result result = try(leave_a_child, &leave);

		close(leave.ends[1]);
		assert_int_equal(result.end, TRIAL_RETURNED);
		assert_true(result.leaves_process);
		assert_int_equal(read(leave.ends[0], &byte, 1), 0);
		close(leave.ends[0]);
	}
}

/* A child that is waited for, and one that has ended by itself. */
static int leave_nobody(void *ctx, struct trial *trial, struct reason *why)
{
	(void)ctx;
	(void)trial;
	(void)why;
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	return waitpid(pid, NULL, 0) == pid ? 0 : -errno;
}

static void children_of_others_are_left_alone(void **state)
{
	int ends[2], status;
	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid_t other = fork();
	if (other == 0) {
		char byte;
		close(ends[1]);
		_exit(read(ends[0], &byte, 1) == 1 ? 5 : 6);
	}

	struct trial_result result = try(leave_nobody, NULL);

	assert_int_equal(result.r, 0);
	assert_false(result.leaves_process);
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_int_equal(WEXITSTATUS(status), 5);
	close(ends[0]);
	close(ends[1]);
}

static void *wait_thread(void *arg)
{
	pause();
	return arg;
}

static int hold(void *ctx, struct trial *trial, struct reason *why)
{
	pthread_t thread;
	(void)ctx;
	(void)why;

	trial_take_mark(trial);
	int one = dup(trial->up), two = dup(trial->up);
	trial_take_mark(trial);
	close(one);
	close(two);
	void *pages = mmap(NULL, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *volatile block = malloc(5000);
	trial_take_mark(trial);
	munmap(pages, 1 << 20);
	free(block);
	trial_take_mark(trial);
	pthread_create(&thread, NULL, wait_thread, NULL);
	trial_take_mark(trial);
	return 0;
}

static void what_it_holds_is_counted(void **state)
{
	(void)state;

	struct trial_result result = try(hold, NULL);

	const struct trial_mark *mark = result.mark;
	assert_int_equal(result.end, TRIAL_RETURNED);
	assert_int_equal(result.marks, 5);
	assert_int_equal(mark[1].descriptors, mark[0].descriptors + 2);
	assert_int_equal(mark[2].descriptors, mark[0].descriptors);
	assert_int_equal(mark[3].pages + (1 << 20) / (size_t)sysconf(_SC_PAGESIZE), mark[2].pages);
	if (mark[0].memory != 0)
		assert_in_range(mark[2].memory - mark[1].memory, 5000, 6000);
	assert_int_equal(mark[0].threads, 1);
	assert_int_equal(mark[3].threads, 1);
	assert_int_equal(mark[4].threads, 2);
}

static int take_many(void *ctx, struct trial *trial, struct reason *why)
{
	(void)ctx;
	(void)why;
	for (int i = 0; i < 3 * TRIAL_MARKS; i++)
		trial_take_mark(trial);
	return 0;
}

static void more_marks_than_there_is_room_for_are_left_out(void **state)
{
	(void)state;
	struct trial_result result = try(take_many, NULL);
	assert_int_equal(result.end, TRIAL_RETURNED);
	assert_int_equal(result.marks, TRIAL_MARKS);
}

static int say(void *ctx, struct trial *trial, struct reason *why)
{
	const char *text = (const char *)ctx;
	(void)trial;
	(void)why;
	return write(STDOUT_FILENO, text, 4) == 4 && write(STDERR_FILENO, text, 4) == 4 ? 0 : -EIO;
}

static void what_it_says_is_kept_from_the_terminal(void **state)
{
	(void)state;
	struct trial_result result = try(say, (char[]){ "ab\nc" });
	assert_int_equal(result.r, 0);
	assert_string_equal(result.said, "ab");
	result = try(say, (char[]){ "\n\n\n\n" });
	assert_string_equal(result.said, "\\n");
	result = try(say, (char[]){ "abcd" });
	assert_string_equal(result.said, "abcdabcd");
}

/* Messages that the parent does not expect, as code under trial may write them. */
static int write_junk(void *ctx, struct trial *trial, struct reason *why)
{
	char junk[4096];
	(void)ctx;
	(void)why;

	memset(junk, 'x', sizeof junk);
	ssize_t n = write(trial->up, junk, sizeof junk);
	_exit(n == (ssize_t)sizeof junk ? 3 : 4);
}

static void junk_from_the_child_does_no_harm(void **state)
{
	(void)state;
	struct trial_result result = try(write_junk, NULL);
	assert_in_range(strlen(result.why.text), 1, sizeof result.why.text - 1);
}

static int read_limits(void *ctx, struct trial *trial, struct reason *why)
{
	char byte;
	int signal = 0;
	(void)ctx;
	(void)trial;
	(void)why;
	prctl(PR_GET_PDEATHSIG, &signal);
	return read(STDIN_FILENO, &byte, 1) == 0 && signal == SIGKILL ? 0 : -1;
}

static void it_dies_with_its_parent_and_reads_nothing(void **state)
{
	(void)state;
	assert_int_equal(try(read_limits, NULL).r, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_returned_arrives),
		cmocka_unit_test(other_ends_are_told_in_words),
		cmocka_unit_test(one_that_does_not_end_is_ended),
		cmocka_unit_test(the_user_ends_it),
		cmocka_unit_test(what_it_left_running_is_ended),
		cmocka_unit_test(children_of_others_are_left_alone),
		cmocka_unit_test(what_it_holds_is_counted),
		cmocka_unit_test(more_marks_than_there_is_room_for_are_left_out),
		cmocka_unit_test(what_it_says_is_kept_from_the_terminal),
		cmocka_unit_test(junk_from_the_child_does_no_harm),
		cmocka_unit_test(it_dies_with_its_parent_and_reads_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
