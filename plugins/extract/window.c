/* One buffer. While nothing is held, the few bytes that are kept move to its front before each
 * read, so the same cached memory is used again and again; what is held long doubles the buffer.
 *
 * SPDX-License-Identifier: MIT */
#include "window.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Addresses are round at multiples of this, a cache line. */
enum { ROUND = 64 };

void window_init(struct window *ret_window, struct source *source, size_t chunk, bool count_lines)
{
	*ret_window = (struct window){
		.source = source,
		.chunk = chunk,
		.count_lines = count_lines,
		.place = { .line = 1 },
	};
}

static void drop(struct window *window, uint64_t keep)
{
	size_t n = (size_t)(keep - window->base);

	assert(keep >= window->base && n <= window->size);
	if (window->count_lines && keep > window->place.offset)
		(void)window_line(window, keep);
	window->head += n;
	window->size -= n;
	window->base += n;
}

static int grow(struct window *window, size_t least)
{
	size_t capacity = window->capacity;

	while (capacity < least) {
		if (__builtin_mul_overflow(capacity ? capacity : window->chunk, 2, &capacity))
			return -ENOMEM;
	}
	char *buffer = realloc(window->buffer, capacity);
	if (!buffer)
		return -ENOMEM;
	window->buffer = buffer;
	window->capacity = capacity;
	return 0;
}

/* Where the bytes at hand must begin for the next read to go to a round address: the kernel's copy
 * to another one was measured to take four times as long. */
static size_t find_head(const struct window *window)
{
	return -((size_t)(uintptr_t)window->buffer + window->size) % ROUND;
}

/* Make room for a chunk behind the bytes at hand. Moving them costs as much as they are long, so it
 * is done when they are few, or when so much room is won that moves cannot come often. */
static int make_room(struct window *window)
{
	size_t used = window->head + window->size;
	size_t least = window->size;

	if (window->capacity - used >= window->chunk && window->size > window->chunk / 4)
		return 0;
	if (window->head < window->size && window->head > ROUND &&
		__builtin_mul_overflow(least, 2, &least))
		return -ENOMEM;
	if (__builtin_add_overflow(least, window->chunk + ROUND, &least))
		return -ENOMEM;
	if (least > window->capacity) {
		int r = grow(window, least);
		if (r < 0)
			return r;
	}
	size_t head = find_head(window);
	memmove(window->buffer + head, window->buffer + window->head, window->size);
	window->head = head;
	return 0;
}

int window_fill(struct window *window, uint64_t keep, size_t want)
{
	size_t got = 0;

	drop(window, keep);
	while (got < want && !window->ended) {
		int r = make_room(window);
		if (r < 0)
			return r;
		size_t used = window->head + window->size;
		size_t room = window->capacity - used;
		ssize_t n = window->source->read(window->source, window->buffer + used,
			room < window->chunk ? room : window->chunk);
		if (n < 0)
			return (int)n;
		window->ended = n == 0;
		window->size += (size_t)n;
		got += (size_t)n;
	}
	return 0;
}

uint64_t window_end(const struct window *window)
{
	return window->base + window->size;
}

const char *window_data(const struct window *window, uint64_t offset)
{
	assert(offset >= window->base && offset <= window_end(window));
	/* Before the first read there is no buffer, and pointer arithmetic on NULL is not defined.
	 */
	return window->buffer ? window->buffer + window->head + (offset - window->base) : "";
}

uint64_t window_line(struct window *window, uint64_t offset)
{
	uint64_t from = window->place.offset;

	assert(from >= window->base && offset >= from);
	place_advance(&window->place, window_data(window, from), (size_t)(offset - from));
	return window->place.line;
}

void window_release(struct window *window)
{
	free(window->buffer);
	window->buffer = NULL;
	window->capacity = window->head = window->size = 0;
}
