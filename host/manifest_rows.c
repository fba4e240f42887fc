/* The checks of one command's rows together.
 *
 * Names and members are sorted, then neighbours are compared: a table may have thousands of
 * options, and it may be hostile.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "manifest_check.h"

enum { MAX_ARGS_SIZE = 16 * 1024 * 1024 }; /* of an arguments struct, bytes */

/* Groups hold options and exclusive groups, exclusive groups hold options. */
static int check_nesting(const struct manifest_command *command, struct reason *why)
{
	enum { MAX_DEPTH = 2 };
	uint32_t open[MAX_DEPTH];
	size_t depth = 0;

	for (size_t i = 0; i < command->row_count; i++) {
		uint32_t type = command->row[i].note.type;
		if (type == PLUGH_RECORD_ABOUT)
			return reason_set(
				why, -ENOEXEC, "'%s' has two PLUGH_ABOUT", command->head->names);
		if (type == PLUGH_RECORD_END && depth-- == 0)
			return reason_set(why, -ENOEXEC, "'%s': a group ends that did not begin",
				command->head->names);
		if (type != PLUGH_RECORD_GROUP && type != PLUGH_RECORD_ONE_OF)
			continue;
		if (depth == MAX_DEPTH || (depth > 0 && open[depth - 1] == PLUGH_RECORD_ONE_OF) ||
			(depth > 0 && type == PLUGH_RECORD_GROUP))
			return reason_set(why, -ENOEXEC,
				"'%s': a group inside a group: only PLUGH_ONE_OF goes into "
				"PLUGH_GROUP",
				command->head->names);
		open[depth++] = type;
	}
	if (depth != 0)
		return reason_set(
			why, -ENOEXEC, "'%s': a group without its end", command->head->names);
	return 0;
}

/* One name of an option. */
struct entry {
	const struct plugh_option *option;
	const char *name;
	size_t size;
};

/* Ties in the order of the rows, so that the same file gives the same message. */
static int by_name(const void *a, const void *b)
{
	const struct entry *left = (const struct entry *)a;
	const struct entry *right = (const struct entry *)b;
	size_t n = left->size < right->size ? left->size : right->size;
	int order = memcmp(left->name, right->name, n);

	if (order == 0)
		order = (left->size > right->size) - (left->size < right->size);
	return order != 0 ? order : (left->name > right->name) - (left->name < right->name);
}

static int by_offset(const void *a, const void *b)
{
	const struct plugh_option *left = ((const struct entry *)a)->option;
	const struct plugh_option *right = ((const struct entry *)b)->option;
	int order = (left->offset > right->offset) - (left->offset < right->offset);

	return order != 0 ? order : (left > right) - (left < right);
}

static int check_names_differ(struct entry *entry, size_t count, struct reason *why)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		const struct plugh_option *option = entry[i].option;
		size_t size;
		for (const char *at = option->names; (size = manifest_next_word(&at)) > 0;
			at += size)
			entry[count + n++] = (struct entry){ option, at, size };
	}
	struct entry *name = entry + count;
	qsort(name, n, sizeof *name, by_name);
	for (size_t i = 1; i < n; i++) {
		if (name[i].size == name[i - 1].size &&
			memcmp(name[i].name, name[i - 1].name, name[i].size) == 0)
			return reason_set(why, -ENOEXEC, "two options share a name: '%s' and '%s'",
				name[i - 1].option->names, name[i].option->names);
	}
	return 0;
}

static bool are_shared(const struct plugh_option *a, const struct plugh_option *b)
{
	return (a->kind & PLUGH_KIND_SHARED) != 0 && a->kind == b->kind && a->offset == b->offset;
}

static int check_members_differ(struct entry *entry, size_t count, struct reason *why)
{
	qsort(entry, count, sizeof *entry, by_offset);
	const struct plugh_option *last = count > 0 ? entry[0].option : NULL;
	for (size_t i = 1; i < count; i++) {
		const struct plugh_option *option = entry[i].option;
		if (option->offset < last->offset + last->size && !are_shared(last, option))
			return reason_set(why, -ENOEXEC,
				"options '%s' and '%s' fill one member: use PLUGH_SET for both",
				last->names, option->names);
		last = option;
	}
	return 0;
}

static int check_member(const struct manifest_command *command, const struct plugh_option *option,
	struct reason *why)
{
	uint32_t end;
	if (__builtin_add_overflow(option->offset, option->size, &end) || end > command->head->size)
		return reason_set(why, -ENOEXEC,
			"option '%s': its member lies outside the arguments struct", option->names);
	/* Numbers and pointers are aligned to their size, lists to a pointer's. */
	size_t alignment = option->size < sizeof(void *) ? option->size : sizeof(void *);
	if (option->offset % alignment != 0)
		return reason_set(
			why, -ENOEXEC, "option '%s': its member is not aligned", option->names);
	return 0;
}

static int check_place(
	const struct manifest_command *command, const struct plugh_option *row, struct reason *why)
{
	if (row->note.type == PLUGH_RECORD_LISTED &&
		command->head->note.type != PLUGH_RECORD_PLUGIN)
		return reason_set(why, -ENOEXEC, "'%s': only PLUGH_PLUGIN_OF lists subcommands",
			command->head->names);
	return row->note.type == PLUGH_RECORD_OPTION ? check_member(command, row, why) : 0;
}

int manifest_check_rows(const struct manifest_command *command, struct reason *why)
{
	size_t count = 0;

	if (command->head->size > MAX_ARGS_SIZE)
		return reason_set(why, -ENOEXEC,
			"'%s' has an arguments struct of %u bytes, more than %d",
			command->head->names, command->head->size, MAX_ARGS_SIZE);
	int r = check_nesting(command, why);
	for (size_t i = 0; i < command->row_count && r == 0; i++) {
		r = check_place(command, &command->row[i], why);
		count += command->row[i].note.type == PLUGH_RECORD_OPTION;
	}
	if (r < 0 || count == 0)
		return r;

	/* The options, then room for their names. */
	struct entry *entry = (struct entry *)calloc(
		count * (1 + MANIFEST_MAX_NAMES), sizeof *entry);
	if (entry == NULL)
		return -ENOMEM;
	size_t n = 0;
	for (size_t i = 0; i < command->row_count; i++) {
		if (command->row[i].note.type == PLUGH_RECORD_OPTION)
			entry[n++].option = &command->row[i];
	}
	r = check_names_differ(entry, count, why);
	if (r == 0)
		r = check_members_differ(entry, count, why);
	free(entry);
	return r;
}
