/* The container of transformed blocks, plugh-bwt(5): streams in, streams out, blocks in parallel.
 * SPDX-License-Identifier: MIT */
#ifndef BWT_CONTAINER_H
#define BWT_CONTAINER_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct container_block {
	uint64_t number;  /* from 1, in the whole input */
	uint32_t size;    /* bytes of the original */
	uint32_t row;     /* of the original among its sorted suffixes, from 1 */
	uint64_t encoded; /* bytes that it takes in the container */
	uint64_t checksum;
};

/* Where the bytes come from and go to, and what is noticed. All are called on the calling thread.
 */
struct container_io {
	void *ctx;
	/* Up to n bytes; 0 at the end, or -errno. */
	ssize_t (*read)(void *ctx, void *bytes, size_t n);
	/* Pass over up to n bytes, which were not read. Returns how many, fewer at the end, or
	 * -errno; NULL: they are read. */
	int64_t (*skip)(void *ctx, uint64_t n);
	/* Returns 0 or -errno; NULL: the result is not wanted. */
	int (*write)(void *ctx, const void *bytes, size_t n);
	/* A block is done; NULL: not told. Returns 0 or -errno. */
	int (*done)(void *ctx, const struct container_block *block);
};

struct container_spec {
	uint32_t block_size; /* of encode: bytes, 1 to BLOCK_MAX */
	uint32_t max_block;  /* of decode: larger ones are refused before memory is taken */
	size_t jobs;     /* blocks in work at a time, at least 1; fewer where there is no room */
	uint64_t memory; /* bytes that all jobs may take; 0: not known */
	uint64_t space;  /* bytes of address space, likewise, with stacks and arenas */
	const atomic_bool *stop; /* once it is true, the work ends with -ECANCELED; may be NULL */
};

/* What is wrong with the input. */
struct container_fault {
	uint64_t block;   /* 0: not in a block */
	uint32_t size;    /* of a block above max_block; else 0 */
	const char *text; /* in words; NULL: a failure of the system, by its number */
};

struct container_result {
	uint64_t blocks, original, encoded; /* bytes, the last two */
	size_t jobs;                        /* blocks that were in work at a time, at most */
	struct container_fault fault;
};

/* All of these return 0 or -errno: -EBADMSG (the fault says what is wrong with the input),
 * -EMSGSIZE (a block above max_block; the fault tells its size), -ENOMEM, -ECANCELED, -EINVAL (no
 * jobs, no such block size), or what `io` returned. After an error `ret` tells what was done until
 * then. Threads: any, one a call.   Since: 0.1 */

/* Memory of one job for a block of so many bytes. */
uint64_t container_memory(uint64_t block_size);

int container_encode(const struct container_io *io, const struct container_spec *spec,
	struct container_result *ret);

/* With io->write NULL it is a test. No memory is taken for a block that a head announces: it grows
 * with the bytes that arrive. Containers may stand one behind the other. */
int container_decode(const struct container_io *io, const struct container_spec *spec,
	struct container_result *ret);

/* Read all but the blocks' contents: those are passed over, not checked. */
int container_list(const struct container_io *io, struct container_result *ret);

#endif
