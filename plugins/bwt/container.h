/* The container of transformed blocks, plugh-bwt(5): streams in, streams out, blocks in parallel.
 * SPDX-License-Identifier: MIT */
#ifndef BWT_CONTAINER_H
#define BWT_CONTAINER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct container_block {
	uint64_t number; /* from 1, in the whole input */
	uint32_t size;   /* bytes of the original */
	uint32_t row;
	uint64_t checksum;
};

/* Where the bytes come from and go to, and what is noticed. */
struct container_io {
	void *ctx;
	/* Up to n bytes; 0 at the end, or -errno. */
	ssize_t (*read)(void *ctx, void *bytes, size_t n);
	/* Returns 0 or -errno; NULL: the result is not wanted. */
	int (*write)(void *ctx, const void *bytes, size_t n);
	/* A block is done; NULL: not told. */
	void (*done)(void *ctx, const struct container_block *block);
};

struct container_fault {
	uint64_t block;   /* 0: not in a block */
	const char *text; /* NULL: a failure of the system, by its number */
};

struct container_totals {
	uint64_t blocks, original, encoded; /* bytes, the last two */
};

/* All of these return 0 or -errno; -EBADMSG where `ret_fault` says what is wrong with the input.
 * They call `io` on the calling thread. Threads: any.   Since: 0.1 */

/* Memory of one job for a block of so many bytes. */
uint64_t container_memory(uint64_t block_size);

/* block_size  bytes, 1 to BLOCK_MAX
 * jobs        blocks that are worked on at the same time, at least 1: fewer where `memory` is too
 *             little for them
 * memory      bytes that may be taken; 0: not known */
int container_encode(const struct container_io *io, uint32_t block_size, size_t jobs,
	uint64_t memory, struct container_totals *ret_totals, struct container_fault *ret_fault);

/* max_block  larger blocks are refused, before memory is taken for them
 * With io->write NULL it is a test. */
int container_decode(const struct container_io *io, uint32_t max_block, size_t jobs,
	uint64_t memory, struct container_totals *ret_totals, struct container_fault *ret_fault);

/* Read all but the blocks' contents: those are passed over, not checked. */
int container_list(const struct container_io *io, struct container_totals *ret_totals,
	struct container_fault *ret_fault);

#endif
