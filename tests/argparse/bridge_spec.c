/* SPDX-License-Identifier: MIT */
/* Values of the bridge's protocol, and KEY VALUE pairs, as the parser's specs want them. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"

/* ---- Values ---- */

/* Texts of values may hold no NUL here: a field is a C string. */
int bridge_read_value(struct bridge *bridge, struct fields *fields, struct plugh_value *value)
{
	const char *field = bridge_next(fields);
	const char *text = field[0] && field[1] == ':' ? field + 2 : "";

	*value = (struct plugh_value){ .kind = PLUGH_VALUE_NONE };
	switch (field[0]) {
	case 'S':
		value->kind = PLUGH_VALUE_SUPPRESS;
		break;
	case 'b':
		value->kind = PLUGH_VALUE_BOOL;
		value->as.boolean = text[0] == '1';
		break;
	case 'i':
		value->kind = PLUGH_VALUE_INT;
		value->as.integer = strtoll(text, NULL, 10);
		break;
	case 'f':
		value->kind = PLUGH_VALUE_FLOAT;
		value->as.number = strtod(text, NULL);
		break;
	case 's':
		value->kind = PLUGH_VALUE_TEXT;
		value->as.text.bytes = text;
		value->as.text.length = strlen(text);
		break;
	case 'l': {
		size_t count = strtoul(text, NULL, 10);
		if (count > fields->count - fields->at)
			count = fields->count - fields->at;
		struct plugh_value *item = bridge_keep(bridge, (count + 1) * sizeof *item);
		if (!item)
			return -ENOMEM;
		value->kind = PLUGH_VALUE_LIST;
		value->as.list.item = item;
		value->as.list.count = count;
		for (size_t i = 0; i < count; i++) {
			int r = bridge_read_value(bridge, fields, &item[i]);
			if (r < 0)
				return r;
		}
		break;
	}
	default:
		break;
	}
	return 0;
}

/* A text of a spec: None and SUPPRESS have their own addresses. */
const char *bridge_spec_text(const struct plugh_value *value)
{
	switch (value->kind) {
	case PLUGH_VALUE_TEXT:
		return value->as.text.bytes;
	case PLUGH_VALUE_SUPPRESS:
		return PLUGH_SUPPRESS;
	default:
		return PLUGH_NONE;
	}
}

const char *const *bridge_spec_texts(struct bridge *bridge, const struct plugh_value *value)
{
	size_t count = value->kind == PLUGH_VALUE_LIST ? value->as.list.count : 0;
	const char **text = bridge_keep(bridge, (count + 1) * sizeof *text);

	for (size_t i = 0; text && i < count; i++)
		text[i] = bridge_spec_text(&value->as.list.item[i]);
	return text;
}

bool bridge_is_true(const struct plugh_value *value)
{
	return value->kind == PLUGH_VALUE_BOOL && value->as.boolean;
}

/* A value that lives as long as the case. */
const struct plugh_value *bridge_spec_value(struct bridge *bridge, const struct plugh_value *value)
{
	struct plugh_value *copy = bridge_keep(bridge, sizeof *copy);

	if (copy)
		*copy = *value;
	return copy;
}

/* A word among names; -1 when it is none. */
int bridge_find_word(const char *word, const char *const *names)
{
	for (int i = 0; names[i]; i++)
		if (strcmp(word, names[i]) == 0)
			return i;
	return -1;
}

/* The text of a preset lives in the line, so it is copied with it. */
int bridge_keep_value(struct bridge *bridge, struct plugh_value *value)
{
	if (value->kind == PLUGH_VALUE_TEXT) {
		char *bytes = bridge_keep(bridge, value->as.text.length + 1);
		if (!bytes)
			return -ENOMEM;
		memcpy(bytes, value->as.text.bytes, value->as.text.length);
		value->as.text.bytes = bytes;
	}
	for (size_t i = 0; value->kind == PLUGH_VALUE_LIST && i < value->as.list.count; i++) {
		/* The items were made by read_value in this case's memory. */
		int r = bridge_keep_value(bridge, (struct plugh_value *)&value->as.list.item[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- Keys ---- */

int bridge_read_keys(struct bridge *bridge, struct fields *fields, const char *const *names,
	bridge_set_key *set, void *spec)
{
	int r = 0;

	while (r == 0 && fields->at < fields->count) {
		const char *name = bridge_next(fields);
		struct plugh_value value;
		int key = bridge_find_word(name, names);
		r = bridge_read_value(bridge, fields, &value);
		if (r == 0 && key < 0)
			bridge_reply(bridge, "unsupported", name);
		else if (r == 0)
			r = set(bridge, spec, key, &value);
	}
	return r;
}
