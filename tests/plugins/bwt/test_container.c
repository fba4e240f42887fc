/* Containers: there and back, damaged at every byte, cut at every length, one behind the other.
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "block.h"
#include "container.h"
#include "inputs.h"
#include "memory_io.h"

enum { ROOM = MEMORY_IO_ROOM, MAX_BLOCK = 1 << 20 };

/* The first member is what memory_read and its like are given. */
struct memory {
	struct memory_io io;
	uint64_t told;
};

static int memory_done(void *ctx, const struct container_block *block)
{
	struct memory *m = ctx;

	assert_int_equal(block->number, ++m->told);
	return 0;
}

static struct container_result result;

static int encode(struct memory *m, const uint8_t *bytes, size_t n, uint32_t block, size_t jobs)
{
	const struct container_io io = { m, memory_read, NULL, memory_write, memory_done };
	const struct container_spec spec = { .block_size = block, .jobs = jobs };

	*m = (struct memory){ { bytes, n, 0, 1000, m->io.out, 0, m->io.write_error }, 0 };
	return container_encode(&io, &spec, &result);
}

static int decode(struct memory *m, const uint8_t *bytes, size_t n, size_t jobs)
{
	const struct container_io io = { m, memory_read, NULL, memory_write, memory_done };
	const struct container_spec spec = { .max_block = MAX_BLOCK, .jobs = jobs };

	*m = (struct memory){ { bytes, n, 0, 777, m->io.out, 0, m->io.write_error }, 0 };
	return container_decode(&io, &spec, &result);
}

/* Twice, with contents that are read and that are skipped: the same comes out. */
static int list(struct memory *m, const uint8_t *bytes, size_t n)
{
	const struct container_io reading = { m, memory_read, NULL, NULL, memory_done };
	const struct container_io skipping = { m, memory_read, memory_skip, NULL, memory_done };
	struct container_result first;

	*m = (struct memory){ { bytes, n, 0, 777, m->io.out, 0, 0 }, 0 };
	int r = container_list(&reading, &first);
	*m = (struct memory){ { bytes, n, 0, 777, m->io.out, 0, 0 }, 0 };
	assert_int_equal(container_list(&skipping, &result), r);
	assert_int_equal(result.original, first.original);
	assert_int_equal(result.encoded, first.encoded);
	assert_int_equal(result.fault.block, first.fault.block);
	assert_ptr_equal(result.fault.text, first.fault.text);
	return r;
}

static void test_round_trips(void **state)
{
	(void)state;
	uint8_t *text = malloc(200000);
	struct memory packed = { .io.out = malloc(ROOM) }, again = { .io.out = malloc(ROOM) };
	struct memory back = { .io.out = malloc(ROOM) };

	for (uint64_t seed = 1; seed <= 300; seed++) {
		size_t n = inputs_make(text, seed % 5 == 0 ? 200000 : 3000, seed);
		uint32_t block = seed % 2 == 0 ? (n < 4000 ? 700 : 7000) : 50000;
		assert_int_equal(encode(&packed, text, n, block, 1 + seed % 4), 0);
		assert_int_equal(result.original, n);
		assert_int_equal(result.encoded, packed.io.out_size);
		assert_int_equal(result.blocks, (n + block - 1) / block);
		assert_int_equal(encode(&again, text, n, block, 1), 0);
		assert_int_equal(again.io.out_size, packed.io.out_size);
		assert_memory_equal(again.io.out, packed.io.out, packed.io.out_size);
		assert_int_equal(decode(&back, packed.io.out, packed.io.out_size, 1 + seed % 3), 0);
		assert_int_equal(back.io.out_size, n);
		assert_memory_equal(back.io.out, text, n);
		assert_int_equal(list(&back, packed.io.out, packed.io.out_size), 0);
		assert_int_equal(result.original, n);
	}
	free(back.io.out);
	free(again.io.out);
	free(packed.io.out);
	free(text);
}

/* Either an error, which says what is wrong, or the exact original. */
static void expect_detected(
	struct memory *back, const uint8_t *bytes, size_t n, const uint8_t *text, size_t size)
{
	int r = decode(back, bytes, n, 1);

