/* Blocks there and back, and back from what is damaged.
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <stdbool.h>
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

static void round_trips(size_t size, uint64_t cases, struct crew *crew)
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
		assert_int_equal(block_inverse(m.last, n, m.rows, m.next, m.back,
					 (struct block_circle){ NULL, crew }),
			0);
		assert_memory_equal(m.back, m.text, n);
	}
	release(&m);
}

static void test_small_blocks(void **state)
{
	(void)state;
	round_trips(200, 6000, NULL);
}

static void test_large_blocks(void **state)
{
	(void)state;
	round_trips(LARGE, 50, NULL);
}

/* A block's parts on several threads: fewer than it can have parts, and more. */
static void test_shared_blocks(void **state)
{
	(void)state;

	for (size_t threads = 1; threads <= 20; threads += threads < 3 ? 1 : 17) {
		struct crew *crew = crew_create(threads);
		assert_non_null(crew);
		round_trips(2 * (size_t)LARGE, 6, crew);
		crew_destroy(crew);
	}
}

/* Whatever the bytes and the rows are, nothing outside the block is touched (the sanitizers look
 * on), and a row that is none is refused. */
static void damaged_blocks(size_t size, uint64_t cases)
{
	struct memory m;

	acquire(&m, size);
	for (uint64_t seed = 1; seed <= cases; seed++) {
		size_t n = inputs_make(m.last, size, seed);
		if (n == 0)
			continue;
		for (size_t i = 0; i < BLOCK_CHAINS; i++)
			m.rows[i] = (uint32_t)((seed * 7919 + i * 104729) % (n + 1));
		int r = block_inverse(
			m.last, n, m.rows, m.next, m.back, (struct block_circle){ NULL, NULL });
		assert_int_equal(r, m.rows[0] == 0 ? -EINVAL : 0);
		m.rows[0] = (uint32_t)n + 1;
		assert_int_equal(block_inverse(m.last, n, m.rows, m.next, m.back,
					 (struct block_circle){ NULL, NULL }),
			-EINVAL);
	}
	release(&m);
}

/* Stopped before its links are made, no chain is followed: they would lead anywhere. */
static void test_stopped_blocks(void **state)
{
	const atomic_bool stop = true;
	struct crew *crew = crew_create(3);
	struct memory m;

	(void)state;
	acquire(&m, LARGE);
	size_t n = inputs_make(m.last, LARGE, 5);
	memset(m.next, 0xff, (n + 1) * sizeof *m.next);
	memset(m.back, 'x', n);
	for (size_t i = 0; i < BLOCK_CHAINS; i++)
		m.rows[i] = 1;
	assert_int_equal(block_inverse(m.last, n, m.rows, m.next, m.back,
				 (struct block_circle){ &stop, NULL }),
		-ECANCELED);
	assert_int_equal(block_inverse(m.last, n, m.rows, m.next, m.back,
				 (struct block_circle){ &stop, crew }),
		-ECANCELED);
	for (size_t i = 0; i + 1 < n; i++)
		assert_int_equal(m.back[i], 'x');
	release(&m);
	crew_destroy(crew);
}

static void test_damaged_blocks(void **state)
{
	(void)state;
	damaged_blocks(5000, 3000);
	damaged_blocks(LARGE, 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small_blocks),
		cmocka_unit_test(test_large_blocks),
		cmocka_unit_test(test_shared_blocks),
		cmocka_unit_test(test_damaged_blocks),
		cmocka_unit_test(test_stopped_blocks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
