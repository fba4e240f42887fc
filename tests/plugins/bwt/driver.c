/* Answers test_oracle.py: a line of standard input is a case, a line of standard output what comes
 * of it. Texts are written in hexadecimal digits, behind an x; by code points (c) or bytes (b).
 *
 *     transform c|b xTEXT         ->  xTEXT INDEX
 *     inverse c|b xTEXT INDEX     ->  xTEXT, "no text" or "no index"
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "rotate.h"
#include "text.h"

enum { LONGEST = 4096 };

static void print_text(const int32_t *numbers, size_t n, bool as_bytes)
{
	char joined[LONGEST * TEXT_BYTES_MAX];
	size_t size = text_join(numbers, n, as_bytes, joined);

	putchar('x');
	for (size_t i = 0; i < size; i++)
		printf("%02x", (unsigned)(uint8_t)joined[i]);
}

static size_t read_text(const char *digits, char *ret)
{
	size_t n = 0;
	unsigned byte;

	for (; n < LONGEST && sscanf(digits + 2 * n, "%2x", &byte) == 1; n++)
		ret[n] = (char)(uint8_t)byte;
	return n;
}

static void answer(const char *command, bool as_bytes, const char *digits, size_t index)
{
	int32_t in[LONGEST], out[LONGEST], top;
	char text[LONGEST];

	size_t n = text_split(text, read_text(digits, text), as_bytes, in, &top);
	int r = strcmp(command, "transform") == 0 ? rotate_transform(in, n, top, out, &index)
						  : rotate_inverse(in, n, top, index, out);
	if (r == 0)
		print_text(out, n, as_bytes);
	if (r == 0 && strcmp(command, "transform") == 0)
		printf(" %zu", index);
	puts(r == 0 ? "" : r == -EDOM ? "no text" : r == -ERANGE ? "no index" : strerror(-r));
}

int main(void)
{
	char line[2 * LONGEST + 100], command[16], mode, digits[2 * LONGEST + 2];

	while (fgets(line, sizeof line, stdin) != NULL) {
		size_t index = 0;
		if (sscanf(line, "%15s %c x%8192[0-9a-f] %zu", command, &mode, digits, &index) <
			3) {
			digits[0] = '\0';
			if (sscanf(line, "%15s %c x %zu", command, &mode, &index) < 2)
				return 2;
		}
		answer(command, mode == 'b', digits, index);
	}
	return 0;
}
