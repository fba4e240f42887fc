/* block_inverse - a block's way back.
 *
 * It follows links from a suffix to the one two bytes on: half the steps, and each is a read of
 * memory that is in no cache. Chains begin at rows that the block brings along, so that many such
 * reads are under way at the same time. The two bytes that a suffix begins with follow from its row
 * alone: suffixes of the same two bytes are neighbours.
 *
 * All of it is done in parts that know nothing of each other: the links by ranges of the transform,
 * for which what comes before a range is counted first, and the chains as they are.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "block.h"

enum {
	BYTES = 256,
	PAIRS = BYTES * BYTES,
	SLOTS = 1 << 16,
	TOGETHER = 32,         /* chains that are followed at once */
	PAIRS_FROM = 1 << 16,  /* bytes; less is not worth the tables of pairs */
	SHARED_FROM = 1 << 18, /* nor those of several parts */
	SLICE = 1 << 20,       /* rows between two looks whether to stop */
	PARTS = 16
};

/* What one part counts, and then where it goes on: in the rows by their first byte, and by their
 * first two, second byte first. */
struct part {
	size_t from, to; /* of the transform */
	uint32_t byte[BYTES];
	uint32_t pair[BYTES][BYTES];
};

struct inverse {
	const uint8_t *last;
	size_t n;
	const uint32_t *rows;
	uint32_t whole; /* the row that the transform lacks: behind it, `last` is one behind */
	uint32_t *next;
	uint8_t *ret;
	const atomic_bool *stop;
	unsigned slot_shift;
	uint32_t end[PAIRS];  /* behind the last row of the pair, first byte first */
	uint16_t slot[SLOTS]; /* the pair of the first row of the slot */
	size_t parts;
	struct part part[];
};

static bool is_stopped(const struct inverse *inverse)
{
	return inverse->stop != NULL && atomic_load_explicit(inverse->stop, memory_order_relaxed);
}

static void count_bytes(void *arg, size_t index)
{
	struct inverse *inverse = arg;
	struct part *part = &inverse->part[index];

	for (size_t i = part->from; i < part->to; i++)
		part->byte[inverse->last[i]]++;
}

/* From counts to the rows where each part's suffixes of a byte begin. Row 0 is the empty one's. */
static void place_bytes(struct inverse *inverse)
{
	uint32_t sum = 1;

	for (size_t c = 0; c < BYTES; c++) {
		for (size_t i = 0; i < inverse->parts; i++) {
			uint32_t count = inverse->part[i].byte[c];
			inverse->part[i].byte[c] = sum;
			sum += count;
		}
	}
}

/* The row behind a part's suffixes that begin with a byte. */
static uint32_t byte_end(const struct inverse *inverse, size_t index, size_t c)
{
	if (index + 1 < inverse->parts)
		return inverse->part[index + 1].byte[c];
	return c + 1 < BYTES ? inverse->part[0].byte[c + 1] : (uint32_t)inverse->n + 1;
}

/* Suffixes of a byte are neighbours, and so are the bytes in front of them in the transform. */
static void count_pairs(void *arg, size_t index)
{
	struct inverse *inverse = arg;
	struct part *part = &inverse->part[index];

	for (size_t c = 0; c < BYTES; c++) {
		uint32_t from = part->byte[c], to = byte_end(inverse, index, c);
		from -= from > inverse->whole;
		to -= to > inverse->whole;
		for (uint32_t i = from; i < to; i++)
			part->pair[c][inverse->last[i]]++;
	}
}

/* From counts to rows. That of the last byte alone comes first among those that begin with the
 * byte, and has no pair. */
static void place_pairs(struct inverse *inverse)
{
	uint32_t sum = 1, slot = 0;

	while (inverse->n >> inverse->slot_shift >= SLOTS)
		inverse->slot_shift++;
	for (uint32_t pair = 0; pair < PAIRS; pair++) {
		if (pair == (uint32_t)inverse->last[0] << 8)
			inverse->next[sum++] = 0;
		for (size_t i = 0; i < inverse->parts; i++) {
			uint32_t *place = &inverse->part[i].pair[pair & 0xff][pair >> 8];
			uint32_t count = *place;
			*place = sum;
			sum += count;
		}
		inverse->end[pair] = sum;
		for (; slot < SLOTS && (uint64_t)slot << inverse->slot_shift < sum; slot++)
			inverse->slot[slot] = (uint16_t)pair;
	}
	/* Damaged rows may name one above all pairs. */
	inverse->end[PAIRS - 1] = UINT32_MAX;
	for (; slot < SLOTS; slot++)
		inverse->slot[slot] = PAIRS - 1;
}

/* next[row]: the row of the suffix two bytes on. */
static void link_range(const struct inverse *inverse, struct part *part, size_t from, size_t to)
{
	const uint8_t *last = inverse->last;
	uint32_t whole = inverse->whole;

	for (size_t i = from; i < to; i++) {
		uint32_t second = last[i], row = part->byte[second]++;
		if (row == whole)
			continue;
		uint32_t first = last[row - (row > whole)];
		inverse->next[part->pair[second][first]++] = (uint32_t)(i + (i >= whole));
	}
}

static void link_rows(void *arg, size_t index)
{
	struct inverse *inverse = arg;
	struct part *part = &inverse->part[index];

	for (size_t i = part->from; i < part->to && !is_stopped(inverse); i += SLICE)
		link_range(inverse, part, i, part->to - i < SLICE ? part->to : i + SLICE);
}

