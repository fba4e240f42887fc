/* What can stand behind a head, and how many.
 *
 * SPDX-License-Identifier: MIT */
#include "tails.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "order.h"

/* Items that are equal where their slots are. */
static int make_items(const uint32_t *slot, size_t count, struct items *ret_items)
{
	struct item *item = (struct item *)calloc(count + 1, sizeof *item);
	uint32_t *last = (uint32_t *)malloc((count + 1) * sizeof *last);

	if (item == NULL || last == NULL) {
		free(item);
		free(last);
		return -ENOMEM;
	}
	for (size_t i = 0; i < count; i++)
		last[i] = ITEM_NONE;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t previous = last[slot[i]];
		item[i].previous = previous;
		item[i].first = previous == ITEM_NONE ? i : item[previous].first;
		last[slot[i]] = i;
	}
	free(last);
	*ret_items = (struct items){ .item = item, .count = count };
	return 0;
}

int tails_list(const uint32_t *slot, size_t left, size_t size, bool distinct, uint32_t *ret_row,
	size_t *ret_count)
{
	struct items items = { 0 };
	struct order order = { 0 };
	uint32_t *at = (uint32_t *)malloc((size + 1) * sizeof *at);
	size_t count = 0;

	int r = at == NULL ? -ENOMEM : make_items(slot, left, &items);
	if (r == 0)
		r = order_init(&order, &items, size, distinct);
	if (r == 0) {
		for (uint32_t k = 0; k < size; k++)
			at[k] = k;
		order_resume(&order, at);
		do {
			for (size_t k = 0; k < size; k++)
				*ret_row++ = slot[at[k]];
			count++;
		} while (order_next(&order, at) != SIZE_MAX);
		*ret_count = count;
	}
	order_release(&order);
	items_release(&items);
	free(at);
	return r;
}

int tails_count(const uint32_t *slot, size_t left, size_t size, bool distinct, size_t limit,
	size_t *ret_count)
{
	struct items items = { 0 };
	struct order order = { 0 };

	int r = make_items(slot, left, &items);
	if (r == 0)
		r = order_init(&order, &items, size, distinct);
	if (r == 0) {
		mpz_t count;
		mpz_init(count);
		order_count(&order, count);
		*ret_count = mpz_cmp_ui(count, limit) <= 0 ? mpz_get_ui(count) : 0;
		mpz_clear(count);
	}
	order_release(&order);
	items_release(&items);
	return r;
}

/* First one of each slot, then a second one of each that has two, and so on: of all ways to take so
 * many items this leaves the most arrangements of any j of them. (They are counted as order.h says.
 * Where a > b + 1, one of a equal items less and one of b others more makes no coefficient of (1 +
 * ... + x^a/a!) (1 + ... + x^b/b!) smaller: what x^(a+t), t <= b, gains and loses is as C(a + t, b
 * + 1) to C(a + t, t), and b + 1 is no further from the middle.) */
int tails_level(const struct items *items, uint32_t *ret_slot)
{
	size_t n = items->count;
	uint32_t *room = (uint32_t *)calloc(3 * n + 2, sizeof *room);

	if (room == NULL)
		return -ENOMEM;
	uint32_t *nth = room;      /* how many equal ones stand before each item */
	uint32_t *slot = room + n; /* of each item */
	uint32_t *end = slot +
			n; /* how many items have a lower nth; then where the next of them goes */
	uint32_t slots = 0;
	for (size_t i = 0; i < n; i++) {
		uint32_t previous = items->item[i].previous;
		nth[i] = previous == ITEM_NONE ? 0 : nth[previous] + 1;
		slot[i] = previous == ITEM_NONE ? slots++ : slot[previous];
		end[nth[i] + 1]++;
	}
	for (size_t i = 1; i < n; i++)
		end[i] += end[i - 1];
	for (size_t i = 0; i < n; i++)
		ret_slot[end[nth[i]]++] = slot[i];
	free(room);
	return 0;
}
