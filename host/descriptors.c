/* The descriptors that a confined plugin keeps.
 *
 * SPDX-License-Identifier: MIT */
#include "descriptors.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "config.h"
#include "output_target.h"

enum { FIRST = STDERR_FILENO + 1 };

int descriptors_of_path(const char *path)
{
	struct output_target target;

	if (output_target_resolve(path, &target) < 0)
		return -1;
	int fd = output_target_descriptor(&target);
	close(target.folder);
	return fd < INT_MAX ? fd : -1;
}

static bool read_number(const char *text, long max, long *ret_number)
{
	char *end;

	if (text == NULL || *text < '0' || *text > '9')
		return false;
	errno = 0;
	long number = strtol(text, &end, 10);
	if (*end != '\0' || errno != 0 || number > max)
		return false;
	*ret_number = number;
	return true;
}

int descriptors_passed(char *const *environment)
{
	long process, count;

	if (!read_number(config_getenv(environment, "LISTEN_PID"), INT_MAX, &process) ||
		process != getpid() ||
		!read_number(config_getenv(environment, "LISTEN_FDS"), INT_MAX - FIRST, &count))
		return 0;
	return (int)count;
}

static int compare(const void *a, const void *b)
{
	int left = *(const int *)a, right = *(const int *)b;
	return (left > right) - (left < right);
}

/* close_range came with Linux 5.9. */
static int close_span(int first, unsigned last)
{
	if (close_range((unsigned)first, last, 0) == 0)
		return 0;
	if (errno != ENOSYS)
		return -errno;
	for (long fd = first, end = sysconf(_SC_OPEN_MAX); fd < end && fd <= (long)last; fd++)
		close((int)fd);
	return 0;
}

int descriptors_close_others(int *keep, size_t count)
{
	int next = FIRST, r = 0;

	qsort(keep, count, sizeof *keep, compare);
	for (size_t i = 0; i < count && r == 0; i++) {
		if (keep[i] > next)
			r = close_span(next, (unsigned)keep[i] - 1);
		if (keep[i] >= next)
			next = keep[i] + 1;
	}
	return r < 0 ? r : close_span(next, UINT_MAX);
}
