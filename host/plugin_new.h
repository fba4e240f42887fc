/* `plugh plugin new`: a folder with a plugin that builds, tests and installs.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_PLUGIN_NEW_H
#define PLUGH_PLUGIN_NEW_H

#include <plugh/host.h>

/* Make the folder DIR/NAME of the templates in sdk/template/c. Where a file cannot be written,
 * nothing is left.
 *
 * dir   an existing folder; borrowed
 * name  refused where no plugin can be called so, or where plugh has a command of that name
 * Returns an exit status or a negative errno: reported. */
int plugin_new(const struct plugh_host *host, const char *dir, const char *name);

#endif
