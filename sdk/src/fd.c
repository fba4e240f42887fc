/* Reads and writes that end when the user cancels.
 *
 * A signal that arrives between a look at the cancel descriptor and a blocking read would be lost,
 * so both descriptors are waited for together and the call itself is made only when it will not
 * block.
 *
 * SPDX-License-Identifier: MIT */
#include <plugh/fd.h>

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* Wait until fd is ready. Returns 0, or -ECANCELED when the run is to end first. */
static int wait_ready(const struct plugh_host *host, int fd, short events)
{
	struct pollfd fds[2] = {
		{ .fd = host != NULL ? host->cancel_fd : -1, .events = POLLIN },
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
	struct pollfd one = { .fd = host != NULL ? host->cancel_fd : -1, .events = POLLIN };
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

static bool may_block(int fd)
{
	struct stat st;
	return fstat(fd, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

/* Write what a pipe or socket takes at once. That it is ready means that it takes some bytes: a
 * plain write of more waits until all are taken, and only a signal to this very thread would end
 * that. */
static ssize_t write_some(int fd, const void *bytes, size_t n)
{
	struct iovec piece = { .iov_base = (void *)bytes, .iov_len = n };

	ssize_t put = pwritev2(fd, &piece, 1, -1, RWF_NOWAIT);
	if (put >= 0 || (errno != EOPNOTSUPP && errno != ENOSYS))
		return put;
	/* Linux before 6.4: a pipe that is ready takes so much. */
	return write(fd, bytes, n < PIPE_BUF ? n : PIPE_BUF);
}

int plugh_fd_write(const struct plugh_host *host, int fd, const void *bytes, size_t n)
{
	const char *next = (const char *)bytes;
	bool piecewise = n > 0 && may_block(fd);

	while (n > 0) {
		int r = wait_ready(host, fd, POLLOUT);
		if (r < 0)
			return r;
		ssize_t put = piecewise ? write_some(fd, next, n) : write(fd, next, n);
		if (put < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		if (put > 0) {
			next += put;
			n -= (size_t)put;
		}
	}
	return 0;
}
