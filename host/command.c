/* The built-in commands.
 *
 * SPDX-License-Identifier: MIT */
#include "command.h"

#include <string.h>

extern const struct plugh_plugin plugh_plugin_completion;
extern const struct plugh_plugin plugh_plugin_complete;
extern const struct plugh_plugin plugh_plugin_config;
extern const struct plugh_plugin plugh_plugin_crash_report;
extern const struct plugh_plugin plugh_plugin_doctor;
extern const struct plugh_plugin plugh_plugin_help;
extern const struct plugh_plugin plugh_plugin_man;
extern const struct plugh_plugin plugh_plugin_plugin;

static const struct {
	const struct plugh_plugin *plugin;
	bool is_hidden;
} list[] = {
	{ &plugh_plugin_help, false },
	{ &plugh_plugin_plugin, false },
	{ &plugh_plugin_config, false },
	{ &plugh_plugin_doctor, false },
	{ &plugh_plugin_completion, false },
	{ &plugh_plugin_man, false },
	{ &plugh_plugin_complete, true },
	{ &plugh_plugin_crash_report, true },
};

const struct plugh_plugin *command_get(size_t i)
{
	return i < sizeof list / sizeof list[0] ? list[i].plugin : NULL;
}

const char *command_name(const struct plugh_plugin *plugin)
{
	return plugin->command[0]->name;
}

const struct plugh_plugin *command_find(const char *name)
{
	const struct plugh_plugin *plugin;

	for (size_t i = 0; (plugin = command_get(i)) != NULL; i++) {
		if (strcmp(command_name(plugin), name) == 0)
			return plugin;
	}
	return NULL;
}

bool command_is_hidden(const struct plugh_plugin *plugin)
{
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
		if (list[i].plugin == plugin)
			return list[i].is_hidden;
	}
	return false;
}
