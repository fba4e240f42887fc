/* Messages on standard error.
 *
 * SPDX-License-Identifier: MIT */
#include "log.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <plugh/json.h>

/* How long a message waits for a non-blocking descriptor that is full. */
enum { FULL_MS = 1000 };

static const struct {
	const char *word, *color;
} level_row[] = {
	[PLUGH_LEVEL_ERROR] = { "error:", "\033[1;31m" },
	[PLUGH_LEVEL_WARNING] = { "warning:", "\033[1;33m" },
	[PLUGH_LEVEL_INFO] = { NULL, NULL },
	[PLUGH_LEVEL_DEBUG] = { "debug:", "\033[2m" },
};

static uint32_t known_level(uint32_t level)
{
	return level < PLUGH_LEVEL_DEBUG ? level : PLUGH_LEVEL_DEBUG;
}

/* The value of a variable; NULL where it is not set. */
static const char *variable(char *const environment[], const char *name)
{
	size_t n = strlen(name);

	for (; *environment != NULL; environment++)
		if (strncmp(*environment, name, n) == 0 && (*environment)[n] == '=')
			return *environment + n + 1;
	return NULL;
}

bool log_color_decide(enum log_color mode, int fd, char *const environment[])
{
	if (mode != LOG_COLOR_AUTO)
		return mode == LOG_COLOR_ALWAYS;

	const char *no_color = variable(environment, "NO_COLOR");
	if (no_color != NULL && *no_color != '\0')
		return false;
	const char *terminal = variable(environment, "TERM");
	if (terminal != NULL && strcmp(terminal, "dumb") == 0)
		return false;
	return isatty(fd) == 1;
}

bool log_is_shown(const struct log *log, uint32_t level)
{
	/* Without -q or -v: errors and warnings. */
	return (int)known_level(level) <= log->verbosity + 1;
}

void log_begin(const struct log *log, uint32_t level, struct plugh_buf *line)
{
	const char *word = level_row[known_level(level)].word;
	const char *color = level_row[known_level(level)].color;

	plugh_buf_appendf(line, "%s: ", log->prefix);
	if (word != NULL && log->color)
		plugh_buf_appendf(line, "%s%s\033[0m ", color, word);
	else if (word != NULL)
		plugh_buf_appendf(line, "%s ", word);
}

/* The size of the UTF-8 character at s, which ends in a NUL; 0 where there is none. */
static size_t character_size(const unsigned char *s)
{
	size_t size = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	return plugh_utf8_valid(s, strnlen((const char *)s, size)) == size ? size : 0;
}

static unsigned code_point(const unsigned char *s, size_t size)
{
	unsigned code = size == 1 ? s[0] : s[0] & (0x7fu >> size);
	for (size_t i = 1; i < size; i++)
		code = code << 6 | (s[i] & 0x3f);
	return code;
}

/* What a terminal obeys instead of showing: C0, DEL and C1 controls, line separators, and the marks
 * and overrides of the bidirectional algorithm (UAX 9), which make a line read as something else.
 */
static bool is_control(unsigned code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x61c || code == 0x200e ||
	       code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069);
}

static void append_escape(struct plugh_buf *line, unsigned code)
{
	static const char letters[] = { ['\t'] = 't', ['\n'] = 'n', ['\r'] = 'r' };

	if (code < sizeof letters && letters[code] != '\0')
		plugh_buf_appendf(line, "\\%c", letters[code]);
	else
		plugh_buf_appendf(line, code < 0x80 ? "\\x%02x" : "\\u%04x", code);
}

static void append_shown(struct plugh_buf *line, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	while (*s != '\0') {
		size_t size = character_size(s);
		if (size == 0) {
			plugh_buf_appendf(line, "\\x%02x", *s++);
			continue;
		}
		unsigned code = code_point(s, size);
		if (is_control(code))
			append_escape(line, code);
		else
			plugh_buf_append(line, s, size);
		s += size;
	}
}

static void write_line(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t put = write(fd, bytes, n);
		if (put >= 0) {
			bytes += put;
			n -= (size_t)put;
		} else if (errno == EAGAIN) {
			struct pollfd one = { .fd = fd, .events = POLLOUT };
			if (poll(&one, 1, FULL_MS) == 0)
				return;
		} else if (errno != EINTR) {
			return;
		}
	}
}

void log_write(const struct log *log, uint32_t level, const char *text)
{
	if (!log_is_shown(log, level))
		return;

	struct plugh_buf line = { 0 };
	log_begin(log, level, &line);
	append_shown(&line, text);
	plugh_buf_append_char(&line, '\n');
	if (line.error == 0) {
		write_line(log->fd, line.data, line.size);
	} else {
		char brief[128];
		int n = snprintf(brief, sizeof brief, "%.90s: error: out of memory\n", log->prefix);
		if (n > 0)
			write_line(log->fd, brief, (size_t)n);
	}
	plugh_buf_release(&line);
}

void log_print(const struct log *log, uint32_t level, const char *format, ...)
{
	struct plugh_buf text = { 0 };
	va_list args;

	va_start(args, format);
	int r = plugh_buf_vappendf(&text, format, args);
	va_end(args);
	log_write(log, level, r < 0 ? "out of memory" : plugh_buf_text(&text));
	plugh_buf_release(&text);
}
