/* A source over bytes in memory that hands out a few at a time.
 *
 * SPDX-License-Identifier: MIT */
#ifndef TEST_MEMORY_SOURCE_H
#define TEST_MEMORY_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "source.h"

struct memory_source {
	struct source source; /* first */
	const char *data;
	size_t size;
	size_t at;
	size_t most;   /* bytes a read */
	size_t kept;   /* read_again has no more than this many; SIZE_MAX: all */
	ssize_t error; /* returned in place of the end, if not 0 */
	size_t reads;
	const void *to; /* where the last read put its bytes */
};

static inline ssize_t memory_read(struct source *source, void *bytes, size_t n)
{
	struct memory_source *memory = (struct memory_source *)source;
	size_t rest = memory->size - memory->at;

	memory->reads++;
	memory->to = bytes;
	if (rest == 0 && memory->error)
		return memory->error;
	n = n < memory->most ? n : memory->most;
	n = n < rest ? n : rest;
	if (n > 0)
		memcpy(bytes, memory->data + memory->at, n);
	memory->at += n;
	return (ssize_t)n;
}

static inline ssize_t memory_read_again(
	struct source *source, uint64_t offset, void *bytes, size_t n)
{
	struct memory_source *memory = (struct memory_source *)source;
	size_t size = memory->kept < memory->size ? memory->kept : memory->size;

	if (offset >= size)
		return 0;
	n = n < memory->most ? n : memory->most;
	n = n < size - offset ? n : (size_t)(size - offset);
	memcpy(bytes, memory->data + offset, n);
	return (ssize_t)n;
}

static inline void memory_source_init(
	struct memory_source *memory, const void *data, size_t size, size_t most, bool is_seekable)
{
	*memory = (struct memory_source){
		.source = { .read = memory_read,
			.read_again = is_seekable ? memory_read_again : NULL },
		.data = data,
		.size = size,
		.most = most,
		.kept = SIZE_MAX,
	};
}

#endif
