/* SPDX-License-Identifier: MIT */
/* plugh(1): a fixed text with parts made from tables at the lines "@NAME@". */
#include "man.h"

#include <stdio.h>
#include <string.h>

#include "embedded.h"
#include "man_parts.h"
#include "man_synopsis.h"

/* What the parts are made of. */
struct plugh_page {
	struct plugh_buf *buf;
	const struct manifest *const *builtin;
	size_t count;
	const char *version;
	const struct man_about *about;
};

static void append_head(const struct plugh_page *page)
{
	char source[64];

	snprintf(source, sizeof source, "plugh %s", page->version);
	man_head(page->buf, "PLUGH", page->about->date, source);
}

static void append_host_option(struct plugh_buf *buf, const struct plugh_option *row)
{
	char name[sizeof row->names] = "";

	manifest_option_name(row, 0, name);
	plugh_buf_append_char(buf, '[');
	roff_bold(buf, name);
	man_values(buf, NULL, row);
	plugh_buf_append_text(buf, "]\n");
}

static void append_synopsis(const struct plugh_page *page)
{
	const struct host_rows *host = page->about->host;

	man_synopsis_begin(page->buf, "plugh");
	for (size_t i = 0; i < host->count; i++)
		append_host_option(page->buf, &host->row[i]);
	plugh_buf_append_text(page->buf, "\\fICOMMAND\\fR \\&...\n");
	man_synopsis_end(page->buf);
}

static void append_host_options(const struct plugh_page *page, bool behind)
{
	const struct host_rows *host = page->about->host;

	for (size_t i = 0; i < host->count; i++) {
		if (host->behind[i] == behind)
			man_option_entry(page->buf, NULL, &host->row[i], "plugh");
	}
}

static void append_before(const struct plugh_page *page)
{
	append_host_options(page, false);
}

static void append_behind(const struct plugh_page *page)
{
	append_host_options(page, true);
}

/* A built-in command or a subcommand of one. */
static void append_command(const struct man *man, const struct manifest_command *command)
{
	char prog[MAN_NAME_SIZE];

	man_name(man, command, ' ', prog);
	roff_subsection(man->buf, prog + strlen("plugh "));
	man_synopsis(man->buf, prog, command);
	plugh_buf_append_text(man->buf, ".PP\n");
	man_description(man, command);
	man_options_inline(man, command);
	man_statuses_inline(man, command);
}

static void append_commands(const struct plugh_page *page)
{
	for (size_t i = 0; i < page->count; i++) {
		const struct manifest *manifest = page->builtin[i];
		const struct man man = { page->buf, page->about, manifest, &manifest->root };
		if (manifest->command_count == 0)
			append_command(&man, &manifest->root);
		for (size_t k = 0; k < manifest->command_count; k++)
			append_command(&man, &manifest->command[k]);
	}
}

static const struct {
	const char *line;
	void (*append)(const struct plugh_page *page);
} part[] = {
	{ "@HEAD@", append_head },
	{ "@SYNOPSIS@", append_synopsis },
	{ "@BEFORE@", append_before },
	{ "@BEHIND@", append_behind },
	{ "@COMMANDS@", append_commands },
};

static void append_line(const struct plugh_page *page, const char *line, size_t size)
{
	for (size_t i = 0; i < sizeof part / sizeof part[0]; i++) {
		if (size == strlen(part[i].line) && memcmp(line, part[i].line, size) == 0) {
			part[i].append(page);
			return;
		}
	}
	plugh_buf_append(page->buf, line, size);
	plugh_buf_append_char(page->buf, '\n');
}

int man_plugh(struct plugh_buf *buf, const struct manifest *const builtin[], size_t count,
	const char *version, const struct man_about *about)
{
	const struct plugh_page page = { buf, builtin, count, version, about };

	for (const char *line = embedded_plugh_1; *line != '\0';) {
		size_t size = strcspn(line, "\n");
		append_line(&page, line, size);
		line += size + (line[size] == '\n');
	}
	return buf->error;
}
