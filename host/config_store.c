/* SPDX-License-Identifier: MIT */
/* The memory of a struct config, and its list of problems. */
#include "config_store.h"

#include <errno.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "join.h"
#include "suggest.h"
#include "visible.h"

/* Most configurations fit in one chunk. A test that fails each allocation in turn sets it to 1. */
#ifndef CONFIG_CHUNK_SIZE
#define CONFIG_CHUNK_SIZE 2048
#endif

enum { NOTES_OF_ONE_FILE = 50 };

struct config_chunk {
	struct config_chunk *next;
	size_t used;
	size_t size;
	alignas(max_align_t) unsigned char bytes[];
};

/* ---- Memory ---- */

static struct config_chunk *add_chunk(struct config *config, size_t n)
{
	size_t size = n > CONFIG_CHUNK_SIZE ? n : CONFIG_CHUNK_SIZE;

	if (size > SIZE_MAX - sizeof(struct config_chunk))
		return NULL;
	struct config_chunk *chunk = calloc(1, sizeof *chunk + size);
	if (chunk == NULL)
		return NULL;
	chunk->size = size;
	chunk->next = config->chunk;
	config->chunk = chunk;
	return chunk;
}

void *config_store_alloc(struct config *config, size_t n)
{
	struct config_chunk *chunk = config->chunk;
	const size_t align = alignof(max_align_t);

	if (n > SIZE_MAX - align)
		return NULL;
	n = (n + align - 1) / align * align;
	if (chunk == NULL || chunk->size - chunk->used < n)
		chunk = add_chunk(config, n);
	if (chunk == NULL)
		return NULL;
	void *bytes = chunk->bytes + chunk->used;
	chunk->used += n;
	return bytes;
}

char *config_store_dup(struct config *config, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = config_store_alloc(config, size);

	if (copy != NULL)
		memcpy(copy, text, size);
	return copy;
}

char *config_store_join(struct config *config, const char *const part[])
{
	size_t size = join_parts(NULL, 0, part) + 1;
	char *text = (char *)config_store_alloc(config, size);

	if (text != NULL)
		join_parts(text, size, part);
	return text;
}

int config_list_append(struct config_list *list, void *item)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity == 0 ? 16 : 2 * list->capacity;
		void **larger = realloc(list->item, capacity * sizeof *larger);
		if (larger == NULL)
			return -ENOMEM;
		list->item = larger;
		list->capacity = capacity;
	}
	list->item[list->count++] = item;
	return 0;
}

void config_destroy(struct config *config)
{
	if (config == NULL)
		return;

	struct config_list *list[] = { &config->file, &config->section, &config->item,
		&config->note, &config->path, &config->rule };
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
		free(list[i]->item);

	struct config_chunk *chunk = config->chunk;
	while (chunk != NULL) {
		struct config_chunk *next = chunk->next;
		free(chunk);
		chunk = next;
	}
	free(config);
}

/* ---- Problems ---- */

static char *dup_escaped(struct config *config, const char *text)
{
	char *copy = config_store_alloc(config, 4 * strlen(text) + 1);
	char *end = copy;

	while (copy != NULL && *text != '\0') {
		size_t n = visible_size(text);
		if (n > 0) {
			memcpy(end, text, n);
			end += n;
			text += n;
		} else {
			end += snprintf(end, 5, "\\x%02x", (unsigned char)*text++);
		}
	}
	return copy;
}

static int append_note(struct config *config, const struct config_problem *problem, unsigned rank)
{
	struct config_note *note = config_store_alloc(config, sizeof *note);

	if (note == NULL)
		return -ENOMEM;
	note->problem = *problem;
	note->rank = rank;
	note->sequence = config->note_sequence++;
	return config_list_append(&config->note, note);
}

/* How many problems of this file are kept; RET_LAST receives the last of them. */
static size_t count_notes(const struct config *config, unsigned rank, struct config_note **ret_last)
{
	size_t n = 0;

	for (size_t i = 0; i < config->note.count; i++) {
		struct config_note *note = config->note.item[i];
		if (note->rank == rank) {
			*ret_last = note;
			n++;
		}
	}
	return n;
}

static int append_last_note(struct config *config, enum config_severity severity,
	const struct config_place *place, const char *file)
{
	const struct config_problem problem = { severity, file, place->line,
		"more problems follow in this file; they are not listed", NULL };

	return append_note(config, &problem, place->rank);
}

int config_note_add(struct config *config, enum config_severity severity,
	const struct config_place *place, const char *text, const char *hint)
{
	struct config_problem problem = { .severity = severity, .line = place->line };
	struct config_note *last = NULL;
	size_t count = count_notes(config, place->rank, &last);

	if (severity == CONFIG_ERROR)
		config->error_count++;
	if (count >= NOTES_OF_ONE_FILE) {
		if (severity == CONFIG_ERROR)
			last->problem.severity = CONFIG_ERROR;
		return 0;
	}

	problem.file = dup_escaped(config, place->file != NULL ? place->file : place->origin);
	if (problem.file == NULL)
		return -ENOMEM;
	if (count == NOTES_OF_ONE_FILE - 1)
		return append_last_note(config, severity, place, problem.file);
	problem.text = dup_escaped(config, text);
	problem.hint = hint != NULL ? dup_escaped(config, hint) : NULL;
	if (problem.text == NULL || (hint != NULL && problem.hint == NULL))
		return -ENOMEM;
	return append_note(config, &problem, place->rank);
}

int config_note_addf(struct config *config, enum config_severity severity,
	const struct config_place *place, const char *hint, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return config_note_add(config, severity, place, text, hint);
}

int config_note_unknown(struct config *config, const struct config_place *place, const char *what,
	const char *word, const char *const *known)
{
	struct suggest suggest;
	char hint[512];

	suggest_init(&suggest, word);
	for (size_t i = 0; known[i] != NULL; i++)
		suggest_offer(&suggest, known[i]);
	return config_note_addf(config, CONFIG_ERROR, place,
		suggest_format(&suggest, hint, sizeof hint), "unknown %s '%s'", what, word);
}

static int compare_notes(const void *left, const void *right)
{
	const struct config_note *a = *(struct config_note *const *)left;
	const struct config_note *b = *(struct config_note *const *)right;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->problem.line != b->problem.line)
		return a->problem.line < b->problem.line ? -1 : 1;
	return a->sequence < b->sequence ? -1 : 1;
}

void config_note_sort(struct config *config)
{
	if (config->note.count > 1)
		qsort(config->note.item, config->note.count, sizeof config->note.item[0],
			compare_notes);
}

size_t config_count_problems(const struct config *config)
{
	return config->note.count;
}

const struct config_problem *config_get_problem(const struct config *config, size_t index)
{
	const struct config_note *note = config->note.item[index];

	return &note->problem;
}

bool config_has_errors(const struct config *config)
{
	return config->error_count > 0;
}

const char *config_problem_format(const struct config_problem *problem, char *buffer, size_t size)
{
	const char *word = problem->severity == CONFIG_ERROR ? "error" : "warning";

	if (problem->line > 0)
		snprintf(buffer, size, "%s:%u: %s: %s", problem->file, problem->line, word,
			problem->text);
	else
		snprintf(buffer, size, "%s: %s: %s", problem->file, word, problem->text);
	return buffer;
}
