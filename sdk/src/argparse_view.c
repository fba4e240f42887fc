/* SPDX-License-Identifier: MIT */
/* Arguments as they look while parse_intermixed_args is at work. */

#include "argparse_format.h"

static const struct plugh_value value_suppress = { .kind = PLUGH_VALUE_SUPPRESS };

static bool is_twice(const struct argparse_list *arguments, const struct plugh_argument *argument)
{
	size_t count = 0;

	for (size_t i = 0; i < arguments->count; i++)
		count += arguments->item[i] == argument;
	return count > 1;
}

static bool is_off(const struct argparse_view *view, const struct plugh_argument *argument)
{
	if (!view->positionals_off && !view->twice_off)
		return false;
	if (argparse_is_option(argument) || argument->action == ARGPARSE_ACTION_CHOICE)
		return false;
	return view->positionals_off || is_twice(view->twice_off, argument);
}

struct argparse_nargs argparse_view_nargs(
	const struct argparse_view *view, const struct plugh_argument *argument)
{
	return is_off(view, argument) ? argparse_nargs_parse(PLUGH_SUPPRESS) : argument->nargs;
}

const struct plugh_value *argparse_view_default(
	const struct argparse_view *view, const struct plugh_argument *argument)
{
	return is_off(view, argument) ? &value_suppress : argument->default_;
}

bool argparse_view_required(const struct argparse_view *view, const struct plugh_argument *argument)
{
	return argument->required && !(view->options_free && argparse_is_option(argument));
}
