/* What `plugh plugin info` tells.
 *
 * SPDX-License-Identifier: MIT */
#include "plugin_info.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plugh/sdk.h>

#include "command.h"
#include "command_line.h"
#include "grant.h"
#include "kind.h"
#include "sha256.h"
#include "trust.h"

static int find_builtin(const struct plugh_plugin *plugin, struct plugin_info *info)
{
	info->status = "built-in";
	info->bundled = true;
	int r = manifest_of_linked(plugin, &info->owned, &info->reason);
	info->manifest = info->owned;
	return r;
}

/* By the rules for a plugin that is found by its name. */
static bool is_trusted(int fd, const char *path, struct reason *why)
{
	char *copy = strdup(path);
	if (copy == NULL)
		return false;
	int r = trust_check_folder(dirname(copy), false, why);
	free(copy);
	return r == 0 && trust_check_file(fd, path, false, why) == 0;
}

static int find_file(const char *path, struct plugin_info *info)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return reason_set(&info->reason, -errno, "%s", strerror(errno));

	info->status = "file";
	info->owned_file = realpath(path, NULL);
	info->file = info->owned_file;
	int r = info->file != NULL ? manifest_read(fd, &info->owned, &info->reason) : -errno;
	info->manifest = info->owned;
	if (r == 0)
		r = sha256_file(fd, info->sha256);
	if (r == 0 && !is_trusted(fd, info->file, &info->reason))
		info->status_reason = info->reason.text;
	close(fd);
	return r;
}

static int find_name(
	const struct invocation *invocation, const char *name, struct plugin_info *info)
{
	const struct registry_entry *entry;
	int r = registry_find(invocation->registry, name, &entry);
	if (r < 0)
		return r;

	info->reason = entry->reason;
	if (entry->manifest == NULL)
		return -ENOEXEC;
	info->manifest = entry->manifest;
	info->file = entry->file;
	info->bundled = entry->bundled;
	info->status = registry_status_name(entry->status);
	if (entry->status != REGISTRY_ENABLED)
		info->status_reason = info->reason.text;
	return sha256_file(entry->fd, info->sha256);
}

int plugin_info_find(
	const struct invocation *invocation, const char *word, struct plugin_info *ret_info)
{
	*ret_info = (struct plugin_info){ .file = NULL };

	const struct plugh_plugin *plugin = command_find(word);
	int r = plugin != NULL              ? find_builtin(plugin, ret_info)
		: strchr(word, '/') != NULL ? find_file(word, ret_info)
					    : find_name(invocation, word, ret_info);
	if (r < 0) {
		if (ret_info->reason.text[0] == '\0')
			reason_set(&ret_info->reason, 0, "%s", strerror(-r));
		struct reason why = ret_info->reason;
		plugin_info_release(ret_info);
		ret_info->reason = why;
	}
	return r;
}

void plugin_info_release(struct plugin_info *info)
{
	manifest_destroy(info->owned);
	free(info->owned_file);
	*info = (struct plugin_info){ .file = NULL };
}

/* ---- JSON ---- */

static void needs_json(struct plugh_json *json, const char *key, uint32_t needs)
{
	plugh_json_begin_array(json, key);
	for (uint32_t need = 1; need <= PLUGH_PTRACE; need <<= 1) {
		if (needs & need)
			plugh_json_text(json, NULL, config_need_name(need));
	}
	plugh_json_end(json);
}

static void access_json(struct plugh_json *json, uint32_t access)
{
	static const struct {
		uint32_t bit;
		const char *word;
	} known[] = {
		{ PLUGH_READ, "read" },
		{ PLUGH_WRITE, "write" },
		{ PLUGH_LISTEN, "listen" },
		{ PLUGH_CONNECT, "connect" },
	};

	plugh_json_begin_array(json, "access");
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if ((access & known[i].bit) != 0)
			plugh_json_text(json, NULL, known[i].word);
	plugh_json_end(json);
}

