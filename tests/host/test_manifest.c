/* The manifest as a whole: versions, the order of blocks, questions, lost memory.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plugh/buf.h>

#include "failing_alloc.h"
#include "manifest.h"
#include "manifest_sample.h"
#include "plugh_test.h"

enum { OUR_SIZE = sizeof(struct plugh_option) - sizeof(struct plugh_note) };

static struct manifest *parse(const void *notes, size_t size)
{
	struct manifest *manifest = NULL;
	struct reason why = { "" };

	int r = manifest_parse(notes, size, &manifest, &why);
	assert_string_equal(why.text, "");
	assert_int_equal(r, 0);
	return manifest;
}

static void assert_refused(const void *notes, size_t size, const char *message)
{
	struct manifest *manifest = NULL;
	struct reason why = { "" };

	int r = manifest_parse(notes, size, &manifest, &why);
	manifest_destroy(manifest);
	assert_string_equal(why.text, message);
	assert_int_equal(r, -ENOEXEC);
}

/* The sample's rows as records of desc_size bytes; what is more than ours is filled with 0xff. */
static void resize(struct plugh_buf *notes, uint32_t desc_size)
{
	struct plugh_option row[SAMPLE_ROWS];

	sample_rows(row);
	for (size_t i = 0; i < SAMPLE_ROWS; i++) {
		size_t n = desc_size < OUR_SIZE ? desc_size : OUR_SIZE;
		row[i].note.desc_size = desc_size;
		plugh_buf_append(notes, &row[i], sizeof row[i].note + n);
		for (size_t k = n; k < ((size_t)desc_size + 3) / 4 * 4; k++)
			plugh_buf_append_char(notes, (char)0xff);
	}
	assert_int_equal(notes->error, 0);
}

