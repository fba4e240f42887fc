/* container - encode, decode and list.
 *
 * Memory is taken as bytes arrive, not as a head announces them: a short file that claims a large
 * block gets no large memory.
 *
 * SPDX-License-Identifier: MIT */
#include "container.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "block.h"
#include "format.h"
#include "pages.h"
#include "pipeline.h"

enum { FIRST_BUFFER = 1 << 16 };

/* A block in work. */
struct slot {
	uint8_t *bytes; /* the original, then its transform; or the transform */
	size_t capacity; /* bytes, as the next two */
	uint32_t *work;
	size_t work_capacity;
	uint8_t *result; /* the original again */
	size_t result_capacity;
	struct format_block block;
	uint64_t number;
	int r; /* of the work */
};

struct container {
	const struct container_io *io;
	struct container_totals *totals;
	struct container_fault *fault;
	struct slot *slots;
	uint32_t block_size, max_block;
	uint64_t number; /* of the next block in this container */
	uint64_t read_blocks;
	struct format_trailer sums; /* of this container, so far */
	XXH3_state_t *digest;       /* of its blocks' checksums */
	bool is_inside, had_one;
};

uint64_t container_memory(uint64_t block_size)
{
	return 6 * block_size;
}

static int fault(struct container *c, uint64_t block, const char *text)
{
	c->fault->block = block;
	c->fault->text = text;
	return -EBADMSG;
}

