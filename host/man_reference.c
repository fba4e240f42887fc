/* SPDX-License-Identifier: MIT */
/* The sections of a man page behind its options: statuses, variables, files, rights, examples. */
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "man_parts.h"
#include "man_roff.h"

static uint32_t usage_status(const struct man *man)
{
	uint32_t own = man->command->about->usage_status;
	uint32_t root = man->manifest->root.about->usage_status;

	if (own != 0)
		return own;
	return root != 0 ? root : 2;
}

static void append_status(struct plugh_buf *buf, uint32_t status, const char *text)
{
	plugh_buf_appendf(buf, ".TP\n\\fB%u\\fR\n", (unsigned)status);
	roff_line(buf, text);
}

/* What a command's manifest says of a status. Returns how many rows that were. */
static size_t append_own(
	struct plugh_buf *buf, const struct manifest_command *command, uint32_t status)
{
	size_t count = 0;

	for (size_t i = 0; i < command->row_count; i++) {
		const struct plugh_option *row = &command->row[i];
		if (row->note.type != PLUGH_RECORD_STATUS || row->usage_status != status)
			continue;
		append_status(buf, status, row->help);
		count++;
	}
	return count;
}

void man_exit_status(const struct man *man)
{
	const struct manifest_command *root = &man->manifest->root;

	roff_section(man->buf, "EXIT STATUS");
	for (uint32_t status = 0; status < 256; status++) {
		size_t count = append_own(man->buf, man->command, status);
		if (count == 0 && man->command != root)
			count = append_own(man->buf, root, status);
		if (count > 0)
			continue;
		if (status == usage_status(man))
			append_status(man->buf, status, "The command line is wrong.");
		else if (status == 0)
			append_status(man->buf, status, "The work is done.");
		else if (status == 1)
			append_status(man->buf, status, "The work failed or found nothing.");
	}
	plugh_buf_append_text(man->buf, ".PP\nThose of the host, such as 126 for a plugin that is "
					"disabled or refused, are in\n.BR plugh (1).\n");
}

void man_statuses_inline(const struct man *man, const struct manifest_command *command)
{
	struct plugh_buf rows = { 0 };

	for (uint32_t status = 0; status < 256; status++)
		append_own(&rows, command, status);
	if (rows.size > 0)
		plugh_buf_append_text(man->buf, ".PP\nExit status:\n");
	roff_adopt(man->buf, &rows);
}

/* NULL for the plugin itself, as config.h wants it. */
static const char *sub_of(const struct man *man, const struct manifest_command *command)
{
	return command == &man->manifest->root ? NULL : command->head->names;
}

/* The ini key of a row, or false where it has none. */
static bool find_key(const struct plugh_option *row, char ret_key[MANIFEST_NAME_SIZE])
{
	return row->note.type == PLUGH_RECORD_OPTION && !manifest_is_positional(row) &&
	       manifest_option_key(row, ret_key);
}

static void append_variables(const struct man *man, const struct manifest_command *command)
{
	char key[MANIFEST_NAME_SIZE], variable[CONFIG_VARIABLE_SIZE];

	for (size_t i = 0; i < command->row_count; i++) {
		if (!find_key(&command->row[i], key) ||
			config_variable(manifest_name(man->manifest), sub_of(man, command), key,
				variable) == NULL)
			continue;
		roff_entry(man->buf);
		roff_bold(man->buf, variable);
		plugh_buf_append_text(man->buf, "\nThe default of \\fB\\-\\-");
		roff_text(man->buf, key);
		plugh_buf_append_text(man->buf, "\\fR");
		if (sub_of(man, command) != NULL && man_count_commands(man) > 1) {
			plugh_buf_append_text(man->buf, " of ");
			roff_bold(man->buf, command->head->names);
		}
		plugh_buf_append_text(man->buf, ".\n");
	}
}

static bool has_keys(const struct man *man)
{
	char key[MANIFEST_NAME_SIZE];

	for (size_t i = 0; i < man_count_commands(man); i++) {
		const struct manifest_command *command = man_get_command(man, i);
		for (size_t k = 0; k < command->row_count; k++) {
			if (find_key(&command->row[k], key))
				return true;
		}
	}
	return false;
}

void man_environment(const struct man *man)
{
	if (!has_keys(man))
		return;
	roff_section(man->buf, "ENVIRONMENT");
	plugh_buf_append_text(man->buf,
		"A variable replaces the value of the ini files; the command line replaces both.\n"
		"Flags take on or off.\n.PP\n.PD 0\n");
	for (size_t i = 0; i < man_count_commands(man); i++)
		append_variables(man, man_get_command(man, i));
	plugh_buf_append_text(man->buf, ".PD\n");
}

