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
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash.h"
#include "descriptors.h"
#include "notify.h"
#include "scratch.h"

enum {
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

	if (read_all(work->from, &event, sizeof event) != sizeof event ||
		work->charge->report == NULL || *is_told)
		return -EINVAL;
	*is_told = true;
	crash_report_make(work->charge->report, work->process, &event);
	return 0;
}

/* Whoever does not take its descriptors is not waited for. */
static int send_descriptor(int to, int fd)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof fd)];
	} control = { .room = { 0 } };
	char byte = 0;
	struct iovec part = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control,
	};

	control.head = (struct cmsghdr){ CMSG_LEN(sizeof fd), SOL_SOCKET, SCM_RIGHTS };
	memcpy(CMSG_DATA(&control.head), &fd, sizeof fd);
	return sendmsg(to, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == 1 ? 0 : -errno;
}

static int open_socket(const struct broker_work *work, unsigned number)
{
	struct endpoint_request request;

	if (read_all(work->from, &request, sizeof request) != sizeof request ||
		work->charge->endpoints == NULL)
		return -EINVAL;
	int fd = endpoints_perform(work->charge->endpoints, number, &request);
	if (fd < 0)
		return fd;
	int r = send_descriptor(work->sockets, fd);
	close(fd);
	return r;
}

static int answer_to(const struct broker_work *work, const uint8_t message[2], bool *is_told)
{
	switch (message[0]) {
	case BROKER_CRASH:
		return take_crash(work, is_told);
	case BROKER_SOCKET:
		return open_socket(work, message[1]);
	case BROKER_NOTIFY:
		return notify_send(work->charge->notify, message[1]);
	default:
		return outputs_perform(work->charge->outputs, message[0], message[1]);
	}
}

void broker_serve(const struct broker_work *work)
{
	uint8_t message[2];
	bool is_told = false;

	while (wait_for_message(work->from, work->host) &&
		read_all(work->from, message, sizeof message) == sizeof message &&
		message[0] != BROKER_END) {
		int32_t answer = answer_to(work, message, &is_told);
		if (!write_all(work->to, &answer, sizeof answer))
			break;
	}
	outputs_discard_open(work->charge->outputs);
	endpoints_remove(work->charge->endpoints);
	if (work->charge->scratch != NULL)
		(void)scratch_remove(work->charge->scratch);
}

static void close_others(const struct broker_work *work)
{
	int keep[OUTPUTS_DESCRIPTORS_MAX + 4];
	size_t n = outputs_list(work->charge->outputs, keep);

	keep[n++] = work->host;
	keep[n++] = work->from;
	keep[n++] = work->to;
	keep[n++] = work->sockets;
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

static int ask_all(const struct broker *broker, const void *message, size_t n)
{
	int32_t answer;

	if (!say(broker, message, n) ||
		read_all(broker->from, &answer, sizeof answer) != sizeof answer)
		return -EIO;
	return answer;
}

static int ask(void *ctx, enum outputs_request request, unsigned number)
{
	const uint8_t message[2] = { (uint8_t)request, (uint8_t)number };

	return ask_all((const struct broker *)ctx, message, sizeof message);
}

/* The descriptor that comes with an answer. */
static int receive_descriptor(int from)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof from)];
	} control = { .room = { 0 } };
	char byte;
	struct iovec part = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control,
	};
	ssize_t n;
	int fd;

	do
		n = recvmsg(from, &message, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	/* The kernel drops it where this process has no number left for it. */
	if (n == 0 || message.msg_controllen < CMSG_LEN(sizeof fd) ||
		control.head.cmsg_type != SCM_RIGHTS)
		return n == 0 ? -EIO : -EMFILE;
	memcpy(&fd, CMSG_DATA(&control.head), sizeof fd);
	return fd;
}

static int ask_for_socket(void *ctx, unsigned number, const struct endpoint_request *request)
{
	const struct broker *broker = (const struct broker *)ctx;
	uint8_t said[2 + sizeof *request] = { BROKER_SOCKET, (uint8_t)number };

	memcpy(said + 2, request, sizeof *request);
	int answer = ask_all(broker, said, sizeof said);
	return answer < 0 ? answer : receive_descriptor(broker->sockets);
}