/* Read n bytes; fewer at the end of the input. Returns how many, or -errno. */
static ssize_t read_full(const struct container_io *io, void *bytes, size_t n)
{
	size_t have = 0;

	while (have < n) {
		ssize_t got = io->read(io->ctx, (uint8_t *)bytes + have, n - have);
		if (got < 0)
			return got;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

/* As read_full, into a slot that grows with what arrives. */
static ssize_t read_block(const struct container_io *io, struct slot *slot, size_t n)
{
	size_t have = 0;

	while (have < n) {
		size_t wanted = have < FIRST_BUFFER ? FIRST_BUFFER : 2 * have;
		slot->bytes = pages_grow(
			slot->bytes, &slot->capacity, wanted < n ? wanted : n, have);
		if (slot->bytes == NULL)
			return -ENOMEM;
		size_t space = (slot->capacity < n ? slot->capacity : n) - have;
		ssize_t got = read_full(io, slot->bytes + have, space);
		if (got < 0)
			return got;
		have += (size_t)got;
		if ((size_t)got < space)
			break;
	}
	return (ssize_t)have;
}

/* Blocks at a time: as many as wanted and as there is memory for, at least one. */
static size_t fit_jobs(size_t jobs, uint64_t memory, uint32_t block_size)
{
	uint64_t fitting = memory / container_memory(block_size);

	if (memory > 0 && fitting < jobs)
		jobs = fitting > 1 ? (size_t)fitting : 1;
	return jobs;
}

static int acquire(struct container *c, size_t jobs)
{
	c->slots = calloc(jobs, sizeof *c->slots);
	c->digest = XXH3_createState();
	if (c->slots == NULL || c->digest == NULL)
		return -ENOMEM;
	XXH3_64bits_reset(c->digest);
	return 0;
}

static void release(struct container *c, size_t jobs)
{
	for (size_t i = 0; c->slots != NULL && i < jobs; i++) {
		free(c->slots[i].bytes);
		free(c->slots[i].work);
		free(c->slots[i].result);
	}
	free(c->slots);
	XXH3_freeState(c->digest);
}

/* Count a block in, for the trailer. */
static void add_block(struct container *c, const struct format_block *block)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(block->checksum >> (8 * i));
	XXH3_64bits_update(c->digest, bytes, sizeof bytes);
	c->sums.original += block->size;
	c->sums.blocks++;
	c->sums.checksum = XXH3_64bits_digest(c->digest);
}

static void begin_sums(struct container *c)
{
	XXH3_64bits_reset(c->digest);
	c->sums = (struct format_trailer){ .checksum = XXH3_64bits_digest(c->digest) };
	c->number = 0;
}

static void tell(struct container *c, const struct slot *slot)
{
	const struct container_block block = {
		.number = slot->number + 1,
		.size = slot->block.size,
		.row = slot->block.rows[0],
		.checksum = slot->block.checksum,
	};

	if (c->io->done != NULL)
		c->io->done(c->io->ctx, &block);
}

static int put(struct container *c, const void *bytes, size_t n)
{
	c->totals->encoded += n;
	return c->io->write(c->io->ctx, bytes, n);
}

/* ---- Encoding ---- */

static int encode_fill(void *ctx, size_t at)
{
	struct container *c = ctx;
	struct slot *slot = &c->slots[at];
	ssize_t n = read_block(c->io, slot, c->block_size);

	if (n <= 0)
		return (int)n;
	slot->block.size = (uint32_t)n;
	slot->number = c->number++;
	return 1;
}

static void encode_work(void *ctx, size_t at, struct crew *crew)
{
	struct container *c = ctx;
	struct slot *slot = &c->slots[at];
	size_t n = slot->block.size;

	(void)crew; /* blocks in parallel do better than the parts of one */
	slot->block.checksum = format_checksum(slot->bytes, n);
	slot->work = pages_grow(slot->work, &slot->work_capacity, n * sizeof *slot->work, 0);
	if (slot->work == NULL) {
		slot->r = -ENOMEM;
		return;
	}
	int chains = block_forward(slot->bytes, n, (int32_t *)slot->work, NULL, slot->block.rows);
	slot->r = chains < 0 ? chains : 0;
}

static int encode_drain(void *ctx, size_t at)
{
	struct container *c = ctx;
	struct slot *slot = &c->slots[at];
	uint8_t head[FORMAT_BLOCK + 4 * BLOCK_CHAINS];

	if (slot->r < 0)
		return slot->r;
	size_t head_size = format_put_block(head, &slot->block, slot->number);
	add_block(c, &slot->block);
	int r = put(c, head, head_size);
	if (r == 0)
		r = put(c, slot->bytes, slot->block.size);
	tell(c, slot);
	return r;
}

int container_encode(const struct container_io *io, uint32_t block_size, size_t jobs,
	uint64_t memory, struct container_totals *ret_totals, struct container_fault *ret_fault)
{
	struct container c = { io, ret_totals, ret_fault, .block_size = block_size };
	uint8_t head[FORMAT_HEAD], trailer[FORMAT_TRAILER];

	*ret_totals = (struct container_totals){ 0 };
	*ret_fault = (struct container_fault){ 0 };
	if (block_size < 1 || block_size > BLOCK_MAX || jobs < 1)
		return -EINVAL;
	jobs = fit_jobs(jobs, memory, block_size);
	const struct pipeline pipeline = { jobs, jobs, &c, encode_fill, encode_work, encode_drain };
	int r = acquire(&c, jobs);
	if (r < 0)
		goto out;
	begin_sums(&c);
	format_put_head(head, block_size);
	r = put(&c, head, sizeof head);
	if (r == 0)
		r = pipeline_run(&pipeline);
	if (r == 0) {
		format_put_trailer(trailer, &c.sums);
		r = put(&c, trailer, sizeof trailer);
	}
	ret_totals->original = c.sums.original;
	ret_totals->blocks = c.sums.blocks;
out:
	release(&c, jobs);
	return r;
}

/* ---- Reading a container ---- */

static int get(struct container *c, void *bytes, size_t n, uint64_t block, const char *missing)
{
	ssize_t got = read_full(c->io, bytes, n);

	if (got < 0)
		return (int)got;
	c->totals->encoded += (uint64_t)got;
	return (size_t)got == n ? 0 : fault(c, block, missing);
}

/* Returns 1, 0 at the end of the input, or -errno. */
static int read_head(struct container *c)
{
	uint8_t head[FORMAT_HEAD];
	ssize_t got = read_full(c->io, head, sizeof head);

	if (got < 0 || (got == 0 && c->had_one))
		return (int)got;
	c->totals->encoded += (uint64_t)got;
	if ((size_t)got < sizeof head)
		return fault(c, 0,
			c->had_one ? "what follows the trailer is no container"
				   : "it is too short for a container");
	const char *wrong = format_get_head(head, &c->block_size);
	if (wrong != NULL)
		return fault(c, 0, c->had_one ? "what follows the trailer is no container" : wrong);
	begin_sums(c);
	c->is_inside = c->had_one = true;
	return 1;
}

static int read_trailer(struct container *c, uint8_t *bytes)
{
	struct format_trailer trailer;

	int r = get(
		c, bytes + FORMAT_TAG, FORMAT_TRAILER - FORMAT_TAG, 0, "the trailer is cut off");
	if (r < 0)
		return r;
	const char *wrong = format_get_trailer(bytes, &trailer);
	if (wrong != NULL)
		return fault(c, 0, wrong);
	if (trailer.original != c->sums.original || trailer.blocks != c->sums.blocks ||
		trailer.checksum != c->sums.checksum)
		return fault(c, 0, "the trailer is not that of the blocks");
	c->is_inside = false;
	return 0;
}

static int read_contents(struct container *c, struct slot *slot, uint8_t *bytes)
{
	uint64_t block = c->read_blocks + 1;

	int r = get(c, bytes + FORMAT_TAG, FORMAT_BLOCK - FORMAT_TAG, block, "it is cut off");
	if (r < 0)
		return r;
	const char *wrong = format_get_size(bytes, c->block_size, &slot->block.size);
	if (wrong != NULL)
		return fault(c, block, wrong);
	size_t rows = format_row_count(slot->block.size);
	r = get(c, bytes + FORMAT_BLOCK, 4 * rows, block, "it is cut off");
	if (r < 0)
		return r;
	wrong = format_get_block(bytes, c->number++, &slot->block);
	if (wrong != NULL)
		return fault(c, block, wrong);
	if (slot->block.size > c->max_block)
		return fault(c, block, "it is larger than --max-block allows");
	ssize_t got = read_block(c->io, slot, slot->block.size);
	if (got < 0)
		return (int)got;
	c->totals->encoded += (uint64_t)got;
	if ((size_t)got < slot->block.size)
		return fault(c, block, "it is cut off");
	slot->number = c->read_blocks++;
	add_block(c, &slot->block);
	c->totals->original += slot->block.size;
	c->totals->blocks++;
	return 1;
}

static int decode_fill(void *ctx, size_t at)
{
	struct container *c = ctx;
	uint8_t bytes[FORMAT_BLOCK + 4 * BLOCK_CHAINS];

	for (;;) {
		int r = c->is_inside ? 1 : read_head(c);
		if (r <= 0)
			return r;
		r = get(c, bytes, FORMAT_TAG, c->read_blocks + 1, "it, or the trailer, is missing");
		if (r < 0)
			return r;
		if (format_is_block(bytes))
			return read_contents(c, &c->slots[at], bytes);
		if (!format_is_trailer(bytes))
			return fault(c, c->read_blocks + 1,
				"neither a block nor the trailer begins there");
		r = read_trailer(c, bytes);
		if (r < 0)
			return r;
	}
}

static void decode_work(void *ctx, size_t at, struct crew *crew)
{
	struct container *c = ctx;
	struct slot *slot = &c->slots[at];
	size_t n = slot->block.size;

	slot->work = pages_grow(slot->work, &slot->work_capacity, (n + 1) * sizeof *slot->work, 0);
	slot->result = pages_grow(slot->result, &slot->result_capacity, n, 0);
	if (slot->work == NULL || slot->result == NULL) {
		slot->r = -ENOMEM;
		return;
	}
	slot->r = block_inverse(
		slot->bytes, n, slot->block.rows, slot->work, slot->result, crew);
	if (slot->r == -EINVAL ||
		(slot->r == 0 && format_checksum(slot->result, n) != slot->block.checksum))
		slot->r = -EBADMSG;
}

static int decode_drain(void *ctx, size_t at)
{
	struct container *c = ctx;
	struct slot *slot = &c->slots[at];

	if (slot->r == -EBADMSG)
		return fault(c, slot->number + 1, "the checksum of its bytes is wrong");
	if (slot->r < 0)
		return slot->r;
	tell(c, slot);
	return c->io->write == NULL ? 0 : c->io->write(c->io->ctx, slot->result, slot->block.size);
}

static int list_drain(void *ctx, size_t at)
{
	struct container *c = ctx;

	tell(c, &c->slots[at]);
	return 0;
}

static void list_work(void *ctx, size_t at, struct crew *crew)
{
	(void)ctx;
	(void)at;
	(void)crew;
}

/* The first head is read before the pipeline starts: it tells what memory a block takes. */
static int read_all(struct container *c, struct pipeline *pipeline, uint64_t memory)
{
	size_t jobs = pipeline->slots;

	*c->totals = (struct container_totals){ 0 };
	*c->fault = (struct container_fault){ 0 };
	if (jobs < 1)
		return -EINVAL;
	int r = acquire(c, jobs);
	if (r == 0)
		r = read_head(c);
	if (r > 0) {
		uint32_t largest = c->block_size < c->max_block ? c->block_size : c->max_block;
		pipeline->slots = fit_jobs(jobs, memory, largest);
		r = pipeline_run(pipeline);
	}
	release(c, jobs);
	return r;
}

int container_decode(const struct container_io *io, uint32_t max_block, size_t jobs,
	uint64_t memory, struct container_totals *ret_totals, struct container_fault *ret_fault)
{
	struct container c = { io, ret_totals, ret_fault, .max_block = max_block };
	struct pipeline pipeline = { jobs, jobs, &c, decode_fill, decode_work, decode_drain };

	return read_all(&c, &pipeline, memory);
}

int container_list(const struct container_io *io, struct container_totals *ret_totals,
	struct container_fault *ret_fault)
{
	struct container c = { io, ret_totals, ret_fault, .max_block = BLOCK_MAX };
	struct pipeline pipeline = { 1, 1, &c, decode_fill, list_work, list_drain };

	return read_all(&c, &pipeline, 0);
}
