/* Memory: each allocation that fails is an error, and a head alone gets none.
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "block.h"
#include "container.h"
#include "failing_alloc.h"
#include "format.h"
#include "memory_io.h"
#include "rotate.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { IS_SANITIZED = 1 };
#else
enum { IS_SANITIZED = 0 };
#endif

enum { ROOM = MEMORY_IO_ROOM, SIZE = 5000 };

static int run(int (*work)(const struct container_io *, const struct container_spec *,
		       struct container_result *),
	struct memory_io *m, size_t jobs)
{
	const struct container_io io = { m, memory_read, NULL, memory_write, NULL };
	const struct container_spec spec = {
		.block_size = 2000, .max_block = BLOCK_MAX, .jobs = jobs
	};
	struct container_result result;

	return work(&io, &spec, &result);
}

static void fill(uint8_t *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		text[i] = (uint8_t)("so many words, so few letters; "[i * i % 31]);
}

static void test_each_allocation_of_a_container(void **state)
{
	(void)state;
	static uint8_t text[SIZE], packed[ROOM], back[ROOM];
	size_t packed_size = 0;
	bool has_failed = true;

	fill(text, SIZE);
	for (size_t n = 0; has_failed; n++) {
		struct memory_io m = { text, SIZE, 0, SIZE, packed, 0, 0 };
		failing_alloc_start(n);
		int r = run(container_encode, &m, 1);
		has_failed = failing_alloc_stop();
		assert_int_equal(r, has_failed ? -ENOMEM : 0);
		packed_size = m.out_size;
	}
	has_failed = true;
	for (size_t n = 0; has_failed; n++) {
		struct memory_io m = { packed, packed_size, 0, SIZE, back, 0, 0 };
		failing_alloc_start(n);
		int r = run(container_decode, &m, 1);
		has_failed = failing_alloc_stop();
		assert_int_equal(r, has_failed ? -ENOMEM : 0);
		if (!has_failed) {
			assert_int_equal(m.out_size, SIZE);
			assert_memory_equal(back, text, SIZE);
		}
	}
}

static void test_each_allocation_of_a_text(void **state)
{
	(void)state;
	int32_t text[200], last[200], back[200];
	bool has_failed = true;
	size_t index = 0;

	for (size_t i = 0; i < 200; i++)
		text[i] = (int32_t)(i * i % 7);
	for (size_t n = 0; has_failed; n++) {
		failing_alloc_start(n);
		int r = rotate_transform(text, 200, 7, last, &index);
		has_failed = failing_alloc_stop();
		assert_int_equal(r, has_failed ? -ENOMEM : 0);
	}
	has_failed = true;
	for (size_t n = 0; has_failed; n++) {
		failing_alloc_start(n);
		int r = rotate_inverse(last, 200, 7, index, back);
		has_failed = failing_alloc_stop();
		assert_int_equal(r, has_failed ? -ENOMEM : 0);
	}
	assert_memory_equal(back, text, sizeof text);
}

/* A whole and valid head of a block of 1G, in front of little. With as little address space as
 * this, memory for it could not be had. */
static void test_a_head_alone_gets_no_memory(void **state)
{
	(void)state;
	static uint8_t bytes[FORMAT_HEAD + FORMAT_BLOCK + 4 * BLOCK_CHAINS + 1000];
	static uint8_t out[ROOM];
	struct format_block block = { .size = BLOCK_MAX, .rows = { 1 } };
	struct rlimit before;

	format_put_head(bytes, BLOCK_MAX);
	size_t head = format_put_block(bytes + FORMAT_HEAD, &block, 0);
	assert_true(FORMAT_HEAD + head < sizeof bytes);
	assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
	const struct rlimit low = { 512U << 20, before.rlim_max };
	/* The sanitizers have mapped terabytes. */
	if (!IS_SANITIZED)
		assert_int_equal(setrlimit(RLIMIT_AS, &low), 0);
	struct memory_io m = { bytes, sizeof bytes, 0, SIZE, out, 0, 0 };
	int r = run(container_decode, &m, 1);
	assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
	assert_int_equal(r, -EBADMSG);
	assert_int_equal(m.out_size, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_allocation_of_a_container),
		cmocka_unit_test(test_each_allocation_of_a_text),
		cmocka_unit_test(test_a_head_alone_gets_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
