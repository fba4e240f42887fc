/* Small changes to an ini file that keep everything else in it: comments, order, blank lines.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_INI_EDIT_H
#define PLUGH_INI_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include <plugh/buf.h>

/* A word of the blank-separated list of a key. */
struct ini_word {
	const char *section; /* without brackets: "plugh" */
	const char *key;
	const char *word;
};

/* Append the text of an ini file to which the word was added, or from which it was removed; one
 * that says so already is appended as it is. Adding creates the key behind its section's head, or
 * the section at the end of the file.
 *
 * text, size  the file as it is
 * ret_text    receives the whole new text
 * Return 1 when something changed, 0 when nothing had to, or -ENOMEM. */
int ini_edit_add(
	const char *text, size_t size, const struct ini_word *word, struct plugh_buf *ret_text);
int ini_edit_remove(
	const char *text, size_t size, const struct ini_word *word, struct plugh_buf *ret_text);

/* Append the text in which the key has that one value (word); in which the key is not set (word is
 * not used; the section's head stays). Of a key that is there more than once the first is kept,
 * with the comment on its line.
 *
 * Otherwise as above. */
int ini_edit_set(
	const char *text, size_t size, const struct ini_word *value, struct plugh_buf *ret_text);
int ini_edit_unset(
	const char *text, size_t size, const struct ini_word *key, struct plugh_buf *ret_text);

/* Does the file set that key of that section? */
bool ini_edit_has_key(const char *text, size_t size, const char *section, const char *key);

#endif
