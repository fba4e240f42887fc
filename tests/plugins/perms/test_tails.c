/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <string.h>

#include "tails.h"

enum { ITEMS = 8, KINDS = 4, MOST_ROWS = 40320, NO_LIMIT = 1000000 };

/* Items of KINDS kinds, so many of each, in an order that is not sorted. */
static void make_items(const size_t count[KINDS], struct items *ret_items)
{
	static const char *const text[KINDS] = { "a", "b", "c", "d" };
	size_t left[KINDS];
	bool more = true;

	memcpy(left, count, sizeof left);
	while (more) {
		more = false;
		for (size_t kind = KINDS; kind-- > 0;) {
			if (left[kind] == 0)
				continue;
			left[kind]--;
			more = true;
			assert_int_equal(items_add_whole(ret_items, text[kind]), 0);
		}
	}
	assert_int_equal(items_seal(ret_items), 0);
}

/* All counts up to so many of each kind, one after the other; returns whether there are more. */
static bool step(size_t count[KINDS], const size_t most[KINDS])
{
	for (size_t kind = 0; kind < KINDS; kind++) {
		if (count[kind]++ < most[kind])
			return true;
		count[kind] = 0;
	}
	return false;
}

/* The most tails of any items of which so many are left, by trying all. */
static size_t most_tails(const size_t count[KINDS], size_t left, size_t size)
{
	size_t some[KINDS] = { 0 }, most = 0;

	do {
		uint32_t slot[KINDS * ITEMS];
		size_t n = 0, tails = 0;
		uint32_t slots = 0;
		for (size_t kind = 0; kind < KINDS; kind++) {
			for (size_t i = 0; i < some[kind]; i++)
				slot[n++] = slots;
			slots += some[kind] > 0;
		}
		if (n != left)
			continue;
		assert_int_equal(tails_count(slot, n, size, true, NO_LIMIT, &tails), 0);
		most = tails > most ? tails : most;
	} while (step(some, count));
	return most;
}

static void check_level(const size_t count[KINDS])
{
	struct items items = { 0 };
	uint32_t slot[KINDS * ITEMS + 1];

	make_items(count, &items);
	assert_int_equal(tails_level(&items, slot), 0);
	for (size_t left = 1; left <= items.count; left++) {
		for (size_t size = 1; size <= left; size++) {
			size_t tails = 0;
			assert_int_equal(tails_count(slot, left, size, true, NO_LIMIT, &tails), 0);
			assert_int_equal(tails, most_tails(count, left, size));
		}
	}
	items_release(&items);
}

static void test_no_items_have_more_tails_than_the_levelled_ones(void **state)
{
	(void)state;
	static const size_t most[KINDS] = { 4, 3, 2, 2 };
	size_t count[KINDS] = { 0 };

	do {
		check_level(count);
	} while (step(count, most));
}

static void test_as_many_are_listed_as_are_counted(void **state)
{
	(void)state;
	static const uint32_t slot[] = { 0, 1, 0, 2, 1, 0, 3 };
	static uint32_t row[MOST_ROWS * ITEMS];
	size_t left = sizeof slot / sizeof slot[0];

	for (size_t size = 0; size <= left; size++) {
		size_t listed = 0, counted = 0;
		assert_int_equal(tails_list(slot, left, size, true, row, &listed), 0);
		assert_int_equal(tails_count(slot, left, size, true, NO_LIMIT, &counted), 0);
		assert_int_equal(listed, counted);
	}
}

static void test_equal_slots_follow_the_item_that_is_next(void **state)
{
	(void)state;
	/* Behind the first a of "aba" stands b before a. */
	static const uint32_t slot[] = { 0, 1, 0 };
	static const uint32_t expected[] = { 0, 1, 0, 0, 0, 1, 1, 0, 0 };
	uint32_t row[9];
	size_t count = 0;

	assert_int_equal(tails_list(slot, 3, 3, true, row, &count), 0);
	assert_int_equal(count, 3);
	assert_memory_equal(row, expected, sizeof expected);
}

static void test_more_than_the_limit_is_0(void **state)
{
	(void)state;
	static const uint32_t slot[] = { 0, 1, 2, 3, 4 };
	size_t count = 0;

	assert_int_equal(tails_count(slot, 5, 3, false, 60, &count), 0);
	assert_int_equal(count, 60);
	assert_int_equal(tails_count(slot, 5, 3, false, 59, &count), 0);
	assert_int_equal(count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_items_have_more_tails_than_the_levelled_ones),
		cmocka_unit_test(test_as_many_are_listed_as_are_counted),
		cmocka_unit_test(test_equal_slots_follow_the_item_that_is_next),
		cmocka_unit_test(test_more_than_the_limit_is_0),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
