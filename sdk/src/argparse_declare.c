/* SPDX-License-Identifier: MIT */
/* add_argument: from a spec to an argument, with every check that Python makes on the way. */

#include "argparse_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "argparse_format.h"

/* What a spec gives, as a set. */
enum keyword {
	KEYWORD_NARGS = 1,
	KEYWORD_CONST = 2,
	KEYWORD_DEFAULT = 4,
	KEYWORD_TYPE = 8,
	KEYWORD_CHOICES = 16,
	KEYWORD_REQUIRED = 32,
	KEYWORD_HELP = 64,
	KEYWORD_METAVAR = 128,
	KEYWORD_VERSION = 256,

	KEYWORDS_STORE = 255,
	KEYWORDS_CONST = KEYWORD_CONST | KEYWORD_DEFAULT | KEYWORD_REQUIRED | KEYWORD_HELP |
			 KEYWORD_METAVAR,
	KEYWORDS_FLAG = KEYWORD_DEFAULT | KEYWORD_REQUIRED | KEYWORD_HELP,
	KEYWORDS_HELP = KEYWORD_DEFAULT | KEYWORD_HELP,
	KEYWORDS_VERSION = KEYWORDS_HELP | KEYWORD_VERSION,
	KEYWORDS_BOOL = KEYWORDS_FLAG | KEYWORD_TYPE | KEYWORD_CHOICES | KEYWORD_METAVAR,
};

static const char *const keyword_names[] = {
	"nargs",
	"const",
	"default",
	"type",
	"choices",
	"required",
	"help",
	"metavar",
	"version",
};

static const struct plugh_value none = { .kind = PLUGH_VALUE_NONE };
static const struct plugh_value suppress = { .kind = PLUGH_VALUE_SUPPRESS };
static const struct plugh_value yes = { .kind = PLUGH_VALUE_BOOL, .as.boolean = true };
static const struct plugh_value no = { .kind = PLUGH_VALUE_BOOL, .as.boolean = false };

/* What each action takes, and what it has without being told: const and default. */
static const struct action_rule {
	const char *name;
	unsigned keywords;
	bool takes_words;
	const struct plugh_value *const_;
	const struct plugh_value *default_;
} action_rules[] = {
	/* clang-format off */
	[PLUGH_ACTION_STORE] =            { "store",        KEYWORDS_STORE,   true,  &none, &none },
	[PLUGH_ACTION_STORE_CONST] =      { "store_const",  KEYWORDS_CONST,   false, &none, &none },
	[PLUGH_ACTION_STORE_TRUE] =       { "store_true",   KEYWORDS_FLAG,    false, &yes,  &no },
	[PLUGH_ACTION_STORE_FALSE] =      { "store_false",  KEYWORDS_FLAG,    false, &no,   &yes },
	[PLUGH_ACTION_APPEND] =           { "append",       KEYWORDS_STORE,   true,  &none, &none },
	[PLUGH_ACTION_APPEND_CONST] =     { "append_const", KEYWORDS_CONST,   false, &none, &none },
	[PLUGH_ACTION_COUNT] =            { "count",        KEYWORDS_FLAG,    false, &none, &none },
	[PLUGH_ACTION_EXTEND] =           { "extend",       KEYWORDS_STORE,   true,  &none, &none },
	[PLUGH_ACTION_HELP] =             { "help",         KEYWORDS_HELP,    false, &none, &suppress },
	[PLUGH_ACTION_VERSION] =          { "version",      KEYWORDS_VERSION, false, &none, &suppress },
	[PLUGH_ACTION_BOOLEAN_OPTIONAL] = { "boolean",      KEYWORDS_BOOL,    false, &none, &none },
	/* clang-format on */
};

const struct plugh_value *argparse_none(void)
{
	return &none;
}

int argparse_refuse(struct argparse_tree *tree, const char *format, ...)
{
	va_list args;
	char text[512];

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);

	pytext_buf_clear(&tree->problem);
	pytext_buf_append_string(&tree->problem, text);
	int r = pytext_buf_status(&tree->problem);
	return r < 0 ? r : -EINVAL;
}

int argparse_tree_text(struct argparse_tree *tree, const char *s, struct pytext *ret_text)
{
	return argparse_arena_text(&tree->arena, pytext_of(s == plugh_none ? NULL : s), ret_text);
}

int argparse_tree_value(struct argparse_tree *tree, const struct plugh_value *value,
	const struct plugh_value **ret_value)
{
	if (!value) {
		*ret_value = NULL;
		return 0;
	}

	int r = argparse_value_copy(&tree->arena, value, ret_value);
	return r == -EINVAL ? argparse_refuse(tree, "a value has lists nested too deep") : r;
}

