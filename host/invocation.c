/* One run of the program.
 *
 * SPDX-License-Identifier: MIT */
#include "invocation.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum log_color color_mode(const char *text)
{
	return strcmp(text, "always") == 0  ? LOG_COLOR_ALWAYS
	       : strcmp(text, "never") == 0 ? LOG_COLOR_NEVER
					    : LOG_COLOR_AUTO;
}

void invocation_set_display(struct invocation *invocation)
{
	const char *color = invocation->options.color;

	if (color == NULL && invocation->config != NULL)
		color = config_get_color(invocation->config, NULL);
	enum log_color mode = color_mode(color != NULL ? color : "auto");
	invocation->display = (struct plugh_display){
		.color_out = log_color_decide(mode, STDOUT_FILENO, invocation->environment),
		.color_err = log_color_decide(mode, STDERR_FILENO, invocation->environment),
		.suggest = true,
	};
	invocation->log.color = invocation->display.color_err;
	invocation->log.verbosity = invocation->options.verbosity;
}

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
