/* container_encode - from bytes to a container.
 * SPDX-License-Identifier: MIT */
#include "container.h"

#include <errno.h>

#include "block.h"
#include "container_parts.h"
#include "pages.h"
#include "pipeline.h"

static int put(struct container *c, const void *bytes, size_t n)
{
	c->result->encoded += n;
	return c->io->write(c->io->ctx, bytes, n);
}

static int fill(void *ctx, size_t at)
{
	struct container *c = ctx;
	struct slot *slot = &c->slots[at];
	ssize_t n = parts_read_block(c->io, slot, c->block_size);

	if (n <= 0)
		return (int)n;
	slot->block.size = (uint32_t)n;
	slot->number = c->number++;
	return 1;
}

/* Blocks in parallel do better than the parts of one. */
static void work(void *ctx, size_t at, struct crew *crew)
{
	struct container *c = ctx;
	struct slot *slot = &c->slots[at];
	size_t n = slot->block.size;

	(void)crew;
	slot->r = parts_is_stopped(c) ? -ECANCELED : 0;
	if (slot->r < 0)
		return;
	slot->work = pages_grow(slot->work, &slot->work_capacity, n * sizeof *slot->work, 0);
	if (slot->work == NULL) {
		slot->r = -ENOMEM;
		return;
	}
	slot->block.checksum = format_checksum(slot->bytes, n);
	int chains = block_forward(
		slot->bytes, n, (int32_t *)slot->work, c->spec->stop, slot->block.rows);
	slot->r = chains < 0 ? chains : 0;
}

static int drain(void *ctx, size_t at)
{
	struct container *c = ctx;
	struct slot *slot = &c->slots[at];
	uint8_t head[FORMAT_BLOCK + 4 * BLOCK_CHAINS];

	if (slot->r < 0)
		return slot->r;
	size_t head_size = format_put_block(head, &slot->block, slot->number);
	parts_add_block(c, &slot->block);
	c->result->blocks++;
	c->result->original += slot->block.size;
	int r = put(c, head, head_size);
	if (r == 0)
		r = put(c, slot->bytes, slot->block.size);
	return r == 0 ? parts_tell(c, slot) : r;
}

int container_encode(const struct container_io *io, const struct container_spec *spec,
	struct container_result *ret)
{
	struct container c = {
		.io = io, .spec = spec, .result = ret, .block_size = spec->block_size
	};
	uint8_t head[FORMAT_HEAD], trailer[FORMAT_TRAILER];

	int r = parts_acquire(&c);
	if (r == 0 && (c.block_size < 1 || c.block_size > BLOCK_MAX))
		r = -EINVAL;
	if (r < 0)
		goto out;
	ret->jobs = parts_fit_jobs(spec, c.block_size);
	const struct pipeline pipeline = { ret->jobs, ret->jobs, &c, fill, work, drain };
	parts_begin_sums(&c);
	format_put_head(head, c.block_size);
	r = put(&c, head, sizeof head);
	if (r == 0)
		r = pipeline_run(&pipeline);
	if (r == 0) {
		format_put_trailer(trailer, &c.sums);
		r = put(&c, trailer, sizeof trailer);
	}
out:
	parts_release(&c);
	return r;
}
