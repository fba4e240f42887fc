/* A PCRE2 pattern that is looked for in a stream of bytes of which only a part is at hand.
 *
 * Patterns see bytes: PCRE2's UTF mode is off and a pattern cannot turn it on, because input need
 * not be UTF-8 and because a border between two parts may fall inside a character. `^` and `$` are
 * the start and the end of the stream unless the pattern says (?m); `.` is any byte but a newline
 * unless it says (?s).
 *
 * SPDX-License-Identifier: MIT */
#ifndef EXTRACT_REGEX_H
#define EXTRACT_REGEX_H

#include <stdbool.h>
#include <stddef.h>

struct regex;

enum regex_flag {
	REGEX_IGNORE_CASE = 1 << 0,
	REGEX_NOT_EMPTY = 1 << 1, /* a match of no bytes does not count */
};

struct regex_error {
	size_t offset;  /* bytes of the pattern before the place of the error */
	char text[160]; /* PCRE2's words */
};

struct regex_match {
	size_t origin; /* where matching began */
	size_t start;  /* the match: the origin, or behind it where the pattern has \K */
	size_t end;
};

/* Compile. Returns 0; -EINVAL with *ret_error filled; -ENOMEM. */
int regex_create(const char *pattern, size_t size, unsigned flags, struct regex **ret_regex,
	struct regex_error *ret_error);

/* Look for the first match that begins at `from` or later in the `size` bytes at `data`.
 *
 * Bytes before `from` are what lookbehind sees: there must be regex_context() of them, or all that
 * the stream has. `last` says that the stream ends with these bytes.
 *
 * Returns 1 with *ret_match filled, when no further bytes could change the result; 0 when there is
 * no match, with ret_match->start being the place from which to look again when there are more
 * bytes (no match begins before it); -ELOOP when PCRE2 gave up (regex_failure has the words);
 * -ENOMEM. Threads: one at a time per regex. */
int regex_find(struct regex *regex, const char *data, size_t size, size_t from, bool last,
	struct regex_match *ret_match);

/* How many bytes before `from` regex_find wants to see. */
size_t regex_context(const struct regex *regex);

/* Does a match depend on where the search began (\G, (*COMMIT))? Then results are not to be reused
 * for another `from`. */
bool regex_is_bound_to_start(const struct regex *regex);

/* PCRE2's words for the last -ELOOP. */
void regex_failure(const struct regex *regex, char *ret_text, size_t size);

/* Accepts NULL. */
void regex_destroy(struct regex *regex);

#endif
