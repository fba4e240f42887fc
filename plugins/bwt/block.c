/* block - a block's transform, and where its chains begin.
 * SPDX-License-Identifier: MIT */
#include "block.h"

#include <errno.h>

#include "sort.h"

unsigned block_chain_shift(size_t n)
{
	unsigned shift = 10;

	while ((n + ((size_t)1 << shift) - 1) >> shift > BLOCK_CHAINS)
		shift++;
	return shift;
}

int block_forward(
	uint8_t *bytes, size_t n, int32_t *work, const atomic_bool *stop, uint32_t *ret_rows)
{
	struct sort_marks marks = { ret_rows, block_chain_shift(n) };
	uint32_t row = 0;

	if (n < 1 || n > BLOCK_MAX)
		return -EINVAL;
	int r = sort_transform(bytes, work, (int32_t)n, &marks, stop, &row);
	return r < 0 ? r : (int)(((n - 1) >> marks.shift) + 1);
}
