/* The elements that are arranged.
 *
 * SPDX-License-Identifier: MIT */
#include "items.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int add(struct items *items, const char *bytes, size_t size)
{
	if (items->count == items->capacity) {
		size_t capacity = items->capacity * 2 + 32;
		if (capacity > ITEM_NONE / 2)
			return -E2BIG;
		struct item *item = (struct item *)realloc(
			items->item, capacity * sizeof *items->item);
		if (item == NULL)
			return -ENOMEM;
		items->item = item;
		items->capacity = capacity;
	}
	items->item[items->count++] = (struct item){ .bytes = bytes, .size = size };
	if (size > items->longest)
		items->longest = size;
	return 0;
}

int items_add_code_points(struct items *items, const char *text)
{
	for (const char *at = text; *at != '\0';) {
		/* What follows a first byte is 10xxxxxx. */
		size_t n = 1;
		while (((unsigned char)at[n] & 0xc0) == 0x80)
			n++;
		int r = add(items, at, n);
		if (r < 0)
			return r;
		at += n;
	}
	return 0;
}

int items_add_whole(struct items *items, const char *text)
{
	return add(items, text, strlen(text));
}

int items_add_words(struct items *items, const char *text)
{
	static const char blanks[] = " \t\n\v\f\r";

	for (const char *at = text + strspn(text, blanks); *at != '\0'; at += strspn(at, blanks)) {
		size_t n = strcspn(at, blanks);
		int r = add(items, at, n);
		if (r < 0)
			return r;
		at += n;
	}
	return 0;
}

static int by_text(const void *a, const void *b)
{
	const struct item *left = *(const struct item *const *)a;
	const struct item *right = *(const struct item *const *)b;
	size_t n = left->size < right->size ? left->size : right->size;
	int order = memcmp(left->bytes, right->bytes, n);

	if (order == 0)
		order = (left->size > right->size) - (left->size < right->size);
	return order != 0 ? order : (left > right) - (left < right);
}

int items_seal(struct items *items)
{
	struct item **sorted = (struct item **)malloc((items->count + 1) * sizeof *sorted);
	if (sorted == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < items->count; i++)
		sorted[i] = &items->item[i];
	qsort(sorted, items->count, sizeof(struct item *), by_text);
	for (size_t i = 0; i < items->count; i++) {
		const struct item *before = i > 0 ? sorted[i - 1] : NULL;
		bool is_equal = before != NULL && before->size == sorted[i]->size &&
				memcmp(before->bytes, sorted[i]->bytes, before->size) == 0;
		sorted[i]->first = is_equal ? before->first : (uint32_t)(sorted[i] - items->item);
		sorted[i]->previous = is_equal ? (uint32_t)(before - items->item) : ITEM_NONE;
	}
	free(sorted);
	return 0;
}

bool items_have_equals(const struct items *items)
{
	for (size_t i = 0; i < items->count; i++)
		if (items->item[i].previous != ITEM_NONE)
			return true;
	return false;
}

void items_release(struct items *items)
{
	free(items->item);
	*items = (struct items){ 0 };
}
