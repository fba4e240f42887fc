/* The elements that are arranged: pieces of text, some of which may be equal.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PERMS_ITEMS_H
#define PERMS_ITEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct item {
	const char *bytes; /* borrowed, not ended by a NUL */
	size_t size;
	uint32_t
		first; /* the first item with this text: its own index where there is none before */
	uint32_t previous; /* the last item before it with this text, or ITEM_NONE */
};

#define ITEM_NONE UINT32_MAX

struct items {
	size_t count, capacity;
	struct item *item;
	size_t longest; /* bytes */
};

/* Append the code points of a text (which is borrowed, and UTF-8). Returns 0, -ENOMEM or -E2BIG. */
int items_add_code_points(struct items *items, const char *text);

/* Append a text as one item; append its words, split at blanks (as isspace has them in the C
 * locale). Returns 0, -ENOMEM or -E2BIG. */
int items_add_whole(struct items *items, const char *text);
int items_add_words(struct items *items, const char *text);

/* Find the equal ones; after the last was added. Returns 0 or -ENOMEM. */
int items_seal(struct items *items);

/* Are some of them equal? After items_seal. */
bool items_have_equals(const struct items *items);

void items_release(struct items *items);

#endif
