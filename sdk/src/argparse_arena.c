/* SPDX-License-Identifier: MIT */
/* A bump allocator: blocks from malloc, each twice as large as the one before, up to a limit. Most
 * arenas hold little, and a block's last page is touched by malloc itself. */

#include "argparse_arena.h"

#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include <plugh/argparse.h>

/* A test builds this with blocks of one byte, so that every allocation is one of malloc's. */
#ifndef ARGPARSE_BLOCK_SIZE
#define ARGPARSE_BLOCK_SIZE ((size_t)2 * 1024)
#endif
#define ARGPARSE_BLOCK_LIMIT ((size_t)4 * ARGPARSE_BLOCK_SIZE)

struct argparse_block {
	struct argparse_block *next;
	size_t used;
	size_t size;
	alignas(max_align_t) unsigned char bytes[];
};

static struct argparse_block *add_block(struct argparse_arena *arena, size_t size)
{
	size_t room = arena->block ? 2 * arena->block->size : ARGPARSE_BLOCK_SIZE;
	if (room > ARGPARSE_BLOCK_LIMIT)
		room = ARGPARSE_BLOCK_LIMIT;
	if (room < size)
		room = size;
	struct argparse_block *block = malloc(sizeof *block + room);

	if (!block)
		return NULL;
	*block = (struct argparse_block){ .next = arena->block, .size = room };
	arena->block = block;
	return block;
}

void *argparse_arena_alloc(struct argparse_arena *arena, size_t size)
{
	struct argparse_block *block = arena->block;
	size_t rounded;

	if (__builtin_add_overflow(size, alignof(max_align_t) - 1, &rounded) ||
		rounded > SIZE_MAX / 2)
		return NULL;
	rounded -= rounded % alignof(max_align_t);

	if (!block || block->size - block->used < rounded)
		block = add_block(arena, rounded);
	if (!block)
		return NULL;

	void *memory = block->bytes + block->used;
	block->used += rounded;
	return memset(memory, 0, size);
}

void *argparse_arena_array(struct argparse_arena *arena, size_t count, size_t size)
{
	size_t total;

	return __builtin_mul_overflow(count, size, &total) ? NULL
							   : argparse_arena_alloc(arena, total);
}

int argparse_arena_text(struct argparse_arena *arena, struct pytext text, struct pytext *ret_text)
{
	if (text.bytes == NULL || text.bytes == plugh_suppress) {
		*ret_text = text;
		return 0;
	}

	char *copy = argparse_arena_alloc(arena, text.length + 1);
	if (!copy)
		return -ENOMEM;
	if (text.length)
		memcpy(copy, text.bytes, text.length);
	*ret_text = (struct pytext){ copy, text.length };
	return 0;
}

void argparse_arena_release(struct argparse_arena *arena)
{
	while (arena->block) {
		struct argparse_block *next = arena->block->next;
		free(arena->block);
		arena->block = next;
	}
}

int argparse_arena_grow(
	struct argparse_arena *arena, void **item, size_t *capacity, size_t count, size_t size)
{
	if (count < *capacity)
		return 0;

	size_t wanted = *capacity ? *capacity * 2 : 8;
	void *moved = argparse_arena_array(arena, wanted, size);
	if (!moved)
		return -ENOMEM;
	if (count)
		memcpy(moved, *item, count * size);
	*item = moved;
	*capacity = wanted;
	return 0;
}

int argparse_list_append(struct argparse_arena *arena, struct argparse_list *list, void *item)
{
	void *array = list->item;

	int r = argparse_arena_grow(
		arena, &array, &list->capacity, list->count, sizeof *list->item);
	if (r < 0)
		return r;
	list->item = array;
	list->item[list->count++] = item;
	return 0;
}

size_t argparse_list_find(const struct argparse_list *list, const void *item)
{
	size_t i = 0;

	while (i < list->count && list->item[i] != item)
		i++;
	return i;
}

void argparse_list_remove(struct argparse_list *list, size_t i)
{
	memmove(&list->item[i], &list->item[i + 1], (list->count - i - 1) * sizeof *list->item);
	list->count--;
}
