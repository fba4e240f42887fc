/* What is done with the bytes of one captured stream.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_PROCESS_CAPTURE_H
#define PLUGH_PROCESS_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>

#include <plugh/process.h>

struct capture_stream {
	const struct plugh_capture_stream *how; /* borrowed */
	struct plugh_captured *captured;        /* borrowed: filled */
	struct plugh_buf line;                  /* the part of a line that has come */
	int cancel_fd;
	bool has_failed; /* nothing is taken any more */
};

void capture_stream_init(struct capture_stream *ret_stream, const struct plugh_capture_stream *how,
	struct plugh_captured *captured, int cancel_fd);

/* Take bytes. Returns 0, -EFBIG over a limit that ends the child, -ENOMEM, or what the sink or the
 * file gave; after an error bytes are counted and dropped. */
int capture_stream_take(struct capture_stream *stream, const char *bytes, size_t n);

/* Hand on a last line without a newline, and free. Returns as above. */
int capture_stream_finish(struct capture_stream *stream);

#endif
