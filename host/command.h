/* The built-in commands: plugins that are linked into the host.
 *
 * Each is declared with the same macros as any plugin (plugh/plugin.h) in its command_NAME.c, so
 * the parser, the help, the man page and the completion come from its table, too. Its run() gets
 * what it needs by invocation_of(host) and prints through the SDK (plugh_print, plugh_json,
 * plugh_fail). host->json tells whether the user asked for JSON.
 *
 * To add one: write command_NAME.c, name it in host/CMakeLists.txt and in the list in command.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_COMMAND_H
#define PLUGH_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include <plugh/plugin.h>

#include "manifest.h"

/* The i-th built-in in the order of the help; NULL beyond the last. Static. */
const struct plugh_plugin *command_get(size_t i);

/* Its name. Static. */
const char *command_name(const struct plugh_plugin *plugin);

/* The built-in of that name, or NULL. */
const struct plugh_plugin *command_find(const char *name);

/* Left out of the help: what shells call, not people. */
bool command_is_hidden(const struct plugh_plugin *plugin);

#endif
