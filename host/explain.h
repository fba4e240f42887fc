/* Says why a confined plugin was denied something, and which line of an ini file would grant it.
 *
 * A plugin that fails reports what the system told it: "cannot open 'x': Permission denied".
 * Whether the sandbox was why is found out by trying the same: what the file's mode allows, but
 * opening it is denied, the sandbox denies.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_EXPLAIN_H
#define PLUGH_EXPLAIN_H

#include <stdint.h>

#include <plugh/host.h>

#include "log.h"

struct explain_spec {
	const struct plugh_host *host; /* to be lent to the plugin */
	const char *name;              /* of the plugin */
	uint32_t needs;                /* that were granted */
};

/* The same services, with a line behind each error that tells of a denied operation: a warning.
 * Pointers of the spec are borrowed until run() has returned. A sandbox belongs to the process, and
 * so does this: one at a time. Returns a table, borrowed like the one in the spec. */
const struct plugh_host *explain_start(const struct explain_spec *spec);

/* After run(): does the same for an error that it returned without a word of its own. */
void explain_finish(int returned);

/* After a confined plugin could not be loaded: where the reason is a library that was not found,
 * say where libraries are looked for. */
void explain_loading(const struct log *log, const char *name, const char *reason);

#endif
