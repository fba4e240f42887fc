/* The parts of a container between the blocks' bytes, plugh-bwt(5).
 * SPDX-License-Identifier: MIT */
#ifndef BWT_FORMAT_H
#define BWT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "block.h"

enum {
	FORMAT_HEAD = 24,
	FORMAT_BLOCK = 32, /* without the rows */
	FORMAT_TRAILER = 40,
	FORMAT_TAG = 4, /* a block or a trailer */
};

struct format_block {
	uint32_t size;
	uint64_t checksum; /* of the original bytes */
	uint32_t rows[BLOCK_CHAINS];
};

struct format_trailer {
	uint64_t original, blocks;
	uint64_t checksum; /* of the blocks' checksums */
};

/* The checksum of everything: XXH3, 64 bits (libxxhash). Since: 0.1 */
uint64_t format_checksum(const void *bytes, size_t n);

/* Rows of a block beside the first; bytes that it takes in all. Since: 0.1 */
size_t format_row_count(uint32_t size);
uint64_t format_block_size(uint32_t size);

/* Write: the sizes are FORMAT_HEAD, FORMAT_BLOCK + 4 * format_row_count(), FORMAT_TRAILER.
 * number: of the block in its container, from 0. Since: 0.1 */
void format_put_head(uint8_t *ret, uint32_t block_size);
size_t format_put_block(uint8_t *ret, const struct format_block *block, uint64_t number);
void format_put_trailer(uint8_t *ret, const struct format_trailer *trailer);

/* Read. Each returns NULL or what is wrong, in words.
 * format_get_size reads the size of a block out of its first FORMAT_BLOCK bytes, so that the rows
 * can be read: nothing is checked yet but that it is from 1 to `block_size`. Since: 0.1 */
const char *format_get_head(const uint8_t *bytes, uint32_t *ret_block_size);
const char *format_get_size(const uint8_t *bytes, uint32_t block_size, uint32_t *ret_size);
const char *format_get_block(const uint8_t *bytes, uint64_t number, struct format_block *ret);
const char *format_get_trailer(const uint8_t *bytes, struct format_trailer *ret);
bool format_is_block(const uint8_t *tag);
bool format_is_trailer(const uint8_t *tag);

#endif
