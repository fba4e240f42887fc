/* SPDX-License-Identifier: MIT */
/* The collections that a parse fills. They are short, so they are searched from one end to the
 * other. */

#include "argparse_run.h"

#include <errno.h>
#include <string.h>

static struct argparse_entry *find_entry(const struct plugh_namespace *ns, struct pytext dest)
{
	for (size_t i = 0; i < ns->count; i++)
		if (pytext_is_equal(ns->entry[i].dest, dest))
			return &ns->entry[i];
	return NULL;
}

const struct plugh_value *argparse_namespace_get(
	const struct plugh_namespace *ns, struct pytext dest)
{
	const struct argparse_entry *entry = find_entry(ns, dest);

	return entry ? entry->value : NULL;
}

int argparse_namespace_set(struct argparse_arena *arena, struct plugh_namespace *ns,
	struct pytext dest, const struct plugh_value *value)
{
	struct argparse_entry *entry = find_entry(ns, dest);

	if (entry) {
		entry->value = value;
		return 0;
	}

	void *array = ns->entry;
	int r = argparse_arena_grow(arena, &array, &ns->capacity, ns->count, sizeof *ns->entry);
	if (r < 0)
		return r;
	ns->entry = array;
	ns->entry[ns->count++] = (struct argparse_entry){ dest, value };
	return 0;
}

void argparse_namespace_remove(struct plugh_namespace *ns, struct pytext dest)
{
	struct argparse_entry *entry = find_entry(ns, dest);

	if (!entry)
		return;
	ns->count--;
	memmove(entry, entry + 1, (ns->count - (size_t)(entry - ns->entry)) * sizeof *entry);
}

int argparse_words_append(
	struct argparse_arena *arena, struct argparse_words *words, struct pytext word)
{
	void *array = words->item;

	int r = argparse_arena_grow(
		arena, &array, &words->capacity, words->count, sizeof *words->item);
	if (r < 0)
		return r;
	words->item = array;
	words->item[words->count++] = word;
	return 0;
}

int argparse_seen_add(
	struct argparse_arena *arena, struct argparse_seen_list *list, struct argparse_seen seen)
{
	void *array = list->item;

	for (size_t i = 0; i < list->count; i++) {
		if (list->item[i].argument != seen.argument)
			continue;
		list->item[i].counts = list->item[i].counts || seen.counts;
		list->item[i].has_words = list->item[i].has_words || seen.has_words;
		return 0;
	}

	int r = argparse_arena_grow(
		arena, &array, &list->capacity, list->count, sizeof *list->item);
	if (r < 0)
		return r;
	list->item = array;
	list->item[list->count++] = seen;
	return 0;
}

const struct argparse_seen *argparse_seen_find(
	const struct argparse_seen_list *list, const struct plugh_argument *argument)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->item[i].argument == argument)
			return &list->item[i];
	return NULL;
}

const struct plugh_value *plugh_namespace_find(const struct plugh_namespace *ns, const char *dest)
{
	return argparse_namespace_get(ns, pytext_of(dest));
}

size_t plugh_namespace_count(const struct plugh_namespace *ns)
{
	return ns->count;
}

const char *plugh_namespace_name(const struct plugh_namespace *ns, size_t i)
{
	return ns->entry[i].dest.bytes;
}

const struct plugh_value *plugh_namespace_value(const struct plugh_namespace *ns, size_t i)
{
	return ns->entry[i].value;
}
