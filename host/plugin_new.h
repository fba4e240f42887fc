/* `plugh plugin new`: a folder with a plugin that builds, tests and installs.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_PLUGIN_NEW_H
#define PLUGH_PLUGIN_NEW_H

#include <plugh/host.h>

/* In the order of --lang's choices. */
enum plugin_new_language { PLUGIN_NEW_C, PLUGIN_NEW_CXX };

struct plugin_new {
	const char *dir; /* an existing folder */
	const char
		*name; /* refused where no plugin can be called so, or plugh has such a command */
	enum plugin_new_language language;
};

/* Make the folder DIR/NAME of the templates in sdk/template. Where a file cannot be written,
 * nothing is left.
 * Returns an exit status or a negative errno: reported. */
int plugin_new(const struct plugh_host *host, const struct plugin_new *what);

#endif