static unsigned keywords_of(const struct plugh_argument_spec *spec)
{
	const bool given[] = {
		spec->nargs != NULL,
		spec->const_ != NULL,
		spec->default_ != NULL,
		spec->type != NULL,
		spec->choices != NULL,
		spec->required != PLUGH_UNSET,
		spec->help != NULL,
		spec->metavar != NULL || spec->metavars != NULL,
		spec->version != NULL,
	};
	unsigned keywords = 0;

	for (size_t i = 0; i < ARGPARSE_COUNT(given); i++)
		if (given[i])
			keywords |= 1U << i;
	return keywords;
}

static int refuse_keyword(
	struct argparse_tree *tree, const struct action_rule *rule, unsigned keywords)
{
	size_t i = 0;

	while (!(keywords & 1U << i))
		i++;
	return argparse_refuse(tree, "action '%s' takes no '%s'", rule->name, keyword_names[i]);
}

/* Names that make an option, all starting with a prefix character. */
static int take_names(
	struct plugh_group *group, struct plugh_argument *argument, const char *const *names)
{
	struct argparse_tree *tree = argument->tree;
	size_t count = 0;
	size_t size;

	while (names[count])
		count++;

	/* BooleanOptionalAction has up to twice as many. */
	argument->name = argparse_arena_array(&tree->arena, 2 * count, sizeof *argument->name);
	if (!argument->name)
		return -ENOMEM;

	for (size_t i = 0; i < count; i++) {
		struct pytext *name = &argument->name[argument->name_count];
		int r = argparse_tree_text(tree, names[i], name);
		if (r < 0)
			return r;
		if (!name->bytes || !argparse_has_prefix(*name, group->prefix_chars, &size))
			return argparse_refuse(tree,
				"invalid option string '%s': must start with a character '%s'",
				names[i], group->prefix_chars.bytes);
		argument->name_count++;
	}
	return 0;
}

/* The name that dest is inferred from: the first with two prefix characters, else the first. */
static struct pytext dest_name(
	const struct plugh_group *group, const struct plugh_argument *argument)
{
	for (size_t i = 0; i < argument->name_count; i++) {
		size_t size;
		argparse_has_prefix(argument->name[i], group->prefix_chars, &size);
		if (argparse_has_prefix(
			    pytext_from(argument->name[i], size), group->prefix_chars, &size))
			return argument->name[i];
	}
	return argument->name[0];
}

static int infer_dest(const struct plugh_group *group, struct plugh_argument *argument)
{
	struct pytext name = dest_name(group, argument);
	size_t size;

	while (argparse_has_prefix(name, group->prefix_chars, &size))
		name = pytext_from(name, size);
	if (name.length == 0)
		return argparse_refuse(argument->tree, "dest= is required for options like '%s'",
			argument->name[argument->name_count - 1].bytes);

	char *dest = argparse_arena_alloc(&argument->tree->arena, name.length + 1);
	if (!dest)
		return -ENOMEM;
	for (size_t i = 0; i < name.length; i++) {
		if (name.bytes[i] == '-')
			dest[i] = '_';
		else
			dest[i] = name.bytes[i];
	}
	argument->dest = (struct pytext){ dest, name.length };
	return 0;
}

/* _get_positional_kwargs */
static int declare_positional(
	struct plugh_argument *argument, const struct plugh_argument_spec *spec, const char *name)
{
	struct argparse_tree *tree = argument->tree;

	if (spec->flags & PLUGH_ARGUMENT_EXACT)
		return argparse_refuse(tree, "an exact argument is an option");
	if (name && spec->dest)
		return argparse_refuse(tree, "dest supplied twice for positional argument");
	if (!name && !spec->dest)
		return argparse_refuse(tree, "a positional argument needs a name or dest");
	if (spec->required != PLUGH_UNSET)
		return argparse_refuse(tree, "'required' is an invalid argument for positionals");

	enum argparse_nargs_kind kind = argument->nargs.kind;
	argument->required = (kind != ARGPARSE_NARGS_OPTIONAL &&
				     kind != ARGPARSE_NARGS_ZERO_OR_MORE) ||
			     (kind == ARGPARSE_NARGS_ZERO_OR_MORE && !spec->default_);
	if (argument->required && !(action_rules[spec->action].keywords & KEYWORD_REQUIRED))
		return refuse_keyword(tree, &action_rules[spec->action], KEYWORD_REQUIRED);
	return argparse_tree_text(tree, name ? name : spec->dest, &argument->dest);
}

