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

#include "visible.h"

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

	/* In parts, not by a format: every run prepares the line that a crash would begin with. */
	plugh_buf_append_text(line, log->prefix);
	plugh_buf_append_text(line, ": ");
	if (word == NULL)
		return;
	plugh_buf_append_text(line, log->color ? color : "");
	plugh_buf_append_text(line, word);
	plugh_buf_append_text(line, log->color ? "\033[0m " : " ");
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
	while (*text != '\0') {
		unsigned code = 0;
		size_t size = visible_decode(text, &code);
		if (size == 0) {
			plugh_buf_appendf(line, "\\x%02x", (unsigned char)*text++);
			continue;
		}
		if (visible_is_obeyed(code))
			append_escape(line, code);
		else
			plugh_buf_append(line, text, size);
		text += size;
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
