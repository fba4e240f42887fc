/* Blocks of lines by copying pieces that were made before.
 *
 * The tail in two halves: what the first half is decides which second halves there are, and the
 * texts of all second halves are made once a block.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PERMS_HALVES_H
#define PERMS_HALVES_H

#include "block.h"

/* Which halves a block has, for some slots. */
struct halves {
	size_t first_count, second_count;
	uint32_t *start;  /* the place in choice[] where each first half's second halves begin, and
			     the end */
	uint32_t *choice; /* a number of a second half for each line */
	uint32_t *first_row; /* their slots */
	uint32_t *second_row;
	size_t bytes;
};

/* Where texts are made, one for all blocks. */
struct halves_room {
	unsigned char *text; /* of the second halves, `stride` bytes apart */
	size_t stride;
	size_t *size;
	unsigned char *line; /* the head and the first half */
};

/* Are the texts few and short enough? */
bool halves_fit(const struct block *block);

/* row: the tails of a block, as tails_list gives them. Returns 0 or -ENOMEM. */
int halves_init(
	struct halves *ret_halves, const struct block *block, const uint32_t *row, size_t lines);
void halves_release(struct halves *halves);

/* Returns 0 or -ENOMEM. */
int halves_room_init(struct halves_room *ret_room, const struct block *block);
void halves_room_release(struct halves_room *room);

/* Some lines of one block: all, but of the first and the last. Returns 0 or what `write` returned.
 */
int halves_print(struct work *work, const struct block *block, const struct halves *halves,
	struct halves_room *room, size_t skip, size_t lines);

#endif
