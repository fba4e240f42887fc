/* Records on their way to standard output.
 *
 * SPDX-License-Identifier: MIT */
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	HELD_MOST = 64 * 1024,       /* of a record that has no end yet */
	MUCH = 128 * 1024,           /* in one read: the command writes as fast as it can */
	PIPE_CAPACITY = 1024 * 1024, /* what a user without rights may ask for (pipe(7)) */
};

int stream_init(const struct plugh_host *host, const struct records_spec *spec, char end,
	struct stream *ret_stream)
{
	*ret_stream = (struct stream){ .host = host };
	return records_init(spec, end, &ret_stream->records);
}

static int make_room(struct stream *stream, size_t n)
{
	size_t wanted = stream->used + n + records_room(&stream->records);

	if (wanted <= stream->room)
		return 0;
	char *bytes = (char *)realloc(stream->bytes, 2 * wanted);
	if (bytes == NULL)
		return -ENOMEM;
	stream->bytes = bytes;
	stream->room = 2 * wanted;
	return 0;
}

/* Hand on the first n bytes; keep the others. */
static int hand_on(struct stream *stream, size_t n)
{
	const struct plugh_host *host = stream->host;

	int r = host->write(host->ctx, stream->bytes, n);
	stream->used -= n;
	memmove(stream->bytes, stream->bytes + n, stream->used);
	return r;
}

/* A pipe that takes a whole read saves most of the turns between two processes. It is a wish, and
 * what is no pipe refuses it. */
static void widen(struct stream *stream)
{
	if (stream->is_wide)
		return;
	stream->is_wide = true;
	if (fcntl(STDOUT_FILENO, F_GETPIPE_SZ) < PIPE_CAPACITY)
		fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIPE_CAPACITY);
}

int stream_take(struct stream *stream, const char *bytes, size_t n)
{
	const struct plugh_host *host = stream->host;
	size_t ended = 0;

	if (stream->error == 0)
		stream->error = make_room(stream, n);
	if (stream->error != 0)
		return stream->error;
	if (n >= MUCH)
		widen(stream);
	char *out = stream->bytes + stream->used;
	size_t size = records_push(&stream->records, bytes, n, out, &ended);
	if (ended > 0)
		ended += stream->used;
	stream->used += size;
	if (ended > 0) {
		stream->error = hand_on(stream, ended);
		if (stream->error == 0)
			stream->error = host->flush(host->ctx);
	}
	if (stream->used > HELD_MOST && stream->error == 0)
		stream->error = hand_on(stream, stream->used);
	return stream->error;
}

int stream_finish(struct stream *stream)
{
	if (stream->error == 0)
		stream->error = make_room(stream, 0);
	if (stream->error != 0)
		return stream->error;
	stream->used += records_finish(&stream->records, stream->bytes + stream->used);
	stream->error = hand_on(stream, stream->used);
	if (stream->error == 0)
		stream->error = stream->host->flush(stream->host->ctx);
	return stream->error;
}

void stream_release(struct stream *stream)
{
	records_release(&stream->records);
	free(stream->bytes);
	stream->bytes = NULL;
}
