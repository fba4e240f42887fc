/* SPDX-License-Identifier: MIT */
/* Between `plugh complete` and the scripts of packaging/completions: how the words come in and how
 * an answer goes out.
 *
 * An answer is lines:
 *
 *	1     what to add: "none", or words of "files", "directories", "hosts"; or "command N": the
 *words from the N-th one on (the program is number 0) are a command line of its own 2     the start
 *of the word that stays as it is, often empty 3...  the candidates for what follows it, one a line
 *
 * for bash  TEXT
 *     zsh   TEXT:DESCRIPTION, with the backslashes that zsh's _describe wants
 *     fish  TEXT<tab>DESCRIPTION
 *
 * No text has control characters (complete.h), so lines and tabs are safe.
 *
 * Threads: any.   Since: 0.1 */
#ifndef PLUGH_COMPLETE_SHELL_H
#define PLUGH_COMPLETE_SHELL_H

#include "complete.h"

enum complete_shell {
	COMPLETE_BASH,
	COMPLETE_ZSH,
	COMPLETE_FISH,
};

/* Remove bash's quoting from a word in place: backslashes, '...', "..."; a quote may be unfinished.
 * Nothing is expanded. */
void complete_unquote(char *word);

/* Append the answer's lines.
 *
 * word  the word that was completed, for line 2
 *
 * Returns 0 or the buffer's error. */
int complete_format(struct plugh_buf *buf, enum complete_shell shell,
	const struct complete_answer *answer, const char *word);

#endif
