/* SPDX-License-Identifier: MIT */
/* Growing text: see pytext_buf.h. */

#include "pytext_buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Make room for more bytes and a NUL. */
static bool reserve(struct pytext_buf *buf, size_t more)
{
	size_t needed;
	size_t capacity = buf->capacity ? buf->capacity : 128;

	if (buf->failed)
		return false;
	if (__builtin_add_overflow(buf->length, more, &needed) || needed > SIZE_MAX / 4) {
		buf->failed = true;
		return false;
	}
	if (needed < buf->capacity)
		return true;

	while (capacity <= needed)
		capacity *= 2;

	char *bytes = realloc(buf->bytes, capacity);
	if (!bytes) {
		buf->failed = true;
		return false;
	}
	buf->bytes = bytes;
	buf->capacity = capacity;
	return true;
}

void pytext_buf_append(struct pytext_buf *buf, struct pytext text)
{
	if (!reserve(buf, text.length))
		return;
	if (text.length)
		memcpy(buf->bytes + buf->length, text.bytes, text.length);
	buf->length += text.length;
	buf->bytes[buf->length] = '\0';
}

void pytext_buf_append_string(struct pytext_buf *buf, const char *s)
{
	pytext_buf_append(buf, pytext_of(s));
}

void pytext_buf_append_char(struct pytext_buf *buf, char c)
{
	pytext_buf_append(buf, (struct pytext){ &c, 1 });
}

void pytext_buf_append_chars(struct pytext_buf *buf, char c, size_t count)
{
	if (!reserve(buf, count))
		return;
	memset(buf->bytes + buf->length, c, count);
	buf->length += count;
	buf->bytes[buf->length] = '\0';
}

void pytext_buf_append_point(struct pytext_buf *buf, uint32_t point)
{
	char byte[4];
	size_t size = 0;

	if (point < 0x80) {
		byte[size++] = (char)point;
	} else if (point >= 0xDC80 && point <= 0xDCFF) {
		byte[size++] = (char)(point - 0xDC00);
	} else if (point < 0x800) {
		byte[size++] = (char)(0xC0 | point >> 6);
		byte[size++] = (char)(0x80 | (point & 0x3F));
	} else if (point < 0x10000) {
		byte[size++] = (char)(0xE0 | point >> 12);
		byte[size++] = (char)(0x80 | (point >> 6 & 0x3F));
		byte[size++] = (char)(0x80 | (point & 0x3F));
	} else {
		byte[size++] = (char)(0xF0 | point >> 18);
		byte[size++] = (char)(0x80 | (point >> 12 & 0x3F));
		byte[size++] = (char)(0x80 | (point >> 6 & 0x3F));
		byte[size++] = (char)(0x80 | (point & 0x3F));
	}
	pytext_buf_append(buf, (struct pytext){ byte, size });
}

void pytext_buf_append_format(struct pytext_buf *buf, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0 || !reserve(buf, (size_t)length))
		return;

	va_start(args, format);
	vsnprintf(buf->bytes + buf->length, (size_t)length + 1, format, args);
	va_end(args);
	buf->length += (size_t)length;
}

void pytext_buf_append_padded(struct pytext_buf *buf, struct pytext text, size_t width)
{
	size_t count = pytext_count(text);

	pytext_buf_append(buf, text);
	if (count < width)
		pytext_buf_append_chars(buf, ' ', width - count);
}

void pytext_buf_append_upper(struct pytext_buf *buf, struct pytext text)
{
	for (size_t i = 0, size; i < text.length; i += size) {
		uint32_t upper[3];
		size_t count = pytext_upper(pytext_decode(pytext_from(text, i), &size), upper);
		for (size_t j = 0; j < count; j++)
			pytext_buf_append_point(buf, upper[j]);
	}
}

struct pytext pytext_buf_text(const struct pytext_buf *buf)
{
	return (struct pytext){ buf->bytes ? buf->bytes : "", buf->length };
}

int pytext_buf_status(const struct pytext_buf *buf)
{
	return buf->failed ? -ENOMEM : 0;
}

void pytext_buf_clear(struct pytext_buf *buf)
{
	buf->length = 0;
	if (buf->bytes)
		buf->bytes[0] = '\0';
}

void pytext_buf_release(struct pytext_buf *buf)
{
	free(buf->bytes);
	*buf = (struct pytext_buf){ 0 };
}
