/* SPDX-License-Identifier: MIT */
/* What `plugh config show` shows: the values in force, each with where it comes from. */
#ifndef PLUGH_CONFIG_SHOW_H
#define PLUGH_CONFIG_SHOW_H

#include <stdbool.h>
#include <stddef.h>

#include "config.h"
#include "registry.h"

/* One value in force. All members are borrowed for the call of emit. */
struct config_shown {
	const char *section; /* "plugh", "plugin:bwt encode", "policy:perms" */
	const char *key;
	const char *const *item; /* its words, or lines; one for most */
	size_t count;            /* 0: empty */
	bool is_list;            /* a key whose value is a list, however many words it has */
	const char *origin;      /* several are separated by ", " */
};

struct config_show_sink {
	void *ctx;

	/* Returns 0, or -errno, which ends the showing and is its result. */
	int (*emit)(void *ctx, const struct config_shown *shown);
};

/* Show the values in force: of [plugh], of the options of all plugins (those without a value and a
 * default are left out), of policies. Of a plugin that is not there, what its sections say.
 *
 * registry  read as a whole by registry_read_all; borrowed
 * only      a plugin: only its options and its policy; NULL: everything
 *
 * Returns 0, -ENOENT if neither a file nor a section has the name `only`, -ENOMEM, or what emit
 * returned.   Since: 0.1 */
int config_show(const struct config *config, const struct registry *registry, const char *only,
	const struct config_show_sink *sink);

#endif
