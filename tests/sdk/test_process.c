/* Programs are started with what was asked for, and nothing else.
 *
 * What the child has is told by process-probe from /proc, and by programs of the system.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <pthread.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "failing_alloc.h"
#include "process_fixture.h"
#include "temp_dir.h"

static char probe[PATH_MAX];

static void expect_output(const struct plugh_process_spec *spec, const char *text)
{
	char *out = output_of(spec);

	assert_string_equal(out, text);
	free(out);
}

static bool has_line(const char *text, const char *line)
{
	size_t n = strlen(line);

	for (const char *at = text; (at = strstr(at, line)) != NULL; at++)
		if ((at == text || at[-1] == '\n') && at[n] == '\n')
			return true;
	return false;
}

static void expect_line(const char *text, const char *line)
{
	if (!has_line(text, line))
		fail_msg("no line '%s' in:\n%s", line, text);
}

static unsigned long long mask_of(const char *text, const char *name)
{
	char start[32];

	snprintf(start, sizeof start, "\n%s ", name);
	const char *at = strstr(text, start);
	assert_non_null(at);
	return strtoull(at + strlen(start), NULL, 16);
}

static size_t count_lines(const char *text, const char *start)
{
	size_t n = 0;

	for (const char *line = text; line != NULL && *line != '\0';) {
		n += strncmp(line, start, strlen(start)) == 0;
		line = strchr(line, '\n');
		line = line != NULL ? line + 1 : NULL;
	}
	return n;
}

/* ---- Words, paths, environment, directory ---- */

static void words_arrive_as_they_are(void **state)
{
	(void)state;
	const char *const *argv = WORDS(
		"zero", "", " a  b ", "$(exit 1)", "'\"\\", "-x", "new\nline", "\xff");
	char *out = output_of(&(struct plugh_process_spec){ .argv = argv, .file = probe });

	assert_non_null(strstr(out, "word \nword  a  b \nword $(exit 1)\nword '\"\\\nword -x\n"
				    "word new\nline\nword \xff\n"));
	free(out);
}

static void a_name_is_looked_for_in_the_path_of_the_child(void **state)
{
	(void)state;
	struct temp_dir dir, refused;
	char set[512];

	temp_dir_create(&dir);
	temp_dir_create(&refused);
	temp_dir_write(&dir, "hello", "#!/bin/sh\necho hello \"$@\"\n");
	temp_dir_write(&refused, "hello", "not executable");
	char *path = temp_dir_path(&dir, "hello");
	assert_return_code(chmod(path, 0755), errno);
	snprintf(set, sizeof set, "PATH=/nonesuch:%s:%s", refused.path, dir.path);
	struct plugh_process_spec spec = { .argv = WORDS("hello", "you"), .set = WORDS(set) };

	expect_output(&spec, "hello you\n");

	/* As execvp(3): one that was found but refused is told of. */
	snprintf(set, sizeof set, "PATH=/nonesuch:%s", refused.path);
	struct plugh_process process;
	enum plugh_process_phase phase;
	assert_int_equal(plugh_process_spawn(&spec, &process, &phase), -EACCES);
	assert_int_equal(phase, PLUGH_PHASE_EXEC);

	/* An empty folder is the current one; here, that of the child. */
	snprintf(set, sizeof set, "PATH=/nonesuch::/bin");
	spec.directory = dir.path;
	expect_output(&spec, "hello you\n");
	spec.argv = WORDS("./hello");
	expect_output(&spec, "hello\n");
	spec.argv = WORDS("hello");
	spec.is_exact = true;
	spec.set = WORDS("PATH=/bin");
	expect_output(&spec, "hello\n");
	free(path);
	temp_dir_destroy(&dir);
	temp_dir_destroy(&refused);
}

static void without_a_path_the_usual_folders_are_searched(void **state)
{
	(void)state;
	expect_output(
		&(struct plugh_process_spec){ .argv = WORDS("env"), .clear_environment = true },
		"");
}

