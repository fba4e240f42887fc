/* The checks of a manifest's records: a good table with one field changed, and the exact line.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "manifest.h"
#include "manifest_sample.h"
#include "plugh_test.h"

static void assert_parse(
	const struct plugh_option *row, size_t count, int expected, const char *message)
{
	struct manifest *manifest = NULL;
	struct reason why = { "" };

	int r = manifest_parse(row, count * sizeof *row, &manifest, &why);
	manifest_destroy(manifest);
	assert_string_equal(why.text, message);
	assert_int_equal(r, expected);
}

/* What is put into a field: bytes in place of the text, or a number where bytes is NULL. */
struct change {
	enum sample_row row;
	size_t offset, field;
	const char *bytes;
	size_t size;
	uint32_t number;
	const char *message; /* "": the row is good all the same */
};

/* Longer than any field. */
static const char fill[] = "????????????????????????????????????????????????????????????????"
			   "????????????????????????????????????????????????????????????????"
			   "????????????????????????????????????????????????????????????????"
			   "????????????????????????????????????????????????????????????????"
			   "????????????????????????????????????????????????????????????????"
			   "????????????????????????????????????????????????????????????????";

#define TEXT(row, field, text, message)                                                            \
	{                                                                                          \
		row, offsetof(struct plugh_option, field),                                         \
			sizeof(((struct plugh_option *)0)->field), text, sizeof(text) - 1, 0,      \
			message                                                                    \
	}
/* The whole field, so that no NUL is left. */
#define FULL(row, field, message)                                                                  \
	{                                                                                          \
		row, offsetof(struct plugh_option, field),                                         \
			sizeof(((struct plugh_option *)0)->field), fill,                           \
			sizeof(((struct plugh_option *)0)->field), 0, message                      \
	}
#define NUMBER(row, field, number, message)                                                        \
	{                                                                                          \
		row, offsetof(struct plugh_option, field), sizeof(uint32_t), NULL, 0, number,      \
			message                                                                    \
	}

static void apply(struct plugh_option row[SAMPLE_ROWS], const struct change *change)
{
	char *at = (char *)&row[change->row] + change->offset;

	assert_int_equal(sample_rows(row), SAMPLE_ROWS);
	assert_true(change->size <= change->field);
	memset(at, 0, change->field);
	if (change->bytes != NULL)
		memcpy(at, change->bytes, change->size);
	else
		memcpy(at, &change->number, sizeof change->number);
}

static void try_changes(const struct change *change, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct plugh_option row[SAMPLE_ROWS];
		apply(row, &change[i]);
		assert_parse(row, SAMPLE_ROWS, change[i].message[0] != '\0' ? -ENOEXEC : 0,
			change[i].message);
	}
}

#define TRY(table) try_changes(table, sizeof(table) / sizeof(table)[0])

static void texts_end_in_their_field_and_are_clean(void **state)
{
	static const struct change row[] = {
		FULL(ROW_BLOCK, nargs,
			"damaged manifest: 'nargs' of PLUGH_OPT has no NUL: its text is too long"),
		FULL(ROW_PACK_ABOUT, version,
			"damaged manifest: 'version' of PLUGH_ABOUT has no NUL: its text is too "
			"long"),
		TEXT(ROW_BLOCK, help, "x\0y",
			"damaged manifest: bytes behind the end of 'help' of PLUGH_OPT"),
		TEXT(ROW_BLOCK, help, "two\nlines",
			"damaged manifest: control characters in 'help' of PLUGH_OPT"),
		TEXT(ROW_ABOUT, help, "\033[31mred",
			"damaged manifest: control characters in 'help' of PLUGH_ABOUT"),
		TEXT(ROW_GROUP, names, "a\177b",
			"damaged manifest: control characters in 'names' of PLUGH_GROUP"),
		TEXT(ROW_EPILOG, help,
			"\xc2\x9b"
			"31m is the same as CSI as it stands here",
			"damaged manifest: control characters in 'help' of PLUGH_EPILOG"),
		TEXT(ROW_STATUS, help, "caf\xe9 with Latin 1",
			"damaged manifest: 'help' of PLUGH_STATUS is not UTF-8"),
		TEXT(ROW_STATUS, help, "\xed\xa0\x80 a surrogate",
			"damaged manifest: 'help' of PLUGH_STATUS is not UTF-8"),
		TEXT(ROW_STATUS, help, "\xc0\xaf overlong..",
			"damaged manifest: 'help' of PLUGH_STATUS is not UTF-8"),
		TEXT(ROW_STATUS, help, "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", ""),
	};
	(void)state;

	TRY(row);
}

