/* Ends that run no exit function, each by a real signal in a child: what is entered with a crash
 * function is undone all the same, once, by handlers of the SDK or by the host's power.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <plugh/fake_host.h>
#include <plugh/scope.h>

#include "child.h"
#include "plugh_test.h"
#include "process_fixture.h"
#include "scope_fixture.h"
#include "temp_dir.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER 1
#endif
#endif
#if defined(HAS_ADDRESS_SANITIZER) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER 1
#endif

static volatile int zero;

__attribute__((noinline)) static int dig(int n)
{
	volatile char room[4096];

	memset((char *)room, n, sizeof room);
	return zero != 0 ? 0 : dig(n + 1) + room[5];
}

/* End by the signal, in the way in which programs get it where there is one. */
static void end_by(int signal)
{
	switch (signal) {
#ifndef HAS_SANITIZER
	case SIGSEGV: {
		int *volatile nowhere = NULL;
		*nowhere = 1;
		break;
	}
	case SIGFPE:
		zero = 7 / zero;
		break;
	case SIGILL:
		__builtin_trap();
		break;
#endif
	case SIGABRT:
		abort();
	case SIGPIPE: {
		int ends[2];
		CHILD_CHECK(pipe(ends) == 0);
		close(ends[0]);
		ssize_t put = write(ends[1], "x", 1);
		(void)put;
		break;
	}
	default:
		raise(signal);
	}
}

/* ---- Each signal ---- */

static const int each[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP, SIGINT,
	SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGXCPU, SIGXFSZ };

enum { EACH = sizeof each / sizeof each[0] };

static bool is_sanitizers(int signal)
{
#ifdef HAS_SANITIZER
	return signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE ||
	       signal == SIGTRAP || signal == SIGABRT;
#else
	(void)signal;
	return false;
#endif
}

static int nest_and_end(void *arg)
{
	struct plugh_scope outer = { 0 }, inner = { 0 }, done = { 0 };

	enter_crash(&outer, tell, "a");
	enter_crash(&outer, tell, "b");
	enter_crash(&done, tell, "x");
	enter_crash(&inner, tell, "c");
	CHILD_CHECK(plugh_scope_defer(&inner, tell_exit, "x") == 0);
	CHILD_CHECK(plugh_scope_exit(&done, 0) == 0);
	end_by(*(const int *)arg);
	return 0;
}

static void over_all_scopes_the_latest_is_undone_first(void **state)
{
	(void)state;

	for (size_t i = 0; i < EACH; i++)
		if (!is_sanitizers(each[i]))
			expect_end(nest_and_end, (void *)&each[i], each[i], "cba");
}

static int overflow(void *arg)
{
	struct plugh_scope scope = { 0 };

	(void)arg;
	enter_crash(&scope, tell, "a");
	return dig(0);
}

static void a_stack_overflow_is_a_crash_as_well(void **state)
{
	(void)state;
#ifdef HAS_SANITIZER
	skip();
#endif
	expect_end(overflow, NULL, SIGSEGV, "a");
}

static void tell_number(void *arg, int signal)
{
	(void)arg;
	child_tell((char)('A' + signal));
}

static int end_told(void *arg)
{
	struct plugh_scope scope = { 0 };

	enter_crash(&scope, tell_number, NULL);
	raise(*(const int *)arg);
	return 0;
}

static void crash_functions_learn_the_signal(void **state)
{
	(void)state;

	for (size_t i = 0; i < EACH; i++)
		if (!is_sanitizers(each[i]))
			expect_end(end_told, (void *)&each[i], each[i],
				(char[]){ (char)('A' + each[i]), '\0' });
}

/* ---- Files, children ---- */

