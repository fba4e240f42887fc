/* Blocks of lines by byte shuffles.
 *
 * The last places of an arrangement run through the same patterns whatever stands before them. So a
 * block of lines is one table, made once: for each byte of the block, which byte of the source it
 * is. The source holds the items in front, those that are left, the separator and the delimiter,
 * and fits into one register or two; making a block is a shuffle and a store for each 32 bytes.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PERMS_SHUFFLE_H
#define PERMS_SHUFFLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SHUFFLE_SOURCE = 32, /* bytes of a source */
	SHUFFLE_CHUNK = 32,  /* bytes made at once: so many too many are written at most */
};

enum shuffle_path {
	SHUFFLE_NONE, /* this machine has no byte shuffle: blocks are made by halves.h */
	SHUFFLE_SSSE3,
	SHUFFLE_AVX2,
};

/* The best that this machine has. */
enum shuffle_path shuffle_best(void);

struct shuffle {
	enum shuffle_path path;
	bool is_wide; /* two registers of 16 bytes of source */
	size_t chunks;
	unsigned char *pattern; /* 32 bytes a chunk; 64 where it is wide: the second register's */
};

/* path     not SHUFFLE_NONE
 * from     for each of n bytes, its place in the source
 * sources  bytes of the source: at most SHUFFLE_SOURCE
 *
 * Returns 0 or -ENOMEM. */
int shuffle_create(enum shuffle_path path, const unsigned char *from, size_t n, size_t sources,
	struct shuffle *ret_shuffle);
void shuffle_release(struct shuffle *shuffle);

/* How large the table is. */
size_t shuffle_bytes(const struct shuffle *shuffle);

/* Write the n bytes, and up to SHUFFLE_CHUNK - 1 more. */
void shuffle_run(const struct shuffle *shuffle, const unsigned char source[SHUFFLE_SOURCE],
	unsigned char *ret_bytes);

#endif
