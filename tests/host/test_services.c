/* What the host lends to a plugin, and how the process ends.
 *
 * Most tests run a function as a plugin's run() in a child that does what main() does, and look at
 * its standard streams and its wait status.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <plugh/fail.h>
#include <plugh/fd.h>
#include <plugh/output.h>

#include "cancel.h"
#include "child.h"
#include "plugh_test.h"
#include "services.h"
#include "temp_dir.h"

/* One run in a child. */
struct run {
	int (*run)(const struct plugh_host *host, void *arg);
	void *arg;
	void (*prepare)(void); /* before anything else; may be NULL */
	const char *const *path;
	size_t path_count;
	int verbosity;
};

/* As main() does it. */
static int perform(void *arg)
{
	const struct run *run = (const struct run *)arg;
	struct log log = {
		.fd = STDERR_FILENO, .prefix = "plugh test", .verbosity = run->verbosity
	};
	struct outputs *outputs;
	struct services *services;

	if (run->prepare != NULL)
		run->prepare();
	CHILD_CHECK(services_open_standard() == 0);
	int cancel_fd = cancel_start();
	CHILD_CHECK(cancel_fd >= 0);
	struct outputs_spec outputs_spec = { .cancel_fd = cancel_fd };
	CHILD_CHECK(outputs_create(&outputs_spec, &outputs) == 0);
	struct services_spec spec = { .log = &log,
		.out = STDOUT_FILENO,
		.cancel_fd = cancel_fd,
		.outputs = outputs,
		.path = run->path,
		.path_count = run->path_count };
	CHILD_CHECK(services_create(&spec, &services) == 0);

	int r = run->run(services_host(services), run->arg);
	struct services_end end = services_finish(services, r);
	services_destroy(services);
	outputs_destroy(outputs);
	if (end.signal != 0)
		cancel_end(end.signal);
	return end.status;
}

/* The run must end by this status (a wait status), having written this. */
static void expect(struct run run, int status, const char *out, const char *err)
{
	struct child child;

	child_start(&child, perform, &run);
	int got = child_finish(&child);
	assert_string_equal(plugh_buf_text(&child.err_text), err);
	assert_string_equal(plugh_buf_text(&child.out_text), out);
	assert_int_equal(got, status);
	child_release(&child);
}

static void be_full(void)
{
	int full = open("/dev/full", O_WRONLY);
	CHILD_CHECK(dup2(full, STDOUT_FILENO) == STDOUT_FILENO);
	close(full);
}

static void lose_the_reader(void)
{
	int ends[2];
	CHILD_CHECK(pipe(ends) == 0 && dup2(ends[1], STDOUT_FILENO) == STDOUT_FILENO);
	close(ends[0]);
	close(ends[1]);
}

static void lose_the_reader_and_not_care(void)
{
	signal(SIGPIPE, SIG_IGN);
	lose_the_reader();
}

static void close_standard_output(void)
{
	close(STDOUT_FILENO);
}