static void a_record_uses_no_field_of_another_type(void **state)
{
	static const struct change row[] = {
		TEXT(ROW_ABOUT, names, "x",
			"damaged manifest: 'names' in PLUGH_ABOUT, which has no such field"),
		TEXT(ROW_PLUGIN, help, "x",
			"damaged manifest: 'help' in PLUGH_PLUGIN, which has no such field"),
		NUMBER(ROW_BLOCK, magic, PLUGH_MAGIC,
			"damaged manifest: 'magic' in PLUGH_OPT, which has no such field"),
		NUMBER(ROW_BLOCK, usage_status, 1,
			"damaged manifest: 'usage_status' in PLUGH_OPT, which has no such field"),
		NUMBER(ROW_GROUP_END, required, 1,
			"damaged manifest: 'required' in the end of a group, which has no such "
			"field"),
		TEXT(ROW_LISTED_PACK, version, "1",
			"damaged manifest: 'version' in PLUGH_PLUGIN_OF, which has no such field"),
		NUMBER(ROW_ONE_OF, required, 1, ""),
	};
	(void)state;

	TRY(row);
}

static void unknown_numbers_are_refused(void **state)
{
	static const struct change row[] = {
		NUMBER(ROW_BLOCK, note.type, 0, "damaged manifest: unknown record type 0"),
		NUMBER(ROW_BLOCK, note.type, 12, "damaged manifest: unknown record type 12"),
		NUMBER(ROW_BLOCK, note.type, UINT32_MAX,
			"damaged manifest: unknown record type 4294967295"),
		NUMBER(ROW_BLOCK, kind, 0, "option '-b --block-size': unknown kind 0"),
		NUMBER(ROW_BLOCK, kind, 14, "option '-b --block-size': unknown kind 14"),
		NUMBER(ROW_BLOCK, kind, 0x208, "option '-b --block-size': unknown kind 520"),
		NUMBER(ROW_BLOCK, needs, 1 << 5, "unknown need: bits 0x20"),
		NUMBER(ROW_ABOUT, needs, 0x80000000, "unknown need: bits 0x80000000"),
		NUMBER(ROW_FILE, access, PLUGH_NET, "unknown access: bits 0x4"),
		NUMBER(ROW_FILE, access, 1 << 10, "unknown access: bits 0x400"),
		NUMBER(ROW_FILE, access, PLUGH_READ | PLUGH_LISTEN,
			"option 'file': a path is a file's (PLUGH_READ, PLUGH_WRITE) or a socket's "
			"(PLUGH_LISTEN, PLUGH_CONNECT)"),
		NUMBER(ROW_ABOUT, flags, 1 << 5, "unknown flag: bits 0x20"),
		NUMBER(ROW_ABOUT, flags, PLUGH_ENDS_OPTIONS, "unknown flag: bits 0x8"),
		NUMBER(ROW_BLOCK, flags, PLUGH_HANDLES_SIGNALS, "unknown flag: bits 0x2"),
		NUMBER(ROW_HOST, role, 4, "unknown role: 4"),
		NUMBER(ROW_ABOUT, usage_status, 256, "256 is no exit status"),
		NUMBER(ROW_ABOUT, usage_status, 125, ""),
		TEXT(ROW_VERBOSITY, action, "shout", "option '-v': unknown action 'shout'"),
		TEXT(ROW_BLOCK, nargs, "many",
			"option '-b --block-size': nargs 'many' is none of ? * + ... N"),
		TEXT(ROW_BLOCK, nargs, "0",
			"option '-b --block-size': nargs '0' is none of ? * + ... N"),
		TEXT(ROW_BLOCK, nargs, "-1",
			"option '-b --block-size': nargs '-1' is none of ? * + ... N"),
		TEXT(ROW_WIDTH, nargs, "3", ""),
		TEXT(ROW_WIDTH, nargs, "...", ""),
	};
	(void)state;

	TRY(row);
}

