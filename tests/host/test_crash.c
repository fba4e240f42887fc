/* Crashes: what is said, what is left, how the process ends.
 *
 * CRASH_OBJECT and CRASH_IN_CONSTRUCTOR are the paths of two shared objects (crash_object.c). The
 * loader's own dladdr tells whether object and offset in the line are right.
 *
 * SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "crash.h"
#include "plugh_test.h"
#include "sanitizer.h"
#include "temp_dir.h"

static const struct log messages = { .fd = STDERR_FILENO, .prefix = "plugh extract" };

static void start(void)
{
	struct crash_spec spec = {
		.log = &messages, .name = "extract", .version = "1.0.0", .file = "extract.so"
	};
	CHILD_CHECK(crash_start(&spec) == 0);
}

/* In the child: call a function of the object. */
static void call(const char *name)
{
	void *object = dlopen(CRASH_OBJECT, RTLD_NOW | RTLD_LOCAL);
	CHILD_CHECK(object != NULL);
	void (*function)(void);
	*(void **)&function = dlsym(object, name);
	CHILD_CHECK(function != NULL);
	function();
}

static int crash_in(void *arg)
{
	start();
	call((const char *)arg);
	return 0;
}

/* The part of the line behind what every line begins with. */
static const char *behind(const char *line, const char *begin)
{
	if (strncmp(line, begin, strlen(begin)) != 0)
		fail_msg("'%s' does not begin with '%s'", line, begin);
	return line + strlen(begin);
}

static void each_signal_has_its_line_and_is_what_the_process_ends_by(void **state)
{
	(void)state;
	static const struct {
		const char *function;
		int signal;
		const char *text;
		const char *object; /* where: this, or libc */
	} row[] = {
#ifndef HAS_ADDRESS_SANITIZER
		{ "crash_null", SIGSEGV, "Segmentation fault (SIGSEGV)", "crash-object.so+0x" },
		{ "crash_call_null", SIGSEGV, "Segmentation fault (SIGSEGV)", "address 0x0\n" },
		{ "crash_overflow", SIGSEGV, "Segmentation fault (SIGSEGV)", "crash-object.so+0x" },
		{ "crash_bus", SIGBUS, "Bus error (SIGBUS)", "crash-object.so+0x" },
		{ "crash_trap", SIGILL, "Illegal instruction (SIGILL)", "crash-object.so+0x" },
		{ "crash_divide", SIGFPE, "Floating point exception (SIGFPE)",
			"crash-object.so+0x" },
#endif
		{ "crash_abort", SIGABRT, "Aborted (SIGABRT)", "libc.so.6+0x" },
		{ "crash_system_call", SIGSYS, "Bad system call (SIGSYS)", "libc.so.6+0x" },
		{ "crash_breakpoint", SIGTRAP, "Trace/breakpoint trap (SIGTRAP)", "libc.so.6+0x" },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		char *err, begin[256];
		int status = child_run(crash_in, (void *)row[i].function, &err);
		snprintf(begin, sizeof begin,
			"plugh extract: error: plugin crashed: %s in extract 1.0.0 at %s",
			row[i].text, row[i].object);
		behind(err, begin);
		assert_ptr_equal(strchr(err, '\n'), err + strlen(err) - 1);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), row[i].signal);
		free(err);
	}
}

static int crash_with_output(void *arg)
{
	const struct temp_dir *dir = (const struct temp_dir *)arg;
	struct outputs_spec spec = { .cancel_fd = -1, .named_only = true };
	struct outputs *outputs;
	char *path = temp_dir_path(dir, "out");

	CHILD_CHECK(outputs_create(&spec, &outputs) == 0);
	start();
	crash_set_outputs(outputs);
	CHILD_CHECK(outputs_open(outputs, path) >= 0);
	CHILD_CHECK(temp_dir_count(dir) == 1);
	free(path);
	abort();
}

static void unfinished_outputs_are_removed(void **state)
{
	(void)state;
	struct temp_dir dir;
	char *err;
	temp_dir_create(&dir);

	assert_int_equal(child_run(crash_with_output, &dir, &err), SIGABRT);

	assert_int_equal(temp_dir_count(&dir), 0);
	temp_dir_destroy(&dir);
	free(err);
}

