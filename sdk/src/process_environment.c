/* The environment of a child, and where its program may be.
 *
 * Strings are borrowed from the spec and from our own environment; only lists are made.
 *
 * SPDX-License-Identifier: MIT */
#include "process_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static size_t count_words(const char *const *list)
{
	size_t n = 0;

	while (list != NULL && list[n] != NULL)
		n++;
	return n;
}

/* Does the entry ("NAME=value") set this variable, whose name ends at NUL or '='? */
static bool is_of(const char *entry, const char *name)
{
	size_t n = strcspn(name, "=");

	return strncmp(entry, name, n) == 0 && entry[n] == '=';
}

static bool is_in(const char *const *list, const char *entry)
{
	for (; list != NULL && *list != NULL; list++)
		if (is_of(entry, *list))
			return true;
	return false;
}

static int check_changes(const struct plugh_process_spec *spec)
{
	for (const char *const *set = spec->set; set != NULL && *set != NULL; set++)
		if ((*set)[0] == '=' || strchr(*set, '=') == NULL)
			return -EINVAL;
	for (const char *const *unset = spec->unset; unset != NULL && *unset != NULL; unset++)
		if ((*unset)[0] == '\0' || strchr(*unset, '=') != NULL)
			return -EINVAL;
	return 0;
}

int process_environment(
	const struct plugh_process_spec *spec, char *const **ret_environment, char ***ret_owned)
{
	const char *const *base = spec->clear_environment ? NULL : (const char *const *)environ;
	size_t n = 0;

	*ret_owned = NULL;
	*ret_environment = environ;
	if (!spec->clear_environment && spec->unset == NULL && spec->set == NULL)
		return 0;
	int r = check_changes(spec);
	if (r < 0)
		return r;
	char **made = (char **)calloc(count_words(base) + count_words(spec->set) + 1, sizeof *made);
	if (made == NULL)
		return -ENOMEM;
	for (; base != NULL && *base != NULL; base++)
		if (!is_in(spec->unset, *base) && !is_in(spec->set, *base))
			made[n++] = (char *)*base;
	/* Of two for one variable the later counts. */
	for (const char *const *set = spec->set; set != NULL && *set != NULL; set++)
		if (!is_in(set + 1, *set))
			made[n++] = (char *)*set;
	*ret_owned = made;
	*ret_environment = made;
	return 0;
}

const char *process_variable(char *const *environment, const char *name)
{
	for (; environment != NULL && *environment != NULL; environment++)
		if (is_of(*environment, name))
			return *environment + strlen(name) + 1;
	return NULL;
}

static size_t count_folders(const char *path)
{
	size_t n = 1;

	for (; *path != '\0'; path++)
		n += *path == ':';
	return n;
}

/* Behind the list the texts, each "FOLDER/FILE"; an empty folder is the current one. */
static void join_all(char **candidate, size_t folders, const char *file, const char *path)
{
	char *text = (char *)(candidate + folders + 1);
	size_t file_size = strlen(file) + 1;

	for (size_t i = 0; i < folders; i++) {
		size_t n = strcspn(path, ":");
		candidate[i] = text;
		memcpy(text, path, n);
		text += n;
		if (n > 0)
			*text++ = '/';
		memcpy(text, file, file_size);
		text += file_size;
		path += n + 1;
	}
}

int process_candidates(const char *file, bool is_exact, const char *path, char ***ret_candidate)
{
	/* An empty name is in no folder. */
	if (is_exact || *file == '\0' || strchr(file, '/') != NULL)
		path = "";
	else if (path == NULL)
		path = "/bin:/usr/bin";
	size_t folders = count_folders(path);
	size_t size = (folders + 1) * sizeof(char *) + strlen(path) +
		      folders * (strlen(file) + sizeof "/");

	char **candidate = (char **)calloc(1, size);
	if (candidate == NULL)
		return -ENOMEM;
	join_all(candidate, folders, file, path);
	*ret_candidate = candidate;
	return 0;
}
