/* The environment that a confined plugin sees.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_ENVIRONMENT_H
#define PLUGH_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>

/* May a confined plugin see the variable? Those of locale, time zone, terminal, HOME, TMPDIR,
 * XDG_*, PLUGH_*, SSL_CERT_*, SOURCE_DATE_EPOCH, the width and colour of the screen, sanitizers and
 * coverage; and of socket activation where it takes part in that.
 *
 * variable  "NAME=VALUE"; what has no '=' is not allowed */
bool environment_is_allowed(const char *variable, bool takes_activation);

/* Take all others out of the environment, and overwrite them with zeros where they stand: a plugin
 * can read the memory that getenv no longer finds.
 *
 * environment  as environ; its strings must be writable, as those of main()'s are
 * Returns how many were taken out. Threads: none may use the environment meanwhile. */
size_t environment_restrict(char **environment, bool takes_activation);

#endif
