/* The process that has the rights a confined plugin has not.
 *
 * SPDX-License-Identifier: MIT */
#include "broker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "descriptors.h"

enum {
	END = 3,       /* a message beside those of enum outputs_request */
	END_MS = 1000, /* it is waited for so long at most */
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

void broker_serve(struct outputs *outputs, int host, int from, int to)
{
	uint8_t message[2];

	while (wait_for_message(from, host) &&
		read_all(from, message, sizeof message) == sizeof message && message[0] != END) {
		int32_t answer = outputs_perform(outputs, message[0], message[1]);
		if (!write_all(to, &answer, sizeof answer))
			break;
	}
	outputs_discard_open(outputs);
}

static void close_others(const struct outputs *outputs, int host, int from, int to)
{
	int keep[2 * OUTPUTS_MAX + 3];
	size_t n = outputs_list(outputs, keep);

	n += outputs_list_folders(outputs, keep + n);
	keep[n++] = host;
	keep[n++] = from;
	keep[n++] = to;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		close(fd);
	(void)descriptors_close_others(keep, n);
}

static _Noreturn void run(struct outputs *outputs, int host, int from, int to)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	(void)setsid();
	for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
		sigaction(ignored[i], &ignore, NULL);
	close_others(outputs, host, from, to);
	broker_serve(outputs, host, from, to);
	_exit(0);
}

/* ---- Here ---- */

static int ask(void *ctx, enum outputs_request request, unsigned number)
{
	const struct broker *broker = (const struct broker *)ctx;
	struct pollfd gone = { .fd = broker->to };
	const uint8_t message[2] = { (uint8_t)request, (uint8_t)number };
	int32_t answer;

	/* Whoever ended it has not also to end this process by SIGPIPE. */
	if (poll(&gone, 1, 0) != 0 || !write_all(broker->to, message, sizeof message) ||
		read_all(broker->from, &answer, sizeof answer) != sizeof answer)
		return -EIO;
	return answer;
}

void broker_stop(struct broker *broker)
{
	struct pollfd end = { .fd = broker->from, .events = POLLIN };
	char byte;

	if (broker->to < 0)
		return;
	const uint8_t message[2] = { END, 0 };
	struct pollfd gone = { .fd = broker->to };
	if (poll(&gone, 1, 0) == 0)
		(void)write_all(broker->to, message, sizeof message);
	close(broker->to);
	broker->to = -1;
	while (poll(&end, 1, END_MS) > 0 && read(broker->from, &byte, 1) > 0)
		;
	close(broker->from);
	broker->from = -1;
}

static void hang_up(void *ctx)
{
	broker_stop((struct broker *)ctx);
}

int broker_start(struct outputs *outputs, struct broker *ret_broker)
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
	int host = (int)syscall(SYS_pidfd_open, getpid(), 0); /* before Linux 5.3 there is none */
	/* As fork(), but with no signal at its end, so that no wait() of a plugin meets it. */
	long child = syscall(SYS_clone, 0, NULL, NULL, NULL, 0);
	int r = child < 0 ? -errno : 0;
	if (child == 0)
		run(outputs, host, request[0], answer[1]);
	if (host >= 0)
		close(host);
	close(request[0]);
	close(answer[1]);
	if (r < 0) {
		close(request[1]);
		close(answer[0]);
		return r;
	}
	*ret_broker = (struct broker){ .to = request[1], .from = answer[0] };
	outputs_delegate(outputs,
		&(struct outputs_delegate){ .ask = ask, .hang_up = hang_up, .ctx = ret_broker });
	return 0;
}