static void text_or_null(struct plugh_json *json, const char *key, const char *text)
{
	plugh_json_text(json, key, text[0] != '\0' ? text : NULL);
}

static void words_json(struct plugh_json *json, const char *key, const char *words)
{
	char word[sizeof((struct plugh_option *)0)->choices];

	if (words[0] == '\0') {
		plugh_json_null(json, key);
		return;
	}
	plugh_json_begin_array(json, key);
	for (size_t i = 0; manifest_word(words, i, word, sizeof word); i++)
		plugh_json_text(json, NULL, word);
	plugh_json_end(json);
}

/* Where a row stands: the group's title, and the number of its exclusive group from 1. */
struct place {
	const char *group;
	unsigned one_of, one_of_count;
	bool one_of_required;
	uint32_t open[2];
	size_t depth;
};

static void place_move(struct place *place, const struct plugh_option *row)
{
	switch (row->note.type) {
	case PLUGH_RECORD_GROUP:
		place->group = row->names;
		place->open[place->depth++] = PLUGH_RECORD_GROUP;
		break;
	case PLUGH_RECORD_ONE_OF:
		place->one_of = ++place->one_of_count;
		place->one_of_required = row->required != 0;
		place->open[place->depth++] = PLUGH_RECORD_ONE_OF;
		break;
	case PLUGH_RECORD_END:
		if (place->open[--place->depth] == PLUGH_RECORD_GROUP)
			place->group = NULL;
		else
			place->one_of = 0;
		break;
	default:
		break;
	}
}

static void option_json(
	struct plugh_json *json, const struct plugh_option *row, const struct place *place)
{
	static const char *const role[] = {
		[PLUGH_ROLE_TEXT] = NULL,
		[PLUGH_ROLE_DIRECTORY] = "directory",
		[PLUGH_ROLE_HOST] = "host",
		[PLUGH_ROLE_COMMAND] = "command",
	};
	char key[MANIFEST_NAME_SIZE];

	plugh_json_begin_object(json, NULL);
	words_json(json, "names", row->names);
	plugh_json_bool(json, "positional", manifest_is_positional(row));
	plugh_json_text(json, "kind", kind_name(row));
	plugh_json_text(json, "role", role[row->role]);
	text_or_null(json, "help", row->help);
	text_or_null(json, "metavar", row->metavar);
	text_or_null(json, "nargs", row->nargs);
	text_or_null(json, "default", row->default_);
	text_or_null(json, "const", row->const_);
	words_json(json, "choices", row->choices);
	text_or_null(json, "action", row->action);
	plugh_json_bool(json, "required", row->required != 0);
	plugh_json_bool(json, "ends_options", (row->flags & PLUGH_ENDS_OPTIONS) != 0);
	access_json(json, row->access);
	needs_json(json, "needs", row->needs);
	plugh_json_text(json, "key",
		!manifest_is_positional(row) && manifest_option_key(row, key) ? key : NULL);
	plugh_json_text(json, "group", place->group);
	if (place->one_of != 0)
		plugh_json_uint(json, "one_of", place->one_of);
	else
		plugh_json_null(json, "one_of");
	plugh_json_end(json);
}

/* The rows that tell of something: PLUGH_STATUS, PLUGH_EXAMPLE, PLUGH_EPILOG. */
static void told_json(struct plugh_json *json, const struct manifest_command *command)
{
	const struct plugh_option *end = command->row + command->row_count;

	plugh_json_begin_array(json, "statuses");
	for (const struct plugh_option *row = command->row; row < end; row++) {
		if (row->note.type != PLUGH_RECORD_STATUS)
			continue;
		plugh_json_begin_object(json, NULL);
		plugh_json_uint(json, "status", row->usage_status);
		plugh_json_text(json, "text", row->help);
		plugh_json_end(json);
	}
	plugh_json_end(json);
	plugh_json_begin_array(json, "examples");
	for (const struct plugh_option *row = command->row; row < end; row++) {
		if (row->note.type != PLUGH_RECORD_EXAMPLE)
			continue;
		plugh_json_begin_object(json, NULL);
		plugh_json_text(json, "command", row->names);
		plugh_json_text(json, "text", row->help);
		plugh_json_end(json);
	}
	plugh_json_end(json);
	plugh_json_begin_array(json, "epilog");
	for (const struct plugh_option *row = command->row; row < end; row++) {
		if (row->note.type == PLUGH_RECORD_EPILOG)
			plugh_json_text(json, NULL, row->help);
	}
	plugh_json_end(json);
}

