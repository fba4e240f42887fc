/* The ini keys and variables of one plugin.
 *
 * SPDX-License-Identifier: MIT */
#include "keys.h"

#include <errno.h>
#include <string.h>

#include "command_line.h"

struct keys {
	const struct manifest *manifest;
	struct command_line *line;
	char key[96];
};

static const char *get_sub(void *ctx, size_t index)
{
	const struct manifest *manifest = ((struct keys *)ctx)->manifest;
	return index < manifest->command_count ? manifest->command[index].head->names : NULL;
}

static const char *get_key(void *ctx, const char *sub, size_t index)
{
	struct keys *keys = (struct keys *)ctx;
	const struct manifest_command *command = sub != NULL ? manifest_find_command(
								       keys->manifest, sub)
							     : &keys->manifest->root;

	for (size_t i = 0; command != NULL && i < command->row_count; i++) {
		const struct plugh_option *row = &command->row[i];
		if (row->note.type != PLUGH_RECORD_OPTION || manifest_is_positional(row) ||
			!manifest_option_key(row, keys->key))
			continue;
		if (index-- == 0)
			return keys->key;
	}
	return NULL;
}

static int check(void *ctx, const char *sub, const char *key, const struct config_value *value,
	char *error, size_t size)
{
	return command_line_check(((struct keys *)ctx)->line, sub, key, value, error, size);
}

int keys_check(struct config *config, const struct manifest *manifest)
{
	struct keys keys = { .manifest = manifest };
	struct reason why;

	int r = command_line_create(
		&(struct command_line_spec){ .manifest = manifest }, &keys.line, &why);
	if (r < 0)
		return r;
	r = config_check_plugin(config, manifest_name(manifest),
		&(struct config_options){
			.ctx = &keys, .get_sub = get_sub, .get_key = get_key, .check = check });
	command_line_destroy(keys.line);
	return r;
}
