/* The order of the arrangements: how many there are, which one has a rank, which rank one has, and
 * which one is next.
 *
 * It is that of Python's itertools.permutations: lexicographic by the positions of the items. With
 * `distinct`, arrangements that read the same are there once, where the first of them stands. Ranks
 * begin at 0 and are exact at any size.
 *
 * An arrangement is an array of r indexes of items. Of equal items those in front are always used
 * first in distinct arrangements.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PERMS_ORDER_H
#define PERMS_ORDER_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "items.h"

struct order {
	const struct items *items; /* borrowed */
	size_t r;                  /* items in an arrangement */
	bool distinct;             /* and some items are equal */
	bool *is_used;             /* scratch, one an item */
	uint32_t *left; /* scratch: how many of each text are not used, at its first item */
	mpz_t *number;  /* scratch: 2 (r + 1) of them, where distinct ones of some items are counted
			 */
};

/* Returns 0 or -ENOMEM. (GMP ends the program where memory is short: its numbers have n log n
 * bits.) */
int order_init(struct order *ret_order, const struct items *items, size_t r, bool distinct);
void order_release(struct order *order);

/* How many arrangements there are: n!/(n-r)!, or, of distinct ones, the coefficient
 * r! [x^r] prod (1 + x + ... + x^c/c!) over the counts c of equal items (exponential generating
 * functions; Stanley, Enumerative Combinatorics 2, section 5.1). */
void order_count(struct order *order, mpz_t ret_count);

/* The arrangement of a rank below the count; from it order_next goes on. */
void order_unrank(struct order *order, const mpz_t rank, uint32_t *ret_at);

/* The rank of an arrangement; of equal items in an order that is not distinct, any of them is
 * itself. */
void order_rank(struct order *order, const uint32_t *at, mpz_t ret_rank);

/* Go on from an arrangement that somebody else found. */
void order_resume(struct order *order, const uint32_t *at);

/* Step to the next one. Returns how many leading items stayed as they were, or SIZE_MAX behind the
 * last. `at` is what order_unrank, order_resume or order_next had last. */
size_t order_next(struct order *order, uint32_t *at);

/* May the item be next, where is_used tells which stand before it? In distinct arrangements only
 * the first of equal ones may. */
static inline bool order_may_use(const struct order *order, uint32_t i)
{
	if (order->is_used[i])
		return false;
	uint32_t previous = order->items->item[i].previous;
	return !order->distinct || previous == ITEM_NONE || order->is_used[previous];
}

#endif
