/* text - code points and bytes as numbers (RFC 3629).
 * SPDX-License-Identifier: MIT */
#include "text.h"

/* Bytes behind the first one. */
static size_t count_rest(uint8_t first)
{
	return first < 0xc0 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
}

size_t text_split(const char *text, size_t size, bool as_bytes, int32_t *ret, int32_t *ret_top)
{
	const uint8_t *bytes = (const uint8_t *)text;
	size_t count = 0;

	*ret_top = 1;
	for (size_t i = 0; i < size;) {
		uint8_t first = bytes[i++];
		size_t rest = as_bytes ? 0 : count_rest(first);
		int32_t number = rest == 0 ? first : first & (0x3f >> rest);
		for (; rest > 0 && i < size; rest--)
			number = number << 6 | (bytes[i++] & 0x3f);
		if (number >= *ret_top)
			*ret_top = number + 1;
		ret[count++] = number;
	}
	return count;
}

static size_t put_code_point(uint32_t c, char *ret)
{
	size_t rest = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	static const uint8_t marks[] = { 0, 0xc0, 0xe0, 0xf0 };

	ret[0] = (char)(uint8_t)(marks[rest] | c >> (6 * rest));
	for (size_t i = 1; i <= rest; i++)
		ret[i] = (char)(uint8_t)(0x80 | (c >> (6 * (rest - i)) & 0x3f));
	return rest + 1;
}

size_t text_join(const int32_t *numbers, size_t n, bool as_bytes, char *ret)
{
	size_t size = 0;

	for (size_t i = 0; i < n; i++) {
		if (as_bytes)
			ret[size++] = (char)(uint8_t)numbers[i];
		else
			size += put_code_point((uint32_t)numbers[i], ret + size);
	}
	return size;
}
