/* The ports that a command line names.
 *
 * SPDX-License-Identifier: MIT */
#include "ports.h"

#include "command_line_internal.h"

struct ports ports_collect(const struct command_line *line)
{
	const struct plugh_namespace *ns = plugh_outcome_namespace(line->outcome);
	struct ports ports = { .is_declared = false };

	for (size_t i = 0; i < line->bound_count; i++) {
		const struct bound *bound = &line->bound[i];
		if (bound->command != line->command ||
			(bound->row->kind & PLUGH_KIND_MASK) != PLUGH_KIND_PORT)
			continue;
		ports.is_declared = true;
		const struct plugh_value *value = plugh_namespace_find(ns, bound->dest);
		if (value != NULL && value->kind == PLUGH_VALUE_INT && ports.count < PORTS_MAX)
			ports.number[ports.count++] = (uint16_t)value->as.integer;
	}
	return ports;
}
