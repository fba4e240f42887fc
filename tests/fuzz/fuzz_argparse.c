/* SPDX-License-Identifier: MIT */
/* Declarations and words of the parser, both from the fuzzer: the lines of one case of the bridge's
 * protocol (tests/argparse/bridge.md), read by the bridge's own code. Nothing may crash or hang, a
 * second parse must come to the same, and colour must not change what is laid out. */

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(int condition)
{
	if (!condition)
		__builtin_trap();
}

/* ---- What bridge.c does, without standard input and output ---- */

const char *bridge_next(struct fields *fields)
{
	return fields->at < fields->count ? fields->item[fields->at++] : "";
}

void *bridge_keep(struct bridge *bridge, size_t size)
{
	struct kept *kept = calloc(1, sizeof *kept + size);

	require(kept != NULL);
	kept->next = bridge->kept;
	bridge->kept = kept;
	return kept->bytes;
}

int bridge_name(struct bridge *bridge, enum object_kind kind, const char *name, void *object)
{
	struct object *entry = bridge_keep(bridge, sizeof *entry);

	entry->kind = kind;
	snprintf(entry->name, sizeof entry->name, "%s", name);
	entry->object = object;
	entry->next = bridge->objects;
	bridge->objects = entry;
	return 0;
}

void *bridge_find(const struct bridge *bridge, enum object_kind kind, const char *name)
{
	for (const struct object *entry = bridge->objects; entry; entry = entry->next)
		if (entry->kind == kind && strcmp(entry->name, name) == 0)
			return entry->object;
	return NULL;
}

void bridge_reply(struct bridge *bridge, const char *keyword, const char *text)
{
	(void)keyword;
	(void)text;
	bridge->has_reply = true;
}

static void release_case(struct bridge *bridge)
{
	while (bridge->roots) {
		struct root *next = bridge->roots->next;
		plugh_parser_destroy(bridge->roots->parser);
		bridge->roots = next;
	}
	while (bridge->kept) {
		struct kept *next = bridge->kept->next;
		free(bridge->kept);
		bridge->kept = next;
	}
}

/* ---- Checks ---- */

static char *without_color(const char *text)
{
	char *plain = calloc(1, strlen(text) + 1);
	size_t out = 0;

	require(plain != NULL);
	while (*text) {
		const char *end = *text == '\033' ? strchr(text, 'm') : NULL;
		if (end)
			text = end + 1;
		else
			plain[out++] = *text++;
	}
	return plain;
}

/* Help and usage, plain and coloured. */
static void check_texts(struct plugh_parser *parser, unsigned columns, bool has_escapes)
{
	static int (*const formats[])(const struct plugh_parser *, char **) = {
		plugh_parser_format_help,
		plugh_parser_format_usage,
	};

	for (size_t i = 0; i < 2; i++) {
		char *plain = NULL;
		char *colored = NULL;

		plugh_parser_set_display(parser, &(struct plugh_display){ .columns = columns });
		int r = formats[i](parser, &plain);
		plugh_parser_set_display(
			parser, &(struct plugh_display){ .columns = columns, .color_out = true });
		require(formats[i](parser, &colored) == r);
		require(r == 0 || r == -EINVAL);
		if (r == 0 && !has_escapes) {
			char *stripped = without_color(colored);
			require(strcmp(stripped, plain) == 0);
			free(stripped);
		}
		free(plain);
		free(colored);
	}
}

static void check_same(const struct plugh_outcome *a, const struct plugh_outcome *b)
{
	const struct plugh_namespace *first = plugh_outcome_namespace(a);
	const struct plugh_namespace *second = plugh_outcome_namespace(b);

	require(plugh_outcome_kind(a) == plugh_outcome_kind(b));
	require(plugh_outcome_status(a) == plugh_outcome_status(b));
	require(strcmp(plugh_outcome_out(a, NULL), plugh_outcome_out(b, NULL)) == 0);
	require(strcmp(plugh_outcome_err(a, NULL), plugh_outcome_err(b, NULL)) == 0);
	require(plugh_namespace_count(first) == plugh_namespace_count(second));
	for (size_t i = 0; i < plugh_namespace_count(first); i++)
		require(plugh_namespace_value(first, i)->kind ==
			plugh_namespace_value(second, i)->kind);
}

