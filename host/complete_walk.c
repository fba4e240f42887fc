/* SPDX-License-Identifier: MIT */
/* Reading the words before the one that is to be completed.
 *
 * The rules are those of argparse's parse_known_args as far as they say what a later word can be.
 * Where argparse would refuse a word, reading goes on as if it were a flag: the user may be about
 * to correct it. */
#include "complete_walk.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "option_text.h"

/* ---- Options ---- */

static bool has_name(const struct plugh_option *row, const char *word, size_t size, bool in_full)
{
	char name[OPTION_NAME_SIZE];

	if (row->note.type != PLUGH_RECORD_OPTION || manifest_is_positional(row))
		return false;
	for (size_t i = 0; option_name(row, i, name); i++) {
		if (strncmp(name, word, size) == 0 && (!in_full || name[size] == '\0'))
			return true;
	}
	return false;
}

/* Returns how many rows have the name; the first of them is stored. */
static size_t find_rows(struct walk_rows *rows, const char *word, size_t size, bool in_full,
	struct walk_option *ret_option)
{
	size_t count = 0;

	for (size_t i = 0; i < rows->count; i++) {
		if ((rows->usable != NULL && !rows->usable[i]) ||
			!has_name(&rows->row[i], word, size, in_full))
			continue;
		if (count++ == 0)
			*ret_option = (struct walk_option){ &rows->row[i], rows, i, 0 };
	}
	return count;
}

static bool is_help(const struct walk *walk, const char *word, size_t size)
{
	/* The host's own help is a row of its table. */
	return walk->manifest != NULL && ((size == 2 && memcmp(word, "-h", 2) == 0) ||
						 (size == 6 && memcmp(word, "--help", 6) == 0));
}

/* A name in full, or at the start of a long option the only one that begins so. */
static bool find_name(
	struct walk *walk, const char *word, size_t size, struct walk_option *ret_option)
{
	*ret_option = (struct walk_option){ 0 };
	if (find_rows(&walk->own, word, size, true, ret_option) > 0 ||
		find_rows(&walk->host, word, size, true, ret_option) > 0 ||
		is_help(walk, word, size))
		return true;
	if (size < 3 || strncmp(word, "--", 2) != 0)
		return false;
	/* Behind the command the host's options are never abbreviated. */
	return find_rows(walk->manifest != NULL ? &walk->own : &walk->host, word, size, false,
		       ret_option) == 1;
}

static void mark_given(const struct walk_option *option)
{
	if (option->row != NULL)
		option->rows->given[option->index] = true;
}

/* "-xvfFILE": flags up to the last, which may take a value. */
static bool find_in_cluster(
	struct walk *walk, const char *word, bool mark, struct walk_option *ret_option)
{
	for (size_t i = 1; word[i] != '\0'; i++) {
		const char name[] = { '-', word[i], '\0' };
		if (find_rows(&walk->own, name, 2, true, ret_option) == 0 &&
			(walk->manifest != NULL ||
				find_rows(&walk->host, name, 2, true, ret_option) == 0))
			return false;
		if (mark)
			mark_given(ret_option);
		if (option_arity(ret_option->row).most > 0) {
			ret_option->value = word[i + 1] != '\0' ? i + 1 : 0;
			return true;
		}
	}
	return word[1] != '\0';
}

bool walk_find_option(
	struct walk *walk, const char *word, bool mark, struct walk_option *ret_option)
{
	size_t size = strcspn(word, "=");

	*ret_option = (struct walk_option){ 0 };
	if (find_name(walk, word, size, ret_option)) {
		ret_option->value = word[size] == '=' ? size + 1 : 0;
		if (mark)
			mark_given(ret_option);
		return true;
	}
	return word[1] != '-' && find_in_cluster(walk, word, mark, ret_option);
}

/* argparse's _negative_number_matcher: ^-\d+$|^-\d*\.\d+$ */
static bool is_negative_number(const char *word)
{
	size_t digits = strspn(word + 1, "0123456789");
	const char *rest = word + 1 + digits;

	if (*rest == '\0')
		return digits > 0;
	return *rest == '.' && rest[1] != '\0' &&
	       strspn(rest + 1, "0123456789") == strlen(rest + 1);
}

static bool has_number_option(const struct walk *walk)
{
	char name[OPTION_NAME_SIZE];

	for (size_t i = 0; i < walk->own.count; i++) {
		const struct plugh_option *row = &walk->own.row[i];
		if (row->note.type != PLUGH_RECORD_OPTION || manifest_is_positional(row))
			continue;
		for (size_t k = 0; option_name(row, k, name); k++) {
			if (is_negative_number(name))
				return true;
		}
	}
	return false;
}

bool walk_is_option(struct walk *walk, const char *word)
{
	struct walk_option option;

	if (walk->only_operands || word[0] != '-' || word[1] == '\0')
		return false;
	if (is_negative_number(word) && !has_number_option(walk))
		return false;
	/* What holds a blank is an operand unless it begins with an option's name. */
	return strchr(word, ' ') == NULL || walk_find_option(walk, word, false, &option);
}

/* ---- Operands ---- */

static bool is_operand_row(const struct plugh_option *row)
{
	return row->note.type == PLUGH_RECORD_OPTION && manifest_is_positional(row);
}

bool walk_takes_operand(const struct walk *walk, size_t index, size_t n)
{
	size_t least = 0, most = 0;

	for (size_t i = 0; i <= index; i++) {
		const struct plugh_option *row = &walk->own.row[i];
		if (!is_operand_row(row))
			continue;
		struct option_arity arity = option_arity(row);
		if (i < index)
			least += arity.least;
		most = arity.most == OPTION_UNLIMITED ? SIZE_MAX / 2 : most + arity.most;
	}
	return least <= n && n < most;
}

