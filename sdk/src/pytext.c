/* SPDX-License-Identifier: MIT */
/* Slices of text: decoding, counting, cutting. */

#include "pytext.h"

#include <string.h>

enum {
	ESCAPE_BASE = 0xDC00, /* surrogateescape: byte b is code point ESCAPE_BASE + b */
};

struct pytext pytext_of(const char *s)
{
	return (struct pytext){ s, s ? strlen(s) : 0 };
}

bool pytext_starts_with(struct pytext text, struct pytext prefix)
{
	return text.length >= prefix.length &&
	       (prefix.length == 0 || memcmp(text.bytes, prefix.bytes, prefix.length) == 0);
}

struct pytext pytext_from(struct pytext text, size_t offset)
{
	return (struct pytext){ text.bytes + offset, text.length - offset };
}

struct pytext pytext_upto(struct pytext text, size_t offset)
{
	return (struct pytext){ text.bytes, offset };
}

/* How many bytes the UTF-8 sequence that starts with lead has, and the lowest code point for which
 * that many are the shortest form; 0 when lead starts none. */
static size_t sequence_size(unsigned char lead, uint32_t *ret_lowest)
{
	static const struct {
		unsigned char first, last;
		unsigned char size;
		uint32_t lowest;
	} lead_ranges[] = {
		{ 0xC2, 0xDF, 2, 0x80 },
		{ 0xE0, 0xEF, 3, 0x800 },
		{ 0xF0, 0xF4, 4, 0x10000 },
	};

	for (size_t i = 0; i < sizeof lead_ranges / sizeof *lead_ranges; i++) {
		if (lead < lead_ranges[i].first || lead > lead_ranges[i].last)
			continue;
		*ret_lowest = lead_ranges[i].lowest;
		return lead_ranges[i].size;
	}
	return 0;
}

static uint32_t decode_sequence(struct pytext text, size_t *ret_size)
{
	const unsigned char *byte = (const unsigned char *)text.bytes;
	uint32_t lowest = 0;
	size_t size = sequence_size(byte[0], &lowest);

	if (size == 0 || size > text.length)
		return 0;

	uint32_t point = byte[0] & (0x7FU >> size);

	for (size_t i = 1; i < size; i++) {
		if ((byte[i] & 0xC0) != 0x80)
			return 0;
		point = point << 6 | (byte[i] & 0x3F);
	}
	if (point < lowest || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
		return 0;
	*ret_size = size;
	return point;
}

uint32_t pytext_decode(struct pytext text, size_t *ret_size)
{
	unsigned char lead = (unsigned char)text.bytes[0];

	*ret_size = 1;
	if (lead < 0x80)
		return lead;

	uint32_t point = decode_sequence(text, ret_size);
	return point ? point : ESCAPE_BASE + (uint32_t)lead;
}

size_t pytext_count(struct pytext text)
{
	size_t count = 0;

	for (size_t i = 0, size = 1; i < text.length; i += size, count++) {
		if ((unsigned char)text.bytes[i] < 0x80)
			size = 1;
		else
			pytext_decode(pytext_from(text, i), &size);
	}
	return count;
}

struct pytext pytext_strip(struct pytext text)
{
	size_t start = text.length;
	size_t end = text.length;

	for (size_t i = 0, size = 1; i < text.length; i += size) {
		if (pytext_is_space(pytext_decode(pytext_from(text, i), &size)))
			continue;
		if (start == text.length)
			start = i;
		end = i + size;
	}
	return (struct pytext){ text.bytes + start, end - start };
}

bool pytext_is_blank(struct pytext text)
{
	return pytext_strip(text).length == 0;
}

size_t pytext_find_char(struct pytext text, char c)
{
	const char *found = text.length ? memchr(text.bytes, c, text.length) : NULL;

	return found ? (size_t)(found - text.bytes) : text.length;
}

bool pytext_contains(struct pytext text, struct pytext needle)
{
	return text.length >= needle.length &&
	       memmem(text.bytes, text.length, needle.bytes, needle.length) != NULL;
}

static bool is_line_break(uint32_t point)
{
	return (point >= '\n' && point <= '\r') || (point >= 0x1C && point <= 0x1E) ||
	       point == 0x85 || point == 0x2028 || point == 0x2029;
}

bool pytext_next_line(struct pytext *text, struct pytext *ret_line, size_t *ret_break)
{
	size_t end = 0;
	size_t size = 0;

	if (text->length == 0)
		return false;

	for (; end < text->length; end += size) {
		uint32_t point = pytext_decode(pytext_from(*text, end), &size);
		if (!is_line_break(point))
			continue;
		if (point == '\r' && end + 1 < text->length && text->bytes[end + 1] == '\n')
			size = 2;
		break;
	}
	if (end == text->length)
		size = 0;

	*ret_line = pytext_upto(*text, end + size);
	*ret_break = size;
	*text = pytext_from(*text, end + size);
	return true;
}
