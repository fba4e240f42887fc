/* One plugin's manifest.
 *
 * The notes hold blocks: a PLUGIN or COMMAND record, its ABOUT, its rows. A compiler may place the
 * blocks in any order, each is contiguous. The ABI is checked before all else, since another major
 * may mean anything by a record; records of a later minor are cut to our size.
 *
 * SPDX-License-Identifier: MIT */
#include "manifest.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <plugh/buf.h>

#include "elf_notes.h"
#include "manifest_check.h"

enum {
	MAX_RECORDS = 2048,
	MAX_RECORD_SIZE = 64 * 1024, /* of a later minor's record */
};

static bool is_ours(const struct elf_note *note)
{
	return note->name_size == sizeof PLUGH_NOTE_NAME &&
	       memcmp(note->name, PLUGH_NOTE_NAME, sizeof PLUGH_NOTE_NAME) == 0;
}

/* Magic and ABI stand at the same place in every version's PLUGIN and COMMAND records. */
static int check_abi(const struct elf_note *note, struct reason *why)
{
	uint32_t number[3]; /* magic, major, minor */

	if (note->type != PLUGH_RECORD_PLUGIN && note->type != PLUGH_RECORD_COMMAND)
		return 0;
	if (note->desc_size < sizeof number)
		return reason_set(
			why, -ENOEXEC, "damaged manifest: a record of %zu bytes", note->desc_size);
	memcpy(number, note->desc, sizeof number);
	if (number[0] != PLUGH_MAGIC)
		return reason_set(why, -ENOEXEC, "damaged manifest: no magic number");
	if (number[1] != PLUGH_ABI_MAJOR)
		return reason_set(why, -ENOEXEC,
			"made for plugh ABI %u.%u, this is %d.%d: rebuild it with this plugh's SDK",
			number[1], number[2], PLUGH_ABI_MAJOR, PLUGH_ABI_MINOR);
	if (number[2] > PLUGH_ABI_MINOR)
		return reason_set(why, -ENOEXEC,
			"needs plugh ABI %u.%u, this is %d.%d: use a newer plugh", number[1],
			number[2], PLUGH_ABI_MAJOR, PLUGH_ABI_MINOR);
	return 0;
}

/* The first look: versions, sizes, and how many records there are. */
static int survey(const void *notes, size_t size, size_t *ret_count, struct reason *why)
{
	struct elf_note note;
	size_t offset = 0, count = 0;
	int r;

	while ((r = elf_next_note(notes, size, &offset, &note)) > 0) {
		if (!is_ours(&note))
			continue;
		r = check_abi(&note, why);
		if (r < 0)
			return r;
		if (note.desc_size > MAX_RECORD_SIZE)
			return reason_set(why, -ENOEXEC,
				"damaged manifest: a record of %zu bytes, more than %d",
				note.desc_size, MAX_RECORD_SIZE);
		if (note.desc_size < sizeof(struct plugh_option) - sizeof(struct plugh_note))
			return reason_set(why, -ENOEXEC,
				"damaged manifest: a record of %zu bytes, less than %zu",
				note.desc_size,
				sizeof(struct plugh_option) - sizeof(struct plugh_note));
		if (++count > MAX_RECORDS)
			return reason_set(why, -ENOEXEC, "damaged manifest: more than %d records",
				MAX_RECORDS);
	}
	if (r < 0)
		return reason_set(why, r, "damaged manifest: a note reaches beyond its segment");
	if (count == 0)
		return reason_set(why, -ENOEXEC, "no plugh manifest in it");
	*ret_count = count;
	return 0;
}

/* The records where they stand in the notes, if they are of our size and one behind the other; NULL
 * otherwise. Spares a start the copying of some thirty kilobytes into fresh pages. */
static struct plugh_option *find_in_place(unsigned char *notes, size_t size)
{
	struct elf_note note;
	unsigned char *first = NULL, *next = NULL;
	size_t offset = 0;

	while (elf_next_note(notes, size, &offset, &note) > 0) {
		if (!is_ours(&note))
			continue;
		if (first == NULL)
			next = first = notes + (offset - note.size);
		if (note.head != next || note.size != sizeof(struct plugh_option))
			return NULL;
		next += note.size;
	}
	bool is_aligned = (uintptr_t)first % _Alignof(struct plugh_option) == 0;
	return is_aligned ? (struct plugh_option *)(void *)first : NULL;
}

/* Copies of the records, in our size. */
static void copy_records(const void *notes, size_t size, struct plugh_option *record)
{
	struct elf_note note;
	size_t offset = 0;

	while (elf_next_note(notes, size, &offset, &note) > 0) {
		if (!is_ours(&note))
			continue;
		record->note = (struct plugh_note){
			.name_size = sizeof PLUGH_NOTE_NAME,
			.desc_size = sizeof *record - sizeof record->note,
			.type = note.type,
			.name = PLUGH_NOTE_NAME,
		};
		memcpy((char *)record + sizeof record->note, note.desc,
			sizeof *record - sizeof record->note);
		record++;
	}
}

