/* A literal string that is looked for in bytes: exact, or with ASCII letters of either case alike.
 *
 * SPDX-License-Identifier: MIT */
#ifndef EXTRACT_LITERAL_H
#define EXTRACT_LITERAL_H

#include <stdbool.h>
#include <stddef.h>

struct literal {
	char *bytes; /* lower case where case is ignored */
	size_t size;
	size_t rare[2]; /* offsets of the two bytes that are looked for first, of two and more */
	bool is_wide;   /* AVX2 is there, and may be used */
	bool ignore_case;
	char *folded; /* room for a piece of the data in lower case */
	size_t room;
};

/* Prepare to look for `size` bytes, any value, NUL included; they are copied. No locale is asked:
 * only A-Z and a-z are letters.
 *
 * Returns 0 or -ENOMEM, with *ret_literal untouched. */
int literal_init(struct literal *ret_literal, const char *bytes, size_t size, bool ignore_case);

/* The first occurrence in the n bytes, NULL where there is none. An empty literal is found at once.
 * The time is linear in n. Threads: one at a time per literal. */
const char *literal_find(struct literal *literal, const char *data, size_t n);

/* Accepts { 0 }. */
void literal_release(struct literal *literal);

#endif
