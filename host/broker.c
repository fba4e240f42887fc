/* The process that has the rights a confined plugin has not.
 *
 * SPDX-License-Identifier: MIT */
#include "broker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash.h"
#include "descriptors.h"

enum {
	END = 3,       /* messages beside those of enum outputs_request */
	CRASH = 4,     /* a struct crash_event follows */
	END_MS = 1000, /* it is waited for so long at most */
	CRASH_MS = 10000,
};

/* All n bytes, or fewer at the end or on an error. */
static size_t read_all(int fd, void *bytes, size_t n)
{
	size_t got = 0;

	while (got < n) {
		ssize_t r = read(fd, (char *)bytes + got, n - got);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			break;
		got += (size_t)r;
	}
	return got;
}

static bool write_all(int fd, const void *bytes, size_t n)
{
	ssize_t r;

	/* So few bytes go into a pipe at once. */
	do
		r = write(fd, bytes, n);
	while (r < 0 && errno == EINTR);
	return r == (ssize_t)n;
}

/* ---- There ---- */

/* A child that a plugin left behind may hold the other end open, so the host itself is watched. */
static bool wait_for_message(int from, int host)
{
	struct pollfd event[2] = {
		{ .fd = from, .events = POLLIN },
		{ .fd = host, .events = POLLIN },
	};
	int n;

	do
		n = poll(event, 2, -1);
	while (n < 0 && errno == EINTR);
	return n > 0 && event[1].revents == 0;
}

/* A crash is told once: a plugin could ask for more. */
static int take_crash(const struct broker_work *work, bool *is_told)
{
	struct crash_event event;

	if (read_all(work->from, &event, sizeof event) != sizeof event || work->report == NULL ||
		*is_told)
		return -EINVAL;
	*is_told = true;
	crash_report_make(work->report, work->process, &event);
	return 0;
}

void broker_serve(const struct broker_work *work)
{
	uint8_t message[2];
	bool is_told = false;

	while (wait_for_message(work->from, work->host) &&
		read_all(work->from, message, sizeof message) == sizeof message &&
		message[0] != END) {
		int32_t answer = message[0] == CRASH
					 ? take_crash(work, &is_told)
					 : outputs_perform(work->outputs, message[0], message[1]);
		if (!write_all(work->to, &answer, sizeof answer))
			break;
	}
	outputs_discard_open(work->outputs);
}

static void close_others(const struct broker_work *work)
{
	int keep[OUTPUTS_DESCRIPTORS_MAX + 3];
	size_t n = outputs_list(work->outputs, keep);

	keep[n++] = work->host;
	keep[n++] = work->from;
	keep[n++] = work->to;
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	(void)descriptors_close_others(keep, n);
}

static _Noreturn void run(const struct broker_work *work)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	(void)setsid();
	for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
		sigaction(ignored[i], &ignore, NULL);
	crash_stop();
	close_others(work);
	broker_serve(work);
	_exit(0);
}

/* ---- Here ---- */

/* Send what fits into a pipe at once; false where nobody reads: whoever ended the broker has not
 * also to end this process by SIGPIPE. */
static bool say(const struct broker *broker, const void *bytes, size_t n)
{
	struct pollfd gone = { .fd = broker->to };

	return broker->to >= 0 && poll(&gone, 1, 0) == 0 && write_all(broker->to, bytes, n);
}

static int ask(void *ctx, enum outputs_request request, unsigned number)
{
	const struct broker *broker = (const struct broker *)ctx;
	const uint8_t message[2] = { (uint8_t)request, (uint8_t)number };
	int32_t answer;

	if (!say(broker, message, sizeof message) ||
		read_all(broker->from, &answer, sizeof answer) != sizeof answer)
		return -EIO;
	return answer;
}

void broker_stop(struct broker *broker)
{
	const uint8_t message[2] = { END, 0 };
	struct pollfd end = { .fd = broker->from, .events = POLLIN };
	ssize_t n = 1;
	char byte;

	if (broker->to < 0)
		return;
	(void)say(broker, message, sizeof message);
	close(broker->to);
	broker->to = -1;
	while (n > 0 && poll(&end, 1, END_MS) > 0)
		n = read(broker->from, &byte, 1);
	/* It has closed its end: all that is left of it is to be waited for. */
	if (n == 0)
		(void)waitpid(broker->process, NULL, __WALL);
	close(broker->from);
	broker->from = -1;
}

static void hang_up(void *ctx)
{
	broker_stop((struct broker *)ctx);
}

void broker_report(void *broker, const struct crash_event *event)
{
	const struct broker *to = (const struct broker *)broker;
	const uint8_t message[2] = { CRASH, 0 };
	uint8_t said[sizeof message + sizeof *event];
	struct pollfd done = { .fd = to->from, .events = POLLIN };
	int32_t answer;

	memcpy(said, message, sizeof message);
	memcpy(said + sizeof message, event, sizeof *event);
	if (say(to, said, sizeof said) && poll(&done, 1, CRASH_MS) > 0)
		(void)read_all(to->from, &answer, sizeof answer);
}

int broker_start(
	struct outputs *outputs, const struct crash_report *report, struct broker *ret_broker)
{
	int request[2], answer[2];

	if (pipe2(request, O_CLOEXEC) < 0)
		return -errno;
	if (pipe2(answer, O_CLOEXEC) < 0) {
		int r = -errno;
		close(request[0]);
		close(request[1]);
		return r;
	}
	pid_t self = getpid();
	int host = (int)syscall(SYS_pidfd_open, self, 0); /* before Linux 5.3 there is none */
	/* As fork(), but with no signal at its end, so that no wait() of a plugin meets it. */
	long child = syscall(SYS_clone, 0, NULL, NULL, NULL, 0);
	int r = child < 0 ? -errno : 0;
	if (child == 0)
		run(&(struct broker_work){ outputs, report, self, host, request[0], answer[1] });
	/* Where Yama asks for it; EINVAL elsewhere. */
	if (r == 0)
		(void)prctl(PR_SET_PTRACER, child, 0, 0, 0);
	if (host >= 0)
		close(host);
	close(request[0]);
	close(answer[1]);
	if (r < 0) {
		close(request[1]);
		close(answer[0]);
		return r;
	}
	*ret_broker = (struct broker){
		.to = request[1], .from = answer[0], .process = (pid_t)child
	};
	outputs_delegate(outputs,
		&(struct outputs_delegate){ .ask = ask, .hang_up = hang_up, .ctx = ret_broker });
	return 0;
}