static void command_json(struct plugh_json *json, const struct manifest *manifest,
	const struct manifest_command *command)
{
	const struct plugh_option *about = command->about;
	struct place place = { .group = NULL };

	needs_json(json, "needs", manifest_needs(manifest, command));
	plugh_json_bool(
		json, "options_end_at_operand", (about->flags & PLUGH_OPTIONS_END_AT_OPERAND) != 0);
	plugh_json_bool(json, "handles_signals", (about->flags & PLUGH_HANDLES_SIGNALS) != 0);
	plugh_json_bool(json, "takes_activation", (about->flags & PLUGH_TAKES_ACTIVATION) != 0);
	plugh_json_bool(json, "measures_memory", (about->flags & PLUGH_MEASURES_MEMORY) != 0);
	plugh_json_uint(json, "usage_status", about->usage_status != 0 ? about->usage_status : 2);
	plugh_json_begin_array(json, "options");
	for (size_t i = 0; i < command->row_count; i++) {
		place_move(&place, &command->row[i]);
		if (command->row[i].note.type == PLUGH_RECORD_OPTION)
			option_json(json, &command->row[i], &place);
	}
	plugh_json_end(json);
	told_json(json, command);
}

static void policy_json(
	struct plugh_json *json, const struct invocation *invocation, const char *name)
{
	const struct config_policy *policy = config_find_policy(invocation->config, name);
	const char *origin;
	enum config_sandbox sandbox = config_get_sandbox(invocation->config, &origin);

	plugh_json_begin_object(json, "policy");
	plugh_json_text(json, "sandbox", config_sandbox_name(sandbox));
	plugh_json_text(json, "sandbox_origin", origin);
	needs_json(json, "deny", policy != NULL ? policy->deny : 0);
	needs_json(json, "allow", policy != NULL ? policy->allow : 0);
	plugh_json_text(json, "sha256", policy != NULL ? policy->sha256 : NULL);
	plugh_json_end(json);
}

int plugin_info_json(const struct plugh_host *host, const struct invocation *invocation,
	const struct plugin_info *info)
{
	struct plugh_json json = { .sink = { host->write, host->ctx }, .indent = true };
	const struct manifest *manifest = info->manifest;

	plugh_json_begin_object(&json, NULL);
	plugh_json_text(&json, "name", manifest_name(manifest));
	text_or_null(&json, "version", manifest_version(manifest));
	plugh_json_text(&json, "summary", manifest->root.about->help);
	plugh_json_text(&json, "file", info->file);
	text_or_null(&json, "sha256", info->sha256);
	plugh_json_text(&json, "status", info->status);
	plugh_json_text(&json, "reason", info->status_reason);
	plugh_json_bool(&json, "bundled", info->bundled);
	plugh_json_uint(&json, "abi_major", manifest->root.head->abi_major);
	plugh_json_uint(&json, "abi_minor", manifest->root.head->abi_minor);
	command_json(&json, manifest, &manifest->root);
	plugh_json_begin_array(&json, "commands");
	for (size_t i = 0; i < manifest->command_count; i++) {
		const struct manifest_command *command = &manifest->command[i];
		plugh_json_begin_object(&json, NULL);
		plugh_json_text(&json, "name", command->head->names);
		plugh_json_text(&json, "summary", command->about->help);
		command_json(&json, manifest, command);
		plugh_json_end(&json);
	}
	plugh_json_end(&json);
	policy_json(&json, invocation, manifest_name(manifest));
	plugh_json_end(&json);
	return plugh_json_newline(&json);
}

