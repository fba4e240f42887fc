/* Texts put together.
 *
 * printf() would do as well; but its pages of libc are read for the first time then, and nothing
 * else on the way of a run needs them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_HOST_JOIN_H
#define PLUGH_HOST_JOIN_H

#include <stddef.h>

enum { JOIN_NUMBER_SIZE = 21 }; /* the digits of any size_t and the NUL */

/* The parts up to a NULL, one behind the other, in `buffer`, cut to `size` bytes with the NUL.
 * Returns the length of the whole text, as snprintf does. */
size_t join_parts(char *buffer, size_t size, const char *const part[]);

/* The same as a text of its own, for free(); NULL where memory is short. */
char *join_new(const char *const part[]);

/* The number in decimal digits. Returns `buffer`. */
const char *join_number(char buffer[JOIN_NUMBER_SIZE], size_t number);

#define JOIN_PARTS(...)         ((const char *const[]){ __VA_ARGS__, NULL })
#define JOIN(buffer, size, ...) join_parts(buffer, size, JOIN_PARTS(__VA_ARGS__))
#define JOIN_NEW(...)           join_new(JOIN_PARTS(__VA_ARGS__))

#endif