static int make_files(void *arg)
{
	const struct temp_dir *dir = (const struct temp_dir *)arg;
	struct plugh_scope scope = { 0 };

	CHILD_CHECK(chdir(dir->path) == 0);
	CHILD_CHECK(plugh_scope_unlink(&scope, "made") == 0);
	CHILD_CHECK(plugh_scope_unlink(&scope, "not-made") == 0);
	CHILD_CHECK(open("made", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0);
	CHILD_CHECK(open("kept", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0);
	CHILD_CHECK(chdir("/") == 0);
	raise(SIGTERM);
	return 0;
}

static void a_file_is_removed(void **state)
{
	(void)state;
	struct temp_dir dir;
	temp_dir_create(&dir);

	expect_end(make_files, &dir, SIGTERM, "");

	assert_int_equal(temp_dir_count(&dir), 1);
	temp_dir_destroy(&dir);
}

struct family {
	struct plugh_process_spec spec;
	struct plugh_ending how;
};

/* It holds this child's standard output: as long as it lives, that does not end. */
static int start_process(void *arg)
{
	const struct family *family = (const struct family *)arg;
	struct plugh_scope scope = { 0 };
	struct plugh_process process;
	char ready;

	CHILD_CHECK(plugh_process_spawn(&family->spec, &process, NULL) == 0);
	CHILD_CHECK(plugh_scope_process(&scope, &process, &family->how) == 0);
	CHILD_CHECK(read(process.out, &ready, 1) == 1);
	raise(SIGABRT);
	return 0;
}

static void a_child_is_ended_and_its_group_where_asked(void **state)
{
	(void)state;
	const struct family row[] = {
		{ .spec = { .argv = WORDS("sh", "-c", "echo; exec sleep 100") } },
		{ .spec = { .argv = WORDS("sh", "-c", "sleep 100 & echo; wait"),
			  .group = PLUGH_PROCESS_OWN_GROUP },
			.how = { .scope = PLUGH_END_GROUP } },
		{ .spec = { .argv = WORDS("sh", "-c", "trap '' TERM; sleep 100 & echo; exit"),
			  .group = PLUGH_PROCESS_OWN_SESSION },
			.how = { .scope = PLUGH_END_GROUP, .grace = { PLUGH_FOREVER } } },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct family family = row[i];
		family.spec.out.kind = PLUGH_STREAM_PIPE;
		expect_end(start_process, &family, SIGABRT, "");
	}
}

/* ---- Handlers that were there, signals that were ignored ---- */

static void on_known(int signal)
{
	(void)signal;
	child_tell('k');
	signal = SIGKILL;
	raise(signal);
}

static void on_known_with_place(int signal, siginfo_t *info, void *context)
{
	(void)context;
	CHILD_CHECK(info->si_signo == signal && info->si_pid == getpid());
	on_known(signal);
}

static int have_handlers(void *arg)
{
	struct sigaction plain = { .sa_handler = on_known };
	struct sigaction placed = { .sa_sigaction = on_known_with_place, .sa_flags = SA_SIGINFO };
	struct plugh_scope scope = { 0 };
	int signal = *(const int *)arg;

	sigaction(SIGBUS, &plain, NULL);
	sigaction(SIGSYS, &placed, NULL);
	sigaction(SIGTERM, &plain, NULL);
	enter_crash(&scope, tell, "a");
	raise(signal);
	return 0;
}

static void a_crash_is_handed_on_to_the_handler_before(void **state)
{
	(void)state;

	expect_end(have_handlers, &(int){ SIGBUS }, SIGKILL, "ak");
	expect_end(have_handlers, &(int){ SIGSYS }, SIGKILL, "ak");
}

static void what_the_program_handles_itself_is_left_to_it(void **state)
{
	(void)state;

	expect_end(have_handlers, &(int){ SIGTERM }, SIGKILL, "k");
}

static int ignore(void *arg)
{
	struct plugh_scope scope = { 0 };

	(void)arg;
	signal(SIGHUP, SIG_IGN);
	signal(SIGSYS, SIG_IGN);
	enter_crash(&scope, tell, "a");
	raise(SIGHUP);
	raise(SIGSYS);
	child_tell('-');
	raise(SIGINT);
	return 0;
}

static void what_is_ignored_stays_ignored(void **state)
{
	(void)state;
	expect_end(ignore, NULL, SIGINT, "-a");
}

/* ---- Crashes while it is cleaned up ---- */

static void crash_too(void *arg, int signal)
{
	tell(arg, signal);
	raise(SIGSYS);
	child_tell('x');
}

static int crash_in_crash_functions(void *arg)
{
	struct plugh_scope scope = { 0 };

	enter_crash(&scope, tell, "a");
	enter_crash(&scope, crash_too, "b");
	enter_crash(&scope, tell, "c");
	enter_crash(&scope, crash_too, "d");
	raise(*(const int *)arg);
	return 0;
}

static void a_crash_function_that_crashes_does_not_keep_the_others(void **state)
{
	(void)state;
#ifdef __SANITIZE_THREAD__
	skip(); /* it holds signals back that come in a handler */
#endif
	expect_end(crash_in_crash_functions, &(int){ SIGSYS }, SIGSYS, "dcba");
	expect_end(crash_in_crash_functions, &(int){ SIGTERM }, SIGSYS, "dcba");
}

static int end_in_exit(void *arg, int r)
{
	(void)arg;
	(void)r;
	child_tell('e');
	raise(SIGINT);
	return 0;
}

static int crash_in_exit_function(void *arg)
{
	struct plugh_scope scope = { 0 };
	struct plugh_context middle = { .exit = end_in_exit, .crash = tell, .arg = (void *)"b" };

	(void)arg;
	enter_crash(&scope, tell, "a");
	CHILD_CHECK(plugh_scope_enter(&scope, &middle) == 0);
	enter_crash(&scope, tell, "c"); /* is exited before */
	return plugh_scope_exit(&scope, 0);
}

static void an_exit_function_that_is_interrupted_is_completed(void **state)
{
	(void)state;
	expect_end(crash_in_exit_function, NULL, SIGINT, "eba");
}

/* ---- In a plugin the host has the signals ---- */

static void (*was_set)(int signal);
static int set_count;

static void set(void *ctx, void run(int signal))
{
	CHILD_CHECK(ctx != NULL);
	was_set = run;
	set_count++;
}

static int have_host(void *arg)
{
	static const struct plugh_power_cleanup power = { .size = sizeof power, .set = set };
	struct plugh_fake_host fake;
	struct sigaction now;

	(void)arg;
	for (size_t i = 0; i < EACH; i++)
		signal(each[i], SIG_DFL);
	CHILD_CHECK(plugh_fake_host_init(&fake) == 0);
	fake.power_id = PLUGH_POWER_CLEANUP;
	fake.power = &power;
	struct plugh_scope scope = { .host = &fake.host };
	CHILD_CHECK(plugh_scope_defer(&scope, tell_exit, "x") == 0);
	CHILD_CHECK(set_count == 0);
	enter_crash(&scope, tell, "a");
	enter_crash(&scope, tell, "b");
	CHILD_CHECK(set_count > 0);
	for (size_t i = 0; i < EACH; i++)
		CHILD_CHECK(sigaction(each[i], NULL, &now) == 0 && now.sa_handler == SIG_DFL);
	errno = EDOM;
	was_set(SIGINT);
	CHILD_CHECK(errno == EDOM);
	was_set(SIGINT);
	raise(SIGKILL);
	return 0;
}

static void the_host_is_asked_and_no_signal_is_touched(void **state)
{
	(void)state;
	expect_end(have_host, NULL, SIGKILL, "ba");
}

static int go_on_after(void *arg)
{
	static const struct plugh_power_cleanup power = { .size = sizeof power, .set = set };
	struct plugh_fake_host fake;
	struct plugh_context context = { .exit = tell_exit, .crash = tell, .arg = (void *)"a" };

	(void)arg;
	CHILD_CHECK(plugh_fake_host_init(&fake) == 0);
	fake.power_id = PLUGH_POWER_CLEANUP;
	fake.power = &power;
	struct plugh_scope scope = { .host = &fake.host };
	CHILD_CHECK(plugh_scope_defer(&scope, tell_exit, "c") == 0);
	CHILD_CHECK(plugh_scope_enter(&scope, &context) == 0);
	was_set(SIGINT);
	CHILD_CHECK(plugh_scope_exit(&scope, -EIO) == -EIO);
	CHILD_CHECK(plugh_scope_enter(&scope, &context) == 0);
	CHILD_CHECK(plugh_scope_exit(&scope, 0) == 0);
	plugh_fake_host_release(&fake);
	raise(SIGKILL);
	return 0;
}

static void what_a_handler_has_undone_is_not_exited_again(void **state)
{
	(void)state;
	expect_end(go_on_after, NULL, SIGKILL, "aca");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(over_all_scopes_the_latest_is_undone_first),
		cmocka_unit_test(a_stack_overflow_is_a_crash_as_well),
		cmocka_unit_test(crash_functions_learn_the_signal),
		cmocka_unit_test(a_file_is_removed),
		cmocka_unit_test(a_child_is_ended_and_its_group_where_asked),
		cmocka_unit_test(a_crash_is_handed_on_to_the_handler_before),
		cmocka_unit_test(what_the_program_handles_itself_is_left_to_it),
		cmocka_unit_test(what_is_ignored_stays_ignored),
		cmocka_unit_test(a_crash_function_that_crashes_does_not_keep_the_others),
		cmocka_unit_test(an_exit_function_that_is_interrupted_is_completed),
		cmocka_unit_test(the_host_is_asked_and_no_signal_is_touched),
		cmocka_unit_test(what_a_handler_has_undone_is_not_exited_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
