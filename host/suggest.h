/* SPDX-License-Identifier: MIT */
/* "Did you mean": the known names that are nearest to a mistyped one.
 *
 * The distance is the number of single-character edits, a swap of two neighbours counting as one
 * (the "optimal string alignment" form of Damerau-Levenshtein). A name is near when at most a third
 * of the longer word's characters has to change; upper and lower case are the same here. */
#ifndef PLUGH_SUGGEST_H
#define PLUGH_SUGGEST_H

#include <stddef.h>

enum { SUGGEST_MAX = 3 };

/* The nearest names so far. Plain storage of the caller's; nothing to release. */
struct suggest {
	const char *word;
	const char *name[SUGGEST_MAX]; /* all at the same distance, in the order offered */
	size_t count;
	size_t distance;
};

/* Start a search for names near WORD, which is borrowed until the last use of SUGGEST. */
void suggest_init(struct suggest *suggest, const char *word);

/* Weigh one more candidate; it is borrowed likewise. The word itself is never its own suggestion.
 * Words of more than 63 bytes are near to nothing. Threads: any.   Since: 0.1 */
void suggest_offer(struct suggest *suggest, const char *candidate);

/* Write "did you mean 'a'?" or "did you mean 'a' or 'b'?" and return BUFFER, or NULL when no
 * candidate was near (the buffer is untouched then). A text that does not fit is cut.
 *
 * buffer  receives the text with its NUL; 128 bytes hold every pair of usual names
 * Threads: any.   Since: 0.1 */
const char *suggest_format(const struct suggest *suggest, char *buffer, size_t size);

/* The edit distance of two words as above, letter case ignored, or LIMIT + 1 if it is more than
 * LIMIT or a word has more than 63 bytes. Threads: any.   Since: 0.1 */
size_t suggest_distance(const char *a, const char *b, size_t limit);

#endif
