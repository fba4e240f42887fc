/* stream - an input and what goes on beside it.
 *
 * While blocks are sorted the calling thread may neither read nor write for many seconds. So a
 * thread of its own waits for the user's Ctrl-C and writes the line of progress.
 *
 * SPDX-License-Identifier: MIT */
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PROGRESS_MS = 100 };

static void *watch(void *arg)
{
	struct stream *stream = arg;
	struct pollfd fds[2] = {
		{ .fd = stream->host->cancel_fd, .events = POLLIN },
		{ .fd = stream->end_pipe[0], .events = POLLIN },
	};
	int wait_ms = stream->progress.fd >= 0 ? PROGRESS_MS : -1;

	for (;;) {
		int n = poll(fds, 2, wait_ms);
		if (n < 0 && errno != EINTR)
			return NULL;
		if (n > 0 && fds[1].revents != 0)
			return NULL;
		if (n > 0 && fds[0].revents != 0) {
			atomic_store(&stream->stop, true);
			return NULL;
		}
		plugh_progress_update(&stream->progress, atomic_load(&stream->done));
	}
}

/* Without the thread a cancelled run ends with the block in work, and no progress is shown. */
static void start_watch(struct stream *stream)
{
	if (pipe2(stream->end_pipe, O_CLOEXEC) < 0) {
		stream->end_pipe[0] = stream->end_pipe[1] = -1;
		return;
	}
	stream->is_watched = pthread_create(&stream->watcher, NULL, watch, stream) == 0;
}

static void end_watch(struct stream *stream)
{
	if (stream->end_pipe[1] >= 0)
		close(stream->end_pipe[1]);
	if (stream->is_watched)
		pthread_join(stream->watcher, NULL);
	if (stream->end_pipe[0] >= 0)
		close(stream->end_pipe[0]);
	stream->is_watched = false;
	stream->end_pipe[0] = stream->end_pipe[1] = -1;
	plugh_progress_end(&stream->progress);
}

int stream_open(struct stream *ret, const struct plugh_host *host, const char *path)
{
	bool is_standard = strcmp(path, "-") == 0;
	struct stat st;

	*ret = (struct stream){ .host = host, .path = path, .size = -1, .end_pipe = { -1, -1 } };
	ret->fd = is_standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (ret->fd < 0)
		return plugh_fail(host, -errno, "cannot open '%s'", path);
	if (fstat(ret->fd, &st) == 0 && S_ISREG(st.st_mode))
		ret->size = st.st_size;
	plugh_progress_begin(&ret->progress, host, path, ret->size > 0 ? (uint64_t)ret->size : 0);
	start_watch(ret);
	return 0;
}

void stream_close(struct stream *stream)
{
	end_watch(stream);
	if (stream->fd > STDIN_FILENO)
		close(stream->fd);
}

ssize_t stream_read(void *ctx, void *bytes, size_t n)
{
	struct stream *stream = ctx;

	ssize_t got = plugh_read(stream->host, stream->fd, bytes, n);
	if (got < 0)
		stream->read_error = (int)got;
	return got;
}

int64_t stream_skip(void *ctx, uint64_t n)
{
	struct stream *stream = ctx;

	off_t at = lseek(stream->fd, 0, SEEK_CUR);
	if (at < 0)
		return stream->read_error = -errno;
	uint64_t left = at < stream->size ? (uint64_t)(stream->size - at) : 0;
	n = n < left ? n : left;
	if (lseek(stream->fd, (off_t)n, SEEK_CUR) < 0)
		return stream->read_error = -errno;
	return plugh_is_cancelled(stream->host) ? -ECANCELED : (int64_t)n;
}

int stream_write(void *ctx, const void *bytes, size_t n)
{
	struct stream *stream = ctx;

	int r = plugh_output_write(stream->output, bytes, n);
	stream->has_write_failed = r < 0;
	return r;
}

static int report_fault(const struct stream *stream, int r, const struct container_fault *fault)
{
	const struct plugh_host *host = stream->host;
	char size[24];

	if (r == -EMSGSIZE) {
		plugh_size_format((plugh_size){ fault->size }, size);
		return plugh_fail(host, PLUGH_EXIT_FAILED,
			"block %" PRIu64 " of '%s' is larger than --max-block allows: "
			"--max-block %s takes it",
			fault->block, stream->path, size);
	}
	if (fault->block > 0)
		return plugh_fail(host, PLUGH_EXIT_FAILED,
			"block %" PRIu64 " of '%s' is damaged: %s", fault->block, stream->path,
			fault->text);
	return plugh_fail(
		host, PLUGH_EXIT_FAILED, "'%s' is damaged: %s", stream->path, fault->text);
}

int stream_report(struct stream *stream, int r, const struct container_fault *fault)
{
	const struct plugh_host *host = stream->host;

	end_watch(stream);
	if (r == 0 || stream->has_write_failed)
		return r;
	if (stream->read_error < 0 && r == stream->read_error)
		return plugh_fail(host, r, "cannot read '%s'", stream->path);
	if (r == -EBADMSG || r == -EMSGSIZE)
		return report_fault(stream, r, fault);
	if (r == -ENOMEM)
		return plugh_fail(host, r, "no memory for a block of '%s'", stream->path);
	return plugh_fail(host, r, "cannot work on '%s'", stream->path);
}
