/* SPDX-License-Identifier: MIT */
/* Characters that may be shown. */
#include "visible.h"

#include <string.h>

#include <plugh/json.h>

static unsigned code_point(const unsigned char *c, size_t size)
{
	unsigned code = size == 1 ? c[0] : c[0] & (0x7fu >> size);

	for (size_t i = 1; i < size; i++)
		code = code << 6 | (c[i] & 0x3fu);
	return code;
}

bool visible_is_obeyed(unsigned code)
{
	static const struct {
		unsigned first, last;
	} ranges[] = {
		{ 0x00, 0x1f },     /* C0 */
		{ 0x7f, 0x9f },     /* DEL, C1 */
		{ 0x61c, 0x61c },   /* Arabic letter mark */
		{ 0x200e, 0x200f }, /* left-to-right, right-to-left mark */
		{ 0x2028, 0x202e }, /* line and paragraph separator, embeddings, overrides */
		{ 0x2066, 0x2069 }, /* isolates */
	};

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

size_t visible_decode(const char *text, unsigned *ret_code)
{
	const unsigned char *c = (const unsigned char *)text;
	size_t size = *c < 0x80 ? 1 : *c < 0xe0 ? 2 : *c < 0xf0 ? 3 : 4;

	if (plugh_utf8_valid(text, strnlen(text, size)) != size || *c == '\0')
		return 0;
	*ret_code = code_point(c, size);
	return size;
}

size_t visible_size(const char *text)
{
	unsigned code = 0;
	size_t size = visible_decode(text, &code);

	return size == 0 || visible_is_obeyed(code) ? 0 : size;
}

void visible_append(struct plugh_buf *buf, const char *text)
{
	while (*text != '\0') {
		size_t n = visible_size(text);
		if (n > 0)
			plugh_buf_append(buf, text, n);
		else
			plugh_buf_appendf(buf, "\\x%02x", (unsigned char)*text);
		text += n > 0 ? n : 1;
	}
}
