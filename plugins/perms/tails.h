/* What can stand behind a head, and how many.
 *
 * A tail is chosen from the items that the head leaves, seen as slots: a slot is one item, or, in
 * distinct arrangements, all that are equal; slots are numbered as they first occur. Which items
 * they are makes no difference: heads that leave the same slots have the same tails in the same
 * order.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PERMS_TAILS_H
#define PERMS_TAILS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "items.h"

/* List the tails of `size` items, in order.
 *
 * slot      of each of the items that are left: `left` of them, the numbers below that
 * distinct  equal slots give equal tails, of which the first is listed
 * ret_row   receives a row of slots for each tail: room for as many as tails_count tells
 * ret_count receives how many there are
 *
 * Returns 0 or -ENOMEM. */
int tails_list(const uint32_t *slot, size_t left, size_t size, bool distinct, uint32_t *ret_row,
	size_t *ret_count);

/* Put the slots of all items in such an order that the first so many of them, for any number, are
 * those that have most tails of any size. */
int tails_level(const struct items *items, uint32_t *ret_slot);

/* How many tails there are; 0 where there are more than `limit`. Returns 0 or -ENOMEM. */
int tails_count(const uint32_t *slot, size_t left, size_t size, bool distinct, size_t limit,
	size_t *ret_count);

#endif
