/* Words as a POSIX shell reads them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_RUN_SHELL_H
#define PLUGH_RUN_SHELL_H

#include <stddef.h>

#include <plugh/buf.h>

/* Append a word so that a shell takes it as one, byte for byte: as it is where no byte of it has a
 * meaning to a shell, else between single quotes (IEEE Std 1003.1, Shell Command Language,
 * section 2.2.2). Returns as plugh_buf_append. */
int shell_quote(struct plugh_buf *buf, const char *word);

/* Append words with blanks between them. */
int shell_join(struct plugh_buf *buf, const char *const word[], size_t count);

#endif
