/* SPDX-License-Identifier: MIT */
/* Outcomes: how a parse ends, and what can be asked of it. */

#include "argparse_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- Ends ---- */

static int set_message(
	struct argparse_run *run, enum plugh_outcome_kind kind, struct pytext message)
{
	struct plugh_outcome *outcome = run->outcome;

	outcome->kind = kind;
	outcome->parser = run->parser;
	pytext_buf_clear(&outcome->message);
	pytext_buf_append(&outcome->message, message);
	int r = pytext_buf_status(&outcome->message);
	return r < 0 ? r : -ECANCELED;
}

/* "usage: ...", "PROG: error: MESSAGE", and the hint when it is wanted. */
static int write_error(struct argparse_run *run, struct pytext message)
{
	const struct plugh_display *display = &run->parser->tree->display;
	struct pytext_buf *err = &run->outcome->err;

	int r = argparse_format_usage(err, run->parser, run->view, display->color_err);
	if (r == -EINVAL)
		return argparse_run_refuse(run, "the usage cannot be formatted");
	pytext_buf_append(err, run->parser->prog);
	pytext_buf_append_string(err, ": error: ");
	pytext_buf_append(err, message);
	pytext_buf_append_char(err, '\n');
	if (display->suggest && run->outcome->hint.length) {
		pytext_buf_append(err, pytext_buf_text(&run->outcome->hint));
		pytext_buf_append_char(err, '\n');
	}
	return r < 0 ? r : pytext_buf_status(err);
}

int argparse_run_error(struct argparse_run *run, struct pytext message)
{
	enum {
		USAGE_STATUS = 2,
	};

	int r = set_message(run, PLUGH_OUTCOME_EXIT, message);
	if (r != -ECANCELED)
		return r;
	run->outcome->status = run->parser->usage_status ? run->parser->usage_status : USAGE_STATUS;
	r = write_error(run, message);
	return r < 0 ? r : -ECANCELED;
}

int argparse_run_raise(
	struct argparse_run *run, const struct plugh_argument *argument, struct pytext message)
{
	struct pytext_buf text = { 0 };

	/* The exception goes up until a parser turns it into an exit. */
	struct argparse_run *catcher = run;
	while (catcher->above && catcher->parser->flags & PLUGH_PARSER_NO_EXIT)
		catcher = catcher->above;

	if (run->origin.bytes) {
		pytext_buf_append(&text, run->origin);
		pytext_buf_append_string(&text, ": ");
	}
	int r = argparse_append_error(&text, argument, message);
	if (r == -EINVAL)
		r = argparse_run_refuse(run, "sequence item 0: expected str instance");
	else if (r == 0)
		r = pytext_buf_status(&text);
	if (r == 0 && catcher->parser->flags & PLUGH_PARSER_NO_EXIT)
		r = set_message(run, PLUGH_OUTCOME_ERROR, pytext_buf_text(&text));
	else if (r == 0)
		r = argparse_run_error(catcher, pytext_buf_text(&text));
	pytext_buf_release(&text);
	return r;
}

int argparse_run_raise_string(
	struct argparse_run *run, const struct plugh_argument *argument, const char *message)
{
	return argparse_run_raise(run, argument, pytext_of(message));
}

int argparse_run_raise_buf(
	struct argparse_run *run, const struct plugh_argument *argument, struct pytext_buf *buf)
{
	int r = pytext_buf_status(buf);

	if (r == 0)
		r = argparse_run_raise(run, argument, pytext_buf_text(buf));
	pytext_buf_release(buf);
	return r;
}

int argparse_run_refuse(struct argparse_run *run, const char *message)
{
	pytext_buf_clear(&run->outcome->err);
	return set_message(run, PLUGH_OUTCOME_REFUSED, pytext_of(message));
}

