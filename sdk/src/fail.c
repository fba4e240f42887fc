/* Messages to the user.
 *
 * SPDX-License-Identifier: MIT */
#include <plugh/fail.h>

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <plugh/buf.h>

/* A message longer than this is cut: it goes to a terminal, and may hold text from outside. */
enum { LONGEST_MESSAGE = 8192 };

static void report(
	const struct plugh_host *host, uint32_t level, int r, const char *format, va_list args)
{
	struct plugh_buf text = { 0 };

	if (host == NULL)
		return;
	plugh_buf_vappendf(&text, format, args);
	if (text.size > LONGEST_MESSAGE) {
		text.size = LONGEST_MESSAGE;
		plugh_buf_append_text(&text, "...");
	}
	/* The GNU form of strerror_r never fails and needs no shared buffer. */
	char reason[128];
	if (r < 0)
		plugh_buf_appendf(&text, ": %s", strerror_r(-r, reason, sizeof reason));
	host->report(host->ctx, level, text.error == 0 ? plugh_buf_text(&text) : "out of memory");
	plugh_buf_release(&text);
}

int plugh_fail(const struct plugh_host *host, int r, const char *format, ...)
{
	if (r == -ECANCELED || r == -EPIPE)
		return r;

	va_list args;
	va_start(args, format);
	report(host, PLUGH_LEVEL_ERROR, r, format, args);
	va_end(args);
	return r;
}

void plugh_warn(const struct plugh_host *host, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	report(host, PLUGH_LEVEL_WARNING, 0, format, args);
	va_end(args);
}

void plugh_inform(const struct plugh_host *host, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	report(host, PLUGH_LEVEL_INFO, 0, format, args);
	va_end(args);
}
