/* Kinds of members: words that are good and bad for each, and where values land in the struct.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <float.h>
#include <string.h>

#include <plugh/option.h>

#include "kind.h"
#include "plugh_test.h"

static void words_of_ini_files_are_checked(void **state)
{
	static const struct {
		uint32_t kind;
		const char *choices, *word, *error; /* "": the word is good */
	} row[] = {
		{ PLUGH_KIND_BOOL, "", "on", "" },
		{ PLUGH_KIND_BOOL, "", "no", "" },
		{ PLUGH_KIND_BOOL, "", "maybe", "invalid flag value: 'maybe' (on or off)" },
		{ PLUGH_KIND_INT, "", "-2147483648", "" },
		{ PLUGH_KIND_INT, "", "2147483647", "" },
		{ PLUGH_KIND_INT, "", "2147483648",
			"invalid int value: '2147483648' (from -2147483648 to 2147483647)" },
		{ PLUGH_KIND_INT, "", "-2147483649",
			"invalid int value: '-2147483649' (from -2147483648 to 2147483647)" },
		{ PLUGH_KIND_INT, "", "ten", "invalid int value: 'ten'" },
		{ PLUGH_KIND_INT, "", "", "invalid int value: ''" },
		{ PLUGH_KIND_INT, "", "1_000", "" }, /* Python's int */
		{ PLUGH_KIND_UINT, "", "4294967295", "" },
		{ PLUGH_KIND_UINT, "", "4294967296",
			"invalid int value: '4294967296' (from 0 to 4294967295)" },
		{ PLUGH_KIND_UINT, "", "-1", "invalid int value: '-1' (from 0 to 4294967295)" },
		{ PLUGH_KIND_UINT, "low high", "high", "" },
		{ PLUGH_KIND_UINT, "low high", "hig",
			"invalid choice: 'hig' (choose from low high)" },
		{ PLUGH_KIND_INT64, "", "-9223372036854775808", "" },
		{ PLUGH_KIND_INT64, "", "9223372036854775807", "" },
		{ PLUGH_KIND_UINT64, "", "18446744073709551615", "" },
		{ PLUGH_KIND_UINT64, "", "18446744073709551616",
			"invalid int value: '18446744073709551616' (a whole number from 0 to "
			"18446744073709551615)" },
		{ PLUGH_KIND_UINT64, "", " 1",
			"invalid int value: ' 1' (a whole number from 0 on)" },
		{ PLUGH_KIND_DOUBLE, "", "1e3", "" },
		{ PLUGH_KIND_DOUBLE, "", "half", "invalid float value: 'half'" },
		{ PLUGH_KIND_TEXT, "", "", "" },
		{ PLUGH_KIND_TEXT, "a b", "c", "invalid choice: 'c' (choose from a b)" },
		{ PLUGH_KIND_SIZE, "", "64k", "" },
		{ PLUGH_KIND_SIZE, "", "12Q",
			"invalid size value: '12Q' (a number with K, M, G or T)" },
		{ PLUGH_KIND_SIZE, "", "99999999999T",
			"invalid size value: '99999999999T' (too large)" },
		{ PLUGH_KIND_DURATION, "", "1m30s", "" },
		{ PLUGH_KIND_DURATION, "", "soon",
			"invalid duration value: 'soon' (such as 1.5s, 200ms or 1m30s)" },
		{ PLUGH_KIND_PORT, "", "65535", "" },
		{ PLUGH_KIND_PORT, "", "65536",
			"invalid port value: '65536' (a number from 0 to 65535)" },
		{ PLUGH_KIND_PORT, "", "http",
			"invalid port value: 'http' (a number from 0 to 65535)" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct plugh_option option = { .kind = row[i].kind };
		char error[256] = "";
		memcpy(option.choices, row[i].choices, strlen(row[i].choices));
		int r = kind_check(&option, row[i].word, error, sizeof error);
		assert_string_equal(error, row[i].error);
		assert_int_equal(r, row[i].error[0] != '\0' ? -EINVAL : 0);
	}
}

struct all {
	char before;
	bool flag;
	int number;
	unsigned level;
	int64_t big;
	uint64_t huge;
	double ratio;
	const char *text;
	plugh_size size;
	plugh_duration wait;
	plugh_port port;
	plugh_texts texts;
	plugh_ints ints;
	char after;
};

