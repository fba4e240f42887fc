/* SPDX-License-Identifier: MIT */
/* What is left to do when all words are consumed: what is missing, and defaults that are texts. */

#include "argparse_run.h"

#include <errno.h>

/* A default that is a text and still stands in the namespace goes through the type. */
static int convert_default(struct argparse_run *run, const struct plugh_argument *argument)
{
	const struct plugh_value *fallback = argparse_view_default(run->view, argument);
	const struct plugh_value *stored = argparse_namespace_get(run->ns, argument->dest);
	const struct plugh_value *value = NULL;

	if (!argparse_value_is_text(fallback) || !stored ||
		!argparse_value_is_same(fallback, stored))
		return 0;

	int r = argparse_get_value(run, argument, fallback, &value);
	return r < 0 ? r : argparse_namespace_set(run->arena, run->ns, argument->dest, value);
}

/* Is the argument given from outside the command line? */
static bool has_external(const struct plugh_argument *argument)
{
	return argument->external.origin.bytes != NULL;
}

/* Arguments that were not seen: the names of the required ones go to missing, the others' defaults
 * are converted. *ret_has_none says that one has no name, which Python cannot join. */
static int look_at_unseen(struct argparse_run *run, const struct argparse_list *arguments,
	struct pytext_buf *missing, bool *ret_has_none)
{
	for (size_t i = 0; i < arguments->count; i++) {
		const struct plugh_argument *argument = arguments->item[i];
		bool is_none = false;
		int r = 0;

		if (argparse_seen_find(&run->seen, argument) || has_external(argument))
			continue;
		if (!argparse_view_required(run->view, argument)) {
			r = convert_default(run, argument);
			if (r < 0)
				return r;
			continue;
		}
		pytext_buf_append_string(missing, missing->length ? ", " : "");
		r = argparse_append_name(missing, argument, &is_none);
		*ret_has_none = *ret_has_none || is_none || r < 0 ||
				(!argparse_is_option(argument) && argument->has_tuple);
	}
	return 0;
}

static int check_arguments(struct argparse_run *run)
{
	const struct argparse_registry *registry = &run->parser->registry;
	struct pytext_buf missing = { 0 };
	struct pytext_buf message = { 0 };
	bool has_none = false;

	int r = look_at_unseen(run, &registry->arguments, &missing, &has_none);
	if (r == 0)
		r = look_at_unseen(run, &registry->exact, &missing, &has_none);
	if (r == 0 && has_none)
		r = argparse_run_refuse(
			run, "sequence item 0: expected str instance, NoneType found");
	if (r == 0 && (missing.length || missing.failed)) {
		pytext_buf_append_string(&message, "the following arguments are required: ");
		pytext_buf_append(&message, pytext_buf_text(&missing));
		r = missing.failed || message.failed
			    ? -ENOMEM
			    : argparse_run_error(run, pytext_buf_text(&message));
	}
	pytext_buf_release(&missing);
	pytext_buf_release(&message);
	return r;
}

static int raise_missing_group(struct argparse_run *run, const struct plugh_group *group)
{
	struct pytext_buf message = { 0 };
	bool has_none = false;
	bool is_first = true;
	int r = 0;

	pytext_buf_append_string(&message, "one of the arguments ");
	for (size_t i = 0; r == 0 && i < group->arguments.count; i++) {
		const struct plugh_argument *argument = group->arguments.item[i];
		bool is_none = false;
		if (argparse_is_suppressed(argument->help))
			continue;
		pytext_buf_append_string(&message, is_first ? "" : " ");
		r = argparse_append_name(&message, argument, &is_none);
		has_none = has_none || is_none ||
			   (!argparse_is_option(argument) && argument->has_tuple);
		is_first = false;
	}
	pytext_buf_append_string(&message, " is required");

	if (r < 0 || has_none)
		r = argparse_run_refuse(
			run, "sequence item 0: expected str instance, NoneType found");
	else
		r = message.failed ? -ENOMEM : argparse_run_error(run, pytext_buf_text(&message));
	pytext_buf_release(&message);
	return r;
}

static bool has_member(const struct argparse_run *run, const struct plugh_group *group)
{
	for (size_t i = 0; i < group->arguments.count; i++) {
		const struct argparse_seen *seen = argparse_seen_find(
			&run->seen, group->arguments.item[i]);
		if (seen && seen->counts)
			return true;
	}
	return false;
}

static int check_groups(struct argparse_run *run)
{
	const struct argparse_list *groups = &run->parser->registry.exclusives;

	for (size_t i = 0; i < groups->count; i++) {
		const struct plugh_group *group = groups->item[i];
		if (group->required && !run->view->options_free && !has_member(run, group))
			return raise_missing_group(run, group);
	}
	return 0;
}

int argparse_finish(struct argparse_run *run)
{
	int r = argparse_apply_externals(run);

	if (r == 0)
		r = check_arguments(run);
	if (r == 0)
		r = check_groups(run);
	return r;
}
