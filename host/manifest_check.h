/* The checks of one record and of one command's rows.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_MANIFEST_CHECK_H
#define PLUGH_MANIFEST_CHECK_H

#include "manifest.h"

enum { MANIFEST_MAX_NAMES = 8 }; /* of an option */

/* One record by itself: its texts and numbers. Returns 0 or -ENOEXEC with the reason. */
int manifest_check_record(const struct plugh_option *record, struct reason *why);

/* Lower-case letters, digits and _, a letter first: what a plugin or subcommand may be called. */
bool manifest_is_name(const char *name);

/* The rows of one command together: groups are balanced, names are there once, members do not
 * overlap. Returns 0, -ENOEXEC with the reason, or -ENOMEM. */
int manifest_check_rows(const struct manifest_command *command, struct reason *why);

#endif
