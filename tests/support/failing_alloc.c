/* Make the n-th allocation fail.
 *
 * SPDX-License-Identifier: MIT */
#include "failing_alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_on, has_failed;
static size_t left;

/* The names are the linker's. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);

static bool fails(void)
{
	if (!is_on || has_failed || left-- > 0)
		return false;
	has_failed = true;
	errno = ENOMEM;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

void failing_alloc_start(size_t after)
{
	left = after;
	has_failed = false;
	is_on = true;
}

bool failing_alloc_stop(void)
{
	is_on = false;
	return has_failed;
}
