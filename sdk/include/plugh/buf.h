/* A growing array of bytes with a limit, kept ended by a NUL so that it can be read as a string.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_BUF_H
#define PLUGH_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include <plugh/sink.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An empty one is { 0 } (no limit) or { .limit = BYTES }. `data` is NULL until something is
 * appended. `error` is the first failure and sticks: appending goes on to return it, so that a
 * sequence may be checked once, at its end. */
struct plugh_buf {
	char *data;
	size_t size; /* without the NUL */
	size_t capacity;
	size_t limit; /* most bytes that it may hold; 0: no limit */
	int error;
};

/* Append n bytes. Returns 0, -ENOMEM, or -EFBIG over the limit; then the content is as it was.
 * Threads: one at a time.   Since: 0.1 */
int plugh_buf_append(struct plugh_buf *buf, const void *bytes, size_t n);

/* Append a string; one character; n times one character. As above. Since: 0.1 */
int plugh_buf_append_text(struct plugh_buf *buf, const char *text);
int plugh_buf_append_char(struct plugh_buf *buf, char c);
int plugh_buf_append_fill(struct plugh_buf *buf, char c, size_t n);

/* Append text formatted as by printf. Returns 0, -ENOMEM, -EFBIG, or -EINVAL for a format that
 * vsnprintf refuses. Since: 0.1 */
int plugh_buf_appendf(struct plugh_buf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int plugh_buf_vappendf(struct plugh_buf *buf, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* The content as a string, "" when empty. Borrowed until the next append. Since: 0.1 */
const char *plugh_buf_text(const struct plugh_buf *buf);

/* Hand the content over: the caller frees it. The buffer is empty afterwards. Returns NULL when an
 * append had failed (the content is freed) or memory for an empty string is short. Since: 0.1 */
char *plugh_buf_take(struct plugh_buf *buf);

/* A sink (sink.h) that appends to the buffer. Since: 0.1 */
struct plugh_sink plugh_buf_sink(struct plugh_buf *buf);

/* Forget the content and the error, keep the storage. Since: 0.1 */
void plugh_buf_clear(struct plugh_buf *buf);

/* Free the storage; accepts an empty buffer. Since: 0.1 */
void plugh_buf_release(struct plugh_buf *buf);

#ifdef __cplusplus
}
#endif

#endif
