/* Texts that repeat themselves from end to end: where their period is short against their length,
 * sorting the suffixes of one period and a bit tells all.
 * SPDX-License-Identifier: MIT */
#ifndef BWT_SORT_PERIOD_H
#define BWT_SORT_PERIOD_H

#include <stddef.h>
#include <stdint.h>

#include "sort.h"

/* The least p, at most `limit`, with text[i] == text[i + p] for all of it; 0: there is none.
 * Linear in n. Threads: any.   Since: 0.1 */
size_t sort_period(const uint8_t *text, size_t n, size_t limit);

/* As sort_transform, for a text of that period, at most n / SORT_PERIODS; the row of the whole text
 * is that of its mark. */
int sort_transform_repeated(uint8_t *text, int32_t *work, int32_t n, size_t period,
	const struct sort_marks *marks, const atomic_bool *stop);

enum { SORT_PERIODS = 16 }; /* that is room for numbers in place of bytes, and their order */

#endif
