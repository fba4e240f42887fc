/* The step before a plugin's code is loaded.
 *
 * SPDX-License-Identifier: MIT */
#include "sandbox.h"

#include <errno.h>

int sandbox_enter(enum config_sandbox level, const char *origin, const struct grant *grant,
	struct reason *why)
{
	/* What runs other programs is never confined: the program is the user's own. */
	bool ends_confinement = (grant->needs & (PLUGH_EXEC | PLUGH_PTRACE)) != 0;

	if (level == CONFIG_SANDBOX_REQUIRE && !ends_confinement)
		return reason_set(why, -EPERM,
			"it cannot be confined by this plugh, and %s says sandbox = require",
			origin);
	return 0;
}
