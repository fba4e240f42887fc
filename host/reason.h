/* Why something was refused: one line for the user, in a caller's storage.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_REASON_H
#define PLUGH_REASON_H

struct reason {
	char text[512]; /* lower case, no full stop; "" where there is none */
};

/* Write the reason, as by printf, cut where it does not fit; bytes from outside that are not
 * printable ASCII or UTF-8 are shown escaped. Returns r, so that a refusal is one expression:
 *
 *     return reason_set(why, -EINVAL, "no manifest");
 */
int reason_set(struct reason *reason, int r, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
