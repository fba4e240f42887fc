/* extract_memmem FILE PREFIX SUFFIX: every text between them, by mmap and memmem, the way that a C
 * programmer would take. With FILE alone: read it, and do nothing.
 *
 * SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_all(int fd)
{
	enum { SIZE = 128 * 1024 };
	char *buffer = aligned_alloc(4096, SIZE);
	ssize_t n = 1;

	while (buffer != NULL && n > 0)
		n = read(fd, buffer, SIZE);
	free(buffer);
	return n != 0;
}

int main(int argc, char *argv[])
{
	struct stat st;
	int fd = argc > 1 ? open(argv[1], O_RDONLY) : -1;

	if (fd < 0 || fstat(fd, &st) < 0)
		return 2;
	if (argc != 4)
		return read_all(fd);
	const char *at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	const char *end = at + st.st_size;
	size_t prefix = strlen(argv[2]), suffix = strlen(argv[3]);
	while ((at = memmem(at, (size_t)(end - at), argv[2], prefix)) != NULL) {
		const char *text = at + prefix;
		const char *stop = memmem(text, (size_t)(end - text), argv[3], suffix);
		if (stop == NULL)
			break;
		fwrite_unlocked(text, 1, (size_t)(stop - text), stdout);
		putc_unlocked('\n', stdout);
		at = stop + suffix;
	}
	return fflush(stdout) != 0;
}
