/* Why a confined plugin was denied something.
 *
 * SPDX-License-Identifier: MIT */
#include "explain.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <plugh/option.h>

#include "grant.h"

/* Set before the plugin runs, and only read from then on, but for the atomic ones, and those that
 * are set when it asks for outputs. */
static struct {
	struct explain_spec spec;
	struct plugh_host host;
	const struct plugh_power_output *output; /* of the host */
	struct plugh_power_output watched;
	atomic_int denied;         /* what an output met last */
	atomic_bool has_explained; /* a denied operation, be it that the sandbox was not why */
} state;

static bool ends_with_error(const char *text, int error)
{
	char said[128];
	/* The GNU form of strerror_r, as in plugh_fail. */
	const char *end = strerror_r(error, said, sizeof said);
	size_t n = strlen(text), end_size = strlen(end);

	return n >= end_size && strcmp(text + n - end_size, end) == 0;
}

/* What stands between quotes. Returns false where nothing does. */
static bool find_subject(const char *text, char ret_subject[PATH_MAX])
{
	const char *from = strchr(text, '\'');
	const char *to = strrchr(text, '\'');

	if (from == NULL || to - from < 2 || to - from > PATH_MAX)
		return false;
	size_t size = (size_t)(to - from) - 1;
	memcpy(ret_subject, from + 1, size);
	ret_subject[size] = '\0';
	return true;
}

/* May the user, and yet this process not? */
static bool is_kept_from(const char *path, int mode, int flags)
{
	if (faccessat(AT_FDCWD, path, mode, AT_EACCESS) < 0)
		return false;
	int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
	if (fd >= 0)
		close(fd);
	return fd < 0 && errno == EACCES;
}

/* A file in a folder is about to be made. Returns false where that is not what the path says. */
static bool find_folder(const char *path, char ret_folder[PATH_MAX])
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return false;
	size_t size = slash == path ? 1 : (size_t)(slash - path);
	memcpy(ret_folder, path, size);
	ret_folder[size] = '\0';
	return true;
}

/* Which key of a policy would open the path; NULL where the sandbox is not what stands in the way.
 * The path may become that of its folder. */
static const char *find_key(char path[PATH_MAX])
{
	char folder[PATH_MAX];
	struct stat st;

	if (stat(path, &st) < 0) {
		if (errno != ENOENT || !find_folder(path, folder) ||
			!is_kept_from(folder, W_OK | X_OK, O_TMPFILE | O_WRONLY))
			return NULL;
		memcpy(path, folder, sizeof folder);
		return "allow-write";
	}
	/* To open anything else may have an effect. */
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return NULL;
	bool reads = !is_kept_from(path, R_OK, O_RDONLY);
	bool writes = !is_kept_from(
		path, W_OK, S_ISDIR(st.st_mode) ? O_TMPFILE | O_WRONLY : O_WRONLY);
	if (reads)
		return writes ? NULL : "allow-write";
	/* What it wanted cannot be known. */
	return writes ? "allow-read" : "allow-read (or allow-write)";
}

static void warn(void *ctx, const char *text)
{
	state.spec.host->report(ctx, PLUGH_LEVEL_WARNING, text);
}

static void explain_path(void *ctx, char path[PATH_MAX], const char *key)
{
	char text[2 * PATH_MAX + 256];
	char *whole = realpath(path, NULL);

	snprintf(text, sizeof text,
		"the sandbox denies that: '%s = %s' under [policy:%s] in an ini file allows it",
		key, whole != NULL ? whole : path, state.spec.name);
	free(whole);
	warn(ctx, text);
}

static void explain_needs(void *ctx)
{
	char needs[64], text[512];

	/* What has exec or ptrace is not confined, and so not explained. */
	snprintf(text, sizeof text,
		"the sandbox may have denied that: the manifest of '%s' asks for %s here, not for "
		"%sexec or ptrace; 'sandbox = off' under [plugh] in an ini file would end the "
		"sandbox",
		state.spec.name, grant_needs_text(state.spec.needs, needs, sizeof needs),
		(state.spec.needs & PLUGH_NET) == 0 ? "net, " : "");
	warn(ctx, text);
}

static void explain(void *ctx, const char *text)
{
	char subject[PATH_MAX];
	struct stat st;

	if (!ends_with_error(text, EACCES) && !ends_with_error(text, EPERM))
		return;
	atomic_store(&state.has_explained, true);
	/* An output is opened and put in place by who is not confined. */
	int denied = atomic_exchange(&state.denied, 0);
	if (denied < 0 && ends_with_error(text, -denied))
		return;
	bool has_subject = find_subject(text, subject);
	/* Landlock denies files by EACCES; EPERM is for what is done to them, or to anything else.
	 */
	bool is_path = has_subject && ends_with_error(text, EACCES) &&
		       (strchr(subject, '/') != NULL || stat(subject, &st) == 0);
	const char *key = is_path ? find_key(subject) : NULL;
	if (key != NULL)
		explain_path(ctx, subject, key);
	else if (!is_path)
		explain_needs(ctx);
}

static void report(void *ctx, uint32_t level, const char *text)
{
	state.spec.host->report(ctx, level, text);
	if (level == PLUGH_LEVEL_ERROR)
		explain(ctx, text);
}

static int open_output(void *ctx, const char *path)
{
	int r = state.output->open(ctx, path);

	atomic_store(&state.denied, r < 0 ? r : 0);
	return r;
}

static int commit_output(void *ctx, int fd)
{
	int r = state.output->commit(ctx, fd);

	atomic_store(&state.denied, r < 0 ? r : 0);
	return r;
}

static const void *power(void *ctx, const char *id)
{
	const void *found = state.spec.host->power(ctx, id);

	if (found == NULL || strcmp(id, PLUGH_POWER_OUTPUT) != 0)
		return found;
	state.output = (const struct plugh_power_output *)found;
	state.watched = *state.output;
	state.watched.open = open_output;
	state.watched.commit = commit_output;
	return &state.watched;
}

const struct plugh_host *explain_start(const struct explain_spec *spec)
{
	state.spec = *spec;
	state.host = *spec->host;
	state.host.report = report;
	state.host.power = power;
	atomic_store(&state.denied, 0);
	atomic_store(&state.has_explained, false);
	return &state.host;
}

void explain_finish(int returned)
{
	if ((returned == -EACCES || returned == -EPERM) && !atomic_load(&state.has_explained) &&
		returned != atomic_load(&state.denied))
		explain_needs(state.host.ctx);
}

void explain_loading(const struct log *log, const char *name, const char *reason)
{
	if (strstr(reason, "cannot open shared object file") != NULL)
		log_print(log, PLUGH_LEVEL_WARNING,
			"in the sandbox a plugin's libraries are loaded from the system's folders "
			"only: 'allow-read = FOLDER' under [policy:%s] in an ini file adds one",
			name);
}
