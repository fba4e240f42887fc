/* Literal search. With AVX2 the two bytes of the literal that are rarest in texts are compared at
 * 32 places at once, and the whole where both fit ("generic SIMD" of Mula, "SIMD-friendly
 * algorithms for substring searching", 2018); a literal that fits too often by these two is left to
 * memmem, which glibc does in linear time (two-way for long needles). Where case is ignored, pieces
 * of the data are folded into a buffer that stays in the cache and memmem looks there; a piece
 * starts small and doubles, so that finding a near match costs little.
 *
 * SPDX-License-Identifier: MIT */
#include "literal.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum {
	PIECE_FIRST = 256,
	PIECE_MOST = 64 * 1024,
	PATIENCE = 4096, /* bytes compared in vain, above as many as were passed */
};

#define WIDTH ((size_t)32) /* bytes of a register */

#if defined(__x86_64__)

/* Which of 32 bytes are this one. */
__attribute__((target("avx2"))) static inline __m256i compare_one(const char *bytes, __m256i one)
{
	return _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)(const void *)bytes), one);
}

/* The place of those in the mask where all of it stands, or NULL. */
static const char *verify(
	const struct literal *literal, const char *data, uint32_t mask, size_t *in_vain)
{
	for (; mask != 0; mask &= mask - 1) {
		const char *place = data + __builtin_ctz(mask);
		if (memcmp(place, literal->bytes, literal->size) == 0)
			return place;
		*in_vain += literal->size;
	}
	return NULL;
}

/* Pass places four registers at a time, as long as none of them has the rarest byte. */
__attribute__((target("avx2"))) static inline size_t skip(
	const char *first, size_t i, size_t places, __m256i one)
{
	for (; i + 4 * WIDTH <= places; i += 4 * WIDTH) {
		const char *at = first + i;
		__m256i left = _mm256_or_si256(compare_one(at, one), compare_one(at + WIDTH, one));
		__m256i right = _mm256_or_si256(
			compare_one(at + 2 * WIDTH, one), compare_one(at + 3 * WIDTH, one));
		__m256i any = _mm256_or_si256(left, right);
		if (!_mm256_testz_si256(any, any))
			break;
	}
	return i;
}

/* Places from `data` on, at least WIDTH of them. */
__attribute__((target("avx2"))) static const char *find_wide(
	const struct literal *literal, const char *data, size_t places)
{
	const __m256i one = _mm256_set1_epi8(literal->bytes[literal->rare[0]]);
	const __m256i other = _mm256_set1_epi8(literal->bytes[literal->rare[1]]);
	const char *first = data + literal->rare[0], *second = data + literal->rare[1];
	size_t in_vain = 0;

	for (size_t i = 0; i < places;) {
		i = skip(first, i, places, one);
		for (size_t stop = i + 4 * WIDTH; i < stop && i < places; i += WIDTH) {
			/* The last may overlap the one before. */
			size_t at = i + WIDTH <= places ? i : places - WIDTH;
			__m256i pair = _mm256_and_si256(
				compare_one(first + at, one), compare_one(second + at, other));
			const char *hit = verify(
				literal, data + at, (uint32_t)_mm256_movemask_epi8(pair), &in_vain);
			if (hit != NULL)
				return hit;
		}
		if (in_vain > i + PATIENCE && i < places)
			return memmem(data + i, places - i + literal->size - 1, literal->bytes,
				literal->size);
	}
	return NULL;
}

static bool has_wide(void)
{
	return __builtin_cpu_supports("avx2") != 0;
}

#else

static const char *find_wide(const struct literal *literal, const char *data, size_t places)
{
	return memmem(data, places + literal->size - 1, literal->bytes, literal->size);
}

static bool has_wide(void)
{
	return false;
}

#endif

static void fold(char *to, const char *from, size_t n)
{
	/* One expression without a branch, so that the compiler makes it wide. */
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)from[i];
		to[i] = (char)(c | (((unsigned)(c - 'A') < 26u) << 5));
	}
}

