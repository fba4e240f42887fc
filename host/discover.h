/* The folders that plugins are looked for in.
 *
 * Search order: --plugin-path (never for a bundled name), the compiled-in folder, `path` of the
 * system's ini files, then of the user's, $XDG_DATA_HOME/plugh/plugins.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_DISCOVER_H
#define PLUGH_DISCOVER_H

#include <stdbool.h>
#include <stddef.h>

#include "registry.h"

struct discover_folder {
	char *path;         /* absolute; owned */
	bool is_option;     /* of --plugin-path */
	bool is_bundled;    /* the compiled-in one */
	const char *origin; /* of `path`: where an ini names it; borrowed; NULL for all others */
	bool is_judged;     /* `trust` holds: what trust_check_folder said */
	int trust;
	struct reason why;
	int listed; /* by registry_read_all: 0, or the -errno that it met */
};

struct discover {
	struct discover_folder *folder;
	size_t count;
};

/* The user's own folder: $XDG_DATA_HOME/plugh/plugins, or where the XDG specification puts it.
 *
 * ret_path  the caller's to free; NULL where neither XDG_DATA_HOME nor HOME is set
 * Returns 0 or -ENOMEM. */
int discover_user_folder(char *const *environment, char **ret_path);

/* Collect the folders; whether they exist shows later. Returns 0 or -ENOMEM. */
int discover_init(struct discover *discover, const struct registry_spec *spec);

/* Call `found` for each name with a file NAME.so in the folder, in no order. It returns 0 to go on.
 * Returns 0, what `found` returned, or -errno when the folder cannot be read (a missing one is
 * empty). */
int discover_walk(const struct discover_folder *folder,
	int (*found)(void *ctx, const struct discover_folder *folder, const char *name), void *ctx);

void discover_release(struct discover *discover);

#endif
