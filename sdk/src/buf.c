/* The growing array of bytes.
 *
 * SPDX-License-Identifier: MIT */
#include <plugh/buf.h>

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SMALLEST = 64 };

static int fail(struct plugh_buf *buf, int error)
{
	if (buf->error == 0)
		buf->error = error;
	return buf->error;
}

/* Make room for n more bytes and the NUL. */
static int reserve(struct plugh_buf *buf, size_t n)
{
	size_t need;
	if (buf->error != 0)
		return buf->error;
	if (__builtin_add_overflow(buf->size, n, &need) || need == SIZE_MAX)
		return fail(buf, -ENOMEM);
	if (buf->limit != 0 && need > buf->limit)
		return fail(buf, -EFBIG);
	if (need < buf->capacity)
		return 0;

	size_t capacity = buf->capacity > SIZE_MAX / 2 ? need + 1 : buf->capacity * 2;
	if (capacity < need + 1)
		capacity = need + 1 < SMALLEST ? SMALLEST : need + 1;
	char *data = (char *)realloc(buf->data, capacity);
	if (data == NULL)
		return fail(buf, -ENOMEM);
	buf->data = data;
	buf->capacity = capacity;
	return 0;
}

int plugh_buf_append(struct plugh_buf *buf, const void *bytes, size_t n)
{
	int r = reserve(buf, n);
	if (r < 0)
		return r;
	if (n > 0)
		memcpy(buf->data + buf->size, bytes, n);
	buf->size += n;
	buf->data[buf->size] = '\0';
	return 0;
}

int plugh_buf_append_text(struct plugh_buf *buf, const char *text)
{
	return plugh_buf_append(buf, text, strlen(text));
}

int plugh_buf_append_char(struct plugh_buf *buf, char c)
{
	return plugh_buf_append(buf, &c, 1);
}

int plugh_buf_append_fill(struct plugh_buf *buf, char c, size_t n)
{
	int r = reserve(buf, n);
	if (r < 0)
		return r;
	memset(buf->data + buf->size, c, n);
	buf->size += n;
	buf->data[buf->size] = '\0';
	return 0;
}

int plugh_buf_vappendf(struct plugh_buf *buf, const char *format, va_list args)
{
	va_list again;
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, format, args);
	int r = n < 0 ? fail(buf, -EINVAL) : reserve(buf, (size_t)n);
	if (r == 0) {
		vsnprintf(buf->data + buf->size, (size_t)n + 1, format, again);
		buf->size += (size_t)n;
	}
	va_end(again);
	return r;
}

int plugh_buf_appendf(struct plugh_buf *buf, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int r = plugh_buf_vappendf(buf, format, args);
	va_end(args);
	return r;
}

const char *plugh_buf_text(const struct plugh_buf *buf)
{
	return buf->data != NULL ? buf->data : "";
}

char *plugh_buf_take(struct plugh_buf *buf)
{
	if (reserve(buf, 0) < 0) {
		plugh_buf_release(buf);
		return NULL;
	}
	char *data = buf->data;
	data[buf->size] = '\0';
	*buf = (struct plugh_buf){ .limit = buf->limit };
	return data;
}

static int sink_write(void *ctx, const void *bytes, size_t n)
{
	return plugh_buf_append((struct plugh_buf *)ctx, bytes, n);
}

struct plugh_sink plugh_buf_sink(struct plugh_buf *buf)
{
	return (struct plugh_sink){ .write = sink_write, .ctx = buf };
}

void plugh_buf_clear(struct plugh_buf *buf)
{
	buf->size = 0;
	buf->error = 0;
	if (buf->data != NULL)
		buf->data[0] = '\0';
}

void plugh_buf_release(struct plugh_buf *buf)
{
	free(buf->data);
	*buf = (struct plugh_buf){ .limit = buf->limit };
}
