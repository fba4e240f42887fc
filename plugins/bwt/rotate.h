/* The Burrows-Wheeler transform by its definition (M. Burrows, D. J. Wheeler 1994): the last
 * symbols of the sorted cyclic rotations of a text, without a sentinel, and where the text itself
 * stands among them. In linear time, periodic texts included.
 * SPDX-License-Identifier: MIT */
#ifndef BWT_ROTATE_H
#define BWT_ROTATE_H

#include <stddef.h>
#include <stdint.h>

/* Transform.
 * text       n numbers from 0 to below `alphabet`, borrowed
 * ret        n numbers: the transform
 * ret_index  the first rotation, from 0, that equals the text; 0 for an empty one
 * Returns 0, -EINVAL (n above SORT_MAX) or -ENOMEM. Threads: any.   Since: 0.1 */
int rotate_transform(
	const int32_t *text, size_t n, int32_t alphabet, int32_t *ret, size_t *ret_index);

/* The text that a transform and an index belong to.
 * Returns 0, -EDOM (no text has this transform), -ERANGE (the transform of some text, but of none
 * with this index), -EINVAL or -ENOMEM. Threads: any.   Since: 0.1 */
int rotate_inverse(const int32_t *last, size_t n, int32_t alphabet, size_t index, int32_t *ret);

#endif
