/* SPDX-License-Identifier: MIT */
/* The page of a plugin or a subcommand: its head, and the order of its sections. */
#include "man.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "man_parts.h"
#include "man_synopsis.h"
#include "option_text.h"

void man_date(const char *epoch, char ret_date[MAN_DATE_SIZE])
{
	struct tm day;
	char *end = NULL;

	errno = 0;
	long long seconds = epoch != NULL ? strtoll(epoch, &end, 10) : -1;
	time_t when = (time_t)seconds;
	if (epoch == NULL || !isdigit((unsigned char)epoch[0]) || *end != '\0' || errno != 0 ||
		gmtime_r(&when, &day) == NULL || day.tm_year + 1900 > 9999 ||
		strftime(ret_date, MAN_DATE_SIZE, "%Y-%m-%d", &day) == 0)
		memcpy(ret_date, MAN_RELEASE_DATE, MAN_DATE_SIZE);
}

const char *man_name(const struct man *man, const struct manifest_command *command, char separator,
	char buffer[MAN_NAME_SIZE])
{
	const char *plugin = manifest_name(man->manifest);

	if (command == &man->manifest->root)
		snprintf(buffer, MAN_NAME_SIZE, "plugh%c%s", separator, plugin);
	else
		snprintf(buffer, MAN_NAME_SIZE, "plugh%c%s%c%s", separator, plugin, separator,
			command->head->names);
	return buffer;
}

size_t man_count_commands(const struct man *man)
{
	return man->command == &man->manifest->root ? man->manifest->command_count + 1 : 1;
}

const struct manifest_command *man_get_command(const struct man *man, size_t index)
{
	return index == 0 ? man->command : &man->manifest->command[index - 1];
}

/* Justified lines would spread the words of a synopsis. */
void man_head(struct plugh_buf *buf, const char *title, const char *date, const char *source)
{
	plugh_buf_append_text(buf, ".TH \"");
	roff_text(buf, title);
	plugh_buf_appendf(buf, "\" 1 %s \"", date);
	roff_text(buf, source);
	plugh_buf_append_text(buf, "\" \"plugh manual\"\n.ad l\n");
}

static void append_head(const struct man *man)
{
	char title[MAN_NAME_SIZE], source[MAN_NAME_SIZE];
	const char *version = manifest_version(man->manifest);

	man_name(man, man->command, '-', title);
	for (char *c = title; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	snprintf(source, sizeof source, "%s%s%s", manifest_name(man->manifest),
		version[0] != '\0' ? " " : "", version);
	man_head(man->buf, title, man->about->date, source);
}

static void append_name(const struct man *man)
{
	const char *summary = man->command->about->help;
	char name[MAN_NAME_SIZE];

	roff_section(man->buf, "NAME");
	roff_text(man->buf, man_name(man, man->command, '-', name));
	plugh_buf_append_text(man->buf, " \\- ");
	roff_text(man->buf, summary[0] != '\0' ? summary : "a command of plugh");
	plugh_buf_append_char(man->buf, '\n');
}

static void append_synopsis(const struct man *man)
{
	char prog[MAN_NAME_SIZE];

	roff_section(man->buf, "SYNOPSIS");
	for (size_t i = 0; i < man_count_commands(man); i++) {
		const struct manifest_command *command = man_get_command(man, i);
		bool has_commands = command == &man->manifest->root &&
				    man->manifest->command_count > 0;
		if (!has_commands)
			man_synopsis(man->buf, man_name(man, command, ' ', prog), command);
	}
}

/* "count the lines" -> "Count the lines."; a word with capitals of its own stays as it is. */
static void append_sentence(struct plugh_buf *buf, const char *text)
{
	char sentence[sizeof((struct plugh_option *)0)->help + 1];
	size_t size = strlen(text);

	snprintf(sentence, sizeof sentence, "%s", text);
	if (size > 1 && (islower((unsigned char)text[1]) || text[1] == ' '))
		sentence[0] = (char)toupper((unsigned char)text[0]);
	if (size > 0 && strchr(".!?:", text[size - 1]) == NULL)
		memcpy(sentence + size, ".", 2);
	roff_line(buf, sentence);
}

void man_description(const struct man *man, const struct manifest_command *command)
{
	char prog[MAN_NAME_SIZE];

	man_name(man, command, ' ', prog);
	append_sentence(man->buf, command->about->help);
	for (size_t i = 0; i < command->row_count; i++) {
		struct plugh_buf text = { 0 };
		if (command->row[i].note.type != PLUGH_RECORD_EPILOG)
			continue;
		option_append_epilog(&text, command, &command->row[i], prog);
		plugh_buf_append_text(man->buf, ".PP\n");
		roff_line_adopt(man->buf, &text);
	}
}

/* Each subcommand in short, on the page of its plugin. */
static void append_commands(const struct man *man)
{
	char prog[MAN_NAME_SIZE];

	if (man_count_commands(man) == 1)
		return;
	roff_section(man->buf, "COMMANDS");
	for (size_t i = 1; i < man_count_commands(man); i++) {
		const struct manifest_command *command = man_get_command(man, i);
		roff_subsection(man->buf, command->head->names);
		man_synopsis(man->buf, man_name(man, command, ' ', prog), command);
		plugh_buf_append_text(man->buf, ".PP\n");
		man_description(man, command);
		man_options_inline(man, command);
		man_statuses_inline(man, command);
	}
}

int man_page(struct plugh_buf *buf, const struct manifest *manifest,
	const struct manifest_command *command, const struct man_about *about)
{
	const struct man man = {
		.buf = buf,
		.about = about,
		.manifest = manifest,
		.command = command != NULL ? command : &manifest->root,
	};

	append_head(&man);
	append_name(&man);
	append_synopsis(&man);
	roff_section(buf, "DESCRIPTION");
	man_description(&man, man.command);
	man_options(&man);
	append_commands(&man);
	man_exit_status(&man);
	man_environment(&man);
	man_files(&man);
	man_sandbox(&man);
	man_examples(&man);
	man_see_also(&man);
	return buf->error;
}
