/* Which file serves a name.
 *
 * A run looks at files of one name only; a listing reads all. Both judge a file by the same steps,
 * in judge().
 *
 * SPDX-License-Identifier: MIT */
#include "registry.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "discover.h"
#include "join.h"
#include "manifest_check.h"
#include "suggest.h"
#include "trust.h"

enum { MAX_PINNED = 256 * 1024 * 1024 }; /* a copy in memory is made */

struct registry {
	struct registry_spec spec;
	struct discover discover;
	struct registry_entry *entry;
	size_t count, capacity;
};

int registry_create(const struct registry_spec *spec, struct registry **ret_registry)
{
	struct registry *registry = (struct registry *)calloc(1, sizeof *registry);
	if (registry == NULL)
		return -ENOMEM;
	registry->spec = *spec;
	int r = discover_init(&registry->discover, spec);
	if (r < 0)
		free(registry);
	else
		*ret_registry = registry;
	return r;
}

static bool is_compiled_in(const struct registry *registry, const char *name)
{
	for (const char *const *one = registry->spec.bundled; *one != NULL; one++) {
		if (strcmp(*one, name) == 0)
			return true;
	}
	return false;
}

/* A name that is compiled in, with its file in the compiled-in folder. */
static bool is_bundled(const struct registry *registry, const char *name)
{
	char path[PATH_MAX];

	if (registry->spec.bundled_dir == NULL || !is_compiled_in(registry, name))
		return false;
	return JOIN(path, sizeof path, registry->spec.bundled_dir, "/", name, ".so") <
		       sizeof path &&
	       access(path, F_OK) == 0;
}

static int refuse(struct registry_entry *entry, enum registry_status status)
{
	entry->status = status;
	return 0;
}

/* The file and its folders; a folder is looked at once. */
static int check_trust(const struct registry *registry, struct registry_entry *entry)
{
	struct discover_folder *folder = &registry->discover.folder[entry->folder];
	bool root_only = registry->spec.trusted_only;

	if (!folder->is_judged) {
		folder->trust = trust_check_folder(folder->path, root_only, &folder->why);
		folder->is_judged = true;
	}
	if (folder->trust < 0) {
		entry->reason = folder->why;
		return folder->trust;
	}
	return trust_check_file(entry->fd, entry->file, root_only, &entry->reason);
}

/* Where a policy pins the file's hash, go on with a sealed copy. Returns 0, or -errno with the
 * reason. */
static int pin(const struct registry *registry, struct registry_entry *entry)
{
	const struct config_policy *policy = config_find_policy(registry->spec.config, entry->name);
	struct stat st;

	/* What is no regular file is refused as such. */
	if (policy == NULL || policy->sha256 == NULL || fstat(entry->fd, &st) < 0 ||
		!S_ISREG(st.st_mode))
		return 0;
	if (st.st_size > MAX_PINNED)
		return reason_set(&entry->reason, -EFBIG, "too large to be pinned: %lld bytes",
			(long long)st.st_size);
	int r = check_trust(registry, entry);
	if (r == 0)
		r = trust_pin(&entry->fd, policy->sha256, policy->sha256_origin, &entry->reason);
	entry->is_pinned = r == 0;
	return r;
}

