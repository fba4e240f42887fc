/* The ini keys and variables of one plugin.
 *
 * SPDX-License-Identifier: MIT */
#include "keys.h"

struct keys {
	const struct manifest *manifest;
	struct command_line *line;
	char key[MANIFEST_NAME_SIZE];
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

int keys_check(struct config *config, const struct manifest *manifest, struct command_line *line)
{
	struct keys keys = { .manifest = manifest, .line = line };

	/* Most runs have no ini and no variable at all. */
	if (config_count_entries(config) == 0)
		return 0;
	return config_check_plugin(config, manifest_name(manifest),
		&(struct config_options){
			.ctx = &keys, .get_sub = get_sub, .get_key = get_key, .check = check });
}

int keys_check_manifest(struct config *config, const struct manifest *manifest)
{
	struct command_line *line = NULL;
	struct reason why;

	int r = command_line_create(
		&(struct command_line_spec){ .manifest = manifest }, &line, &why);
	if (r == 0)
		r = keys_check(config, manifest, line);
	command_line_destroy(line);
	return r;
}