static void the_environment_is_changed(void **state)
{
	(void)state;
	setenv("PLUGH_TEST_A", "1", 1);
	setenv("PLUGH_TEST_AB", "2", 1);
	expect_output(
		&(struct plugh_process_spec){
			.argv = WORDS("sh", "-c",
				"echo $PLUGH_TEST_A,$PLUGH_TEST_AB,$PLUGH_TEST_C,${HOME+home}"),
			.unset = WORDS("PLUGH_TEST_A", "HOME", "NONESUCH"),
			.set = WORDS("PLUGH_TEST_C=lost", "PLUGH_TEST_AB=x=y", "PLUGH_TEST_C=3"),
		},
		",x=y,3,\n");
	expect_output(&(struct plugh_process_spec){ .argv = WORDS("/usr/bin/env"),
			      .clear_environment = true,
			      .set = WORDS("B=2", "A=1") },
		"B=2\nA=1\n");
	assert_string_equal(getenv("PLUGH_TEST_A"), "1");
}

static void the_directory_is_the_childs_alone(void **state)
{
	(void)state;
	char *before = getcwd(NULL, 0);

	expect_output(&(struct plugh_process_spec){ .argv = WORDS("pwd"), .directory = "/usr" },
		"/usr\n");
	char *after = getcwd(NULL, 0);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static void a_plain_script_is_the_shells_if_so_asked(void **state)
{
	(void)state;
	struct temp_dir dir;
	struct plugh_process process;
	enum plugh_process_phase phase;

	temp_dir_create(&dir);
	temp_dir_write(&dir, "plain", "echo \"$0\" \"$@\"\n");
	char *path = temp_dir_path(&dir, "plain");
	char told[256];
	assert_return_code(chmod(path, 0755), errno);
	snprintf(told, sizeof told, "%s a b\n", path);
	struct plugh_process_spec spec = { .argv = WORDS(path, "a", "b") };

	assert_int_equal(plugh_process_spawn(&spec, &process, &phase), -ENOEXEC);
	assert_int_equal(phase, PLUGH_PHASE_EXEC);
	spec.has_plain_scripts = true;
	expect_output(&spec, told);
	free(path);
	temp_dir_destroy(&dir);
}

/* ---- Streams ---- */

static void a_stream_is_null_a_file_or_a_descriptor(void **state)
{
	(void)state;
	struct temp_dir dir;

	temp_dir_create(&dir);
	char *path = temp_dir_path(&dir, "file");
	temp_dir_write(&dir, "in", "from a file\n");
	char *in_path = temp_dir_path(&dir, "in");
	struct plugh_process_spec spec = {
		.argv = WORDS("sh", "-c", "cat; echo error >&2"),
		.in = { .kind = PLUGH_STREAM_FILE, .path = in_path, .flags = O_RDONLY },
		.out = { .kind = PLUGH_STREAM_FILE,
			.path = path,
			.flags = O_WRONLY | O_CREAT,
			.mode = 0600 },
		.err = { .kind = PLUGH_STREAM_MERGE },
	};
	struct plugh_process process = spawn(&spec);
	assert_int_equal(wait_for(&process).status, 0);
	plugh_process_release(&process);
	char *text = temp_dir_read(&dir, "file");
	assert_string_equal(text, "from a file\nerror\n");
	free(text);

	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	spec.in = (struct plugh_stream){ .kind = PLUGH_STREAM_NULL };
	spec.out = (struct plugh_stream){ .kind = PLUGH_STREAM_NULL };
	spec.err = (struct plugh_stream){ .kind = PLUGH_STREAM_FD, .fd = fd };
	process = spawn(&spec);
	assert_int_equal(wait_for(&process).status, 0);
	plugh_process_release(&process);
	close(fd);
	text = temp_dir_read(&dir, "file");
	assert_string_equal(text, "from a file\nerror\nerror\n");
	free(text);
	free(path);
	free(in_path);
	temp_dir_destroy(&dir);
}

/* In every permutation of where the three come from. */
static void standard_descriptors_may_change_places(void **state)
{
	(void)state;
	int file[3];
	struct stat st[3];
	int before[3];

	for (int i = 0; i < 3; i++) {
		char name[] = "/tmp/plugh-test-XXXXXX";
		file[i] = mkostemp(name, O_CLOEXEC);
		assert_return_code(fstat(file[i], &st[i]), errno);
		unlink(name);
		before[i] = fcntl(i, F_DUPFD_CLOEXEC, 10);
	}
	for (int i = 0; i < 3; i++)
		dup2(file[i], i);
	bool is_right = true;
	for (int n = 0; n < 27; n++) {
		int from[3] = { n % 3, n / 3 % 3, n / 9 };
		char test[256];
		/* stat's answer about each, by the shell of the child. */
		snprintf(test, sizeof test,
			"test $(stat -Lc %%i /proc/$$/fd/0).$(stat -Lc %%i /proc/$$/fd/1).$(stat "
			"-Lc %%i /proc/$$/fd/2) = %lu.%lu.%lu",
			st[from[0]].st_ino, st[from[1]].st_ino, st[from[2]].st_ino);
		struct plugh_process_spec spec = {
			.argv = WORDS("sh", "-c", test),
			.in = { .kind = PLUGH_STREAM_FD, .fd = from[0] },
			.out = { .kind = PLUGH_STREAM_FD, .fd = from[1] },
			.err = { .kind = PLUGH_STREAM_FD, .fd = from[2] },
		};
		struct plugh_process process;
		struct plugh_process_result result = { .status = -1 };
		if (plugh_process_spawn(&spec, &process, NULL) < 0 ||
			plugh_process_wait(&process, NULL, &result) < 0 || result.status != 0)
			is_right = false;
		plugh_process_release(&process);
	}
	for (int i = 0; i < 3; i++) {
		dup2(before[i], i);
		close(before[i]);
		close(file[i]);
	}
	assert_true(is_right);
}

static int run_without_streams(void *arg)
{
	const struct plugh_process_spec spec = {
		.argv = WORDS("cat"),
		.in = { .kind = PLUGH_STREAM_PIPE },
		.out = { .kind = PLUGH_STREAM_PIPE },
		.err = { .kind = PLUGH_STREAM_PIPE },
	};
	struct plugh_process process;
	char text[8] = "";

	(void)arg;
	for (int i = 0; i < 3; i++)
		close(i);
	if (plugh_process_spawn(&spec, &process, NULL) < 0)
		return 1;
	if (process.in < 3 || process.out < 3 || process.err < 3)
		return 2;
	if (write(process.in, "hello", 5) != 5)
		return 3;
	close(plugh_process_take_fd(&process.in));
	if (read(process.out, text, sizeof text) != 5 || strcmp(text, "hello") != 0)
		return 4;
	if (read(process.err, text, sizeof text) != 0)
		return 5;
	return plugh_process_wait(&process, NULL, NULL) == 0 ? 0 : 6;
}

static void pipes_work_where_this_process_has_no_streams(void **state)
{
	(void)state;
	assert_int_equal(child_run(run_without_streams, NULL, NULL), 0);
}

static void pipes_are_ours_and_closed_on_exec(void **state)
{
	(void)state;
	struct plugh_process process = spawn(&(struct plugh_process_spec){
		.argv = WORDS("cat"),
		.in = { .kind = PLUGH_STREAM_PIPE },
		.out = { .kind = PLUGH_STREAM_PIPE },
	});

	assert_int_equal(fcntl(process.in, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(process.out, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(process.pidfd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(process.err, -1);
	plugh_process_release(&process);
	assert_int_equal(process.pid, 0);
	assert_false(has_children());
}

/* The child's list is that of a child of posix_spawn(3), which opens nothing either. */
static void nothing_of_ours_is_handed_on_and_all_that_was_inherited(void **state)
{
	(void)state;
	int inherited = fcntl(STDIN_FILENO, F_DUPFD, 63);
	int ours = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 70);
	int passed = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 80);
	char line[64];
	struct plugh_process_spec spec = { .argv = WORDS(probe),
		.pass = &passed,
		.pass_count = 1,
		.group = PLUGH_PROCESS_OWN_GROUP };

	assert_int_equal(inherited, 63);
	struct plugh_tree tree;
	assert_int_equal(plugh_tree_open(&tree, 0), 0);
	spec.tree = &tree;
	char *out = output_of(&spec);
	plugh_tree_close(&tree);
	size_t others = 0;
	for (int fd = 3; fd < 256; fd++) {
		int flags = fcntl(fd, F_GETFD);
		bool is_expected = fd == passed || (flags >= 0 && (flags & FD_CLOEXEC) == 0);
		snprintf(line, sizeof line, "fd %d ", fd);
		assert_int_equal(count_lines(out, line), is_expected);
		others += is_expected;
	}
	assert_true(others >= 2);
	assert_int_equal(count_lines(out, "fd "), 3 + others);
	assert_int_equal(fcntl(passed, F_GETFD), FD_CLOEXEC);
	free(out);
	close(inherited);
	close(ours);
	close(passed);
}

/* ---- Groups, terminals, signals, limits ---- */

static void the_group_is_the_same_its_own_or_a_session(void **state)
{
	(void)state;
	struct plugh_process_spec spec = { .argv = WORDS(probe) };
	char *out = output_of(&spec);

	assert_null(strstr(out, "own-"));
	free(out);
	spec.group = PLUGH_PROCESS_OWN_GROUP;
	out = output_of(&spec);
	expect_line(out, "own-group");
	assert_null(strstr(out, "own-session"));
	free(out);
	spec.group = PLUGH_PROCESS_OWN_SESSION;
	out = output_of(&spec);
	expect_line(out, "own-group");
	expect_line(out, "own-session");
	free(out);
}

static int run_in_foreground(void *arg)
{
	const char *terminal = (const char *)arg;
	struct plugh_process process;
	struct plugh_process_result result;

	CHILD_CHECK(setsid() > 0);
	int fd = open(terminal, O_RDWR | O_CLOEXEC);
	CHILD_CHECK(fd >= 0 && tcgetpgrp(fd) == getpgrp());
	/* A reader in the background would be stopped (SIGTTIN). */
	struct plugh_process_spec spec = {
		.argv = WORDS("sh", "-c", "read line && test \"$line\" = typed"),
		.in = { .kind = PLUGH_STREAM_FD, .fd = fd },
		.group = PLUGH_PROCESS_OWN_GROUP,
		.is_foreground = true,
	};
	CHILD_CHECK(plugh_process_spawn(&spec, &process, NULL) == 0);
	CHILD_CHECK(tcgetpgrp(fd) == process.pid);
	child_tell('f');
	CHILD_CHECK(plugh_process_wait(&process, NULL, &result) == 0);
	CHILD_CHECK(result.status == 0);
	CHILD_CHECK(plugh_terminal_take_back() == 0);
	CHILD_CHECK(tcgetpgrp(fd) == getpgrp());
	return 0;
}

static void a_child_can_have_the_terminal(void **state)
{
	(void)state;
	struct child child;
	char name[128];
	int terminal, line;

	assert_int_equal(openpty(&terminal, &line, name, NULL, NULL), 0);
	child_start(&child, run_in_foreground, name);
	child_await(&child, 'f');
	assert_int_equal(write(terminal, "typed\n", 6), 6);
	assert_int_equal(child_finish(&child), 0);
	child_release(&child);
	close(terminal);
	close(line);
}

static void catch_it(int signal)
{
	(void)signal;
}

static void signals_are_as_a_fresh_program_expects(void **state)
{
	(void)state;
	sigset_t all, before;
	struct sigaction was[3];

	sigaction(SIGHUP, &(struct sigaction){ .sa_handler = SIG_IGN }, &was[0]);
	sigaction(SIGUSR1, &(struct sigaction){ .sa_handler = catch_it }, &was[1]);
	sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_IGN }, &was[2]);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	sigprocmask(SIG_SETMASK, NULL, &all);
	struct plugh_process_spec spec = { .argv = WORDS(probe) };
	char *bare = output_of(&spec);
	spec.keep_ignored = PLUGH_SIGNAL_BIT(SIGHUP) | PLUGH_SIGNAL_BIT(SIGTERM);
	char *kept = output_of(&spec);
	spec.keep_ignored = ~PLUGH_SIGNAL_BIT(SIGPIPE);
	spec.blocked = PLUGH_SIGNAL_BIT(SIGTERM) | PLUGH_SIGNAL_BIT(SIGUSR2);
	char *most = output_of(&spec);
	sigset_t after;
	sigprocmask(SIG_SETMASK, &before, &after);
	struct sigaction now;
	sigaction(SIGUSR1, &was[1], &now);
	sigaction(SIGHUP, &was[0], NULL);
	sigaction(SIGPIPE, &was[2], NULL);

	assert_int_equal(mask_of(bare, "blocked"), 0);
	assert_int_equal(mask_of(bare, "ignored"), 0);
	assert_int_equal(mask_of(kept, "ignored"), PLUGH_SIGNAL_BIT(SIGHUP));
	assert_int_equal(mask_of(most, "ignored") & 0x7fffffff, PLUGH_SIGNAL_BIT(SIGHUP));
	assert_int_equal(
		mask_of(most, "blocked"), PLUGH_SIGNAL_BIT(SIGTERM) | PLUGH_SIGNAL_BIT(SIGUSR2));
	/* And this process has what it had. */
	assert_true(now.sa_handler == catch_it);
	assert_memory_equal(&after, &all, 8);
	free(bare);
	free(kept);
	free(most);
}

static int count_signals;

static void count_it(int signal)
{
	(void)signal;
	count_signals++;
}

/* Signals that come while children are made reach their handler here, none in a child. */
static void a_storm_of_signals_does_no_harm(void **state)
{
	(void)state;
	struct itimerval often = { { 0, 200 }, { 0, 200 } }, off = { { 0, 0 }, { 0, 0 } };

	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = count_it, .sa_flags = SA_RESTART },
		NULL);
	count_signals = 0;
	setitimer(ITIMER_REAL, &often, NULL);
	for (int i = 0; i < 100; i++) {
		struct plugh_process process = spawn(
			&(struct plugh_process_spec){ .argv = WORDS("true") });
		assert_int_equal(wait_for(&process).status, 0);
		plugh_process_release(&process);
	}
	setitimer(ITIMER_REAL, &off, NULL);
	/* One may still be on its way. */
	signal(SIGALRM, SIG_IGN);
	assert_true(count_signals > 0 || HAS_THREAD_SANITIZER);
}

