/* Containers: there and back, damaged at every byte, cut at every length, one behind the other.
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "container.h"
#include "inputs.h"

enum { ROOM = 1 << 20, MAX_BLOCK = 1 << 20 };

struct memory {
	const uint8_t *in;
	size_t in_size, at;
	size_t piece; /* bytes that a read gives at most */
	uint8_t *out;
	size_t out_size;
	uint64_t told;
	int write_error;
};

static ssize_t memory_read(void *ctx, void *bytes, size_t n)
{
	struct memory *m = ctx;
	size_t left = m->in_size - m->at;

	if (n > left)
		n = left;
	if (n > m->piece)
		n = m->piece;
	memcpy(bytes, m->in + m->at, n);
	m->at += n;
	return (ssize_t)n;
}

static int memory_write(void *ctx, const void *bytes, size_t n)
{
	struct memory *m = ctx;

	if (m->write_error < 0)
		return m->write_error;
	assert_true(n <= ROOM - m->out_size);
	memcpy(m->out + m->out_size, bytes, n);
	m->out_size += n;
	return 0;
}

static void memory_done(void *ctx, const struct container_block *block)
{
	struct memory *m = ctx;

	assert_int_equal(block->number, ++m->told);
}

static struct container_totals totals;
static struct container_fault fault;

static int encode(struct memory *m, const uint8_t *bytes, size_t n, uint32_t block, size_t jobs)
{
	const struct container_io io = { m, memory_read, memory_write, memory_done };

	*m = (struct memory){ bytes, n, 0, 1000, m->out, 0, 0, m->write_error };
	return container_encode(&io, block, jobs, 0, &totals, &fault);
}

static int decode(struct memory *m, const uint8_t *bytes, size_t n, size_t jobs)
{
	const struct container_io io = { m, memory_read, memory_write, memory_done };

	*m = (struct memory){ bytes, n, 0, 777, m->out, 0, 0, m->write_error };
	return container_decode(&io, MAX_BLOCK, jobs, 0, &totals, &fault);
}

static int list(struct memory *m, const uint8_t *bytes, size_t n)
{
	const struct container_io io = { m, memory_read, NULL, memory_done };

	*m = (struct memory){ bytes, n, 0, 777, m->out, 0, 0, 0 };
	return container_list(&io, &totals, &fault);
}

static void test_round_trips(void **state)
{
	(void)state;
	uint8_t *text = malloc(200000);
	struct memory packed = { .out = malloc(ROOM) }, again = { .out = malloc(ROOM) };
	struct memory back = { .out = malloc(ROOM) };

	for (uint64_t seed = 1; seed <= 300; seed++) {
		size_t n = inputs_make(text, seed % 5 == 0 ? 200000 : 3000, seed);
		uint32_t block = seed % 2 == 0 ? 700 : 50000;
		assert_int_equal(encode(&packed, text, n, block, 1 + seed % 4), 0);
		assert_int_equal(totals.original, n);
		assert_int_equal(totals.encoded, packed.out_size);
		assert_int_equal(totals.blocks, (n + block - 1) / block);
		assert_int_equal(encode(&again, text, n, block, 1), 0);
		assert_int_equal(again.out_size, packed.out_size);
		assert_memory_equal(again.out, packed.out, packed.out_size);
		assert_int_equal(decode(&back, packed.out, packed.out_size, 1 + seed % 3), 0);
		assert_int_equal(back.out_size, n);
		assert_memory_equal(back.out, text, n);
		assert_int_equal(list(&back, packed.out, packed.out_size), 0);
		assert_int_equal(totals.original, n);
	}
	free(back.out);
	free(again.out);
	free(packed.out);
	free(text);
}

/* Either an error, which says what is wrong, or the exact original. */
static void expect_detected(
	struct memory *back, const uint8_t *bytes, size_t n, const uint8_t *text, size_t size)
{
	int r = decode(back, bytes, n, 1);

	if (r == 0) {
		assert_int_equal(back->out_size, size);
		assert_memory_equal(back->out, text, size);
	} else {
		assert_int_equal(r, -EBADMSG);
		assert_non_null(fault.text);
	}
	r = list(back, bytes, n);
	assert_true(r == 0 || r == -EBADMSG);
}

