/* Texts put together.
 *
 * SPDX-License-Identifier: MIT */
#include "join.h"

#include <stdlib.h>
#include <string.h>

size_t join_parts(char *buffer, size_t size, const char *const part[])
{
	size_t length = 0;

	for (; *part != NULL; part++) {
		size_t n = strlen(*part);
		if (length < size)
			memcpy(buffer + length, *part, n < size - length ? n : size - length);
		length += n;
	}
	if (size > 0)
		buffer[length < size ? length : size - 1] = '\0';
	return length;
}

char *join_new(const char *const part[])
{
	size_t size = join_parts(NULL, 0, part) + 1;

	char *text = (char *)malloc(size);
	if (text != NULL)
		join_parts(text, size, part);
	return text;
}

const char *join_number(char buffer[JOIN_NUMBER_SIZE], size_t number)
{
	char digit[JOIN_NUMBER_SIZE];
	size_t n = 0;

	do
		digit[n++] = (char)('0' + number % 10);
	while ((number /= 10) != 0);
	for (size_t i = 0; i < n; i++)
		buffer[i] = digit[n - 1 - i];
	buffer[n] = '\0';
	return buffer;
}