static bool has_letter(const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned lower = (unsigned char)bytes[i] | 0x20u;
		if (lower - 'a' < 26u)
			return true;
	}
	return false;
}

/* How often a byte is met in texts and sources, 255 most: blanks, letters by their frequency in
 * English, digits, capitals, marks; what is no ASCII is rare, but a NUL. */
static unsigned commonness(unsigned char byte)
{
	static const char order[] =
		" etaoinsrhldcumfpgwybvkxjqz\n0123456789_.,-;=\"()/\t:ETAOINSRHLDCUMFP"
		"GWYBVKXJQZ'*<>{}[]&#!+|\\%$?@^~`\r";
	const char *at = byte == 0 ? NULL : strchr(order, byte);

	return byte == 0 ? 200 : at == NULL ? 100 : 255 - (unsigned)(at - order);
}

static void choose_rare(struct literal *literal)
{
	size_t *rare = literal->rare;

	rare[0] = 0;
	for (size_t i = 1; i < literal->size; i++)
		if (commonness((unsigned char)literal->bytes[i]) <
			commonness((unsigned char)literal->bytes[rare[0]]))
			rare[0] = i;
	/* The second is another byte where there is one: equal ones tell nothing more. */
	rare[1] = rare[0] == 0;
	for (size_t i = 0; i < literal->size; i++) {
		bool is_other = literal->bytes[i] != literal->bytes[rare[0]];
		bool is_better = literal->bytes[rare[1]] == literal->bytes[rare[0]] ||
				 commonness((unsigned char)literal->bytes[i]) <
					 commonness((unsigned char)literal->bytes[rare[1]]);
		if (is_other && is_better)
			rare[1] = i;
	}
}

int literal_init(struct literal *ret_literal, const char *bytes, size_t size, bool ignore_case)
{
	struct literal made = { .size = size };

	made.ignore_case = ignore_case && has_letter(bytes, size);
	made.bytes = malloc(size + 1);
	if (!made.bytes)
		return -ENOMEM;
	if (made.ignore_case) {
		/* A piece overlaps the next by size - 1 bytes and is to bring at least as many new
		 * ones. */
		made.room = size > PIECE_MOST / 2 ? 2 * size : PIECE_MOST;
		made.folded = malloc(made.room);
		if (!made.folded) {
			free(made.bytes);
			return -ENOMEM;
		}
		fold(made.bytes, bytes, size);
	} else if (size > 0) {
		memcpy(made.bytes, bytes, size);
	}
	/* One byte alone is found by memchr. */
	if (size > 1)
		choose_rare(&made);
	made.is_wide = has_wide();
	*ret_literal = made;
	return 0;
}

static const char *find_folded(struct literal *literal, const char *data, size_t n)
{
	size_t piece = literal->size > PIECE_FIRST / 2 ? 2 * literal->size : PIECE_FIRST;

	for (size_t at = 0; n - at >= literal->size;) {
		size_t have = n - at < piece ? n - at : piece;
		fold(literal->folded, data + at, have);
		const char *hit = memmem(literal->folded, have, literal->bytes, literal->size);
		if (hit)
			return data + at + (hit - literal->folded);
		at += have - literal->size + 1;
		piece = piece * 2 < literal->room ? piece * 2 : literal->room;
	}
	return NULL;
}

const char *literal_find(struct literal *literal, const char *data, size_t n)
{
	if (literal->size == 0)
		return data;
	if (literal->ignore_case)
		return find_folded(literal, data, n);
	if (literal->size == 1)
		return n > 0 ? memchr(data, literal->bytes[0], n) : NULL;
	if (literal->is_wide && n >= literal->size + WIDTH - 1)
		return find_wide(literal, data, n - literal->size + 1);
	return n > 0 ? memmem(data, n, literal->bytes, literal->size) : NULL;
}

void literal_release(struct literal *literal)
{
	free(literal->bytes);
	free(literal->folded);
	*literal = (struct literal){ 0 };
}
