/* A grant in the terms of Landlock and seccomp. Inside of the sandbox only.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_SANDBOX_RULES_H
#define PLUGH_SANDBOX_RULES_H

#include "landlock.h"
#include "sandbox.h"

/* What Landlock is to refuse where no rule allows it. */
struct landlock_handled sandbox_handled(const struct sandbox_spec *spec);

/* The rules, added to Landlock's set. Paths that do not exist get none. Returns 0 or -errno. */
int sandbox_add_rules(
	const struct sandbox_spec *spec, const struct landlock_handled *handled, int set);

/* The program of seccomp_filter.h. */
unsigned sandbox_program(const struct sandbox_spec *spec);

#endif