static void limits_and_a_death_signal_are_set_in_the_child(void **state)
{
	(void)state;
	const struct plugh_process_limit limit[] = {
		{ RLIMIT_CORE, { 0, 0 } },
		{ RLIMIT_CPU, { 1, 1 } },
	};
	struct rlimit before, after;
	getrlimit(RLIMIT_CORE, &before);
	struct plugh_process_spec spec = {
		.argv = WORDS(probe), .limit = limit, .limit_count = 2, .death_signal = SIGUSR2
	};

	char *out = output_of(&spec);
	expect_line(out, "core 0");
	char line[32];
	snprintf(line, sizeof line, "death-signal %d", SIGUSR2);
	expect_line(out, line);
	free(out);
	getrlimit(RLIMIT_CORE, &after);
	assert_memory_equal(&before, &after, sizeof before);

	spec.argv = WORDS("sh", "-c", "while :; do :; done");
	struct plugh_process process = spawn(&spec);
	struct plugh_process_result result = wait_for(&process);
	assert_int_equal(result.status, -1);
	assert_int_equal(result.signal, SIGKILL);
	assert_true(result.usage.ru_utime.tv_sec + result.usage.ru_stime.tv_sec >= 0);
	plugh_process_release(&process);
}

static int start_and_end(void *arg)
{
	struct plugh_process process;
	struct plugh_process_spec spec = {
		.argv = WORDS("cat"),
		.in = { .kind = PLUGH_STREAM_FD, .fd = *(const int *)arg },
		.death_signal = SIGKILL,
	};

	return plugh_process_spawn(&spec, &process, NULL) == 0 ? 0 : 1;
}

