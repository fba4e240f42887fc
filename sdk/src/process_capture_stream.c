/* What is done with the bytes of one captured stream.
 *
 * SPDX-License-Identifier: MIT */
#include "process_capture.h"

#include <errno.h>
#include <string.h>

#include <plugh/fd.h>

static const size_t longest_line = (size_t)64 * 1024 * 1024;

void capture_stream_init(struct capture_stream *ret_stream, const struct plugh_capture_stream *how,
	struct plugh_captured *captured, int cancel_fd)
{
	*ret_stream = (struct capture_stream){
		.how = how, .captured = captured, .cancel_fd = cancel_fd
	};
}

static int give(const struct capture_stream *stream, const char *bytes, size_t n)
{
	return stream->how->sink.write(stream->how->sink.ctx, bytes, n);
}

/* Hand on what was kept with n more bytes. */
static int end_line(struct capture_stream *stream, const char *bytes, size_t n)
{
	if (stream->line.size == 0)
		return give(stream, bytes, n);
	int r = plugh_buf_append(&stream->line, bytes, n);
	if (r == 0)
		r = give(stream, stream->line.data, stream->line.size);
	plugh_buf_clear(&stream->line);
	return r;
}

static size_t longest_of(const struct capture_stream *stream)
{
	return stream->how->longest != 0 ? stream->how->longest : longest_line;
}

/* Keep bytes of a line whose end has not come; parts of full length are handed on. */
static int keep(struct capture_stream *stream, const char *bytes, size_t n)
{
	size_t longest = longest_of(stream);
	int r = 0;

	while (r == 0 && stream->line.size + n > longest) {
		size_t part = longest - stream->line.size;
		r = end_line(stream, bytes, part);
		bytes += part;
		n -= part;
	}
	return r == 0 && n > 0 ? plugh_buf_append(&stream->line, bytes, n) : r;
}

static int take_lines(struct capture_stream *stream, const char *bytes, size_t n)
{
	size_t longest = longest_of(stream);
	const char *end = bytes + n;
	int r = 0;

	while (r == 0 && bytes < end) {
		const char *newline = (const char *)memchr(bytes, '\n', (size_t)(end - bytes));
		size_t length = (size_t)((newline != NULL ? newline : end) - bytes);
		bool is_whole = newline != NULL && stream->line.size == 0 && length <= longest;
		r = is_whole ? give(stream, bytes, length) : keep(stream, bytes, length);
		/* What keep leaves is the line's last part. */
		if (r == 0 && newline != NULL && !is_whole)
			r = end_line(stream, "", 0);
		bytes += length + (newline != NULL);
	}
	return r;
}

static int hand_on(struct capture_stream *stream, const char *bytes, size_t n)
{
	const struct plugh_host host = { .cancel_fd = stream->cancel_fd };

	switch (stream->how->to) {
	case PLUGH_CAPTURE_MEMORY:
		return plugh_buf_append(&stream->captured->data, bytes, n);
	case PLUGH_CAPTURE_CHUNKS:
		return give(stream, bytes, n);
	case PLUGH_CAPTURE_LINES:
		return take_lines(stream, bytes, n);
	case PLUGH_CAPTURE_FILE:
		return plugh_fd_write(&host, stream->how->fd, bytes, n);
	default:
		return 0;
	}
}

int capture_stream_take(struct capture_stream *stream, const char *bytes, size_t n)
{
	uint64_t before = stream->captured->bytes, limit = stream->how->limit;
	uint64_t room = limit == 0 ? n : before < limit ? limit - before : 0;
	size_t taken = stream->has_failed ? 0 : room < n ? (size_t)room : n;

	stream->captured->bytes += n;
	int r = taken > 0 ? hand_on(stream, bytes, taken) : 0;
	if (taken < n)
		stream->captured->is_truncated = true;
	if (r == 0 && room < n && !stream->how->truncates && !stream->has_failed)
		r = -EFBIG;
	stream->has_failed = stream->has_failed || r < 0;
	return r;
}

int capture_stream_finish(struct capture_stream *stream)
{
	int r = 0;

	if (stream->line.size > 0 && !stream->has_failed)
		r = end_line(stream, "", 0);
	plugh_buf_release(&stream->line);
	return r;
}
