/* SPDX-License-Identifier: MIT */
/* Text as Python's str sees it: UTF-8 bytes, counted and classified by code points.
 *
 * A byte that is no part of valid UTF-8 is one code point from 0xDC80 to 0xDCFF, as Python's
 * surrogateescape error handler makes it, and is written back as that byte. So every sequence of
 * bytes is a text. */
#ifndef PLUGH_PYTEXT_H
#define PLUGH_PYTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A piece of text that somebody else owns; NULs may stand inside. bytes is NULL for Python's None.
 */
struct pytext {
	const char *bytes;
	size_t length;
};

/* clang-format off */
#define PYTEXT(literal) ((struct pytext){ (literal), sizeof(literal) - 1 })
/* clang-format on */

/* s ends in NUL; NULL gives None. */
struct pytext pytext_of(const char *s);

/* Names are looked up by comparing with one after the other, so the first byte decides in place. */
static inline bool pytext_is_equal(struct pytext text, struct pytext other)
{
	return text.length == other.length &&
	       (text.length == 0 || (text.bytes[0] == other.bytes[0] &&
					    memcmp(text.bytes, other.bytes, text.length) == 0));
}

bool pytext_starts_with(struct pytext text, struct pytext prefix);

/* The text from byte offset on; up to byte offset. */
struct pytext pytext_from(struct pytext text, size_t offset);
struct pytext pytext_upto(struct pytext text, size_t offset);

/* The code point at the start of text, which is not empty; *ret_size receives its bytes. */
uint32_t pytext_decode(struct pytext text, size_t *ret_size);

/* len(text) */
size_t pytext_count(struct pytext text);

/* text.strip() */
struct pytext pytext_strip(struct pytext text);

/* Is the whole text blank: text.strip() == ""? */
bool pytext_is_blank(struct pytext text);

/* The first occurrence of an ASCII character; its offset, or text.length. */
size_t pytext_find_char(struct pytext text, char c);

/* Does needle occur in text? */
bool pytext_contains(struct pytext text, struct pytext needle);

/* Take the next line off *text, as str.splitlines does; false at the end. line_end says how many of
 * the line's last bytes are its line break (0 for a last line without). */
bool pytext_next_line(struct pytext *text, struct pytext *ret_line, size_t *ret_break);

/* str.isprintable, str.isspace, and the classes \w, [^\d\W] of Python's re, of one code point. */
bool pytext_is_printable(uint32_t point);
bool pytext_is_space(uint32_t point);
bool pytext_is_word(uint32_t point);
bool pytext_is_letter(uint32_t point);

/* The value of a decimal digit of any script, or -1. */
int pytext_digit(uint32_t point);

/* str.upper of one code point: the number of code points written to ret_upper. */
size_t pytext_upper(uint32_t point, uint32_t ret_upper[3]);

#endif
