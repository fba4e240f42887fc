/* A function in a process of its own, with a time limit.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <plugh/fake_host.h>
#include <plugh/output.h>

#include "child.h"
#include "failing_alloc.h"
#include "process_fixture.h"

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define HAS_SANITIZER 1
#else
#define HAS_SANITIZER 0
#endif

static const char fallback[] = "fallback";

static const plugh_duration soon = { 50 * 1000000 }, late = { INT64_C(1000000000) * DEADLINE_S };

static int call(int (*run)(const struct plugh_host *, void *, struct plugh_buf *), void *arg,
	plugh_duration timeout, struct plugh_call_result *ret_result)
{
	const struct plugh_call spec = {
		.run = run,
		.arg = arg,
		.timeout = timeout,
		.fallback = fallback,
		.fallback_size = sizeof fallback,
	};
	return plugh_call_with_timeout(NULL, &spec, ret_result);
}

/* Longer than any test; what a failed one leaves must not stay. */
static void wait_for_ever(void)
{
	alarm(4 * DEADLINE_S);
	for (;;)
		pause();
}

/* ---- Results ---- */

static int give_bytes(const struct plugh_host *host, void *arg, struct plugh_buf *result)
{
	(void)host;
	for (size_t i = 0; i < *(const size_t *)arg; i++)
		plugh_buf_append_char(result, (char)(i * 7 + i / 255));
	return 0;
}

static void a_result_is_any_bytes_of_any_size(void **state)
{
	(void)state;
	static const size_t size[] = { 0, 1, 4096, 65536, 65537, 3 * 1024 * 1024 + 1 };

	for (size_t i = 0; i < sizeof size / sizeof size[0]; i++) {
		struct plugh_call_result result;
		assert_int_equal(call(give_bytes, (void *)&size[i], late, &result), 0);
		assert_false(result.has_timed_out);
		assert_int_equal(result.size, size[i]);
		assert_non_null(result.value);
		const char *bytes = (const char *)result.value;
		for (size_t at = 0; at < size[i]; at++)
			if (bytes[at] != (char)(at * 7 + at / 255))
				fail_msg("byte %zu differs", at);
		assert_int_equal(bytes[size[i]], '\0');
		plugh_call_result_release(&result);
	}
	assert_false(has_children());
}

static void a_result_over_its_limit_is_refused(void **state)
{
	(void)state;
	size_t size = 101;
	struct plugh_call spec = { .run = give_bytes, .arg = &size, .timeout = late, .limit = 100 };
	struct plugh_call_result result;

	assert_int_equal(plugh_call_with_timeout(NULL, &spec, &result), -EFBIG);
	assert_null(result.value);
	plugh_call_result_release(&result);
	size = 100;
	assert_int_equal(plugh_call_with_timeout(NULL, &spec, &result), 0);
	assert_int_equal(result.size, 100);
	plugh_call_result_release(&result);
}

static int fail_with(const struct plugh_host *host, void *arg, struct plugh_buf *result)
{
	(void)host;
	plugh_buf_append_text(result, "not seen");
	return *(const int *)arg;
}

static void an_error_of_the_function_is_the_callers(void **state)
{
	(void)state;
	const int r[] = { -ENOENT, -ETIMEDOUT, -EOWNERDEAD, -ECANCELED };

	for (size_t i = 0; i < sizeof r / sizeof r[0]; i++) {
		struct plugh_call_result result;
		assert_int_equal(call(fail_with, (void *)&r[i], late, &result), r[i]);
		assert_null(result.value);
		assert_false(result.has_timed_out);
		assert_int_equal(result.signal, 0);
		assert_int_equal(result.status, -1);
		plugh_call_result_release(&result);
	}
}

/* ---- Time ---- */

static int never_return(const struct plugh_host *host, void *arg, struct plugh_buf *result)
{
	(void)host, (void)arg, (void)result;
	wait_for_ever();
	return 0;
}

