/* SPDX-License-Identifier: MIT */
/* parse_known_args and its three variants. */

#include "argparse_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct argparse_view plain_view = { 0 };

static int set_unless_there(
	struct argparse_run *run, struct pytext dest, const struct plugh_value *value)
{
	if (argparse_namespace_get(run->ns, dest))
		return 0;
	return argparse_namespace_set(run->arena, run->ns, dest, value);
}

static int set_defaults_of(struct argparse_run *run, const struct argparse_list *arguments)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < arguments->count; i++) {
		const struct plugh_argument *argument = arguments->item[i];
		const struct plugh_value *value = argparse_view_default(run->view, argument);
		if (!argparse_is_suppressed(argument->dest) && value->kind != PLUGH_VALUE_SUPPRESS)
			r = set_unless_there(run, argument->dest, value);
	}
	return r;
}

/* What the namespace holds before any word is looked at. */
static int set_defaults(struct argparse_run *run)
{
	const struct argparse_registry *registry = &run->parser->registry;

	int r = set_defaults_of(run, &registry->arguments);
	if (r == 0)
		r = set_defaults_of(run, &registry->exact);
	for (size_t i = 0; r == 0 && i < registry->default_count; i++)
		r = set_unless_there(run, registry->default_[i].dest, registry->default_[i].value);
	return r;
}

/* Understand every word. All behind "--" are operands. */
static int classify_all(struct argparse_run *run)
{
	size_t count = run->words.count;
	size_t i = 0;

	run->pattern = argparse_arena_alloc(run->arena, count + 1);
	run->match = argparse_arena_array(run->arena, count, sizeof *run->match);
	run->verbatim_from = SIZE_MAX;
	if (!run->words.item) /* no words: still an array, which may be pointed into */
		run->words.item = argparse_arena_alloc(run->arena, sizeof *run->words.item);
	if (!run->pattern || !run->match || !run->words.item)
		return -ENOMEM;

	int r = argparse_cut(run);
	for (; r == 0 && i < run->words.count && i < run->verbatim_from; i++) {
		r = argparse_classify(run, i);
		if (r == 0 && run->pattern[i] == '-') {
			i++;
			break;
		}
	}
	if (r == 0)
		memset(run->pattern + i, 'A', run->words.count - i);
	return r;
}

static int collect_positionals(struct argparse_run *run)
{
	const struct argparse_list *arguments = &run->parser->registry.arguments;

	run->positional = argparse_arena_array(run->arena, arguments->count, sizeof(void *));
	if (!run->positional)
		return -ENOMEM;
	for (size_t i = 0; i < arguments->count; i++)
		if (!argparse_is_option(arguments->item[i]))
			run->positional[run->positional_count++] = arguments->item[i];
	return 0;
}

/* Python carries what subparsers left in the namespace; a dest of that name is taken for it. */
static int take_carried_extras(struct argparse_run *run)
{
	struct pytext dest = PYTEXT("_unrecognized_args");
	const struct plugh_value *value = argparse_namespace_get(run->ns, dest);
	int r = 0;

	if (!value)
		return 0;
	if (value->kind != PLUGH_VALUE_LIST)
		return argparse_run_refuse(run, "object is not iterable");
	for (size_t i = 0; r == 0 && i < value->as.list.count; i++) {
		const struct plugh_value *item = &value->as.list.item[i];
		if (!argparse_value_is_text(item))
			return argparse_run_refuse(run, "sequence item 0: expected str instance");
		r = argparse_words_append(run->arena, &run->extras, argparse_value_text(item));
	}
	argparse_namespace_remove(run->ns, dest);
	return r;
}

int argparse_run_parser(
	struct argparse_run *run, const struct argparse_words *words, struct argparse_words *extras)
{
	run->words = *words;
	run->outcome->parser = run->parser;

	int r = set_defaults(run);
	if (r == 0)
		r = argparse_read_files(run, &run->words);
	if (r == 0)
		r = classify_all(run);
	if (r == 0)
		r = collect_positionals(run);
	if (r == 0)
		r = argparse_consume(run);
	if (r == 0)
		r = argparse_finish(run);
	if (r == 0)
		r = take_carried_extras(run);
	if (r == 0)
		*extras = run->extras;
	return r;
}

/* ---- The four ways to parse ---- */

struct job {
	const struct plugh_parser *parser;
	struct plugh_outcome *outcome;
	struct argparse_words words;
	struct argparse_words extras;
};

