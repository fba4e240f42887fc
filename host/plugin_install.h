/* `plugh plugin install` and `remove`: the user's own folder of plugins.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_PLUGIN_INSTALL_H
#define PLUGH_PLUGIN_INSTALL_H

#include <stdbool.h>

#include <plugh/host.h>

struct plugin_install {
	const char *file;
	bool pin;   /* pin the name to this very file, in the user's ini */
	bool force; /* in spite of what the check finds, but for a manifest that cannot be read */
};

/* Check the file, and put a copy in place, whole or not at all. What is installed is what was
 * checked: its hash is taken before and behind.
 *
 * Both print what was done, and return an exit status or a negative errno: reported. [main-thread]
 */
int plugin_install(const struct plugh_host *host, const struct plugin_install *what);

/* Remove the file NAME.so from the user's folder; no other is touched. */
int plugin_remove(const struct plugh_host *host, const char *name);

#endif