static void check_outcome(const struct plugh_outcome *outcome)
{
	size_t length = 0;
	const char *err = plugh_outcome_err(outcome, &length);
	int status = plugh_outcome_status(outcome);

	require(status == 0 || status == 2);
	require(length == 0 || err[length - 1] == '\n');
	require((status == 2) == (length > 0));
	require(plugh_outcome_parser(outcome) != NULL);
	require(plugh_outcome_extras(outcome)->kind == PLUGH_VALUE_LIST);
}

static void check_parse(struct bridge *bridge, const struct plugh_parser *parser,
	struct fields *fields, unsigned mode)
{
	struct plugh_outcome *first = NULL;
	struct plugh_outcome *second = NULL;
	size_t count = fields->count - fields->at;
	char **word = fields->item + fields->at;

	require(plugh_parser_parse_as(parser, (enum plugh_parse_mode)mode, count, word,
			bridge->presets, &first) == 0);
	require(plugh_parser_parse_as(parser, (enum plugh_parse_mode)mode, count, word,
			bridge->presets, &second) == 0);
	check_outcome(first);
	check_same(first, second);
	plugh_outcome_destroy(first);
	plugh_outcome_destroy(second);
}

/* ---- Lines ---- */

static void do_run(struct bridge *bridge, struct fields *fields, bool has_escapes)
{
	struct plugh_parser *parser = bridge_find(bridge, OBJECT_PARSER, "p0");

	bridge_next(fields); /* all modes are tried */
	if (!parser)
		return;
	check_texts(parser, bridge->columns, has_escapes);
	plugh_parser_set_display(
		parser, &(struct plugh_display){
				.columns = bridge->columns, .suggest = true, .color_err = true });
	for (unsigned mode = 0; mode < 4; mode++)
		check_parse(bridge, parser, fields, mode);
}

static void do_line(struct bridge *bridge, struct fields *fields, bool has_escapes)
{
	static const struct {
		const char *keyword;
		int (*run)(struct bridge *bridge, struct fields *fields);
	} lines[] = {
		{ "parser", bridge_do_parser },
		{ "group", bridge_do_group },
		{ "mutex", bridge_do_mutex },
		{ "arg", bridge_do_arg },
		{ "subparsers", bridge_do_subparsers },
		{ "defaults", bridge_do_defaults },
		{ "preset", bridge_do_preset },
	};
	const char *keyword = bridge_next(fields);

	if (bridge->has_reply)
		return;
	if (strcmp(keyword, "run") == 0)
		do_run(bridge, fields, has_escapes);
	if (strcmp(keyword, "columns") == 0)
		bridge->columns = (unsigned)strtoul(bridge_next(fields), NULL, 10);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		if (strcmp(keyword, lines[i].keyword) == 0)
			require(lines[i].run(bridge, fields) == 0);
}

/* Split a line at its tabs. No escapes: the fuzzer has every byte but these two at hand as it is.
 * False for what would read files, or take time and memory in proportion to a number. */
static bool split_line(char *line, struct fields *fields, char **item, size_t limit)
{
	*fields = (struct fields){ .item = item };
	for (char *s = line; s && fields->count < limit;) {
		item[fields->count++] = s;
		s = strchr(s, '\t');
		if (s)
			*s++ = '\0';
	}
	for (size_t i = 0; i < fields->count; i++) {
		if (strcmp(item[i], "fromfile_prefix_chars") == 0)
			return false;
		if (strcmp(item[i], "nargs") == 0 && i + 1 < fields->count &&
			strlen(item[i + 1]) > 5)
			return false;
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	enum {
		FIELD_LIMIT = 256,
	};
	struct bridge bridge = { 0 };
	char *item[FIELD_LIMIT];
	char *text = malloc(size + 1);
	bool has_escapes = memchr(bytes, '\033', size) != NULL;

	require(text != NULL);
	memcpy(text, bytes, size);
	text[size] = '\0';
	for (char *line = text; line;) {
		struct fields fields;
		char *next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (!split_line(line, &fields, item, FIELD_LIMIT))
			break;
		do_line(&bridge, &fields, has_escapes);
		line = next;
	}
	release_case(&bridge);
	free(text);
	return 0;
}
