/* What an author can get wrong that no compiler and no reader of the manifest sees.
 *
 * SPDX-License-Identifier: MIT */
#include "manifest_lint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int manifest_lint_name(const struct manifest *manifest, const char *path, struct reason *why)
{
	const char *slash = strrchr(path, '/');
	const char *file = slash != NULL ? slash + 1 : path;
	const char *name = manifest_name(manifest);
	size_t n = strlen(name);

	if (strncmp(file, name, n) == 0 && strcmp(file + n, ".so") == 0)
		return 0;
	return reason_set(
		why, -EINVAL, "the plugin is called '%s', so its file must be %s.so", name, name);
}

int manifest_lint_help(
	struct command_line *line, const struct manifest *manifest, struct reason *why)
{
	for (size_t i = 0; i <= manifest->command_count; i++) {
		const char *sub = i > 0 ? manifest->command[i - 1].head->names : NULL;
		char *text = NULL;
		int r = command_line_help(line, sub, &text);
		free(text);
		if (r == -EINVAL)
			return reason_set(why, r, "a help text of '%s' cannot be formatted: %s",
				sub != NULL ? sub : manifest_name(manifest),
				"write a per cent sign as %%, and metavars as many as nargs");
		if (r < 0)
			return r;
	}
	return 0;
}

/* Walks the options that have a key, those of the plugin first. */
struct cursor {
	size_t command, row;
	const char *sub; /* NULL: of the plugin */
	char key[MANIFEST_NAME_SIZE];
	char variable[CONFIG_VARIABLE_SIZE];
};

static bool next_variable(const struct manifest *manifest, struct cursor *at)
{
	for (; at->command <= manifest->command_count; at->command++, at->row = 0) {
		const struct manifest_command *command =
			at->command > 0 ? &manifest->command[at->command - 1] : &manifest->root;
		at->sub = at->command > 0 ? command->head->names : NULL;
		while (at->row < command->row_count) {
			const struct plugh_option *row = &command->row[at->row++];
			if (row->note.type == PLUGH_RECORD_OPTION && !manifest_is_positional(row) &&
				manifest_option_key(row, at->key) &&
				config_variable(manifest_name(manifest), at->sub, at->key,
					at->variable) != NULL)
				return true;
		}
	}
	return false;
}

static const char *command_name(const struct manifest *manifest, const struct cursor *at)
{
	return at->sub != NULL ? at->sub : manifest_name(manifest);
}

int manifest_lint_variables(const struct manifest *manifest, struct reason *why)
{
	struct cursor one = { 0 };

	while (next_variable(manifest, &one)) {
		struct cursor two = one;
		while (next_variable(manifest, &two)) {
			if (strcmp(one.variable, two.variable) == 0)
				return reason_set(why, -EINVAL,
					"--%s of '%s' and --%s of '%s' have one variable: %s",
					one.key, command_name(manifest, &one), two.key,
					command_name(manifest, &two), one.variable);
		}
	}
	return 0;
}
