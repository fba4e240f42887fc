/* One run of the program.
 *
 * SPDX-License-Identifier: MIT */
#include "invocation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int invocation_load_config(const struct invocation *invocation, struct config **ret_config)
{
	const char *extra = invocation->options.config_file;
	char *user_file = NULL;

	int r = config_user_file(invocation->environment, &user_file);
	if (r < 0)
		return r;
	if (extra == NULL)
		extra = config_getenv(invocation->environment, "PLUGH_CONFIG");
	r = config_load(
		&(struct config_sources){
			.system_dir = PLUGH_SYSCONFDIR,
			.user_file = user_file,
			.extra_file = extra,
			.home = config_getenv(invocation->environment, "HOME"),
			.environment = invocation->environment,
			.trusted_only = invocation->trusted_only,
		},
		ret_config);
	free(user_file);
	return r;
}

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