/* Follow `count` chains for so many steps, each writing at its own place. A chain's next row is
 * asked for long before its turn comes again. */
static void follow(
	const struct inverse *inverse, uint32_t *row, uint8_t **to, size_t count, size_t steps)
{
	const unsigned shift = inverse->slot_shift;
	const uint32_t *next = inverse->next;

	for (size_t s = 0; s < steps; s++) {
		for (size_t i = 0; i < count; i++) {
			uint32_t here = row[i], pair = inverse->slot[here >> shift];
			row[i] = next[here];
			__builtin_prefetch(&next[row[i]]);
			while (inverse->end[pair] <= here)
				pair++;
			to[i][2 * s] = (uint8_t)(pair >> 8);
			to[i][2 * s + 1] = (uint8_t)pair;
		}
	}
	for (size_t i = 0; i < count; i++)
		to[i] += 2 * steps;
}

static void follow_or_stop(
	const struct inverse *inverse, uint32_t *row, uint8_t **to, size_t count, size_t steps)
{
	const size_t slice = SLICE / TOGETHER;

	for (size_t left = steps; left > 0 && !is_stopped(inverse);) {
		size_t now = left < slice ? left : slice;
		follow(inverse, row, to, count, now);
		left -= now;
	}
}

static size_t count_chains(size_t n)
{
	return ((n - 1) >> block_chain_shift(n)) + 1;
}

static void follow_chains(void *arg, size_t index)
{
	const struct inverse *inverse = arg;
	size_t length = (size_t)1 << block_chain_shift(inverse->n);
	size_t chains = count_chains(inverse->n), first = index * TOGETHER;
	size_t count = chains - first < TOGETHER ? chains - first : TOGETHER;
	uint32_t row[TOGETHER];
	uint8_t *to[TOGETHER];

	for (size_t i = 0; i < TOGETHER; i++) {
		size_t chain = first + (i < count ? i : 0);
		row[i] = inverse->rows[chain];
		to[i] = inverse->ret + chain * length;
	}
	/* The last chain of all may be shorter; a last byte without a pair is known. */
	size_t final_length = inverse->n - (first + count - 1) * length;
	size_t shared = final_length < length ? final_length / 2 : length / 2;
	follow_or_stop(inverse, row, to, count, shared);
	follow_or_stop(inverse, row, to, count - 1, length / 2 - shared);
}

static int check_rows(size_t n, const uint32_t *rows)
{
	if (n < 1 || n > BLOCK_MAX || rows[0] < 1)
		return -EINVAL;
	for (size_t i = 0; i < count_chains(n); i++)
		if (rows[i] > n)
			return -EINVAL;
	return 0;
}

/* A block that is in the caches anyway: byte by byte, the byte with the link. */
static void undo_small(
	const uint8_t *last, size_t n, const uint32_t *rows, uint32_t *next, uint8_t *ret)
{
	size_t length = (size_t)1 << block_chain_shift(n);
	uint32_t row[BYTES] = { 0 }, sum = 1;

	for (size_t i = 0; i < n; i++)
		row[last[i]]++;
	for (size_t c = 0; c < BYTES; c++) {
		uint32_t count = row[c];
		row[c] = sum;
		sum += count;
	}
	next[0] = 0;
	for (size_t i = 0; i < n; i++)
		next[row[last[i]]++] = (uint32_t)last[i] << 24 | (uint32_t)(i + (i >= rows[0]));
	for (size_t chain = 0; chain < count_chains(n); chain++) {
		size_t from = chain * length, to = from + length < n ? from + length : n;
		uint32_t here = rows[chain];
		for (size_t i = from; i < to; i++) {
			uint32_t entry = next[here];
			ret[i] = (uint8_t)(entry >> 24);
			here = entry & 0xffffff;
		}
	}
}

int block_inverse(const uint8_t *last, size_t n, const uint32_t *rows, uint32_t *next, uint8_t *ret,
	struct block_circle circle)
{
	struct crew *crew = circle.crew;
	size_t parts = crew == NULL || n < SHARED_FROM ? 1 : crew_threads(crew);

	int r = check_rows(n, rows);
	if (r < 0)
		return r;
	if (n < PAIRS_FROM) {
		undo_small(last, n, rows, next, ret);
		return 0;
	}
	parts = parts < PARTS ? parts : PARTS;
	struct inverse *inverse = calloc(1, sizeof *inverse + parts * sizeof *inverse->part);
	if (inverse == NULL)
		return -ENOMEM;
	inverse->last = last;
	inverse->n = n;
	inverse->rows = rows;
	inverse->whole = rows[0];
	inverse->next = next;
	inverse->ret = ret;
	inverse->stop = circle.stop;
	inverse->parts = parts;
	for (size_t i = 0; i < parts; i++) {
		inverse->part[i].from = n * i / parts;
		inverse->part[i].to = n * (i + 1) / parts;
	}
	crew_share(crew, count_bytes, inverse, parts);
	place_bytes(inverse);
	crew_share(crew, count_pairs, inverse, parts);
	next[0] = 0;
	place_pairs(inverse);
	crew_share(crew, link_rows, inverse, parts);
	crew_share(crew, follow_chains, inverse, (count_chains(n) - 1) / TOGETHER + 1);
	ret[n - 1] = last[0];
	r = is_stopped(inverse) ? -ECANCELED : 0;
	free(inverse);
	return r;
}
