/* The checks of one record.
 *
 * What each type of record may use is a table; what it does not use must be zero, so that a later
 * version can give the bytes a meaning.
 *
 * SPDX-License-Identifier: MIT */
#include "manifest_check.h"

#include <errno.h>
#include <string.h>

#include <plugh/json.h>

#define BIT(type) (1u << PLUGH_RECORD_##type)

static const struct field {
	const char *name;
	size_t offset, size; /* a number where size is 0 */
	uint32_t used_by;    /* bits of record types */
} field[] = {
#define TEXT(f, by)                                                                                \
	{                                                                                          \
#f, offsetof(struct plugh_option, f), sizeof(((struct plugh_option *)0)->f), by    \
	}
#define NUMBER(f, by)                                                                              \
	{                                                                                          \
#f, offsetof(struct plugh_option, f), 0, by                                        \
	}
	NUMBER(magic, BIT(PLUGIN) | BIT(COMMAND)),
	NUMBER(abi_major, BIT(PLUGIN) | BIT(COMMAND)),
	NUMBER(abi_minor, BIT(PLUGIN) | BIT(COMMAND)),
	NUMBER(kind, BIT(OPTION)),
	NUMBER(offset, BIT(OPTION)),
	NUMBER(size, BIT(PLUGIN) | BIT(COMMAND) | BIT(OPTION)),
	TEXT(names,
		BIT(PLUGIN) | BIT(COMMAND) | BIT(LISTED) | BIT(OPTION) | BIT(GROUP) | BIT(EXAMPLE)),
	TEXT(help, BIT(ABOUT) | BIT(OPTION) | BIT(STATUS) | BIT(EXAMPLE) | BIT(EPILOG)),
	TEXT(version, BIT(ABOUT)),
	TEXT(metavar, BIT(OPTION)),
	TEXT(nargs, BIT(OPTION)),
	TEXT(default_, BIT(OPTION)),
	TEXT(const_, BIT(OPTION)),
	TEXT(choices, BIT(OPTION)),
	TEXT(action, BIT(OPTION)),
	NUMBER(required, BIT(OPTION) | BIT(ONE_OF)),
	NUMBER(role, BIT(OPTION)),
	NUMBER(access, BIT(OPTION)),
	NUMBER(needs, BIT(ABOUT) | BIT(OPTION)),
	NUMBER(flags, BIT(ABOUT) | BIT(OPTION)),
	NUMBER(usage_status, BIT(ABOUT) | BIT(STATUS)),
#undef TEXT
#undef NUMBER
};

static const char *const type_name[] = {
	[PLUGH_RECORD_PLUGIN] = "PLUGH_PLUGIN",
	[PLUGH_RECORD_COMMAND] = "PLUGH_COMMAND",
	[PLUGH_RECORD_ABOUT] = "PLUGH_ABOUT",
	[PLUGH_RECORD_LISTED] = "PLUGH_PLUGIN_OF",
	[PLUGH_RECORD_OPTION] = "PLUGH_OPT",
	[PLUGH_RECORD_GROUP] = "PLUGH_GROUP",
	[PLUGH_RECORD_ONE_OF] = "PLUGH_ONE_OF",
	[PLUGH_RECORD_END] = "the end of a group",
	[PLUGH_RECORD_STATUS] = "PLUGH_STATUS",
	[PLUGH_RECORD_EXAMPLE] = "PLUGH_EXAMPLE",
	[PLUGH_RECORD_EPILOG] = "PLUGH_EPILOG",
};

/* Each byte equals the next one: memcmp is many times faster than a loop, and most of a manifest is
 * zero. */
static bool is_zero(const char *bytes, size_t n)
{
	return n == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, n - 1) == 0);
}

static bool has_control(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];
		/* U+0080 to U+009F are controls too: C2 80 to C2 9F. */
		if (c < 0x20 || c == 0x7f ||
			(c == 0xc2 && i + 1 < n && (unsigned char)text[i + 1] < 0xa0))
			return true;
	}
	return false;
}

/* Nothing but printable ASCII, as nearly all texts are; without an early end, so that it is looked
 * at many bytes at a time. */
static bool is_plain(const char *text, size_t n)
{
	bool plain = true;

	for (size_t i = 0; i < n; i++)
		plain &= (unsigned char)text[i] >= 0x20 && (unsigned char)text[i] < 0x7f;
	return plain;
}