int broker_notify(const struct broker *broker, unsigned state)
{
	const uint8_t message[2] = { BROKER_NOTIFY, (uint8_t)state };

	return ask_all(broker, message, sizeof message);
}

void broker_stop(struct broker *broker)
{
	const uint8_t message[2] = { BROKER_END, 0 };
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
	if (broker->sockets >= 0)
		close(broker->sockets);
	broker->sockets = -1;
}

static void hang_up(void *ctx)
{
	broker_stop((struct broker *)ctx);
}

void broker_report(void *broker, const struct crash_event *event)
{
	const struct broker *to = (const struct broker *)broker;
	const uint8_t message[2] = { BROKER_CRASH, 0 };
	uint8_t said[sizeof message + sizeof *event];
	struct pollfd done = { .fd = to->from, .events = POLLIN };
	int32_t answer;

	memcpy(said, message, sizeof message);
	memcpy(said + sizeof message, event, sizeof *event);
	if (say(to, said, sizeof said) && poll(&done, 1, CRASH_MS) > 0)
		(void)read_all(to->from, &answer, sizeof answer);
}

/* The descriptors between the two processes: the broker's ends, and ours. */
struct ends {
	struct broker_work theirs;
	struct broker ours;
};

static void close_ends(int a, int b, int c)
{
	if (a >= 0)
		close(a);
	if (b >= 0)
		close(b);
	if (c >= 0)
		close(c);
}

static int open_ends(bool has_sockets, struct ends *ret_ends)
{
	int request[2] = { -1, -1 }, answer[2] = { -1, -1 }, sockets[2] = { -1, -1 };

	/* A pair of streams: what it is connected to cannot be changed, so it reaches nobody else.
	 */
	bool is_open = pipe2(request, O_CLOEXEC) == 0 && pipe2(answer, O_CLOEXEC) == 0 &&
		       (!has_sockets ||
			       socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) == 0);
	int r = is_open ? 0 : -errno;
	ret_ends->theirs.from = request[0];
	ret_ends->theirs.to = answer[1];
	ret_ends->theirs.sockets = sockets[1];
	ret_ends->ours = (struct broker){ request[1], answer[0], sockets[0], 0 };
	if (r < 0) {
		close_ends(request[0], answer[1], sockets[1]);
		close_ends(request[1], answer[0], sockets[0]);
	}
	return r;
}

int broker_start(const struct broker_charge *charge, struct broker *ret_broker)
{
	struct ends ends = { .theirs = { .charge = charge, .process = getpid() } };

	int r = open_ends(endpoints_count(charge->endpoints) > 0, &ends);
	if (r < 0)
		return r;
	/* Before Linux 5.3 there is none. */
	ends.theirs.host = (int)syscall(SYS_pidfd_open, ends.theirs.process, 0);
	/* As fork(), but with no signal at its end, so that no wait() of a plugin meets it. */
	long child = syscall(SYS_clone, 0, NULL, NULL, NULL, 0);
	r = child < 0 ? -errno : 0;
	if (child == 0)
		run(&ends.theirs);
	/* Where Yama asks for it; EINVAL elsewhere. */
	if (r == 0)
		(void)prctl(PR_SET_PTRACER, child, 0, 0, 0);
	close_ends(ends.theirs.from, ends.theirs.to, ends.theirs.sockets);
	if (ends.theirs.host >= 0)
		close(ends.theirs.host);
	if (r < 0) {
		close_ends(ends.ours.to, ends.ours.from, ends.ours.sockets);
		return r;
	}
	ends.ours.process = (pid_t)child;
	*ret_broker = ends.ours;
	outputs_delegate(charge->outputs,
		&(struct outputs_delegate){ .ask = ask, .hang_up = hang_up, .ctx = ret_broker });
	if (charge->endpoints != NULL)
		endpoints_delegate(charge->endpoints,
			&(struct endpoints_delegate){ ask_for_socket, ret_broker });
	return 0;
}
