/* rotate - the cyclic transform and its inverse.
 *
 * A text is a primitive root repeated k times, so its rotations are those of the root, each k times
 * over. Turned to its least rotation the root is a Lyndon word, whose suffixes sort as its
 * rotations do (R. Giancarlo, A. Restivo, M. Sciortino 2007); so sorting suffixes is enough.
 *
 * The other way: stepping from a row to the row of the rotation that begins one symbol earlier is a
 * permutation of the rows. The rows of a primitive text are one cycle of it; those of a k-th power
 * are k equal cycles, side by side. By the bijection of I. Gessel and C. Reutenauer (1993) any
 * other cycles belong to several words, and so to no text.
 *
 * SPDX-License-Identifier: MIT */
#include "rotate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sort.h"

/* The least rotation begins at the last Lyndon factor of the doubled text that begins in its first
 * half (J.-P. Duval 1983); that factor is the rotated root. */
static size_t least_rotation(const int32_t *text, size_t n, size_t *ret_period)
{
	size_t start = 0, period = n;

	for (size_t i = 0; i < n;) {
		size_t j = i + 1, k = i;
		while (j < 2 * n && text[k % n] <= text[j % n]) {
			k = text[k % n] < text[j % n] ? i : k + 1;
			j++;
		}
		start = i;
		period = j - k;
		while (i <= k)
			i += period;
	}
	*ret_period = period;
	return start;
}

/* The rows of all rotations from the order of the root's, turned left by `start`. Returns the first
 * that equals the text. */
static size_t write_rows(const int32_t *word, const int32_t *order, size_t root, size_t copies,
	size_t start, int32_t *ret)
{
	size_t own = (root - start % root) % root, index = 0;

	for (size_t row = 0; row < root; row++) {
		size_t at = (size_t)order[row];
		if (at == own)
			index = row * copies;
		for (size_t i = 0; i < copies; i++)
			ret[row * copies + i] = word[at > 0 ? at - 1 : root - 1];
	}
	return index;
}

int rotate_transform(
	const int32_t *text, size_t n, int32_t alphabet, int32_t *ret, size_t *ret_index)
{
	size_t root = 0;

	*ret_index = 0;
	if (n == 0)
		return 0;
	if (n > SORT_MAX)
		return -EINVAL;
	size_t start = least_rotation(text, n, &root);
	int32_t *word = calloc(root, sizeof *word), *order = calloc(root, sizeof *order);
	int r = word == NULL || order == NULL ? -ENOMEM : 0;
	for (size_t i = 0; i < root && r == 0; i++)
		word[i] = text[(start + i) % n];
	if (r == 0)
		r = sort_numbers(word, order, (int32_t)root, alphabet);
	if (r == 0)
		*ret_index = write_rows(word, order, root, n / root, start, ret);
	free(order);
	free(word);
	return r;
}

/* before[row]: the row of the rotation that begins one symbol earlier, every `copies`-th row of
 * `last` being taken. */
static void step_back(const int32_t *last, size_t rows, size_t copies, int32_t alphabet,
	size_t *starts, size_t *before)
{
	memset(starts, 0, ((size_t)alphabet + 1) * sizeof *starts);
	for (size_t i = 0; i < rows; i++)
		starts[last[i * copies] + 1]++;
	for (int32_t c = 0; c < alphabet; c++)
		starts[c + 1] += starts[c];
	for (size_t i = 0; i < rows; i++)
		before[i] = starts[last[i * copies]]++;
}

static size_t cycle_length(const size_t *before)
{
	size_t length = 1;

	for (size_t row = before[0]; row != 0; row = before[row])
		length++;
	return length;
}

/* How many copies of a root there are; 0: these are the rows of no text. */
static size_t count_copies(
	const int32_t *last, size_t n, int32_t alphabet, size_t *starts, size_t *before)
{
	step_back(last, n, 1, alphabet, starts, before);
	size_t root = cycle_length(before), copies = n / root;
	if (copies * root != n)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (last[i] != last[i / copies * copies])
			return 0;
	step_back(last, root, copies, alphabet, starts, before);
	return cycle_length(before) == root ? copies : 0;
}

int rotate_inverse(const int32_t *last, size_t n, int32_t alphabet, size_t index, int32_t *ret)
{
	int r = 0;

	if (n > SORT_MAX)
		return -EINVAL;
	if (n == 0)
		return index == 0 ? 0 : -ERANGE;
	size_t *starts = calloc((size_t)alphabet + 1, sizeof *starts);
	size_t *before = calloc(n, sizeof *before);
	if (starts == NULL || before == NULL) {
		r = -ENOMEM;
		goto out;
	}
	size_t copies = count_copies(last, n, alphabet, starts, before);
	if (copies == 0 || index >= n || index % copies != 0) {
		r = copies == 0 ? -EDOM : -ERANGE;
		goto out;
	}
	size_t row = index / copies, root = n / copies;
	for (size_t i = n; i > 0; i--) {
		ret[i - 1] = i > n - root ? last[row * copies] : ret[i - 1 + root];
		row = before[row];
	}
out:
	free(before);
	free(starts);
	return r;
}
