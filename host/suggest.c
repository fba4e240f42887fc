/* SPDX-License-Identifier: MIT */
/* The edit distance with swaps, by the usual table of which three rows are kept (Boytsov, "Indexing
 * methods for approximate dictionary searching", 2011, section 2.1). */
#include "suggest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { WORD_MAX = 63 };

static bool is_same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static size_t min(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t suggest_distance(const char *a, const char *b, size_t limit)
{
	size_t rows[3][WORD_MAX + 1];
	size_t a_length = strnlen(a, WORD_MAX + 1);
	size_t b_length = strnlen(b, WORD_MAX + 1);

	if (a_length > WORD_MAX || b_length > WORD_MAX)
		return limit + 1;

	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		size_t *row = rows[i % 3];
		const size_t *last = rows[(i - 1) % 3];
		const size_t *before = rows[(i + 1) % 3]; /* i - 2 */

		row[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			row[j] = min(last[j], row[j - 1]) + 1;
			row[j] = min(row[j], last[j - 1] + (is_same(a[i - 1], b[j - 1]) ? 0 : 1));
			if (i > 1 && j > 1 && is_same(a[i - 1], b[j - 2]) &&
				is_same(a[i - 2], b[j - 1]))
				row[j] = min(row[j], before[j - 2] + 1);
		}
	}
	return min(rows[a_length % 3][b_length], limit + 1);
}

void suggest_init(struct suggest *suggest, const char *word)
{
	*suggest = (struct suggest){ .word = word };
}

void suggest_offer(struct suggest *suggest, const char *candidate)
{
	size_t word_length = strlen(suggest->word);
	size_t length = strlen(candidate);
	size_t limit = (word_length > length ? word_length : length) / 3;

	if (strcmp(suggest->word, candidate) == 0)
		return;
	if (suggest->count > 0)
		limit = min(limit, suggest->distance);
	size_t distance = suggest_distance(suggest->word, candidate, limit);
	if (distance > limit)
		return;
	if (suggest->count > 0 && distance < suggest->distance)
		suggest->count = 0;
	suggest->distance = distance;
	for (size_t i = 0; i < suggest->count; i++)
		if (strcmp(suggest->name[i], candidate) == 0)
			return;
	if (suggest->count < SUGGEST_MAX)
		suggest->name[suggest->count++] = candidate;
}

const char *suggest_format(const struct suggest *suggest, char *buffer, size_t size)
{
	const char *const *name = suggest->name;

	switch (suggest->count) {
	case 0:
		return NULL;
	case 1:
		snprintf(buffer, size, "did you mean '%s'?", name[0]);
		break;
	case 2:
		snprintf(buffer, size, "did you mean '%s' or '%s'?", name[0], name[1]);
		break;
	default:
		snprintf(buffer, size, "did you mean '%s', '%s' or '%s'?", name[0], name[1],
			name[2]);
		break;
	}
	return buffer;
}
