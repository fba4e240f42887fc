/* Blocks of lines by byte shuffles.
 *
 * SPDX-License-Identifier: MIT */
#include "shuffle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { REGISTER = 16, NOWHERE = 0x80 /* pshufb makes a zero of it */ };

#if defined(__x86_64__)

#include <immintrin.h>

__attribute__((target("ssse3"))) static void run_ssse3(
	const struct shuffle *shuffle, const unsigned char *source, unsigned char *ret_bytes)
{
	const __m128i low = _mm_loadu_si128((const __m128i *)(const void *)source);
	const __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(source + REGISTER));
	const __m128i *pattern = (const __m128i *)(const void *)shuffle->pattern;
	__m128i *out = (__m128i *)(void *)ret_bytes;

	for (size_t c = 0; c < shuffle->chunks; c++, out += 2) {
		__m128i left = _mm_shuffle_epi8(low, pattern[0]);
		__m128i right = _mm_shuffle_epi8(low, pattern[1]);
		pattern += 2;
		if (shuffle->is_wide) {
			left = _mm_or_si128(left, _mm_shuffle_epi8(high, pattern[0]));
			right = _mm_or_si128(right, _mm_shuffle_epi8(high, pattern[1]));
			pattern += 2;
		}
		_mm_storeu_si128(out, left);
		_mm_storeu_si128(out + 1, right);
	}
}

__attribute__((target("avx2"))) static void run_avx2(
	const struct shuffle *shuffle, const unsigned char *source, unsigned char *ret_bytes)
{
	const __m256i low = _mm256_broadcastsi128_si256(
		_mm_loadu_si128((const __m128i *)(const void *)source));
	const __m256i high = _mm256_broadcastsi128_si256(
		_mm_loadu_si128((const __m128i *)(const void *)(source + REGISTER)));
	const __m256i *pattern = (const __m256i *)(const void *)shuffle->pattern;
	__m256i *out = (__m256i *)(void *)ret_bytes;

	if (!shuffle->is_wide) {
		for (size_t c = 0; c < shuffle->chunks; c++)
			_mm256_storeu_si256(out + c, _mm256_shuffle_epi8(low, pattern[c]));
		return;
	}
	for (size_t c = 0; c < shuffle->chunks; c++)
		_mm256_storeu_si256(
			out + c, _mm256_or_si256(_mm256_shuffle_epi8(low, pattern[2 * c]),
					 _mm256_shuffle_epi8(high, pattern[2 * c + 1])));
}

enum shuffle_path shuffle_best(void)
{
	return __builtin_cpu_supports("avx2")    ? SHUFFLE_AVX2
	       : __builtin_cpu_supports("ssse3") ? SHUFFLE_SSSE3
						 : SHUFFLE_NONE;
}

void shuffle_run(const struct shuffle *shuffle, const unsigned char source[SHUFFLE_SOURCE],
	unsigned char *ret_bytes)
{
	if (shuffle->path == SHUFFLE_AVX2)
		run_avx2(shuffle, source, ret_bytes);
	else
		run_ssse3(shuffle, source, ret_bytes);
}

#else

enum shuffle_path shuffle_best(void)
{
	return SHUFFLE_NONE;
}

/* Not called: there is no path. */
void shuffle_run(const struct shuffle *shuffle, const unsigned char source[SHUFFLE_SOURCE],
	unsigned char *ret_bytes)
{
	(void)shuffle, (void)source, (void)ret_bytes;
}

#endif

static size_t step_of(const struct shuffle *shuffle)
{
	return shuffle->is_wide ? 2 * SHUFFLE_CHUNK : SHUFFLE_CHUNK;
}

size_t shuffle_bytes(const struct shuffle *shuffle)
{
	return shuffle->chunks * step_of(shuffle);
}

/* A place is in the first register or in the second. */
static void make_chunk(
	const unsigned char place[SHUFFLE_CHUNK], bool is_wide, unsigned char *ret_pattern)
{
	for (size_t i = 0; i < SHUFFLE_CHUNK; i++)
		ret_pattern[i] = place[i] < REGISTER ? place[i] : NOWHERE;
	if (!is_wide)
		return;
	ret_pattern += SHUFFLE_CHUNK;
	for (size_t i = 0; i < SHUFFLE_CHUNK; i++)
		ret_pattern[i] = place[i] < REGISTER ? NOWHERE : place[i] - REGISTER;
}

int shuffle_create(enum shuffle_path path, const unsigned char *from, size_t n, size_t sources,
	struct shuffle *ret_shuffle)
{
	struct shuffle made = {
		.path = path,
		.is_wide = sources > REGISTER,
		.chunks = (n + SHUFFLE_CHUNK - 1) / SHUFFLE_CHUNK,
	};
	size_t step = step_of(&made);

	made.pattern = (unsigned char *)aligned_alloc(SHUFFLE_CHUNK, made.chunks * step);
	if (made.pattern == NULL)
		return -ENOMEM;
	for (size_t done = 0; done < n; done += SHUFFLE_CHUNK) {
		/* Behind the last byte the first place is as good as any. */
		unsigned char place[SHUFFLE_CHUNK] = { 0 };
		size_t rest = n - done;
		memcpy(place, from + done, rest < SHUFFLE_CHUNK ? rest : SHUFFLE_CHUNK);
		make_chunk(place, made.is_wide, made.pattern + done / SHUFFLE_CHUNK * step);
	}
	*ret_shuffle = made;
	return 0;
}

void shuffle_release(struct shuffle *shuffle)
{
	free(shuffle->pattern);
	*shuffle = (struct shuffle){ 0 };
}
