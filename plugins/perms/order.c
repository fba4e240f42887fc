/* The order of the arrangements.
 *
 * Plain ones, and distinct ones of all items, are counted by a product that is divided step by step
 * as items are used. Distinct ones of some items need a polynomial: f[j] is the number of distinct
 * arrangements of j of the items that are left. Taking one of c equal items away gives
 * g[j] = f[j] - C(j, c) h[j-c], where h belongs to the items without those c at all, and
 * h[j] = f[j] - sum over k = 1..c of C(j, k) h[j-k].
 *
 * SPDX-License-Identifier: MIT */
#include "order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* How many arrangements begin with each item that may be next. */
struct weights {
	struct order *order;
	size_t left;   /* items that are not used */
	size_t places; /* that are still to be filled */
	mpz_t all;     /* arrangements of `places` of the items that are left */
	mpz_t *f;      /* the polynomial, places + 1 numbers; NULL: not needed */
	mpz_t *h;
	mpz_t term;
	size_t size; /* of f and h */
};

static size_t count_of(const struct order *order)
{
	return order->items->count;
}

int order_init(struct order *ret_order, const struct items *items, size_t r, bool distinct)
{
	struct order order = {
		.items = items, .r = r, .distinct = distinct && items_have_equals(items)
	};

	order.is_used = (bool *)calloc(items->count + 1, sizeof *order.is_used);
	order.left = (uint32_t *)calloc(items->count + 1, sizeof *order.left);
	bool is_done = order.is_used != NULL && order.left != NULL;
	if (order.distinct && r < items->count) {
		order.number = (mpz_t *)malloc(2 * (r + 1) * sizeof *order.number);
		is_done = is_done && order.number != NULL;
		for (size_t i = 0; order.number != NULL && i < 2 * (r + 1); i++)
			mpz_init(order.number[i]);
	}
	if (!is_done) {
		order_release(&order);
		return -ENOMEM;
	}
	*ret_order = order;
	return 0;
}

void order_release(struct order *order)
{
	for (size_t i = 0; order->number != NULL && i < 2 * (order->r + 1); i++)
		mpz_clear(order->number[i]);
	free(order->number);
	free(order->is_used);
	free(order->left);
	*order = (struct order){ 0 };
}

/* ---- Counting ---- */

/* sum += or -= the sum over k = 1..c of C(j, k) from[j-k]. */
static void add_terms(mpz_t sum, mpz_t *from, size_t j, uint32_t c, bool subtract)
{
	mpz_t binomial;

	mpz_init_set_ui(binomial, 1);
	for (size_t k = 1; k <= c && k <= j; k++) {
		mpz_mul_ui(binomial, binomial, j - k + 1);
		mpz_divexact_ui(binomial, binomial, k);
		if (subtract)
			mpz_submul(sum, binomial, from[j - k]);
		else
			mpz_addmul(sum, binomial, from[j - k]);
	}
	mpz_clear(binomial);
}

/* h of c equal items, up to h[most]. */
static void divide(struct weights *w, uint32_t c, size_t most)
{
	for (size_t j = 0; j <= most; j++) {
		mpz_set(w->h[j], w->f[j]);
		add_terms(w->h[j], w->h, j, c, true);
	}
}

/* f times 1 + x + ... + x^c/c!, in place from the top down. */
static void multiply(struct weights *w, uint32_t c)
{
	for (size_t j = w->size - 1; j > 0; j--)
		add_terms(w->f[j], w->f, j, c, false);
}

static void make_polynomial(struct weights *w)
{
	const struct order *order = w->order;

	w->size = order->r + 1;
	w->f = order->number;
	w->h = w->f + w->size;
	for (size_t j = 0; j < w->size; j++)
		mpz_set_ui(w->f[j], j == 0);
	for (size_t i = 0; i < count_of(order); i++)
		if (order->left[i] > 0)
			multiply(w, order->left[i]);
}

