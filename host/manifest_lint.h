/* What an author can get wrong that no compiler and no reader of the manifest sees.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_MANIFEST_LINT_H
#define PLUGH_MANIFEST_LINT_H

#include "command_line.h"
#include "manifest.h"

/* Is the file at that path called as its manifest says? Returns 0, or -EINVAL with the reason. */
int manifest_lint_name(const struct manifest *manifest, const char *path, struct reason *why);

/* Can all help texts be formatted (a bad %(...)s shows only when it is expanded)? Returns 0;
 * -EINVAL with the reason; -ENOMEM. */
int manifest_lint_help(
	struct command_line *line, const struct manifest *manifest, struct reason *why);

/* Do two options share a variable of the environment? Returns 0, or -EINVAL with the reason. */
int manifest_lint_variables(const struct manifest *manifest, struct reason *why);

#endif