static int check_text(const struct plugh_option *record, const struct field *f, struct reason *why)
{
	const char *text = (const char *)record + f->offset;
	size_t n = strnlen(text, f->size);
	const char *type = type_name[record->note.type];

	if (n == f->size)
		return reason_set(why, -ENOEXEC,
			"damaged manifest: '%s' of %s has no NUL: its text is too long", f->name,
			type);
	if (!is_zero(text + n, f->size - n))
		return reason_set(why, -ENOEXEC,
			"damaged manifest: bytes behind the end of '%s' of %s", f->name, type);
	if (is_plain(text, n))
		return 0;
	if (plugh_utf8_valid(text, n) != n)
		return reason_set(
			why, -ENOEXEC, "damaged manifest: '%s' of %s is not UTF-8", f->name, type);
	if (has_control(text, n))
		return reason_set(why, -ENOEXEC,
			"damaged manifest: control characters in '%s' of %s", f->name, type);
	return 0;
}

static bool is_unset(const struct plugh_option *record, const struct field *f)
{
	const char *bytes = (const char *)record + f->offset;
	uint32_t number;

	if (f->size != 0)
		return bytes[0] == 0 && is_zero(bytes, f->size);
	memcpy(&number, bytes, sizeof number);
	return number == 0;
}

static int check_fields(const struct plugh_option *record, struct reason *why)
{
	for (size_t i = 0; i < sizeof field / sizeof field[0]; i++) {
		const struct field *f = &field[i];
		bool is_used = (f->used_by & 1u << record->note.type) != 0;

		if (is_unset(record, f))
			continue;
		if (!is_used)
			return reason_set(why, -ENOEXEC,
				"damaged manifest: '%s' in %s, which has no such field", f->name,
				type_name[record->note.type]);
		int r = f->size != 0 ? check_text(record, f, why) : 0;
		if (r < 0)
			return r;
	}
	return 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool manifest_is_name(const char *name)
{
	if (*name < 'a' || *name > 'z')
		return false;
	while ((*name >= 'a' && *name <= 'z') || is_digit(*name) || *name == '_')
		name++;
	return *name == '\0';
}

static int check_name(const struct plugh_option *record, struct reason *why)
{
	const char *name = record->names;

	if (!manifest_is_name(name))
		return reason_set(why, -ENOEXEC,
			"'%s' is no name: lower-case letters, digits and _ are, a letter first",
			name);
	return 0;
}

static const struct {
	uint32_t size;
	bool is_list;
} kind_of[] = {
	[PLUGH_KIND_BOOL] = { sizeof(bool), false },
	[PLUGH_KIND_INT] = { sizeof(int), false },
	[PLUGH_KIND_UINT] = { sizeof(unsigned), false },
	[PLUGH_KIND_INT64] = { sizeof(int64_t), false },
	[PLUGH_KIND_UINT64] = { sizeof(uint64_t), false },
	[PLUGH_KIND_DOUBLE] = { sizeof(double), false },
	[PLUGH_KIND_TEXT] = { sizeof(const char *), false },
	[PLUGH_KIND_SIZE] = { sizeof(plugh_size), false },
	[PLUGH_KIND_DURATION] = { sizeof(plugh_duration), false },
	[PLUGH_KIND_PORT] = { sizeof(plugh_port), false },
	[PLUGH_KIND_TEXTS] = { sizeof(plugh_texts), true },
	[PLUGH_KIND_PATHS] = { sizeof(plugh_paths), true },
	[PLUGH_KIND_INTS] = { sizeof(plugh_ints), true },
};

static int check_kind(const struct plugh_option *option, struct reason *why)
{
	uint32_t kind = option->kind & PLUGH_KIND_MASK;

	if (kind == 0 || kind >= sizeof kind_of / sizeof kind_of[0] ||
		(option->kind & ~(uint32_t)(PLUGH_KIND_MASK | PLUGH_KIND_SHARED)) != 0)
		return reason_set(
			why, -ENOEXEC, "option '%s': unknown kind %u", option->names, option->kind);
	if (option->size != kind_of[kind].size)
		return reason_set(why, -ENOEXEC, "option '%s': a member of %u bytes, not %u",
			option->names, option->size, kind_of[kind].size);
	return 0;
}

static bool is_number(const char *text)
{
	size_t n = 0;
	bool is_zero = true;

	for (; is_digit(text[n]); n++)
		is_zero &= text[n] == '0';
	return n <= 3 && text[n] == '\0' && !is_zero;
}

static int check_nargs(const struct plugh_option *option, struct reason *why)
{
	const char *nargs = option->nargs;
	bool single = nargs[0] == '\0' || strcmp(nargs, "?") == 0;
	bool many = strcmp(nargs, "*") == 0 || strcmp(nargs, "+") == 0 ||
		    strcmp(nargs, "...") == 0 || strcmp(nargs, "A...") == 0 || is_number(nargs);
	bool gathers = strcmp(option->action, "append") == 0 ||
		       strcmp(option->action, "append_const") == 0;
	bool is_list = kind_of[option->kind & PLUGH_KIND_MASK].is_list;

	if (!single && !many)
		return reason_set(why, -ENOEXEC, "option '%s': nargs '%s' is none of ? * + ... N",
			option->names, nargs);
	if (many && !is_list)
		return reason_set(why, -ENOEXEC,
			"option '%s': nargs '%s' needs a list: plugh_texts, plugh_paths, "
			"plugh_ints",
			option->names, nargs);
	if (single && is_list && !gathers)
		return reason_set(why, -ENOEXEC,
			"option '%s': a list is filled by nargs * + N or by action append",
			option->names);
	return 0;
}

/* The actions that a kind of member can be filled by. */
static int check_action(const struct plugh_option *option, struct reason *why)
{
	static const struct {
		const char *name;
		bool flag, number, value, list;
	} row[] = {
		{ "", true, true, true, true },
		{ "store", false, true, true, true },
		{ "store_true", true, false, false, false },
		{ "store_false", true, false, false, false },
		{ "boolean", true, false, false, false },
		{ "store_const", true, true, true, false },
		{ "count", false, true, false, false },
		{ "append", false, false, false, true },
		{ "append_const", false, false, false, true },
		{ "extend", false, false, false, true },
	};
	uint32_t kind = option->kind & PLUGH_KIND_MASK;
	bool is_list = kind_of[kind].is_list;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		if (strcmp(option->action, row[i].name) != 0)
			continue;
		bool fits = is_list ? row[i].list
			    : kind == PLUGH_KIND_BOOL
				    ? row[i].flag
				    : row[i].value ||
					      (row[i].number && (kind == PLUGH_KIND_INT ||
									kind == PLUGH_KIND_UINT));
		if (!fits)
			return reason_set(why, -ENOEXEC,
				"option '%s': action '%s' does not fit the type of its member",
				option->names, option->action);
		return 0;
	}
	return reason_set(
		why, -ENOEXEC, "option '%s': unknown action '%s'", option->names, option->action);
}

