/* Reading an arrangement.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"

enum { MOST_TRIES = 10 * 1000 * 1000 /* more than one way needs */ };

/* The end of an item here and of what stands behind it, NULL where it is not here. */
static const char *read_item(const struct lines_spec *spec, const struct item *item, const char *at,
	const char *end, bool is_last)
{
	if ((size_t)(end - at) < item->size || memcmp(at, item->bytes, item->size) != 0)
		return NULL;
	at += item->size;
	if (is_last)
		return at == end ? at : NULL;
	if ((size_t)(end - at) < spec->separator_size ||
		memcmp(at, spec->separator, spec->separator_size) != 0)
		return NULL;
	return at + spec->separator_size;
}

struct parse {
	const struct lines_spec *spec;
	struct order *order;
	const char *end;
	size_t tries, most;
};

/* The first item from i on that can stand here as the k-th; i becomes its index. Returns what is
 * behind it, or NULL. Of equal ones the first that is left is taken, which gives the lowest rank.
 */
static const char *find_item(struct parse *parse, const char *at, size_t k, uint32_t *i)
{
	const struct items *items = parse->order->items;
	const bool *is_used = parse->order->is_used;
	bool is_last = k + 1 == parse->order->r;

	for (; *i < items->count && parse->tries <= parse->most; (*i)++) {
		const struct item *item = &items->item[*i];
		if (is_used[*i] || (item->previous != ITEM_NONE && !is_used[item->previous]))
			continue;
		parse->tries++;
		const char *behind = read_item(parse->spec, item, at, parse->end, is_last);
		if (behind != NULL)
			return behind;
	}
	return NULL;
}

/* Items in order of rank, back where none fits: there may be several ways, as in "aab" of "a" and
 * "ab" without a separator. */
static bool search(struct parse *parse, const char **place, uint32_t *ret_at)
{
	struct order *order = parse->order;
	size_t k = 0;
	uint32_t i = 0;

	while (k < order->r) {
		const char *behind = find_item(parse, place[k], k, &i);
		if (behind != NULL) {
			order->is_used[i] = true;
			ret_at[k++] = i;
			place[k] = behind;
			i = 0;
			continue;
		}
		if (k == 0)
			return false;
		i = ret_at[--k];
		order->is_used[i++] = false;
	}
	return true;
}

int lines_parse(
	const struct lines_spec *spec, struct order *order, const char *text, uint32_t *ret_at)
{
	struct parse parse = { .spec = spec, .order = order, .end = text + strlen(text) };
	/* One way may need to look at every item for every place. */
	parse.most = MOST_TRIES + order->r * order->items->count;
	const char **place = (const char **)calloc(order->r + 1, sizeof *place);

	if (place == NULL)
		return -ENOMEM;
	memset(order->is_used, 0, order->items->count * sizeof *order->is_used);
	place[0] = text;
	bool found = search(&parse, place, ret_at) && (order->r > 0 || *text == '\0');
	free(place);
	return found ? 0 : parse.tries > parse.most ? -E2BIG : -EINVAL;
}