static void a_child_can_end_with_its_parent(void **state)
{
	(void)state;
	struct child child;
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	child_start(&child, start_and_end, &ends[0]);
	/* It returns when its output is closed, which cat, waiting for input, holds too. */
	assert_int_equal(child_finish(&child), 0);
	child_release(&child);
	close(ends[0]);
	close(ends[1]);
}

/* ---- Errors ---- */

static void what_fails_is_told_with_its_phase(void **state)
{
	(void)state;
	const struct plugh_process_limit high = { RLIMIT_NOFILE, { 10, 9 } };
	const int closed = 999;
	const struct {
		struct plugh_process_spec spec;
		int r;
		enum plugh_process_phase phase;
	} row[] = {
		{ { .argv = WORDS("true"), .file = "nonesuch-here" }, -ENOENT, PLUGH_PHASE_EXEC },
		{ { .argv = WORDS("/nonesuch/x") }, -ENOENT, PLUGH_PHASE_EXEC },
		{ { .argv = WORDS("") }, -ENOENT, PLUGH_PHASE_EXEC },
		{ { .argv = WORDS("/etc/passwd") }, -EACCES, PLUGH_PHASE_EXEC },
		{ { .argv = WORDS("/") }, -EACCES, PLUGH_PHASE_EXEC },
		{ { .argv = WORDS("/etc/passwd/x") }, -ENOTDIR, PLUGH_PHASE_EXEC },
		{ { .argv = NULL }, -EINVAL, PLUGH_PHASE_PREPARE },
		{ { .argv = WORDS(NULL) }, -EINVAL, PLUGH_PHASE_PREPARE },
		{ { .argv = WORDS("true"), .set = WORDS("NOVALUE") }, -EINVAL,
			PLUGH_PHASE_PREPARE },
		{ { .argv = WORDS("true"), .set = WORDS("=X") }, -EINVAL, PLUGH_PHASE_PREPARE },
		{ { .argv = WORDS("true"), .unset = WORDS("A=B") }, -EINVAL, PLUGH_PHASE_PREPARE },
		{ { .argv = WORDS("true"), .is_foreground = true }, -EINVAL, PLUGH_PHASE_PREPARE },
		{ { .argv = WORDS("true"), .death_signal = 99 }, -EINVAL, PLUGH_PHASE_PREPARE },
		{ { .argv = WORDS("true"), .directory = "/nonesuch" }, -ENOENT,
			PLUGH_PHASE_DIRECTORY },
		{ { .argv = WORDS("true"), .directory = "/etc/passwd" }, -ENOTDIR,
			PLUGH_PHASE_DIRECTORY },
		{ { .argv = WORDS("true"),
			  .in = { .kind = PLUGH_STREAM_FILE, .path = "/nonesuch" } },
			-ENOENT, PLUGH_PHASE_STDIN },
		{ { .argv = WORDS("true"), .out = { .kind = PLUGH_STREAM_FD, .fd = 999 } }, -EBADF,
			PLUGH_PHASE_STDOUT },
		{ { .argv = WORDS("true"), .out = { .kind = PLUGH_STREAM_MERGE } }, -EINVAL,
			PLUGH_PHASE_STDOUT },
		{ { .argv = WORDS("true"),
			  .err = { .kind = PLUGH_STREAM_FILE, .path = "/", .flags = O_WRONLY } },
			-EISDIR, PLUGH_PHASE_STDERR },
		{ { .argv = WORDS("true"), .limit = &high, .limit_count = 1 }, -EINVAL,
			PLUGH_PHASE_LIMIT },
		{ { .argv = WORDS("true"), .pass = &closed, .pass_count = 1 }, -EBADF,
			PLUGH_PHASE_PASS },
	};
	size_t before = count_descriptors();

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct plugh_process process;
		enum plugh_process_phase phase;
		int r = plugh_process_spawn(&row[i].spec, &process, &phase);
		if (r != row[i].r || phase != row[i].phase)
			fail_msg("row %zu: %d, %s", i, r, plugh_process_phase_name(phase));
		assert_int_equal(process.pid, 0);
		plugh_process_release(&process);
	}
	assert_int_equal(count_descriptors(), before);
	assert_false(has_children());
}

