/* Enabling, disabling and pinning a plugin in an ini file.
 *
 * SPDX-License-Identifier: MIT */
#include "plugin_ini.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <plugh/sdk.h>

#include "folders.h"
#include "ini_edit.h"
#include "join.h"
#include "manifest.h"
#include "output.h"

enum {
	MAX_INI = 1024 * 1024,
	MAX_TEXT = 2 * MAX_INI, /* with what is added */
};

static int read_whole(const char *path, struct plugh_buf *ret_text)
{
	char bytes[4096];
	ssize_t n;

	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	while ((n = read(fd, bytes, sizeof bytes)) > 0)
		plugh_buf_append(ret_text, bytes, (size_t)n);
	int r = n < 0 ? -errno : ret_text->error;
	close(fd);
	return r;
}

static int replace(const char *path, const struct plugh_buf *text)
{
	struct outputs *outputs = NULL;
	int r = outputs_create(&(struct outputs_spec){ .cancel_fd = -1 }, &outputs);
	if (r < 0)
		return r;
	int fd = outputs_open(outputs, path);
	r = fd < 0 ? fd : 0;
	for (size_t at = 0; r == 0 && at < text->size;) {
		ssize_t n = write(fd, text->data + at, text->size - at);
		if (n < 0 && errno != EINTR)
			r = -errno;
		at += n > 0 ? (size_t)n : 0;
	}
	if (r == 0)
		r = outputs_commit(outputs, fd);
	outputs_destroy(outputs);
	return r;
}

/* Put the text in place, with the folders above it. Returns 1 or -errno. */
static int write_new(const char *path, mode_t folder_mode, const struct plugh_buf *text)
{
	int r = folders_make_above(path, folder_mode);
	if (r == 0)
		r = replace(path, text);
	return r < 0 ? r : 1;
}

/* Change one key of one file by one of the functions below. */
struct change {
	const char *section, *key;
	const char *word;
	int (*edit)(const struct change *change, const struct plugh_buf *old,
		struct plugh_buf *ret_text);
};

/* A plugin is enabled when `disabled` does not have it and `enabled`, where it is set, has it. All
 * of these return 1 when something changed, 0, or -errno. */
static int edit_disabled(
	const struct change *change, const struct plugh_buf *old, struct plugh_buf *ret_text)
{
	return ini_edit_add(plugh_buf_text(old), old->size,
		&(struct ini_word){ "plugh", "disabled", change->word }, ret_text);
}

static int edit_enabled(
	const struct change *change, const struct plugh_buf *old, struct plugh_buf *ret_text)
{
	const char *name = change->word;
	struct plugh_buf half = { .limit = MAX_TEXT };

	int changed = ini_edit_remove(plugh_buf_text(old), old->size,
		&(struct ini_word){ "plugh", "disabled", name }, &half);
	int more = 0;
	if (changed < 0)
		more = changed;
	else if (ini_edit_has_key(plugh_buf_text(&half), half.size, "plugh", "enabled"))
		more = ini_edit_add(plugh_buf_text(&half), half.size,
			&(struct ini_word){ "plugh", "enabled", name }, ret_text);
	else
		more = plugh_buf_append(ret_text, plugh_buf_text(&half), half.size);
	plugh_buf_release(&half);
	return more < 0 ? more : changed | more;
}

static int edit_set(
	const struct change *change, const struct plugh_buf *old, struct plugh_buf *ret_text)
{
	return ini_edit_set(plugh_buf_text(old), old->size,
		&(struct ini_word){ change->section, change->key, change->word }, ret_text);
}

static int edit_unset(
	const struct change *change, const struct plugh_buf *old, struct plugh_buf *ret_text)
{
	return ini_edit_unset(plugh_buf_text(old), old->size,
		&(struct ini_word){ change->section, change->key, NULL }, ret_text);
}

static int find_path(
	const struct plugh_host *host, const struct plugin_ini_which *which, char **ret_path)
{
	int r = 0;

	if (which->system)
		*ret_path = strdup(PLUGH_SYSCONFDIR "/plugh.ini");
	else
		r = config_user_file(which->environment, ret_path);
	if (r < 0 || (which->system && *ret_path == NULL))
		return plugh_fail(host, -ENOMEM, "cannot name the ini file");
	if (*ret_path == NULL)
		return plugh_fail(
			host, -ENOENT, "cannot find your ini file: set HOME or XDG_CONFIG_HOME");
	return 0;
}

static int change_file(const struct plugh_host *host, const struct plugin_ini_which *which,
	const struct change *change, struct plugin_ini *ret_ini)
{
	struct plugh_buf old = { .limit = MAX_INI }, text = { .limit = MAX_TEXT };
	char *path = NULL;

	int r = find_path(host, which, &path);
	if (r < 0)
		return r;
	r = read_whole(path, &old);
	if (r < 0) {
		r = plugh_fail(host, r, "cannot read '%s'", path);
		goto out;
	}
	r = change->edit(change, &old, &text);
	if (r > 0)
		r = write_new(path, which->system ? 0755 : 0700, &text);
	if (r < 0)
		r = plugh_fail(host, r, "cannot write '%s'", path);
out:
	plugh_buf_release(&old);
	plugh_buf_release(&text);
	if (r < 0)
		free(path);
	else
		ret_ini->path = path;
	return r;
}

int plugin_ini_switch(const struct plugh_host *host, const struct plugin_ini_which *which,
	const char *name, bool enable, struct plugin_ini *ret_ini)
{
	return change_file(host, which,
		&(struct change){ .word = name, .edit = enable ? edit_enabled : edit_disabled },
		ret_ini);
}

int plugin_ini_pin(const struct plugh_host *host, const struct plugin_ini_which *which,
	const char *name, const char *sha256, struct plugin_ini *ret_ini)
{
	char section[sizeof "policy:" + MANIFEST_NAME_SIZE];

	JOIN(section, sizeof section, "policy:", name);
	return change_file(host, which,
		&(struct change){
			section, "sha256", sha256, sha256 != NULL ? edit_set : edit_unset },
		ret_ini);
}

int plugin_ini_explain(const struct plugh_host *host, const struct invocation *invocation,
	const char *name, bool enable)
{
	struct config *config = NULL;
	const char *reason = "";

	int r = invocation_load_config(invocation, &config);
	if (r < 0)
		return plugh_fail(host, r, "cannot read the configuration again");
	bool is_enabled = config_is_enabled(config, name, &reason);
	r = 0;
	if (enable && !is_enabled)
		r = plugh_fail(host, 1, "'%s' stays disabled: %s", name, reason);
	else if (!enable && is_enabled)
		r = plugh_fail(host, 1, "'%s' stays enabled", name);
	config_destroy(config);
	return r;
}

void plugin_ini_release(struct plugin_ini *ini)
{
	free(ini->path);
	ini->path = NULL;
}
