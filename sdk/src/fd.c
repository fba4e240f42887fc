/* Reads and writes that end when the user cancels.
 *
 * A signal that arrives between a look at the cancel descriptor and a blocking read would be lost,
 * so both descriptors are waited for together and the call itself is made only when it will not
 * block.
 *
 * SPDX-License-Identifier: MIT */
#include <plugh/fd.h>

#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* Wait until fd is ready. Returns 0, or -ECANCELED when the run is to end first. */
static int wait_ready(const struct plugh_host *host, int fd, short events)
{
	struct pollfd fds[2] = {
		{ .fd = host->cancel_fd, .events = POLLIN },
		{ .fd = fd, .events = events },
	};

	for (;;) {
		int n = poll(fds, 2, -1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (fds[0].revents != 0)
			return -ECANCELED;
		if (fds[1].revents != 0)
			return 0;
	}
}

bool plugh_is_cancelled(const struct plugh_host *host)
{
	struct pollfd one = { .fd = host->cancel_fd, .events = POLLIN };
	return poll(&one, 1, 0) > 0;
}

ssize_t plugh_read(const struct plugh_host *host, int fd, void *bytes, size_t n)
{
	for (;;) {
		int r = wait_ready(host, fd, POLLIN);
		if (r < 0)
			return r;
		ssize_t got = read(fd, bytes, n);
		if (got >= 0)
			return got;
		if (errno != EINTR && errno != EAGAIN)
			return -errno;
	}
}

int plugh_fd_write(const struct plugh_host *host, int fd, const void *bytes, size_t n)
{
	const char *next = (const char *)bytes;

	while (n > 0) {
		int r = wait_ready(host, fd, POLLOUT);
		if (r < 0)
			return r;
		ssize_t put = write(fd, next, n);
		if (put < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		if (put > 0) {
			next += put;
			n -= (size_t)put;
		}
	}
	return 0;
}
