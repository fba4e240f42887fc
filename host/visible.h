/* SPDX-License-Identifier: MIT */
/* Which bytes from outside may be shown on a terminal as they are. */
#ifndef PLUGH_VISIBLE_H
#define PLUGH_VISIBLE_H

#include <stddef.h>

/* The size of the UTF-8 character at TEXT, which ends in a NUL, if it may be shown as it is. 0 for
 * what is no UTF-8, and for what a terminal obeys instead of showing: the C0, DEL and C1 controls,
 * line separators, and the marks and overrides of the bidirectional algorithm (UAX 9), which make a
 * line read as something else. Threads: any.   Since: 0.1 */
size_t visible_size(const char *text);

#endif
