/* SPDX-License-Identifier: MIT */
#include "pages.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20 };

static void *allocate(size_t size)
{
	if (size < 2 * (size_t)HUGE_PAGE)
		return malloc(size);
	/* Not aligned_alloc, which wants a size of whole pages. */
	void *memory = NULL;
	if (posix_memalign(&memory, HUGE_PAGE, size) != 0)
		return NULL;
	/* Where there are none, small ones do. */
	(void)madvise(memory, size / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
	return memory;
}

void *pages_grow(void *memory, size_t *capacity, size_t size, size_t kept)
{
	if (*capacity >= size)
		return memory;
	/* What is not kept need not be there twice. */
	if (kept == 0) {
		free(memory);
		memory = NULL;
	}
	void *larger = allocate(size);
	if (larger != NULL && kept > 0)
		memcpy(larger, memory, kept);
	free(memory);
	*capacity = larger != NULL ? size : 0;
	return larger;
}