#define MEMBER(kind_, member)                                                                      \
	{                                                                                          \
		.kind = kind_, .offset = offsetof(struct all, member)                              \
	}

static void store(const struct plugh_option *option, const struct plugh_value *value,
	struct kind_arena *arena, struct all *all)
{
	assert_int_equal(kind_store(option, value, arena, all), 0);
}

/* Each value lands in its member, and nothing beside it is touched. */
static void scalars_land_in_their_members(void **state)
{
	static const struct plugh_option flag = MEMBER(PLUGH_KIND_BOOL, flag),
					 number = MEMBER(PLUGH_KIND_INT, number),
					 big = MEMBER(PLUGH_KIND_INT64, big),
					 huge = MEMBER(PLUGH_KIND_UINT64, huge),
					 ratio = MEMBER(PLUGH_KIND_DOUBLE, ratio),
					 text = MEMBER(PLUGH_KIND_TEXT, text),
					 size = MEMBER(PLUGH_KIND_SIZE, size),
					 wait = MEMBER(PLUGH_KIND_DURATION, wait),
					 port = MEMBER(PLUGH_KIND_PORT, port);
	static const struct plugh_option level = { .kind = PLUGH_KIND_UINT,
		.offset = offsetof(struct all, level),
		.choices = "low middle high" };
	struct kind_arena *arena = NULL;
	struct all all;
	(void)state;

	memset(&all, 0x55, sizeof all);
	assert_int_equal(kind_arena_create(&arena), 0);
	store(&flag, PLUGH_BOOL_VALUE(true), arena, &all);
	store(&number, PLUGH_INT_VALUE(-7), arena, &all);
	store(&level, PLUGH_TEXT_VALUE("high"), arena, &all);
	store(&big, PLUGH_INT_VALUE(INT64_MIN), arena, &all);
	store(&huge, PLUGH_INT_VALUE(-1), arena, &all); /* the bits of the largest */
	store(&ratio, PLUGH_FLOAT_VALUE(DBL_MIN), arena, &all);
	store(&text, PLUGH_TEXT_VALUE("words"), arena, &all);
	store(&size, PLUGH_INT_VALUE(4096), arena, &all);
	store(&wait, PLUGH_INT_VALUE(INT64_MAX), arena, &all);
	store(&port, PLUGH_INT_VALUE(65535), arena, &all);

	assert_true(all.flag);
	assert_int_equal(all.number, -7);
	assert_int_equal(all.level, 2);
	assert_true(all.big == INT64_MIN);
	assert_true(all.huge == UINT64_MAX);
	assert_true(memcmp(&all.ratio, &(double){ DBL_MIN }, sizeof(double)) == 0);
	assert_string_equal(all.text, "words");
	assert_int_equal(all.size.bytes, 4096);
	assert_true(all.wait.ns == PLUGH_FOREVER);
	assert_int_equal(all.port.number, 65535);
	assert_int_equal(all.before, 0x55);
	assert_int_equal(all.texts.count, 0x5555555555555555);
	kind_arena_destroy(arena);
}

static void nothing_leaves_the_member_as_it_is(void **state)
{
	static const struct plugh_option number = MEMBER(PLUGH_KIND_INT, number),
					 texts = MEMBER(PLUGH_KIND_TEXTS, texts);
	struct all all = { .number = 3 };
	(void)state;

	store(&number, NULL, NULL, &all);
	store(&number, PLUGH_NONE_VALUE, NULL, &all);
	store(&number, PLUGH_SUPPRESS_VALUE, NULL, &all);
	store(&texts, PLUGH_NONE_VALUE, NULL, &all);

	assert_int_equal(all.number, 3);
	assert_int_equal(all.texts.count, 0);
}