static int resist(const struct plugh_host *host, void *arg, struct plugh_buf *result)
{
	sigset_t all;

	(void)host, (void)arg, (void)result;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	for (volatile unsigned i = 0;; i++)
		;
	return 0;
}

static void when_the_time_is_up_the_fallback_is_given(void **state)
{
	(void)state;
	struct plugh_call_result result;

	assert_int_equal(call(never_return, NULL, soon, &result), 0);
	assert_true(result.has_timed_out);
	assert_ptr_equal(result.value, fallback);
	assert_int_equal(result.size, sizeof fallback);
	plugh_call_result_release(&result);

	assert_int_equal(call(resist, NULL, soon, &result), 0);
	assert_true(result.has_timed_out);
	plugh_call_result_release(&result);

	/* No value; and no time at all. */
	struct plugh_call spec = { .run = never_return };
	assert_int_equal(plugh_call_with_timeout(NULL, &spec, &result), 0);
	assert_true(result.has_timed_out);
	assert_null(result.value);
	assert_int_equal(result.size, 0);
	plugh_call_result_release(&result);
	assert_false(has_children());
}

/* Each of what it starts holds the pipe, whose end tells that none is left. */
static int start_others(const struct plugh_host *host, void *arg, struct plugh_buf *result)
{
	int out = *(const int *)arg;

	(void)host, (void)result;
	for (int i = 0; i < 6; i++) {
		if (fork() != 0)
			continue;
		if (i % 2 == 1)
			setsid();
		if (i % 3 == 2 && fork() != 0)
			_exit(0);
		signal(SIGTERM, SIG_IGN);
		if (write(out, "+", 1) != 1)
			_exit(1);
		wait_for_ever();
	}
	return 0;
}

static int start_others_and_wait(const struct plugh_host *host, void *arg, struct plugh_buf *result)
{
	start_others(host, arg, result);
	wait_for_ever();
	return 0;
}

static void all_that_a_call_has_started_is_ended(void **state)
{
	(void)state;
	int (*const run[])(const struct plugh_host *, void *, struct plugh_buf *) = { start_others,
		start_others_and_wait };

	for (int i = 0; i < 2; i++) {
		struct plugh_call_result result;
		int ends[2];
		char bytes[16];
		assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
		assert_int_equal(call(run[i], &ends[1], i == 0 ? late : soon, &result), 0);
		assert_int_equal(result.has_timed_out, i == 1);
		plugh_call_result_release(&result);
		close(ends[1]);
		while (read(ends[0], bytes, sizeof bytes) > 0)
			;
		close(ends[0]);
		assert_false(has_children());
	}
}

/* ---- Ends of another kind ---- */

static int crash(const struct plugh_host *host, void *arg, struct plugh_buf *result)
{
	(void)host, (void)result;
	raise(*(const int *)arg);
	return 0;
}

static int leave(const struct plugh_host *host, void *arg, struct plugh_buf *result)
{
	(void)host, (void)result;
	_exit(*(const int *)arg);
}

static void a_crash_is_told_with_its_signal(void **state)
{
	(void)state;
	const int number[] = { SIGSEGV, SIGABRT, SIGFPE, SIGKILL, SIGTERM };
	struct plugh_call_result result;

	for (size_t i = 0; i < sizeof number / sizeof number[0]; i++) {
		assert_int_equal(call(crash, (void *)&number[i], late, &result), -EOWNERDEAD);
		assert_int_equal(result.signal, number[i]);
		assert_int_equal(result.status, -1);
		assert_null(result.value);
		plugh_call_result_release(&result);
	}
	const int status = 3;
	assert_int_equal(call(leave, (void *)&status, late, &result), -EOWNERDEAD);
	assert_int_equal(result.signal, 0);
	assert_int_equal(result.status, 3);
	plugh_call_result_release(&result);
}

static int write_nowhere(const struct plugh_host *host, void *arg, struct plugh_buf *result)
{
	(void)host, (void)result;
	int *volatile nowhere = (int *)arg;
	*nowhere = 1;
	return 0;
}

