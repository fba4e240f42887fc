/* Memory of large arrays that are read at random: on huge pages where the kernel gives them, which
 * spares most of the look-ups of addresses (measured: sorting and its inverse take a third less).
 * SPDX-License-Identifier: MIT */
#ifndef BWT_PAGES_H
#define BWT_PAGES_H

#include <stddef.h>

/* Grow memory to at least `size` bytes, more than 0, whose first `kept` bytes are kept.
 * memory    NULL at first; else of this function, and taken
 * capacity  its bytes, 0 at first
 * Returns it, to be freed by free(), or NULL (out of memory), and then there is none any more.
 * Threads: any.   Since: 0.1 */
void *pages_grow(void *memory, size_t *capacity, size_t size, size_t kept);

#endif