/* (from + 1) (from + 2) ... to, by halves: long numbers are multiplied by long ones. */
static void multiply_range(size_t from, size_t to, mpz_t ret_product)
{
	enum { FEW = 32 };

	if (to - from > FEW) {
		mpz_t right;
		mpz_init(right);
		multiply_range(from, from + (to - from) / 2, ret_product);
		multiply_range(from + (to - from) / 2, to, right);
		mpz_mul(ret_product, ret_product, right);
		mpz_clear(right);
		return;
	}
	mpz_set_ui(ret_product, 1);
	for (size_t i = from + 1; i <= to; i++)
		mpz_mul_ui(ret_product, ret_product, i);
}

/* n!/(n-r)! divided by c! for each c of equal ones, where all are arranged. */
static void make_product(struct weights *w)
{
	const struct order *order = w->order;

	multiply_range(count_of(order) - order->r, count_of(order), w->all);
	if (!order->distinct)
		return;
	for (size_t i = 0; i < count_of(order); i++) {
		if (order->left[i] < 2)
			continue;
		mpz_fac_ui(w->term, order->left[i]);
		mpz_divexact(w->all, w->all, w->term);
	}
}

static void weights_init(struct weights *ret_weights, struct order *order)
{
	const struct items *items = order->items;
	struct weights *w = ret_weights;

	*w = (struct weights){ .order = order, .left = items->count, .places = order->r };
	mpz_inits(w->all, w->term, NULL);
	memset(order->is_used, 0, items->count * sizeof *order->is_used);
	memset(order->left, 0, items->count * sizeof *order->left);
	for (size_t i = 0; i < items->count; i++)
		order->left[items->item[i].first]++;
	if (order->r > items->count) {
		mpz_set_ui(w->all, 0);
		return;
	}
	if (order->number != NULL) {
		make_polynomial(w);
		mpz_set(w->all, w->f[w->places]);
	} else {
		make_product(w);
	}
}

static void weights_release(struct weights *w)
{
	mpz_clears(w->all, w->term, NULL);
}

/* How many of the arrangements begin with this item. */
static void weigh(struct weights *w, uint32_t i, mpz_t ret_weight)
{
	struct order *order = w->order;
	uint32_t c = order->left[order->items->item[i].first];
	size_t most = w->places - 1;

	if (w->f == NULL) {
		if (order->distinct)
			mpz_mul_ui(ret_weight, w->all, c);
		else
			mpz_set(ret_weight, w->all);
		mpz_divexact_ui(ret_weight, ret_weight, w->left);
		return;
	}
	mpz_set(ret_weight, w->f[most]);
	if (c > most)
		return;
	divide(w, c, most - c);
	mpz_bin_uiui(w->term, most, c);
	mpz_submul(ret_weight, w->term, w->h[most - c]);
}

/* Use an item, whose weight is known. */
static void take(struct weights *w, uint32_t i, const mpz_t weight)
{
	struct order *order = w->order;
	uint32_t *c = &order->left[order->items->item[i].first];

	if (w->f != NULL && *c < w->places) {
		size_t most = w->places - 1;
		divide(w, *c, most - *c);
		for (size_t j = *c; j <= most; j++) {
			mpz_bin_uiui(w->term, j, *c);
			mpz_submul(w->f[j], w->term, w->h[j - *c]);
		}
	}
	mpz_set(w->all, weight);
	order->is_used[i] = true;
	(*c)--;
	w->left--;
	w->places--;
}

void order_count(struct order *order, mpz_t ret_count)
{
	struct weights w;

	weights_init(&w, order);
	mpz_set(ret_count, w.all);
	weights_release(&w);
}

/* ---- Ranks ---- */

/* The item whose arrangements hold the rank, which becomes the rank among them. Plain ones are all
 * of one weight, so the item is found by one division. */
