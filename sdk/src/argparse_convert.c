/* SPDX-License-Identifier: MIT */
/* From words to values: types, choices, and what each nargs makes of its words. */

#include "argparse_run.h"

#include <errno.h>
#include <string.h>

#include "pytext_number.h"

/* "invalid int value: 'x'", or what the type says instead. */
static int raise_refusal(struct argparse_run *run, const struct plugh_argument *argument,
	struct pytext text, const struct plugh_refusal *refusal)
{
	struct pytext_buf message = { 0 };

	if (refusal->message[0]) {
		pytext_buf_append_string(&message, refusal->message);
		return argparse_run_raise_buf(run, argument, &message);
	}
	pytext_buf_append_format(&message, "invalid %s value: ", argument->type->name);
	pytext_buf_append_repr(&message, text);
	if (refusal->hint[0])
		pytext_buf_append_format(&message, " (%s)", refusal->hint);
	return argparse_run_raise_buf(run, argument, &message);
}

/* The built-in types convert texts with NULs inside, which a callback would not see. */
static int convert(const struct plugh_type *type, struct pytext text, struct plugh_value *ret_value,
	struct plugh_refusal *refusal)
{
	if (type == &plugh_type_int) {
		ret_value->kind = PLUGH_VALUE_INT;
		return pytext_parse_int(text, &ret_value->as.integer);
	}
	if (type == &plugh_type_float) {
		ret_value->kind = PLUGH_VALUE_FLOAT;
		return pytext_parse_float(text, &ret_value->as.number);
	}
	return type->convert(type->ctx, text.bytes, ret_value, refusal);
}

int argparse_get_value(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value *text, const struct plugh_value **ret_value)
{
	struct plugh_refusal refusal = { .message = "" };
	struct plugh_value value = { .kind = PLUGH_VALUE_NONE };

	/* str(text) is text itself. */
	if (!argument->type || argument->type == &plugh_type_str) {
		*ret_value = text;
		return 0;
	}

	int r = convert(argument->type, argparse_value_text(text), &value, &refusal);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return raise_refusal(run, argument, argparse_value_text(text), &refusal);
	return argparse_value_copy(run->arena, &value, ret_value);
}

int argparse_check_value(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value *value)
{
	struct pytext_buf message = { 0 };

	if (!argument->choices || argparse_value_is_among(value, argument->choices))
		return 0;

	if (argparse_value_is_text(value))
		argparse_suggest_choice(run, argparse_value_text(value), argument->choices);
	pytext_buf_append_string(&message, "invalid choice: ");
	argparse_value_append_repr(&message, value);
	pytext_buf_append_string(&message, " (choose from ");
	argparse_value_append_joined(&message, argument->choices, ", ", true);
	pytext_buf_append_char(&message, ')');
	return argparse_run_raise_buf(run, argument, &message);
}

/* A word as a value that lasts as long as the outcome. */
static int word_value(
	struct argparse_run *run, struct pytext word, const struct plugh_value **ret_value)
{
	struct plugh_value *value = argparse_arena_alloc(run->arena, sizeof *value);
	struct pytext copy = { 0 };

	if (!value)
		return -ENOMEM;
	int r = argparse_arena_text(run->arena, word, &copy);
	*value = argparse_value_of(copy);
	*ret_value = value;
	return r;
}

static int convert_word(struct argparse_run *run, const struct plugh_argument *argument,
	struct pytext word, const struct plugh_value **ret_value)
{
	const struct plugh_value *text = NULL;

	int r = word_value(run, word, &text);
	return r < 0 ? r : argparse_get_value(run, argument, text, ret_value);
}

/* All words converted, then the first ones, checked in number, looked up among the choices. */
static int list_value(struct argparse_run *run, const struct plugh_argument *argument,
	struct argparse_words words, size_t checked, const struct plugh_value **ret_value)
{
	struct plugh_value *list = argparse_arena_alloc(run->arena, sizeof *list);
	struct plugh_value *item = argparse_arena_array(run->arena, words.count, sizeof *item);

	if (!list || !item)
		return -ENOMEM;
	for (size_t i = 0; i < words.count; i++) {
		const struct plugh_value *value = argparse_none();
		int r = convert_word(run, argument, words.item[i], &value);
		if (r != 0)
			return r;
		item[i] = *value;
	}
	for (size_t i = 0; i < words.count && i < checked; i++) {
		int r = argparse_check_value(run, argument, &item[i]);
		if (r < 0)
			return r;
	}
	*list = (struct plugh_value){ .kind = PLUGH_VALUE_LIST, .as.list = { item, words.count } };
	*ret_value = list;
	return 0;
}

/* nargs "?" without a word: the const of an option, the default of a positional; a text is
 * converted. */
static int absent_value(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value **ret_value)
{
	const struct plugh_value *value = argparse_is_option(argument)
						  ? argument->const_
						  : argparse_view_default(run->view, argument);

	*ret_value = value;
	if (!argparse_value_is_text(value))
		return 0;

	int r = argparse_get_value(run, argument, value, ret_value);
	return r < 0 ? r : argparse_check_value(run, argument, *ret_value);
}

/* nargs "*" of a positional without a word: its default as it is, or an empty list. */
static int empty_value(struct argparse_run *run, const struct plugh_argument *argument,
	const struct plugh_value **ret_value)
{
	const struct plugh_value *fallback = argparse_view_default(run->view, argument);
	int r = 0;

	*ret_value = fallback;
	if (fallback->kind == PLUGH_VALUE_NONE)
		r = list_value(run, argument, (struct argparse_words){ 0 }, 0, ret_value);
	return r < 0 ? r : argparse_check_value(run, argument, *ret_value);
}

/* The first "--" is no value. */
static void drop_dashes(struct argparse_words *words)
{
	size_t i = 0;

	while (i < words->count && !pytext_is_equal(words->item[i], PYTEXT("--")))
		i++;
	if (i == words->count)
		return;
	words->count--;
	memmove(&words->item[i], &words->item[i + 1], (words->count - i) * sizeof *words->item);
}

int argparse_get_values(struct argparse_run *run, const struct plugh_argument *argument,
	struct argparse_words words, bool is_verbatim, const struct plugh_value **ret_value)
{
	static const struct plugh_value suppress = { .kind = PLUGH_VALUE_SUPPRESS };
	enum argparse_nargs_kind kind = argparse_view_nargs(run->view, argument).kind;
	bool is_open = kind == ARGPARSE_NARGS_REMAINDER || kind == ARGPARSE_NARGS_PARSER;

	if (!is_open && !is_verbatim)
		drop_dashes(&words);

	if (words.count == 0 && kind == ARGPARSE_NARGS_OPTIONAL)
		return absent_value(run, argument, ret_value);
	if (words.count == 0 && kind == ARGPARSE_NARGS_ZERO_OR_MORE &&
		!argparse_is_option(argument))
		return empty_value(run, argument, ret_value);
	if (words.count == 1 && (kind == ARGPARSE_NARGS_NONE || kind == ARGPARSE_NARGS_OPTIONAL)) {
		int r = convert_word(run, argument, words.item[0], ret_value);
		return r < 0 ? r : argparse_check_value(run, argument, *ret_value);
	}
	if (kind == ARGPARSE_NARGS_SUPPRESS) {
		*ret_value = &suppress;
		return 0;
	}
	if (kind == ARGPARSE_NARGS_REMAINDER)
		return list_value(run, argument, words, 0, ret_value);
	return list_value(
		run, argument, words, kind == ARGPARSE_NARGS_PARSER ? 1 : SIZE_MAX, ret_value);
}
