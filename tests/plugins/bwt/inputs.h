/* Texts that are hard on suffix sorting: a kind and a length by the seed.
 * SPDX-License-Identifier: MIT */
#ifndef BWT_INPUTS_H
#define BWT_INPUTS_H

#include <stddef.h>
#include <stdint.h>

/* Fill `ret` with up to `size` bytes: random ones of an alphabet of 1 to 256, a repeated block, the
 * same with a letter changed, a fibonacci string, a falling or rising run, a zigzag, a text of
 * which a piece is there twice. Returns the length, 0 included. */
size_t inputs_make(uint8_t *ret, size_t size, uint64_t seed);

#endif
