/* SPDX-License-Identifier: MIT */
/* A program that puts the parser beside another argparse: it reads declarations and words on
 * standard input, one case after the other, and prints what the parser makes of each. Lines are
 * fields separated by tabs; bridge.md beside this file tells the protocol. */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bridge.h"

/* ---- Lines ---- */

/* Undo the escapes of a field, in place; its new length. */
static size_t unescape(char *s)
{
	static const char pairs[] = "t\tn\nr\r\\\\";
	size_t out = 0;

	for (size_t i = 0; s[i]; i++) {
		char c = s[i];
		if (c == '\\' && s[i + 1]) {
			i++;
			for (size_t j = 0; pairs[j]; j += 2)
				if (pairs[j] == s[i])
					c = pairs[j + 1];
		}
		s[out++] = c;
	}
	s[out] = '\0';
	return out;
}

static int split_line(struct bridge *bridge, char *line, struct fields *fields)
{
	*fields = (struct fields){ 0 };
	for (char *s = line;; s++) {
		char *end = strchr(s, '\t');
		if (end)
			*end = '\0';
		char **item = realloc(bridge->field, (fields->count + 1) * sizeof *item);
		if (!item)
			return -ENOMEM;
		bridge->field = item;
		item[fields->count++] = s;
		unescape(s);
		if (!end)
			break;
		s = end;
	}
	fields->item = bridge->field;
	return 0;
}

const char *bridge_next(struct fields *fields)
{
	return fields->at < fields->count ? fields->item[fields->at++] : "";
}

/* ---- What a case owns ---- */

void *bridge_keep(struct bridge *bridge, size_t size)
{
	struct kept *kept = calloc(1, sizeof *kept + size);

	if (!kept)
		return NULL;
	kept->next = bridge->kept;
	bridge->kept = kept;
	return kept->bytes;
}

int bridge_name(struct bridge *bridge, enum object_kind kind, const char *name, void *object)
{
	struct object *entry = bridge_keep(bridge, sizeof *entry);

	if (!entry)
		return -ENOMEM;
	snprintf(entry->name, sizeof entry->name, "%s", name);
	entry->kind = kind;
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

static void release_case(struct bridge *bridge)
{
	/* The latest first: parsers outlive those that they are parents of. */
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
	bridge->objects = NULL;
	bridge->presets = NULL;
	bridge->preset_count = 0;
	bridge->has_reply = false;
	if (fchdir(bridge->home) < 0)
		fprintf(stderr, "plugh-argparse-bridge: cannot return to the first folder\n");
}

/* ---- Replies ---- */

void bridge_put_text(const char *s, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		switch (s[i]) {
		case '\\':
			fputs("\\\\", stdout);
			break;
		case '\t':
			fputs("\\t", stdout);
			break;
		case '\n':
			fputs("\\n", stdout);
			break;
		case '\r':
			fputs("\\r", stdout);
			break;
		default:
			putchar(s[i]);
		}
	}
}

void bridge_reply(struct bridge *bridge, const char *keyword, const char *text)
{
	if (bridge->has_reply)
		return;
	bridge->has_reply = true;
	printf("%s\t", keyword);
	bridge_put_text(text, strlen(text));
	putchar('\n');
}

static void put_value(const struct plugh_value *value)
{
	putchar('\t');
	switch (value->kind) {
	case PLUGH_VALUE_NONE:
		putchar('n');
		break;
	case PLUGH_VALUE_SUPPRESS:
		putchar('S');
		break;
	case PLUGH_VALUE_BOOL:
		printf("b:%d", value->as.boolean);
		break;
	case PLUGH_VALUE_INT:
		printf("i:%" PRId64, value->as.integer);
		break;
	case PLUGH_VALUE_FLOAT:
		printf("f:%.17g", value->as.number);
		break;
	case PLUGH_VALUE_TEXT:
		printf("s:");
		bridge_put_text(value->as.text.bytes, value->as.text.length);
		break;
	case PLUGH_VALUE_LIST:
		printf("l:%zu", value->as.list.count);
		for (size_t i = 0; i < value->as.list.count; i++)
			put_value(&value->as.list.item[i]);
		break;
	}
}

static void put_namespace(const struct plugh_namespace *ns)
{
	for (size_t i = 0; i < plugh_namespace_count(ns); i++) {
		const char *name = plugh_namespace_name(ns, i);
		printf("ns\t");
		bridge_put_text(name, strlen(name));
		put_value(plugh_namespace_value(ns, i));
		putchar('\n');
	}
}

static void put_stream(const char *keyword, const char *text, size_t length)
{
	if (length == 0)
		return;
	printf("%s\t", keyword);
	bridge_put_text(text, length);
	putchar('\n');
}

static void put_exit(const struct plugh_outcome *outcome)
{
	size_t length = 0;

	printf("exit\t%d\n", plugh_outcome_status(outcome));
	const char *text = plugh_outcome_out(outcome, &length);
	put_stream("stdout", text, length);
	text = plugh_outcome_err(outcome, &length);
	put_stream("stderr", text, length);
}