/* "[plugin:bwt encode]" and its keys. */
static void append_ini_section(const struct man *man, const struct manifest_command *command)
{
	const char *sub = sub_of(man, command);
	const char *separator = "";
	struct plugh_buf keys = { 0 };
	char key[MANIFEST_NAME_SIZE], section[MAN_NAME_SIZE];

	for (size_t i = 0; i < command->row_count; i++) {
		if (!find_key(&command->row[i], key))
			continue;
		plugh_buf_append_text(&keys, separator);
		roff_bold(&keys, key);
		separator = ", ";
	}
	if (keys.size > 0) {
		snprintf(section, sizeof section, "[plugin:%s%s%s]", manifest_name(man->manifest),
			sub != NULL ? " " : "", sub != NULL ? sub : "");
		roff_entry(man->buf);
		roff_bold(man->buf, section);
		plugh_buf_append_char(man->buf, '\n');
		plugh_buf_append_char(&keys, '\n');
	}
	roff_adopt(man->buf, &keys);
}

void man_files(const struct man *man)
{
	if (!has_keys(man))
		return;
	roff_section(man->buf, "FILES");
	plugh_buf_append_text(man->buf,
		"Defaults of options are read from the ini files that\n.BR plugh.ini (5)\n"
		"names, under these sections and keys:\n");
	for (size_t i = 0; i < man_count_commands(man); i++)
		append_ini_section(man, man_get_command(man, i));
}

static const struct {
	uint32_t need;
	const char *text;
} right[] = {
	{ PLUGH_READ, "read the files that the command line names" },
	{ PLUGH_WRITE, "write the files that the command line names" },
	{ PLUGH_NET, "use the network" },
	{ PLUGH_EXEC, "start other programs" },
	{ PLUGH_PTRACE, "trace other processes" },
};

static void append_rights(struct plugh_buf *buf, uint32_t needs)
{
	const char *separator = "";

	for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
		if ((needs & right[i].need) == 0)
			continue;
		plugh_buf_append_text(buf, separator);
		roff_text(buf, right[i].text);
		separator = ", ";
	}
	plugh_buf_append_text(buf, needs == 0 ? "nothing beyond its standard streams.\n" : ".\n");
}

void man_sandbox(const struct man *man)
{
	uint32_t all = 0;

	roff_section(man->buf, "SANDBOX");
	if (man_count_commands(man) == 1)
		plugh_buf_append_text(man->buf, "The command asks for the right to: ");
	else
		plugh_buf_append_text(man->buf, "The commands ask for the right to:\n");
	for (size_t i = 0; i < man_count_commands(man); i++) {
		const struct manifest_command *command = man_get_command(man, i);
		uint32_t needs = manifest_needs(man->manifest, command);
		all |= needs;
		if (command == &man->manifest->root && man_count_commands(man) > 1)
			continue;
		if (man_count_commands(man) > 1) {
			roff_entry(man->buf);
			roff_bold(man->buf, command->head->names);
			plugh_buf_append_char(man->buf, '\n');
		}
		append_rights(man->buf, needs);
	}
	if ((all & (PLUGH_EXEC | PLUGH_PTRACE)) != 0)
		plugh_buf_append_text(man->buf,
			".PP\nWhat starts or traces other programs runs without the sandbox.\n");
	plugh_buf_append_text(man->buf, ".PP\nPolicies in\n.BR plugh.ini (5)\nmay deny any.\n");
}

static void append_examples(struct plugh_buf *buf, const struct manifest_command *command)
{
	for (size_t i = 0; i < command->row_count; i++) {
		const struct plugh_option *row = &command->row[i];
		char line[sizeof row->names + sizeof row->default_];
		if (row->note.type != PLUGH_RECORD_EXAMPLE)
			continue;
		/* A long command line goes on in the second field. */
		snprintf(line, sizeof line, "%s%s", row->names, row->default_);
		if (buf->size > 0)
			plugh_buf_append_text(buf, ".PP\n");
		roff_line(buf, row->help);
		plugh_buf_append_text(buf, ".PP\n.RS 4\n.EX\n");
		roff_line(buf, line);
		plugh_buf_append_text(buf, ".EE\n.RE\n");
	}
}

void man_examples(const struct man *man)
{
	struct plugh_buf examples = { 0 };

	for (size_t i = 0; i < man_count_commands(man); i++)
		append_examples(&examples, man_get_command(man, i));
	if (examples.size > 0)
		roff_section(man->buf, "EXAMPLES");
	roff_adopt(man->buf, &examples);
}

void man_see_also(const struct man *man)
{
	const struct manifest_command *root = &man->manifest->root;
	char page[MAN_NAME_SIZE];

	roff_section(man->buf, "SEE ALSO");
	if (man->command != root) {
		roff_reference(man->buf, man_name(man, root, '-', page), "1");
		plugh_buf_append_text(man->buf, ",\n");
	}
	for (size_t i = 1; i < man_count_commands(man); i++) {
		roff_reference(man->buf, man_name(man, man_get_command(man, i), '-', page), "1");
		plugh_buf_append_text(man->buf, ",\n");
	}
	plugh_buf_append_text(man->buf, "\\fBplugh\\fR(1),\n\\fBplugh.ini\\fR(5)\n");
}
