/* SPDX-License-Identifier: MIT */
/* The arguments and options of a command in its man page. */
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "man_parts.h"
#include "man_synopsis.h"
#include "option_text.h"

/* The words of the bits in `needs`, with commas between them. */
static void append_needs(struct plugh_buf *buf, uint32_t needs)
{
	const char *separator = "";

	for (uint32_t need = PLUGH_READ; need <= PLUGH_PTRACE; need <<= 1) {
		if ((needs & need) == 0)
			continue;
		plugh_buf_append_text(buf, separator);
		roff_text(buf, config_need_name(need));
		separator = ", ";
	}
}

/* What the help text does not say: the choices behind a metavar, the default, repetition, needs. */
static void append_facts(struct plugh_buf *buf, const struct plugh_option *option)
{
	if (option->choices[0] != '\0' && option->metavar[0] != '\0') {
		char word[sizeof option->choices];
		plugh_buf_append_text(buf, "One of:");
		for (size_t i = 0; manifest_word(option->choices, i, word, sizeof word); i++) {
			plugh_buf_append_text(buf, i > 0 ? ", " : " ");
			roff_bold(buf, word);
		}
		plugh_buf_append_text(buf, ".\n");
	}
	if (option->default_[0] != '\0' && strstr(option->help, "%(default)") == NULL) {
		plugh_buf_append_text(buf, "Default: ");
		roff_bold(buf, option->default_);
		plugh_buf_append_text(buf, ".\n");
	}
	if (option_repeats(option))
		plugh_buf_append_text(buf, "May be given several times.\n");
	if (option->needs != 0) {
		plugh_buf_append_text(buf, "Needs the right to: ");
		append_needs(buf, option->needs);
		plugh_buf_append_text(buf, ".\n");
	}
}

void man_option_entry(struct plugh_buf *buf, const struct manifest_command *command,
	const struct plugh_option *option, const char *prog)
{
	struct plugh_buf help = { 0 }, facts = { 0 };

	roff_entry(buf);
	man_tag(buf, command, option);
	plugh_buf_append_char(buf, '\n');
	option_append_help(&help, command, option, prog);
	append_facts(&facts, option);
	/* Help texts have no full stop; where a sentence follows one is needed. */
	if (facts.size > 0 && help.size > 0 && strchr(".!?:", help.data[help.size - 1]) == NULL)
		plugh_buf_append_char(&help, '.');
	roff_line_adopt(buf, &help);
	roff_adopt(buf, &facts);
}

/* The GROUP record whose rows the INDEX-th is one of, or NULL. An exclusive group has no title. */
static const struct plugh_option *group_of(const struct manifest_command *command, size_t index)
{
	const struct plugh_option *group = NULL;
	bool in_one_of = false;

	for (size_t i = 0; i < index; i++) {
		const struct plugh_option *row = &command->row[i];
		if (row->note.type == PLUGH_RECORD_GROUP)
			group = row;
		else if (row->note.type == PLUGH_RECORD_ONE_OF)
			in_one_of = true;
		else if (row->note.type == PLUGH_RECORD_END && in_one_of)
			in_one_of = false;
		else if (row->note.type == PLUGH_RECORD_END)
			group = NULL;
	}
	return group;
}

enum wanted { POSITIONALS = 1, OPTIONS = 2 };

/* The rows of one group (NULL: those in none). Returns how many; with buf NULL only counts. */
static size_t append_rows(struct plugh_buf *buf, const struct manifest_command *command,
	const struct plugh_option *group, unsigned wanted, const char *prog)
{
	size_t count = 0;

	for (size_t i = 0; i < command->row_count; i++) {
		const struct plugh_option *row = &command->row[i];
		if (row->note.type != PLUGH_RECORD_OPTION || group_of(command, i) != group ||
			(wanted & (manifest_is_positional(row) ? POSITIONALS : OPTIONS)) == 0)
			continue;
		count++;
		if (buf != NULL)
			man_option_entry(buf, command, row, prog);
	}
	return count;
}

static void append_groups(struct plugh_buf *buf, const struct manifest_command *command,
	const char *prog, void (*append_title)(struct plugh_buf *buf, const char *title))
{
	for (size_t i = 0; i < command->row_count; i++) {
		const struct plugh_option *row = &command->row[i];
		if (row->note.type != PLUGH_RECORD_GROUP)
			continue;
		append_title(buf, row->names);
		append_rows(buf, command, row, POSITIONALS | OPTIONS, prog);
	}
}

static void append_bold_title(struct plugh_buf *buf, const char *title)
{
	plugh_buf_append_text(buf, ".PP\n");
	roff_bold(buf, title);
	plugh_buf_append_char(buf, '\n');
}

static bool is_shadowed(const struct man *man, const char *name)
{
	for (size_t i = 0; i < man->command->row_count; i++) {
		const struct plugh_option *row = &man->command->row[i];
		char other[sizeof row->names];
		for (size_t k = 0; row->note.type == PLUGH_RECORD_OPTION &&
				   manifest_option_name(row, k, other);
			k++) {
			if (strcmp(other, name) == 0)
				return true;
		}
	}
	return false;
}

/* The host's options that may stand behind the command. */
static void append_host_options(const struct man *man)
{
	const struct host_rows *host = man->about->host;
	const char *separator = "";
	struct plugh_buf names = { 0 };

	for (size_t i = 0; i < host->count; i++) {
		char name[sizeof host->row[i].names];
		for (size_t k = 0; host->behind[i] && manifest_option_name(&host->row[i], k, name);
			k++) {
			if (is_shadowed(man, name))
				continue;
			plugh_buf_append_text(&names, separator);
			roff_bold(&names, name);
			separator = ", ";
		}
	}
	if (names.size > 0) {
		plugh_buf_append_text(man->buf, ".PP\nThese options of\n.BR plugh (1)\nmay stand "
						"here too, spelled in full:\n");
		plugh_buf_append_text(&names, ".\n");
	}
	roff_adopt(man->buf, &names);
}

void man_options(const struct man *man)
{
	const struct manifest_command *command = man->command;
	char prog[MAN_NAME_SIZE];

	man_name(man, command, ' ', prog);
	if (append_rows(NULL, command, NULL, POSITIONALS, prog) > 0) {
		roff_section(man->buf, "ARGUMENTS");
		append_rows(man->buf, command, NULL, POSITIONALS, prog);
	}
	roff_section(man->buf, "OPTIONS");
	plugh_buf_append_text(man->buf, ".TP\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\n"
					"show this help message and exit\n");
	append_rows(man->buf, command, NULL, OPTIONS, prog);
	append_groups(man->buf, command, prog, roff_subsection);
	if ((command->about->flags & PLUGH_OPTIONS_END_AT_OPERAND) != 0)
		plugh_buf_append_text(man->buf,
			".PP\nOptions end at the first operand: all words from there on are taken "
			"as they are,\n\\fB\\-\\-\\fR included.\n");
	append_host_options(man);
}

void man_options_inline(const struct man *man, const struct manifest_command *command)
{
	char prog[MAN_NAME_SIZE];

	man_name(man, command, ' ', prog);
	append_rows(man->buf, command, NULL, POSITIONALS, prog);
	append_rows(man->buf, command, NULL, OPTIONS, prog);
	append_groups(man->buf, command, prog, append_bold_title);
}
