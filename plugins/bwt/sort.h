/* Sorting the suffixes of a text in linear time, by induced sorting (G. Nong, S. Zhang, W. H. Chan,
 * "Linear Suffix Array Construction by Almost Pure Induced-Sorting", DCC 2009). A suffix that is a
 * prefix of another comes first, as if a symbol below all others ended the text.
 * SPDX-License-Identifier: MIT */
#ifndef BWT_SORT_H
#define BWT_SORT_H

#include <stdatomic.h>
#include <stdint.h>

enum { SORT_MAX = 0x7fffff00 }; /* symbols in a text */

/* Where suffixes stand in the order: rows[q] is the place, from 1, of the suffix that begins at
 * q << shift (0 is the place of the empty suffix). */
struct sort_marks {
	uint32_t *rows;
	unsigned shift;
};

/* Sort the suffixes of a text of numbers.
 * text      n numbers below `alphabet`, borrowed
 * order     n places for the result: where the suffixes begin
 * Takes 8 bytes for each of the alphabet, and one for each number, of further memory. Returns 0,
 * -EINVAL (n above SORT_MAX) or -ENOMEM. Threads: any.   Since: 0.1 */
int sort_numbers(const int32_t *text, int32_t *order, int32_t n, int32_t alphabet);

/* The Burrows-Wheeler transform of n bytes (1 to SORT_MAX) and an end below all bytes.
 * text      replaced by the transform: the last bytes of the n + 1 sorted rows without the end's
 * work      n numbers of memory, clobbered
 * marks     their rows are filled in for every q << shift below n
 * stop      looked at many times a second; NULL: nobody stops it
 * *ret_row  the row that the end was left out of, 1 to n: the one of the whole text
 * Takes up to two bytes for each of the text of further memory, where few of the pieces that it is
 * made of are there once or many times, and mostly none.
 * Returns 0, -EINVAL, -ENOMEM, or -ECANCELED (the text is as it was). Threads: any.   Since: 0.1 */
int sort_transform(uint8_t *text, int32_t *work, int32_t n, const struct sort_marks *marks,
	const atomic_bool *stop, uint32_t *ret_row);

#endif
