/* SPDX-License-Identifier: MIT */
/* What a command takes, in man(7). */
#include "man_synopsis.h"

#include <string.h>

#include "option_text.h"

static void append_value(struct plugh_buf *buf, const struct manifest_command *command,
	const struct plugh_option *option, unsigned index)
{
	char name[OPTION_VALUE_SIZE];
	roff_italic(buf, option_value_name(command, option, index, name));
}

/* argparse's _format_args. "\\&" keeps dots from beginning a request or ending a sentence. */
static void append_values(struct plugh_buf *buf, const struct manifest_command *command,
	const struct plugh_option *option)
{
	struct option_arity arity = option_arity(option);

	if (strcmp(option->nargs, "...") == 0) {
		plugh_buf_append_text(buf, "\\&...");
		return;
	}
	for (unsigned i = 0; i < arity.least; i++) {
		if (i > 0)
			plugh_buf_append_char(buf, ' ');
		append_value(buf, command, option, i);
	}
	if (arity.least == arity.most)
		return;
	if (arity.least > 0)
		plugh_buf_append_char(buf, ' ');
	plugh_buf_append_char(buf, '[');
	append_value(buf, command, option, arity.least);
	plugh_buf_append_text(buf, arity.most == OPTION_UNLIMITED ? " ...]\\&" : "]");
}

void man_values(struct plugh_buf *buf, const struct manifest_command *command,
	const struct plugh_option *option)
{
	if (option_arity(option).most == 0)
		return;
	if (!manifest_is_positional(option))
		plugh_buf_append_char(buf, ' ');
	append_values(buf, command, option);
}

void man_tag(struct plugh_buf *buf, const struct manifest_command *command,
	const struct plugh_option *option)
{
	char name[OPTION_NAME_SIZE];

	if (manifest_is_positional(option)) {
		append_value(buf, command, option, 0);
		return;
	}
	for (size_t i = 0; option_name(option, i, name); i++) {
		if (i > 0)
			plugh_buf_append_text(buf, ", ");
		roff_bold(buf, name);
	}
	man_values(buf, command, option);
}

/* "-b SIZE", "--foo | --no-foo", "FILE". */
static void append_part(struct plugh_buf *buf, const struct manifest_command *command,
	const struct plugh_option *row)
{
	char name[OPTION_NAME_SIZE];
	size_t shown = manifest_is_positional(row) ? 0 : option_is_negatable(row) ? 2 : 1;

	for (size_t i = 0; i < shown && option_name(row, i, name); i++) {
		plugh_buf_append_text(buf, i > 0 ? " | " : "");
		roff_bold(buf, name);
	}
	man_values(buf, command, row);
}

static bool group_has_positional(const struct manifest_command *command, size_t group)
{
	for (size_t i = group + 1; command->row[i].note.type != PLUGH_RECORD_END; i++) {
		if (command->row[i].note.type == PLUGH_RECORD_OPTION &&
			manifest_is_positional(&command->row[i]))
			return true;
	}
	return false;
}

/* [a | b] or (a | b): the rows from the ONE_OF record at `group` to its end. */
static void append_one_of(
	struct plugh_buf *buf, const struct manifest_command *command, size_t group)
{
	bool is_required = command->row[group].required != 0;
	bool is_first = true;

	plugh_buf_append_char(buf, is_required ? '(' : '[');
	for (size_t i = group + 1; command->row[i].note.type != PLUGH_RECORD_END; i++) {
		const struct plugh_option *row = &command->row[i];
		if (row->note.type != PLUGH_RECORD_OPTION)
			continue;
		if (!is_first)
			plugh_buf_append_text(buf, " | ");
		/* "[COMMAND]" would say twice that it may be left out. */
		if (manifest_is_positional(row) && option_arity(row).most == 1)
			append_value(buf, command, row, 0);
		else
			append_part(buf, command, row);
		is_first = false;
	}
	plugh_buf_append_text(buf, is_required ? ")\n" : "]\n");
}

static void append_single(struct plugh_buf *buf, const struct manifest_command *command,
	const struct plugh_option *row)
{
	bool is_optional = !manifest_is_positional(row) && row->required == 0;

	if (is_optional)
		plugh_buf_append_char(buf, '[');
	append_part(buf, command, row);
	plugh_buf_append_text(buf, is_optional ? "]\n" : "\n");
}

/* The rows that are options, or those that are positionals; groups as a whole. */
static void append_rows(
	struct plugh_buf *buf, const struct manifest_command *command, bool positionals)
{
	bool in_one_of = false;

	for (size_t i = 0; i < command->row_count; i++) {
		const struct plugh_option *row = &command->row[i];
		switch (row->note.type) {
		case PLUGH_RECORD_ONE_OF:
			in_one_of = true;
			if (group_has_positional(command, i) == positionals)
				append_one_of(buf, command, i);
			break;
		case PLUGH_RECORD_END:
			in_one_of = false;
			break;
		case PLUGH_RECORD_OPTION:
			if (!in_one_of && manifest_is_positional(row) == positionals)
				append_single(buf, command, row);
			break;
		default:
			break;
		}
	}
}

void man_synopsis_begin(struct plugh_buf *buf, const char *prog)
{
	plugh_buf_append_text(buf, ".SY \"");
	roff_text(buf, prog);
	plugh_buf_append_text(buf, "\"\n");
}

void man_synopsis_end(struct plugh_buf *buf)
{
	plugh_buf_append_text(buf, ".YS\n");
}

void man_synopsis(struct plugh_buf *buf, const char *prog, const struct manifest_command *command)
{
	man_synopsis_begin(buf, prog);
	plugh_buf_append_text(buf, "[\\fB\\-h\\fR]\n");
	append_rows(buf, command, false);
	append_rows(buf, command, true);
	man_synopsis_end(buf);
}