static void test_damage_is_detected(void **state)
{
	(void)state;
	static const uint32_t blocks[] = { 100, 1500, 5000 };
	uint8_t text[3200];
	struct memory packed = { .out = malloc(ROOM) }, back = { .out = malloc(ROOM) };

	for (size_t b = 0; b < 3; b++) {
		for (size_t i = 0; i < sizeof text; i++)
			text[i] = (uint8_t)("the quick brown fox "[i % 20] + (i % 7 == 0));
		size_t size = b == 0 ? 250 : sizeof text;
		assert_int_equal(encode(&packed, text, size, blocks[b], 1), 0);
		for (size_t i = 0; i < packed.out_size; i++) {
			for (unsigned bit = 0; bit < 8; bit += b == 0 ? 1 : 5) {
				packed.out[i] ^= (uint8_t)(1U << bit);
				expect_detected(&back, packed.out, packed.out_size, text, size);
				packed.out[i] ^= (uint8_t)(1U << bit);
			}
		}
		for (size_t n = 0; n < packed.out_size; n++)
			assert_int_equal(decode(&back, packed.out, n, 2), -EBADMSG);
		packed.out[packed.out_size] = 'x';
		assert_int_equal(decode(&back, packed.out, packed.out_size + 1, 2), -EBADMSG);
	}
	free(back.out);
	free(packed.out);
}

static void test_one_behind_the_other(void **state)
{
	(void)state;
	struct memory packed = { .out = malloc(ROOM) }, back = { .out = malloc(ROOM) };
	uint8_t both[2000];

	assert_int_equal(encode(&packed, (const uint8_t *)"first, ", 7, 3, 1), 0);
	size_t n = packed.out_size;
	memcpy(both, packed.out, n);
	assert_int_equal(encode(&packed, (const uint8_t *)"second", 6, 50, 1), 0);
	memcpy(both + n, packed.out, packed.out_size);
	n += packed.out_size;
	assert_int_equal(decode(&back, both, n, 3), 0);
	assert_int_equal(back.out_size, 13);
	assert_memory_equal(back.out, "first, second", 13);
	assert_int_equal(totals.blocks, 4);
	free(back.out);
	free(packed.out);
}

/* The blocks before the damage are told as good, and the damage names its block. */
static void test_faults_name_their_block(void **state)
{
	(void)state;
	struct memory packed = { .out = malloc(ROOM) }, back = { .out = malloc(ROOM) };
	enum { ONE = 32 + 10 };

	assert_int_equal(
		encode(&packed, (const uint8_t *)"abcdefghijABCDEFGHIJ0123456789", 30, 10, 2), 0);
	packed.out[24 + ONE + 35] ^= 1;
	assert_int_equal(decode(&back, packed.out, packed.out_size, 3), -EBADMSG);
	assert_int_equal(fault.block, 2);
	packed.out[24 + ONE + 35] ^= 1;
	/* Blocks that change places. */
	uint8_t first[ONE];
	memcpy(first, packed.out + 24, ONE);
	memmove(packed.out + 24, packed.out + 24 + ONE, ONE);
	memcpy(packed.out + 24 + ONE, first, ONE);
	assert_int_equal(decode(&back, packed.out, packed.out_size, 1), -EBADMSG);
	assert_int_equal(fault.block, 1);
	free(back.out);
	free(packed.out);
}

static void test_limits_and_failures(void **state)
{
	(void)state;
	struct memory packed = { .out = malloc(ROOM) }, back = { .out = malloc(ROOM) };
	uint8_t text[5000] = { 0 };

	assert_int_equal(encode(&packed, text, sizeof text, 4096, 1), 0);
	struct memory m = { packed.out, packed.out_size, 0, 4096, back.out, 0, 0, 0 };
	const struct container_io io = { &m, memory_read, memory_write, NULL };
	assert_int_equal(container_decode(&io, 4095, 1, 0, &totals, &fault), -EBADMSG);
	assert_int_equal(fault.block, 1);
	assert_int_equal(m.out_size, 0);
	back.write_error = -ENOSPC;
	assert_int_equal(decode(&back, packed.out, packed.out_size, 2), -ENOSPC);
	assert_int_equal(container_encode(&io, 0, 1, 0, &totals, &fault), -EINVAL);
	free(back.out);
	free(packed.out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_damage_is_detected),
		cmocka_unit_test(test_one_behind_the_other),
		cmocka_unit_test(test_faults_name_their_block),
		cmocka_unit_test(test_limits_and_failures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
