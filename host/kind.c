/* The kinds of members.
 *
 * Numbers of 64 bits without sign, sizes and durations travel through the parser as int64 values
 * with the same bits: only the code here looks at them again.
 *
 * SPDX-License-Identifier: MIT */
#include "kind.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <plugh/units.h>

#include "config.h"
#include "manifest.h"

static void set_integer(struct plugh_value *value, uint64_t bits)
{
	*value = (struct plugh_value){ .kind = PLUGH_VALUE_INT, .as.integer = (int64_t)bits };
}

static int refuse(struct plugh_refusal *refusal, int r, const char *hint)
{
	snprintf(refusal->hint, sizeof refusal->hint, "%s", hint);
	return r;
}

/* Python's int within the limits of the member; ctx tells which. */
struct range {
	int64_t low, high;
	const char *hint;
};

static int convert_int(
	void *ctx, const char *text, struct plugh_value *ret_value, struct plugh_refusal *refusal)
{
	const struct range *range = (const struct range *)ctx;
	struct plugh_value value;

	int r = plugh_type_int.convert(plugh_type_int.ctx, text, &value, refusal);
	if (r < 0)
		return r;
	if (value.as.integer < range->low || value.as.integer > range->high)
		return refuse(refusal, -ERANGE, range->hint);
	*ret_value = value;
	return 0;
}

static int convert_uint64(
	void *ctx, const char *text, struct plugh_value *ret_value, struct plugh_refusal *refusal)
{
	(void)ctx;
	char *end;

	if (*text < '0' || *text > '9')
		return refuse(refusal, -EINVAL, "a whole number from 0 on");
	errno = 0;
	unsigned long long number = strtoull(text, &end, 10);
	if (errno != 0 || *end != '\0')
		return refuse(refusal, -EINVAL, "a whole number from 0 to 18446744073709551615");
	set_integer(ret_value, number);
	return 0;
}

static int convert_size(
	void *ctx, const char *text, struct plugh_value *ret_value, struct plugh_refusal *refusal)
{
	(void)ctx;
	plugh_size size;

	int r = plugh_size_parse(text, &size);
	if (r == -ERANGE)
		return refuse(refusal, r, "too large");
	if (r < 0)
		return refuse(refusal, r, "a number with K, M, G or T");
	set_integer(ret_value, size.bytes);
	return 0;
}

static int convert_duration(
	void *ctx, const char *text, struct plugh_value *ret_value, struct plugh_refusal *refusal)
{
	(void)ctx;
	plugh_duration duration;

	int r = plugh_duration_parse(text, &duration);
	if (r == -ERANGE)
		return refuse(refusal, r, "too long");
	if (r < 0)
		return refuse(refusal, r, "such as 1.5s, 200ms or 1m30s");
	set_integer(ret_value, (uint64_t)duration.ns);
	return 0;
}

static int convert_port(
	void *ctx, const char *text, struct plugh_value *ret_value, struct plugh_refusal *refusal)
{
	(void)ctx;
	plugh_port port;

	int r = plugh_port_parse(text, &port);
	if (r < 0)
		return refuse(refusal, r, "a number from 0 to 65535");
	set_integer(ret_value, port.number);
	return 0;
}

static void set_text(struct plugh_value *value, const char *text)
{
	*value = (struct plugh_value){ .kind = PLUGH_VALUE_TEXT,
		.as.text = { text, strlen(text) } };
}

/* Whether a path is there, the plugin tells: of several, it may still do the others. */
static int convert_path(
	void *ctx, const char *text, struct plugh_value *ret_value, struct plugh_refusal *refusal)
{
	(void)ctx;

	if (text[0] == '\0')
		return refuse(refusal, -EINVAL, "a path is not empty");
	set_text(ret_value, text);
	return 0;
}

/* One that is not there may be one to be made. */
static int convert_directory(
	void *ctx, const char *text, struct plugh_value *ret_value, struct plugh_refusal *refusal)
{
	struct stat st;

	if (stat(text, &st) == 0 && !S_ISDIR(st.st_mode))
		return refuse(refusal, -ENOTDIR, "it is no folder");
	return convert_path(ctx, text, ret_value, refusal);
}

