/* Blocks there and back, and back from what is damaged.
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "block.h"
#include "inputs.h"

enum { LARGE = 400000 };

struct memory {
	uint8_t *text, *last, *back;
	int32_t *work;
	uint32_t *next;
	uint32_t rows[BLOCK_CHAINS];
};

static void acquire(struct memory *m, size_t size)
{
	m->text = malloc(size);
	m->last = malloc(size);
	m->back = malloc(size);
	m->work = malloc(size * sizeof *m->work);
	m->next = malloc((size + 1) * sizeof *m->next);
	assert_true(m->text && m->last && m->back && m->work && m->next);
}

static void release(struct memory *m)
{
	free(m->text);
	free(m->last);
	free(m->back);
	free(m->work);
	free(m->next);
}

static void round_trips(size_t size, uint64_t cases)
{
	struct memory m;

	acquire(&m, size);
	for (uint64_t seed = 1; seed <= cases; seed++) {
		size_t n = inputs_make(m.text, size, seed);
		if (n == 0)
			continue;
		memcpy(m.last, m.text, n);
		size_t chains = ((n - 1) >> block_chain_shift(n)) + 1;
		assert_true(chains <= BLOCK_CHAINS);
		assert_int_equal(block_forward(m.last, n, m.work, NULL, m.rows), chains);
		assert_int_equal(block_inverse(m.last, n, m.rows, m.next, m.back, NULL), 0);
		assert_memory_equal(m.back, m.text, n);
	}
	release(&m);
}

static void test_small_blocks(void **state)
{
	(void)state;
	round_trips(200, 6000);
}

static void test_large_blocks(void **state)
{
	(void)state;
	round_trips(LARGE, 60);
}

/* Whatever the bytes and the rows are, nothing outside the block is touched (the sanitizers look
 * on), and a row that is none is refused. */
static void test_damaged_blocks(void **state)
{
	(void)state;
	struct memory m;

	acquire(&m, 5000);
	for (uint64_t seed = 1; seed <= 3000; seed++) {
		size_t n = inputs_make(m.last, 5000, seed);
		if (n == 0)
			continue;
		for (size_t i = 0; i < BLOCK_CHAINS; i++)
			m.rows[i] = (uint32_t)((seed * 7919 + i * 104729) % (n + 1));
		int r = block_inverse(m.last, n, m.rows, m.next, m.back, NULL);
		assert_int_equal(r, m.rows[0] == 0 ? -EINVAL : 0);
		m.rows[0] = (uint32_t)n + 1;
		assert_int_equal(block_inverse(m.last, n, m.rows, m.next, m.back, NULL), -EINVAL);
	}
	release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small_blocks),
		cmocka_unit_test(test_large_blocks),
		cmocka_unit_test(test_damaged_blocks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
