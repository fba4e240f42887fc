/* A process of little right.
 *
 * As with a plugin, a kernel without Landlock or seccomp confines less: then the plugin that
 * crashed was confined no better.
 *
 * SPDX-License-Identifier: MIT */
#include "crash_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "descriptors.h"
#include "landlock.h"
#include "sanitizer.h"
#include "seccomp_filter.h"

enum {
	READABLE_MAX = 256,
	KEEP_MAX = 8,
	MEMORY = 1 << 30, /* bytes: files are mapped, not copied */
	END_MS = 1,       /* between two looks whether it has ended */
};

/* ---- There ---- */

static void limit(int resource, rlim_t most)
{
	struct rlimit now;

	if (getrlimit((__rlimit_resource_t)resource, &now) == 0 && now.rlim_max > most) {
		now.rlim_cur = now.rlim_max = most;
		(void)setrlimit((__rlimit_resource_t)resource, &now);
	}
}

static void limit_all(void)
{
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 0);
	/* The sanitizer maps more than there is. */
#ifndef HAS_ADDRESS_SANITIZER
	limit(RLIMIT_AS, MEMORY);
#endif
}

static int confine_files(const int *readable, size_t count)
{
	int abi = landlock_abi();
	if (abi < 0)
		return 0;
	struct landlock_handled handled = landlock_known(
		(struct landlock_handled){
			LANDLOCK_ALL_FILES, LANDLOCK_ALL_PORTS, LANDLOCK_ALL_SCOPES },
		abi);
	int set = landlock_create(&handled);
	if (set < 0)
		return set;
	int r = 0;
	for (size_t i = 0; i < count && r == 0; i++)
		if (readable[i] >= 0)
			r = landlock_allow_file(set, readable[i], LANDLOCK_READ_FILE);
	if (r == 0)
		r = landlock_restrict(set);
	close(set);
	return r;
}

static int confine(const int *readable, size_t count, const struct crash_reader *reader, int out)
{
	int keep[KEEP_MAX + 1];
	size_t n = 0;

	if (reader->keep_count > KEEP_MAX)
		return -EINVAL;
	for (size_t i = 0; i < reader->keep_count; i++)
		keep[n++] = reader->keep[i];
	keep[n++] = out;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	int r = confine_files(readable, count);
	if (r < 0)
		return r;
	close(STDERR_FILENO);
	r = descriptors_close_others(keep, n);
	if (r < 0)
		return r;
	limit_all();
	return seccomp_is_known() ? seccomp_install(0) : 0;
}

static _Noreturn void run(const struct crash_reader *reader, int out)
{
	int readable[READABLE_MAX];

	for (size_t i = 0; i < READABLE_MAX; i++)
		readable[i] = -1;
	/* What is prepared may take too long as well, and nobody else would end it. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	int r = reader->prepare(reader->ctx, readable, READABLE_MAX);
	if (r == 0)
		r = confine(readable, READABLE_MAX, reader, out);
	if (r == 0)
		r = reader->work(reader->ctx, out);
	_exit(-r > UINT8_MAX ? EIO : -r);
}

/* ---- Here ---- */

struct lines {
	const struct crash_reader *reader;
	char text[CRASH_READER_LINE];
	size_t size, count;
};

/* Returns 0, or another number to end. */
static int take_bytes(struct lines *lines, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] != '\n') {
			if (bytes[i] != '\0' && lines->size < sizeof lines->text - 1)
				lines->text[lines->size++] = bytes[i];
			continue;
		}
		lines->text[lines->size] = '\0';
		lines->size = 0;
		if (lines->count++ >= lines->reader->lines_max)
			return -ETIMEDOUT;
		int r = lines->reader->take(lines->reader->ctx, lines->text);
		if (r != 0)
			return r;
	}
	return 0;
}

/* Until it has said all. */
static int listen_to(const struct crash_reader *reader, int in, int64_t end)
{
	struct lines lines = { .reader = reader };
	char bytes[4096];
	int r = 0;

	while (r == 0) {
		struct pollfd event = { .fd = in, .events = POLLIN };
		int64_t left = end - clock_ms();
		int ready = left > 0 ? poll(&event, 1, (int)left) : 0;
		if (ready == 0)
			return -ETIMEDOUT;
		ssize_t n = ready > 0 ? read(in, bytes, sizeof bytes) : -1;
		if (n == 0)
			break;
		if (n > 0)
			r = take_bytes(&lines, bytes, (size_t)n);
		else if (errno != EINTR)
			r = -errno;
	}
	return r;
}

/* It has closed its end, or was killed. */
static int see_ended(pid_t child, int64_t end)
{
	int status = 0;
	pid_t r;

	do {
		r = waitpid(child, &status, __WALL | WNOHANG);
		if (r == 0 && clock_ms() >= end)
			kill(child, SIGKILL);
		if (r == 0)
			(void)poll(NULL, 0, END_MS);
	} while (r == 0 || (r < 0 && errno == EINTR));
	if (r < 0)
		return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EFAULT;
}

int crash_reader_run(const struct crash_reader *reader)
{
	int line[2];

	if (pipe2(line, O_CLOEXEC) < 0)
		return -errno;
	long child = syscall(SYS_clone, 0, NULL, NULL, NULL, 0);
	if (child == 0)
		run(reader, line[1]);
	int r = child < 0 ? -errno : 0;
	close(line[1]);
	if (r == 0) {
		int64_t end = clock_ms() + reader->deadline_ms;
		int told = listen_to(reader, line[0], end);
		if (told != 0)
			kill((pid_t)child, SIGKILL);
		r = see_ended((pid_t)child, end);
		r = told != 0 ? told : r;
	}
	close(line[0]);
	return r;
}
