/* SPDX-License-Identifier: MIT */
/* The inside of a struct config, for the config_*.c files only: what was read, and the memory that
 * all of it lives in. Everything is allocated from one arena and goes when the config goes.
 *
 * Functions that return int return 0 or -ENOMEM, those that return a pointer NULL for want of
 * memory, unless said otherwise. Threads: as config.h says. */
#ifndef PLUGH_CONFIG_STORE_H
#define PLUGH_CONFIG_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"

/* A growing array of pointers; an empty one is { 0 }. */
struct config_list {
	void **item;
	size_t count;
	size_t capacity;
};

enum config_section_kind {
	CONFIG_SECTION_UNKNOWN,
	CONFIG_SECTION_PLUGH,    /* [plugh] */
	CONFIG_SECTION_PLUGIN,   /* [plugin:NAME], [plugin:NAME SUB] */
	CONFIG_SECTION_POLICY,   /* [policy:NAME] */
	CONFIG_SECTION_VARIABLE, /* no section: the variables of the environment */
};

/* Where something stands. Places are ordered: layers, files, lines. */
struct config_place {
	enum config_layer layer;
	unsigned rank;    /* of the file, in the order of reading */
	const char *file; /* NULL in the environment */
	unsigned line;
	const char *origin; /* of values: "FILE:LINE", or the variable; else NULL */
};

/* One head of a section in one file. */
struct config_section {
	const char *name;
	enum config_section_kind kind;
	const char *plugin; /* NULL where the kind has none */
	const char *sub;    /* NULL: of the plugin itself */
	struct config_place place;
};

/* One key of one section. */
struct config_item {
	struct config_entry entry;
	const struct config_section *section;
	struct config_place place;
	const char *reason; /* of `enabled` and `disabled`: what config_is_enabled says */
};

struct config_note {
	struct config_problem problem;
	unsigned rank;
	size_t sequence;
};

/* The paths that a policy opens. */
struct config_rule_paths {
	struct config_path *path;
	size_t count;
	size_t capacity;
};

/* A policy and where its bits come from. */
struct config_rule {
	const char *name;
	struct config_policy policy;
	const char *deny_origin[5]; /* by the number of the bit */
	const char *allow_origin[5];
	struct config_rule_paths read;
	struct config_rule_paths write;
	bool is_pinned_by_system;
};

struct config_chunk;

struct config {
	struct config_chunk *chunk;
	const char *home;           /* or NULL */
	struct config_list file;    /* struct config_file */
	struct config_list section; /* struct config_section, not CONFIG_SECTION_UNKNOWN */
	struct config_list item;    /* struct config_item */
	struct config_list note;    /* struct config_note */
	struct config_list path;    /* struct config_path */
	struct config_list rule;    /* struct config_rule, in the order of their names */
	size_t error_count;         /* also of those that were not kept */
	size_t note_sequence;
};

/* ---- Memory (config_store.c) ---- */

/* N bytes of zeros, aligned for any type. */
void *config_store_alloc(struct config *config, size_t n);
char *config_store_dup(struct config *config, const char *text);
/* The parts up to a NULL as one text: see join.h. */
char *config_store_join(struct config *config, const char *const part[]);

int config_list_append(struct config_list *list, void *item);

/* ---- Problems (config_store.c) ---- */

/* Add a problem. TEXT and HINT (NULL: none) are copied, and shown escaped where they hold
 * anything that is not printable. */
int config_note_add(struct config *config, enum config_severity severity,
	const struct config_place *place, const char *text, const char *hint);

/* The same with a text formatted as by printf. */
int config_note_addf(struct config *config, enum config_severity severity,
	const struct config_place *place, const char *hint, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* Bring all problems into the order of their places. */
void config_note_sort(struct config *config);

/* ---- Layers (config_layer.c) ---- */

/* Parse the content of one file; its sections and keys are appended.
 *
 * place  the file: layer, rank and file */
int config_layer_parse(
	struct config *config, const struct config_place *place, const char *bytes, size_t count);

/* Append one variable, if it is one of ours. */
int config_layer_add_variable(struct config *config, const char *assignment);

/* Keys of [plugh] or of a policy, by index, or NULL after the last. */
const char *config_layer_key(enum config_section_kind kind, size_t index);

/* ---- Merging ---- */

int config_plugh_merge(struct config *config);  /* config_plugh.c */
int config_policy_merge(struct config *config); /* config_policy.c */

/* Report a word that is none of those known, with a suggestion: "unknown need 'nett'".
 *
 * what   "need", "key"
 * known  the candidates, up to a NULL */
int config_note_unknown(struct config *config, const struct config_place *place, const char *what,
	const char *word, const char *const *known);

/* Turn a word of a path list into an absolute path; "~/" is the user's home, save in system
 * layers. RET_PATH receives NULL where it is none: that is reported then. */
int config_path_expand(struct config *config, const struct config_item *item, const char *word,
	const char **ret_path);

#endif