static uint32_t find_plain(struct weights *w, mpz_t rank, mpz_t weight)
{
	uint32_t i = 0;

	weigh(w, 0, weight);
	mpz_tdiv_qr(w->term, rank, rank, weight);
	for (unsigned long skip = mpz_get_ui(w->term);; i++) {
		if (w->order->is_used[i])
			continue;
		if (skip-- == 0)
			return i;
	}
}

/* Items of equally many equals weigh the same: what was weighed last is often wanted again. */
static uint32_t find_distinct(struct weights *w, mpz_t rank, mpz_t weight)
{
	const struct order *order = w->order;
	uint32_t weighed = 0;

	for (uint32_t i = 0;; i++) {
		if (!order_may_use(order, i))
			continue;
		uint32_t c = order->left[order->items->item[i].first];
		if (c != weighed)
			weigh(w, i, weight);
		weighed = c;
		if (mpz_cmp(rank, weight) < 0)
			return i;
		mpz_sub(rank, rank, weight);
	}
}

void order_resume(struct order *order, const uint32_t *at)
{
	memset(order->is_used, 0, count_of(order) * sizeof *order->is_used);
	for (size_t k = 0; k < order->r; k++)
		order->is_used[at[k]] = true;
}

void order_unrank(struct order *order, const mpz_t rank, uint32_t *ret_at)
{
	struct weights w;
	mpz_t rest, weight;

	/* The first one needs no numbers, which of many items are long. */
	if (mpz_sgn(rank) == 0) {
		for (uint32_t k = 0; k < order->r; k++)
			ret_at[k] = k;
		order_resume(order, ret_at);
		return;
	}
	mpz_init_set(rest, rank);
	mpz_init(weight);
	weights_init(&w, order);
	for (size_t k = 0; k < order->r; k++) {
		ret_at[k] = order->distinct ? find_distinct(&w, rest, weight)
					    : find_plain(&w, rest, weight);
		take(&w, ret_at[k], weight);
	}
	weights_release(&w);
	mpz_clears(rest, weight, NULL);
}

/* How many arrangements stand before those that have this item here; `weight`: how many have it. */
static void add_before(struct weights *w, uint32_t here, mpz_t sum, mpz_t weight)
{
	const struct order *order = w->order;
	uint32_t weighed = 0, times = 0;

	for (uint32_t i = 0; i <= here; i++) {
		if (!order_may_use(order, i))
			continue;
		/* Plain ones all weigh the same. */
		uint32_t c = order->distinct ? order->left[order->items->item[i].first] : 1;
		if (c != weighed) {
			mpz_addmul_ui(sum, weight, times);
			times = 0;
			weigh(w, i, weight);
		}
		weighed = c;
		times += i < here;
	}
	mpz_addmul_ui(sum, weight, times);
}

void order_rank(struct order *order, const uint32_t *at, mpz_t ret_rank)
{
	struct weights w;
	mpz_t weight;

	mpz_init(weight);
	mpz_set_ui(ret_rank, 0);
	weights_init(&w, order);
	for (size_t k = 0; k < order->r; k++) {
		add_before(&w, at[k], ret_rank, weight);
		take(&w, at[k], weight);
	}
	weights_release(&w);
	mpz_clear(weight);
}

/* ---- Steps ---- */

size_t order_next(struct order *order, uint32_t *at)
{
	uint32_t n = (uint32_t)count_of(order);

	for (size_t k = order->r; k-- > 0;) {
		order->is_used[at[k]] = false;
		uint32_t i = at[k] + 1;
		while (i < n && !order_may_use(order, i))
			i++;
		if (i == n)
			continue;
		order->is_used[at[k] = i] = true;
		/* The smallest ones behind it. */
		uint32_t j = 0;
		for (size_t m = k + 1; m < order->r; m++) {
			while (order->is_used[j])
				j++;
			order->is_used[at[m] = j] = true;
		}
		return k;
	}
	return SIZE_MAX;
}