/* Read the file. Returns 0 (also when it is refused) or -ENOMEM. */
static int read_file(const struct registry *registry, struct registry_entry *entry)
{
	/* NONBLOCK: a FIFO without a writer must not hold us up. */
	entry->fd = open(entry->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (entry->fd < 0) {
		char text[128];
		reason_set(&entry->reason, 0, "cannot open it: %s",
			strerror_r(errno, text, sizeof text));
		return refuse(entry, REGISTRY_REFUSED);
	}
	struct reason why = { "" };
	if (pin(registry, entry) < 0)
		refuse(entry, REGISTRY_REFUSED);
	/* What another pin refuses can be described all the same, for `config check` and help. */
	int r = manifest_read(entry->fd, &entry->manifest, &why);
	if (r < 0 && entry->status == REGISTRY_ENABLED)
		entry->reason = why;
	if (r == -ENOMEM)
		return r;
	if (r < 0 && r != -ENOEXEC) {
		char text[128];
		reason_set(
			&entry->reason, 0, "cannot read it: %s", strerror_r(-r, text, sizeof text));
	}
	if (r < 0)
		return refuse(entry, REGISTRY_REFUSED);
	entry->version = strdup(manifest_version(entry->manifest));
	entry->summary = strdup(entry->manifest->root.about->help);
	return entry->version != NULL && entry->summary != NULL ? 0 : -ENOMEM;
}

/* The name, the owner, the configuration. */
static void judge(const struct registry *registry, struct registry_entry *entry)
{
	const char *disabled_by;

	if (entry->manifest == NULL || entry->status == REGISTRY_REFUSED)
		return;
	if (strcmp(manifest_name(entry->manifest), entry->name) != 0) {
		reason_set(&entry->reason, 0, "its manifest says '%s': rename the file to %s.so",
			manifest_name(entry->manifest), manifest_name(entry->manifest));
		entry->status = REGISTRY_REFUSED;
	} else if (command_find(entry->name) != NULL) {
		reason_set(
			&entry->reason, 0, "'%s' is the name of a built-in command", entry->name);
		entry->status = REGISTRY_REFUSED;
	} else if (!entry->is_pinned && check_trust(registry, entry) < 0) {
		entry->status = REGISTRY_REFUSED;
	} else if (registry->spec.options->safe && !entry->bundled) {
		reason_set(&entry->reason, 0, "--safe allows bundled plugins only");
		entry->status = REGISTRY_DISABLED;
	} else if (!config_is_enabled(registry->spec.config, entry->name, &disabled_by)) {
		reason_set(&entry->reason, 0, "%s", disabled_by);
		entry->status = REGISTRY_DISABLED;
	}
}

static void release_entry(struct registry_entry *entry)
{
	free(entry->name);
	free(entry->file);
	free(entry->version);
	free(entry->summary);
	manifest_destroy(entry->manifest);
	if (entry->fd >= 0)
		close(entry->fd);
}

/* Append an entry for a file that exists. */
static int append(struct registry *registry, const struct discover_folder *folder, const char *name)
{
	if (registry->count == registry->capacity) {
		size_t capacity = registry->capacity * 4 + 8;
		struct registry_entry *entry = (struct registry_entry *)realloc(
			registry->entry, capacity * sizeof *entry);
		if (entry == NULL)
			return -ENOMEM;
		registry->entry = entry;
		registry->capacity = capacity;
	}
	struct registry_entry *entry = &registry->entry[registry->count];
	*entry = (struct registry_entry){ .fd = -1 };
	entry->name = strdup(name);
	entry->file = JOIN_NEW(folder->path, "/", name, ".so");
	if (entry->name == NULL || entry->file == NULL) {
		release_entry(entry);
		return -ENOMEM;
	}
	entry->folder = (size_t)(folder - registry->discover.folder);
	entry->bundled = folder->is_bundled && is_compiled_in(registry, name);
	registry->count++;
	return 0;
}

static int load(struct registry *registry, struct registry_entry *entry)
{
	int r = read_file(registry, entry);
	if (r == 0)
		judge(registry, entry);
	return r;
}

int registry_find(
	struct registry *registry, const char *name, const struct registry_entry **ret_entry)
{
	char path[PATH_MAX];

	if (!manifest_is_name(name))
		return -ENOENT;
	for (size_t i = 0; i < registry->discover.count; i++) {
		const struct discover_folder *folder = &registry->discover.folder[i];
		if (JOIN(path, sizeof path, folder->path, "/", name, ".so") >= sizeof path ||
			(folder->is_option && is_bundled(registry, name)) ||
			faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		int r = append(registry, folder, name);
		if (r == 0)
			r = load(registry, &registry->entry[registry->count - 1]);
		*ret_entry = &registry->entry[registry->count - 1];
		return r;
	}
	return -ENOENT;
}

static int found(void *ctx, const struct discover_folder *folder, const char *name)
{
	return append((struct registry *)ctx, folder, name);
}

static int compare(const void *a, const void *b)
{
	const struct registry_entry *left = (const struct registry_entry *)a;
	const struct registry_entry *right = (const struct registry_entry *)b;
	int order = strcmp(left->name, right->name);

	return order != 0 ? order : (left->rank > right->rank) - (left->rank < right->rank);
}

/* Of entries with one name the first serves; a file of --plugin-path never serves a bundled name.
 */
static void shadow(struct registry_entry *entry, const struct registry_entry *server)
{
	reason_set(&entry->reason, 0, "'%s' comes first", server->file);
	entry->status = REGISTRY_SHADOWED;
}

static void forget(struct registry *registry)
{
	for (size_t i = 0; i < registry->count; i++)
		release_entry(&registry->entry[i]);
	registry->count = 0;
}

/* The files of all folders, unread. */
static int collect(struct registry *registry)
{
	for (size_t i = 0; i < registry->discover.count; i++) {
		struct discover_folder *folder = &registry->discover.folder[i];
		size_t from = registry->count;
		folder->listed = discover_walk(folder, found, registry);
		if (folder->listed == -ENOMEM)
			return -ENOMEM;
		for (size_t k = from; k < registry->count; k++) {
			struct registry_entry *entry = &registry->entry[k];
			bool last = folder->is_option && is_bundled(registry, entry->name);
			entry->rank = last ? SIZE_MAX : i;
		}
	}
	return 0;
}

int registry_read_all(struct registry *registry, bool keep)
{
	const struct registry_entry *server = NULL;

	forget(registry);
	int r = collect(registry);
	if (r == 0 && registry->count > 0)
		qsort(registry->entry, registry->count, sizeof *registry->entry, compare);
	for (size_t i = 0; i < registry->count && r == 0; i++) {
		struct registry_entry *entry = &registry->entry[i];
		r = load(registry, entry);
		/* A listing may be long: it needs no descriptors. */
		if (entry->fd >= 0)
			close(entry->fd);
		entry->fd = -1;
		if (!keep) {
			manifest_destroy(entry->manifest);
			entry->manifest = NULL;
		}
		if (server != NULL && strcmp(server->name, entry->name) == 0)
			shadow(entry, server);
		else
			server = entry;
	}
	return r;
}

const struct registry_entry *registry_get(const struct registry *registry, size_t i)
{
	return i < registry->count ? &registry->entry[i] : NULL;
}

const struct discover_folder *registry_folder(const struct registry *registry, size_t i)
{
	return i < registry->discover.count ? &registry->discover.folder[i] : NULL;
}

/* Names that the search for a suggestion has seen; it borrows them until it is done. */
struct names {
	struct suggest suggest;
	char **name;
	size_t count;
};

static int offer(void *ctx, const struct discover_folder *folder, const char *name)
{
	(void)folder;
	struct names *names = (struct names *)ctx;

	char **grown = (char **)realloc(names->name, (names->count + 1) * sizeof *grown);
	if (grown == NULL)
		return -ENOMEM;
	names->name = grown;
	char *copy = strdup(name);
	if (copy == NULL)
		return -ENOMEM;
	names->name[names->count++] = copy;
	suggest_offer(&names->suggest, copy);
	return 0;
}

bool registry_suggest(const struct registry *registry, const char *word, char *buffer, size_t size)
{
	struct names names = { 0 };
	const struct plugh_plugin *plugin;

	suggest_init(&names.suggest, word);
	for (size_t i = 0; (plugin = command_get(i)) != NULL; i++) {
		if (!command_is_hidden(plugin))
			suggest_offer(&names.suggest, command_name(plugin));
	}
	for (size_t i = 0; i < registry->discover.count; i++)
		discover_walk(&registry->discover.folder[i], offer, &names);
	bool any = suggest_format(&names.suggest, buffer, size) != NULL;
	for (size_t i = 0; i < names.count; i++)
		free(names.name[i]);
	free(names.name);
	return any;
}

const char *registry_status_name(enum registry_status status)
{
	static const char *const name[] = {
		[REGISTRY_ENABLED] = "enabled",
		[REGISTRY_DISABLED] = "disabled",
		[REGISTRY_REFUSED] = "refused",
		[REGISTRY_SHADOWED] = "shadowed",
	};
	return name[status];
}

void registry_destroy(struct registry *registry)
{
	if (registry == NULL)
		return;
	forget(registry);
	free(registry->entry);
	discover_release(&registry->discover);
	free(registry);
}