static void kind_size_nargs_and_action_agree(void **state)
{
	static const struct change row[] = {
		NUMBER(ROW_BLOCK, size, 4, "option '-b --block-size': a member of 4 bytes, not 8"),
		NUMBER(ROW_BLOCK, kind, PLUGH_KIND_BOOL,
			"option '-b --block-size': a member of 8 bytes, not 1"),
		TEXT(ROW_BLOCK, nargs, "*",
			"option '-b --block-size': nargs '*' needs a list: plugh_texts, "
			"plugh_paths, plugh_ints"),
		TEXT(ROW_WIDTH, nargs, "",
			"option '--width': a list is filled by nargs * + N or by action append"),
		TEXT(ROW_WIDTH, nargs, "?",
			"option '--width': a list is filled by nargs * + N or by action append"),
		TEXT(ROW_WIDTH, action, "append", ""),
		TEXT(ROW_WIDTH, action, "extend", ""),
		TEXT(ROW_WIDTH, action, "count",
			"option '--width': action 'count' does not fit the type of its member"),
		TEXT(ROW_FORCE, action, "count",
			"option '-f --force': action 'count' does not fit the type of its member"),
		TEXT(ROW_BLOCK, action, "count",
			"option '-b --block-size': action 'count' does not fit the type of its "
			"member"),
		TEXT(ROW_FORCE, action, "store_false", ""),
		TEXT(ROW_FORCE, action, "boolean", ""),
		TEXT(ROW_BLOCK, action, "store_true",
			"option '-b --block-size': action 'store_true' does not fit the type of "
			"its member"),
		TEXT(ROW_BLOCK, action, "append",
			"option '-b --block-size': action 'append' does not fit the type of its "
			"member"),
		NUMBER(ROW_BLOCK, access, PLUGH_READ,
			"option '-b --block-size': access and role are of texts"),
		NUMBER(ROW_PORT, role, PLUGH_ROLE_HOST,
			"option '--port': access and role are of texts"),
		TEXT(ROW_LEVEL, default_, "quick",
			"option '--level': 'quick' is none of its choices"),
		TEXT(ROW_LEVEL, const_, "slow", "option '--level': 'slow' is none of its choices"),
		TEXT(ROW_LEVEL, default_, "", ""),
		NUMBER(ROW_FILE, access, 0,
			"option 'file': plugh_paths needs .access = PLUGH_READ or PLUGH_WRITE"),
	};
	(void)state;

	TRY(row);
}

static void names_are_names(void **state)
{
	static const struct change row[] = {
		TEXT(ROW_PLUGIN, names, "Sample",
			"'Sample' is no name: lower-case letters, digits and _ are, a letter "
			"first"),
		TEXT(ROW_PACK, names, "../pack",
			"'../pack' is no name: lower-case letters, digits and _ are, a letter "
			"first"),
		TEXT(ROW_PLUGIN, names, "1st",
			"'1st' is no name: lower-case letters, digits and _ are, a letter first"),
		TEXT(ROW_PLUGIN, names, "",
			"'' is no name: lower-case letters, digits and _ are, a letter first"),
		TEXT(ROW_PLUGIN, names, "sampl\xc3\xa9",
			"'sampl\xc3\xa9' is no name: lower-case letters, digits and _ are, a "
			"letter first"),
		TEXT(ROW_HOST, names, "", "an option without a name"),
		TEXT(ROW_HOST, names, "    ", "an option without a name"),
		TEXT(ROW_HOST, names, "host name", "positional 'host name' has 2 names"),
		TEXT(ROW_HOST, names, "host --host",
			"option 'host --host': names with and without a dash"),
		TEXT(ROW_PORT, names, "--port port",
			"option '--port port': names with and without a dash"),
		TEXT(ROW_PORT, names, "--", "option '--': '--' is no option"),
		TEXT(ROW_PORT, names, "-", "option '-': '-' is no option"),
		TEXT(ROW_PORT, names, "--a=b", "option '--a=b': '--a=b' is no option"),
		TEXT(ROW_PORT, names, "-h --host",
			"option '-h --host': every command has -h and --help already"),
		TEXT(ROW_PORT, names, "--help",
			"option '--help': every command has -h and --help already"),
		TEXT(ROW_PORT, names, "-p -q -r -s --port --pa --pb --pc", ""),
		TEXT(ROW_PORT, names, "-p -q -r -s --port --pa --pb --pc --pd",
			"option '-p -q -r -s --port --pa --pb --pc --pd': more than 8 names"),
	};
	(void)state;

	TRY(row);
}

