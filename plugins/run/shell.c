/* Quoting for the shell.
 *
 * SPDX-License-Identifier: MIT */
#include "shell.h"

#include <string.h>

static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789@%+=:,./-_";

int shell_quote(struct plugh_buf *buf, const char *word)
{
	if (word[0] != '\0' && word[strspn(word, plain)] == '\0')
		return plugh_buf_append_text(buf, word);

	plugh_buf_append_char(buf, '\'');
	for (;;) {
		size_t n = strcspn(word, "'");
		plugh_buf_append(buf, word, n);
		word += n;
		if (*word++ == '\0')
			break;
		plugh_buf_append_text(buf, "'\"'\"'");
	}
	return plugh_buf_append_char(buf, '\'');
}

int shell_join(struct plugh_buf *buf, const char *const word[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			plugh_buf_append_char(buf, ' ');
		shell_quote(buf, word[i]);
	}
	return buf->error;
}
