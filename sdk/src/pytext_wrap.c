/* SPDX-License-Identifier: MIT */
/* textwrap.wrap with its defaults. The text is decoded once; chunks and lines are ranges of it,
 * since a line is always made of chunks that follow each other. */

#include "pytext_wrap.h"

#include <stdlib.h>
#include <string.h>

struct points {
	const uint32_t *point;
	size_t count;
};

struct range {
	size_t start, end;
};

void pytext_buf_append_collapsed(struct pytext_buf *buf, struct pytext text)
{
	struct pytext_buf collapsed = { 0 };
	bool in_blank = false;

	for (size_t i = 0; i < text.length; i++) {
		char c = text.bytes[i];
		bool is_blank = c == ' ' || (c >= '\t' && c <= '\r');
		if (!is_blank)
			pytext_buf_append_char(&collapsed, c);
		else if (!in_blank)
			pytext_buf_append_char(&collapsed, ' ');
		in_blank = is_blank;
	}
	pytext_buf_append(buf, pytext_strip(pytext_buf_text(&collapsed)));
	buf->failed = buf->failed || collapsed.failed;
	pytext_buf_release(&collapsed);
}

static bool is_letter_at(struct points text, size_t i)
{
	return i < text.count && pytext_is_letter(text.point[i]);
}

static bool is_dash_at(struct points text, size_t i)
{
	return i < text.count && text.point[i] == '-';
}

/* The character before i, if it may stand before an em-dash. */
static bool is_word_end_before(struct points text, size_t i)
{
	if (i == 0)
		return false;

	uint32_t point = text.point[i - 1];
	return pytext_is_word(point) || (point < 0x80 && strchr("!\"'&.,?", (int)point));
}

/* The number of dashes at i if they are an em-dash that a word follows; else 0. */
static size_t em_dash_at(struct points text, size_t i)
{
	size_t end = i;

	while (is_dash_at(text, end))
		end++;
	return end - i >= 2 && end < text.count && pytext_is_word(text.point[end]) ? end - i : 0;
}

/* A dash at i that a word may be broken after: letters around it. */
static bool is_hyphen_at(struct points text, size_t i)
{
	if (!is_dash_at(text, i) || i < 2 || !is_letter_at(text, i - 1))
		return false;

	bool before = is_letter_at(text, i - 2) ||
		      (i >= 3 && is_dash_at(text, i - 2) && is_letter_at(text, i - 3));
	bool after = is_letter_at(text, i + 1) &&
		     (is_letter_at(text, i + 2) ||
			     (is_dash_at(text, i + 2) && is_letter_at(text, i + 3)));
	return before && after;
}

/* The end of the chunk that starts at start: blanks, an em-dash, or (part of) a word. */
static size_t chunk_end(struct points text, size_t start)
{
	size_t end = start;

	while (end < text.count && text.point[end] == ' ')
		end++;
	if (end > start)
		return end;

	if (is_word_end_before(text, start) && em_dash_at(text, start))
		return start + em_dash_at(text, start);

	for (end = start + 1; end < text.count && text.point[end] != ' '; end++) {
		if (is_hyphen_at(text, end))
			return end + 1;
		if (is_word_end_before(text, end) && em_dash_at(text, end))
			return end;
	}
	return end;
}

static bool is_blank(struct points text, struct range range)
{
	for (size_t i = range.start; i < range.end; i++)
		if (!pytext_is_space(text.point[i]))
			return false;
	return true;
}

/* Where to break a chunk that fits on no line, with space columns left: behind its last hyphen in
 * reach, unless only hyphens come before it. */
static size_t break_long_chunk(struct points text, struct range chunk, size_t space)
{
	for (size_t i = chunk.start + space; i > chunk.start + 1; i--) {
		if (text.point[i - 1] != '-')
			continue;
		for (size_t j = chunk.start; j < i - 1; j++)
			if (text.point[j] != '-')
				return i;
		break;
	}
	return chunk.start + space;
}

/* What is left to wrap. A chunk that was broken stays one chunk, so its end is remembered. */
struct cursor {
	size_t start;
	size_t chunk_end; /* of the chunk that start is in */
};

static void advance(struct points text, struct cursor *rest, size_t start)
{
	rest->start = start;
	if (start == rest->chunk_end && start < text.count)
		rest->chunk_end = chunk_end(text, start);
}

/* Take the chunks of one line off *rest; the line, blank at its end dropped, is returned. */
static struct range take_line(struct points text, struct cursor *rest, size_t width)
{
	struct range line = { rest->start, rest->start };
	struct range last = line;

	while (rest->start < text.count && rest->chunk_end - line.start <= width) {
		last = (struct range){ rest->start, rest->chunk_end };
		advance(text, rest, rest->chunk_end);
	}
	if (rest->start < text.count && rest->chunk_end - rest->start > width) {
		struct range chunk = { rest->start, rest->chunk_end };
		size_t end = break_long_chunk(text, chunk, width - (chunk.start - line.start));
		last = (struct range){ chunk.start, end };
		advance(text, rest, end);
	}

	line.end = is_blank(text, last) ? last.start : last.end;
	return line;
}

static void append_line(struct pytext_buf *buf, struct points text, struct range line)
{
	for (size_t i = line.start; i < line.end; i++)
		pytext_buf_append_point(buf, text.point[i]);
	pytext_buf_append_char(buf, '\n');
}

static void wrap_points(struct pytext_buf *buf, struct points text, size_t width)
{
	struct cursor rest = { 0 };
	bool is_first = true;

	advance(text, &rest, 0);
	while (rest.start < text.count) {
		if (!is_first && is_blank(text, (struct range){ rest.start, rest.chunk_end }))
			advance(text, &rest, rest.chunk_end);

		struct range line = take_line(text, &rest, width);
		if (line.end > line.start) {
			append_line(buf, text, line);
			is_first = false;
		}
	}
}

void pytext_buf_append_wrapped(struct pytext_buf *buf, struct pytext text, size_t width)
{
	size_t count = 0;

	if (text.length == 0 || buf->failed)
		return;

	uint32_t *point = calloc(text.length, sizeof *point);
	if (!point) {
		buf->failed = true;
		return;
	}
	for (size_t i = 0, size; i < text.length; i += size)
		point[count++] = pytext_decode(pytext_from(text, i), &size);
	wrap_points(buf, (struct points){ point, count }, width);
	free(point);
}
