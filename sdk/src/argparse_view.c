/* SPDX-License-Identifier: MIT */
/* Arguments as they look while parse_intermixed_args is at work. */

#include "argparse_format.h"

static const struct plugh_value value_suppress = { .kind = PLUGH_VALUE_SUPPRESS };

struct argparse_nargs argparse_view_nargs(
	const struct argparse_view *view, const struct plugh_argument *argument)
{
	if (view->positionals_off && !argparse_is_option(argument) &&
		argument->action != ARGPARSE_ACTION_CHOICE)
		return argparse_nargs_parse(PLUGH_SUPPRESS);
	return argument->nargs;
}

const struct plugh_value *argparse_view_default(
	const struct argparse_view *view, const struct plugh_argument *argument)
{
	if (view->positionals_off && !argparse_is_option(argument) &&
		argument->action != ARGPARSE_ACTION_CHOICE)
		return &value_suppress;
	return argument->default_;
}

bool argparse_view_required(const struct argparse_view *view, const struct plugh_argument *argument)
{
	return argument->required && !(view->options_free && argparse_is_option(argument));
}
