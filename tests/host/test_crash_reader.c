/* The process of little right: what it can do, and how it is ended.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <plugh/buf.h>

#include "crash_reader.h"
#include "landlock.h"
#include "sanitizer.h"
#include "seccomp_filter.h"
#include "temp_dir.h"

struct scene {
	const char *readable; /* opened by prepare; NULL: nothing */
	const char *other;
	int prepared; /* what prepare returns */
	struct plugh_buf told;
	size_t count;
};

static int prepare(void *ctx, int *ret_readable, size_t max)
{
	const struct scene *scene = (const struct scene *)ctx;

	if (max > 0 && scene->readable != NULL)
		ret_readable[0] = open(scene->readable, O_PATH | O_CLOEXEC);
	return scene->prepared;
}

static int take(void *ctx, const char *line)
{
	struct scene *scene = (struct scene *)ctx;

	scene->count++;
	plugh_buf_append_text(&scene->told, line);
	return plugh_buf_append_char(&scene->told, '|');
}

static int run(struct scene *scene, int (*work)(void *ctx, int out), int deadline_ms)
{
	return crash_reader_run(&(struct crash_reader){
		.prepare = prepare,
		.work = work,
		.take = take,
		.ctx = scene,
		.deadline_ms = deadline_ms,
		.lines_max = 100,
	});
}

/* Long enough for a machine that is busy. */
enum { LONG_MS = 60000, SHORT_MS = 200 };

static int say_three(void *ctx, int out)
{
	char text[1000];

	(void)ctx;
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\n';
	if (write(out, "one\ntw", 6) < 0 || write(out, "o\n", 2) < 0 ||
		write(out, text, sizeof text) < 0 || write(out, "not ended", 9) < 0)
		return -errno;
	return 0;
}

static void lines_are_handed_over_and_cut(void **state)
{
	(void)state;
	struct scene scene = { 0 };

	assert_int_equal(run(&scene, say_three, LONG_MS), 0);

	assert_int_equal(scene.count, 3);
	assert_int_equal(scene.told.size, strlen("one|two|") + CRASH_READER_LINE - 1 + 1);
	assert_memory_equal(plugh_buf_text(&scene.told), "one|two|xxx", 11);
	plugh_buf_release(&scene.told);
}

static void say(int out, const char *what, long r)
{
	dprintf(out, "%s %s\n", what, r >= 0 ? "WORKED" : "refused");
}

static int try_files(void *ctx, int out)
{
	const struct scene *scene = (const struct scene *)ctx;
	char byte;

	int fd = open(scene->readable, O_RDONLY | O_CLOEXEC);
	say(out, "read", fd >= 0 ? read(fd, &byte, 1) : -1);
	say(out, "other", open(scene->other, O_RDONLY));
	say(out, "passwords", open("/etc/passwd", O_RDONLY));
	say(out, "write", open(scene->readable, O_WRONLY));
	say(out, "truncate", truncate(scene->readable, 0));
	say(out, "remove", unlink(scene->readable));
	say(out, "rename", rename(scene->readable, scene->other));
	return 0;
}

static void it_reads_what_it_was_given_and_no_other_file(void **state)
{
	(void)state;
	struct temp_dir dir;
	struct scene scene = { 0 };

	if (landlock_abi() < 3)
		skip(); /* this kernel does not confine files */
	temp_dir_create(&dir);
	char *readable = temp_dir_path(&dir, "readable"), *other = temp_dir_path(&dir, "other");
	temp_dir_write(&dir, "readable", "text");
	temp_dir_write(&dir, "other", "mine");
	scene.readable = readable;
	scene.other = other;
	assert_int_equal(run(&scene, try_files, LONG_MS), 0);

	assert_string_equal(plugh_buf_text(&scene.told),
		"read WORKED|other refused|passwords refused|write refused|truncate refused|"
		"remove refused|rename refused|");
	plugh_buf_release(&scene.told);
	free(readable);
	free(other);
	temp_dir_destroy(&dir);
}

static int try_others(void *ctx, int out)
{
	static char *const words[] = { "true", NULL };
	char byte = 0;
	struct iovec here = { &byte, 1 }, there = { &byte, 1 };

	(void)ctx;
	say(out, "socket", socket(AF_INET, SOCK_STREAM, 0));
	say(out, "local", socket(AF_UNIX, SOCK_STREAM, 0));
	say(out, "trace", ptrace(PTRACE_SEIZE, getppid(), 0, 0));
	say(out, "peek", process_vm_readv(getppid(), &here, 1, &there, 1, 0));
	say(out, "run", execve("/bin/true", words, NULL));
	return 0;
}

static void it_has_no_network_and_no_other_process(void **state)
{
	(void)state;
	struct scene scene = { 0 };

	if (!seccomp_is_known())
		skip(); /* this kernel does not confine the rest */
	assert_int_equal(run(&scene, try_others, LONG_MS), 0);

	assert_string_equal(plugh_buf_text(&scene.told),
		"socket refused|local refused|trace refused|peek refused|run refused|");
	plugh_buf_release(&scene.told);
}

static _Noreturn void stay(void)
{
	for (;;)
		pause();
}

static int stay_open(void *ctx, int out)
{
	(void)ctx, (void)out;
	stay();
}

static int stay_silent(void *ctx, int out)
{
	(void)ctx;
	close(out);
	stay();
}

static int flood(void *ctx, int out)
{
	(void)ctx;
	while (write(out, "x\n", 2) == 2)
		;
	return -EIO;
}

static int crash(void *ctx, int out)
{
	(void)ctx, (void)out;
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
	return 0;
}

static int end_badly(void *ctx, int out)
{
	(void)ctx, (void)out;
	return -EIO;
}

static void it_is_ended_whatever_it_does(void **state)
{
	(void)state;
	static const struct {
		int (*work)(void *ctx, int out);
		int deadline_ms, expected;
	} row[] = {
		{ stay_open, SHORT_MS, -ETIMEDOUT },
		{ stay_silent, SHORT_MS, -EFAULT },
		{ flood, LONG_MS, -ETIMEDOUT },
		{ crash, LONG_MS, -EFAULT },
		{ end_badly, LONG_MS, -EIO },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct scene scene = { 0 };
		assert_int_equal(run(&scene, row[i].work, row[i].deadline_ms), row[i].expected);
		assert_true(scene.count <= 100);
		plugh_buf_release(&scene.told);
	}
}

static void what_fails_before_is_told(void **state)
{
	(void)state;
	struct scene scene = { .prepared = -ENOSYS };

	assert_int_equal(run(&scene, say_three, LONG_MS), -ENOSYS);
	assert_int_equal(scene.count, 0);
}

#ifndef HAS_ADDRESS_SANITIZER
static int take_memory(void *ctx, int out)
{
	(void)ctx;
	void *much = mmap(
		NULL, (size_t)2 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	say(out, "memory", much == MAP_FAILED ? -1 : 0);
	return 0;
}

static void its_memory_is_short(void **state)
{
	(void)state;
	struct scene scene = { 0 };

	assert_int_equal(run(&scene, take_memory, LONG_MS), 0);
	assert_string_equal(plugh_buf_text(&scene.told), "memory refused|");
	plugh_buf_release(&scene.told);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_handed_over_and_cut),
		cmocka_unit_test(it_reads_what_it_was_given_and_no_other_file),
		cmocka_unit_test(it_has_no_network_and_no_other_process),
		cmocka_unit_test(it_is_ended_whatever_it_does),
		cmocka_unit_test(what_fails_before_is_told),
#ifndef HAS_ADDRESS_SANITIZER
		cmocka_unit_test(its_memory_is_short),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