/* An append action with nargs makes lists of lists; a single value is a list of one. */
static void lists_are_flat(void **state)
{
	static const struct plugh_value words[] = { PLUGH_TEXT("a"), PLUGH_TEXT("b"),
		PLUGH_TEXT("c") };
	static const struct plugh_value numbers[] = { PLUGH_INT(1), PLUGH_INT(-2) };
	static const struct plugh_value nested[] = {
		{ .kind = PLUGH_VALUE_LIST, .as.list = { words, 2 } },
		{ .kind = PLUGH_VALUE_LIST, .as.list = { words, 0 } },
		{ .kind = PLUGH_VALUE_LIST, .as.list = { words + 2, 1 } },
	};
	static const struct plugh_value list = { .kind = PLUGH_VALUE_LIST,
		.as.list = { nested, 3 } };
	static const struct plugh_value ints = { .kind = PLUGH_VALUE_LIST,
		.as.list = { numbers, 2 } };
	static const struct plugh_option texts = MEMBER(PLUGH_KIND_TEXTS, texts),
					 integers = MEMBER(PLUGH_KIND_INTS, ints);
	struct kind_arena *arena = NULL;
	struct all all = { 0 };
	(void)state;

	assert_int_equal(kind_arena_create(&arena), 0);
	store(&texts, &list, arena, &all);
	store(&integers, &ints, arena, &all);

	assert_int_equal(all.texts.count, 3);
	assert_string_equal(all.texts.item[0], "a");
	assert_string_equal(all.texts.item[2], "c");
	assert_null(all.texts.item[3]);
	assert_int_equal(all.ints.count, 2);
	assert_true(all.ints.item[1] == -2);
	struct kind_place place = { 0, 0 };
	assert_string_equal(kind_text(&list, &place), "a");
	assert_string_equal(kind_text(&list, &place), "b");
	assert_string_equal(kind_text(&list, &place), "c");
	assert_null(kind_text(&list, &place));
	assert_null(kind_text(&list, &place));

	store(&texts, &words[1], arena, &all);
	assert_int_equal(all.texts.count, 1);
	assert_string_equal(all.texts.item[0], "b");
	kind_arena_destroy(arena);
	kind_arena_destroy(NULL);
}

static void each_kind_has_a_name_and_a_type(void **state)
{
	static const char *const name[] = { "flag", "int", "unsigned", "int64", "uint64", "double",
		"text", "size", "duration", "port", "texts", "paths", "ints" };
	(void)state;

	for (uint32_t kind = PLUGH_KIND_BOOL; kind <= PLUGH_KIND_INTS; kind++) {
		const struct plugh_option option = { .kind = kind | PLUGH_KIND_SHARED };
		assert_string_equal(kind_name(&option), name[kind - PLUGH_KIND_BOOL]);
		assert_non_null(kind_type(&option)->name);
		assert_int_equal(kind_is_list(&option), kind >= PLUGH_KIND_TEXTS);
		assert_int_equal(kind_is_flag(&option), kind == PLUGH_KIND_BOOL);
	}
	const struct plugh_option level = { .kind = PLUGH_KIND_UINT, .choices = "low high" };
	assert_string_equal(kind_name(&level), "choice");
}

static void help_shows_what_stands_for_a_value(void **state)
{
	static const struct {
		struct plugh_option option;
		const char *metavar; /* NULL: argparse's way */
	} row[] = {
		{ { .kind = PLUGH_KIND_TEXT }, NULL },
		{ { .kind = PLUGH_KIND_INT }, NULL },
		{ { .kind = PLUGH_KIND_SIZE }, "SIZE" },
		{ { .kind = PLUGH_KIND_DURATION }, "DURATION" },
		{ { .kind = PLUGH_KIND_PORT }, "PORT" },
		{ { .kind = PLUGH_KIND_TEXT, .access = PLUGH_READ }, "FILE" },
		{ { .kind = PLUGH_KIND_PATHS, .access = PLUGH_WRITE }, "FILE" },
		{ { .kind = PLUGH_KIND_TEXT, .role = PLUGH_ROLE_DIRECTORY, .access = PLUGH_READ },
			"DIR" },
		{ { .kind = PLUGH_KIND_TEXT, .role = PLUGH_ROLE_HOST }, "HOST" },
		{ { .kind = PLUGH_KIND_TEXT, .role = PLUGH_ROLE_COMMAND }, "COMMAND" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		const char *metavar = kind_metavar(&row[i].option);
		if (row[i].metavar == NULL)
			assert_null(metavar);
		else
			assert_string_equal(metavar, row[i].metavar);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_of_ini_files_are_checked),
		cmocka_unit_test(scalars_land_in_their_members),
		cmocka_unit_test(nothing_leaves_the_member_as_it_is),
		cmocka_unit_test(lists_are_flat),
		cmocka_unit_test(each_kind_has_a_name_and_a_type),
		cmocka_unit_test(help_shows_what_stands_for_a_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
