/* Texts as numbers: bytes, or the code points of UTF-8.
 * SPDX-License-Identifier: MIT */
#ifndef BWT_TEXT_H
#define BWT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TEXT_BYTES_MAX = 4 }; /* of a number */

/* Take a text apart.
 * text     `size` bytes; valid UTF-8 unless `as_bytes`
 * ret      room for `size` numbers
 * ret_top  one above the largest number, at least 1
 * Returns how many numbers there are. Threads: any.   Since: 0.1 */
size_t text_split(const char *text, size_t size, bool as_bytes, int32_t *ret, int32_t *ret_top);

/* Put it together again: `ret` has room for n * TEXT_BYTES_MAX bytes. Returns how many there are.
 * Since: 0.1 */
size_t text_join(const int32_t *numbers, size_t n, bool as_bytes, char *ret);

#endif