	if (r == 0) {
		assert_int_equal(back->io.out_size, size);
		assert_memory_equal(back->io.out, text, size);
	} else {
		assert_int_equal(r, -EBADMSG);
		assert_non_null(result.fault.text);
	}
	r = list(back, bytes, n);
	assert_true(r == 0 || r == -EBADMSG);
}

static void test_damage_is_detected(void **state)
{
	(void)state;
	static const uint32_t blocks[] = { 100, 700, 5000 };
	static const size_t sizes[] = { 250, 1300, 2100 };
	static const uint8_t patterns[] = { 0x01, 0xff, 0x80, 0x10 };
	uint8_t text[2100];
	struct memory packed = { .io.out = malloc(ROOM) }, back = { .io.out = malloc(ROOM) };

	for (size_t b = 0; b < 3; b++) {
		for (size_t i = 0; i < sizeof text; i++)
			text[i] = (uint8_t)("the quick brown fox "[i % 20] + (i % 7 == 0));
		size_t size = sizes[b];
		assert_int_equal(encode(&packed, text, size, blocks[b], 1), 0);
		for (size_t i = 0; i < packed.io.out_size; i++) {
			/* Each pattern in the small one, one after the other in the others. */
			for (size_t p = 0; p < (b == 0 ? sizeof patterns : 1); p++) {
				uint8_t pattern = patterns[(i + p) % sizeof patterns];
				packed.io.out[i] ^= pattern;
				expect_detected(
					&back, packed.io.out, packed.io.out_size, text, size);
				packed.io.out[i] ^= pattern;
			}
		}
		for (size_t n = 0; n < packed.io.out_size; n++)
			assert_int_equal(decode(&back, packed.io.out, n, 1), -EBADMSG);
		packed.io.out[packed.io.out_size] = 'x';
		assert_int_equal(decode(&back, packed.io.out, packed.io.out_size + 1, 2), -EBADMSG);
	}
	free(back.io.out);
	free(packed.io.out);
}

static void test_one_behind_the_other(void **state)
{
	(void)state;
	struct memory packed = { .io.out = malloc(ROOM) }, back = { .io.out = malloc(ROOM) };
	uint8_t both[2000];

	assert_int_equal(encode(&packed, (const uint8_t *)"first, ", 7, 3, 1), 0);
	size_t n = packed.io.out_size;
	memcpy(both, packed.io.out, n);
	assert_int_equal(encode(&packed, (const uint8_t *)"second", 6, 50, 1), 0);
	memcpy(both + n, packed.io.out, packed.io.out_size);
	n += packed.io.out_size;
	assert_int_equal(decode(&back, both, n, 3), 0);
	assert_int_equal(back.io.out_size, 13);
	assert_memory_equal(back.io.out, "first, second", 13);
	assert_int_equal(result.blocks, 4);
	free(back.io.out);
	free(packed.io.out);
}

/* The blocks before the damage are told as good, and the damage names its block. */
static void test_faults_name_their_block(void **state)
{
	(void)state;
	struct memory packed = { .io.out = malloc(ROOM) }, back = { .io.out = malloc(ROOM) };
	enum { ONE = 32 + 10 };

	assert_int_equal(
		encode(&packed, (const uint8_t *)"abcdefghijABCDEFGHIJ0123456789", 30, 10, 2), 0);
	packed.io.out[24 + ONE + 35] ^= 1;
	assert_int_equal(decode(&back, packed.io.out, packed.io.out_size, 3), -EBADMSG);
	assert_int_equal(result.fault.block, 2);
	packed.io.out[24 + ONE + 35] ^= 1;
	/* Blocks that change places. */
	uint8_t first[ONE];
	memcpy(first, packed.io.out + 24, ONE);
	memmove(packed.io.out + 24, packed.io.out + 24 + ONE, ONE);
	memcpy(packed.io.out + 24 + ONE, first, ONE);
	assert_int_equal(decode(&back, packed.io.out, packed.io.out_size, 1), -EBADMSG);
	assert_int_equal(result.fault.block, 1);
	free(back.io.out);
	free(packed.io.out);
}

