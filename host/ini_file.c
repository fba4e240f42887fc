/* SPDX-License-Identifier: MIT */
/* One ini file, parsed by libinih through a reader that watches each line.
 *
 * libinih asks the reader for a line and then calls the handler if the line holds a value. So when
 * the reader is asked for the next line it knows what became of the last one: a line that is
 * neither blank nor a comment, and for which no handler call came, was a section or was refused.
 * That is how each problem gets its line without a second parser here. */
#include "ini_file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <plugh/buf.h>
#include <plugh/json.h>

enum {
	LINE_SIZE = 256, /* more than libinih's own buffer of 200 */
	TEXT_SIZE = 512,
};

static const char indent_hint[] =
	"start keys and sections in the first column, or put the value in double quotes";

struct parse {
	const struct ini_file_sink *sink;
	const char *next; /* the first byte of the next line */
	const char *end;
	unsigned line;       /* of `raw` */
	char raw[LINE_SIZE]; /* the line that libinih has now, without its end */
	bool judged;         /* nothing more is to be said of `raw` */
	bool muted;          /* in a section with a bad head: ignore its values */
	bool orphaned;       /* the last key was bad: ignore the lines that continue it */
	bool in_section;     /* a good head was seen */
	bool has_key;        /* libinih remembers a key that an indented line continues */
	char key[INI_FILE_MAX_NAME + 1];
	unsigned key_line;
	int r;
};

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

/* Keep the first error of the sink; the reader ends the parsing then. */
static void keep(struct parse *p, int r)
{
	if (p->r == 0)
		p->r = r;
}

static void complain(struct parse *p, const char *text, const char *hint)
{
	keep(p, p->sink->problem(p->sink->ctx, p->line, true, text, hint));
}

static void warn(struct parse *p, const char *text)
{
	keep(p, p->sink->problem(p->sink->ctx, p->line, false, text, NULL));
}

/* The first of CHARS, or the end of the text or of what stands before a comment: libinih's rule. */
static const char *find_before_comment(const char *text, const char *chars)
{
	bool after_blank = false;
	while (*text != '\0' && strchr(chars, *text) == NULL && !(after_blank && *text == ';')) {
		after_blank = *text == ' ' || *text == '\t';
		text++;
	}
	return text;
}

/* ---- Sections and refused lines: judged when the next line is asked for ---- */

static void judge_section(struct parse *p, const char *head)
{
	p->muted = true;
	const char *close = find_before_comment(head + 1, "]");
	if (*close != ']') {
		complain(p, "no ']' ends the section's name", NULL);
		return;
	}

	const char *rest = skip_blanks(close + 1);
	const char *start = skip_blanks(head + 1);
	p->has_key = false;
	while (close > start && (close[-1] == ' ' || close[-1] == '\t'))
		close--;
	size_t n = (size_t)(close - start);
	if (n > INI_FILE_MAX_NAME) {
		complain(p, "a section's name has at most 49 bytes", NULL);
		return;
	}

	char name[INI_FILE_MAX_NAME + 1];
	memcpy(name, start, n);
	name[n] = '\0';
	p->muted = false;
	p->orphaned = false;
	p->in_section = true;
	keep(p, p->sink->section(p->sink->ctx, name, p->line));
	if (*rest != '\0' && *rest != ';' && *rest != '#')
		complain(p, "text after the section's ']'", NULL);
}

/* What became of the line that libinih had: see the top. */
static void judge_last_line(struct parse *p)
{
	if (p->judged)
		return;

	const char *text = skip_blanks(p->raw);
	if (*text == '[') {
		judge_section(p, text);
		return;
	}
	/* What is indented below a bad line goes on with it. */
	bool is_consequence = p->orphaned && isspace((unsigned char)p->raw[0]);
	p->orphaned = true;
	if (!p->muted && !is_consequence)
		complain(p, "no '=' between a key and its value", NULL);
}

/* ---- Lines ---- */

/* Say what makes a line unfit to be parsed at all, if anything does. */
static bool is_unfit(struct parse *p, const char *text, size_t n, size_t limit)
{
	char message[TEXT_SIZE];

	if (memchr(text, '\0', n) != NULL) {
		complain(p, "a NUL byte in the line", NULL);
		return true;
	}
	if (n > limit) {
		snprintf(message, sizeof message, "a line has at most %zu bytes, this one has %zu",
			limit, n);
		complain(p, message, "a long list may go on in indented lines");
		return true;
	}
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];
		if ((c < 0x20 && c != '\t') || c == 0x7f) {
			snprintf(
				message, sizeof message, "control character 0x%02x in the line", c);
			complain(p, message, NULL);
			return true;
		}
	}
	if (plugh_utf8_valid(text, n) < n)
		warn(p, "not UTF-8");
	return false;
}