static void a_real_fault_is_told(void **state)
{
	(void)state;
	struct plugh_call_result result;
	void *page = NULL;

	assert_int_equal(call(write_nowhere, page, late, &result), -EOWNERDEAD);
	/* A sanitizer may tell of it first, and then ends the process in its own way. */
	if (!HAS_SANITIZER)
		assert_int_equal(result.signal, SIGSEGV);
	plugh_call_result_release(&result);
}

static void a_cancelled_run_ends_the_call(void **state)
{
	(void)state;
	struct plugh_fake_host fake;
	struct plugh_call spec = { .run = never_return, .timeout = late };
	struct plugh_call_result result;

	plugh_fake_host_init(&fake);
	plugh_fake_host_cancel(&fake);
	assert_int_equal(plugh_call_with_timeout(&fake.host, &spec, &result), -ECANCELED);
	plugh_call_result_release(&result);
	plugh_fake_host_release(&fake);
	assert_false(has_children());
}

/* ---- Output ---- */

/* A host that writes to a descriptor, but holds back what it is given until it is told to flush, as
 * the real one does. */
struct holding_host {
	struct plugh_host host;
	struct plugh_buf held;
	int fd;
};

static int hold(void *ctx, const void *bytes, size_t n)
{
	return plugh_buf_append(&((struct holding_host *)ctx)->held, bytes, n);
}

static int let_go(void *ctx)
{
	struct holding_host *holding = (struct holding_host *)ctx;
	ssize_t n = holding->held.size == 0
			    ? 0
			    : write(holding->fd, holding->held.data, holding->held.size);

	plugh_buf_clear(&holding->held);
	return n < 0 ? -errno : 0;
}

static int print_and_wait(const struct plugh_host *host, void *arg, struct plugh_buf *result)
{
	(void)arg, (void)result;
	plugh_print(host, "host");
	printf("stdio");
	plugh_print(host, "\n");
	wait_for_ever();
	return 0;
}

static int call_with_output(void *arg)
{
	struct holding_host holding = {
		.host = { .size = sizeof holding.host,
			.write = hold,
			.flush = let_go,
			.cancel_fd = -1 },
		.fd = STDOUT_FILENO,
	};
	struct plugh_call spec = { .run = print_and_wait, .timeout = { 1000000000 } };
	struct plugh_call_result result;

	(void)arg;
	holding.host.ctx = &holding;
	/* What was held back before is written once, and first. */
	plugh_print(&holding.host, "[before,");
	printf("before]");
	CHILD_CHECK(plugh_call_with_timeout(&holding.host, &spec, &result) == 0);
	CHILD_CHECK(result.has_timed_out);
	plugh_call_result_release(&result);
	plugh_print(&holding.host, "after\n");
	let_go(&holding);
	plugh_buf_release(&holding.held);
	return 0;
}

static void what_was_printed_before_the_time_was_up_is_kept(void **state)
{
	(void)state;
	struct child child;

	child_start(&child, call_with_output, NULL);
	assert_int_equal(child_finish(&child), 0);
	assert_string_equal(plugh_buf_text(&child.out_text), "before][before,hoststdio\nafter\n");
	child_release(&child);
}

/* ---- Nested, many, short of memory ---- */

static int nest(const struct plugh_host *host, void *arg, struct plugh_buf *result)
{
	int depth = *(const int *)arg;
	int below = depth - 1;
	struct plugh_call spec = { .run = nest, .arg = &below, .timeout = late };
	struct plugh_call_result inner;

	if (depth == 0)
		return plugh_buf_append_char(result, '0');
	int r = plugh_call_with_timeout(host, &spec, &inner);
	if (r == 0)
		r = plugh_buf_append(result, inner.value, inner.size);
	plugh_buf_appendf(result, "%d", depth);
	plugh_call_result_release(&inner);
	return r;
}

