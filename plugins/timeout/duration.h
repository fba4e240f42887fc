/* A length of time, as GNU timeout takes it: a floating point number that is not negative, decimal
 * or hexadecimal, "inf" too, and at most one suffix: s (seconds, as without one), m, h or d.
 *
 * The reference is GNU coreutils 9.1 (timeout(1), and what its binary accepts).
 *
 * SPDX-License-Identifier: MIT */
#ifndef TIMEOUT_DURATION_H
#define TIMEOUT_DURATION_H

#include <stdint.h>

#define DURATION_FOREVER INT64_MAX

/* Read a duration. Between the C locale and the user's, the one counts that takes more of the text,
 * so "1.5" is always one and a half, and "1,5" is where the user writes so.
 *
 * ret_ns  nanoseconds, rounded up, so that 0 is zero alone; DURATION_FOREVER for what is beyond 292
 *         years, infinity too
 *
 * Returns 0, or -EINVAL with *ret_ns untouched. Threads: any. */
int duration_parse(const char *text, int64_t *ret_ns);

#endif
