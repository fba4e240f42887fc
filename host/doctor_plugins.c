/* SPDX-License-Identifier: MIT */
/* The folders that plugins are looked for in, and what was found there. */
#include "doctor.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "bundled.h"
#include "trust.h"

/* A reason of trust.h without its cure, which is taken off and returned; NULL: it has none. */
static const char *split_cure(struct reason *why)
{
	static const char *const begin[] = { ": chmod go-w '", ": chmod g-w '", ": chown it, " };

	for (size_t i = 0; i < sizeof begin / sizeof begin[0]; i++) {
		char *found = strstr(why->text, begin[i]);
		if (found == NULL)
			continue;
		*found = '\0';
		return found + strlen(": ");
	}
	return NULL;
}

/* ---- Folders ---- */

const char *doctor_folder_state_name(enum doctor_folder_state state)
{
	static const char *const name[] = {
		[DOCTOR_FOLDER_OK] = "ok",
		[DOCTOR_FOLDER_MISSING] = "missing",
		[DOCTOR_FOLDER_NO_FOLDER] = "no_folder",
		[DOCTOR_FOLDER_UNREADABLE] = "unreadable",
		[DOCTOR_FOLDER_UNTRUSTED] = "untrusted",
	};
	return name[state];
}

const char *doctor_folder_origin(const struct discover_folder *folder)
{
	if (folder->is_option)
		return "--plugin-path";
	if (folder->is_bundled)
		return "built in";
	return folder->origin != NULL ? folder->origin : "your own";
}

/* Can it be listed? Returns 0 or -errno. */
static int try_to_open(const char *path)
{
	DIR *dir = opendir(path);
	if (dir == NULL)
		return -errno;
	closedir(dir);
	return 0;
}

enum doctor_folder_state doctor_judge_folder(
	const struct discover_folder *folder, bool root_only, struct reason *ret_why)
{
	char text[128];

	ret_why->text[0] = '\0';
	int r = try_to_open(folder->path);
	if (r == 0)
		return trust_check_folder(folder->path, root_only, ret_why) < 0
			       ? DOCTOR_FOLDER_UNTRUSTED
			       : DOCTOR_FOLDER_OK;
	reason_set(ret_why, 0, "%s", strerror_r(-r, text, sizeof text));
	return r == -ENOENT    ? DOCTOR_FOLDER_MISSING
	       : r == -ENOTDIR ? DOCTOR_FOLDER_NO_FOLDER
			       : DOCTOR_FOLDER_UNREADABLE;
}

/* The user's own is made when it is first needed; the others are there for those who named them. */
static void tell_of_missing(struct doctor *doctor, const struct discover_folder *folder)
{
	const char *origin = doctor_folder_origin(folder);

	if (folder->is_bundled)
		doctor_add(doctor, DOCTOR_FOLDERS, DOCTOR_PROBLEM, "install plugh again",
			"%s (%s): not there", folder->path, origin);
	else if (folder->is_option || folder->origin != NULL)
		doctor_add(doctor, DOCTOR_FOLDERS, DOCTOR_WARNING,
			"make it, or name it there no longer", "%s (%s): not there", folder->path,
			origin);
	else
		doctor_add(doctor, DOCTOR_FOLDERS, DOCTOR_OK, NULL,
			"%s (%s): not there; 'plugh plugin install' makes it", folder->path,
			origin);
}

static size_t count_files(const struct registry *registry, size_t folder)
{
	const struct registry_entry *entry;
	size_t count = 0;

	for (size_t i = 0; (entry = registry_get(registry, i)) != NULL; i++)
		count += entry->folder == folder;
	return count;
}

static void tell_of_folder(struct doctor *doctor, size_t i)
{
	const struct invocation *invocation = doctor->invocation;
	const struct discover_folder *folder = registry_folder(invocation->registry, i);
	struct reason why;

	enum doctor_folder_state state = doctor_judge_folder(
		folder, invocation->trusted_only, &why);
	if (state == DOCTOR_FOLDER_MISSING) {
		tell_of_missing(doctor, folder);
	} else if (state == DOCTOR_FOLDER_OK) {
		size_t count = count_files(invocation->registry, i);
		doctor_add(doctor, DOCTOR_FOLDERS, DOCTOR_OK, NULL, "%s (%s): %zu plugin%s",
			folder->path, doctor_folder_origin(folder), count, count == 1 ? "" : "s");
	} else {
		const char *cure = split_cure(&why);
		doctor_add(doctor, DOCTOR_FOLDERS, DOCTOR_PROBLEM, cure, "%s (%s): %s",
			folder->path, doctor_folder_origin(folder), why.text);
	}
}

void doctor_look_at_folders(struct doctor *doctor)
{
	for (size_t i = 0; registry_folder(doctor->invocation->registry, i) != NULL; i++)
		tell_of_folder(doctor, i);
}

/* ---- Plugins ---- */

static bool has_bundled(const struct doctor *doctor, const char *name)
{
	const struct registry_entry *entry;

	for (size_t i = 0; (entry = registry_get(doctor->invocation->registry, i)) != NULL; i++)
		if (entry->bundled && strcmp(entry->name, name) == 0)
			return true;
	return false;
}

const char *doctor_get_missing(const struct doctor *doctor, size_t i)
{
	for (const char *const *name = bundled_names; *name != NULL; name++)
		if (!has_bundled(doctor, *name) && i-- == 0)
			return *name;
	return NULL;
}

static void tell_of_counts(struct doctor *doctor)
{
	const struct registry_entry *entry;
	size_t count[REGISTRY_SHADOWED + 1] = { 0 };

	for (size_t i = 0; (entry = registry_get(doctor->invocation->registry, i)) != NULL; i++)
		count[entry->status]++;
	doctor_add(doctor, DOCTOR_PLUGINS, DOCTOR_OK, NULL,
		"%zu enabled, %zu disabled, %zu refused, %zu shadowed", count[REGISTRY_ENABLED],
		count[REGISTRY_DISABLED], count[REGISTRY_REFUSED], count[REGISTRY_SHADOWED]);
}

static void tell_of_plugin(struct doctor *doctor, const struct registry_entry *entry)
{
	static const struct {
		enum doctor_verdict verdict;
		const char *cure;
	} by_status[] = {
		[REGISTRY_DISABLED] = { DOCTOR_NOTE, NULL },
		[REGISTRY_REFUSED] = { DOCTOR_PROBLEM, NULL },
		[REGISTRY_SHADOWED] = { DOCTOR_WARNING,
			"remove one of the two, if that is not meant" },
	};
	struct reason why = entry->reason;

	if (entry->status == REGISTRY_ENABLED)
		return;
	const char *cure = split_cure(&why);
	doctor_add(doctor, DOCTOR_PLUGINS, by_status[entry->status].verdict,
		cure != NULL ? cure : by_status[entry->status].cure, "%s (%s) is %s: %s",
		entry->name, entry->file, registry_status_name(entry->status), why.text);
}

void doctor_look_at_plugins(struct doctor *doctor)
{
	const struct registry_entry *entry;
	const char *missing;

	tell_of_counts(doctor);
	for (size_t i = 0; (missing = doctor_get_missing(doctor, i)) != NULL; i++)
		doctor_add(doctor, DOCTOR_PLUGINS, DOCTOR_PROBLEM, "install plugh again",
			"the bundled plugin '%s' is missing", missing);
	for (size_t i = 0; (entry = registry_get(doctor->invocation->registry, i)) != NULL; i++)
		tell_of_plugin(doctor, entry);
}
