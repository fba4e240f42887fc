/* What a plugin wants done when its process ends at once: who calls it, and who does not.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cancel.h"
#include "child.h"
#include "cleanup.h"
#include "crash.h"
#include "plugh_test.h"

static const struct log messages = { .fd = STDERR_FILENO, .prefix = "plugh keeper" };

static void tell(int signal)
{
	child_tell((char)('A' + signal));
}

static void tell_and_crash(int signal)
{
	static int count;

	tell(signal);
	if (count++ < 3)
		raise(SIGSYS);
	child_tell('.');
}

static void start(void (*run)(int signal))
{
	struct crash_spec spec = {
		.log = &messages, .name = "keeper", .version = "1", .file = "keeper.so"
	};

	CHILD_CHECK(crash_start(&spec) == 0);
	CHILD_CHECK(cancel_start() >= 0);
	if (run != NULL)
		cleanup_power()->set(NULL, run);
}

/* Run work(arg) to its end by the signal; what it told, with the signals as letters from 'A'. */
static void expect_end(int (*work)(void *arg), void *arg, int signal, const char *told)
{
	struct child child;
	char text[64];

	child_start(&child, work, arg);
	int status = child_finish(&child);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != signal)
		fail_msg("status %#x: %s", (unsigned)status, plugh_buf_text(&child.err_text));
	ssize_t n = read(child.note, text, sizeof text - 1);
	assert_return_code(n, errno);
	text[n] = '\0';
	assert_string_equal(text, told);
	child_release(&child);
}

static int raise_all(void *arg)
{
	start(tell);
	for (const int *signal = (const int *)arg; *signal != 0; signal++)
		raise(*signal);
	child_tell('-');
	raise(SIGKILL);
	return 0;
}

static void it_is_called_when_the_process_ends_at_once_only(void **state)
{
	(void)state;

	expect_end(raise_all, (int[]){ SIGINT, 0 }, SIGKILL, "-");
	expect_end(raise_all, (int[]){ SIGINT, SIGTERM, 0 }, SIGTERM, (char[]){ 'A' + SIGTERM, 0 });
	expect_end(raise_all, (int[]){ SIGHUP, SIGINT, 0 }, SIGINT, (char[]){ 'A' + SIGINT, 0 });
	expect_end(raise_all, (int[]){ SIGSYS, 0 }, SIGSYS, (char[]){ 'A' + SIGSYS, 0 });
	expect_end(raise_all, (int[]){ SIGINT, SIGABRT, 0 }, SIGABRT, (char[]){ 'A' + SIGABRT, 0 });
}

static int set_and_clear(void *arg)
{
	(void)arg;
	start(NULL);
	cleanup_run(SIGTERM);
	cleanup_power()->set(NULL, tell);
	errno = EDOM;
	cleanup_run(SIGTERM);
	CHILD_CHECK(errno == EDOM);
	cleanup_clear();
	cleanup_run(SIGTERM);
	cleanup_power()->set(NULL, tell);
	cleanup_power()->set(NULL, NULL);
	raise(SIGSYS);
	return 0;
}

static void what_was_taken_back_is_not_called(void **state)
{
	(void)state;
	expect_end(set_and_clear, NULL, SIGSYS, (char[]){ 'A' + SIGTERM, 0 });
}

static int crash_and_go_on(void *arg)
{
	(void)arg;
	start(tell_and_crash);
	raise(SIGSYS);
	return 0;
}

static void when_it_crashes_it_is_entered_again(void **state)
{
	(void)state;
#ifdef __SANITIZE_THREAD__
	skip(); /* it holds signals back that come in a handler */
#endif
	const char c = 'A' + SIGSYS;
	expect_end(crash_and_go_on, NULL, SIGSYS, (char[]){ c, c, c, c, '.', 0 });
}

static int end_forked(void *arg)
{
	int signal = *(const int *)arg, status;

	start(tell);
	for (int i = 0; i < 2; i++) {
		pid_t pid = fork();
		CHILD_CHECK(pid >= 0);
		if (pid == 0) {
			if (i == 1)
				cleanup_power()->set(NULL, tell);
			raise(signal);
		}
		CHILD_CHECK(waitpid(pid, &status, 0) == pid);
		CHILD_CHECK(WIFSIGNALED(status) && WTERMSIG(status) == signal);
		child_tell('-');
	}
	raise(SIGKILL);
	return 0;
}

static void a_forked_process_has_its_own(void **state)
{
	(void)state;
	static const int each[] = { SIGINT, SIGTERM, SIGSYS };

	for (size_t i = 0; i < sizeof each / sizeof each[0]; i++)
		expect_end(end_forked, (void *)&each[i], SIGKILL,
			(char[]){ '-', (char)('A' + each[i]), '-', 0 });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_called_when_the_process_ends_at_once_only),
		cmocka_unit_test(what_was_taken_back_is_not_called),
		cmocka_unit_test(when_it_crashes_it_is_entered_again),
		cmocka_unit_test(a_forked_process_has_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