static void rows_of_a_command_fit_together(void **state)
{
	static const struct change row[] = {
		TEXT(ROW_FORCE, names, "-f --block-size",
			"two options share a name: '-b --block-size' and '-f --block-size'"),
		TEXT(ROW_FORCE, names, "-b",
			"two options share a name: '-b --block-size' and '-b'"),
		NUMBER(ROW_PORT, offset, 0,
			"options '-v' and '--port' fill one member: use PLUGH_SET for both"),
		NUMBER(ROW_VERBOSITY, offset, 12,
			"options '--width' and '-v' fill one member: use PLUGH_SET for both"),
		NUMBER(ROW_TEXT, kind, PLUGH_KIND_TEXT,
			"options '--json' and '--text' fill one member: use PLUGH_SET for both"),
		NUMBER(ROW_VERBOSITY, offset, 1, "option '-v': its member is not aligned"),
		NUMBER(ROW_HOST, offset, 0x100,
			"option 'host': its member lies outside the arguments struct"),
		NUMBER(ROW_HOST, offset, UINT32_MAX - 7,
			"option 'host': its member lies outside the arguments struct"),
		NUMBER(ROW_LISTING, size, 36,
			"option 'host': its member lies outside the arguments struct"),
		NUMBER(ROW_PACK, size, 1 << 24 | 1,
			"'pack' has an arguments struct of 16777217 bytes, more than 16777216"),
		NUMBER(ROW_GROUP_END, note.type, PLUGH_RECORD_ABOUT, "'pack' has two PLUGH_ABOUT"),
		NUMBER(ROW_ONE_OF, note.type, PLUGH_RECORD_GROUP,
			"'pack': a group inside a group: only PLUGH_ONE_OF goes into PLUGH_GROUP"),
		NUMBER(ROW_ONE_OF, note.type, PLUGH_RECORD_END,
			"'pack': a group ends that did not begin"),
		TEXT(ROW_LISTING, names, "pack",
			"subcommand 'listing' is listed, but there is none of that name"),
		TEXT(ROW_LISTED_LISTING, names, "pack",
			"subcommand 'pack' is listed, but there is none of that name"),
		TEXT(ROW_LISTED_LISTING, names, "unpack",
			"subcommand 'unpack' is listed, but there is none of that name"),
	};
	(void)state;

	TRY(row);
}

/* A copy of the rows without those of [from, from + n), and with `more` at the end. */
static size_t cut(struct plugh_option row[SAMPLE_ROWS + 1], size_t from, size_t n)
{
	sample_rows(row);
	memmove(row + from, row + from + n, (SAMPLE_ROWS - from - n) * sizeof *row);
	return SAMPLE_ROWS - n;
}

