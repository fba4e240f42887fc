/* block - a block there and back.
 *
 * The way back follows links from a suffix to the one two bytes on: half the steps, and each is a
 * read of memory that is in no cache. Chains begin at rows that the block brings along, so that
 * many such reads are under way at the same time. The two bytes that a suffix begins with follow
 * from its row alone: suffixes of the same two bytes are neighbours.
 *
 * SPDX-License-Identifier: MIT */
#include "block.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sort.h"

enum { BYTES = 256, PAIRS = BYTES * BYTES, SLOTS = 1 << 16, TOGETHER = 32, NO_PAIR = PAIRS };

/* Pairs of bytes and the rows of the suffixes that begin with them. */
struct pairs {
	uint32_t end[PAIRS + 1];  /* behind the last row of the pair */
	uint16_t slot[SLOTS + 1]; /* the pair of the first row of the slot */
	unsigned slot_shift;
};

unsigned block_chain_shift(size_t n)
{
	unsigned shift = 10;

	while ((n + ((size_t)1 << shift) - 1) >> shift > BLOCK_CHAINS)
		shift++;
	return shift;
}

int block_forward(uint8_t *bytes, size_t n, int32_t *work, uint32_t *ret_rows)
{
	struct sort_marks marks = { ret_rows, block_chain_shift(n) };
	uint32_t row = 0;

	if (n < 1 || n > BLOCK_MAX)
		return -EINVAL;
	int r = sort_transform(bytes, work, (int32_t)n, &marks, &row);
	return r < 0 ? r : (int)(((n - 1) >> marks.shift) + 1);
}

/* The rows of suffixes that begin with each byte; the first is where it begins. */
static void count_bytes(const uint8_t *last, size_t n, uint32_t *starts)
{
	uint32_t count[BYTES] = { 0 }, sum = 1;

	for (size_t i = 0; i < n; i++)
		count[last[i]]++;
	for (size_t c = 0; c < BYTES; c++) {
		starts[c] = sum;
		sum += count[c];
	}
}

/* The pair in front of the suffix of row i; NO_PAIR: there are no two bytes. To be asked for every
 * row in order, as `cursor` counts along. The transform lacks the row `whole`: behind it, `last` is
 * one behind. */
static inline uint32_t pair_before(
	const uint8_t *last, uint32_t whole, uint32_t *cursor, uint32_t i)
{
	if (i == whole)
		return NO_PAIR;
	uint32_t second = last[i - (i > whole)];
	uint32_t row = cursor[second]++;
	if (row == whole)
		return NO_PAIR;
	return (uint32_t)last[row - (row > whole)] << 8 | second;
}

/* Rows begin with the empty suffix; that of the last byte alone comes first among those that begin
 * with the byte, and has no pair. */
static void place_pairs(struct pairs *pairs, uint32_t *cursor, uint8_t final_byte, size_t n)
{
	uint32_t sum = 1, slot = 0;

	for (pairs->slot_shift = 0; n >> pairs->slot_shift >= SLOTS;)
		pairs->slot_shift++;
	for (uint32_t pair = 0; pair < PAIRS; pair++) {
		if (pair == (uint32_t)final_byte << 8)
			sum++;
		uint32_t count = pairs->end[pair];
		cursor[pair] = sum;
		sum += count;
		pairs->end[pair] = sum;
		for (; slot <= SLOTS && (uint64_t)slot << pairs->slot_shift < sum; slot++)
			pairs->slot[slot] = (uint16_t)pair;
	}
	/* Damaged rows may name one above all pairs. */
	pairs->end[PAIRS - 1] = UINT32_MAX;
	for (; slot <= SLOTS; slot++)
		pairs->slot[slot] = PAIRS - 1;
}

/* next[row]: the row of the suffix two bytes on. */
static int link_rows(
	const uint8_t *last, size_t n, uint32_t whole, struct pairs *pairs, uint32_t *next)
{
	uint32_t starts[BYTES], cursor[BYTES];
	uint32_t *place = calloc(PAIRS, sizeof *place);

	if (place == NULL)
		return -ENOMEM;
	count_bytes(last, n, starts);
	memcpy(cursor, starts, sizeof cursor);
	/* Those without are counted too, where no pair is. */
	for (uint32_t i = 0; i <= n; i++)
		pairs->end[pair_before(last, whole, cursor, i)]++;
	place_pairs(pairs, place, last[0], n);
	/* The rows that no link leads from. */
	next[0] = 0;
	next[starts[last[0]]] = 0;
	memcpy(cursor, starts, sizeof cursor);
	for (uint32_t i = 0; i <= n; i++) {
		uint32_t pair = pair_before(last, whole, cursor, i);
		if (pair != NO_PAIR)
			next[place[pair]++] = i;
	}
	free(place);
	return 0;
}

/* Follow `count` chains for so many steps, each writing at its own place. */
static void follow(const struct pairs *pairs, const uint32_t *next, uint32_t *row, uint8_t **to,
	size_t count, size_t steps)
{
	const unsigned shift = pairs->slot_shift;

	for (size_t s = 0; s < steps; s++) {
		for (size_t i = 0; i < count; i++) {
			uint32_t here = row[i];
			uint32_t pair = pairs->slot[here >> shift];
			while (pairs->end[pair] <= here)
				pair++;
			to[i][2 * s] = (uint8_t)(pair >> 8);
			to[i][2 * s + 1] = (uint8_t)pair;
			row[i] = next[here];
		}
	}
	for (size_t i = 0; i < count; i++)
		to[i] += 2 * steps;
}

static void follow_all(const struct pairs *pairs, const uint32_t *next, const uint32_t *rows,
	size_t n, uint8_t *ret)
{
	size_t length = (size_t)1 << block_chain_shift(n);
	size_t chains = (n + length - 1) / length;

	for (size_t first = 0; first < chains; first += TOGETHER) {
		uint32_t row[TOGETHER];
		uint8_t *to[TOGETHER];
		size_t count = chains - first < TOGETHER ? chains - first : TOGETHER;
		for (size_t i = 0; i < count; i++) {
			row[i] = rows[first + i];
			to[i] = ret + (first + i) * length;
		}
		/* The last chain of all may be shorter; a last byte without a pair is known. */
		size_t final_length = n - (first + count - 1) * length;
		size_t shared = final_length < length ? final_length / 2 : length / 2;
		follow(pairs, next, row, to, count, shared);
		follow(pairs, next, row, to, count - 1, length / 2 - shared);
	}
}

int block_inverse(const uint8_t *last, size_t n, const uint32_t *rows, uint32_t *next, uint8_t *ret)
{
	if (n < 1 || n > BLOCK_MAX || rows[0] < 1)
		return -EINVAL;
	for (size_t i = 0; i <= (n - 1) >> block_chain_shift(n); i++)
		if (rows[i] > n)
			return -EINVAL;
	struct pairs *pairs = calloc(1, sizeof *pairs);
	if (pairs == NULL)
		return -ENOMEM;
	int r = link_rows(last, n, rows[0], pairs, next);
	if (r == 0) {
		follow_all(pairs, next, rows, n, ret);
		ret[n - 1] = last[0];
	}
	free(pairs);
	return r;
}