/* A name (RFC 1123, and what resolvers take besides) or an address, with its scope and in brackets.
 */
static int convert_host(
	void *ctx, const char *text, struct plugh_value *ret_value, struct plugh_refusal *refusal)
{
	enum { LONGEST_NAME = 253 };
	(void)ctx;

	if (text[0] == '\0' || strlen(text) > LONGEST_NAME || strpbrk(text, " \t\r\n/@?#") != NULL)
		return refuse(refusal, -EINVAL, "a name or an address");
	set_text(ret_value, text);
	return 0;
}

static int convert_command(
	void *ctx, const char *text, struct plugh_value *ret_value, struct plugh_refusal *refusal)
{
	(void)ctx;

	if (text[0] == '\0')
		return refuse(refusal, -EINVAL, "a program's name or path");
	set_text(ret_value, text);
	return 0;
}

static const struct range int_range = { INT_MIN, INT_MAX, "from -2147483648 to 2147483647" };
static const struct range uint_range = { 0, UINT_MAX, "from 0 to 4294967295" };

static const struct plugh_type type_int = { "int", convert_int, (void *)&int_range };
static const struct plugh_type type_uint = { "int", convert_int, (void *)&uint_range };
static const struct plugh_type type_uint64 = { "int", convert_uint64, NULL };
static const struct plugh_type type_size = { "size", convert_size, NULL };
static const struct plugh_type type_duration = { "duration", convert_duration, NULL };
static const struct plugh_type type_port = { "port", convert_port, NULL };

static const struct plugh_type type_path = { "path", convert_path, NULL };

/* Of texts, by what they stand for. */
static const struct plugh_type type_of_role[] = {
	[PLUGH_ROLE_DIRECTORY] = { "directory", convert_directory, NULL },
	[PLUGH_ROLE_HOST] = { "host", convert_host, NULL },
	[PLUGH_ROLE_COMMAND] = { "command", convert_command, NULL },
};

static const struct kind {
	const char *name;
	const struct plugh_type *type;
	const char *metavar;
	bool is_list;
} kinds[] = {
	[PLUGH_KIND_BOOL] = { "flag", &plugh_type_none, NULL, false },
	[PLUGH_KIND_INT] = { "int", &type_int, NULL, false },
	[PLUGH_KIND_UINT] = { "unsigned", &type_uint, NULL, false },
	[PLUGH_KIND_INT64] = { "int64", &plugh_type_int, NULL, false },
	[PLUGH_KIND_UINT64] = { "uint64", &type_uint64, NULL, false },
	[PLUGH_KIND_DOUBLE] = { "double", &plugh_type_float, NULL, false },
	[PLUGH_KIND_TEXT] = { "text", &plugh_type_str, NULL, false },
	[PLUGH_KIND_SIZE] = { "size", &type_size, "SIZE", false },
	[PLUGH_KIND_DURATION] = { "duration", &type_duration, "DURATION", false },
	[PLUGH_KIND_PORT] = { "port", &type_port, "PORT", false },
	[PLUGH_KIND_TEXTS] = { "texts", &plugh_type_str, NULL, true },
	[PLUGH_KIND_PATHS] = { "paths", &plugh_type_str, "FILE", true },
	[PLUGH_KIND_INTS] = { "ints", &plugh_type_int, NULL, true },
};

static const struct kind *kind_of(const struct plugh_option *option)
{
	return &kinds[option->kind & PLUGH_KIND_MASK];
}

/* An enum's words are compared with its choices, so they stay texts. */
static bool is_enum(const struct plugh_option *option)
{
	return (option->kind & PLUGH_KIND_MASK) == PLUGH_KIND_UINT && option->choices[0] != '\0';
}

const struct plugh_type *kind_type(const struct plugh_option *option)
{
	if (is_enum(option))
		return &plugh_type_str;
	/* Nothing can be wrong with a command before it is started: who runs it tells. */
	if (option->role == PLUGH_ROLE_COMMAND && manifest_is_positional(option))
		return &plugh_type_str;
	if (option->role != PLUGH_ROLE_TEXT)
		return &type_of_role[option->role];
	return option->access != 0 ? &type_path : kind_of(option)->type;
}

