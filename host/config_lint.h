/* SPDX-License-Identifier: MIT */
/* All that can be said against the configuration before anything is run: the layers by themselves,
 * and what they say to each plugin and each built-in command against its manifest. */
#ifndef PLUGH_CONFIG_LINT_H
#define PLUGH_CONFIG_LINT_H

#include <plugh/json.h>

#include "invocation.h"

/* Read all plugins, manifests kept (registry_read_all), and add what is wrong to the problems of
 * invocation->config. To be called once.
 *
 * Returns 0, also when there are problems, or -ENOMEM. Threads: one at a time.   Since: 0.1 */
int config_lint(const struct invocation *invocation);

/* Write the problems found so far as an array of {file, line, severity, text, hint}.
 *
 * key  of the array where it stands in an object, else NULL
 * Returns 0, or the error of the sink, which sticks in `json`.   Since: 0.1 */
int config_lint_json(struct plugh_json *json, const char *key, const struct config *config);

#endif
