/* SPDX-License-Identifier: MIT */
/* How a row of a manifest reads. */
#include "option_text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "kind.h"

static bool is_action(const struct plugh_option *option, const char *action)
{
	return strcmp(option->action, action) == 0;
}

static bool is_bool(const struct plugh_option *option)
{
	return (option->kind & PLUGH_KIND_MASK) == PLUGH_KIND_BOOL;
}

static bool is_flag(const struct plugh_option *option)
{
	static const char *const action[] = { "store_true", "store_false", "store_const",
		"append_const", "count" };

	for (size_t i = 0; i < sizeof action / sizeof action[0]; i++) {
		if (is_action(option, action[i]))
			return true;
	}
	if (option->action[0] != '\0')
		return option_is_negatable(option);
	/* A row of PLUGH_SET with a constant stores that, and no word. */
	return is_bool(option) || ((option->kind & PLUGH_KIND_SHARED) != 0 &&
					  option->const_[0] != '\0' && option->nargs[0] == '\0');
}

struct option_arity option_arity(const struct plugh_option *option)
{
	static const struct {
		const char *nargs;
		struct option_arity arity;
	} row[] = {
		{ "", { 1, 1 } },
		{ "?", { 0, 1 } },
		{ "*", { 0, OPTION_UNLIMITED } },
		{ "+", { 1, OPTION_UNLIMITED } },
		{ "...", { 0, OPTION_UNLIMITED } },
		{ "A...", { 1, OPTION_UNLIMITED } },
	};

	if (is_flag(option))
		return (struct option_arity){ 0, 0 };
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		if (strcmp(option->nargs, row[i].nargs) == 0)
			return row[i].arity;
	}
	unsigned count = (unsigned)strtoul(option->nargs, NULL, 10);
	return (struct option_arity){ count, count };
}

bool option_repeats(const struct plugh_option *option)
{
	return is_action(option, "append") || is_action(option, "append_const") ||
	       is_action(option, "extend") || is_action(option, "count");
}

bool option_is_negatable(const struct plugh_option *option)
{
	return is_action(option, "boolean");
}

bool option_name(const struct plugh_option *option, size_t index, char *buffer)
{
	size_t seen = 0;

	for (size_t i = 0; manifest_option_name(option, i, buffer); i++) {
		if (seen++ == index)
			return true;
		if (!option_is_negatable(option) || strncmp(buffer, "--", 2) != 0)
			continue;
		if (seen++ == index) {
			memmove(buffer + 5, buffer + 2, strlen(buffer + 2) + 1);
			memcpy(buffer, "--no-", 5);
			return true;
		}
	}
	return false;
}

/* The first row that fills the same member: PLUGH_SET's rows store under its name. */
static const struct plugh_option *first_of_member(
	const struct manifest_command *command, const struct plugh_option *option)
{
	for (size_t i = 0; command != NULL && i < command->row_count; i++) {
		const struct plugh_option *row = &command->row[i];
		if (row->note.type == PLUGH_RECORD_OPTION && row->offset == option->offset)
			return row;
	}
	return option;
}

/* argparse's dest: the first long name, else the first, without its dashes and with _ for -. */
static void format_dest(const struct manifest_command *command, const struct plugh_option *option,
	char ret_dest[MANIFEST_NAME_SIZE])
{
	const struct plugh_option *first = first_of_member(command, option);
	char name[sizeof first->names] = "";

	if (manifest_is_positional(option)) {
		snprintf(ret_dest, sizeof name, "%s", option->names);
		return;
	}
	if (!manifest_option_key(first, ret_dest)) {
		manifest_option_name(first, 0, name);
		snprintf(ret_dest, sizeof name, "%s", name + strspn(name, "-"));
	}
	for (char *c = ret_dest; *c != '\0'; c++) {
		if (*c == '-')
			*c = '_';
	}
}

/* The words of a field with a separator between them, cut where they do not fit. */
static void join_words(const char *words, const char *separator, char *buffer, size_t size)
{
	char word[OPTION_VALUE_SIZE];
	size_t used = 0;

	buffer[0] = '\0';
	for (size_t i = 0; manifest_word(words, i, word, sizeof word); i++) {
		int n = snprintf(buffer + used, size - used, "%s%s", i > 0 ? separator : "", word);
		if (n < 0 || (size_t)n >= size - used)
			return;
		used += (size_t)n;
	}
}

static void format_metavar(
	const struct manifest_command *command, const struct plugh_option *option, char *buffer)
{
	const char *metavar = manifest_is_positional(option) ? NULL : kind_metavar(option);
	char list[sizeof option->choices], dest[sizeof option->names];

	if (option->choices[0] != '\0') {
		join_words(option->choices, ",", list, sizeof list);
		snprintf(buffer, OPTION_VALUE_SIZE, "{%s}", list);
		return;
	}
	if (metavar == NULL) {
		format_dest(command, option, dest);
		for (char *c = dest; *c != '\0' && !manifest_is_positional(option); c++)
			*c = (char)toupper((unsigned char)*c);
		metavar = dest;
	}
	snprintf(buffer, OPTION_VALUE_SIZE, "%s", metavar);
}

