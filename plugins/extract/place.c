/* Counting newlines, eight bytes at a time.
 *
 * SPDX-License-Identifier: MIT */
#include "place.h"

#include <string.h>

static const uint64_t ONES = 0x0101010101010101u;
static const uint64_t LOW_BITS = 0x7f7f7f7f7f7f7f7fu;

/* 1 in each byte of the word that is a newline, 0 in the others. */
static uint64_t mark_newlines(uint64_t word)
{
	uint64_t zero = word ^ (ONES * '\n');

	return (~(((zero & LOW_BITS) + LOW_BITS) | zero) >> 7) & ONES;
}

uint64_t place_count_newlines(const char *data, size_t n)
{
	uint64_t count = 0;
	size_t i = 0;

	while (n - i >= 8) {
		/* Each byte of the sum counts one column, so it is emptied before 256. */
		size_t end = (n - i) / 8 > 255 ? i + (size_t)255 * 8 : i + (n - i) / 8 * 8;
		uint64_t sum = 0;
		for (; i < end; i += 8) {
			uint64_t word;
			memcpy(&word, data + i, 8);
			sum += mark_newlines(word);
		}
		/* Pairs first: the sum of eight columns does not fit into one byte. */
		uint64_t pairs = (sum & 0x00ff00ff00ff00ffu) + ((sum >> 8) & 0x00ff00ff00ff00ffu);
		count += (pairs * 0x0001000100010001u) >> 48;
	}
	for (; i < n; i++)
		count += data[i] == '\n';
	return count;
}

void place_advance(struct place *place, const char *data, size_t n)
{
	place->line += place_count_newlines(data, n);
	place->offset += n;
}
