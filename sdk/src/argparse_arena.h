/* SPDX-License-Identifier: MIT */
/* Memory that is freed all at once: of a tree of parsers, and of an outcome. */
#ifndef PLUGH_ARGPARSE_ARENA_H
#define PLUGH_ARGPARSE_ARENA_H

#include <stddef.h>

#include "pytext.h"

struct argparse_block;

/* All zero is an empty arena. */
struct argparse_arena {
	struct argparse_block *block;
};

/* Zeroed memory, aligned for anything; NULL when there is none. */
void *argparse_arena_alloc(struct argparse_arena *arena, size_t size);

/* The same for an array; NULL also when count * size overflows. */
void *argparse_arena_array(struct argparse_arena *arena, size_t count, size_t size);

/* A copy of text that ends in NUL; None and SUPPRESS, which are told by their address, stay
 * themselves. */
int argparse_arena_text(struct argparse_arena *arena, struct pytext text, struct pytext *ret_text);

void argparse_arena_release(struct argparse_arena *arena);

/* An array in an arena that grows by appending: pointers ... */
struct argparse_list {
	void **item;
	size_t count;
	size_t capacity;
};

int argparse_list_append(struct argparse_arena *arena, struct argparse_list *list, void *item);

/* The index of item, or list->count. */
size_t argparse_list_find(const struct argparse_list *list, const void *item);

void argparse_list_remove(struct argparse_list *list, size_t i);

/* ... or elements of size bytes: room for one more than count; *item is moved when it has to be. */
int argparse_arena_grow(
	struct argparse_arena *arena, void **item, size_t *capacity, size_t count, size_t size);

#endif
