/* bwt's container: whatever is read, decoding and listing neither crash nor take memory that the
 * input does not pay for, and what is called whole is whole.
 *
 * The first byte of the input chooses:
 *   raw      the rest is read as it is
 *   forged   heads, rows and contents by the rest, with the checksums that go with them, so that
 *            what lies behind the checks is met
 *   damaged  the rest is encoded, and then a byte of the container is changed, or its end cut off
 *
 * SPDX-License-Identifier: MIT */
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "block.h"
#include "container.h"
#include "format.h"
#include "memory_io.h"

enum { MODES = 3, HEAD = 4, DATA_MOST = 8000, MAX_BLOCK = 1 << 16 };

/* Live memory beside this file's own, and how much of it there may be: tables of a block in work,
 * and some for each byte that was read. */
enum { MEMORY_FIXED = 8 << 20, MEMORY_A_BYTE = 16 };
static size_t live, most_live;

/* The names are the linker's. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *old);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void __wrap_free(void *old);

static void *count(void *memory)
{
	if (memory != NULL)
		live += malloc_usable_size(memory);
	most_live = live > most_live ? live : most_live;
	return memory;
}

static void uncount(void *memory)
{
	if (memory != NULL)
		live -= malloc_usable_size(memory);
}

void *__wrap_malloc(size_t size)
{
	return count(__real_malloc(size));
}

void *__wrap_calloc(size_t count_, size_t size)
{
	return count(__real_calloc(count_, size));
}

void *__wrap_realloc(void *old, size_t size)
{
	uncount(old);
	return count(__real_realloc(old, size));
}

void __wrap_free(void *old)
{
	uncount(old);
	__real_free(old);
}

static void check(bool is_right, const char *what)
{
	if (is_right)
		return;
	fprintf(stderr, "fuzz_bwt: %s\n", what);
	__builtin_trap();
}

static uint8_t packed[MEMORY_IO_ROOM], out[MEMORY_IO_ROOM];

static int same_is_told(void *ctx, const struct container_block *block)
{
	(void)ctx;
	check(block->size > 0 && block->encoded > block->size, "a block of nothing");
	return 0;
}

/* Decode and list; returns what decoding did, with `out` and the result. */
static int read_both(
	const uint8_t *bytes, size_t n, size_t piece, struct container_result *ret_decoded)
{
	struct memory_io m = { bytes, n, 0, piece, out, 0, 0 };
	const struct container_io io = { &m, memory_read, NULL, memory_write, same_is_told };
	const struct container_io listing = { &m, memory_read, memory_skip, NULL, same_is_told };
	const struct container_spec spec = { .max_block = MAX_BLOCK, .jobs = 1 };
	struct container_result listed;

	most_live = live;
	size_t before = live;
	int r = container_decode(&io, &spec, ret_decoded);
	check(r == 0 || r == -EBADMSG || r == -EMSGSIZE || r == -ENOSPC, "an error that is none");
	check(r != -EBADMSG || ret_decoded->fault.text != NULL, "a fault without words");
	check(r != -EMSGSIZE || ret_decoded->fault.size > MAX_BLOCK,
		"a size that is not too large");
	check(r != 0 || (ret_decoded->original == m.out_size && ret_decoded->encoded == n),
		"the totals are not those of what was written");
	m = (struct memory_io){ bytes, n, 0, piece, NULL, 0, 0 };
	int l = container_list(&listing, &listed);
	check(r != 0 || l == 0, "what was decoded cannot be listed");
	check(r != 0 || (listed.original == ret_decoded->original &&
				listed.blocks == ret_decoded->blocks && listed.encoded == n),
		"the list is of something else");
	check(most_live - before <= MEMORY_FIXED + MEMORY_A_BYTE * n, "too much memory");
	check(live == before, "memory is lost");
	return r;
}

static uint32_t take32(const uint8_t **data, size_t *size)
{
	uint32_t value = 0;
	size_t n = *size < sizeof value ? *size : sizeof value;

	memcpy(&value, *data, n);
	*data += n;
	*size -= n;
	return value;
}

/* A block by the data; where it can be undone, with the checksum of what comes out. */
static size_t forge_block(const uint8_t **data, size_t *size, uint64_t number, uint8_t *ret)
{
	static uint8_t text[DATA_MOST];
	static uint32_t next[DATA_MOST + 1];
	struct format_block block = { 0 };
	uint32_t flags = take32(data, size);
	size_t n = 1 + (flags >> 8) % DATA_MOST;

	n = n < *size ? n : *size;
	if (n == 0)
		return 0;
	block.size = (uint32_t)n;
	for (size_t i = 0; i <= format_row_count(block.size); i++)
		block.rows[i] = flags & 1 ? take32(data, size)
					  : take32(data, size) % (uint32_t)(n + 1);
	n = n < *size ? n : *size;
	if (n == 0)
		return 0;
	block.size = (uint32_t)n;
	if (block_inverse(*data, n, block.rows, next, text, (struct block_circle){ NULL, NULL }) ==
		0)
		block.checksum = format_checksum(text, n);
	if (flags & 2)
		block.size ^= 1U << (flags >> 3) % 32;
	size_t head = format_put_block(ret, &block, number);
	memcpy(ret + head, *data, n);
	*data += n;
	*size -= n;
	return head + n;
}

static void read_forged(const uint8_t *head, const uint8_t *data, size_t size)
{
	struct format_trailer trailer = { .original = head[1], .blocks = head[2] };
	struct container_result decoded;
	uint64_t number = 0;

	format_put_head(packed, 1U << head[3] % 31);
	size_t n = FORMAT_HEAD;
	while (size > 8)
		n += forge_block(&data, &size, number++, packed + n);
	format_put_trailer(packed + n, &trailer);
	n += FORMAT_TRAILER;
	read_both(packed, n, 1 + head[1], &decoded);
}

static size_t encode(const uint8_t *data, size_t size, uint32_t block)
{
	struct memory_io m = { data, size, 0, SIZE_MAX, packed, 0, 0 };
	const struct container_io io = { &m, memory_read, NULL, memory_write, same_is_told };
	const struct container_spec spec = { .block_size = block, .jobs = 1 };
	struct container_result result;

	check(container_encode(&io, &spec, &result) == 0, "it cannot be encoded");
	check(result.encoded == m.out_size && result.original == size, "totals of encoding");
	return m.out_size;
}

static void read_damaged(const uint8_t *head, const uint8_t *data, size_t size)
{
	struct container_result decoded;
	size_t n = encode(data, size, 1 + head[1] * 40U);

	check(read_both(packed, n, SIZE_MAX, &decoded) == 0, "it cannot be decoded");
	check(decoded.original == size && (size == 0 || memcmp(out, data, size) == 0),
		"something else was decoded");
	size_t at = ((size_t)head[2] << 8 | head[3]) % n;
	if (head[2] & 0x80) {
		n = at;
	} else {
		packed[at] ^= (uint8_t)(1 + head[3] % 255);
	}
	check(read_both(packed, n, SIZE_MAX, &decoded) < 0, "damage went through");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct container_result decoded;

	if (size < HEAD || size > DATA_MOST)
		return 0;
	switch (data[0] % MODES) {
	case 0:
		read_both(data + 1, size - 1, SIZE_MAX, &decoded);
		break;
	case 1:
		read_forged(data, data + HEAD, size - HEAD);
		break;
	default:
		read_damaged(data, data + HEAD, size - HEAD);
	}
	return 0;
}
