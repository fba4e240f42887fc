/* Which file serves a name: plugin folders in search order, and the reasons why a file does not.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_REGISTRY_H
#define PLUGH_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "config.h"
#include "manifest.h"
#include "options.h"
#include "reason.h"

struct discover_folder;
struct registry;

enum registry_status {
	REGISTRY_ENABLED,
	REGISTRY_DISABLED, /* by the configuration, or by --safe */
	REGISTRY_REFUSED,  /* the file cannot be used */
	REGISTRY_SHADOWED, /* another file of that name comes first */
};

/* One plugin file. All members are borrowed from the registry. */
struct registry_entry {
	char *name;    /* of the file, without ".so" */
	char *file;    /* absolute path */
	size_t folder; /* where it was found: see registry_folder */
	size_t rank;   /* in the search order */
	bool bundled;
	bool is_pinned; /* fd is a sealed copy whose hash the policy pins */
	enum registry_status status;
	struct reason reason;      /* where the status is not REGISTRY_ENABLED */
	char *version, *summary;   /* NULL where the manifest could not be read */
	struct manifest *manifest; /* NULL likewise, and in a listing without manifests */
	int fd; /* the file that was read, open until the registry is destroyed; -1: none */
};

struct registry_spec {
	const struct config *config;   /* borrowed for the life of the registry */
	const struct options *options; /* --plugin-path, --safe; likewise */
	char *const *environment;
	const char *bundled_dir;    /* absolute */
	const char *const *bundled; /* names compiled in, NULL-terminated */
	bool trusted_only;          /* a set-id start: folders of the system only */
};

/* Returns 0 or -ENOMEM. Nothing is read yet. */
int registry_create(const struct registry_spec *spec, struct registry **ret_registry);

/* The file that serves the name, read and checked. Only files of that name are looked at.
 *
 * ret_entry  borrowed until the next call that reads files
 * Returns 0 with an entry whose status may be any but SHADOWED, -ENOENT, or -ENOMEM. */
int registry_find(
	struct registry *registry, const char *name, const struct registry_entry **ret_entry);

/* Read all files of all folders, sorted by name, of one name in search order; registry_get walks
 * them: NULL beyond the last.
 *
 * keep  keep the manifests; without, a thousand plugins take little memory, and so little time
 * Returns 0 or -ENOMEM. */
int registry_read_all(struct registry *registry, bool keep);
const struct registry_entry *registry_get(const struct registry *registry, size_t i);

/* The folders in search order (discover.h); NULL beyond the last. */
const struct discover_folder *registry_folder(const struct registry *registry, size_t i);

/* The commands that exist, built-ins included, nearest to a word that is none: "did you mean
 * 'perms'?" in the buffer, or false. Reads folders, no files. */
bool registry_suggest(const struct registry *registry, const char *word, char *buffer, size_t size);

/* "enabled", "disabled", "refused", "shadowed". */
const char *registry_status_name(enum registry_status status);

/* NULL is accepted. */
void registry_destroy(struct registry *registry);

#endif