static int check_names(const struct plugh_option *option, struct reason *why)
{
	char name[sizeof option->names];
	size_t n = 0;

	for (; manifest_option_name(option, n, name); n++) {
		bool is_option = name[0] == '-';
		if (!manifest_is_positional(option) != is_option)
			return reason_set(why, -ENOEXEC,
				"option '%s': names with and without a dash", option->names);
		if (strcmp(name, "-") == 0 || strcmp(name, "--") == 0 || strchr(name, '=') != NULL)
			return reason_set(why, -ENOEXEC, "option '%s': '%s' is no option",
				option->names, name);
		if (strcmp(name, "-h") == 0 || strcmp(name, "--help") == 0)
			return reason_set(why, -ENOEXEC,
				"option '%s': every command has -h and --help already",
				option->names);
	}
	if (n == 0)
		return reason_set(why, -ENOEXEC, "an option without a name");
	if (n > MANIFEST_MAX_NAMES)
		return reason_set(why, -ENOEXEC, "option '%s': more than %d names", option->names,
			MANIFEST_MAX_NAMES);
	if (n > 1 && manifest_is_positional(option))
		return reason_set(why, -ENOEXEC, "positional '%s' has %zu names", option->names, n);
	return 0;
}

static int check_bits(const struct plugh_option *option, struct reason *why)
{
	const uint32_t needs = PLUGH_READ | PLUGH_WRITE | PLUGH_NET | PLUGH_EXEC | PLUGH_PTRACE;
	const uint32_t about = PLUGH_OPTIONS_END_AT_OPERAND | PLUGH_HANDLES_SIGNALS |
			       PLUGH_TAKES_ACTIVATION | PLUGH_MEASURES_MEMORY;
	const uint32_t files = PLUGH_READ | PLUGH_WRITE, sockets = PLUGH_LISTEN | PLUGH_CONNECT;
	bool is_about = option->note.type == PLUGH_RECORD_ABOUT;

	if ((option->needs & ~needs) != 0)
		return reason_set(why, -ENOEXEC, "unknown need: bits %#x", option->needs & ~needs);
	if ((option->access & ~(files | sockets)) != 0)
		return reason_set(why, -ENOEXEC, "unknown access: bits %#x", option->access);
	if ((option->access & files) != 0 && (option->access & sockets) != 0)
		return reason_set(why, -ENOEXEC,
			"option '%s': a path is a file's (PLUGH_READ, PLUGH_WRITE) or a socket's "
			"(PLUGH_LISTEN, PLUGH_CONNECT)",
			option->names);
	uint32_t flags = is_about ? about : PLUGH_ENDS_OPTIONS;
	if ((option->flags & ~flags) != 0)
		return reason_set(why, -ENOEXEC, "unknown flag: bits %#x", option->flags & ~flags);
	if (option->role > PLUGH_ROLE_COMMAND)
		return reason_set(why, -ENOEXEC, "unknown role: %u", option->role);
	if (option->usage_status > 255)
		return reason_set(why, -ENOEXEC, "%u is no exit status", option->usage_status);
	return 0;
}

