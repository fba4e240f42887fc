/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <string.h>

#include "items.h"

static void assert_item(const struct items *items, size_t i, const char *text)
{
	assert_true(i < items->count);
	assert_int_equal(items->item[i].size, strlen(text));
	assert_memory_equal(items->item[i].bytes, text, strlen(text));
}

static void test_code_points_of_every_length(void **state)
{
	(void)state;
	struct items items = { 0 };

	assert_int_equal(items_add_code_points(&items, "a\u00e9\u20ac\U0001f600"), 0);
	assert_int_equal(items.count, 4);
	assert_item(&items, 1, "\u00e9");
	assert_item(&items, 3, "\U0001f600");
	assert_int_equal(items.longest, 4);
	items_release(&items);
}

static void test_words(void **state)
{
	(void)state;
	struct items items = { 0 };

	assert_int_equal(items_add_words(&items, " one \t two\nthree\r\n"), 0);
	assert_int_equal(items.count, 3);
	assert_item(&items, 2, "three");
	assert_int_equal(items_add_words(&items, " \n"), 0);
	assert_int_equal(items.count, 3);
	items_release(&items);
}

static void test_equal_items_know_each_other(void **state)
{
	(void)state;
	struct items items = { 0 };

	assert_int_equal(items_add_code_points(&items, "abacaba"), 0);
	assert_int_equal(items_seal(&items), 0);
	assert_int_equal(items.item[0].previous, ITEM_NONE);
	assert_int_equal(items.item[2].previous, 0);
	assert_int_equal(items.item[4].previous, 2);
	assert_int_equal(items.item[6].first, 0);
	assert_int_equal(items.item[5].first, 1);
	assert_int_equal(items.item[3].previous, ITEM_NONE);
	items_release(&items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_code_points_of_every_length),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_equal_items_know_each_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