static void the_abi_is_checked_before_all_else(void **state)
{
	static const struct {
		uint32_t major, minor;
		const char *message; /* "": it loads */
	} row[] = {
		{ PLUGH_ABI_MAJOR, PLUGH_ABI_MINOR, "" },
		{ PLUGH_ABI_MAJOR, 0, "" },
		{ PLUGH_ABI_MAJOR, PLUGH_ABI_MINOR + 1,
			"needs plugh ABI 1.1, this is 1.0: use a newer plugh" },
		{ PLUGH_ABI_MAJOR, UINT32_MAX,
			"needs plugh ABI 1.4294967295, this is 1.0: use a newer plugh" },
		{ 0, 9, "made for plugh ABI 0.9, this is 1.0: rebuild it with this plugh's SDK" },
		{ 2, 0, "made for plugh ABI 2.0, this is 1.0: rebuild it with this plugh's SDK" },
		{ UINT32_MAX, UINT32_MAX,
			"made for plugh ABI 4294967295.4294967295, this is 1.0: rebuild it with "
			"this plugh's SDK" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct plugh_option option[SAMPLE_ROWS];
		sample_rows(option);
		option[ROW_PLUGIN].abi_major = row[i].major;
		option[ROW_PLUGIN].abi_minor = row[i].minor;
		/* Another major may mean anything by the rest. */
		if (row[i].major != PLUGH_ABI_MAJOR)
			memset(option[ROW_PLUGIN].names, 0xff,
				sizeof *option - offsetof(struct plugh_option, names));

		if (row[i].message[0] != '\0')
			assert_refused(option, sizeof option, row[i].message);
		else
			manifest_destroy(parse(option, sizeof option));
	}
}

static void a_subcommand_may_need_another_minor(void **state)
{
	struct plugh_option row[SAMPLE_ROWS];
	(void)state;

	sample_rows(row);
	row[ROW_LISTING].abi_minor = PLUGH_ABI_MINOR + 2;

	assert_refused(row, sizeof row, "needs plugh ABI 1.2, this is 1.0: use a newer plugh");
}

static void records_of_another_size(void **state)
{
	static const struct {
		uint32_t size;
		const char *message; /* "": cut to our size */
	} row[] = {
		{ OUR_SIZE, "" },
		{ OUR_SIZE + 1, "" },
		{ OUR_SIZE + 4, "" },
		{ OUR_SIZE + 300, "" },
		{ 65536, "" },
		{ 65537, "damaged manifest: a record of 65537 bytes, more than 65536" },
		{ 0, "damaged manifest: a record of 0 bytes" },
		{ 11, "damaged manifest: a record of 11 bytes" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct plugh_buf notes = { 0 };
		resize(&notes, row[i].size);

		if (row[i].message[0] != '\0') {
			assert_refused(notes.data, notes.size, row[i].message);
		} else {
			struct plugh_option sample[SAMPLE_ROWS];
			struct manifest *manifest = parse(notes.data, notes.size);
			sample_rows(sample);
			assert_int_equal(manifest->record_count, SAMPLE_ROWS);
			assert_memory_equal(manifest->record, sample, sizeof sample);
			manifest_destroy(manifest);
		}
		plugh_buf_release(&notes);
	}
}

static void a_short_record_is_refused_with_both_sizes(void **state)
{
	struct plugh_buf notes = { 0 };
	char message[96];
	(void)state;

	resize(&notes, OUR_SIZE - 4);
	snprintf(message, sizeof message, "damaged manifest: a record of %d bytes, less than %d",
		OUR_SIZE - 4, OUR_SIZE);

	assert_refused(notes.data, notes.size, message);
	plugh_buf_release(&notes);
}

static void the_magic_number_must_be_there(void **state)
{
	struct plugh_option row[SAMPLE_ROWS];
	(void)state;

	sample_rows(row);
	row[ROW_PACK].magic++;

	assert_refused(row, sizeof row, "damaged manifest: no magic number");
}

static void there_is_a_limit_of_records(void **state)
{
	enum { MANY = 2049 };
	struct plugh_option *row = (struct plugh_option *)calloc(MANY, sizeof *row);
	struct plugh_option sample[SAMPLE_ROWS];
	(void)state;

	sample_rows(sample);
	for (size_t i = 0; i < MANY; i++)
		row[i] = sample[ROW_EPILOG];

	assert_refused(row, MANY * sizeof *row, "damaged manifest: more than 2048 records");
	free(row);
}

/* Rows at the end may be missing without a trace: PLUGIN and ABOUT are a plugin without options,
 * and the last subcommand may have fewer. Less than a note's head behind them is padding. */
static bool is_whole(size_t size)
{
	size_t rows = size / sizeof(struct plugh_option), rest = size % sizeof(struct plugh_option);
	return rest < 12 && (rows == ROW_ABOUT + 1 || rows > ROW_LISTING_ABOUT);
}

static void a_cut_chain_is_refused(void **state)
{
	struct plugh_option row[SAMPLE_ROWS];
	(void)state;

	sample_rows(row);

	for (size_t n = 0; n < sizeof row; n++) {
		struct manifest *manifest = NULL;
		struct reason why = { "" };
		/* On the heap, so that a sanitizer sees each byte too many. */
		char *notes = (char *)malloc(n + 1);
		memcpy(notes, row, n);
		int r = manifest_parse(notes, n, &manifest, &why);
		assert_int_equal(r, is_whole(n) ? 0 : -ENOEXEC);
		assert_true((why.text[0] != '\0') == (r < 0));
		manifest_destroy(manifest);
		free(notes);
	}
}

static void notes_of_others_are_passed_over(void **state)
{
	struct plugh_buf notes = { 0 };
	struct plugh_option row[SAMPLE_ROWS];
	const struct plugh_note foreign = { 6, 0, PLUGH_RECORD_OPTION, "other" };
	const struct plugh_note longer = { 7, 0, PLUGH_RECORD_OPTION, "plugh2" };
	const struct plugh_note prefix = { 5, 0, PLUGH_RECORD_OPTION, "plugh" };
	(void)state;

	sample_rows(row);
	plugh_buf_append(&notes, &foreign, sizeof foreign);
	for (size_t i = 0; i < SAMPLE_ROWS; i++) {
		plugh_buf_append(&notes, &row[i], sizeof row[i]);
		plugh_buf_append(&notes, &longer, sizeof longer);
		plugh_buf_append(&notes, &prefix, sizeof prefix);
	}

	struct manifest *manifest = parse(notes.data, notes.size);
	assert_int_equal(manifest->record_count, SAMPLE_ROWS);
	manifest_destroy(manifest);
	plugh_buf_release(&notes);
}

/* A compiler may place the tables in any order; the list tells the order of the subcommands. */
static void blocks_come_in_any_order(void **state)
{
	static const struct block {
		enum sample_row from, to;
	} block[] = { { ROW_PLUGIN, ROW_PACK }, { ROW_PACK, ROW_LISTING },
		{ ROW_LISTING, SAMPLE_ROWS } };
	static const int order[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 },
		{ 2, 0, 1 }, { 2, 1, 0 } };
	struct plugh_option row[SAMPLE_ROWS];
	(void)state;

	sample_rows(row);
	for (size_t i = 0; i < 6; i++) {
		struct plugh_buf notes = { 0 };
		for (size_t k = 0; k < 3; k++) {
			const struct block *one = &block[order[i][k]];
			plugh_buf_append(&notes, &row[one->from],
				(size_t)(one->to - one->from) * sizeof *row);
		}

		struct manifest *manifest = parse(notes.data, notes.size);
		assert_string_equal(manifest_name(manifest), "sample");
		assert_int_equal(manifest->command_count, 2);
		assert_string_equal(manifest->command[0].head->names, "pack");
		assert_string_equal(manifest->command[1].head->names, "listing");
		assert_int_equal(manifest->command[1].row_count, 7);
		manifest_destroy(manifest);
		plugh_buf_release(&notes);
	}
}

static void a_file_and_the_linked_table_say_the_same(void **state)
{
	struct manifest *from_file = NULL, *linked = NULL;
	struct reason why = { "" };
	(void)state;

	int fd = open(SAMPLE_FILE, O_RDONLY | O_CLOEXEC);
	assert_return_code(fd, errno);
	assert_int_equal(manifest_read(fd, &from_file, &why), 0);
	assert_int_equal(manifest_of_linked(&plugh_plugin_sample, &linked, &why), 0);

	/* The blocks may stand in another order. */
	assert_int_equal(from_file->record_count, linked->record_count);
	assert_int_equal(from_file->root.row_count, linked->root.row_count);
	for (size_t i = 0; i < 2; i++) {
		const struct manifest_command *a = &from_file->command[i];
		const struct manifest_command *b = &linked->command[i];
		assert_int_equal(a->row_count, b->row_count);
		assert_memory_equal(a->head, b->head, (a->row_count + 2) * sizeof *a->head);
	}
	manifest_destroy(from_file);
	manifest_destroy(linked);
	close(fd);
}

static void questions_have_answers(void **state)
{
	struct manifest *manifest = NULL;
	struct reason why = { "" };
	struct plugh_option row[SAMPLE_ROWS];
	char text[96];
	(void)state;

	sample_rows(row);
	assert_int_equal(manifest_of_linked(&plugh_plugin_sample, &manifest, &why), 0);
	const struct manifest_command *pack = manifest_find_command(manifest, "pack");
	const struct manifest_command *listing = manifest_find_command(manifest, "listing");

	assert_string_equal(manifest_version(manifest), "1.2.3");
	assert_ptr_equal(pack, &manifest->command[0]);
	assert_null(manifest_find_command(manifest, "pac"));
	assert_int_equal(manifest_needs(manifest, &manifest->root), PLUGH_WRITE);
	assert_int_equal(manifest_needs(manifest, pack), PLUGH_WRITE | PLUGH_NET | PLUGH_READ);
	assert_int_equal(manifest_needs(manifest, listing), PLUGH_WRITE | PLUGH_EXEC);

	assert_true(manifest_option_key(&row[ROW_BLOCK], text));
	assert_string_equal(text, "block-size");
	assert_false(manifest_option_key(&row[ROW_VERBOSITY], text));
	assert_true(manifest_option_name(&row[ROW_BLOCK], 0, text));
	assert_string_equal(text, "-b");
	assert_true(manifest_option_name(&row[ROW_BLOCK], 1, text));
	assert_string_equal(text, "--block-size");
	assert_false(manifest_option_name(&row[ROW_BLOCK], 2, text));
	assert_true(manifest_is_positional(&row[ROW_FILE]));
	assert_false(manifest_is_positional(&row[ROW_BLOCK]));
	manifest_destroy(manifest);
}

static void words_are_taken_apart(void **state)
{
	static const struct {
		const char *words;
		size_t i;
		const char *word; /* NULL: there is none */
	} row[] = {
		{ "", 0, NULL },
		{ "   ", 0, NULL },
		{ "one", 0, "one" },
		{ "one", 1, NULL },
		{ "  one   two ", 1, "two" },
		{ "  one   two ", 2, NULL },
		{ "1234567 x", 0, "1234567" }, /* the buffer has room for 8 */
		{ "12345678 x", 0, NULL },
	};
	(void)state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		char word[8] = "before";
		bool found = manifest_word(row[i].words, row[i].i, word, sizeof word);
		assert_int_equal(found, row[i].word != NULL);
		assert_string_equal(word, found ? row[i].word : "before");
	}
}