static int crash_in_forked_process(void *arg)
{
	int status;
	const struct temp_dir *dir = (const struct temp_dir *)arg;
	struct outputs_spec spec = { .cancel_fd = -1, .named_only = true };
	struct outputs *outputs;
	char *path = temp_dir_path(dir, "out");

	CHILD_CHECK(outputs_create(&spec, &outputs) == 0);
	start();
	crash_set_outputs(outputs);
	CHILD_CHECK(outputs_open(outputs, path) >= 0);
	pid_t pid = fork();
	CHILD_CHECK(pid >= 0);
	if (pid == 0)
		abort();
	CHILD_CHECK(waitpid(pid, &status, 0) == pid);
	CHILD_CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	CHILD_CHECK(temp_dir_count(dir) == 1);
	outputs_destroy(outputs);
	free(path);
	crash_stop();
	return 0;
}

static void a_forked_process_crashes_in_silence(void **state)
{
	(void)state;
	struct temp_dir dir;
	char *err;
	temp_dir_create(&dir);

	assert_int_equal(child_run(crash_in_forked_process, &dir, &err), 0);

	assert_string_equal(err, "");
	temp_dir_destroy(&dir);
	free(err);
}

static void *crash_thread(void *arg)
{
	pthread_barrier_wait((pthread_barrier_t *)arg);
	raise(SIGTRAP);
	return NULL;
}

static int crash_in_threads(void *arg)
{
	(void)arg;
	pthread_barrier_t barrier;
	pthread_t thread;

	start();
	pthread_barrier_init(&barrier, NULL, 8);
	for (int i = 0; i < 7; i++)
		CHILD_CHECK(pthread_create(&thread, NULL, crash_thread, &barrier) == 0);
	crash_thread(&barrier);
	pause();
	return 0;
}

static void of_threads_that_crash_at_once_one_tells(void **state)
{
	(void)state;

	for (int i = 0; i < 20; i++) {
		char *err;
		assert_int_equal(child_run(crash_in_threads, NULL, &err), SIGTRAP);
		behind(err,
			"plugh extract: error: plugin crashed: Trace/breakpoint trap (SIGTRAP)");
		assert_ptr_equal(strchr(err, '\n'), err + strlen(err) - 1);
		free(err);
	}
}

static int crash_without_stderr(void *arg)
{
	(void)arg;
	start();
	close(STDERR_FILENO);
	abort();
}

static void a_closed_standard_error_changes_nothing(void **state)
{
	(void)state;
	assert_int_equal(child_run(crash_without_stderr, NULL, NULL), SIGABRT);
}

static int crash_after_stop(void *arg)
{
	(void)arg;
	struct sigaction before, after;
	stack_t stack_before, stack_after;

	CHILD_CHECK(sigaction(SIGSEGV, NULL, &before) == 0);
	CHILD_CHECK(sigaltstack(NULL, &stack_before) == 0);
	crash_stop();
	for (int i = 0; i < 3; i++) {
		start();
		crash_stop();
	}
	CHILD_CHECK(sigaction(SIGSEGV, NULL, &after) == 0);
	CHILD_CHECK(after.sa_sigaction == before.sa_sigaction);
	CHILD_CHECK(sigaltstack(NULL, &stack_after) == 0);
	CHILD_CHECK(stack_after.ss_flags == stack_before.ss_flags);
	CHILD_CHECK(stack_after.ss_sp == stack_before.ss_sp);
	abort();
}

static void stopping_puts_all_back(void **state)
{
	(void)state;
	char *err;

	assert_int_equal(child_run(crash_after_stop, NULL, &err), SIGABRT);

	assert_string_equal(err, "");
	free(err);
}

static int crash_with_long_names(void *arg)
{
	(void)arg;
	static char name[5001], file[5001];
	memset(name, 'n', sizeof name - 1);
	memset(file, 'f', sizeof file - 1);
	struct log log = messages;
	log.prefix = name;
	log.color = true;
	struct crash_spec spec = { .log = &log, .name = name, .version = name, .file = file };

	CHILD_CHECK(crash_start(&spec) == 0);
	crash_set_stage(name);
	abort();
}

static void names_without_end_are_cut(void **state)
{
	(void)state;
	char *err;

	assert_int_equal(child_run(crash_with_long_names, NULL, &err), SIGABRT);

	assert_in_range(strlen(err), 1000, 4096);
	assert_int_equal(err[strlen(err) - 1], '\n');
	free(err);
}

