/* One run of the program.
 *
 * SPDX-License-Identifier: MIT */
#include "invocation.h"

#include <stdio.h>
#include <unistd.h>

void invocation_report_problems(const struct invocation *invocation)
{
	size_t count = config_count_problems(invocation->config);

	for (size_t i = 0; i < count; i++) {
		const struct config_problem *problem = config_get_problem(invocation->config, i);
		char place[32] = "";
		if (problem->severity != CONFIG_ERROR)
			continue;
		if (problem->line > 0)
			snprintf(place, sizeof place, ":%u", problem->line);
		log_print(&invocation->log, PLUGH_LEVEL_ERROR, "%s%s: %s", problem->file, place,
			problem->text);
		if (problem->hint != NULL)
			dprintf(STDERR_FILENO, "%s\n", problem->hint);
	}
}
