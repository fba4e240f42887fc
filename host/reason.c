/* Why something was refused.
 *
 * SPDX-License-Identifier: MIT */
#include "reason.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "visible.h"

/* A copy in which a terminal finds nothing to obey. */
static void escape(char *ret_text, size_t size, const char *text)
{
	size_t used = 0;

	/* An escape takes four bytes, the longest character as many. */
	for (size_t at = 0; text[at] != '\0' && used + 5 < size;) {
		size_t shown = visible_size(text + at);
		if (shown == 0) {
			used += (size_t)snprintf(
				ret_text + used, size - used, "\\x%02x", (unsigned char)text[at++]);
			continue;
		}
		memcpy(ret_text + used, text + at, shown);
		used += shown;
		at += shown;
	}
	ret_text[used] = '\0';
}

int reason_set(struct reason *reason, int r, const char *format, ...)
{
	char text[sizeof reason->text];
	va_list args;

	va_start(args, format);
	int n = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	escape(reason->text, sizeof reason->text, n < 0 ? "" : text);
	return r;
}
