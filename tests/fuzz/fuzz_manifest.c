/* SPDX-License-Identifier: MIT */
/* A plugin file made of arbitrary bytes: read as data, then made a parser of, as a host does before
 * any code of a plugin runs. The first byte chooses the form:
 *
 *     0x7f   a whole ELF file
 *     'R'    changes to a good manifest, four bytes each: a record, an offset (two), a value
 *     other  the notes of a file, behind that byte
 *
 * The seeds are plugins of one option, linked by -nostdlib -s -Wl,-z,noseparate-code. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "command_line.h"
#include "manifest.h"
#include "../host/manifest_sample.h"

static void require(int condition)
{
	if (!condition)
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static int read_file(const uint8_t *bytes, size_t size, struct manifest **ret, struct reason *why)
{
	int fd = memfd_create("plugin", MFD_CLOEXEC);
	require(fd >= 0);
	require(write(fd, bytes, size) == (ssize_t)size);
	int r = manifest_read(fd, ret, why);
	close(fd);
	return r;
}

static int read_changed(
	const uint8_t *bytes, size_t size, struct manifest **ret, struct reason *why)
{
	struct plugh_option row[SAMPLE_ROWS];

	sample_rows(row);
	for (; size >= 4; bytes += 4, size -= 4) {
		size_t offset = (bytes[1] | (size_t)bytes[2] << 8) % sizeof *row;
		((uint8_t *)&row[bytes[0] % SAMPLE_ROWS])[offset] = bytes[3];
	}
	return manifest_parse(row, sizeof row, ret, why);
}

/* What the header promises of a manifest that was accepted. */
static void look_at(const struct manifest *manifest, const struct manifest_command *command)
{
	char name[MANIFEST_NAME_SIZE], key[MANIFEST_NAME_SIZE];

	require(command->about->note.type == PLUGH_RECORD_ABOUT);
	require((manifest_needs(manifest, command) & ~(uint32_t)0x1f) == 0);
	for (size_t i = 0; i < command->row_count; i++) {
		const struct plugh_option *row = &command->row[i];
		require(memchr(row->names, '\0', sizeof row->names) != NULL);
		require(memchr(row->default_, '\0', sizeof row->default_) != NULL);
		if (row->note.type != PLUGH_RECORD_OPTION)
			continue;
		require((uint64_t)row->offset + row->size <= command->head->size);
		require(manifest_option_name(row, 0, name));
		manifest_option_key(row, key);
	}
}

static void show_help(struct command_line *line, const char *sub)
{
	char *text = NULL;
	int r = command_line_help(line, sub, &text);

	require(r == 0 || r == -EINVAL);
	require((text != NULL) == (r == 0));
	free(text);
}

static void use(const struct manifest *manifest)
{
	const struct plugh_outcome *outcome = NULL;
	struct command_line *line = NULL;
	struct reason why = { "" };
	const void *args = NULL;

	look_at(manifest, &manifest->root);
	for (size_t i = 0; i < manifest->command_count; i++)
		look_at(manifest, &manifest->command[i]);
	int r = command_line_create(
		&(struct command_line_spec){ .manifest = manifest }, &line, &why);
	require(r == 0 || (r == -ENOEXEC && why.text[0] != '\0'));
	if (r < 0)
		return;
	show_help(line, NULL);
	for (size_t i = 0; i < manifest->command_count; i++)
		show_help(line, manifest->command[i].head->names);

	char *words[] = { (char *)(manifest->command_count > 0 ? manifest->command[0].head->names
							       : "--"),
		(char *)"1" };
	require(command_line_parse(line, 2, words, &outcome) == 0);
	if (plugh_outcome_kind(outcome) == PLUGH_OUTCOME_PARSED)
		require(command_line_args(line, &args) == 0);
	command_line_destroy(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct manifest *manifest = NULL;
	struct reason why = { "" };
	int r;

	if (size == 0)
		return 0;
	if (bytes[0] == 0x7f)
		r = read_file(bytes, size, &manifest, &why);
	else if (bytes[0] == 'R')
		r = read_changed(bytes + 1, size - 1, &manifest, &why);
	else
		r = manifest_parse(bytes + 1, size - 1, &manifest, &why);
	require(r == 0 || r == -ENOEXEC);
	require((why.text[0] != '\0') == (r < 0) && strchr(why.text, '\n') == NULL);
	if (r == 0)
		use(manifest);
	manifest_destroy(manifest);
	return 0;
}
