/* The part of a stream that is in memory: it moves forward and grows only as far as its user holds
 * on to bytes.
 *
 *     base                      window_end
 *      |  bytes at hand ........ |  not read yet
 *      v                         v
 *   ---[=========================]----------->  offsets in the stream
 *
 * SPDX-License-Identifier: MIT */
#ifndef EXTRACT_WINDOW_H
#define EXTRACT_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "place.h"
#include "source.h"

struct window {
	struct source *source;
	char *buffer;
	size_t capacity;
	size_t head; /* of the buffer: where the bytes begin */
	size_t size; /* bytes at hand */
	size_t chunk;
	uint64_t base; /* offset of the first byte at hand */
	bool ended;    /* the stream ends with the bytes at hand */
	bool count_lines;
	struct place place; /* not behind any offset that window_line was asked for */
};

/* Nothing is read or allocated yet.
 *
 * source       borrowed for the life of the window
 * chunk        how many bytes to ask for at once, at least 1
 * count_lines  window_line will be asked */
void window_init(struct window *ret_window, struct source *source, size_t chunk, bool count_lines);

/* Forget what is before the offset `keep` (at least base) and read until `want` more bytes have
 * come, or the stream ends (then `ended` is set).
 *
 * Returns 0, -ENOMEM, or what the source returned. */
int window_fill(struct window *window, uint64_t keep, size_t want);

uint64_t window_end(const struct window *window);

/* The bytes from `offset` on, which must be at hand. Borrowed until the next fill. */
const char *window_data(const struct window *window, uint64_t offset);

/* The line in which the byte at `offset` is. Offsets of successive calls do not go down, and none
 * is before `base`. */
uint64_t window_line(struct window *window, uint64_t offset);

/* Accepts { 0 }. */
void window_release(struct window *window);

#endif
