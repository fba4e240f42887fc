/* The command that `help` and `man` are asked about: a built-in, or a plugin, by its name.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_SUBJECT_H
#define PLUGH_SUBJECT_H

#include <plugh/host.h>

#include "manifest.h"

struct subject {
	const struct manifest *manifest;
	struct manifest
		*linked; /* owned, of a built-in; NULL for a plugin, whose registry keeps it */
};

/* Find it. What is wrong is reported.
 *
 * Returns 0 with a subject to be released; PLUGH_EXIT_NOT_FOUND; PLUGH_EXIT_REFUSED; or -errno. */
int subject_find(const struct plugh_host *host, const char *name, struct subject *ret_subject);

void subject_release(struct subject *subject);

#endif
