/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <string.h>

#include "memory_source.h"
#include "window.h"

enum { SIZE = 5000 };

static char data[SIZE];

static void fill_data(void)
{
	for (size_t i = 0; i < SIZE; i++)
		data[i] = i % 11 == 0 ? '\n' : (char)('a' + i % 23);
}

/* Move through the data, holding on to `held` bytes, with reads and chunks of every small size. */
static void what_is_kept_stays_as_it_was(void **state)
{
	(void)state;
	fill_data();
	for (size_t chunk = 1; chunk < 40; chunk += 3) {
		for (size_t most = 1; most < 50; most = most * 2 + 1) {
			for (size_t held = 0; held < 200; held = held * 3 + 1) {
				struct memory_source memory;
				struct window window;
				memory_source_init(&memory, data, SIZE, most, false);
				window_init(&window, &memory.source, chunk, false);
				while (!window.ended) {
					uint64_t end = window_end(&window);
					uint64_t keep = end > held ? end - held : 0;
					keep = keep > window.base ? keep : window.base;
					assert_int_equal(window_fill(&window, keep, 1), 0);
					assert_int_equal(window.base, keep);
					assert_memory_equal(window_data(&window, keep), data + keep,
						window_end(&window) - keep);
				}
				assert_int_equal(window_end(&window), SIZE);
				window_release(&window);
			}
		}
	}
}

static void as_many_bytes_come_as_are_wanted(void **state)
{
	struct memory_source memory;
	struct window window;

	(void)state;
	memory_source_init(&memory, data, SIZE, 10, false);
	window_init(&window, &memory.source, 64, false);

	assert_int_equal(window_fill(&window, 0, 1), 0);
	assert_int_equal(window_end(&window), 10);
	assert_int_equal(window_fill(&window, 0, 95), 0);
	assert_int_equal(window_end(&window), 110);
	assert_int_equal(window_fill(&window, 110, 1000 * 1000), 0);
	assert_int_equal(window_end(&window), SIZE);
	assert_true(window.ended);
	window_release(&window);
}

static void the_end_is_not_read_twice(void **state)
{
	struct memory_source memory;
	struct window window;

	(void)state;
	memory_source_init(&memory, "", 0, 10, false);
	window_init(&window, &memory.source, 64, false);

	assert_int_equal(window_fill(&window, 0, 1), 0);
	assert_int_equal(window_fill(&window, 0, 1), 0);

	assert_true(window.ended);
	assert_int_equal(memory.reads, 1);
	window_release(&window);
}

/* What is not held must not make the buffer grow, however long the stream. */
static void memory_does_not_grow_with_the_stream(void **state)
{
	enum { CHUNK = 64, HELD = 100 };
	struct memory_source memory;
	struct window window;

	(void)state;
	memory_source_init(&memory, data, SIZE, CHUNK, false);
	window_init(&window, &memory.source, CHUNK, true);
	while (!window.ended) {
		uint64_t end = window_end(&window);
		uint64_t keep = end > HELD ? end - HELD : 0;
		assert_int_equal(window_fill(&window, keep, 1), 0);
		assert_true(window.capacity <= 4 * (CHUNK + HELD));
	}
	window_release(&window);
}

/* The kernel copies much faster to those. */
static void reads_go_to_round_addresses(void **state)
{
	enum { CHUNK = 256, HELD = 13 };
	struct memory_source memory;
	struct window window;

	(void)state;
	memory_source_init(&memory, data, SIZE, CHUNK, false);
	window_init(&window, &memory.source, CHUNK, false);
	while (!window.ended) {
		uint64_t end = window_end(&window);
		assert_int_equal(window_fill(&window, end > HELD ? end - HELD : 0, 1), 0);
		assert_int_equal((uintptr_t)memory.to % 64, 0);
	}
	window_release(&window);
}

static void lines_are_counted_over_what_was_dropped(void **state)
{
	(void)state;
	fill_data();
	for (size_t most = 1; most < 30; most++) {
		struct memory_source memory;
		struct window window;
		uint64_t line = 1;
		memory_source_init(&memory, data, SIZE, most, false);
		window_init(&window, &memory.source, 16, true);
		for (uint64_t offset = 0, counted = 0; offset < SIZE; offset += 97) {
			while (window_end(&window) <= offset)
				assert_int_equal(window_fill(&window, window_end(&window), 1), 0);
			if (offset < window.base)
				continue;
			for (; counted < offset; counted++)
				line += data[counted] == '\n';
			assert_int_equal(window_line(&window, offset), line);
		}
		window_release(&window);
	}
}

static void a_failure_to_read_comes_through(void **state)
{
	struct memory_source memory;
	struct window window;

	(void)state;
	memory_source_init(&memory, "abc", 3, 10, false);
	memory.error = -EIO;
	window_init(&window, &memory.source, 64, false);

	assert_int_equal(window_fill(&window, 0, 1), 0);
	assert_int_equal(window_fill(&window, 0, 1), -EIO);

	assert_false(window.ended);
	assert_memory_equal(window_data(&window, 0), "abc", 3);
	window_release(&window);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_kept_stays_as_it_was),
		cmocka_unit_test(as_many_bytes_come_as_are_wanted),
		cmocka_unit_test(the_end_is_not_read_twice),
		cmocka_unit_test(memory_does_not_grow_with_the_stream),
		cmocka_unit_test(reads_go_to_round_addresses),
		cmocka_unit_test(lines_are_counted_over_what_was_dropped),
		cmocka_unit_test(a_failure_to_read_comes_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