static void short_memory_is_an_error(void **state)
{
	(void)state;
	struct plugh_process_spec spec = {
		.argv = WORDS("true"), .set = WORDS("A=1"), .has_plain_scripts = true
	};
	size_t failures = 0;

	for (size_t n = 0;; n++) {
		struct plugh_process process;
		failing_alloc_start(n);
		int r = plugh_process_spawn(&spec, &process, NULL);
		if (!failing_alloc_stop()) {
			assert_int_equal(r, 0);
			plugh_process_release(&process);
			break;
		}
		assert_int_equal(r, -ENOMEM);
		failures++;
	}
	assert_int_equal(failures, 3);
	assert_false(has_children());
}

static int without_descriptors(void *arg)
{
	struct plugh_process process;
	enum plugh_process_phase phase;
	struct plugh_process_spec spec = { .argv = WORDS("true"),
		.out = { .kind = PLUGH_STREAM_PIPE },
		.err = { .kind = PLUGH_STREAM_NULL } };
	size_t before = count_descriptors();

	(void)arg;
	int r = -EMFILE;
	for (rlim_t n = 3; r < 0; n++) {
		setrlimit(RLIMIT_NOFILE, &(struct rlimit){ n, 256 });
		r = plugh_process_spawn(&spec, &process, &phase);
		setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 256, 256 });
		if (r < 0)
			CHILD_CHECK(r == -EMFILE && count_descriptors() == before && n < 64);
	}
	CHILD_CHECK(plugh_process_wait(&process, NULL, NULL) == 0);
	plugh_process_release(&process);
	CHILD_CHECK(count_descriptors() == before);
	return 0;
}