static bool is_comment(const char *text, size_t n)
{
	size_t i = 0;
	while (i < n && (text[i] == ' ' || text[i] == '\t'))
		i++;
	return i == n || ((text[i] == ';' || text[i] == '#') && memchr(text, '\0', n) == NULL);
}

/* Take the next line's text, without its end. */
static size_t take_line(struct parse *p, const char **ret_text)
{
	size_t left = (size_t)(p->end - p->next);
	const char *newline = memchr(p->next, '\n', left);
	size_t n = newline != NULL ? (size_t)(newline - p->next) : left;

	*ret_text = p->next;
	p->next += newline != NULL ? n + 1 : n;
	p->line++;
	if (n > 0 && (*ret_text)[n - 1] == '\r')
		n--;
	return n;
}

/* A bad line may have been the head of a section or a key: what follows must not be taken for
 * the section's or the key's before it. */
static void drop_line(struct parse *p, const char *text, size_t n)
{
	size_t i = 0;
	while (i < n && (text[i] == ' ' || text[i] == '\t'))
		i++;
	if (i < n && text[i] == '[')
		p->muted = true;
	p->orphaned = true;
}

/* The ini_reader: fgets-like. A line that is not to be parsed is handed over as a blank one. */
static char *read_line(char *str, int num, void *stream)
{
	struct parse *p = stream;

	judge_last_line(p);
	if (p->r < 0 || p->next == p->end || num < 3)
		return NULL;

	const char *text;
	size_t n = take_line(p, &text);
	size_t limit = (size_t)num - 2;
	if (limit > LINE_SIZE - 1)
		limit = LINE_SIZE - 1;
	p->judged = true;
	if (is_comment(text, n)) {
		n = 0;
	} else if (is_unfit(p, text, n, limit)) {
		drop_line(p, text, n);
		n = 0;
	} else {
		p->judged = false;
	}

	memcpy(p->raw, text, n);
	p->raw[n] = '\0';
	memcpy(str, text, n);
	str[n] = '\n';
	str[n + 1] = '\0';
	return str;
}

/* ---- Values ---- */

/* Behind the closing quote of a word that starts with a quote, or NULL if there is none. */
static const char *find_quoted_end(const char *text)
{
	for (text++; *text != '\0'; text++) {
		if (*text == '"')
			return text + 1;
		if (*text == '\\' && text[1] != '\0')
			text++;
	}
	return NULL;
}

/* The length of a value: up to the blanks that end the line or stand before a comment. A ';' within
 * a word in double quotes starts none. */
static size_t measure_value(const char *value)
{
	const char *text = value;
	const char *end = value; /* behind the last character that is no blank */
	bool at_word = true;

	while (*text != '\0') {
		if (*text == ' ' || *text == '\t') {
			at_word = true;
			text++;
			continue;
		}
		if (at_word && *text == ';')
			break;
		const char *quoted_end = at_word && *text == '"' ? find_quoted_end(text) : NULL;
		text = quoted_end != NULL ? quoted_end : text + 1;
		end = text;
		at_word = false;
	}
	return (size_t)(end - value);
}

/* Does the text look like "key = value" or "[section]"? */
static bool is_like_a_head(const char *text)
{
	if (*text == '[')
		return true;
	size_t n = 0;
	while (isalnum((unsigned char)text[n]) || text[n] == '-' || text[n] == '_')
		n++;
	return n > 0 && *skip_blanks(text + n) == '=';
}

static void pass_value(struct parse *p, const char *value, bool continues)
{
	char text[LINE_SIZE];
	size_t n = measure_value(value);

	memcpy(text, value, n);
	text[n] = '\0';
	keep(p, p->sink->value(p->sink->ctx, p->key, text, continues, p->line));
}

static void take_continued_line(struct parse *p)
{
	char message[TEXT_SIZE];

	if (p->muted || p->orphaned)
		return;
	const char *value = skip_blanks(p->raw);
	if (!is_like_a_head(value)) {
		pass_value(p, value, true);
		return;
	}
	snprintf(message, sizeof message,
		"this line is indented, so it goes on with the value of '%s' in line %u", p->key,
		p->key_line);
	complain(p, message, indent_hint);
}

static void take_key_line(struct parse *p, const char *name)
{
	p->has_key = *name != '\0';
	p->orphaned = true;
	if (p->muted)
		return;
	if (!p->in_section) {
		complain(p, "a key before the first [section]", NULL);
		return;
	}
	size_t n = strlen(name);
	if (n == 0 || n > INI_FILE_MAX_NAME) {
		complain(p, n == 0 ? "no key before the '='" : "a key has at most 49 bytes", NULL);
		return;
	}

	p->orphaned = false;
	p->key_line = p->line;
	memcpy(p->key, name, n + 1);
	pass_value(p, skip_blanks(find_before_comment(p->raw, "=:") + 1), false);
}

