/* Enabling, disabling and pinning a plugin in an ini file.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_PLUGIN_INI_H
#define PLUGH_PLUGIN_INI_H

#include <stdbool.h>

#include <plugh/host.h>

#include "invocation.h"

/* Which file: the user's, or the system's. */
struct plugin_ini_which {
	char *const *environment; /* tells where the user's is */
	bool system;
};

struct plugin_ini {
	char *path; /* the file that was changed */
};

/* Change the user's ini (or the system's), which is made where it does not exist. Comments and
 * order are kept, the file is replaced whole.
 *
 * Returns 1 when it was changed, 0 when it said so already, or a negative errno that was reported.
 */
int plugin_ini_switch(const struct plugh_host *host, const struct plugin_ini_which *which,
	const char *name, bool enable, struct plugin_ini *ret_ini);

/* Set the pin of a plugin, or take it away (sha256 is NULL). As above. */
int plugin_ini_pin(const struct plugh_host *host, const struct plugin_ini_which *which,
	const char *name, const char *sha256, struct plugin_ini *ret_ini);

/* After the change: is the plugin as asked, or does another layer decide? Reports that and returns
 * 1; else 0. */
int plugin_ini_explain(const struct plugh_host *host, const struct invocation *invocation,
	const char *name, bool enable);

void plugin_ini_release(struct plugin_ini *ini);

#endif
