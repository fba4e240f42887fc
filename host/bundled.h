/* The plugins of this build: names that no other file can take while theirs is there.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_BUNDLED_H
#define PLUGH_BUNDLED_H

/* NULL-terminated. */
extern const char *const bundled_names[];

#endif