static void fill_the_pipe(void)
{
	int ends[2];
	char junk[4096] = "";

	CHILD_CHECK(pipe(ends) == 0 && fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
	while (write(ends[1], junk, sizeof junk) > 0)
		;
	CHILD_CHECK(fcntl(ends[1], F_SETFL, 0) == 0);
	CHILD_CHECK(dup2(ends[1], STDOUT_FILENO) == STDOUT_FILENO);
}

static int print_hello(const struct plugh_host *host, void *arg)
{
	(void)arg;
	return plugh_print(host, "hello\n");
}

static int print_nothing(const struct plugh_host *host, void *arg)
{
	(void)host, (void)arg;
	return 0;
}

static int print_much(const struct plugh_host *host, void *arg)
{
	(void)arg;
	int r = 0;

	for (int i = 0; i < 300000; i++)
		r = plugh_print(host, "%09d\n", i);
	return r;
}

static int print_and_return(const struct plugh_host *host, void *arg)
{
	plugh_print(host, "hello\n");
	return *(int *)arg;
}

static int fail_and_return(const struct plugh_host *host, void *arg)
{
	return plugh_fail(host, *(int *)arg, "cannot open 'x'");
}

static void what_run_returns_is_the_status(void **state)
{
	(void)state;
	static const struct {
		int r, status;
		const char *err;
	} row[] = {
		{ 0, 0, "" },
		{ 1, 1, "" },
		{ 5, 5, "" },
		{ 125, 125, "" },
		{ 255, 255, "" },
		{ 256, 1, "plugh test: error: the plugin returned 256, which is no exit status\n" },
		{ 256 + 65, 1,
			"plugh test: error: the plugin returned 321, which is no exit status\n" },
		{ -ENOENT, 1, "plugh test: error: No such file or directory\n" },
		{ -ENOMEM, 1, "plugh test: error: Cannot allocate memory\n" },
		{ -ECANCELED, 1, "" },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		int r = row[i].r;
		expect((struct run){ .run = print_and_return, .arg = &r }, row[i].status << 8,
			"hello\n", row[i].err);
	}
}

static void what_run_returns_may_be_a_signal(void **state)
{
	(void)state;
	int r = PLUGH_EXIT_BY_SIGNAL + SIGTERM;

	expect((struct run){ .run = print_and_return, .arg = &r }, SIGTERM, "hello\n", "");
}

static void what_was_reported_is_not_reported_again(void **state)
{
	(void)state;
	int r = -ENOENT;

	expect((struct run){ .run = fail_and_return, .arg = &r }, 1 << 8, "",
		"plugh test: error: cannot open 'x': No such file or directory\n");
	expect((struct run){ .run = fail_and_return, .arg = &r, .verbosity = -1 }, 1 << 8, "",
		"plugh test: error: cannot open 'x': No such file or directory\n");
	r = 3;
	expect((struct run){ .run = fail_and_return, .arg = &r }, 3 << 8, "",
		"plugh test: error: cannot open 'x'\n");
}

static int report_all(const struct plugh_host *host, void *arg)
{
	(void)arg;
	for (uint32_t level = 0; level <= PLUGH_LEVEL_DEBUG; level++)
		host->report(host->ctx, level, "a\nb");
	return 0;
}

static void reports_go_by_verbosity(void **state)
{
	(void)state;

	expect((struct run){ .run = report_all, .verbosity = -1 }, 0, "",
		"plugh test: error: a\\nb\n");
	expect((struct run){ .run = report_all }, 0, "",
		"plugh test: error: a\\nb\nplugh test: warning: a\\nb\n");
	expect((struct run){ .run = report_all, .verbosity = 2 }, 0, "",
		"plugh test: error: a\\nb\nplugh test: warning: a\\nb\nplugh test: a\\nb\n"
		"plugh test: debug: a\\nb\n");
}

static void much_output_is_whole_and_in_order(void **state)
{
	(void)state;
	struct run run = { .run = print_much };
	struct child child;
	char line[16];

	child_start(&child, perform, &run);
	assert_int_equal(child_finish(&child), 0);

	assert_int_equal(child.out_text.size, 3000000);
	for (int i = 0; i < 300000; i++) {
		snprintf(line, sizeof line, "%09d\n", i);
		assert_memory_equal(child.out_text.data + (size_t)i * 10, line, 10);
	}
	child_release(&child);
}

static int write_pieces(const struct plugh_host *host, void *arg)
{
	static const size_t piece[] = { 1, 0, 131071, 131072, 131073, 7, 131065, 1, 400000, 3 };
	static char bytes[400000];
	(void)arg;

	for (size_t i = 0; i < sizeof piece / sizeof piece[0]; i++) {
		memset(bytes, 'a' + (int)i, piece[i]);
		CHILD_CHECK(plugh_write(host, bytes, piece[i]) == 0);
	}
	return 0;
}

static void pieces_of_any_size_are_whole(void **state)
{
	(void)state;
	static const size_t piece[] = { 1, 0, 131071, 131072, 131073, 7, 131065, 1, 400000, 3 };
	struct run run = { .run = write_pieces };
	struct child child;
	size_t at = 0;

	child_start(&child, perform, &run);
	assert_int_equal(child_finish(&child), 0);

	for (size_t i = 0; i < sizeof piece / sizeof piece[0]; i++)
		for (size_t k = 0; k < piece[i]; k++, at++)
			assert_int_equal(child.out_text.data[at], 'a' + (int)i);
	assert_int_equal(child.out_text.size, at);
	child_release(&child);
}

static void a_full_disk_is_an_error_of_one_line(void **state)
{
	(void)state;
	const char
		*err = "plugh test: error: cannot write standard output: No space left on device\n";
	int r = 0;

	expect((struct run){ .run = print_hello, .prepare = be_full }, 1 << 8, "", err);
	expect((struct run){ .run = print_much, .prepare = be_full }, 1 << 8, "", err);
	expect((struct run){ .run = print_and_return, .arg = &r, .prepare = be_full }, 1 << 8, "",
		err);
	r = 2;
	expect((struct run){ .run = print_and_return, .arg = &r, .prepare = be_full }, 1 << 8, "",
		err);
	expect((struct run){ .run = print_nothing, .prepare = be_full }, 0, "", "");
}

static void a_closed_standard_output_is_an_error_when_used(void **state)
{
	(void)state;

	expect((struct run){ .run = print_hello, .prepare = close_standard_output }, 1 << 8, "",
		"plugh test: error: cannot write standard output: Bad file descriptor\n");
	expect((struct run){ .run = print_nothing, .prepare = close_standard_output }, 0, "", "");
}

static void a_reader_that_is_gone_ends_by_sigpipe(void **state)
{
	(void)state;
	int r = 0;

	expect((struct run){ .run = print_hello, .prepare = lose_the_reader }, SIGPIPE, "", "");
	expect((struct run){ .run = print_much, .prepare = lose_the_reader }, SIGPIPE, "", "");
	expect((struct run){ .run = print_and_return, .arg = &r, .prepare = lose_the_reader },
		SIGPIPE, "", "");
	expect((struct run){ .run = print_nothing, .prepare = lose_the_reader }, 0, "", "");
	r = -EPIPE;
	expect((struct run){ .run = print_and_return, .arg = &r }, SIGPIPE, "hello\n", "");
	expect((struct run){ .run = print_hello, .prepare = lose_the_reader_and_not_care }, 1 << 8,
		"", "plugh test: error: cannot write standard output: Broken pipe\n");
}

static int stick(const struct plugh_host *host, void *arg)
{
	(void)arg;
	CHILD_CHECK(plugh_write(host, "x", 1) == 0);
	CHILD_CHECK(host->flush(host->ctx) == -ENOSPC);
	int null = open("/dev/null", O_WRONLY);
	CHILD_CHECK(dup2(null, STDOUT_FILENO) == STDOUT_FILENO);
	CHILD_CHECK(plugh_write(host, "x", 1) == -ENOSPC);
	CHILD_CHECK(plugh_write(host, "", 0) == -ENOSPC);
	CHILD_CHECK(host->flush(host->ctx) == -ENOSPC);
	return 0;
}

static void a_failure_sticks(void **state)
{
	(void)state;
	expect((struct run){ .run = stick, .prepare = be_full }, 1 << 8, "",
		"plugh test: error: cannot write standard output: No space left on device\n");
}

static int wait_for_cancel(const struct plugh_host *host, void *arg)
{
	char c;
	int ends[2];
	(void)arg;

	plugh_print(host, "lost\n");
	CHILD_CHECK(pipe(ends) == 0);
	child_tell('r');
	ssize_t r = plugh_read(host, ends[0], &c, 1);
	return r == -ECANCELED ? 0 : 2;
}

static int block_in_write(const struct plugh_host *host, void *arg)
{
	(void)arg;
	plugh_print(host, "x");
	child_tell('r');
	int r = host->flush(host->ctx);
	CHILD_CHECK(r == -ECANCELED);
	return plugh_fail(host, r, "cannot go on");
}

static void expect_cancelled(struct run run)
{
	struct child child;

	child_start(&child, perform, &run);
	child_await(&child, 'r');
	child_await_blocked(&child);
	kill(child.pid, SIGTERM);
	assert_int_equal(child_finish(&child), SIGTERM);
	assert_string_equal(plugh_buf_text(&child.err_text), "");
	child_release(&child);
}

static void a_cancelled_run_ends_by_the_signal_in_silence(void **state)
{
	(void)state;
	expect_cancelled((struct run){ .run = wait_for_cancel });
	expect_cancelled((struct run){ .run = block_in_write, .prepare = fill_the_pipe });
}

static void *report_from_thread(void *arg)
{
	const struct plugh_host *host = (const struct plugh_host *)arg;

	for (int i = 0; i < 100; i++)
		plugh_warn(host, "%s", "as one line");
	return NULL;
}

static int report_from_threads(const struct plugh_host *host, void *arg)
{
	pthread_t thread[4];
	(void)arg;

	for (int i = 0; i < 4; i++)
		CHILD_CHECK(
			pthread_create(&thread[i], NULL, report_from_thread, (void *)host) == 0);
	for (int i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	return 0;
}

static void reports_may_come_from_any_thread(void **state)
{
	(void)state;
	struct plugh_buf want = { 0 };

	for (int i = 0; i < 400; i++)
		plugh_buf_append_text(&want, "plugh test: warning: as one line\n");
	expect((struct run){ .run = report_from_threads }, 0, "", want.data);
	plugh_buf_release(&want);
}

struct files {
	struct temp_dir dir;
	char *named, *left, *other;
};

static int write_files(const struct plugh_host *host, void *arg)
{
	const struct files *files = (const struct files *)arg;
	const struct plugh_power_output *power = (const struct plugh_power_output *)host->power(
		host->ctx, PLUGH_POWER_OUTPUT);
	struct plugh_output *output;

	CHILD_CHECK(power != NULL && power->size == sizeof *power);
	CHILD_CHECK(power->open(host->ctx, files->other) == -EACCES);
	CHILD_CHECK(power->open(host->ctx, "") == -EACCES);
	CHILD_CHECK(plugh_output_open(host, files->named, &output) == 0);
	CHILD_CHECK(plugh_output_print(output, "whole\n") == 0);
	CHILD_CHECK(plugh_output_close(output, 0) == 0);
	/* Neither committed nor discarded. */
	int fd = power->open(host->ctx, files->left);
	CHILD_CHECK(fd >= 0 && write(fd, "half", 4) == 4);
	/* Discarded. */
	fd = power->open(host->ctx, files->named);
	CHILD_CHECK(fd >= 0 && write(fd, "half", 4) == 4);
	power->discard(host->ctx, fd);
	CHILD_CHECK(power->commit(host->ctx, fd) == -EBADF);
	return 0;
}

static void only_paths_that_were_named_are_opened_and_only_commit_shows_them(void **state)
{
	(void)state;
	struct files files;
	temp_dir_create(&files.dir);
	files.named = temp_dir_path(&files.dir, "named");
	files.left = temp_dir_path(&files.dir, "left");
	files.other = temp_dir_path(&files.dir, "other");
	const char *path[] = { files.left, files.named };

	expect((struct run){ .run = write_files, .arg = &files, .path = path, .path_count = 2 }, 0,
		"", "");

	char *text = temp_dir_read(&files.dir, "named");
	assert_string_equal(text, "whole\n");
	assert_int_equal(temp_dir_count(&files.dir), 1);
	free(text), free(files.named), free(files.left), free(files.other);
	temp_dir_destroy(&files.dir);
}

static int open_a_folder(const struct plugh_host *host, void *arg)
{
	const struct plugh_power_output *power = (const struct plugh_power_output *)host->power(
		host->ctx, PLUGH_POWER_OUTPUT);
	(void)arg;

	CHILD_CHECK(power->open(host->ctx, "/tmp") == -EISDIR);
	return 0;
}

static void what_the_system_refuses_is_refused(void **state)
{
	(void)state;
	const char *path[] = { "/tmp" };
	expect((struct run){ .run = open_a_folder, .path = path, .path_count = 1 }, 0, "", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_run_returns_is_the_status),
		cmocka_unit_test(what_run_returns_may_be_a_signal),
		cmocka_unit_test(what_was_reported_is_not_reported_again),
		cmocka_unit_test(reports_go_by_verbosity),
		cmocka_unit_test(much_output_is_whole_and_in_order),
		cmocka_unit_test(pieces_of_any_size_are_whole),
		cmocka_unit_test(a_full_disk_is_an_error_of_one_line),
		cmocka_unit_test(a_closed_standard_output_is_an_error_when_used),
		cmocka_unit_test(a_reader_that_is_gone_ends_by_sigpipe),
		cmocka_unit_test(a_failure_sticks),
		cmocka_unit_test(a_cancelled_run_ends_by_the_signal_in_silence),
		cmocka_unit_test(reports_may_come_from_any_thread),
		cmocka_unit_test(only_paths_that_were_named_are_opened_and_only_commit_shows_them),
		cmocka_unit_test(what_the_system_refuses_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
