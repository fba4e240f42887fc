/* The last lines of what a command says.
 *
 * SPDX-License-Identifier: MIT */
#include "tail.h"

#include <string.h>

void tail_take(struct tail *tail, const char *bytes, size_t n)
{
	if (n > TAIL_BYTES) {
		tail->is_cut = true;
		bytes += n - TAIL_BYTES;
		n = TAIL_BYTES;
	}
	if (tail->used + n > sizeof tail->bytes) {
		size_t kept = TAIL_BYTES;
		memmove(tail->bytes, tail->bytes + tail->used - kept, kept);
		tail->used = kept;
		tail->is_cut = true;
	}
	memcpy(tail->bytes + tail->used, bytes, n);
	tail->used += n;
}

const char *tail_lines(const struct tail *tail, size_t *ret_size)
{
	size_t end = tail->used, from = end > TAIL_BYTES ? end - TAIL_BYTES : 0;
	size_t start = end, lines = 0;

	while (start > from && lines < TAIL_LINES) {
		/* The newline before the line that begins at `start` ends the one before it. */
		const char *newline = (const char *)memrchr(
			tail->bytes + from, '\n', start - 1 - from);
		size_t before = newline != NULL ? (size_t)(newline - tail->bytes) + 1 : from;
		bool is_whole = newline != NULL || (from == 0 && !tail->is_cut);
		if (!is_whole && lines > 0)
			break;
		start = before;
		lines++;
	}
	*ret_size = end - start;
	return tail->bytes + start;
}