const char *option_value_name(const struct manifest_command *command,
	const struct plugh_option *option, unsigned index, char *buffer)
{
	if (!manifest_word(option->metavar, index, buffer, OPTION_VALUE_SIZE) &&
		!manifest_word(option->metavar, 0, buffer, OPTION_VALUE_SIZE))
		format_metavar(command, option, buffer);
	return buffer;
}

static const char *or_none(const char *text)
{
	return text[0] != '\0' ? text : "None";
}

/* As Python's str() shows a list: ['a', 'b'] or [1, 2]. */
static const char *format_list(const struct plugh_option *option, char *buffer)
{
	bool is_text = (option->kind & PLUGH_KIND_MASK) != PLUGH_KIND_INTS;
	char list[OPTION_VALUE_SIZE - sizeof "['']"];

	join_words(option->default_, is_text ? "', '" : ", ", list, sizeof list);
	snprintf(buffer, OPTION_VALUE_SIZE, is_text ? "['%s']" : "[%s]", list);
	return buffer;
}

static const char *format_default(const struct plugh_option *option, char *buffer)
{
	bool flag = is_action(option, "store_false");

	if (option->default_[0] == '\0' && (!is_bool(option) || option_is_negatable(option)))
		return "None";
	if (is_bool(option)) {
		config_parse_flag(option->default_, &flag);
		return flag ? "True" : "False";
	}
	return kind_is_list(option) ? format_list(option, buffer) : option->default_;
}

/* The metavar as the parser is told it; argparse's own way of making one leaves it None. */
static const char *given_metavar(const struct plugh_option *option)
{
	bool has_own_way = option->choices[0] != '\0' || manifest_is_positional(option) ||
			   kind_metavar(option) == NULL;

	if (option->metavar[0] != '\0')
		return option->metavar;
	return has_own_way ? "None" : kind_metavar(option);
}

/* What the specifiers of one text stand for; option is NULL where there is %(prog)s only. */
struct meaning {
	const struct manifest_command *command;
	const struct plugh_option *option;
	const char *prog;
};

/* The value of %(NAME)s, or NULL where argparse has none. `buffer` is OPTION_VALUE_SIZE large. */
static const char *look_up(const struct meaning *meaning, const char *name, char *buffer)
{
	const struct plugh_option *option = meaning->option;

	if (strcmp(name, "prog") == 0)
		return meaning->prog;
	if (option == NULL)
		return NULL;
	if (strcmp(name, "default") == 0)
		return format_default(option, buffer);
	if (strcmp(name, "const") == 0)
		return or_none(option->const_);
	if (strcmp(name, "nargs") == 0)
		return or_none(option->nargs);
	if (strcmp(name, "type") == 0)
		return kind_type(option)->name;
	if (strcmp(name, "metavar") == 0)
		return given_metavar(option);
	if (strcmp(name, "choices") == 0)
		join_words(option->choices, ", ", buffer, OPTION_VALUE_SIZE);
	else if (strcmp(name, "dest") == 0)
		format_dest(meaning->command, option, buffer);
	else
		return NULL;
	return or_none(buffer);
}

/* Append what stands at a '%' and return its length in the text. */
static size_t append_percent(struct plugh_buf *buf, const char *text, const struct meaning *meaning)
{
	char name[16], buffer[OPTION_VALUE_SIZE];
	int length = 0;

	if (text[1] == '%') {
		plugh_buf_append_char(buf, '%');
		return 2;
	}
	if (sscanf(text, "%%(%15[a-z])%*1[sd]%n", name, &length) == 1 && length > 0) {
		const char *value = look_up(meaning, name, buffer);
		if (value != NULL) {
			plugh_buf_append_text(buf, value);
			return (size_t)length;
		}
	}
	plugh_buf_append_char(buf, '%');
	return 1;
}

static int fill_in(struct plugh_buf *buf, const char *text, const struct meaning *meaning)
{
	while (*text != '\0') {
		size_t plain = strcspn(text, "%");
		plugh_buf_append(buf, text, plain);
		text += plain;
		if (*text == '%')
			text += append_percent(buf, text, meaning);
	}
	return buf->error;
}

int option_append_help(struct plugh_buf *buf, const struct manifest_command *command,
	const struct plugh_option *option, const char *prog)
{
	return fill_in(buf, option->help, &(struct meaning){ command, option, prog });
}

static bool names_prog(const struct manifest_command *command)
{
	for (size_t i = 0; i < command->row_count; i++) {
		const struct plugh_option *row = &command->row[i];
		if (row->note.type == PLUGH_RECORD_EPILOG && strstr(row->help, "%(prog)") != NULL)
			return true;
	}
	return false;
}

int option_append_epilog(struct plugh_buf *buf, const struct manifest_command *command,
	const struct plugh_option *epilog, const char *prog)
{
	if (!names_prog(command))
		return plugh_buf_append_text(buf, epilog->help);
	return fill_in(buf, epilog->help, &(struct meaning){ NULL, NULL, prog });
}
