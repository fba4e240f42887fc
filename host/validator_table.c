/* The validator's tests of the table: no code of the plugin runs.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command_line.h"
#include "host_rows.h"
#include "man.h"
#include "manifest_lint.h"
#include "option_text.h"
#include "validator_internal.h"

enum {
	WORDS_MAX = 64,
	LONG_VALUE = 64 * 1024,
};

/* Words of a command line. */
struct words {
	size_t count;
	char *item[WORDS_MAX];
};

static void add(struct words *words, const char *word)
{
	if (words->count < WORDS_MAX)
		words->item[words->count++] = (char *)word; /* the parser leaves them alone */
}

/* What the parser makes of the words: its refusal, cut; "" where there is none. */
static int parse(const struct manifest *manifest, const struct words *words,
	struct reason *ret_refusal, struct reason *why)
{
	struct command_line *line = NULL;
	const struct plugh_outcome *outcome = NULL;

	int r = command_line_create(
		&(struct command_line_spec){ .manifest = manifest }, &line, why);
	if (r == 0)
		r = command_line_parse(line, words->count, words->item, &outcome);
	if (r == 0)
		reason_set(ret_refusal, 0, "%s", plugh_outcome_message(outcome));
	command_line_destroy(line);
	return r;
}

/* One option under trial. */
struct option {
	const struct manifest *manifest;
	const char *sub; /* NULL: of the plugin itself */
	const struct plugh_option *row;
	char name[OPTION_NAME_SIZE];
	unsigned least; /* values that it takes */
};

static struct words begin(const struct option *option)
{
	struct words words = { 0 };

	if (option->sub != NULL)
		add(&words, option->sub);
	add(&words, option->name);
	return words;
}

/* With nothing behind it, an option that takes a value is refused. */
static int try_without_value(const struct option *option, struct reason *why)
{
	struct words words = begin(option);
	struct reason refusal;

	int r = parse(option->manifest, &words, &refusal, why);
	if (r == 0 && option->least > 0 && refusal.text[0] == '\0')
		return reason_set(
			why, -EINVAL, "%s is taken without the value that it needs", option->name);
	return r;
}

/* Odd values: whatever the parser says, it says it. */
static int try_value(
	const struct option *option, const char *value, bool is_choice, struct reason *why)
{
	struct words words = begin(option);
	struct reason refusal;

	for (unsigned i = 0; i < option->least; i++)
		add(&words, value);
	int r = parse(option->manifest, &words, &refusal, why);
	if (r == 0 && is_choice && strstr(refusal.text, "invalid ") != NULL)
		return reason_set(why, -EINVAL, "its own choice is refused: %s", refusal.text);
	return r;
}

static int try_option(const struct option *option, const char *longest, struct reason *why)
{
	char choice[sizeof option->row->choices];

	int r = try_without_value(option, why);
	if (option->least == 0 || option->least >= WORDS_MAX / 2)
		return r;
	if (r == 0)
		r = try_value(option, "", false, why);
	if (r == 0)
		r = try_value(option, longest, false, why);
	for (size_t i = 0; r == 0 && manifest_word(option->row->choices, i, choice, sizeof choice);
		i++)
		r = try_value(option, choice, true, why);
	return r;
}

static int try_command(const struct manifest *manifest, const struct manifest_command *command,
	const char *longest, struct reason *why)
{
	bool is_root = command == &manifest->root;
	struct option option = { manifest, is_root ? NULL : command->head->names, NULL, "", 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < command->row_count; i++) {
		option.row = &command->row[i];
		if (option.row->note.type != PLUGH_RECORD_OPTION ||
			manifest_is_positional(option.row))
			continue;
		option.least = option_arity(option.row).least;
		for (size_t n = 0; r == 0 && option_name(option.row, n, option.name); n++)
			r = try_option(&option, longest, why);
	}
	return r;
}

int validator_try_options(void *subject, struct trial *trial, struct reason *why)
{
	const struct manifest *manifest = ((const struct validator_subject *)subject)->manifest;
	struct reason refusal;

	(void)trial;
	char *longest = (char *)malloc(LONG_VALUE);
	if (longest == NULL)
		return reason_set(why, -ENOMEM, "out of memory");
	memset(longest, 'x', LONG_VALUE - 1);
	longest[LONG_VALUE - 1] = '\0';
	int r = parse(manifest, &(struct words){ 0 }, &refusal, why);
	if (r == 0)
		r = try_command(manifest, &manifest->root, longest, why);
	for (size_t i = 0; r == 0 && i < manifest->command_count; i++)
		r = try_command(manifest, &manifest->command[i], longest, why);
	free(longest);
	return r;
}

int validator_try_environment(void *subject, struct trial *trial, struct reason *why)
{
	(void)trial;
	return manifest_lint_variables(((const struct validator_subject *)subject)->manifest, why);
}

/* Help and man pages can be made of it. */
int validator_try_help(void *subject, struct trial *trial, struct reason *why)
{
	const struct manifest *manifest = ((const struct validator_subject *)subject)->manifest;
	struct command_line *line = NULL;
	struct host_rows rows = { 0 };
	struct plugh_buf page = { 0 };

	(void)trial;
	int r = command_line_create(
		&(struct command_line_spec){ .manifest = manifest }, &line, why);
	if (r == 0)
		r = manifest_lint_help(line, manifest, why);
	if (r == 0)
		r = host_rows_init(&rows);
	for (size_t i = 0; r == 0 && i <= manifest->command_count; i++)
		r = man_page(&page, manifest, i > 0 ? &manifest->command[i - 1] : NULL,
			&(struct man_about){ MAN_RELEASE_DATE, &rows });
	plugh_buf_release(&page);
	host_rows_release(&rows);
	command_line_destroy(line);
	return r;
}
