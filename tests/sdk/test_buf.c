/* The growing array of bytes.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <plugh/buf.h>

#include "failing_alloc.h"
#include "plugh_test.h"

static void an_empty_buffer_reads_as_an_empty_string(void **state)
{
	(void)state;
	struct plugh_buf buf = { 0 };

	assert_string_equal(plugh_buf_text(&buf), "");
	assert_int_equal(plugh_buf_append(&buf, "", 0), 0);
	assert_string_equal(plugh_buf_text(&buf), "");
	assert_int_equal(buf.size, 0);

	plugh_buf_release(&buf);
	plugh_buf_release(&buf);
}

static void appending_adds_up(void **state)
{
	(void)state;
	struct plugh_buf buf = { 0 };

	plugh_buf_append(&buf, "ab\0c", 4);
	plugh_buf_append_text(&buf, "def");
	plugh_buf_append_char(&buf, 'g');
	plugh_buf_append_fill(&buf, '-', 3);
	plugh_buf_appendf(&buf, "%d %s", 12, "x");

	assert_int_equal(buf.error, 0);
	assert_int_equal(buf.size, 15);
	assert_memory_equal(buf.data, "ab\0cdefg---12 x", 16);
	plugh_buf_release(&buf);
}

static void every_size_keeps_its_bytes_and_its_nul(void **state)
{
	(void)state;
	struct plugh_buf buf = { 0 };
	char want[1000];

	for (size_t i = 0; i < sizeof want; i++) {
		want[i] = (char)('a' + i % 26);
		assert_int_equal(plugh_buf_append_char(&buf, want[i]), 0);
		assert_int_equal(buf.size, i + 1);
		assert_int_equal(buf.data[buf.size], '\0');
		assert_true(buf.capacity > buf.size);
	}
	assert_memory_equal(buf.data, want, sizeof want);
	plugh_buf_release(&buf);
}

static void text_that_outgrows_the_buffer_is_formatted_whole(void **state)
{
	(void)state;
	struct plugh_buf buf = { 0 };

	assert_int_equal(plugh_buf_appendf(&buf, "%0*d|", 5000, 7), 0);

	assert_int_equal(buf.size, 5001);
	assert_string_equal(buf.data + 4998, "07|");
	plugh_buf_release(&buf);
}

static void the_limit_is_exact_and_sticks(void **state)
{
	(void)state;
	struct plugh_buf buf = { .limit = 5 };

	assert_int_equal(plugh_buf_append_text(&buf, "12345"), 0);
	assert_int_equal(plugh_buf_append_char(&buf, '6'), -EFBIG);
	assert_int_equal(plugh_buf_append(&buf, "", 0), -EFBIG);
	assert_int_equal(plugh_buf_appendf(&buf, "%s", ""), -EFBIG);
	assert_int_equal(buf.error, -EFBIG);
	assert_string_equal(plugh_buf_text(&buf), "12345");

	plugh_buf_clear(&buf);
	assert_int_equal(plugh_buf_append_fill(&buf, 'x', 5), 0);
	assert_string_equal(plugh_buf_text(&buf), "xxxxx");
	plugh_buf_release(&buf);
	assert_int_equal(buf.limit, 5);
}

static void a_size_beyond_memory_is_an_error(void **state)
{
	(void)state;
	struct plugh_buf buf = { 0 };

	plugh_buf_append_char(&buf, 'a');
	assert_int_equal(plugh_buf_append_fill(&buf, 'x', SIZE_MAX), -ENOMEM);
	plugh_buf_clear(&buf);
	assert_int_equal(plugh_buf_append_fill(&buf, 'x', SIZE_MAX), -ENOMEM);
	assert_string_equal(plugh_buf_text(&buf), "");
	plugh_buf_release(&buf);
}

static void a_failed_allocation_keeps_the_content(void **state)
{
	(void)state;
	struct plugh_buf buf = { 0 };

	plugh_buf_append_text(&buf, "kept");
	failing_alloc_start(0);
	int r = plugh_buf_append_fill(&buf, 'x', 1000);
	assert_true(failing_alloc_stop());

	assert_int_equal(r, -ENOMEM);
	assert_string_equal(plugh_buf_text(&buf), "kept");
	assert_int_equal(plugh_buf_append_text(&buf, "!"), -ENOMEM);
	assert_null(plugh_buf_take(&buf));
	assert_int_equal(buf.size, 0);
}

static void taking_hands_the_content_over(void **state)
{
	(void)state;
	struct plugh_buf buf = { .limit = 100 };

	plugh_buf_append_text(&buf, "one");
	char *one = plugh_buf_take(&buf);
	plugh_buf_append_text(&buf, "two");
	char *two = plugh_buf_take(&buf);
	char *none = plugh_buf_take(&buf);

	assert_string_equal(one, "one");
	assert_string_equal(two, "two");
	assert_string_equal(none, "");
	assert_int_equal(buf.limit, 100);
	free(one);
	free(two);
	free(none);
}

static void taking_after_a_failure_gives_nothing(void **state)
{
	(void)state;
	struct plugh_buf buf = { .limit = 2 };

	plugh_buf_append_text(&buf, "ab");
	plugh_buf_append_text(&buf, "c");

	assert_null(plugh_buf_take(&buf));
	assert_int_equal(buf.error, 0);
	assert_null(buf.data);

	failing_alloc_start(0);
	assert_null(plugh_buf_take(&buf));
	assert_true(failing_alloc_stop());
}

static void its_sink_appends(void **state)
{
	(void)state;
	struct plugh_buf buf = { .limit = 3 };
	struct plugh_sink sink = plugh_buf_sink(&buf);

	assert_int_equal(sink.write(sink.ctx, "abc", 3), 0);
	assert_int_equal(sink.write(sink.ctx, "d", 1), -EFBIG);
	assert_string_equal(plugh_buf_text(&buf), "abc");
	plugh_buf_release(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_buffer_reads_as_an_empty_string),
		cmocka_unit_test(appending_adds_up),
		cmocka_unit_test(every_size_keeps_its_bytes_and_its_nul),
		cmocka_unit_test(text_that_outgrows_the_buffer_is_formatted_whole),
		cmocka_unit_test(the_limit_is_exact_and_sticks),
		cmocka_unit_test(a_size_beyond_memory_is_an_error),
		cmocka_unit_test(a_failed_allocation_keeps_the_content),
		cmocka_unit_test(taking_hands_the_content_over),
		cmocka_unit_test(taking_after_a_failure_gives_nothing),
		cmocka_unit_test(its_sink_appends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