/* The ini_handler. The value is taken from the raw line: see the top of the header. */
static int take_value(void *user, const char *section, const char *name, const char *value)
{
	struct parse *p = user;

	(void)section;
	if (value == NULL) /* a key without '=', where libinih is built to accept it */
		return 1;
	p->judged = true;
	/* libinih's own condition for a continued line. */
	if (p->has_key && isspace((unsigned char)p->raw[0]))
		take_continued_line(p);
	else
		take_key_line(p, name);
	return 1;
}

/* ---- The whole file ---- */

int ini_file_parse(const char *bytes, size_t count, const struct ini_file_sink *sink)
{
	struct parse p = { .sink = sink, .next = bytes, .end = bytes + count, .judged = true };

	if (count >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0))
		return sink->problem(sink->ctx, 1, true, "UTF-16 text; it must be UTF-8", NULL);
	if (count >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
		p.next += 3;
		p.line = 1;
		warn(&p, "a byte order mark, which is skipped");
		p.line = 0;
	}

	int r = ini_parse_stream(read_line, &p, take_value, &p);
	if (r < 0)
		return -ENOMEM;
	return p.r;
}

/* Read on, behind what BUF holds. Returns what read() does, or -errno. */
static ssize_t read_more(int fd, struct plugh_buf *buf)
{
	char chunk[16 * 1024];
	ssize_t n;

	do {
		n = read(fd, chunk, sizeof chunk);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	int r = plugh_buf_append(buf, chunk, (size_t)n);
	return r < 0 ? r : n;
}

static int read_all(int fd, char **ret_bytes, size_t *ret_count)
{
	struct plugh_buf buf = { .limit = INI_FILE_MAX_BYTES };
	ssize_t n;

	do {
		n = read_more(fd, &buf);
	} while (n > 0);
	size_t count = buf.size;
	char *bytes = n == 0 ? plugh_buf_take(&buf) : NULL;
	plugh_buf_release(&buf);
	if (bytes == NULL)
		return n < 0 ? (int)n : -ENOMEM;
	*ret_bytes = bytes;
	*ret_count = count;
	return 0;
}

int ini_file_read(const char *path, bool any, char **ret_bytes, size_t *ret_count)
{
	/* Without O_NONBLOCK, opening a FIFO that nobody writes to would wait for ever. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (any ? 0 : O_NONBLOCK));
	if (fd < 0)
		return -errno;

	struct stat st;
	int r = 0;
	if (fstat(fd, &st) < 0) {
		r = -errno;
		goto out;
	}
	if (S_ISDIR(st.st_mode)) {
		r = -EISDIR;
		goto out;
	}
	if (!any && !S_ISREG(st.st_mode)) {
		r = -EOPNOTSUPP;
		goto out;
	}
	r = read_all(fd, ret_bytes, ret_count);
out:
	close(fd);
	return r;
}

/* ---- Quotes ---- */

/* What '\' and the character mean together, or NUL. */
static char unescape(char c)
{
	switch (c) {
	case 't':
		return '\t';
	case 'n':
		return '\n';
	case '\\':
	case '"':
		return c;
	default:
		return '\0';
	}
}

/* Copy a word in double quotes; TEXT stands at the opening one. Returns behind the closing one, or
 * NULL with the reason. */
static const char *unquote_word(const char *text, char **buffer, const char **ret_reason)
{
	for (text++; *text != '"'; text++) {
		char c = *text;
		if (c == '\\' && text[1] != '\0') {
			text++;
			c = unescape(*text);
			if (c == '\0') {
				*ret_reason = "a '\\' in double quotes must stand before '\\', "
					      "'\"', 't' or 'n'";
				return NULL;
			}
		}
		if (c == '\0') {
			*ret_reason = "no closing double quote";
			return NULL;
		}
		*(*buffer)++ = c;
	}
	return text + 1;
}

int ini_file_unquote(const char *text, char *buffer, const char **ret_reason)
{
	if (*text != '"') {
		memcpy(buffer, text, strlen(text) + 1);
		return 0;
	}
	const char *end = unquote_word(text, &buffer, ret_reason);
	if (end == NULL)
		return -EINVAL;
	if (*end != '\0') {
		*ret_reason = "text after the closing double quote";
		return -EINVAL;
	}
	*buffer = '\0';
	return 0;
}

int ini_file_next_word(const char **cursor, char *buffer, const char **ret_reason)
{
	const char *text = skip_blanks(*cursor);
	if (*text == '\0')
		return 0;

	if (*text == '"') {
		text = unquote_word(text, &buffer, ret_reason);
		if (text == NULL)
			return -EINVAL;
		if (*text != '\0' && *text != ' ' && *text != '\t') {
			*ret_reason = "no blank after the closing double quote";
			return -EINVAL;
		}
	} else {
		size_t n = strcspn(text, " \t");
		memcpy(buffer, text, n);
		buffer += n;
		text += n;
	}
	*buffer = '\0';
	*cursor = text;
	return 1;
}
