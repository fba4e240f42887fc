/* SPDX-License-Identifier: MIT */
/* "did you mean": the name nearest to a misspelt one, by the number of letters to insert, drop,
 * change or swap. */

#include "argparse_run.h"

#include <string.h>

enum {
	LETTERS = 48, /* longer names are not compared */
};

struct spelling {
	uint32_t letter[LETTERS];
	size_t count;
};

static bool spell(struct pytext text, struct spelling *ret_spelling)
{
	ret_spelling->count = 0;
	for (size_t i = 0, size; i < text.length; i += size) {
		if (ret_spelling->count == LETTERS)
			return false;
		ret_spelling->letter[ret_spelling->count++] = pytext_decode(
			pytext_from(text, i), &size);
	}
	return true;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment distance. */
static size_t distance(const struct spelling *a, const struct spelling *b)
{
	size_t rows[3][LETTERS + 1];
	size_t *before = rows[0];
	size_t *last = rows[1];
	size_t *row = rows[2];

	for (size_t j = 0; j <= b->count; j++)
		last[j] = j;
	for (size_t i = 1; i <= a->count; i++) {
		row[0] = i;
		for (size_t j = 1; j <= b->count; j++) {
			bool differs = a->letter[i - 1] != b->letter[j - 1];
			bool swapped = i > 1 && j > 1 && a->letter[i - 1] == b->letter[j - 2] &&
				       a->letter[i - 2] == b->letter[j - 1];
			row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + differs);
			if (swapped)
				row[j] = least(row[j], before[j - 2] + 1);
		}
		size_t *reused = before;
		before = last;
		last = row;
		row = reused;
	}
	return last[b->count];
}

/* The nearest candidate so far. */
struct nearest {
	struct spelling word;
	size_t limit; /* only what is nearer counts */
	struct pytext name;
};

/* A third of the letters may be wrong. */
static bool nearest_init(struct nearest *nearest, struct pytext word)
{
	nearest->name = (struct pytext){ 0 };
	if (!spell(word, &nearest->word) || nearest->word.count < 2)
		return false;
	nearest->limit = nearest->word.count / 3 + 2;
	return true;
}

static void nearest_try(struct nearest *nearest, struct pytext name)
{
	struct spelling spelling;

	if (!spell(name, &spelling))
		return;

	size_t d = distance(&nearest->word, &spelling);
	if (d < nearest->limit && d < spelling.count && d < nearest->word.count) {
		nearest->limit = d;
		nearest->name = name;
	}
}

/* The first thing misspelt is the one to tell about. */
static void set_hint(struct argparse_run *run, struct pytext name)
{
	struct pytext_buf *hint = &run->outcome->hint;

	if (!name.bytes || hint->length)
		return;
	pytext_buf_append_string(hint, "did you mean ");
	pytext_buf_append_repr(hint, name);
	pytext_buf_append_char(hint, '?');

	/* A hint that memory is too short for is no hint; the error itself is told. */
	if (hint->failed)
		pytext_buf_release(hint);
}

void argparse_suggest_option(struct argparse_run *run, struct pytext word)
{
	const struct argparse_registry *registry = &run->parser->registry;
	struct nearest nearest;

	/* Of "-x" only the letter is wrong, which says nothing. */
	word = pytext_upto(word, pytext_find_char(word, '='));
	if (pytext_count(word) < 3 || !nearest_init(&nearest, word))
		return;
	for (size_t i = 0; i < registry->option_count; i++)
		if (!argparse_is_suppressed(registry->option[i].argument->help))
			nearest_try(&nearest, registry->option[i].name);
	set_hint(run, nearest.name);
}

void argparse_suggest_choice(
	struct argparse_run *run, struct pytext word, const struct plugh_value *choices)
{
	struct nearest nearest;

	if (!nearest_init(&nearest, word))
		return;
	for (size_t i = 0; i < choices->as.list.count; i++)
		if (choices->as.list.item[i].kind == PLUGH_VALUE_TEXT)
			nearest_try(&nearest, argparse_value_text(&choices->as.list.item[i]));
	set_hint(run, nearest.name);
}
