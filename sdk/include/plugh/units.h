/* Numbers with units: sizes, durations, ports, as users type them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_UNITS_H
#define PLUGH_UNITS_H

#include <plugh/option.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A size: digits, with a fraction where a unit follows, and one of K M G T in either case,
 * 1024-based ("64M", "1.5k", "100"). Returns 0, -EINVAL (no size), or -ERANGE (beyond 64 bits).
 * Threads (all of these): any.   Since: 0.1 */
int plugh_size_parse(const char *text, plugh_size *ret_size);

/* A duration: numbers with ns, us, ms, s, m, h or d, largest first ("1.5s", "200ms", "1m30s"); a
 * bare number is seconds. Returns 0, -EINVAL, or -ERANGE (beyond 292 years).   Since: 0.1 */
int plugh_duration_parse(const char *text, plugh_duration *ret_duration);

/* A TCP or UDP port: 0 to 65535.
 * Returns 0, -EINVAL, or -ERANGE.   Since: 0.1 */
int plugh_port_parse(const char *text, plugh_port *ret_port);

/* A size as a user would write it: the largest unit that divides it ("64M", "1000"). At most 24
 * bytes with the NUL.   Since: 0.1 */
void plugh_size_format(plugh_size size, char ret_text[24]);

#ifdef __cplusplus
}
#endif

#endif
