/* Different numbers drawn at random, for which nothing is listed but themselves.
 *
 * The generator is xoshiro256** seeded by SplitMix64 (Blackman and Vigna, "Scrambled linear
 * pseudorandom number generators", 2021): the same seed gives the same numbers on every machine. It
 * is no source of secrets.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PERMS_DRAW_H
#define PERMS_DRAW_H

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

struct draw_generator {
	uint64_t state[4];
};

void draw_seed(struct draw_generator *ret_generator, uint64_t seed);
uint64_t draw_next(struct draw_generator *generator);

/* A number from 0 to bound - 1, each equally likely. */
void draw_below(struct draw_generator *generator, const mpz_t bound, mpz_t ret_number);

/* Different numbers below a bound, in an order that is random too: each sequence equally likely.
 * Memory: count times the size of the bound, and as much again while it draws. */
struct draw {
	size_t count;
	size_t limbs; /* 64-bit words in a number, least first */
	uint64_t *number;
};

/* count  at most `bound`
 *
 * Returns 0 or -ENOMEM. By Floyd's algorithm (Bentley and Floyd, "A sample of brilliance", 1987)
 * and a shuffle (Durstenfeld 1964). */
int draw_create(
	struct draw_generator *generator, const mpz_t bound, size_t count, struct draw *ret_draw);

void draw_get(const struct draw *draw, size_t i, mpz_t ret_number);
void draw_release(struct draw *draw);

#endif