static int nest_and_wait(const struct plugh_host *host, void *arg, struct plugh_buf *result)
{
	int depth = *(const int *)arg;
	int below = depth - 1;
	struct plugh_call spec = { .run = nest_and_wait, .arg = &below, .timeout = late };
	struct plugh_call_result inner;

	(void)result;
	if (depth == 0)
		wait_for_ever();
	int r = plugh_call_with_timeout(host, &spec, &inner);
	plugh_call_result_release(&inner);
	return r;
}

static void calls_may_be_nested(void **state)
{
	(void)state;
	struct plugh_call_result result;
	int depth = 4;

	assert_int_equal(call(nest, &depth, late, &result), 0);
	assert_string_equal((const char *)result.value, "01234");
	plugh_call_result_release(&result);
	assert_int_equal(call(nest_and_wait, &depth, soon, &result), 0);
	assert_true(result.has_timed_out);
	plugh_call_result_release(&result);
	assert_false(has_children());
}

static int answer(const struct plugh_host *host, void *arg, struct plugh_buf *result)
{
	(void)host;
	return plugh_buf_append(result, arg, sizeof(int));
}

static void a_thousand_calls_leave_nothing(void **state)
{
	(void)state;
	size_t descriptors = count_descriptors();
	size_t memory = 0;

	for (int i = 0; i < 1000; i++) {
		struct plugh_call_result result;
		assert_int_equal(call(answer, &i, late, &result), 0);
		assert_memory_equal(result.value, &i, sizeof i);
		plugh_call_result_release(&result);
		if (i == 10)
			memory = mallinfo2().uordblks;
	}
	assert_int_equal(count_descriptors(), descriptors);
	/* The sanitizers have an allocator of their own. */
	if (!HAS_SANITIZER)
		assert_int_equal(mallinfo2().uordblks, memory);
	assert_false(has_children());
}

static void short_memory_is_an_error(void **state)
{
	(void)state;
	size_t size = 200000, failures = 0;

	for (size_t n = 0;; n++) {
		struct plugh_call_result result;
		failing_alloc_start(n);
		int r = call(give_bytes, &size, late, &result);
		bool has_failed = failing_alloc_stop();
		plugh_call_result_release(&result);
		if (!has_failed && r == 0)
			break;
		/* In the parent, or in the child, whose count is its own. */
		assert_int_equal(r, -ENOMEM);
		failures++;
	}
	assert_true(failures > 2);
	assert_false(has_children());
}

static int call_without_pidfds(void *arg)
{
	struct plugh_call_result result;
	int number = 5;

	(void)arg;
	forbid_pidfds();
	CHILD_CHECK(call(answer, &number, late, &result) == 0 && result.size == sizeof number);
	plugh_call_result_release(&result);
	CHILD_CHECK(call(never_return, NULL, soon, &result) == 0 && result.has_timed_out);
	plugh_call_result_release(&result);
	number = SIGSEGV;
	CHILD_CHECK(call(crash, &number, late, &result) == -EOWNERDEAD && result.signal == SIGSEGV);
	plugh_call_result_release(&result);
	CHILD_CHECK(!has_children());
	return 0;
}

static void calls_work_without_pidfds(void **state)
{
	(void)state;
	assert_int_equal(child_run(call_without_pidfds, NULL, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_result_is_any_bytes_of_any_size),
		cmocka_unit_test(a_result_over_its_limit_is_refused),
		cmocka_unit_test(an_error_of_the_function_is_the_callers),
		cmocka_unit_test(when_the_time_is_up_the_fallback_is_given),
		cmocka_unit_test(all_that_a_call_has_started_is_ended),
		cmocka_unit_test(a_crash_is_told_with_its_signal),
		cmocka_unit_test(a_real_fault_is_told),
		cmocka_unit_test(a_cancelled_run_ends_the_call),
		cmocka_unit_test(what_was_printed_before_the_time_was_up_is_kept),
		cmocka_unit_test(calls_may_be_nested),
		cmocka_unit_test(a_thousand_calls_leave_nothing),
		cmocka_unit_test(short_memory_is_an_error),
		cmocka_unit_test(calls_work_without_pidfds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