/* _get_optional_kwargs */
static int declare_option(struct plugh_group *group, struct plugh_argument *argument,
	const struct plugh_argument_spec *spec)
{
	int r = take_names(group, argument, spec->names);

	if (r == 0 && spec->dest && spec->dest != plugh_none)
		r = argparse_tree_text(argument->tree, spec->dest, &argument->dest);
	else if (r == 0)
		r = infer_dest(group, argument);
	argument->required = spec->required == PLUGH_YES;
	return r;
}

static int declare_names(struct plugh_group *group, struct plugh_argument *argument,
	const struct plugh_argument_spec *spec)
{
	const char *first = spec->names ? spec->names[0] : NULL;
	size_t size;

	if (!first)
		return declare_positional(argument, spec, NULL);
	if (!spec->names[1] && !argparse_has_prefix(pytext_of(first), group->prefix_chars, &size)) {
		if (!*first)
			return argparse_refuse(argument->tree, "an argument's name is empty");
		return declare_positional(argument, spec, first);
	}
	return declare_option(group, argument, spec);
}

/* What the argument's value is when nothing sets it: its own, set_defaults', argument_default, the
 * action's. */
static int choose_default(struct plugh_group *group, struct plugh_argument *argument,
	const struct plugh_argument_spec *spec)
{
	const struct argparse_registry *registry = group->registry;

	argument->default_ = action_rules[spec->action].default_;
	if (spec->default_)
		return argparse_tree_value(argument->tree, spec->default_, &argument->default_);
	if (group->argument_default)
		argument->default_ = group->argument_default;
	for (size_t i = 0; i < registry->default_count; i++)
		if (pytext_is_equal(registry->default_[i].dest, argument->dest))
			argument->default_ = registry->default_[i].value;
	return 0;
}

