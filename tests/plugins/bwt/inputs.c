/* SPDX-License-Identifier: MIT */
#include "inputs.h"

#include <string.h>

/* SplitMix64 (G. Steele, D. Lea, C. Flood 2014). */
static uint64_t next(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15U);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

static void fill_random(uint8_t *ret, size_t n, uint64_t alphabet, uint64_t *state)
{
	uint8_t base = (uint8_t)next(state);

	for (size_t i = 0; i < n; i++)
		ret[i] = (uint8_t)(base + next(state) % alphabet);
}

/* abaababa...: the most repetitive string without a period. */
static void fill_fibonacci(uint8_t *ret, size_t n)
{
	size_t have = 2, before = 1;

	memcpy(ret, "ab", n < 2 ? n : 2);
	while (have < n) {
		size_t step = before < n - have ? before : n - have;
		memcpy(ret + have, ret, step);
		before = have;
		have += step;
	}
}

static void fill_periodic(uint8_t *ret, size_t n, uint64_t *state)
{
	size_t period = 1 + next(state) % (n < 40 ? n : n / 7);

	fill_random(ret, period, 1 + next(state) % 4, state);
	for (size_t i = period; i < n; i++)
		ret[i] = ret[i - period];
}

/* Every second byte is smaller than its neighbours: as many LMS suffixes as there can be. */
static void fill_zigzag(uint8_t *ret, size_t n, uint64_t *state)
{
	uint64_t alphabet = 1 + next(state) % 100;

	for (size_t i = 0; i < n; i++)
		ret[i] = (uint8_t)((i % 2 == 0 ? 0 : 120) + next(state) % alphabet);
}

/* Random bytes, of which a piece, or all, is there twice. */
static void fill_twice(uint8_t *ret, size_t n, uint64_t *state)
{
	size_t piece = n / (2 + next(state) % 16);

	fill_random(ret, n, 256, state);
	memcpy(ret + n - piece, ret, piece);
}

size_t inputs_make(uint8_t *ret, size_t size, uint64_t seed)
{
	static const uint16_t alphabets[] = { 1, 2, 2, 3, 4, 26, 256 };
	uint64_t state = seed;
	size_t n = next(&state) % (size + 1);

	if (seed % 3 == 0)
		n %= 24;
	if (n == 0)
		return 0;
	switch (next(&state) % 10) {
	case 0:
		fill_fibonacci(ret, n);
		break;
	case 1:
	case 2:
		fill_periodic(ret, n, &state);
		break;
	case 3:
		fill_periodic(ret, n, &state);
		ret[next(&state) % n]++;
		break;
	case 4:
		for (size_t i = 0; i < n; i++)
			ret[i] = (uint8_t)(seed % 2 ? i / 3 : 255 - i / 5);
		break;
	case 5:
		fill_zigzag(ret, n, &state);
		break;
	case 6:
		fill_zigzag(ret, n, &state);
		memcpy(ret + n / 2, ret, n / 4);
		break;
	case 7:
		fill_twice(ret, n, &state);
		break;
	default:
		fill_random(ret, n, alphabets[next(&state) % 7], &state);
	}
	return n;
}