static void test_limits_and_failures(void **state)
{
	(void)state;
	struct memory packed = { .io.out = malloc(ROOM) }, back = { .io.out = malloc(ROOM) };
	uint8_t text[5000] = { 0 };

	assert_int_equal(encode(&packed, text, sizeof text, 4096, 1), 0);
	struct memory m = { { packed.io.out, packed.io.out_size, 0, 4096, back.io.out, 0, 0 }, 0 };
	const struct container_io io = { &m, memory_read, NULL, memory_write, NULL };
	const struct container_spec low = { .max_block = 4095, .jobs = 1 };
	assert_int_equal(container_decode(&io, &low, &result), -EMSGSIZE);
	assert_int_equal(result.fault.block, 1);
	assert_int_equal(result.fault.size, 4096);
	assert_int_equal(m.io.out_size, 0);
	back.io.write_error = -ENOSPC;
	assert_int_equal(decode(&back, packed.io.out, packed.io.out_size, 2), -ENOSPC);
	const struct container_spec no_size = { .jobs = 1 },
				    too_large = { .block_size = BLOCK_MAX + 1U, .jobs = 1 },
				    no_jobs = { .block_size = 1 };
	assert_int_equal(container_encode(&io, &no_size, &result), -EINVAL);
	assert_int_equal(container_encode(&io, &too_large, &result), -EINVAL);
	assert_int_equal(container_encode(&io, &no_jobs, &result), -EINVAL);
	free(back.io.out);
	free(packed.io.out);
}

/* Counts the blocks that are in work at the same time: those that were read and not yet told. */
struct ahead {
	struct memory_io memory;
	uint64_t begun, told, most;
};

static int ahead_done(void *ctx, const struct container_block *block)
{
	struct ahead *ahead = ctx;

	assert_int_equal(block->number, ++ahead->told);
	return 0;
}

/* The input's blocks are of so many bytes each, all of them; read in one piece each. */
static ssize_t ahead_read(void *ctx, void *bytes, size_t n)
{
	struct ahead *ahead = ctx;

	ssize_t got = memory_read(&ahead->memory, bytes, n);
	if (n >= 1000 && got > 0) {
		ahead->begun++;
		if (ahead->begun - ahead->told > ahead->most)
			ahead->most = ahead->begun - ahead->told;
	}
	return got;
}

static uint64_t most_at_a_time(uint64_t memory, uint64_t space)
{
	static uint8_t text[16 * 1000], out[ROOM];
	struct ahead ahead = { .memory = { text, sizeof text, 0, 1000, out, 0, 0 } };
	const struct container_io io = { &ahead, ahead_read, NULL, memory_write, ahead_done };
	const struct container_spec spec = {
		.block_size = 1000, .jobs = 4, .memory = memory, .space = space
	};

	assert_int_equal(container_encode(&io, &spec, &result), 0);
	assert_int_equal(result.blocks, 16);
	return ahead.most;
}

static void test_fewer_blocks_at_a_time_where_there_is_no_room(void **state)
{
	(void)state;
	const uint64_t one = container_memory(1000), space = one + (72 << 20);

	assert_int_equal(most_at_a_time(0, 0), 4);
	assert_int_equal(most_at_a_time(100 * one, 100 * space), 4);
	assert_int_equal(most_at_a_time(3 * one + 1, 0), 3);
	assert_int_equal(most_at_a_time(2 * one, 4 * space), 2);
	assert_int_equal(most_at_a_time(one, 0), 1);
	/* Never none. */
	assert_int_equal(most_at_a_time(1, 0), 1);
	assert_int_equal(most_at_a_time(0, 3 * space), 3);
	assert_int_equal(most_at_a_time(0, 1), 1);
}

/* Small blocks, then large ones, then small ones again: each container gets the jobs that there is
 * memory for, not those of the first. */