/* ---- Text ---- */

static void policy_text(
	const struct plugh_host *host, const struct invocation *invocation, const char *name)
{
	const struct config_policy *policy = config_find_policy(invocation->config, name);
	char needs[64];
	const char *origin;
	enum config_sandbox sandbox = config_get_sandbox(invocation->config, &origin);

	plugh_print(host, "sandbox    %s (%s)\n", config_sandbox_name(sandbox), origin);
	if (policy == NULL)
		return;
	plugh_print(host, "denied     %s\n", grant_needs_text(policy->deny, needs, sizeof needs));
	plugh_print(host, "allowed    %s\n", grant_needs_text(policy->allow, needs, sizeof needs));
	if (policy->sha256 != NULL)
		plugh_print(host, "pinned     %s (%s)\n", policy->sha256, policy->sha256_origin);
}

static int help_text(const struct plugh_host *host, const struct manifest *manifest)
{
	struct command_line *line = NULL;
	struct reason why = { "" };
	char *text = NULL;

	int r = command_line_create(
		&(struct command_line_spec){ .manifest = manifest }, &line, &why);
	if (r < 0)
		return plugh_fail(host, r == -ENOEXEC ? 1 : r, "%s", why.text);
	for (size_t i = 0; i <= manifest->command_count && r == 0; i++) {
		const char *sub = i > 0 ? manifest->command[i - 1].head->names : NULL;
		r = command_line_help(line, sub, &text);
		if (r == 0)
			r = plugh_print(host, "\n%s", text);
		free(text);
		text = NULL;
	}
	command_line_destroy(line);
	return r;
}

int plugin_info_text(const struct plugh_host *host, const struct invocation *invocation,
	const struct plugin_info *info)
{
	const struct manifest *manifest = info->manifest;
	const char *version = manifest_version(manifest);
	char needs[64];
	uint32_t all = manifest_needs(manifest, &manifest->root);

	for (size_t i = 0; i < manifest->command_count; i++)
		all |= manifest_needs(manifest, &manifest->command[i]);
	plugh_print(host, "name       %s\n", manifest_name(manifest));
	plugh_print(host, "version    %s\n", version[0] != '\0' ? version : "-");
	plugh_print(host, "summary    %s\n", manifest->root.about->help);
	plugh_print(host, "status     %s%s%s\n", info->status,
		info->status_reason != NULL ? ": " : "",
		info->status_reason != NULL ? info->status_reason : "");
	plugh_print(host, "file       %s%s\n", info->file != NULL ? info->file : "-",
		info->bundled ? " (bundled)" : "");
	if (info->sha256[0] != '\0')
		plugh_print(host, "sha256     %s\n", info->sha256);
	plugh_print(host, "abi        %u.%u (this plugh: %d.%d)\n", manifest->root.head->abi_major,
		manifest->root.head->abi_minor, PLUGH_ABI_MAJOR, PLUGH_ABI_MINOR);
	plugh_print(host, "needs      %s%s\n", grant_needs_text(all, needs, sizeof needs),
		all & (PLUGH_EXEC | PLUGH_PTRACE)
			? " (it runs other programs, so it is not confined when it does)"
			: "");
	policy_text(host, invocation, manifest_name(manifest));
	return help_text(host, manifest);
}

void plugin_info_entry_json(struct plugh_json *json, const struct registry_entry *entry)
{
	plugh_json_begin_object(json, NULL);
	plugh_json_text(json, "name", entry->name);
	plugh_json_text(json, "version", entry->version);
	plugh_json_text(json, "status", registry_status_name(entry->status));
	plugh_json_text(
		json, "reason", entry->status != REGISTRY_ENABLED ? entry->reason.text : NULL);
	plugh_json_text(json, "file", entry->file);
	plugh_json_text(json, "summary", entry->summary);
	plugh_json_end(json);
}