int argparse_run_print(struct argparse_run *run, const struct pytext_buf *text)
{
	struct plugh_outcome *outcome = run->outcome;

	outcome->kind = PLUGH_OUTCOME_EXIT;
	outcome->status = 0;
	outcome->parser = run->parser;
	pytext_buf_append(&outcome->out, pytext_buf_text(text));
	outcome->out.failed = outcome->out.failed || text->failed;
	int r = pytext_buf_status(&outcome->out);
	return r < 0 ? r : -ECANCELED;
}

/* ---- Questions ---- */

enum plugh_outcome_kind plugh_outcome_kind(const struct plugh_outcome *outcome)
{
	return outcome->kind;
}

int plugh_outcome_status(const struct plugh_outcome *outcome)
{
	return outcome->kind == PLUGH_OUTCOME_EXIT ? outcome->status : 0;
}

static const char *text_of(const struct pytext_buf *buf, size_t *ret_length)
{
	if (ret_length)
		*ret_length = buf->length;
	return pytext_buf_text(buf).bytes;
}

const char *plugh_outcome_out(const struct plugh_outcome *outcome, size_t *ret_length)
{
	return text_of(&outcome->out, ret_length);
}

const char *plugh_outcome_err(const struct plugh_outcome *outcome, size_t *ret_length)
{
	return text_of(&outcome->err, ret_length);
}

const char *plugh_outcome_message(const struct plugh_outcome *outcome)
{
	return text_of(&outcome->message, NULL);
}

const char *plugh_outcome_hint(const struct plugh_outcome *outcome)
{
	return outcome->kind == PLUGH_OUTCOME_PARSED ? "" : text_of(&outcome->hint, NULL);
}

const struct plugh_namespace *plugh_outcome_namespace(const struct plugh_outcome *outcome)
{
	static const struct plugh_namespace empty = { 0 };

	return outcome->kind == PLUGH_OUTCOME_PARSED ? &outcome->ns : &empty;
}

const struct plugh_value *plugh_outcome_extras(const struct plugh_outcome *outcome)
{
	return &outcome->extras;
}

bool plugh_outcome_has(const struct plugh_outcome *outcome, const struct plugh_argument *argument)
{
	const struct argparse_seen *seen = argparse_seen_find(&outcome->seen, argument);

	return seen && seen->has_words;
}

bool plugh_outcome_has_dest(const struct plugh_outcome *outcome, const char *dest)
{
	for (size_t i = 0; i < outcome->seen.count; i++)
		if (outcome->seen.item[i].has_words &&
			pytext_is_equal(outcome->seen.item[i].argument->dest, pytext_of(dest)))
			return true;
	return false;
}

const struct plugh_parser *plugh_outcome_parser(const struct plugh_outcome *outcome)
{
	return outcome->parser;
}

const struct plugh_parser *plugh_outcome_chosen(
	const struct plugh_outcome *outcome, const struct plugh_subparsers *set)
{
	size_t i = argparse_list_find(&outcome->sets, set);

	return i < outcome->sets.count ? outcome->chosen.item[i] : NULL;
}

static bool write_text(const struct pytext_buf *buf, FILE *file)
{
	return buf->length == 0 || fwrite(buf->bytes, 1, buf->length, file) == buf->length;
}

int plugh_outcome_print(const struct plugh_outcome *outcome, FILE *out, FILE *err)
{
	enum {
		ERROR_STATUS = 2,
	};

	write_text(&outcome->err, err);
	if (!write_text(&outcome->out, out) || fflush(out) == EOF)
		return -EIO;
	if (outcome->kind == PLUGH_OUTCOME_ERROR || outcome->kind == PLUGH_OUTCOME_REFUSED) {
		fprintf(err, "error: %s\n", plugh_outcome_message(outcome));
		return ERROR_STATUS;
	}
	return plugh_outcome_status(outcome);
}

void plugh_outcome_destroy(struct plugh_outcome *outcome)
{
	if (!outcome)
		return;
	pytext_buf_release(&outcome->out);
	pytext_buf_release(&outcome->err);
	pytext_buf_release(&outcome->message);
	pytext_buf_release(&outcome->hint);
	argparse_arena_release(&outcome->arena);
	free(outcome);
}
