/* SPDX-License-Identifier: MIT */
/* Python's textwrap.wrap, for text whose ASCII blanks are single spaces. */
#ifndef PLUGH_PYTEXT_WRAP_H
#define PLUGH_PYTEXT_WRAP_H

#include "pytext_buf.h"

/* re.sub(r"\s+", " ", text, flags=re.ASCII).strip() */
void pytext_buf_append_collapsed(struct pytext_buf *buf, struct pytext text);

/* textwrap.wrap(text, width): lines, each ended by a newline, so no lines give no text. text holds
 * no ASCII blank but the space; width is positive. */
void pytext_buf_append_wrapped(struct pytext_buf *buf, struct pytext text, size_t width);

#endif
