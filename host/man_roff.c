/* SPDX-License-Identifier: MIT */
/* Writing man(7). */
#include "man_roff.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* What stands for a character that roff would change or obey: '-' would become a hyphen, the quotes
 * and accents typographic ones, and '"' would end a macro's argument. */
static const char *escape_of(char c)
{
	switch (c) {
	case '\\':
		return "\\e";
	case '-':
		return "\\-";
	case '\'':
		return "\\(aq";
	case '`':
		return "\\(ga";
	case '^':
		return "\\(ha";
	case '~':
		return "\\(ti";
	case '"':
		return "\\(dq";
	default:
		return NULL;
	}
}

/* Append the character beyond ASCII at text as \[uXXXX], which needs no encoding, and return its
 * length. The text is UTF-8, so the first byte tells how many follow. */
static size_t append_character(struct plugh_buf *buf, const char *text)
{
	unsigned char first = (unsigned char)text[0];
	size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	uint32_t code = first & (0x7fu >> length);

	for (size_t i = 1; i < length && text[i] != '\0'; i++)
		code = code << 6 | ((unsigned char)text[i] & 0x3fu);
	plugh_buf_appendf(buf, "\\[u%04X]", (unsigned)code);
	return length;
}

static void append_escaped(struct plugh_buf *buf, const char *text, size_t size)
{
	const char *end = text + size;

	if (size > 0 && *text == '.')
		plugh_buf_append_text(buf, "\\&");
	while (text < end) {
		const char *escape = escape_of(*text);
		if ((unsigned char)*text >= 0x80) {
			text += append_character(buf, text);
			continue;
		}
		if (escape != NULL)
			plugh_buf_append_text(buf, escape);
		else
			plugh_buf_append_char(buf, *text);
		text++;
	}
}

void roff_text(struct plugh_buf *buf, const char *text)
{
	append_escaped(buf, text, strlen(text));
}

/* Begin a font. \% at the start of a word keeps it from being hyphenated: who could tell such a
 * hyphen from the option's own? Within a word it would be a place to break. */
static void begin_font(struct plugh_buf *buf, const char *font)
{
	bool begins_word = buf->size == 0 || strchr(" \n", buf->data[buf->size - 1]) != NULL;

	if (begins_word)
		plugh_buf_append_text(buf, "\\%");
	plugh_buf_append_text(buf, font);
}

void roff_bold(struct plugh_buf *buf, const char *text)
{
	begin_font(buf, "\\fB");
	roff_text(buf, text);
	plugh_buf_append_text(buf, "\\fR");
}

void roff_italic(struct plugh_buf *buf, const char *text)
{
	begin_font(buf, "\\fI");
	roff_text(buf, text);
	plugh_buf_append_text(buf, "\\fR");
}

void roff_line(struct plugh_buf *buf, const char *text)
{
	text += strspn(text, " ");
	size_t size = strlen(text);
	while (size > 0 && text[size - 1] == ' ')
		size--;
	if (size == 0)
		return;
	append_escaped(buf, text, size);
	plugh_buf_append_char(buf, '\n');
}

static void append_heading(struct plugh_buf *buf, const char *macro, const char *title)
{
	plugh_buf_appendf(buf, "%s \"", macro);
	roff_text(buf, title);
	plugh_buf_append_text(buf, "\"\n");
}

void roff_section(struct plugh_buf *buf, const char *title)
{
	append_heading(buf, ".SH", title);
}

void roff_subsection(struct plugh_buf *buf, const char *title)
{
	append_heading(buf, ".SS", title);
}

void roff_entry(struct plugh_buf *buf)
{
	plugh_buf_append_text(buf, ".TP\n");
}

void roff_reference(struct plugh_buf *buf, const char *page, const char *section)
{
	roff_bold(buf, page);
	plugh_buf_appendf(buf, "(%s)", section);
}

static void adopt_error(struct plugh_buf *buf, const struct plugh_buf *part)
{
	if (part->error != 0 && buf->error == 0)
		buf->error = part->error;
}

void roff_adopt(struct plugh_buf *buf, struct plugh_buf *source)
{
	plugh_buf_append(buf, plugh_buf_text(source), source->size);
	adopt_error(buf, source);
	plugh_buf_release(source);
}

void roff_line_adopt(struct plugh_buf *buf, struct plugh_buf *text)
{
	roff_line(buf, plugh_buf_text(text));
	adopt_error(buf, text);
	plugh_buf_release(text);
}
