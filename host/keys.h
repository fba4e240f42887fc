/* The ini keys and variables of one plugin, checked against its manifest.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_KEYS_H
#define PLUGH_KEYS_H

#include "config.h"
#include "manifest.h"

/* Check [plugin:NAME], its subcommands' sections and its variables; problems are added to the
 * config. Returns the number of errors found, -ENOMEM, or -ENOEXEC for a manifest that no parser
 * can be made of. */
int keys_check(struct config *config, const struct manifest *manifest);

#endif
