/* Small changes to an ini file that keep everything else in it: comments, order, blank lines.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_INI_EDIT_H
#define PLUGH_INI_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include <plugh/buf.h>

/* Append the text of an ini file in which a word was added to, or removed from, the blank-separated
 * list of a key; a file that says so already is appended as it is. Removing a word that is not
 * there changes nothing; adding creates the key behind its section's head, or the section at the
 * end of the file.
 *
 * text, size  the file as it is
 * section     without brackets: "plugh"
 * ret_text    receives the whole new text
 * Returns 1 when something changed, 0 when nothing had to, or -ENOMEM. */
int ini_edit_word(const char *text, size_t size, const char *section, const char *key,
	const char *word, bool add, struct plugh_buf *ret_text);

/* Does the file set that key of that section? */
bool ini_edit_has_key(const char *text, size_t size, const char *section, const char *key);

#endif