static struct argparse_run run_of(const struct job *job, const struct argparse_view *view)
{
	return (struct argparse_run){
		.parser = job->parser,
		.view = view,
		.outcome = job->outcome,
		.arena = &job->outcome->arena,
		.ns = &job->outcome->ns,
	};
}

static int parse_plain(struct job *job)
{
	struct argparse_run run = run_of(job, &plain_view);

	return argparse_run_parser(&run, &job->words, &job->extras);
}

/* What parse_intermixed_args cannot do. */
static int check_positionals(struct argparse_run *run)
{
	const struct argparse_list *arguments = &run->parser->registry.arguments;

	for (size_t i = 0; i < arguments->count; i++) {
		const struct plugh_argument *argument = arguments->item[i];
		if (argparse_is_option(argument))
			continue;
		if (argument->nargs.kind == ARGPARSE_NARGS_PARSER)
			return argparse_run_refuse(
				run, "parse_intermixed_args: positional arg with nargs=A...");
		if (argument->nargs.kind == ARGPARSE_NARGS_REMAINDER)
			return argparse_run_refuse(
				run, "parse_intermixed_args: positional arg with nargs=...");
	}
	return 0;
}

static bool has_positional(const struct argparse_run *run, const struct plugh_group *group)
{
	const struct argparse_list *arguments = &run->parser->registry.arguments;

	for (size_t i = 0; i < group->arguments.count; i++) {
		const struct plugh_argument *argument = group->arguments.item[i];
		if (!argparse_is_option(argument) &&
			argparse_list_find(arguments, argument) < arguments->count)
			return true;
	}
	return false;
}

static int check_intermixed(struct argparse_run *run)
{
	const struct argparse_list *groups = &run->parser->registry.exclusives;

	int r = check_positionals(run);
	for (size_t i = 0; r == 0 && i < groups->count; i++)
		if (has_positional(run, groups->item[i]))
			r = argparse_run_refuse(
				run, "parse_intermixed_args: positional in mutuallyExclusiveGroup");
	return r;
}

/* The usage as it is now, for all errors of both passes; a usage that was given serves itself. */
static int fix_usage(struct argparse_run *run, struct pytext *ret_usage)
{
	struct pytext_buf usage = { 0 };
	size_t prefix = sizeof "usage: " - 1;

	if (run->parser->usage.bytes)
		return 0;

	int r = argparse_format_usage(&usage, run->parser, &plain_view, false);
	if (r == 0)
		r = pytext_buf_status(&usage);
	if (r == 0)
		r = argparse_arena_text(
			run->arena, pytext_from(pytext_buf_text(&usage), prefix), ret_usage);
	pytext_buf_release(&usage);
	return r == -EINVAL ? argparse_run_refuse(run, "the usage cannot be formatted") : r;
}

/* Between the passes: an empty list that a positional found in the namespace goes. */
static void drop_empty_lists(struct argparse_run *run)
{
	const struct argparse_list *arguments = &run->parser->registry.arguments;

	for (size_t i = 0; i < arguments->count; i++) {
		const struct plugh_argument *argument = arguments->item[i];
		const struct plugh_value *value = argparse_namespace_get(run->ns, argument->dest);
		if (!argparse_is_option(argument) && value && value->kind == PLUGH_VALUE_LIST &&
			value->as.list.count == 0)
			argparse_namespace_remove(run->ns, argument->dest);
	}
}

/* Options first, with the positionals switched off; then the positionals from what was left. */
static int parse_intermixed(struct job *job)
{
	struct argparse_view options = { .positionals_off = true };
	struct argparse_view positionals = { .options_free = true,
		.twice_off = &job->parser->registry.arguments };
	struct argparse_run first = run_of(job, &options);
	struct argparse_run second = run_of(job, &positionals);
	struct argparse_words left = { 0 };

	int r = check_intermixed(&first);
	if (r == 0)
		r = fix_usage(&first, &options.usage);
	positionals.usage = options.usage;
	if (r == 0)
		r = argparse_run_parser(&first, &job->words, &left);
	if (r == 0) {
		drop_empty_lists(&first);
		r = argparse_run_parser(&second, &left, &job->extras);
	}
	return r;
}

