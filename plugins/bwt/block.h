/* One block: the transform of bytes with an end below all of them, and the way back along many
 * chains at once. The rows are those of the n + 1 sorted suffixes, the empty one's first; the row
 * of the whole block, whose last byte would be the end, is left out of the transform.
 * SPDX-License-Identifier: MIT */
#ifndef BWT_BLOCK_H
#define BWT_BLOCK_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "crew.h"

enum {
	BLOCK_MAX = 1 << 30, /* bytes */
	BLOCK_CHAINS = 128   /* at most */
};

/* Chains begin at every so many bytes: the smallest power of two, not below 1024, that makes at
 * most BLOCK_CHAINS of them. Returns its logarithm. Since: 0.1 */
unsigned block_chain_shift(size_t n);

/* Transform n bytes (1 to BLOCK_MAX) in place.
 * work      n numbers of memory, clobbered
 * ret_rows  BLOCK_CHAINS rows: those of the suffixes where chains begin; the first is the whole's
 * stop      set it from anywhere and the sort gives up within a second; NULL: nobody will
 * Takes up to 2n bytes of further memory, and mostly none (sort.h).
 * Returns the number of chains, or -errno; -ECANCELED: stopped. Threads: any.   Since: 0.1 */
int block_forward(
	uint8_t *bytes, size_t n, int32_t *work, const atomic_bool *stop, uint32_t *ret_rows);

/* Who has to do with a piece of work. */
struct block_circle {
	const atomic_bool *stop; /* set it from anywhere, for good, and the work is given up within
				    a second; NULL: nobody will */
	struct crew *crew;       /* helps the caller; NULL: there is none */
};

/* Undo it.
 * last    n bytes; `rows` as block_forward made them: either may be damaged, then the text is some
 *         other one
 * next    n + 1 numbers of memory, clobbered
 * ret     n bytes: the text
 * circle  who helps, and who may end it
 * Takes 640 KiB, and a quarter of a MiB for each thread of the crew. Returns 0, -EINVAL (a row that
 * is none), -ECANCELED (stopped) or -ENOMEM. Threads: any.   Since: 0.1 */
int block_inverse(const uint8_t *last, size_t n, const uint32_t *rows, uint32_t *next, uint8_t *ret,
	struct block_circle circle);

#endif
