/* Records of a command's output on their way to standard output, as they come.
 *
 * What is complete is written out at once, so a reader sees each line when it is there; the
 * beginning of the next record waits for its end, unless it becomes long.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_RUN_STREAM_H
#define PLUGH_RUN_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include <plugh/host.h>

#include "records.h"

/* Members are the module's own, but for `error`. */
struct stream {
	const struct plugh_host *host;
	struct records records;
	char *bytes; /* records that are not written yet: the beginning of one, between calls */
	size_t used, room;
	bool is_wide; /* the pipe has been asked for room */
	int error;    /* the first failure of standard output, or -ENOMEM */
};

/* Begin. Returns 0, -EINVAL or -ENOMEM as records_init. */
int stream_init(const struct plugh_host *host, const struct records_spec *spec, char end,
	struct stream *ret_stream);

/* Take n bytes of the output. Returns 0 or the error. */
int stream_take(struct stream *stream, const char *bytes, size_t n);

/* The output has ended: write all that is left. Returns 0 or the error. */
int stream_finish(struct stream *stream);

/* Free; accepts { 0 }. */
void stream_release(struct stream *stream);

#endif
