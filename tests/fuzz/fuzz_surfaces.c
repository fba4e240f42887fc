/* SPDX-License-Identifier: MIT */
/* Man pages and completion, of manifests and for words that nobody would write. The first byte
 * chooses:
 *
 *     'W'    the words of a command line, a line each, completed for plugins that are good
 *     other  changes to a good manifest, four bytes each: a record, an offset (two), a value; where
 * it is still read as one, all its pages and candidates are made
 *
 * A text of a manifest must never become a request of roff, and candidates fit what was typed. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "complete.h"
#include "complete_shell.h"
#include "man.h"
#include "../host/manifest_sample.h"
#include "../host/surfaces/surfaces.h"

static void require(int condition)
{
	if (!condition)
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* ---- Completion ---- */

enum { PLUGINS = 5, MAX_WORDS = 12 };

/* The last one is made of the input. */
static struct manifest *plugin[PLUGINS];

static const struct manifest *find(void *ctx, const char *name, bool *ret_builtin)
{
	(void)ctx;
	*ret_builtin = strcmp(name, "limit") == 0;
	for (size_t i = 0; i < PLUGINS; i++) {
		if (plugin[i] != NULL && strcmp(manifest_name(plugin[i]), name) == 0)
			return plugin[i];
	}
	return NULL;
}

static int list(void *ctx, const struct complete_command **ret_list, size_t *ret_count)
{
	static struct complete_command command[PLUGINS];
	size_t count = 0;

	(void)ctx;
	for (size_t i = 0; i < PLUGINS; i++) {
		if (plugin[i] != NULL)
			command[count++] = (struct complete_command){ manifest_name(plugin[i]),
				plugin[i]->root.about->help, COMPLETE_ENABLED };
	}
	*ret_list = command;
	*ret_count = count;
	return 0;
}

static void complete(const struct host_rows *rows, const char *const word[], size_t count)
{
	const struct complete_source source = { NULL, find, list };
	const struct complete_line line = { rows, &source, word, count, count - 1 };
	const char *text, *description, *last = word[count - 1];
	struct complete_answer answer;
	struct plugh_buf out = { 0 };
	size_t cursor = 0;

	require(complete_words(&line, &answer) == 0);
	require(answer.prefix_size <= strlen(last) && answer.command_at < count);
	while (complete_next(&answer, &cursor, &text, &description)) {
		size_t typed = strlen(last + answer.prefix_size);
		require(strncmp(text, last + answer.prefix_size, typed) == 0);
		require(strpbrk(text, "\n\t") == NULL && strpbrk(description, "\n\t") == NULL);
	}
	require(complete_format(&out, (enum complete_shell)(count % 3), &answer, last) == 0);
	plugh_buf_release(&out);
	complete_answer_release(&answer);
}

static void complete_lines(const struct host_rows *rows, char *text)
{
	const char *word[MAX_WORDS] = { "plugh" };
	size_t count = 1;

	for (char *line = text; line != NULL && count < MAX_WORDS;) {
		char *end = strchr(line, '\n');
		if (end != NULL)
			*end++ = '\0';
		complete_unquote(line);
		word[count++] = line;
		complete(rows, word, count);
		line = end;
	}
}

static void complete_all(const struct host_rows *rows, const struct manifest *manifest)
{
	const char *name = manifest_name(manifest);

	complete(rows, (const char *[]){ "plugh", name, "-" }, 3);
	complete(rows, (const char *[]){ "plugh", name, "" }, 3);
	for (size_t i = 0; i < manifest->command_count; i++) {
		const char *sub = manifest->command[i].head->names;
		complete(rows, (const char *[]){ "plugh", name, sub, "-" }, 4);
		complete(rows, (const char *[]){ "plugh", name, sub, "x", "" }, 5);
	}
}

/* ---- Pages ---- */

static void check_page(const char *page)
{
	static const char *const known[] = { ".TH \"", ".SH \"", ".SS \"", ".SY \"", ".YS\n",
		".TP\n", ".PP\n", ".BR plugh (1)", ".BR plugh.ini (5)", ".PD\n", ".PD 0\n",
		".RS 4\n", ".RE\n", ".EX\n", ".EE\n", ".ad l\n" };

	for (const char *line = page; *line != '\0'; line += strcspn(line, "\n") + 1) {
		bool is_known = line[0] != '.';
		for (size_t i = 0; !is_known && i < sizeof known / sizeof known[0]; i++)
			is_known = strncmp(line, known[i], strlen(known[i])) == 0;
		require(is_known && line[0] != '\'' && line[0] != ' ');
	}
	for (const char *c = page; *c != '\0'; c++)
		require((*c >= ' ' && *c < 0x7f) || *c == '\n');
}

static void make_pages(const struct host_rows *rows, const struct manifest *manifest)
{
	const struct man_about about = { "2026-01-31", rows };

	for (size_t i = 0; i <= manifest->command_count; i++) {
		struct plugh_buf page = { 0 };
		require(man_page(&page, manifest, i > 0 ? &manifest->command[i - 1] : NULL,
				&about) == 0);
		check_page(page.data);
		plugh_buf_release(&page);
	}
}

static struct manifest *read_changed(const uint8_t *bytes, size_t size)
{
	struct plugh_option row[SAMPLE_ROWS];
	struct manifest *manifest = NULL;
	struct reason why = { "" };

	sample_rows(row);
	for (; size >= 4; bytes += 4, size -= 4) {
		size_t offset = (bytes[1] | (size_t)bytes[2] << 8) % sizeof *row;
		((uint8_t *)&row[bytes[0] % SAMPLE_ROWS])[offset] = bytes[3];
	}
	return manifest_parse(row, sizeof row, &manifest, &why) == 0 ? manifest : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct plugh_plugin *const good[] = { &plugh_plugin_kit, &plugh_plugin_pack,
		&plugh_plugin_limit, &plugh_plugin_record };
	static struct host_rows rows;
	struct reason why;

	if (size == 0)
		return 0;
	if (rows.count == 0) {
		require(host_rows_init(&rows) == 0);
		for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
			require(manifest_of_linked(good[i], &plugin[i], &why) == 0);
	}
	if (bytes[0] == 'W') {
		char *text = strndup((const char *)bytes + 1, size - 1);
		require(text != NULL);
		complete_lines(&rows, text);
		free(text);
		return 0;
	}
	plugin[PLUGINS - 1] = read_changed(bytes + 1, size - 1);
	if (plugin[PLUGINS - 1] != NULL) {
		make_pages(&rows, plugin[PLUGINS - 1]);
		complete_all(&rows, plugin[PLUGINS - 1]);
	}
	manifest_destroy(plugin[PLUGINS - 1]);
	plugin[PLUGINS - 1] = NULL;
	return 0;
}