static bool is_text_kind(const struct plugh_option *option)
{
	uint32_t kind = option->kind & PLUGH_KIND_MASK;
	return kind == PLUGH_KIND_TEXT || kind == PLUGH_KIND_TEXTS || kind == PLUGH_KIND_PATHS;
}

static bool is_choice(const struct plugh_option *option, const char *word)
{
	char choice[sizeof option->choices];

	for (size_t i = 0; manifest_word(option->choices, i, choice, sizeof choice); i++) {
		if (strcmp(choice, word) == 0)
			return true;
	}
	return false;
}

/* An enum's member holds the number of a choice, so nothing else can be put into it. */
static int check_enum(const struct plugh_option *option, struct reason *why)
{
	const char *const word[] = { option->default_, option->const_ };

	if ((option->kind & PLUGH_KIND_MASK) != PLUGH_KIND_UINT || option->choices[0] == '\0')
		return 0;
	for (size_t i = 0; i < 2; i++) {
		if (word[i][0] != '\0' && !is_choice(option, word[i]))
			return reason_set(why, -ENOEXEC, "option '%s': '%s' is none of its choices",
				option->names, word[i]);
	}
	return 0;
}

static int check_option(const struct plugh_option *option, struct reason *why)
{
	static int (*const check[])(const struct plugh_option *, struct reason *) = {
		check_names,
		check_kind,
		check_nargs,
		check_action,
		check_enum,
	};

	for (size_t i = 0; i < sizeof check / sizeof check[0]; i++) {
		int r = check[i](option, why);
		if (r < 0)
			return r;
	}
	if ((option->access != 0 || option->role != 0) && !is_text_kind(option))
		return reason_set(
			why, -ENOEXEC, "option '%s': access and role are of texts", option->names);
	if ((option->kind & PLUGH_KIND_MASK) == PLUGH_KIND_PATHS && option->access == 0)
		return reason_set(why, -ENOEXEC,
			"option '%s': plugh_paths needs .access = PLUGH_READ or PLUGH_WRITE",
			option->names);
	return 0;
}

int manifest_check_record(const struct plugh_option *record, struct reason *why)
{
	if (record->note.type >= sizeof type_name / sizeof type_name[0] ||
		type_name[record->note.type] == NULL)
		return reason_set(why, -ENOEXEC, "damaged manifest: unknown record type %u",
			record->note.type);

	int r = check_fields(record, why);
	if (r == 0)
		r = check_bits(record, why);
	if (r < 0)
		return r;
	switch (record->note.type) {
	case PLUGH_RECORD_PLUGIN:
	case PLUGH_RECORD_COMMAND:
	case PLUGH_RECORD_LISTED:
		return check_name(record, why);
	case PLUGH_RECORD_OPTION:
		return check_option(record, why);
	default:
		return 0;
	}
}
