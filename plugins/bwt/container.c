/* container - what encoding and decoding share.
 *
 * Memory is taken as bytes arrive, not as a head announces them: a short file that claims a large
 * block gets no large memory.
 *
 * SPDX-License-Identifier: MIT */
#include "container.h"

#include <errno.h>
#include <stdlib.h>

#include "container_parts.h"
#include "pages.h"

enum { FIRST_BUFFER = 1 << 16 };

/* A thread's stack is 8 MiB where nobody chose otherwise, and glibc sets 64 MiB of addresses aside
 * for what it allocates. */
static const uint64_t thread_space = 72 << 20;

uint64_t container_memory(uint64_t block_size)
{
	return 6 * block_size;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

size_t parts_fit_jobs(const struct container_spec *spec, uint32_t block_size)
{
	uint64_t one = container_memory(block_size), jobs = spec->jobs;

	if (spec->memory > 0)
		jobs = least(jobs, spec->memory / one);
	if (spec->space > 0)
		jobs = least(jobs, spec->space / (one + thread_space));
	return jobs > 1 ? (size_t)jobs : 1;
}

ssize_t parts_read(const struct container_io *io, void *bytes, size_t n)
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

ssize_t parts_read_block(const struct container_io *io, struct slot *slot, size_t n)
{
	size_t have = 0;

	while (have < n) {
		size_t wanted = have < FIRST_BUFFER ? FIRST_BUFFER : 2 * have;
		slot->bytes = pages_grow(
			slot->bytes, &slot->capacity, wanted < n ? wanted : n, have);
		if (slot->bytes == NULL)
			return -ENOMEM;
		size_t space = (slot->capacity < n ? slot->capacity : n) - have;
		ssize_t got = parts_read(io, slot->bytes + have, space);
		if (got < 0)
			return got;
		have += (size_t)got;
		if ((size_t)got < space)
			break;
	}
	return (ssize_t)have;
}

int parts_acquire(struct container *c)
{
	*c->result = (struct container_result){ 0 };
	if (c->spec->jobs < 1)
		return -EINVAL;
	c->slots = calloc(c->spec->jobs, sizeof *c->slots);
	c->digest = XXH3_createState();
	if (c->slots == NULL || c->digest == NULL)
		return -ENOMEM;
	c->slot_count = c->spec->jobs;
	return 0;
}

void parts_empty_slots(struct container *c)
{
	for (size_t i = 0; i < c->slot_count; i++) {
		free(c->slots[i].bytes);
		free(c->slots[i].work);
		free(c->slots[i].result);
		c->slots[i] = (struct slot){ 0 };
	}
}

void parts_release(struct container *c)
{
	parts_empty_slots(c);
	free(c->slots);
	XXH3_freeState(c->digest);
}

void parts_begin_sums(struct container *c)
{
	XXH3_64bits_reset(c->digest);
	c->sums = (struct format_trailer){ .checksum = XXH3_64bits_digest(c->digest) };
	c->number = 0;
}

void parts_add_block(struct container *c, const struct format_block *block)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(block->checksum >> (8 * i));
	XXH3_64bits_update(c->digest, bytes, sizeof bytes);
	c->sums.original += block->size;
	c->sums.blocks++;
	c->sums.checksum = XXH3_64bits_digest(c->digest);
}

int parts_tell(const struct container *c, const struct slot *slot)
{
	const struct container_block block = {
		.number = slot->number + 1,
		.size = slot->block.size,
		.row = slot->block.rows[0],
		.encoded = format_block_size(slot->block.size),
		.checksum = slot->block.checksum,
	};

	return c->io->done != NULL ? c->io->done(c->io->ctx, &block) : 0;
}

bool parts_is_stopped(const struct container *c)
{
	return c->spec->stop != NULL && atomic_load(c->spec->stop);
}