static void a_lack_of_descriptors_is_an_error_that_leaves_none(void **state)
{
	(void)state;
	assert_int_equal(child_run(without_descriptors, NULL, NULL), 0);
}

/* ---- Threads ---- */

static void *spawn_often(void *arg)
{
	int *wrong = (int *)arg;

	for (int i = 0; i < 50; i++) {
		struct plugh_process process;
		struct plugh_process_result result = { .status = -1 };
		char status[16];
		snprintf(status, sizeof status, "exit %d", i);
		struct plugh_process_spec spec = { .argv = WORDS("sh", "-c", status) };
		if (plugh_process_spawn(&spec, &process, NULL) < 0 ||
			plugh_process_wait(&process, NULL, &result) < 0 || result.status != i)
			++*wrong;
		plugh_process_release(&process);
	}
	return NULL;
}

static void threads_may_start_programs_at_the_same_time(void **state)
{
	(void)state;
	pthread_t thread[4];
	int wrong[4] = { 0 };

	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, spawn_often, &wrong[i]), 0);
	for (int i = 0; i < 4; i++) {
		pthread_join(thread[i], NULL);
		assert_int_equal(wrong[i], 0);
	}
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_arrive_as_they_are),
		cmocka_unit_test(a_name_is_looked_for_in_the_path_of_the_child),
		cmocka_unit_test(without_a_path_the_usual_folders_are_searched),
		cmocka_unit_test(the_environment_is_changed),
		cmocka_unit_test(the_directory_is_the_childs_alone),
		cmocka_unit_test(a_plain_script_is_the_shells_if_so_asked),
		cmocka_unit_test(a_stream_is_null_a_file_or_a_descriptor),
		cmocka_unit_test(standard_descriptors_may_change_places),
		cmocka_unit_test(pipes_work_where_this_process_has_no_streams),
		cmocka_unit_test(pipes_are_ours_and_closed_on_exec),
		cmocka_unit_test(nothing_of_ours_is_handed_on_and_all_that_was_inherited),
		cmocka_unit_test(the_group_is_the_same_its_own_or_a_session),
		cmocka_unit_test(a_child_can_have_the_terminal),
		cmocka_unit_test(signals_are_as_a_fresh_program_expects),
		cmocka_unit_test(a_storm_of_signals_does_no_harm),
		cmocka_unit_test(limits_and_a_death_signal_are_set_in_the_child),
		cmocka_unit_test(a_child_can_end_with_its_parent),
		cmocka_unit_test(what_fails_is_told_with_its_phase),
		cmocka_unit_test(short_memory_is_an_error),
		cmocka_unit_test(a_lack_of_descriptors_is_an_error_that_leaves_none),
		cmocka_unit_test(threads_may_start_programs_at_the_same_time),
	};
	if (argc < 2)
		return 2;
	snprintf(probe, sizeof probe, "%s", argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
