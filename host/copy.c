/* The bytes of a file, to another one.
 *
 * SPDX-License-Identifier: MIT */
#include "copy.h"

#include <errno.h>
#include <sys/sendfile.h>

int copy_bytes(int from, int to)
{
	off_t at = 0;

	for (;;) {
		ssize_t n = sendfile(to, from, &at, 1 << 30);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
	}
}
