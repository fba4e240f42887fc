/* What encoding and decoding share; for container*.c alone.
 * SPDX-License-Identifier: MIT */
#ifndef BWT_CONTAINER_PARTS_H
#define BWT_CONTAINER_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <xxhash.h>

#include "container.h"
#include "format.h"

/* A block in work. */
struct slot {
	uint8_t *bytes;  /* the original, then its transform; or the transform */
	size_t capacity; /* bytes, as the next two */
	uint32_t *work;
	size_t work_capacity;
	uint8_t *result; /* the original again */
	size_t result_capacity;
	struct format_block block;
	uint64_t number; /* from 0 */
	int r;           /* of the work */
};

struct container {
	const struct container_io *io;
	const struct container_spec *spec;
	struct container_result *result;
	struct slot *slots;
	size_t slot_count;
	uint32_t block_size;        /* by the head */
	uint64_t number;            /* of the next block in this container */
	struct format_trailer sums; /* of this container, so far */
	XXH3_state_t *digest;       /* of its blocks' checksums */

	/* Of reading. */
	bool is_list;
	bool is_inside, had_one; /* between head and trailer; behind a trailer */
	bool has_ended;
	size_t jobs; /* of this pipeline */
	uint64_t read_blocks;
};

/* Memory for spec->jobs slots; also clears the result. Returns 0, -EINVAL or -ENOMEM. To be
 * followed by parts_release in any case. Since: 0.1 */
int parts_acquire(struct container *c);
void parts_release(struct container *c);

/* Give back the memory of the slots, not the slots. Since: 0.1 */
void parts_empty_slots(struct container *c);

/* Blocks of so many bytes at a time: as many as wanted and as there is room for, at least one.
 * Since: 0.1 */
size_t parts_fit_jobs(const struct container_spec *spec, uint32_t block_size);

/* Read n bytes; fewer at the end of the input. Returns how many, or -errno. Since: 0.1 */
ssize_t parts_read(const struct container_io *io, void *bytes, size_t n);

/* The same, into a slot that grows with what arrives. Since: 0.1 */
ssize_t parts_read_block(const struct container_io *io, struct slot *slot, size_t n);

/* The sums that the trailer holds: begin a container; count a block in. Since: 0.1 */
void parts_begin_sums(struct container *c);
void parts_add_block(struct container *c, const struct format_block *block);

/* Tell that a block is done. Returns 0 or -errno. Since: 0.1 */
int parts_tell(const struct container *c, const struct slot *slot);

bool parts_is_stopped(const struct container *c);

#endif
