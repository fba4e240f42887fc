/* SPDX-License-Identifier: MIT */
/* All checks of the configuration. */
#include "config_lint.h"

#include <errno.h>

#include <plugh/buf.h>

#include "command.h"
#include "keys.h"

/* Names that sections may name: of plugins, and of the built-in commands. */
static int check_names(const struct invocation *invocation)
{
	const struct registry_entry *entry;
	const struct plugh_plugin *builtin;
	struct plugh_buf names = { 0 };
	size_t count = 0;

	for (size_t i = 0; (entry = registry_get(invocation->registry, i)) != NULL; i++, count++)
		plugh_buf_append(&names, &entry->name, sizeof(const char *));
	for (size_t i = 0; (builtin = command_get(i)) != NULL; i++, count++) {
		const char *name = command_name(builtin);
		plugh_buf_append(&names, &name, sizeof name);
	}
	int r = names.error;
	if (r == 0)
		r = config_check_names(
			invocation->config, (const char *const *)(const void *)names.data, count);
	plugh_buf_release(&names);
	return r;
}

static int check_builtin(struct config *config, const struct plugh_plugin *builtin)
{
	struct manifest *manifest = NULL;
	struct reason why;

	int r = manifest_of_linked(builtin, &manifest, &why);
	if (r == 0)
		r = keys_check_manifest(config, manifest);
	manifest_destroy(manifest);
	return r;
}

/* What no parser can be made of has no keys to be checked; `plugin list` tells of it. */
static int keep_going(int r)
{
	return r == -ENOMEM ? r : 0;
}

int config_lint(const struct invocation *invocation)
{
	const struct registry_entry *entry;
	const struct plugh_plugin *builtin;

	int r = registry_read_all(invocation->registry, true);
	for (size_t i = 0; r == 0 && (entry = registry_get(invocation->registry, i)) != NULL; i++)
		if (entry->manifest != NULL && entry->status != REGISTRY_SHADOWED)
			r = keep_going(keys_check_manifest(invocation->config, entry->manifest));
	for (size_t i = 0; r == 0 && (builtin = command_get(i)) != NULL; i++)
		r = keep_going(check_builtin(invocation->config, builtin));
	return r == 0 ? check_names(invocation) : r;
}

int config_lint_json(struct plugh_json *json, const char *key, const struct config *config)
{
	plugh_json_begin_array(json, key);
	for (size_t i = 0; i < config_count_problems(config); i++) {
		const struct config_problem *problem = config_get_problem(config, i);
		bool is_error = problem->severity == CONFIG_ERROR;
		plugh_json_begin_object(json, NULL);
		plugh_json_text(json, "file", problem->file);
		if (problem->line > 0)
			plugh_json_uint(json, "line", problem->line);
		else
			plugh_json_null(json, "line");
		plugh_json_text(json, "severity", is_error ? "error" : "warning");
		plugh_json_text(json, "text", problem->text);
		plugh_json_text(json, "hint", problem->hint);
		plugh_json_end(json);
	}
	return plugh_json_end(json);
}
