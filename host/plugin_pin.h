/* `plugh plugin pin` and `unpin`: the only file that may serve a name, by its SHA-256.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_PLUGIN_PIN_H
#define PLUGH_PLUGIN_PIN_H

#include <stdbool.h>

#include <plugh/host.h>

/* Pin the name to the file that serves it now; take the pin away. Both print what was done.
 *
 * system  in the system's ini instead of the user's
 * Return an exit status or a negative errno: reported. */
int plugin_pin(const struct plugh_host *host, const char *name, bool system);
int plugin_unpin(const struct plugh_host *host, const char *name, bool system);

/* Pin it to a hash that is known. */
int plugin_pin_to(const struct plugh_host *host, const char *name, const char *sha256, bool system);

/* May a file of that hash be installed, as far as pins go?
 *
 * replaces  a pin of the user's own is going to be replaced
 * Returns 0, or an exit status: reported. */
int plugin_pin_allows(
	const struct plugh_host *host, const char *name, const char *sha256, bool replaces);

#endif
