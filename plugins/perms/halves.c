/* Blocks of lines by copying pieces that were made before.
 *
 * SPDX-License-Identifier: MIT */
#include "halves.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TEXTS = 4 * 1024 * 1024, MOST_NUMBERS = 1024 * 1024 };

static size_t first_size(const struct block *block)
{
	return block->tail / 2;
}

static size_t second_size(const struct block *block)
{
	return block->tail - first_size(block);
}

/* Copy n bytes and up to PIECE - 1 more: both sides have room for them. */
static inline void copy_piece(unsigned char *to, const unsigned char *from, size_t n)
{
	size_t i = 0;

	do {
		memcpy(to + i, from + i, PIECE);
		i += PIECE;
	} while (i < n);
}

/* ---- Which there are ---- */

/* A row of slots as a number. */
static size_t number_of(const uint32_t *row, size_t size, size_t slots)
{
	size_t number = 0;

	for (size_t k = 0; k < size; k++)
		number = number * slots + row[k];
	return number;
}

/* How many rows of slots the second half could have, 0: too many. */
static size_t count_numbers(const struct block *block)
{
	size_t count = 1;

	for (size_t k = 0; k < second_size(block); k++)
		if (__builtin_mul_overflow(count, block->most_slots, &count) ||
			count > MOST_NUMBERS)
			return 0;
	return count;
}

/* A block has no more second halves than lines, nor than there are rows for them. */
static size_t most_second(const struct block *block)
{
	size_t numbers = count_numbers(block);

	return numbers < block->most_lines ? numbers : block->most_lines;
}

bool halves_fit(const struct block *block)
{
	size_t stride = lines_longest(block->work, second_size(block));
	size_t texts;

	return count_numbers(block) > 0 &&
	       !__builtin_mul_overflow(most_second(block), stride, &texts) && texts <= MOST_TEXTS &&
	       lines_longest(block->work, block->work->r) <= MOST_TEXTS;
}

/* Number the halves as they come; number: by the second half's slots, all ITEM_NONE. */
static void choose(struct halves *halves, const struct block *block, const uint32_t *row,
	size_t lines, uint32_t *number)
{
	size_t first = first_size(block), second = second_size(block);

	for (size_t line = 0; line < lines; line++, row += block->tail) {
		if (line == 0 || memcmp(row, row - block->tail, first * sizeof *row) != 0) {
			memcpy(halves->first_row + halves->first_count * first, row,
				first * sizeof *row);
			halves->start[halves->first_count++] = (uint32_t)line;
		}
		uint32_t *known = &number[number_of(row + first, second, block->most_slots)];
		if (*known == ITEM_NONE) {
			memcpy(halves->second_row + halves->second_count * second, row + first,
				second * sizeof *row);
			*known = (uint32_t)halves->second_count++;
		}
		halves->choice[line] = *known;
	}
	halves->start[halves->first_count] = (uint32_t)lines;
}

int halves_init(
	struct halves *ret_halves, const struct block *block, const uint32_t *row, size_t lines)
{
	struct halves halves = { 0 };
	size_t numbers = count_numbers(block);
	size_t words = 2 * lines + 1 + lines * block->tail;

	uint32_t *number = (uint32_t *)malloc(numbers * sizeof *number);
	halves.start = (uint32_t *)malloc(words * sizeof *halves.start);
	if (number == NULL || halves.start == NULL) {
		free(number);
		free(halves.start);
		return -ENOMEM;
	}
	halves.bytes = words * sizeof *halves.start;
	halves.choice = halves.start + lines + 1;
	halves.first_row = halves.choice + lines;
	halves.second_row = halves.first_row + lines * first_size(block);
	memset(number, 0xff, numbers * sizeof *number);
	choose(&halves, block, row, lines, number);
	free(number);
	*ret_halves = halves;
	return 0;
}

void halves_release(struct halves *halves)
{
	free(halves->start);
	*halves = (struct halves){ 0 };
}

/* ---- Printing ---- */

int halves_room_init(struct halves_room *ret_room, const struct block *block)
{
	struct halves_room room = { .stride = lines_longest(block->work, second_size(block)) };
	size_t most = most_second(block);

	room.text = (unsigned char *)calloc(1, most * room.stride + PIECE);
	room.size = (size_t *)calloc(most + 1, sizeof *room.size);
	room.line = (unsigned char *)calloc(1, lines_longest(block->work, block->work->r) + PIECE);
	if (room.text == NULL || room.size == NULL || room.line == NULL) {
		halves_room_release(&room);
		return -ENOMEM;
	}
	*ret_room = room;
	return 0;
}

void halves_room_release(struct halves_room *room)
{
	free(room->text);
	free(room->size);
	free(room->line);
	*room = (struct halves_room){ 0 };
}

static void make_texts(
	const struct halves *halves, const struct block *block, struct halves_room *room)
{
	const uint32_t *row = halves->second_row;
	size_t second = second_size(block);

	for (size_t b = 0; b < halves->second_count; b++) {
		unsigned char *text = room->text + b * room->stride;
		unsigned char *end = text;
		for (size_t k = 0; k < second; k++)
			end = lines_append_item(
				block->work, end, block->slot_item[*row++], k + 1 == second);
		room->size[b] = (size_t)(end - text);
	}
}

/* The lines of some choices behind one first half. */
static void print_second(const struct halves_room *room, size_t line_size, const uint32_t *choice,
	size_t lines, struct buffer *buffer)
{
	unsigned char *to = buffer->bytes + buffer->used;

	for (size_t i = 0; i < lines; i++) {
		copy_piece(to, room->line, line_size);
		to += line_size;
		copy_piece(to, room->text + choice[i] * room->stride, room->size[choice[i]]);
		to += room->size[choice[i]];
	}
	buffer->used = (size_t)(to - buffer->bytes);
}

/* The same, as many at once as there is room for. */
static int print_first(struct work *work, const struct halves_room *room, size_t line_size,
	const uint32_t *choice, size_t lines)
{
	size_t longest = lines_longest(work, work->r);
	struct buffer *buffer = &work->buffer;

	while (lines > 0) {
		int r = lines_reserve(buffer, longest);
		if (r < 0)
			return r;
		size_t fit = (buffer->capacity - buffer->used) / longest;
		size_t some = lines < fit ? lines : fit;
		print_second(room, line_size, choice, some, buffer);
		choice += some;
		lines -= some;
	}
	return 0;
}

int halves_print(struct work *work, const struct block *block, const struct halves *halves,
	struct halves_room *room, size_t skip, size_t lines)
{
	const uint32_t *row = halves->first_row;
	size_t first = first_size(block);
	unsigned char *head = room->line;
	int r = 0;

	make_texts(halves, block, room);
	for (size_t k = 0; k < block->head; k++)
		head = lines_append_item(work, head, work->at[k], false);
	for (size_t a = 0; lines > 0 && r == 0; a++, row += first) {
		size_t some = halves->start[a + 1] - halves->start[a];
		if (skip >= some) {
			skip -= some;
			continue;
		}
		unsigned char *end = head;
		for (size_t k = 0; k < first; k++)
			end = lines_append_item(work, end, block->slot_item[row[k]], false);
		some = some - skip < lines ? some - skip : lines;
		r = print_first(work, room, (size_t)(end - room->line),
			halves->choice + halves->start[a] + skip, some);
		lines -= some;
		skip = 0;
	}
	return r;
}