const char *kind_metavar(const struct plugh_option *option)
{
	static const char *const role[] = {
		[PLUGH_ROLE_DIRECTORY] = "DIR",
		[PLUGH_ROLE_HOST] = "HOST",
		[PLUGH_ROLE_COMMAND] = "COMMAND",
	};

	if (option->role != PLUGH_ROLE_TEXT)
		return role[option->role];
	if (option->access != 0)
		return "FILE";
	return kind_of(option)->metavar;
}

const char *kind_name(const struct plugh_option *option)
{
	return is_enum(option) ? "choice" : kind_of(option)->name;
}

bool kind_is_flag(const struct plugh_option *option)
{
	return (option->kind & PLUGH_KIND_MASK) == PLUGH_KIND_BOOL;
}

bool kind_is_text(const struct plugh_option *option)
{
	return is_enum(option) || kind_of(option)->type == &plugh_type_str;
}

bool kind_is_list(const struct plugh_option *option)
{
	return kind_of(option)->is_list;
}

struct kind_arena {
	struct block {
		struct block *next;
		max_align_t data[];
	} * first;
};

int kind_arena_create(struct kind_arena **ret_arena)
{
	*ret_arena = (struct kind_arena *)calloc(1, sizeof **ret_arena);
	return *ret_arena != NULL ? 0 : -ENOMEM;
}

static void *take(struct kind_arena *arena, size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes))
		return NULL;
	struct block *block = (struct block *)calloc(1, sizeof *block + bytes + 1);
	if (block == NULL)
		return NULL;
	block->next = arena->first;
	arena->first = block;
	return block->data;
}

void kind_arena_destroy(struct kind_arena *arena)
{
	if (arena == NULL)
		return;
	while (arena->first != NULL) {
		struct block *block = arena->first;
		arena->first = block->next;
		free(block);
	}
	free(arena);
}

static unsigned choice_index(const struct plugh_option *option, const char *text)
{
	char word[sizeof option->choices];

	for (unsigned i = 0; manifest_word(option->choices, i, word, sizeof word); i++) {
		if (strcmp(word, text) == 0)
			return i;
	}
	return 0;
}

/* An append action makes lists of lists where it has nargs; members are flat. */
static size_t count_leaves(const struct plugh_value *value)
{
	size_t n = 0;

	if (value->kind != PLUGH_VALUE_LIST)
		return 1;
	for (size_t i = 0; i < value->as.list.count; i++) {
		const struct plugh_value *item = &value->as.list.item[i];
		n += item->kind == PLUGH_VALUE_LIST ? item->as.list.count : 1;
	}
	return n;
}

/* The one at the place, which moves on; NULL beyond the last. */
static const struct plugh_value *next_leaf(
	const struct plugh_value *value, struct kind_place *place)
{
	if (value->kind != PLUGH_VALUE_LIST)
		return place->item++ == 0 ? value : NULL;
	for (; place->item < value->as.list.count; place->item++, place->inner = 0) {
		const struct plugh_value *item = &value->as.list.item[place->item];
		if (item->kind != PLUGH_VALUE_LIST) {
			place->item++;
			return item;
		}
		if (place->inner < item->as.list.count)
			return &item->as.list.item[place->inner++];
	}
	return NULL;
}

static int store_ints(const struct plugh_value *value, struct kind_arena *arena, void *member)
{
	size_t n = count_leaves(value);
	int64_t *item = (int64_t *)take(arena, n, sizeof *item);
	if (item == NULL)
		return -ENOMEM;
	struct kind_place place = { 0, 0 };
	for (size_t i = 0; i < n; i++)
		item[i] = next_leaf(value, &place)->as.integer;
	memcpy(member, &(plugh_ints){ n, item }, sizeof(plugh_ints));
	return 0;
}