static int check_records(const struct manifest *manifest, struct reason *why)
{
	int r = 0;

	for (size_t i = 0; i < manifest->record_count && r == 0; i++)
		r = manifest_check_record(&manifest->record[i], why);
	return r;
}

static bool begins_block(const struct plugh_option *record)
{
	return record->note.type == PLUGH_RECORD_PLUGIN ||
	       record->note.type == PLUGH_RECORD_COMMAND;
}

/* The block that starts at record[at]; *ret_next is the record behind it. */
static int read_block(const struct manifest *manifest, size_t at,
	struct manifest_command *ret_command, size_t *ret_next, struct reason *why)
{
	const struct plugh_option *head = &manifest->record[at];
	size_t end = at + 1;

	if (!begins_block(head))
		return reason_set(why, -ENOEXEC, "damaged manifest: a row before any command");
	while (end < manifest->record_count && !begins_block(&manifest->record[end]))
		end++;
	if (end == at + 1 || head[1].note.type != PLUGH_RECORD_ABOUT)
		return reason_set(why, -ENOEXEC,
			"the table of '%s' does not begin with PLUGH_ABOUT", head->names);
	*ret_command = (struct manifest_command){
		.head = head,
		.about = head + 1,
		.row = head + 2,
		.row_count = end - at - 2,
	};
	*ret_next = end;
	return manifest_check_rows(ret_command, why);
}

/* All blocks: the root, and the subcommands in the order in which they stand. */
static int read_blocks(struct manifest *manifest, struct reason *why)
{
	size_t blocks = 0;

	for (size_t i = 0; i < manifest->record_count; i++)
		blocks += begins_block(&manifest->record[i]);
	manifest->command = (struct manifest_command *)calloc(
		blocks + 1, sizeof *manifest->command);
	if (manifest->command == NULL)
		return -ENOMEM;

	for (size_t at = 0; at < manifest->record_count;) {
		struct manifest_command block = { .head = NULL };
		int r = read_block(manifest, at, &block, &at, why);
		if (r < 0)
			return r;
		assert(block.head != NULL);
		if (block.head->note.type == PLUGH_RECORD_COMMAND)
			manifest->command[manifest->command_count++] = block;
		else if (manifest->root.head != NULL)
			return reason_set(why, -ENOEXEC, "two plugins in one file: '%s' and '%s'",
				manifest->root.head->names, block.head->names);
		else
			manifest->root = block;
	}
	if (manifest->root.head == NULL)
		return reason_set(why, -ENOEXEC,
			"subcommand '%s' belongs to no plugin: PLUGH_PLUGIN_OF is missing",
			manifest->command[0].head->names);
	return 0;
}

/* Bring the subcommands into the order of the list, which names each of them once. */
static int sort_commands(struct manifest *manifest, struct reason *why)
{
	const struct manifest_command *root = &manifest->root;
	struct manifest_command *command = manifest->command;
	size_t placed = 0;

	assert(root->row != NULL);
	for (size_t i = 0; i < root->row_count; i++) {
		size_t at = placed;
		if (root->row[i].note.type != PLUGH_RECORD_LISTED)
			continue;
		for (; at < manifest->command_count; at++) {
			assert(command[at].head != NULL);
			if (strcmp(command[at].head->names, root->row[i].names) == 0)
				break;
		}
		if (at == manifest->command_count)
			return reason_set(why, -ENOEXEC,
				"subcommand '%s' is listed, but there is none of that name",
				root->row[i].names);
		struct manifest_command found = command[at];
		command[at] = command[placed];
		command[placed++] = found;
	}
	if (placed < manifest->command_count)
		return reason_set(why, -ENOEXEC,
			"subcommand '%s' is defined, but PLUGH_PLUGIN_OF does not list it",
			command[placed].head->names);
	return 0;
}

/* From records to a manifest, which is destroyed where they are wrong. */
static int finish(struct manifest *manifest, struct manifest **ret_manifest, struct reason *why)
{
	int r = check_records(manifest, why);
	if (r == 0)
		r = read_blocks(manifest, why);
	if (r == 0)
		r = sort_commands(manifest, why);
	if (r < 0)
		manifest_destroy(manifest);
	else
		*ret_manifest = manifest;
	return r;
}

int manifest_parse(
	const void *notes, size_t size, struct manifest **ret_manifest, struct reason *why)
{
	size_t count = 0;
	int r = survey(notes, size, &count, why);
	if (r < 0)
		return r;

	struct manifest *manifest = (struct manifest *)calloc(1, sizeof *manifest);
	if (manifest == NULL)
		return -ENOMEM;
	assert(count > 0);
	manifest->record = (struct plugh_option *)calloc(count, sizeof *manifest->record);
	manifest->storage = manifest->record;
	if (manifest->record == NULL) {
		manifest_destroy(manifest);
		return -ENOMEM;
	}
	manifest->record_count = count;
	copy_records(notes, size, manifest->record);
	return finish(manifest, ret_manifest, why);
}