static void put_outcome(struct bridge *bridge, const struct plugh_outcome *outcome, bool has_extras)
{
	switch (plugh_outcome_kind(outcome)) {
	case PLUGH_OUTCOME_PARSED:
		puts("ok");
		put_namespace(plugh_outcome_namespace(outcome));
		if (has_extras) {
			printf("extras");
			put_value(plugh_outcome_extras(outcome));
			putchar('\n');
		}
		break;
	case PLUGH_OUTCOME_EXIT:
		put_exit(outcome);
		break;
	case PLUGH_OUTCOME_ERROR:
		bridge_reply(bridge, "error", plugh_outcome_message(outcome));
		break;
	case PLUGH_OUTCOME_REFUSED:
		bridge_reply(bridge, "spec_error", plugh_outcome_message(outcome));
		break;
	}
	bridge->has_reply = true;
}

/* ---- The run ---- */

static int run_format(struct bridge *bridge, struct plugh_parser *parser, const char *mode)
{
	bool is_help = strcmp(mode, "format_help") == 0;
	char *text = NULL;

	int r = is_help ? plugh_parser_format_help(parser, &text)
			: plugh_parser_format_usage(parser, &text);
	if (r == -EINVAL) {
		bridge_reply(bridge, "spec_error", "cannot be formatted");
		return 0;
	}
	if (r == 0)
		bridge_reply(bridge, is_help ? "help" : "usage", text);
	free(text);
	return r;
}

static int run_parse(
	struct bridge *bridge, struct plugh_parser *parser, const char *mode, struct fields *fields)
{
	static const struct {
		const char *name;
		enum plugh_parse_mode mode;
	} modes[] = {
		{ "parse_args", PLUGH_PARSE_ARGS },
		{ "parse_known_args", PLUGH_PARSE_KNOWN },
		{ "parse_intermixed_args", PLUGH_PARSE_INTERMIXED },
		{ "parse_known_intermixed_args", PLUGH_PARSE_KNOWN_INTERMIXED },
	};

	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		struct plugh_outcome *outcome = NULL;
		if (strcmp(mode, modes[i].name) != 0)
			continue;
		int r = plugh_parser_parse_as(parser, modes[i].mode, fields->count - fields->at,
			fields->item + fields->at, bridge->presets, &outcome);
		if (r == 0)
			put_outcome(bridge, outcome, modes[i].mode & PLUGH_PARSE_KNOWN);
		plugh_outcome_destroy(outcome);
		return r;
	}
	bridge_reply(bridge, "unsupported", mode);
	return 0;
}

static int do_run(struct bridge *bridge, struct fields *fields)
{
	struct plugh_parser *parser = bridge_find(bridge, OBJECT_PARSER, "p0");
	const char *mode = bridge_next(fields);

	if (!parser) {
		bridge_reply(bridge, "spec_error", "there is no p0");
		return 0;
	}
	if (strncmp(mode, "format_", 7) == 0)
		return run_format(bridge, parser, mode);
	return run_parse(bridge, parser, mode, fields);
}

static int do_case(struct bridge *bridge, struct fields *fields)
{
	release_case(bridge);
	printf("case\t%s\n", bridge_next(fields));
	return 0;
}

static int do_columns(struct bridge *bridge, struct fields *fields)
{
	(void)bridge;
	return setenv("COLUMNS", bridge_next(fields), 1) < 0 ? -errno : 0;
}

static int do_chdir(struct bridge *bridge, struct fields *fields)
{
	const char *folder = bridge_next(fields);

	if (chdir(folder) < 0)
		bridge_reply(bridge, "unsupported", "cannot change to the folder");
	return 0;
}

static int do_end(struct bridge *bridge, struct fields *fields)
{
	(void)fields;
	bridge_reply(bridge, "spec_error", "nothing was run");
	puts("end");
	fflush(stdout);
	release_case(bridge);
	return 0;
}

static int do_line(struct bridge *bridge, struct fields *fields)
{
	static const struct {
		const char *keyword;
		int (*run)(struct bridge *bridge, struct fields *fields);
		bool is_always; /* even when the case is refused already */
	} lines[] = {
		{ "case", do_case, true },
		{ "columns", do_columns, true },
		{ "chdir", do_chdir, false },
		{ "parser", bridge_do_parser, false },
		{ "group", bridge_do_group, false },
		{ "mutex", bridge_do_mutex, false },
		{ "arg", bridge_do_arg, false },
		{ "subparsers", bridge_do_subparsers, false },
		{ "defaults", bridge_do_defaults, false },
		{ "preset", bridge_do_preset, false },
		{ "run", do_run, false },
		{ "end", do_end, true },
	};
	const char *keyword = bridge_next(fields);

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		if (strcmp(keyword, lines[i].keyword) != 0)
			continue;
		return bridge->has_reply && !lines[i].is_always ? 0 : lines[i].run(bridge, fields);
	}
	bridge_reply(bridge, "unsupported", keyword);
	return 0;
}

int main(void)
{
	struct bridge bridge = { .home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
	char *line = NULL;
	size_t capacity = 0;
	ssize_t length;
	int r = 0;

	while (r == 0 && (length = getline(&line, &capacity, stdin)) > 0) {
		struct fields fields;
		if (line[length - 1] == '\n')
			line[length - 1] = '\0';
		r = split_line(&bridge, line, &fields);
		if (r == 0)
			r = do_line(&bridge, &fields);
	}
	release_case(&bridge);
	free(bridge.field);
	free(line);
	close(bridge.home);
	if (r < 0)
		fprintf(stderr, "plugh-argparse-bridge: error: %s\n", strerror(-r));
	return r < 0;
}
