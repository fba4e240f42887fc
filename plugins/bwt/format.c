/* format - heads and trailers. All numbers are little-endian; each part ends in its checksum.
 * SPDX-License-Identifier: MIT */
#include "format.h"

#include <endian.h>
#include <string.h>
#include <xxhash.h>

static const uint8_t magic[8] = { 0x89, 'B', 'W', 'T', '\r', '\n', 0x1a, '\n' };
static const uint8_t block_tag[FORMAT_TAG] = { 'B', 'L', 'C', 'K' };
static const uint8_t trailer_tag[FORMAT_TAG] = { 'T', 'A', 'I', 'L' };

enum { VERSION = 1 };

static void put32(uint8_t *ret, uint32_t value)
{
	value = htole32(value);
	memcpy(ret, &value, sizeof value);
}

static void put64(uint8_t *ret, uint64_t value)
{
	value = htole64(value);
	memcpy(ret, &value, sizeof value);
}

static uint32_t get32(const uint8_t *bytes)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof value);
	return le32toh(value);
}

static uint64_t get64(const uint8_t *bytes)
{
	uint64_t value;

	memcpy(&value, bytes, sizeof value);
	return le64toh(value);
}

uint64_t format_checksum(const void *bytes, size_t n)
{
	return XXH3_64bits(bytes, n);
}

size_t format_row_count(uint32_t size)
{
	return (size_t)(size - 1) >> block_chain_shift(size);
}

uint64_t format_block_size(uint32_t size)
{
	return FORMAT_BLOCK + 4 * (uint64_t)format_row_count(size) + size;
}

void format_put_head(uint8_t *ret, uint32_t block_size)
{
	memcpy(ret, magic, sizeof magic);
	put32(ret + 8, VERSION);
	put32(ret + 12, block_size);
	put64(ret + 16, format_checksum(ret, 16));
}

const char *format_get_head(const uint8_t *bytes, uint32_t *ret_block_size)
{
	if (memcmp(bytes, magic, sizeof magic) != 0)
		return "it does not begin as a container does";
	if (format_checksum(bytes, 16) != get64(bytes + 16))
		return "the checksum of the head is wrong";
	if (get32(bytes + 8) != VERSION)
		return "its format is of a version that is not known: a newer plugh made it";
	*ret_block_size = get32(bytes + 12);
	if (*ret_block_size < 1 || *ret_block_size > BLOCK_MAX)
		return "the head allows blocks of no such size";
	return NULL;
}

/* The number is not written: it is part of what the checksum is of, so blocks cannot change places.
 * The rows stand in front of the checksum's place while it is made. */
static uint64_t block_checksum(const uint8_t *bytes, size_t rows, uint64_t number)
{
	uint8_t all[24 + 8 + 4 * BLOCK_CHAINS];

	memcpy(all, bytes, 24);
	put64(all + 24, number);
	memcpy(all + 32, bytes + FORMAT_BLOCK, 4 * rows);
	return format_checksum(all, 32 + 4 * rows);
}

size_t format_put_block(uint8_t *ret, const struct format_block *block, uint64_t number)
{
	size_t rows = format_row_count(block->size);

	memcpy(ret, block_tag, FORMAT_TAG);
	put32(ret + 4, block->size);
	put32(ret + 8, block->rows[0]);
	put32(ret + 12, (uint32_t)rows);
	put64(ret + 16, block->checksum);
	for (size_t i = 0; i < rows; i++)
		put32(ret + FORMAT_BLOCK + 4 * i, block->rows[i + 1]);
	put64(ret + 24, block_checksum(ret, rows, number));
	return FORMAT_BLOCK + 4 * rows;
}

const char *format_get_size(const uint8_t *bytes, uint32_t block_size, uint32_t *ret_size)
{
	*ret_size = get32(bytes + 4);
	if (*ret_size < 1 || *ret_size > block_size)
		return "its size is not one that the head allows";
	if (get32(bytes + 12) != format_row_count(*ret_size))
		return "its number of rows does not go with its size";
	return NULL;
}

const char *format_get_block(const uint8_t *bytes, uint64_t number, struct format_block *ret)
{
	ret->size = get32(bytes + 4);
	size_t rows = format_row_count(ret->size);
	if (block_checksum(bytes, rows, number) != get64(bytes + 24))
		return "the checksum of its head is wrong";
	ret->checksum = get64(bytes + 16);
	ret->rows[0] = get32(bytes + 8);
	for (size_t i = 0; i < rows; i++)
		ret->rows[i + 1] = get32(bytes + FORMAT_BLOCK + 4 * i);
	return NULL;
}

void format_put_trailer(uint8_t *ret, const struct format_trailer *trailer)
{
	memcpy(ret, trailer_tag, FORMAT_TAG);
	put32(ret + 4, 0);
	put64(ret + 8, trailer->original);
	put64(ret + 16, trailer->blocks);
	put64(ret + 24, trailer->checksum);
	put64(ret + 32, format_checksum(ret, 32));
}

const char *format_get_trailer(const uint8_t *bytes, struct format_trailer *ret)
{
	if (format_checksum(bytes, 32) != get64(bytes + 32))
		return "the checksum of the trailer is wrong";
	ret->original = get64(bytes + 8);
	ret->blocks = get64(bytes + 16);
	ret->checksum = get64(bytes + 24);
	return NULL;
}

bool format_is_block(const uint8_t *tag)
{
	return memcmp(tag, block_tag, FORMAT_TAG) == 0;
}

bool format_is_trailer(const uint8_t *tag)
{
	return memcmp(tag, trailer_tag, FORMAT_TAG) == 0;
}