bool walk_is_excluded(const struct walk *walk, size_t index)
{
	size_t begin = index, end = index;

	while (begin > 0 && walk->own.row[begin - 1].note.type == PLUGH_RECORD_OPTION)
		begin--;
	if (begin == 0 || walk->own.row[begin - 1].note.type != PLUGH_RECORD_ONE_OF)
		return false;
	while (end < walk->own.count && walk->own.row[end].note.type == PLUGH_RECORD_OPTION)
		end++;
	for (size_t i = begin; i < end; i++) {
		if (i != index && walk->own.given[i])
			return true;
	}
	return false;
}

/* Mark the positional that an operand goes to, and see whether another command line begins there.
 */
static void read_operand_row(struct walk *walk, size_t at)
{
	for (size_t i = 0; i < walk->own.count; i++) {
		const struct plugh_option *row = &walk->own.row[i];
		if (!is_operand_row(row) || walk_is_excluded(walk, i) ||
			!walk_takes_operand(walk, i, walk->operands))
			continue;
		walk->own.given[i] = true;
		if (row->role == PLUGH_ROLE_COMMAND && walk->only_operands)
			walk->command_at = at;
		return;
	}
}

/* Does a positional that takes all the rest, options too, take the next word or has it begun? */
static bool is_in_rest(const struct walk *walk)
{
	for (size_t i = 0; i < walk->own.count; i++) {
		const struct plugh_option *row = &walk->own.row[i];
		if (!is_operand_row(row))
			continue;
		if (strcmp(row->nargs, "...") == 0 && walk_takes_operand(walk, i, walk->operands))
			return true;
		if (strcmp(row->nargs, "A...") == 0 &&
			walk_takes_operand(walk, i, walk->operands - 1))
			return true;
	}
	return false;
}

/* ---- The words ---- */

static int enter_rows(struct walk_rows *rows, const struct plugh_option *row, size_t count)
{
	free(rows->given);
	*rows = (struct walk_rows){ .row = row, .count = count };
	rows->given = (bool *)calloc(count + 1, sizeof *rows->given);
	return rows->given != NULL ? 0 : -ENOMEM;
}

static int enter_command(struct walk *walk, const struct manifest_command *command)
{
	walk->command = command;
	walk->operands = 0;
	walk->operand = NULL;
	walk->only_operands = false;
	return enter_rows(&walk->own, command->row, command->row_count);
}

/* An operand of the host: the command. */
static int read_command(struct walk *walk, const char *word)
{
	const struct complete_source *source = walk->line->source;

	walk->manifest = source->find(source->ctx, word, &walk->is_builtin);
	if (walk->manifest == NULL) {
		walk->is_lost = true;
		return 0;
	}
	walk->name = word;
	walk->host.usable = walk->line->host->behind;
	return enter_command(walk, &walk->manifest->root);
}

static bool needs_subcommand(const struct walk *walk)
{
	return walk->manifest != NULL && walk->command == &walk->manifest->root &&
	       walk->manifest->command_count > 0;
}

static int read_operand(struct walk *walk, const char *word, size_t at)
{
	if (walk->manifest == NULL)
		return read_command(walk, word);
	if (needs_subcommand(walk)) {
		const struct manifest_command *command = manifest_find_command(
			walk->manifest, word);
		walk->is_lost = command == NULL;
		return command != NULL ? enter_command(walk, command) : 0;
	}
	if ((walk->command->about->flags & PLUGH_OPTIONS_END_AT_OPERAND) != 0)
		walk->only_operands = true;
	read_operand_row(walk, at);
	walk->operand = word;
	walk->operands++;
	walk->only_operands |= is_in_rest(walk);
	return 0;
}

/* A word that is a value of the pending option, or false where it is none. */
static bool read_value(struct walk *walk, const char *word, size_t at)
{
	const struct plugh_option *option = walk->pending;

	if (option == NULL)
		return false;
	bool takes_all = (option->flags & PLUGH_ENDS_OPTIONS) != 0 ||
			 strcmp(option->nargs, "...") == 0;
	if (!takes_all && (strcmp(word, "--") == 0 || walk_is_option(walk, word))) {
		walk->pending = NULL;
		return false;
	}
	if ((option->flags & PLUGH_ENDS_OPTIONS) != 0)
		walk->command_at = at;
	if (++walk->taken == option_arity(option).most)
		walk->pending = NULL;
	return true;
}

static int read_word(struct walk *walk, const char *word, size_t at)
{
	struct walk_option option;

	if (read_value(walk, word, at))
		return 0;
	if (!walk->only_operands && strcmp(word, "--") == 0) {
		walk->only_operands = walk->manifest != NULL;
		return 0;
	}
	if (!walk_is_option(walk, word))
		return read_operand(walk, word, at);
	if (walk_find_option(walk, word, true, &option) && option.row != NULL &&
		option.value == 0 && option_arity(option.row).most > 0) {
		walk->pending = option.row;
		walk->taken = 0;
	}
	return 0;
}

int walk_words(const struct complete_line *line, struct walk *ret_walk)
{
	struct walk *walk = ret_walk;
	*walk = (struct walk){ .line = line };

	int r = enter_rows(&walk->host, line->host->row, line->host->count);
	if (r == 0)
		r = enter_rows(&walk->own, NULL, 0);
	for (size_t i = 1; i < line->index && i < line->count && r == 0; i++) {
		if (walk->is_lost || walk->command_at != 0)
			break;
		r = read_word(walk, line->word[i], i);
	}
	return r;
}

void walk_release(struct walk *walk)
{
	free(walk->own.given);
	free(walk->host.given);
	walk->own.given = walk->host.given = NULL;
}
