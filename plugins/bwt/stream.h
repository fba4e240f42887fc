/* An input of encode, decode, test and list: the file, the progress of the work on it, what stops
 * the work, and the messages.
 * SPDX-License-Identifier: MIT */
#ifndef BWT_STREAM_H
#define BWT_STREAM_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <plugh/sdk.h>

#include "container.h"

struct stream {
	const struct plugh_host *host;
	const char *path;
	int fd;
	off_t size;     /* of a regular file; -1: it is none */
	int read_error; /* -errno; 0: none */
	struct plugh_output *output;
	bool has_write_failed; /* closing the output will tell */
	struct plugh_progress progress;
	pthread_t watcher;
	bool is_watched;
	int end_pipe[2];
	atomic_bool stop;       /* the run was cancelled */
	_Atomic(uint64_t) done; /* bytes of the input */
};

/* Open an input ("-" is standard input) and begin to watch: from now on `stop` becomes true when
 * the user cancels the run, and `done` is shown. Returns 0 or -errno, reported. To be closed where
 * it succeeded. */
int stream_open(struct stream *ret, const struct plugh_host *host, const char *path);
void stream_close(struct stream *stream);

/* How the container reads and writes: members of struct container_io, with the stream as ctx. */
ssize_t stream_read(void *ctx, void *bytes, size_t n);
int stream_write(void *ctx, const void *bytes, size_t n);
int64_t stream_skip(void *ctx, uint64_t n);

/* How a run of the container ended. Returns 0, an exit status, or -errno; reported, but for a write
 * that failed. The progress is over. */
int stream_report(struct stream *stream, int r, const struct container_fault *fault);

#endif
