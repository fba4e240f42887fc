/* SPDX-License-Identifier: MIT */
/* Words and answers as shells write them. */
#include "complete_shell.h"

#include <string.h>

void complete_unquote(char *word)
{
	char *to = word;
	char quote = '\0';

	for (const char *from = word; *from != '\0'; from++) {
		bool escapes = quote == '\0' || (quote == '"' && from[1] != '\0' &&
							strchr("$`\"\\", from[1]) != NULL);
		if (*from == '\\' && escapes && from[1] != '\0')
			*to++ = *++from;
		else if (quote == '\0' && (*from == '\'' || *from == '"'))
			quote = *from;
		else if (*from == quote)
			quote = '\0';
		else
			*to++ = *from;
	}
	*to = '\0';
}

static void append_kinds(struct plugh_buf *buf, const struct complete_answer *answer)
{
	static const struct {
		unsigned bit;
		const char *word;
	} kind[] = {
		{ COMPLETE_FILES, "files" },
		{ COMPLETE_DIRECTORIES, "directories" },
		{ COMPLETE_HOSTS, "hosts" },
	};
	const char *separator = "";

	if (answer->command_at != 0) {
		plugh_buf_appendf(buf, "command %zu\n", answer->command_at);
		return;
	}
	if (answer->also == 0)
		plugh_buf_append_text(buf, "none");
	for (size_t i = 0; i < sizeof kind / sizeof kind[0]; i++) {
		if ((answer->also & kind[i].bit) == 0)
			continue;
		plugh_buf_appendf(buf, "%s%s", separator, kind[i].word);
		separator = " ";
	}
	plugh_buf_append_char(buf, '\n');
}

static void append_escaped(struct plugh_buf *buf, const char *text, const char *special)
{
	for (; *text != '\0'; text++) {
		if (strchr(special, *text) != NULL)
			plugh_buf_append_char(buf, '\\');
		plugh_buf_append_char(buf, *text);
	}
}

static void append_for_zsh(struct plugh_buf *buf, const char *text, const char *description)
{
	append_escaped(buf, text, ":\\");
	if (description[0] != '\0') {
		plugh_buf_append_char(buf, ':');
		append_escaped(buf, description, "\\");
	}
}

int complete_format(struct plugh_buf *buf, enum complete_shell shell,
	const struct complete_answer *answer, const char *word)
{
	const char *text, *description;
	size_t cursor = 0;

	append_kinds(buf, answer);
	plugh_buf_append(buf, word, answer->prefix_size);
	plugh_buf_append_char(buf, '\n');
	while (complete_next(answer, &cursor, &text, &description)) {
		if (shell == COMPLETE_ZSH)
			append_for_zsh(buf, text, description);
		else
			plugh_buf_append_text(buf, text);
		if (shell == COMPLETE_FISH && description[0] != '\0')
			plugh_buf_appendf(buf, "\t%s", description);
		plugh_buf_append_char(buf, '\n');
	}
	return buf->error;
}
