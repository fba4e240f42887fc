/* Different numbers drawn at random.
 *
 * SPDX-License-Identifier: MIT */
#include "draw.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_BITS = 64 };

void draw_seed(struct draw_generator *ret_generator, uint64_t seed)
{
	/* SplitMix64: Steele, Lea, Flood 2014. */
	for (size_t i = 0; i < 4; i++) {
		uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
		z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
		ret_generator->state[i] = z ^ z >> 31;
	}
}

static uint64_t rotate(uint64_t x, unsigned bits)
{
	return x << bits | x >> (WORD_BITS - bits);
}

uint64_t draw_next(struct draw_generator *generator)
{
	uint64_t *s = generator->state;
	uint64_t result = rotate(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

void draw_below(struct draw_generator *generator, const mpz_t bound, mpz_t ret_number)
{
	mpz_t most;

	/* Words of random bits, cut to the length of the largest number; over it, again. */
	mpz_init(most);
	mpz_sub_ui(most, bound, 1);
	size_t bits = mpz_sgn(most) == 0 ? 0 : mpz_sizeinbase(most, 2);
	do {
		mpz_set_ui(ret_number, 0);
		for (size_t got = 0; got < bits; got += WORD_BITS) {
			uint64_t word = draw_next(generator);
			mpz_mul_2exp(ret_number, ret_number, WORD_BITS);
			mpz_add_ui(ret_number, ret_number, word);
		}
		mpz_fdiv_r_2exp(ret_number, ret_number, bits);
	} while (mpz_cmp(ret_number, most) > 0);
	mpz_clear(most);
}

/* ---- The numbers that were drawn: an open hash table of places in the list ---- */

struct table {
	size_t *slot; /* a place + 1, 0: free */
	size_t mask;
};

static size_t hash(const uint64_t *number, size_t limbs)
{
	uint64_t h = 0;

	for (size_t i = 0; i < limbs; i++)
		h = (rotate(h, 23) ^ number[i]) * UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)(h ^ h >> 32);
}

/* Append the number unless it is there. */
static bool insert(struct table *table, struct draw *draw, const uint64_t *number)
{
	size_t size = draw->limbs * sizeof *number;
	size_t i = hash(number, draw->limbs) & table->mask;

	for (; table->slot[i] != 0; i = (i + 1) & table->mask)
		if (memcmp(draw->number + (table->slot[i] - 1) * draw->limbs, number, size) == 0)
			return false;
	memcpy(draw->number + draw->count * draw->limbs, number, size);
	table->slot[i] = ++draw->count;
	return true;
}

static void pack(const mpz_t number, uint64_t *ret_word, size_t limbs)
{
	memset(ret_word, 0, limbs * sizeof *ret_word);
	mpz_export(ret_word, NULL, -1, sizeof *ret_word, 0, 0, number);
}

static void shuffle(struct draw_generator *generator, struct draw *draw, uint64_t *spare)
{
	size_t size = draw->limbs * sizeof *spare;
	mpz_t bound, at;

	mpz_inits(bound, at, NULL);
	for (size_t i = draw->count; i > 1; i--) {
		mpz_set_ui(bound, i);
		draw_below(generator, bound, at);
		uint64_t *left = draw->number + (i - 1) * draw->limbs;
		uint64_t *right = draw->number + mpz_get_ui(at) * draw->limbs;
		memcpy(spare, left, size);
		memcpy(left, right, size);
		memcpy(right, spare, size);
	}
	mpz_clears(bound, at, NULL);
}

/* Floyd: for j from bound - count on, take one of 0 to j; if it was taken before, take j. */
static void fill(struct draw_generator *generator, const mpz_t bound, size_t count,
	struct table *table, struct draw *draw, uint64_t *spare)
{
	mpz_t j, number;

	mpz_inits(j, number, NULL);
	mpz_sub_ui(j, bound, count);
	for (size_t i = 0; i < count; i++) {
		mpz_add_ui(j, j, 1);
		draw_below(generator, j, number);
		pack(number, spare, draw->limbs);
		if (insert(table, draw, spare))
			continue;
		mpz_sub_ui(number, j, 1);
		pack(number, spare, draw->limbs);
		(void)insert(table, draw, spare);
	}
	mpz_clears(j, number, NULL);
}

int draw_create(
	struct draw_generator *generator, const mpz_t bound, size_t count, struct draw *ret_draw)
{
	size_t limbs = mpz_sizeinbase(bound, 2) / WORD_BITS + 1;
	struct draw draw = { .limbs = limbs };
	struct table table = { .mask = 15 };

	while (table.mask < count * 2 && table.mask < SIZE_MAX / 4)
		table.mask = table.mask * 2 + 1;
	table.slot = (size_t *)calloc(table.mask + 1, sizeof *table.slot);
	/* One more to move a number through. */
	if (count < SIZE_MAX / limbs - 1)
		draw.number = (uint64_t *)calloc((count + 1) * limbs, sizeof *draw.number);
	if (table.slot == NULL || draw.number == NULL) {
		free(table.slot);
		free(draw.number);
		return -ENOMEM;
	}
	uint64_t *spare = draw.number + count * limbs;
	fill(generator, bound, count, &table, &draw, spare);
	shuffle(generator, &draw, spare);
	free(table.slot);
	*ret_draw = draw;
	return 0;
}

void draw_get(const struct draw *draw, size_t i, mpz_t ret_number)
{
	mpz_import(ret_number, draw->limbs, -1, sizeof *draw->number, 0, 0,
		draw->number + i * draw->limbs);
}

void draw_release(struct draw *draw)
{
	free(draw->number);
	*draw = (struct draw){ 0 };
}
