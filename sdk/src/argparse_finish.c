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

/* Names joined in a message. Python joins strings only: an argument without a name, or with a tuple
 * for one, makes it raise. */
struct name_list {
	struct pytext_buf text;
	size_t count;
	bool has_other;
};

static void add_name(
	struct name_list *names, const struct plugh_argument *argument, const char *separator)
{
	bool is_none = false;

	pytext_buf_append_string(&names->text, names->count++ ? separator : "");
	int r = argparse_append_name(&names->text, argument, &is_none);
	names->has_other = names->has_other || r < 0 || is_none ||
			   (!argparse_is_option(argument) && argument->has_tuple);
}

/* End with an error: before, the names, after. */
static int raise_names(
	struct argparse_run *run, struct name_list *names, const char *before, const char *after)
{
	struct pytext_buf message = { 0 };
	int r;

	pytext_buf_append_string(&message, before);
	pytext_buf_append(&message, pytext_buf_text(&names->text));
	pytext_buf_append_string(&message, after);
	if (names->text.failed || message.failed)
		r = -ENOMEM;
	else if (names->has_other)
		r = argparse_run_refuse(run, "sequence item 0: expected str instance");
	else
		r = argparse_run_error(run, pytext_buf_text(&message));
	pytext_buf_release(&message);
	return r;
}

/* Arguments that were not seen: the required ones are missing, the others' defaults are converted.
 */
static int look_at_unseen(
	struct argparse_run *run, const struct argparse_list *arguments, struct name_list *missing)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < arguments->count; i++) {
		const struct plugh_argument *argument = arguments->item[i];
		if (argparse_seen_find(&run->seen, argument) || has_external(argument))
			continue;
		if (argparse_view_required(run->view, argument))
			add_name(missing, argument, ", ");
		else
			r = convert_default(run, argument);
	}
	return r;
}

static int check_arguments(struct argparse_run *run)
{
	const struct argparse_registry *registry = &run->parser->registry;
	struct name_list missing = { 0 };

	int r = look_at_unseen(run, &registry->arguments, &missing);
	if (r == 0)
		r = look_at_unseen(run, &registry->exact, &missing);
	if (r == 0 && missing.count)
		r = raise_names(run, &missing, "the following arguments are required: ", "");
	pytext_buf_release(&missing.text);
	return r;
}

static int raise_missing_group(struct argparse_run *run, const struct plugh_group *group)
{
	struct name_list names = { 0 };

	for (size_t i = 0; i < group->arguments.count; i++) {
		const struct plugh_argument *argument = group->arguments.item[i];
		if (!argparse_is_suppressed(argument->help))
			add_name(&names, argument, " ");
	}
	int r = raise_names(run, &names, "one of the arguments ", " is required");
	pytext_buf_release(&names.text);
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
