/* Files, pipes and terminals as sources.
 *
 * SPDX-License-Identifier: MIT */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

static int poll_input(struct pollfd event[2], int timeout_ms)
{
	int n;

	while ((n = poll(event, 2, timeout_ms)) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return n;
}

/* Wait until the descriptor has something, or only look whether the work was cancelled: a regular
 * file never makes anybody wait. */
static int wait_for_input(const struct file_source *file)
{
	struct pollfd event[2] = {
		{ .fd = file->cancel_fd, .events = POLLIN },
		{ .fd = file->is_regular ? -1 : file->fd, .events = POLLIN },
	};

	if (file->is_regular && file->cancel_fd < 0)
		return 0;
	int n = poll_input(event, 0);
	if (n == 0 && !file->is_regular) {
		if (file->idle)
			file->idle(file->idle_ctx);
		n = poll_input(event, -1);
	}
	if (n < 0)
		return n;
	return event[0].revents ? -ECANCELED : 0;
}

static ssize_t read_file(struct source *source, void *bytes, size_t n)
{
	struct file_source *file = (struct file_source *)source;

	for (;;) {
		int r = wait_for_input(file);
		if (r < 0)
			return r;
		ssize_t got = read(file->fd, bytes, n);
		if (got > 0 && file->progress) {
			file->done += (uint64_t)got;
			file->progress(file->progress_ctx, file->done);
		}
		if (got >= 0)
			return got;
		/* EAGAIN: a descriptor that somebody made non-blocking, and another reader was
		 * first. */
		if (errno != EINTR && errno != EAGAIN)
			return -errno;
	}
}

static ssize_t read_file_again(struct source *source, uint64_t offset, void *bytes, size_t n)
{
	struct file_source *file = (struct file_source *)source;

	for (;;) {
		int r = wait_for_input(file);
		if (r < 0)
			return r;
		ssize_t got = pread(file->fd, bytes, n, file->start + (off_t)offset);
		if (got >= 0)
			return got;
		if (errno != EINTR)
			return -errno;
	}
}

int file_source_init(struct file_source *ret_source, int fd, int cancel_fd)
{
	struct file_source made = {
		.source = { .read = read_file },
		.fd = fd,
		.cancel_fd = cancel_fd,
	};
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	made.is_regular = S_ISREG(st.st_mode);
	made.size = made.is_regular ? st.st_size : 0;
	made.start = made.is_regular ? lseek(fd, 0, SEEK_CUR) : -1;
	if (made.start >= 0) {
		made.source.read_again = read_file_again;
		(void)posix_fadvise(fd, made.start, 0, POSIX_FADV_SEQUENTIAL);
	}
	*ret_source = made;
	return 0;
}