static int take_metavar(struct plugh_argument *argument, const struct plugh_argument_spec *spec)
{
	const char *const single[] = { spec->metavar, NULL };
	const char *const *metavars = spec->metavars ? spec->metavars : single;
	size_t count = 0;

	if (!spec->metavars && (!spec->metavar || spec->metavar == plugh_none))
		return 0;
	while (metavars[count])
		count++;

	argument->metavar = argparse_arena_array(
		&argument->tree->arena, count, sizeof *argument->metavar);
	if (!argument->metavar)
		return -ENOMEM;
	argument->has_metavar = true;
	argument->has_tuple = spec->metavars != NULL;
	argument->metavar_count = count;
	for (size_t i = 0; i < count; i++) {
		int r = argparse_tree_text(argument->tree, metavars[i], &argument->metavar[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

static int take_choices(struct plugh_argument *argument, const struct plugh_value *choices)
{
	if (!choices || choices->kind == PLUGH_VALUE_NONE)
		return 0;
	if (choices->kind != PLUGH_VALUE_LIST)
		return argparse_refuse(argument->tree, "choices are a list");
	return argparse_tree_value(argument->tree, choices, &argument->choices);
}

/* The checks of _StoreAction and _AppendAction. */
static int check_words(const struct plugh_argument *argument, const struct action_rule *rule)
{
	if (!rule->takes_words)
		return 0;
	if (argparse_is_flag(argument->nargs))
		return argparse_refuse(
			argument->tree, argument->action == PLUGH_ACTION_STORE
						? "nargs for store actions must be != 0; if you "
						  "have nothing to store, "
						  "actions such as store true or store const may "
						  "be more appropriate"
						: "nargs for append actions must be != 0; if arg "
						  "strings are not supplying the "
						  "value to append, the append const action may be "
						  "more appropriate");
	if (argument->const_->kind != PLUGH_VALUE_NONE &&
		argument->nargs.kind != ARGPARSE_NARGS_OPTIONAL)
		return argparse_refuse(argument->tree, "nargs must be '?' to supply const");
	return 0;
}

/* BooleanOptionalAction: behind each --name, --no-name. */
static int add_negations(struct plugh_argument *argument)
{
	struct argparse_tree *tree = argument->tree;
	struct pytext *own = argument->name;
	size_t count = argument->name_count;

	argument->name = argparse_arena_array(&tree->arena, 2 * count + 1, sizeof *argument->name);
	if (!argument->name)
		return -ENOMEM;
	argument->name_count = 0;
	for (size_t i = 0; i < count; i++) {
		argument->name[argument->name_count++] = own[i];
		if (!pytext_starts_with(own[i], PYTEXT("--")))
			continue;

		char *negation = argparse_arena_alloc(&tree->arena, own[i].length + sizeof "no-");
		if (!negation)
			return -ENOMEM;
		snprintf(negation, own[i].length + sizeof "no-", "--no-%s", own[i].bytes + 2);
		argument->name[argument->name_count++] = pytext_of(negation);
	}
	return 0;
}

static int take_texts(struct plugh_argument *argument, const struct plugh_argument_spec *spec)
{
	const char *help = spec->help;

	if (spec->action == PLUGH_ACTION_VERSION && !help)
		help = "show program's version number and exit";

	int r = argparse_tree_text(argument->tree, help, &argument->help);
	if (r == 0)
		r = argparse_tree_text(argument->tree, spec->version, &argument->version);
	return r;
}

/* Python tries the metavars on for size when a parser itself takes the argument, not when a group
 * does. */
static int check_metavars(const struct plugh_group *group, const struct plugh_argument *argument)
{
	struct pytext_buf buf = { 0 };

	if (group->kind != ARGPARSE_GROUP_PARSER)
		return 0;

	int r = argparse_append_args(&buf, argument, argument->nargs, PYTEXT("None"));
	if (r == 0)
		r = pytext_buf_status(&buf);
	pytext_buf_release(&buf);
	if (r == -EINVAL)
		return argparse_refuse(
			argument->tree, argument->nargs.kind == ARGPARSE_NARGS_INVALID
						? "invalid nargs value"
						: "length of metavar tuple does not match nargs");
	return r;
}

/* What the action's constructor does with its keywords. */
static int declare_action(struct plugh_argument *argument, const struct plugh_argument_spec *spec)
{
	const struct action_rule *rule = &action_rules[spec->action];

	if (!rule->takes_words)
		argument->nargs = (struct argparse_nargs){ .kind = ARGPARSE_NARGS_NUMBER,
			.number = 0 };
	if (spec->type && spec->type != &plugh_type_none)
		argument->type = spec->type;
	argument->const_ = rule->const_;

	int r = spec->const_ ? argparse_tree_value(argument->tree, spec->const_, &argument->const_)
			     : 0;
	if (r == 0)
		r = take_choices(argument, spec->choices);
	if (r == 0)
		r = take_texts(argument, spec);
	if (r == 0 &&
		spec->action != PLUGH_ACTION_STORE_CONST) /* which takes a metavar and drops it */
		r = take_metavar(argument, spec);
	if (r == 0)
		r = check_words(argument, rule);
	if (r == 0 && spec->action == PLUGH_ACTION_BOOLEAN_OPTIONAL)
		r = add_negations(argument);
	return r;
}

static int fill_argument(struct plugh_group *group, struct plugh_argument *argument,
	const struct plugh_argument_spec *spec)
{
	if ((unsigned)spec->action >= ARGPARSE_COUNT(action_rules))
		return argparse_refuse(argument->tree, "unknown action \"%d\"", (int)spec->action);

	const struct action_rule *rule = &action_rules[spec->action];
	unsigned unknown = keywords_of(spec) & ~rule->keywords;

	argument->action = (int)spec->action;
	argument->flags = spec->flags;
	argument->tag = spec->tag;
	argument->nargs = argparse_nargs_parse(spec->nargs);

	int r = declare_names(group, argument, spec);
	if (r == 0 && unknown)
		r = refuse_keyword(argument->tree, rule, unknown);
	if (r == 0)
		r = choose_default(group, argument, spec);
	if (r == 0)
		r = declare_action(argument, spec);
	if (r == 0)
		r = check_metavars(group, argument);
	return r;
}

int plugh_group_add_argument(struct plugh_group *group, const struct plugh_argument_spec *spec,
	struct plugh_argument **ret_argument)
{
	struct argparse_tree *tree = group->parser->tree;
	struct plugh_argument *argument = argparse_arena_alloc(&tree->arena, sizeof *argument);

	if (!argument)
		return -ENOMEM;
	argument->tree = tree;

	int r = fill_argument(group, argument, spec);
	if (r == 0 && spec->flags & PLUGH_ARGUMENT_EXACT)
		r = argparse_list_append(&tree->arena, &group->registry->exact, argument);
	else if (r == 0)
		r = argparse_group_adopt(group, argument);
	if (r == 0 && ret_argument)
		*ret_argument = argument;
	return r;
}

int plugh_parser_add_argument(struct plugh_parser *parser, const struct plugh_argument_spec *spec,
	struct plugh_argument **ret_argument)
{
	return plugh_group_add_argument(&parser->self, spec, ret_argument);
}

void *plugh_argument_tag(const struct plugh_argument *argument)
{
	return argument->tag;
}

const char *plugh_argument_dest(const struct plugh_argument *argument)
{
	return argument->dest.bytes;
}