static void lost_memory_is_an_error_each_time(void **state)
{
	(void)state;

	for (size_t n = 0;; n++) {
		struct manifest *manifest = NULL;
		struct reason why = { "" };
		int fd = open(SAMPLE_FILE, O_RDONLY | O_CLOEXEC);
		failing_alloc_start(n);
		int r = manifest_read(fd, &manifest, &why);
		bool failed = failing_alloc_stop();
		close(fd);
		manifest_destroy(manifest);
		if (!failed) {
			assert_int_equal(r, 0);
			assert_in_range(n, 4, 100);
			break;
		}
		assert_int_equal(r, -ENOMEM);
		assert_null(manifest);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_abi_is_checked_before_all_else),
		cmocka_unit_test(a_subcommand_may_need_another_minor),
		cmocka_unit_test(records_of_another_size),
		cmocka_unit_test(a_short_record_is_refused_with_both_sizes),
		cmocka_unit_test(the_magic_number_must_be_there),
		cmocka_unit_test(there_is_a_limit_of_records),
		cmocka_unit_test(a_cut_chain_is_refused),
		cmocka_unit_test(notes_of_others_are_passed_over),
		cmocka_unit_test(blocks_come_in_any_order),
		cmocka_unit_test(a_file_and_the_linked_table_say_the_same),
		cmocka_unit_test(questions_have_answers),
		cmocka_unit_test(words_are_taken_apart),
		cmocka_unit_test(lost_memory_is_an_error_each_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
