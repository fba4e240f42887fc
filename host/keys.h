/* The ini keys and variables of one plugin, checked against its manifest.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_KEYS_H
#define PLUGH_KEYS_H

#include "command_line.h"
#include "config.h"
#include "manifest.h"

/* Check [plugin:NAME], its subcommands' sections and its variables; problems are added to the
 * config.
 *
 * line  a command line of that manifest; borrowed
 * Returns the number of errors found, or -ENOMEM. */
int keys_check(struct config *config, const struct manifest *manifest, struct command_line *line);

/* The same, with a command line made for the purpose. Also -ENOEXEC, for a manifest that no parser
 * can be made of. */
int keys_check_manifest(struct config *config, const struct manifest *manifest);

#endif
