/* Write the time (CLOCK_MONOTONIC, nanoseconds, 8 bytes) to standard output, then stay.
 *
 * SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <time.h>
#include <unistd.h>

int main(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	int64_t ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	if (write(STDOUT_FILENO, &ns, sizeof ns) != (ssize_t)sizeof ns)
		return 1;
	for (;;)
		pause();
}
