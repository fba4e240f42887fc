/* SPDX-License-Identifier: MIT */
/* Growing text with a sticky failure: append as often as needed, ask once. */
#ifndef PLUGH_PYTEXT_BUF_H
#define PLUGH_PYTEXT_BUF_H

#include "pytext.h"

/* All zero is an empty text. bytes is NULL, or ends in a NUL that length does not count. */
struct pytext_buf {
	char *bytes;
	size_t length;
	size_t capacity;
	bool failed; /* memory ran out; what was appended since is lost */
};

void pytext_buf_append(struct pytext_buf *buf, struct pytext text);
void pytext_buf_append_string(struct pytext_buf *buf, const char *s);
void pytext_buf_append_char(struct pytext_buf *buf, char c);
void pytext_buf_append_chars(struct pytext_buf *buf, char c, size_t count);
void pytext_buf_append_point(struct pytext_buf *buf, uint32_t point);
__attribute__((format(printf, 2, 3))) void pytext_buf_append_format(
	struct pytext_buf *buf, const char *format, ...);

/* text, padded with blanks to width code points. */
void pytext_buf_append_padded(struct pytext_buf *buf, struct pytext text, size_t width);

/* text.upper() */
void pytext_buf_append_upper(struct pytext_buf *buf, struct pytext text);

/* repr(text) */
void pytext_buf_append_repr(struct pytext_buf *buf, struct pytext text);

/* repr(number) */
void pytext_buf_append_float(struct pytext_buf *buf, double number);

/* What was appended; "" when nothing was. Borrowed until the next append. */
struct pytext pytext_buf_text(const struct pytext_buf *buf);

/* 0, or -ENOMEM once an append failed. */
int pytext_buf_status(const struct pytext_buf *buf);

/* Forget the text, but neither the memory nor a failure; forget everything and free the memory. */
void pytext_buf_clear(struct pytext_buf *buf);
void pytext_buf_release(struct pytext_buf *buf);

#endif
