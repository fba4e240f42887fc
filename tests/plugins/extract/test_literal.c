/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <stdlib.h>
#include <string.h>

#include "literal.h"

static const struct {
	const char *data;
	size_t data_size;
	const char *text;
	size_t text_size;
	bool ignore_case;
	long at; /* -1: not found */
} cases[] = {
	{ "aaab", 4, "aab", 3, false, 1 },
	{ "aaab", 4, "b", 1, false, 3 },
	{ "aaab", 4, "c", 1, false, -1 },
	{ "aaab", 4, "", 0, false, 0 },
	{ "", 0, "", 0, false, 0 },
	{ "", 0, "a", 1, false, -1 },
	{ "ab", 2, "abc", 3, false, -1 },
	{ "a\0b\0c", 5, "\0c", 2, false, 3 },
	{ "one\r\ntwo", 8, "\r\n", 2, false, 3 },
	{ "xABCx", 5, "abc", 3, false, -1 },
	{ "xABCx", 5, "abc", 3, true, 1 },
	{ "xabcx", 5, "ABC", 3, true, 1 },
	{ "@[`{", 4, "`", 1, true, 2 },
	{ "@[`{", 4, "{", 1, true, 3 },
	{ "x@A", 3, "`a", 2, true, -1 },
	{ "\xc9", 1, "\xe9", 1, true, -1 },
	{ "aaAAb", 5, "aab", 3, true, 2 },
};

static void every_row_is_found_where_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct literal literal;
		assert_int_equal(literal_init(&literal, cases[i].text, cases[i].text_size,
					 cases[i].ignore_case),
			0);

		const char *hit = literal_find(&literal, cases[i].data, cases[i].data_size);

		if (hit ? hit - cases[i].data != cases[i].at : cases[i].at >= 0)
			fail_msg(
				"row %zu: found at %ld", i, hit ? (long)(hit - cases[i].data) : -1);
		literal_release(&literal);
	}
}

/* Where case is ignored the data is folded in pieces of 256, 512 ... 65536 bytes. */
static void a_literal_across_the_borders_of_folded_pieces_is_found(void **state)
{
	enum { SIZE = 300 * 1000 };
	char *data = malloc(SIZE);

	(void)state;
	assert_non_null(data);
	for (size_t size = 2; size < 300; size += 37) {
		struct literal literal;
		char text[300];
		memset(text, 'q', sizeof text);
		text[size - 1] = 'z';
		assert_int_equal(literal_init(&literal, text, size, true), 0);
		for (size_t at = 0; at + size <= SIZE; at = at < 1100 ? at + 1 : at * 2 + 1) {
			memset(data, '.', SIZE);
			memset(data + at, 'Q', size);
			data[at + size - 1] = 'Z';

			const char *hit = literal_find(&literal, data, SIZE);

			assert_ptr_equal(hit, data + at);
		}
		literal_release(&literal);
	}
	free(data);
}

/* memmem is the oracle; every length, place and alignment of small texts, out of few letters, so
 * that many places fit by two bytes and not as a whole. Each is in memory of its own size, which a
 * sanitizer watches. */
static void wide_and_narrow_search_find_what_memmem_finds(void **state)
{
	unsigned random = 1;

	(void)state;
	for (size_t round = 0; round < 40000; round++) {
		char text[40];
		random = random * 1103515245u + 12345u;
		size_t n = random / 65536u % 400;
		size_t size = 2 + random / 256u % (round % 4 == 0 ? 38 : 4);
		char *data = malloc(n + 1);
		assert_non_null(data);
		for (size_t i = 0; i < n; i++) {
			random = random * 1103515245u + 12345u;
			data[i] = "ab< "[random / 65536u % (2 + round % 3)];
		}
		for (size_t i = 0; i < size; i++) {
			random = random * 1103515245u + 12345u;
			text[i] = n > size && round % 2 == 0 ? data[n / 2 - size / 2 + i]
							     : "ab< "[random / 65536u % 3];
		}
		struct literal literal;
		assert_int_equal(literal_init(&literal, text, size, false), 0);
		const char *expected = memmem(data, n, text, size);
		assert_ptr_equal(literal_find(&literal, data, n), expected);
		literal.is_wide = false;
		assert_ptr_equal(literal_find(&literal, data, n), expected);
		literal_release(&literal);
		free(data);
	}
}

/* A text that fits everywhere by its two bytes, and nowhere: the time stays linear, so that the
 * test ends at all. */
static void a_text_that_fits_nearly_everywhere_takes_linear_time(void **state)
{
	const size_t size = (size_t)16 * 1024 * 1024, length = (size_t)64 * 1024;
	char *data = malloc(size), *text = malloc(length);
	struct literal literal;

	(void)state;
	assert_non_null(data);
	assert_non_null(text);
	memset(data, 'a', size);
	memset(text, 'a', length);
	text[length / 2] = 'b';
	text[length / 2 + 1] = 'b';
	assert_int_equal(literal_init(&literal, text, length, false), 0);
	for (size_t i = length; i + length < size; i += 37)
		data[i] = 'b';
	assert_null(literal_find(&literal, data, size));
	memcpy(data + size - length, text, length);
	assert_ptr_equal(literal_find(&literal, data, size), data + size - length);
	literal_release(&literal);
	free(data);
	free(text);
}

static void a_literal_longer_than_a_piece_is_found(void **state)
{
	enum { SIZE = 100 * 1000, AT = 12345 };
	struct literal literal;
	char *text = malloc(SIZE);
	char *data = malloc(3 * SIZE);

	(void)state;
	assert_non_null(text);
	assert_non_null(data);
	memset(text, 'a', SIZE);
	text[SIZE - 1] = 'B';
	memset(data, 'A', 3 * SIZE);
	data[AT + SIZE - 1] = 'b';
	assert_int_equal(literal_init(&literal, text, SIZE, true), 0);

	const char *hit = literal_find(&literal, data, 3 * SIZE);

	assert_ptr_equal(hit, data + AT);
	literal_release(&literal);
	free(text);
	free(data);
}

static void release_accepts_the_empty_value(void **state)
{
	struct literal literal = { 0 };

	(void)state;
	literal_release(&literal);
	literal_release(&literal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_found_where_it_is),
		cmocka_unit_test(a_literal_across_the_borders_of_folded_pieces_is_found),
		cmocka_unit_test(a_literal_longer_than_a_piece_is_found),
		cmocka_unit_test(wide_and_narrow_search_find_what_memmem_finds),
		cmocka_unit_test(a_text_that_fits_nearly_everywhere_takes_linear_time),
		cmocka_unit_test(release_accepts_the_empty_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
