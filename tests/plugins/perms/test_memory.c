/* Every allocation of the engine fails once.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "failing_alloc.h"
#include "lines.h"

/* The names are the linker's. */
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

/* Fails where malloc would. */
void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
	void *may = malloc(1);

	free(may);
	return may != NULL ? __real_aligned_alloc(alignment, size) : NULL;
}

enum { MOST_BYTES = 64 * 1024 };

struct taken {
	unsigned char bytes[MOST_BYTES];
	size_t size;
};

static int take(void *ctx, const void *bytes, size_t n)
{
	struct taken *taken = ctx;

	assert_true(taken->size + n <= sizeof taken->bytes);
	memcpy(taken->bytes + taken->size, bytes, n);
	taken->size += n;
	return 0;
}

static const struct {
	const char *words;
	size_t r;
	bool distinct;
	unsigned count;
	enum lines_path path;
} rows[] = {
	{ "a b c d e f g", 7, false, 2000, LINES_BEST },
	{ "a b c d e f g", 7, false, 2000, LINES_PORTABLE },
	{ "a b a c b d a e", 8, true, 3000, LINES_BEST },
	{ "a b a c b d a e", 6, true, 500, LINES_PORTABLE },
	{ "one two one three two four", 6, true, 100, LINES_BEST },
	{ "a b a", 3, true, 3, LINES_STEPS },
};

static int work(size_t row, struct taken *taken)
{
	const struct lines_spec spec = {
		.separator = "",
		.delimiter = "\n",
		.delimiter_size = 1,
		.path = rows[row].path,
		.write = take,
		.ctx = taken,
	};
	struct items items = { 0 };
	mpz_t from, count;

	taken->size = 0;
	mpz_init_set_ui(from, 1);
	mpz_init_set_ui(count, rows[row].count - 1);
	int r = items_add_words(&items, rows[row].words);
	if (r == 0)
		r = items_seal(&items);
	if (r == 0)
		r = lines_print(&spec, &items, rows[row].r, rows[row].distinct, from, count);
	items_release(&items);
	mpz_clears(from, count, NULL);
	return r;
}

static void test_a_failed_allocation_is_an_error(void **state)
{
	(void)state;
	static struct taken taken, whole;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t n = 0;

		assert_int_equal(work(i, &whole), 0);
		for (;; n++) {
			failing_alloc_start(n);
			int r = work(i, &taken);
			if (!failing_alloc_stop()) {
				assert_int_equal(r, 0);
				break;
			}
			assert_int_equal(r, -ENOMEM);
		}
		assert_true(n >= 8);
		assert_int_equal(taken.size, whole.size);
		assert_memory_equal(taken.bytes, whole.bytes, whole.size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_failed_allocation_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