#ifdef HAS_ADDRESS_SANITIZER

static int keep_signals(void *arg)
{
	(void)arg;
	static const int fault[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE };

	for (size_t i = 0; i < sizeof fault / sizeof fault[0]; i++) {
		struct sigaction before, after;
		CHILD_CHECK(sigaction(fault[i], NULL, &before) == 0);
		start();
		CHILD_CHECK(sigaction(fault[i], NULL, &after) == 0);
		CHILD_CHECK(after.sa_sigaction == before.sa_sigaction);
		crash_stop();
	}
	return 0;
}

static void the_address_sanitizer_keeps_its_signals(void **state)
{
	(void)state;
	assert_int_equal(child_run(keep_signals, NULL, NULL), 0);
}

#else

static void object_and_offset_lead_to_the_function(void **state)
{
	(void)state;
	static const char *const function[] = { "crash_trap", "crash_divide", "crash_bus" };
	void *object = dlopen(CRASH_OBJECT, RTLD_NOW | RTLD_LOCAL);
	Dl_info info;
	assert_non_null(object);
	assert_int_not_equal(dladdr(dlsym(object, "crash_null"), &info), 0);
	const char *base = (const char *)info.dli_fbase;

	for (size_t i = 0; i < sizeof function / sizeof function[0]; i++) {
		char *err;
		child_run(crash_in, (void *)function[i], &err);
		const char *offset = strstr(err, "+0x");
		assert_non_null(offset);
		assert_int_not_equal(dladdr(base + strtoul(offset + 1, NULL, 16), &info), 0);
		assert_string_equal(info.dli_sname, function[i]);
		free(err);
	}
	dlclose(object);
}

static int crash_while_loaded(void *arg)
{
	(void)arg;
	char path[64];
	int fd = open(CRASH_IN_CONSTRUCTOR, O_RDONLY | O_CLOEXEC);

	start();
	crash_set_stage("while it was loaded");
	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), fd);
	dlopen(path, RTLD_NOW | RTLD_LOCAL);
	return 0;
}

static void a_constructor_is_named_by_its_file(void **state)
{
	(void)state;
	char *err;

	assert_int_equal(child_run(crash_while_loaded, NULL, &err), SIGSEGV);

	behind(err, "plugh extract: error: plugin crashed while it was loaded: Segmentation fault "
		    "(SIGSEGV) in extract 1.0.0 at extract.so+0x");
	free(err);
}

#ifndef __SANITIZE_THREAD__

static int crash_with_broken_list(void *arg)
{
	(void)arg;
	start();
	void *object = dlopen(CRASH_OBJECT, RTLD_NOW | RTLD_LOCAL);
	void (*function)(void);
	*(void **)&function = dlsym(object, "crash_trap");
	_r_debug.r_map = (struct link_map *)8;
	function();
	return 0;
}

static void a_crash_in_the_handler_ends_too(void **state)
{
	(void)state;
	char *err;

	int status = child_run(crash_with_broken_list, NULL, &err);

	assert_int_equal(status, SIGSEGV);
	assert_string_equal(err,
		"plugh extract: error: plugin crashed: Segmentation fault (SIGSEGV) in extract "
		"1.0.0\n");
	free(err);
}

#endif
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_signal_has_its_line_and_is_what_the_process_ends_by),
		cmocka_unit_test(unfinished_outputs_are_removed),
		cmocka_unit_test(a_forked_process_crashes_in_silence),
		cmocka_unit_test(of_threads_that_crash_at_once_one_tells),
		cmocka_unit_test(a_closed_standard_error_changes_nothing),
		cmocka_unit_test(stopping_puts_all_back),
		cmocka_unit_test(names_without_end_are_cut),
#ifdef HAS_ADDRESS_SANITIZER
		cmocka_unit_test(the_address_sanitizer_keeps_its_signals),
#else
		cmocka_unit_test(object_and_offset_lead_to_the_function),
		cmocka_unit_test(a_constructor_is_named_by_its_file),
#ifndef __SANITIZE_THREAD__ /* its own handler is entered first, and not twice */
		cmocka_unit_test(a_crash_in_the_handler_ends_too),
#endif
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
