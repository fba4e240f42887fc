/* Words in messages, quoted as GNU's programs do in the same locale.
 *
 * SPDX-License-Identifier: MIT */
#ifndef TIMEOUT_QUOTE_H
#define TIMEOUT_QUOTE_H

/* The text between quotation marks: 'x', or ‘x’ where the user's character set has them. What
 * cannot be printed there is escaped as in C, so the result is one line.
 *
 * Returns a string that the caller frees, or NULL without memory. Threads: any. */
char *quote(const char *text);

#endif
