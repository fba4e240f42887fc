/* SPDX-License-Identifier: MIT */
/* Which bytes from outside may be shown on a terminal as they are. */
#ifndef PLUGH_VISIBLE_H
#define PLUGH_VISIBLE_H

#include <stdbool.h>
#include <stddef.h>

#include <plugh/buf.h>

/* The size of the UTF-8 character at TEXT, which ends in a NUL, and its code point; 0 where there
 * is no character (also at the end of the text), with RET_CODE untouched. Threads: any.   Since:
 * 0.1 */
size_t visible_decode(const char *text, unsigned *ret_code);

/* Does a terminal obey the code point instead of showing it: the C0, DEL and C1 controls, line
 * separators, and the marks and overrides of the bidirectional algorithm (UAX 9), which make a line
 * read as something else? Threads: any.   Since: 0.1 */
bool visible_is_obeyed(unsigned code);

/* The size of the UTF-8 character at TEXT, if it may be shown as it is; 0 for what is no UTF-8, and
 * for what a terminal obeys. Threads: any.   Since: 0.1 */
size_t visible_size(const char *text);

/* Append TEXT; of what is no UTF-8, and of what a terminal obeys, each byte as \xNN. An error
 * sticks in the buffer. Threads: one at a time per buffer.   Since: 0.1 */
void visible_append(struct plugh_buf *buf, const char *text);

#endif
