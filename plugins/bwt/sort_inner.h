/* What the levels of a sort share.
 * SPDX-License-Identifier: MIT */
#ifndef BWT_SORT_INNER_H
#define BWT_SORT_INNER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLAG UINT32_C(0x80000000) /* of an entry, which is below it */

enum { AHEAD = 32, BETWEEN_STOPS = 1 << 20 };

/* The type of a suffix and that of the one in front of it. */
enum kind { L_AFTER_L, L_AFTER_S, LMS, S_AFTER_S };

/* Where the next suffix of a bucket goes, and what the last one was like. */
struct cursor {
	uint32_t at, group;
};

static inline bool is_stopped(const atomic_bool *stop)
{
	return stop != NULL && atomic_load_explicit(stop, memory_order_relaxed);
}

/* To be asked at each i of a loop. */
static inline bool is_stopped_at(const atomic_bool *stop, uint32_t i)
{
	return i % BETWEEN_STOPS == 0 && is_stopped(stop);
}

/* Where a scan from i is to look whether it is stopped. */
static inline uint32_t pause_above(uint32_t i, uint32_t end)
{
	return end - i > BETWEEN_STOPS ? i + BETWEEN_STOPS : end;
}

static inline uint32_t pause_below(uint32_t i, uint32_t end)
{
	return i - end > BETWEEN_STOPS ? i - BETWEEN_STOPS : end;
}

/* Sort the suffixes of n numbers, at least 1, below `alphabet`.
 * order     `capacity` numbers of memory, at least n; the result in front
 * Takes up to n bytes of further memory, or 8 for each of the alphabet where that is more and they
 * are not in `capacity`.
 * Returns 0, -ENOMEM or -ECANCELED. Threads: any.   Since: 0.1 */
int sort_level(const uint32_t *text, uint32_t n, uint32_t alphabet, uint32_t *order,
	size_t capacity, const atomic_bool *stop);

/* From the order of LMS substrings to that of LMS suffixes.
 * order     `lms` starts, sorted by their substrings, FLAG: other than the next one; the rest, to
 *           `capacity`, at least n, the length of the text, is clobbered
 * Returns 0: that is the order of the suffixes too; 1: `order` has their order, each by its number
 * in the order of the text; or -ENOMEM, -ECANCELED. Threads: any.   Since: 0.1 */
int sort_by_names(
	uint32_t *order, uint32_t n, uint32_t lms, size_t capacity, const atomic_bool *stop);

#endif