static void rows_that_are_missing_are_missed(void **state)
{
	static const struct {
		enum sample_row from;
		size_t count;
		const char *message;
	} cases[] = {
		{ ROW_PLUGIN, 1, "damaged manifest: a row before any command" },
		{ ROW_PLUGIN, 4,
			"subcommand 'pack' belongs to no plugin: PLUGH_PLUGIN_OF is "
			"missing" },
		{ ROW_ABOUT, 1, "the table of 'sample' does not begin with PLUGH_ABOUT" },
		{ ROW_PACK_ABOUT, 1, "the table of 'pack' does not begin with PLUGH_ABOUT" },
		{ ROW_LISTED_PACK, 1,
			"subcommand 'pack' is defined, but PLUGH_PLUGIN_OF does not list it" },
		{ ROW_GROUP, 1, "'pack': a group ends that did not begin" },
		{ ROW_GROUP_END, 1, "'pack': a group without its end" },
		{ ROW_LISTING_ABOUT, SAMPLE_ROWS - ROW_LISTING_ABOUT,
			"the table of 'listing' does not begin with PLUGH_ABOUT" },
		{ ROW_LISTING, SAMPLE_ROWS - ROW_LISTING,
			"subcommand 'listing' is listed, but there is none of that name" },
		{ ROW_PLUGIN, SAMPLE_ROWS, "no plugh manifest in it" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct plugh_option row[SAMPLE_ROWS + 1];
		size_t n = cut(row, cases[i].from, cases[i].count);
		assert_parse(row, n, -ENOEXEC, cases[i].message);
	}
}

static void a_list_stands_in_the_plugin_only(void **state)
{
	struct plugh_option row[SAMPLE_ROWS + 1];
	(void)state;

	sample_rows(row);
	row[SAMPLE_ROWS] = row[ROW_LISTED_PACK];

	assert_parse(row, SAMPLE_ROWS + 1, -ENOEXEC,
		"'listing': only PLUGH_PLUGIN_OF lists subcommands");
}

static void a_file_holds_one_plugin(void **state)
{
	struct plugh_option row[2 * SAMPLE_ROWS];
	(void)state;

	sample_rows(row);
	sample_rows(row + SAMPLE_ROWS);
	memcpy(row[SAMPLE_ROWS].names, "second", 6);

	assert_parse(
		row, 2 * SAMPLE_ROWS, -ENOEXEC, "two plugins in one file: 'sample' and 'second'");
}

/* Options by the thousand, each with the most names: checked in a moment, not in minutes. */
static void many_options_are_checked_in_a_moment(void **state)
{
	enum { ROWS = 2040, FIRST = 6 };
	struct plugh_option *row = (struct plugh_option *)calloc(ROWS, sizeof *row);
	(void)state;

	struct plugh_option sample[SAMPLE_ROWS];
	sample_rows(sample);
	memcpy(row, sample, FIRST * sizeof *row);
	for (unsigned i = FIRST; i < ROWS; i++) {
		row[i] = sample[ROW_BLOCK];
		row[i].offset = (i - FIRST) * 8;
		memset(row[i].names, 0, sizeof row[i].names);
		for (unsigned k = 0; k < 8; k++)
			snprintf(row[i].names + strlen(row[i].names), 8, "%s-%x%u",
				k > 0 ? " " : "", i, k);
	}
	row[ROW_LISTED_LISTING] = sample[ROW_LISTED_PACK];
	row[ROW_PACK].size = ROWS * 8;
	memmove(row + ROW_LISTED_LISTING, row + ROW_LISTED_LISTING + 1,
		(ROWS - 1 - ROW_LISTED_LISTING) * sizeof *row);

	assert_parse(row, ROWS - 1, 0, "");

	memcpy(row[ROWS - 2].names, row[1000].names, sizeof row[1000].names);
	char message[300];
	snprintf(message, sizeof message, "two options share a name: '%s' and '%s'",
		row[1000].names, row[1000].names);
	assert_parse(row, ROWS - 1, -ENOEXEC, message);
	free(row);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_end_in_their_field_and_are_clean),
		cmocka_unit_test(a_record_uses_no_field_of_another_type),
		cmocka_unit_test(unknown_numbers_are_refused),
		cmocka_unit_test(kind_size_nargs_and_action_agree),
		cmocka_unit_test(names_are_names),
		cmocka_unit_test(rows_of_a_command_fit_together),
		cmocka_unit_test(rows_that_are_missing_are_missed),
		cmocka_unit_test(a_list_stands_in_the_plugin_only),
		cmocka_unit_test(a_file_holds_one_plugin),
		cmocka_unit_test(many_options_are_checked_in_a_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
