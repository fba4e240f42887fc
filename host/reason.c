/* Why something was refused.
 *
 * SPDX-License-Identifier: MIT */
#include "reason.h"

#include <stdarg.h>
#include <stdio.h>

#include <plugh/json.h>

/* A copy in which a terminal finds nothing to obey. */
static void escape(char *ret_text, size_t size, const char *text, size_t n)
{
	size_t used = 0;

	for (size_t at = 0; at < n && used + 5 < size;) {
		unsigned char c = (unsigned char)text[at];
		size_t valid = c < 0x80 ? 1 : plugh_utf8_valid(text + at, n - at < 4 ? n - at : 4);
		if (c >= 0x20 && c != 0x7f && valid > 0) {
			ret_text[used++] = text[at++];
			/* The rest of this character only. */
			while (at < n && ((unsigned char)text[at] & 0xc0) == 0x80 && c >= 0x80)
				ret_text[used++] = text[at++];
			continue;
		}
		used += (size_t)snprintf(ret_text + used, size - used, "\\x%02x", c);
		at++;
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
	if (n < 0)
		n = 0;
	size_t size = (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
	escape(reason->text, sizeof reason->text, text, size);
	return r;
}