/* The same, with the notes' storage taken over. Returns 1 where it cannot be. */
static int adopt(struct elf_notes *notes, struct manifest **ret_manifest, struct reason *why)
{
	size_t count = 0;
	int r = survey(notes->bytes, notes->size, &count, why);
	if (r < 0)
		return r;

	struct plugh_option *record = find_in_place(notes->bytes, notes->size);
	if (record == NULL)
		return 1;
	struct manifest *manifest = (struct manifest *)calloc(1, sizeof *manifest);
	if (manifest == NULL)
		return -ENOMEM;
	manifest->record = record;
	manifest->record_count = count;
	manifest->storage = notes->bytes;
	notes->bytes = NULL;
	return finish(manifest, ret_manifest, why);
}

int manifest_read(int fd, struct manifest **ret_manifest, struct reason *why)
{
	struct elf_notes notes;
	int r = elf_read_notes(fd, &notes, why);
	if (r < 0)
		return r;
	r = adopt(&notes, ret_manifest, why);
	if (r > 0)
		r = manifest_parse(notes.bytes, notes.size, ret_manifest, why);
	elf_notes_release(&notes);
	return r;
}

int manifest_of_linked(
	const struct plugh_plugin *plugin, struct manifest **ret_manifest, struct reason *why)
{
	struct plugh_buf notes = { 0 };

	for (size_t i = 0; i < plugin->command_count; i++) {
		uint64_t count;
		const struct plugh_option *record = plugin->command[i]->records(&count);
		plugh_buf_append(&notes, record, count * sizeof *record);
	}
	int r = notes.error;
	if (r == 0)
		r = manifest_parse(notes.data, notes.size, ret_manifest, why);
	plugh_buf_release(&notes);
	return r;
}

void manifest_destroy(struct manifest *manifest)
{
	if (manifest == NULL)
		return;
	free(manifest->command);
	free(manifest->storage);
	free(manifest);
}

const char *manifest_name(const struct manifest *manifest)
{
	return manifest->root.head->names;
}

const char *manifest_version(const struct manifest *manifest)
{
	return manifest->root.about->version;
}

const struct manifest_command *manifest_find_command(
	const struct manifest *manifest, const char *name)
{
	for (size_t i = 0; i < manifest->command_count; i++) {
		if (strcmp(manifest->command[i].head->names, name) == 0)
			return &manifest->command[i];
	}
	return NULL;
}

/* By hand: this runs some hundred times in a start, and strspn() makes a table each time. */
size_t manifest_next_word(const char **at)
{
	const char *word = *at;
	size_t n = 0;

	while (*word == ' ')
		word++;
	while (word[n] != ' ' && word[n] != '\0')
		n++;
	*at = word;
	return n;
}

bool manifest_word(const char *words, size_t i, char *ret_word, size_t size)
{
	for (;;) {
		size_t n = manifest_next_word(&words);
		if (n == 0 || n >= size)
			return false;
		if (i-- == 0) {
			memcpy(ret_word, words, n);
			ret_word[n] = '\0';
			return true;
		}
		words += n;
	}
}

bool manifest_option_name(
	const struct plugh_option *option, size_t i, char ret_name[MANIFEST_NAME_SIZE])
{
	return manifest_word(option->names, i, ret_name, sizeof option->names);
}

bool manifest_is_positional(const struct plugh_option *option)
{
	return option->names[0] != '-';
}

bool manifest_option_key(const struct plugh_option *option, char ret_key[MANIFEST_NAME_SIZE])
{
	char name[sizeof option->names];

	for (size_t i = 0; manifest_option_name(option, i, name); i++) {
		if (name[0] != '-' || name[1] != '-')
			continue;
		memcpy(ret_key, name + 2, strlen(name + 2) + 1);
		return true;
	}
	return false;
}

uint32_t manifest_row_needs(const struct plugh_option *row)
{
	uint32_t files = PLUGH_READ | PLUGH_WRITE, sockets = PLUGH_LISTEN | PLUGH_CONNECT;

	return row->needs | (row->access & files) |
	       ((row->access & sockets) != 0 ? (uint32_t)PLUGH_NET : 0);
}

static uint32_t needs_of(const struct manifest_command *command)
{
	uint32_t needs = command->about->needs;

	for (size_t i = 0; i < command->row_count; i++)
		needs |= manifest_row_needs(&command->row[i]);
	return needs;
}

uint32_t manifest_needs(const struct manifest *manifest, const struct manifest_command *command)
{
	uint32_t needs = needs_of(&manifest->root);
	return command == &manifest->root ? needs : needs | needs_of(command);
}