static int refuse_extras(struct job *job, enum plugh_parse_mode mode)
{
	struct argparse_view view = { 0 };
	struct argparse_run run = run_of(job, &view);
	struct pytext_buf message = { 0 };

	if (job->extras.count == 0)
		return 0;
	if (mode & PLUGH_PARSE_INTERMIXED)
		view.twice_off = &job->parser->registry.arguments;
	pytext_buf_append_string(&message, "unrecognized arguments:");
	for (size_t i = 0; i < job->extras.count; i++) {
		pytext_buf_append_char(&message, ' ');
		pytext_buf_append(&message, job->extras.item[i]);
	}

	int r = pytext_buf_status(&message);
	if (r == 0)
		r = argparse_run_error(&run, pytext_buf_text(&message));
	pytext_buf_release(&message);
	return r;
}

static int store_extras(struct job *job)
{
	struct argparse_arena *arena = &job->outcome->arena;
	struct plugh_value *item = argparse_arena_array(arena, job->extras.count, sizeof *item);
	int r = 0;

	if (!item)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < job->extras.count; i++) {
		struct pytext copy = { 0 };
		r = argparse_arena_text(arena, job->extras.item[i], &copy);
		item[i] = argparse_value_of(copy);
	}
	job->outcome->extras.as.list.item = item;
	job->outcome->extras.as.list.count = job->extras.count;
	return r;
}

static int set_presets(struct job *job, const struct plugh_preset *preset)
{
	struct argparse_arena *arena = &job->outcome->arena;
	int r = 0;

	for (; r == 0 && preset && preset->dest; preset++) {
		const struct plugh_value *value = NULL;
		struct pytext dest = { 0 };
		r = argparse_value_copy(arena, preset->value, &value);
		if (r == 0)
			r = argparse_arena_text(arena, pytext_of(preset->dest), &dest);
		if (r == 0)
			r = argparse_namespace_set(arena, &job->outcome->ns, dest, value);
	}
	return r;
}

static int do_job(struct job *job, enum plugh_parse_mode mode, size_t count, char *const word[],
	const struct plugh_preset *presets)
{
	int r = set_presets(job, presets);

	for (size_t i = 0; r == 0 && i < count; i++)
		r = argparse_words_append(&job->outcome->arena, &job->words, pytext_of(word[i]));
	if (r == 0)
		r = mode & PLUGH_PARSE_INTERMIXED ? parse_intermixed(job) : parse_plain(job);
	if (r == 0)
		r = mode & PLUGH_PARSE_KNOWN ? store_extras(job) : refuse_extras(job, mode);
	return r;
}

int plugh_parser_parse_as(const struct plugh_parser *parser, enum plugh_parse_mode mode,
	size_t count, char *const word[], const struct plugh_preset *presets,
	struct plugh_outcome **ret_outcome)
{
	struct plugh_outcome *outcome = calloc(1, sizeof *outcome);
	struct job job = { .parser = parser, .outcome = outcome };

	if (!outcome)
		return -ENOMEM;
	outcome->parser = parser;
	outcome->extras.kind = PLUGH_VALUE_LIST;

	int r = do_job(&job, mode, count, word, presets);
	if (r == -EINVAL) { /* a value of a type's own that cannot be copied */
		struct argparse_run run = run_of(&job, &plain_view);
		r = argparse_run_refuse(&run, "a value has lists nested too deep");
	}
	if (r < 0 && r != -ECANCELED) {
		plugh_outcome_destroy(outcome);
		return r;
	}
	*ret_outcome = outcome;
	return 0;
}

int plugh_parser_parse(const struct plugh_parser *parser, size_t count, char *const word[],
	struct plugh_outcome **ret_outcome)
{
	return plugh_parser_parse_as(parser, PLUGH_PARSE_ARGS, count, word, NULL, ret_outcome);
}

/* ---- Texts on demand ---- */

static int take_text(int r, struct pytext_buf *buf, char **ret_text)
{
	if (r == 0)
		r = pytext_buf_status(buf);
	if (r == 0 && !buf->bytes) {
		pytext_buf_append_string(buf, "");
		r = pytext_buf_status(buf);
	}
	if (r < 0)
		pytext_buf_release(buf);
	else
		*ret_text = buf->bytes;
	return r;
}

int plugh_parser_format_help(const struct plugh_parser *parser, char **ret_text)
{
	struct pytext_buf buf = { 0 };
	int r = argparse_format_help(&buf, parser, NULL, parser->tree->display.color_out);

	return take_text(r, &buf, ret_text);
}

int plugh_parser_format_usage(const struct plugh_parser *parser, char **ret_text)
{
	struct pytext_buf buf = { 0 };
	int r = argparse_format_usage(&buf, parser, NULL, parser->tree->display.color_out);

	return take_text(r, &buf, ret_text);
}
