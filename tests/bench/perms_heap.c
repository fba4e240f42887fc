/* perms_heap N: all lines of the first N letters by Heap's algorithm (1963), in its own order.
 *
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char out[1 << 16];
static size_t used;

static void print(const char *line, size_t size)
{
	if (used + size > sizeof out) {
		fwrite(out, 1, used, stdout);
		used = 0;
	}
	memcpy(out + used, line, size);
	used += size;
}

int main(int argc, char *argv[])
{
	char line[] = "abcdefghijklmnop";
	size_t n = argc == 2 ? strtoul(argv[1], NULL, 10) : 0, count[16] = { 0 };

	if (n < 1 || n > 15)
		return 2;
	line[n] = '\n';
	print(line, n + 1);
	for (size_t i = 0; i < n;) {
		if (count[i] >= i) {
			count[i++] = 0;
			continue;
		}
		size_t from = i % 2 == 0 ? 0 : count[i];
		char swapped = line[from];
		line[from] = line[i];
		line[i] = swapped;
		print(line, n + 1);
		count[i]++;
		i = 0;
	}
	fwrite(out, 1, used, stdout);
	return 0;
}
