/* SPDX-License-Identifier: MIT */
/* What the two files of the bridge share. */
#ifndef PLUGH_TESTS_BRIDGE_H
#define PLUGH_TESTS_BRIDGE_H

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>

#include <plugh/argparse.h>

/* The fields of one line, unescaped; at is the next to be read. */
struct fields {
	char **item;
	size_t count;
	size_t at;
};

/* Memory of one case. */
struct kept {
	struct kept *next;
	alignas(max_align_t) unsigned char bytes[];
};

enum object_kind {
	OBJECT_PARSER,
	OBJECT_GROUP,
	OBJECT_SET,
};

/* A named object of one case. */
struct object {
	struct object *next;
	enum object_kind kind;
	char name[32];
	void *object;
};

struct root {
	struct root *next;
	struct plugh_parser *parser;
};

struct bridge {
	int home; /* the folder that the program was started in */
	char **field;
	struct kept *kept;
	struct object *objects;
	struct root *roots;
	struct plugh_preset *presets; /* ends in an entry without dest */
	size_t preset_count;
	unsigned columns; /* of the fuzz target, which has no environment of its own */
	bool has_reply;
};

const char *bridge_next(struct fields *fields);
void *bridge_keep(struct bridge *bridge, size_t size);
int bridge_name(struct bridge *bridge, enum object_kind kind, const char *name, void *object);
void *bridge_find(const struct bridge *bridge, enum object_kind kind, const char *name);
void bridge_put_text(const char *s, size_t length);

/* The reply of this case, unless it has one. */
void bridge_reply(struct bridge *bridge, const char *keyword, const char *text);

/* ---- bridge_spec.c ---- */

/* The value that the next fields tell; what it points to lasts as long as the line. */
int bridge_read_value(struct bridge *bridge, struct fields *fields, struct plugh_value *value);

/* A value or a text as a spec takes it; None and SUPPRESS are texts with addresses of their own.
 * NULL: no memory. */
const struct plugh_value *bridge_spec_value(struct bridge *bridge, const struct plugh_value *value);
const char *bridge_spec_text(const struct plugh_value *value);
const char *const *bridge_spec_texts(struct bridge *bridge, const struct plugh_value *value);
bool bridge_is_true(const struct plugh_value *value);

/* Copy the texts of a value into the case's memory, so that it outlasts the line. */
int bridge_keep_value(struct bridge *bridge, struct plugh_value *value);

/* The index of a word among names, which end in NULL; -1 when it is none. */
int bridge_find_word(const char *word, const char *const *names);

/* Read KEY VALUE pairs to the end of the line; set puts one into the spec, or refuses it. */
typedef int bridge_set_key(
	struct bridge *bridge, void *spec, int key, const struct plugh_value *value);
int bridge_read_keys(struct bridge *bridge, struct fields *fields, const char *const *names,
	bridge_set_key *set, void *spec);

/* ---- bridge_declare.c: one function a kind of line; 0, or -ENOMEM ---- */
int bridge_do_parser(struct bridge *bridge, struct fields *fields);
int bridge_do_group(struct bridge *bridge, struct fields *fields);
int bridge_do_mutex(struct bridge *bridge, struct fields *fields);
int bridge_do_arg(struct bridge *bridge, struct fields *fields);
int bridge_do_subparsers(struct bridge *bridge, struct fields *fields);
int bridge_do_defaults(struct bridge *bridge, struct fields *fields);
int bridge_do_preset(struct bridge *bridge, struct fields *fields);

#endif
