/* Small changes to an ini file.
 *
 * The file is walked line by line and copied; only lines of the one key are written anew. A line is
 * understood as the reader (ini_file.h) does: a section in brackets, a key before '=' or ':',
 * indented lines that continue the value, comments behind ';' or '#'.
 *
 * SPDX-License-Identifier: MIT */
#include "ini_edit.h"

#include <string.h>

enum mode {
	ADD_WORD,
	REMOVE_WORD,
	SET_VALUE,
	UNSET_VALUE,
};

struct edit {
	const struct ini_word *what;
	enum mode mode;
	bool in_section, in_value; /* where the walk is */
	bool seen_section, seen_word, changed;
	size_t value_end;   /* in the result: where a word can be added to the value */
	size_t section_end; /* in the result: behind the section's head */
	struct plugh_buf *out;
};

/* A line without its newline, and its parts. */
struct line {
	const char *text;
	size_t size;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static size_t skip_blanks(struct line line, size_t at)
{
	while (at < line.size && is_blank(line.text[at]))
		at++;
	return at;
}

static bool equals(const char *text, size_t n, const char *word)
{
	return n == strlen(word) && memcmp(text, word, n) == 0;
}

/* Is the line "[section]"? *ret_any tells whether it is any section's head. */
static bool is_section(struct line line, const char *section, bool *ret_any)
{
	size_t at = skip_blanks(line, 0);
	const char *end = at < line.size && line.text[at] == '['
				  ? (const char *)memchr(line.text + at, ']', line.size - at)
				  : NULL;

	*ret_any = end != NULL;
	return end != NULL &&
	       equals(line.text + at + 1, (size_t)(end - line.text) - at - 1, section);
}

/* The place behind "key =", or 0 when the line is none of that key. */
static size_t value_at(struct line line, const char *key)
{
	size_t n = strlen(key);

	if (line.size < n || memcmp(line.text, key, n) != 0)
		return 0;
	size_t at = skip_blanks(line, n);
	if (at == line.size || (line.text[at] != '=' && line.text[at] != ':'))
		return 0;
	return at + 1;
}

/* The end of the value in a line: before a comment and the blanks before it. */
static size_t value_end(struct line line, size_t at)
{
	size_t end = at;

	for (; at < line.size; at++) {
		if (line.text[at] == ';' && (at == 0 || is_blank(line.text[at - 1])))
			break;
		if (!is_blank(line.text[at]))
			end = at + 1;
	}
	return end;
}

/* Copy the value's part of a line, word by word. */
static void copy_value(struct edit *edit, struct line line, size_t at)
{
	size_t end = value_end(line, at);

	plugh_buf_append(edit->out, line.text, at);
	edit->value_end = edit->out->size;
	while (at < end) {
		size_t start = skip_blanks(line, at), stop = start;
		while (stop < end && !is_blank(line.text[stop]))
			stop++;
		bool is_word = equals(line.text + start, stop - start, edit->what->word);
		edit->seen_word |= is_word;
		if (is_word && edit->mode == REMOVE_WORD)
			edit->changed = true;
		else
			plugh_buf_append(edit->out, line.text + at, stop - at);
		at = stop;
		edit->value_end = edit->out->size;
	}
	plugh_buf_append(edit->out, line.text + end, line.size - end);
	plugh_buf_append_char(edit->out, '\n');
}

/* Write the one value in place of the line's; lines that continue it, and the key once more, are
 * dropped. */
static void replace_value(struct edit *edit, struct line line, size_t at)
{
	if (at == 0 || edit->seen_word)
		return;
	size_t start = skip_blanks(line, at), end = value_end(line, start);

	plugh_buf_append(edit->out, line.text, start);
	if (start == at)
		plugh_buf_append_char(edit->out, ' ');
	plugh_buf_append_text(edit->out, edit->what->word);
	plugh_buf_append(edit->out, line.text + end, line.size - end);
	plugh_buf_append_char(edit->out, '\n');
	edit->seen_word = true;
}

static void edit_value(struct edit *edit, struct line line, size_t at)
{
	switch (edit->mode) {
	case SET_VALUE:
		replace_value(edit, line, at);
		break;
	case UNSET_VALUE:
		edit->changed = true;
		break;
	default:
		copy_value(edit, line, at);
	}
}

static void copy_line(struct edit *edit, struct line line)
{
	bool is_head;
	bool is_ours = is_section(line, edit->what->section, &is_head);
	size_t first = skip_blanks(line, 0);
	size_t value = edit->in_section && !is_head ? value_at(line, edit->what->key) : 0;
	bool continues = edit->in_value && first > 0 && first < line.size &&
			 line.text[first] != ';' && line.text[first] != '#';

	if (value > 0 || continues) {
		edit->in_value = true;
		edit_value(edit, line, value);
		return;
	}
	edit->in_value = edit->in_value && first == line.size;
	plugh_buf_append(edit->out, line.text, line.size);
	plugh_buf_append_char(edit->out, '\n');
	if (is_head) {
		edit->in_section = is_ours;
		edit->in_value = false;
	}
	if (is_ours && !edit->seen_section) {
		edit->seen_section = true;
		edit->section_end = edit->out->size;
	}
}

/* Put text into the result at an offset. */
static void insert(struct plugh_buf *out, size_t at, const char *text)
{
	size_t n = strlen(text);

	if (plugh_buf_append(out, text, n) < 0)
		return;
	memmove(out->data + at + n, out->data + at, out->size - n - at);
	memcpy(out->data + at, text, n);
}

static void add_word(struct edit *edit)
{
	struct plugh_buf text = { 0 };

	if (edit->value_end > 0)
		plugh_buf_appendf(&text, " %s", edit->what->word);
	else if (edit->seen_section)
		plugh_buf_appendf(&text, "%s = %s\n", edit->what->key, edit->what->word);
	else
		plugh_buf_appendf(&text, "%s[%s]\n%s = %s\n", edit->out->size > 0 ? "\n" : "",
			edit->what->section, edit->what->key, edit->what->word);
	size_t at = edit->value_end > 0  ? edit->value_end
		    : edit->seen_section ? edit->section_end
					 : edit->out->size;
	if (text.error == 0)
		insert(edit->out, at, plugh_buf_text(&text));
	else if (edit->out->error == 0)
		edit->out->error = text.error;
	edit->changed = true;
	plugh_buf_release(&text);
}

static int copy_lines(struct edit *edit, const char *text, size_t size)
{
	for (size_t at = 0; at < size;) {
		const char *end = (const char *)memchr(text + at, '\n', size - at);
		size_t n = end != NULL ? (size_t)(end - text) - at : size - at;
		copy_line(edit, (struct line){ text + at, n });
		at += n + 1;
	}
	if ((edit->mode == ADD_WORD || edit->mode == SET_VALUE) && !edit->seen_word)
		add_word(edit);
	if (edit->mode == SET_VALUE)
		edit->changed = !equals(text, size, plugh_buf_text(edit->out));
	return edit->out->error < 0 ? edit->out->error : edit->changed;
}

int ini_edit_add(
	const char *text, size_t size, const struct ini_word *word, struct plugh_buf *ret_text)
{
	struct edit edit = { .what = word, .mode = ADD_WORD, .out = ret_text };
	return copy_lines(&edit, text, size);
}

int ini_edit_remove(
	const char *text, size_t size, const struct ini_word *word, struct plugh_buf *ret_text)
{
	struct edit edit = { .what = word, .mode = REMOVE_WORD, .out = ret_text };
	return copy_lines(&edit, text, size);
}

int ini_edit_set(
	const char *text, size_t size, const struct ini_word *value, struct plugh_buf *ret_text)
{
	struct edit edit = { .what = value, .mode = SET_VALUE, .out = ret_text };
	return copy_lines(&edit, text, size);
}

int ini_edit_unset(
	const char *text, size_t size, const struct ini_word *key, struct plugh_buf *ret_text)
{
	struct edit edit = { .what = key, .mode = UNSET_VALUE, .out = ret_text };
	return copy_lines(&edit, text, size);
}

bool ini_edit_has_key(const char *text, size_t size, const char *section, const char *key)
{
	bool in_section = false;

	for (size_t at = 0; at < size;) {
		const char *end = (const char *)memchr(text + at, '\n', size - at);
		size_t n = end != NULL ? (size_t)(end - text) - at : size - at;
		struct line line = { text + at, n };
		bool is_head;
		bool is_ours = is_section(line, section, &is_head);
		if (is_head)
			in_section = is_ours;
		else if (in_section && value_at(line, key) > 0)
			return true;
		at += n + 1;
	}
	return false;
}