static int store_texts(const struct plugh_value *value, struct kind_arena *arena, void *member)
{
	size_t n = count_leaves(value);
	const char **item = (const char **)take(arena, n + 1, sizeof *item);
	if (item == NULL)
		return -ENOMEM;
	struct kind_place place = { 0, 0 };
	for (size_t i = 0; i < n; i++)
		item[i] = next_leaf(value, &place)->as.text.bytes;
	/* plugh_texts and plugh_paths are alike. */
	memcpy(member, &(plugh_texts){ n, item }, sizeof(plugh_texts));
	return 0;
}

static void store_scalar(
	const struct plugh_option *option, const struct plugh_value *value, void *member)
{
	int64_t integer = value->kind == PLUGH_VALUE_INT ? value->as.integer : 0;

	switch (option->kind & PLUGH_KIND_MASK) {
	case PLUGH_KIND_BOOL:
		memcpy(member, &value->as.boolean, sizeof(bool));
		break;
	case PLUGH_KIND_INT:
		memcpy(member, &(int){ (int)integer }, sizeof(int));
		break;
	case PLUGH_KIND_UINT:
		memcpy(member,
			&(unsigned){ value->kind == PLUGH_VALUE_TEXT
					     ? choice_index(option, value->as.text.bytes)
					     : (unsigned)integer },
			sizeof(unsigned));
		break;
	case PLUGH_KIND_DOUBLE:
		memcpy(member, &value->as.number, sizeof(double));
		break;
	case PLUGH_KIND_TEXT:
		memcpy(member, &value->as.text.bytes, sizeof(const char *));
		break;
	case PLUGH_KIND_PORT:
		memcpy(member, &(plugh_port){ (uint16_t)integer }, sizeof(plugh_port));
		break;
	default: /* INT64, UINT64, SIZE, DURATION: eight bytes with these bits */
		memcpy(member, &integer, sizeof integer);
		break;
	}
}

int kind_store(const struct plugh_option *option, const struct plugh_value *value,
	struct kind_arena *arena, void *args)
{
	void *member = (char *)args + option->offset;

	if (value == NULL || value->kind == PLUGH_VALUE_NONE || value->kind == PLUGH_VALUE_SUPPRESS)
		return 0;
	if ((option->kind & PLUGH_KIND_MASK) == PLUGH_KIND_INTS)
		return store_ints(value, arena, member);
	if (kind_is_list(option))
		return store_texts(value, arena, member);
	store_scalar(option, value, member);
	return 0;
}

const char *kind_text(const struct plugh_value *value, struct kind_place *place)
{
	if (value == NULL || (value->kind != PLUGH_VALUE_TEXT && value->kind != PLUGH_VALUE_LIST))
		return NULL;
	const struct plugh_value *one = next_leaf(value, place);
	return one != NULL && one->kind == PLUGH_VALUE_TEXT ? one->as.text.bytes : NULL;
}

static bool is_choice(const struct plugh_option *option, const char *word)
{
	char choice[sizeof option->choices];

	if (option->choices[0] == '\0')
		return true;
	for (size_t i = 0; manifest_word(option->choices, i, choice, sizeof choice); i++) {
		if (strcmp(choice, word) == 0)
			return true;
	}
	return false;
}

int kind_check(const struct plugh_option *option, const char *word, char *error, size_t size)
{
	const struct plugh_type *type = kind_type(option);
	struct plugh_refusal refusal = { .hint = "on or off" };
	struct plugh_value value;
	bool flag;
	int r = 0;

	if (type == &plugh_type_none)
		r = config_parse_flag(word, &flag);
	else if (type->convert != NULL) {
		refusal.hint[0] = '\0';
		r = type->convert(type->ctx, word, &value, &refusal);
	}
	if (r < 0) {
		snprintf(error, size, "invalid %s value: '%s'%s%s%s",
			type == &plugh_type_none ? "flag" : type->name, word,
			refusal.hint[0] != '\0' ? " (" : "", refusal.hint,
			refusal.hint[0] != '\0' ? ")" : "");
		return -EINVAL;
	}
	if (!is_choice(option, word)) {
		snprintf(error, size, "invalid choice: '%s' (choose from %s)", word,
			option->choices);
		return -EINVAL;
	}
	return 0;
}
