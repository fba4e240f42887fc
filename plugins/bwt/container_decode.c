/* container_decode - from a container back, and what it holds.
 *
 * Each head tells how much memory its blocks may take. Where that allows another number of blocks
 * at a time, those in work are finished, their memory is given back, and a new pipeline goes on: so
 * containers of small blocks with one of large blocks behind them take no more than what there is.
 *
 * SPDX-License-Identifier: MIT */
#include "container.h"

#include <errno.h>

#include "block.h"
#include "container_parts.h"
#include "pages.h"
#include "pipeline.h"

enum { PIECE = 1 << 14 };

static int fault(struct container *c, uint64_t block, const char *text)
{
	c->result->fault = (struct container_fault){ .block = block, .text = text };
	return -EBADMSG;
}

static int get(struct container *c, void *bytes, size_t n, uint64_t block, const char *missing)
{
	ssize_t got = parts_read(c->io, bytes, n);

	if (got < 0)
		return (int)got;
	c->result->encoded += (uint64_t)got;
	return (size_t)got == n ? 0 : fault(c, block, missing);
}

/* Returns 1, 0 at the end of the input, or -errno. */
static int read_head(struct container *c)
{
	uint8_t head[FORMAT_HEAD];
	ssize_t got = parts_read(c->io, head, sizeof head);

	if (got < 0)
		return (int)got;
	if (got == 0 && c->had_one) {
		c->has_ended = true;
		return 0;
	}
	c->result->encoded += (uint64_t)got;
	const char *wrong = (size_t)got < sizeof head ? "it is too short for a container"
						      : format_get_head(head, &c->block_size);
	if (wrong != NULL)
		return fault(c, 0, c->had_one ? "what follows the trailer is no container" : wrong);
	parts_begin_sums(c);
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

/* Returns how many bytes there were, up to n, or -errno. */
static int64_t pass_over(struct container *c, uint64_t n)
{
	uint8_t piece[PIECE];
	uint64_t passed = 0;

	if (c->io->skip != NULL)
		return c->io->skip(c->io->ctx, n);
	while (passed < n) {
		ssize_t got = c->io->read(
			c->io->ctx, piece, n - passed < PIECE ? (size_t)(n - passed) : PIECE);
		if (got < 0)
			return got;
		if (got == 0)
			break;
		passed += (uint64_t)got;
	}
	return (int64_t)passed;
}

/* The head and the rows of a block, behind its tag. */
static int read_block_head(struct container *c, struct slot *slot, uint8_t *bytes)
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
	if (slot->block.size <= c->spec->max_block)
		return 0;
	c->result->fault = (struct container_fault){ .block = block, .size = slot->block.size };
	return -EMSGSIZE;
}

/* Returns 1 or -errno. */
static int read_contents(struct container *c, struct slot *slot, uint8_t *bytes)
{
	int r = read_block_head(c, slot, bytes);
	if (r < 0)
		return r;
	uint32_t size = slot->block.size;
	int64_t got = c->is_list ? pass_over(c, size) : parts_read_block(c->io, slot, size);
	if (got < 0)
		return (int)got;
	c->result->encoded += (uint64_t)got;
	if (got < size)
		return fault(c, c->read_blocks + 1, "it is cut off");
	slot->number = c->read_blocks++;
	parts_add_block(c, &slot->block);
	c->result->original += size;
	c->result->blocks++;
	return 1;
}

/* The largest block that the container may have. */
static uint32_t largest_block(const struct container *c)
{
	return c->block_size < c->spec->max_block ? c->block_size : c->spec->max_block;
}

static int fill(void *ctx, size_t at)
{
	struct container *c = ctx;
	uint8_t bytes[FORMAT_BLOCK + 4 * BLOCK_CHAINS];

	for (;;) {
		int r = c->is_inside ? 1 : read_head(c);
		if (r <= 0)
			return r;
		/* So this pipeline ends, and the next one begins where it stands. */
		if (parts_fit_jobs(c->spec, largest_block(c)) != c->jobs)
			return 0;
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

static int undo(struct container *c, struct slot *slot, struct crew *crew)
{
	size_t n = slot->block.size;

	if (parts_is_stopped(c))
		return -ECANCELED;
	slot->work = pages_grow(slot->work, &slot->work_capacity, (n + 1) * sizeof *slot->work, 0);
	slot->result = pages_grow(slot->result, &slot->result_capacity, n, 0);
	if (slot->work == NULL || slot->result == NULL)
		return -ENOMEM;
	int r = block_inverse(slot->bytes, n, slot->block.rows, slot->work, slot->result,
		(struct block_circle){ c->spec->stop, crew });
	if (r == 0 && format_checksum(slot->result, n) != slot->block.checksum)
		r = -EBADMSG;
	/* Rows that are none. */
	return r == -EINVAL ? -EBADMSG : r;
}

static void work(void *ctx, size_t at, struct crew *crew)
{
	struct container *c = ctx;
	struct slot *slot = &c->slots[at];

	slot->r = c->is_list ? 0 : undo(c, slot, crew);
}

static int drain(void *ctx, size_t at)
{
	struct container *c = ctx;
	struct slot *slot = &c->slots[at];

	if (slot->r == -EBADMSG)
		return fault(c, slot->number + 1, "the checksum of its bytes is wrong");
	int r = slot->r;
	if (r == 0 && c->io->write != NULL)
		r = c->io->write(c->io->ctx, slot->result, slot->block.size);
	return r == 0 ? parts_tell(c, slot) : r;
}

static int read_all(struct container *c)
{
	struct pipeline pipeline = { 1, 1, c, fill, work, drain };

	int r = parts_acquire(c);
	/* The first head is read before: it tells what memory a block takes. */
	if (r == 0)
		r = read_head(c);
	while (r >= 0 && !c->has_ended) {
		parts_empty_slots(c);
		c->jobs = pipeline.slots = parts_fit_jobs(c->spec, largest_block(c));
		/* Those without a block of their own share others'. */
		pipeline.threads = c->spec->space > 0 ? c->jobs : c->spec->jobs;
		if (c->jobs > c->result->jobs)
			c->result->jobs = c->jobs;
		r = pipeline_run(&pipeline);
	}
	parts_release(c);
	return r;
}

int container_decode(const struct container_io *io, const struct container_spec *spec,
	struct container_result *ret)
{
	struct container c = { .io = io, .spec = spec, .result = ret };

	return read_all(&c);
}

int container_list(const struct container_io *io, struct container_result *ret)
{
	static const struct container_spec spec = { .max_block = BLOCK_MAX, .jobs = 1 };
	struct container c = { .io = io, .spec = &spec, .result = ret, .is_list = true };

	return read_all(&c);
}
