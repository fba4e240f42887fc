/* What one run may do: the needs in the manifest, less what policies deny, and the paths that the
 * command line names.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_GRANT_H
#define PLUGH_GRANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command_line.h"
#include "config.h"
#include "reason.h"

struct grant_path {
	const char *path; /* as the command line has it; borrowed from it */
	uint32_t access;  /* PLUGH_READ, PLUGH_WRITE, PLUGH_LISTEN, PLUGH_CONNECT */
};

/* "-": the standard stream, for which nothing is to be opened. */
bool grant_is_standard_stream(const struct grant_path *path);

struct grant {
	uint32_t needs;   /* enum plugh_need bits of this very command line */
	bool has_scratch; /* it is to have a folder for temporary files: it needs to write of
			     itself, not only to the outputs that are named */
	struct grant_path *path;
	size_t count;
};

/* Work out the grant of a parsed command line.
 *
 * bundled  plugins that are not bundled get exec and ptrace, which end confinement, only by an ini
 * Returns 0; -EPERM when something that is needed is not granted (why names the need and the ini
 * line); -ENOMEM. */
int grant_init(struct grant *grant, const struct command_line *line, const struct config *config,
	const char *name, bool bundled, struct reason *why);

/* "read write net" into a buffer; "nothing" where there are no needs. Returns the buffer. */
const char *grant_needs_text(uint32_t needs, char *buffer, size_t size);

/* Accepts an empty one. */
void grant_release(struct grant *grant);

#endif
