/* Bytes in memory as the input and output of a container.
 * SPDX-License-Identifier: MIT */
#ifndef BWT_TEST_MEMORY_IO_H
#define BWT_TEST_MEMORY_IO_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

enum { MEMORY_IO_ROOM = 1 << 20 }; /* of every `out` */

struct memory_io {
	const uint8_t *in;
	size_t in_size, at;
	size_t piece; /* bytes that a read gives at most */
	uint8_t *out;
	size_t out_size;
	int write_error; /* -errno: what writes return */
};

static inline ssize_t memory_read(void *ctx, void *bytes, size_t n)
{
	struct memory_io *m = ctx;
	size_t left = m->in_size - m->at;

	n = n < left ? n : left;
	n = n < m->piece ? n : m->piece;
	memcpy(bytes, m->in + m->at, n);
	m->at += n;
	return (ssize_t)n;
}

static inline int64_t memory_skip(void *ctx, uint64_t n)
{
	struct memory_io *m = ctx;
	size_t left = m->in_size - m->at;

	n = n < left ? n : left;
	m->at += (size_t)n;
	return (int64_t)n;
}

static inline int memory_write(void *ctx, const void *bytes, size_t n)
{
	struct memory_io *m = ctx;

	if (m->write_error < 0)
		return m->write_error;
	if (n > MEMORY_IO_ROOM - m->out_size)
		return -ENOSPC;
	memcpy(m->out + m->out_size, bytes, n);
	m->out_size += n;
	return 0;
}

#endif
