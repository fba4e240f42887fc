/* Literal search. memmem does the work: glibc's is linear (two-way for long needles) and skips
 * ahead on short ones. Where case is ignored, pieces of the data are folded into a buffer that
 * stays in the cache and memmem looks there; a piece starts small and doubles, so that finding a
 * near match costs little.
 *
 * SPDX-License-Identifier: MIT */
#include "literal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE_FIRST = 256, PIECE_MOST = 64 * 1024 };

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
	return n > 0 ? memmem(data, n, literal->bytes, literal->size) : NULL;
}

void literal_release(struct literal *literal)
{
	free(literal->bytes);
	free(literal->folded);
	*literal = (struct literal){ 0 };
}