static void test_memory_is_kept_to_in_all_of_several_containers(void **state)
{
	(void)state;
	static uint8_t text[16 * 1000], all[ROOM], out[ROOM];
	struct memory packed = { .io.out = malloc(ROOM) };
	static const uint32_t blocks[] = { 1000, 4000, 1000 };
	static const uint64_t most[] = { 4, 1, 4 };
	size_t n = 0;

	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(encode(&packed, text, sizeof text, blocks[i], 1), 0);
		size_t begin = n;
		memcpy(all + n, packed.io.out, packed.io.out_size);
		n += packed.io.out_size;
		struct ahead ahead = { .memory = { all, n, 0, 4000, out, 0, 0 } };
		const struct container_io io = { &ahead, ahead_read, NULL, memory_write,
			ahead_done };
		const struct container_spec spec = {
			.max_block = MAX_BLOCK, .jobs = 4, .memory = 4 * container_memory(1000)
		};
		assert_int_equal(container_decode(&io, &spec, &result), 0);
		assert_int_equal(result.original, (i + 1) * sizeof text);
		/* Once more from the middle, so that only this container's count is seen. */
		ahead.memory = (struct memory_io){ all + begin, n - begin, 0, 4000, out, 0, 0 };
		ahead.begun = ahead.told = ahead.most = 0;
		assert_int_equal(container_decode(&io, &spec, &result), 0);
		assert_int_equal(ahead.most, most[i]);
	}
	struct ahead ahead = { .memory = { all, n, 0, 4000, out, 0, 0 } };
	const struct container_io io = { &ahead, ahead_read, NULL, memory_write, ahead_done };
	const struct container_spec spec = {
		.max_block = MAX_BLOCK, .jobs = 4, .memory = 4 * container_memory(1000)
	};
	assert_int_equal(container_decode(&io, &spec, &result), 0);
	assert_int_equal(ahead.memory.out_size, 3 * sizeof text);
	free(packed.io.out);
}

/* Stops the work when the first block is done. */
struct stopper {
	struct memory_io memory; /* first: what memory_read is given */
	atomic_bool stop;
	uint64_t told;
};

static int stopper_done(void *ctx, const struct container_block *block)
{
	struct stopper *stopper = ctx;

	stopper->told = block->number;
	atomic_store(&stopper->stop, true);
	return 0;
}

static void test_it_can_be_stopped(void **state)
{
	(void)state;
	static uint8_t text[20000], out[ROOM];
	struct memory packed = { .io.out = malloc(ROOM) };

	assert_int_equal(encode(&packed, text, sizeof text, 100, 2), 0);
	for (size_t jobs = 1; jobs <= 4; jobs++) {
		struct stopper s = { .memory = { text, sizeof text, 0, 1000, out, 0, 0 } };
		const struct container_io io = { &s, memory_read, NULL, memory_write,
			stopper_done };
		const struct container_spec spec = {
			.block_size = 100, .max_block = 100, .jobs = jobs, .stop = &s.stop
		};
		assert_int_equal(container_encode(&io, &spec, &result), -ECANCELED);
		/* What was begun before is done; no more is begun. */
		assert_in_range(s.told, 1, 2 * jobs + 1);
		s = (struct stopper){ .memory = { packed.io.out, packed.io.out_size, 0, 50, out, 0,
					      0 } };
		assert_int_equal(container_decode(&io, &spec, &result), -ECANCELED);
		assert_in_range(s.told, 1, 2 * jobs + 1);
	}
	free(packed.io.out);
}

static int refuse(void *ctx, const struct container_block *block)
{
	(void)ctx;
	return block->number == 2 ? -EDQUOT : 0;
}

static void test_a_refusal_of_what_is_told_ends_it(void **state)
{
	(void)state;
	struct memory packed = { .io.out = malloc(ROOM) }, back = { .io.out = malloc(ROOM) };

	assert_int_equal(encode(&packed, (const uint8_t *)"abcdef", 6, 2, 1), 0);
	back.io = (struct memory_io){ packed.io.out, packed.io.out_size, 0, 1000, back.io.out, 0,
		0 };
	const struct container_io io = { &back, memory_read, NULL, NULL, refuse };
	const struct container_spec spec = { .max_block = 2, .jobs = 2 };
	assert_int_equal(container_decode(&io, &spec, &result), -EDQUOT);
	back.io.at = 0;
	assert_int_equal(container_list(&io, &result), -EDQUOT);
	free(back.io.out);
	free(packed.io.out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_damage_is_detected),
		cmocka_unit_test(test_one_behind_the_other),
		cmocka_unit_test(test_faults_name_their_block),
		cmocka_unit_test(test_limits_and_failures),
		cmocka_unit_test(test_fewer_blocks_at_a_time_where_there_is_no_room),
		cmocka_unit_test(test_memory_is_kept_to_in_all_of_several_containers),
		cmocka_unit_test(test_it_can_be_stopped),
		cmocka_unit_test(test_a_refusal_of_what_is_told_ends_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
