/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <plugh/buf.h>

#include "config_fixture.h"

#define K "[plugin:p]\nk="

/* ---- Problems ---- */

static void every_problem_has_its_file_and_line(void **state)
{
	static const struct {
		const char *ini, *problems;
	} rows[] = {
		{ "[plugh]\nsandbx = on\n",
			"user.ini:2: error: unknown key 'sandbx'\n\tdid you mean 'sandbox'?\n" },
		{ "[plugh]\nzzzzzz = on\n", "user.ini:2: error: unknown key 'zzzzzz'\n" },
		{ "[plugh]\nsandbox = strict\n",
			"user.ini:2: error: 'sandbox' must be off, on or require, not 'strict'\n" },
		{ "[plugh]\nsandbox = requir\n",
			"user.ini:2: error: 'sandbox' must be off, on or require, not 'requir'\n"
			"\tdid you mean 'require'?\n" },
		{ "[plugh]\nsandbox =\n",
			"user.ini:2: error: 'sandbox' must be off, on or require, not ''\n" },
		{ "[plugh]\ncolor = sometimes\n", "user.ini:2: error: 'color' must be auto, always "
						  "or never, not 'sometimes'\n" },
		{ "[plugh]\npath = rel /abs\n",
			"user.ini:2: error: 'path' must hold absolute paths, not 'rel'\n"
			"\ta path with blanks stands in double quotes\n" },
		{ "[plugh]\nenabled =\n",
			"user.ini:2: warning: 'enabled' is empty: no plugin is enabled\n"
			"\twithout this line, all plugins are\n" },
		{ "[plugh]\nenabled = a \"b\n", "user.ini:2: error: no closing double quote\n" },
		{ "[plugh]\nenabled = a\n  \"b\"c\n  d\n",
			"user.ini:3: error: no blank after the closing double quote\n" },
		{ "[plugin:p]\nk = \"a\" b\n",
			"user.ini:2: error: text after the closing double quote\n" },
		{ "[plugin:p]\n\nk =\n  \"\\q\"\n", "user.ini:4: error: a '\\' in double quotes "
						    "must stand before '\\', '\"', 't' "
						    "or 'n'\n" },
		{ "[plugin:p]\nk = 1\n[plugin:q]\nk = 1\n[plugin:p]\nk = 2\n",
			"user.ini:6: warning: 'k' is set in line 2 already\n" },
		{ "[plugin:p]\nk = 1\nj = 2\nk = 3\nj = 4\n",
			"user.ini:4: warning: 'k' is set in line 2 already\n"
			"user.ini:5: warning: 'j' is set in line 3 already\n" },
		{ "[pluign:perms]\nk = 1\n", "user.ini:1: error: unknown section [pluign:perms]\n"
					     "\tdid you mean 'plugin:perms'?\n" },
		{ "[Policy:x]\n", "user.ini:1: error: unknown section [Policy:x]\n"
				  "\tdid you mean 'policy:x'?\n" },
		{ "[plug]\n", "user.ini:1: error: unknown section [plug]\n"
			      "\tdid you mean 'plugh'?\n" },
		{ "[alias]\nx = y\n", "user.ini:1: error: unknown section [alias]\n"
				      "\tsections are [plugh], [plugin:NAME], [plugin:NAME "
				      "SUBCOMMAND] and [policy:NAME]\n" },
		{ "[plugin:]\n[policy:a b]\n[]\n[plugin: x]\n",
			"user.ini:1: error: unknown section [plugin:]\n"
			"\tsections are [plugh], [plugin:NAME], [plugin:NAME SUBCOMMAND] and "
			"[policy:NAME]\n"
			"user.ini:2: error: unknown section [policy:a b]\n"
			"\tsections are [plugh], [plugin:NAME], [plugin:NAME SUBCOMMAND] and "
			"[policy:NAME]\n"
			"user.ini:3: error: unknown section []\n"
			"\tsections are [plugh], [plugin:NAME], [plugin:NAME SUBCOMMAND] and "
			"[policy:NAME]\n"
			"user.ini:4: error: unknown section [plugin: x]\n"
			"\tsections are [plugh], [plugin:NAME], [plugin:NAME SUBCOMMAND] and "
			"[policy:NAME]\n" },
		{ "[policy:p]\nden = net\n",
			"user.ini:2: error: unknown key 'den'\n\tdid you mean 'deny'?\n" },
		{ "junk\n[plugh]\nsandbx = on\nmore junk\n",
			"user.ini:1: error: no '=' between a key and its value\n"
			"user.ini:3: error: unknown key 'sandbx'\n\tdid you mean 'sandbox'?\n"
			"user.ini:4: error: no '=' between a key and its value\n" },
		/* what a terminal might obey is not shown as it is */
		{ "[plugh]\n\xe9\xc2\x9b = on\n", "user.ini:2: warning: not UTF-8\n"
						  "user.ini:2: error: unknown key "
						  "'\\xe9\\xc2\\x9b'\n" },
		{ "[plugh]\n\xc3\xa9 = on\n", "user.ini:2: error: unknown key '\xc3\xa9'\n" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct config *config = fixture_load_user(rows[i].ini);
		fixture_assert_problems(config, rows[i].problems);
		assert_int_equal(
			config_has_errors(config), strstr(rows[i].problems, ": error: ") != NULL);
		config_destroy(config);
	}
}

static void problems_come_in_the_order_of_layers_and_variables_last(void **state)
{
	(void)state;
	const char *layers[LAYERS] = {
		[SYSTEM] = "[plugh]\nsandbox=1\n",
		[CONF_D] = "[plugh]\nx=1\njunk\n",
		[USER] = "junk\n",
		[EXTRA] = "[junk]\n",
		[VARIABLE] = "PLUGH_SANDBOX=2",
	};

	struct config *config = fixture_load(layers);

	fixture_assert_problems(config,
		"etc/plugh.ini:2: error: 'sandbox' must be off, on or require, not '1'\n"
		"etc/conf.d/10-a.ini:2: error: unknown key 'x'\n"
		"etc/conf.d/10-a.ini:3: error: no '=' between a key and its value\n"
		"user.ini:1: error: no '=' between a key and its value\n"
		"extra.ini:1: error: unknown section [junk]\n"
		"\tsections are [plugh], [plugin:NAME], [plugin:NAME SUBCOMMAND] and "
		"[policy:NAME]\n"
		"environment PLUGH_SANDBOX: error: 'sandbox' must be off, on or require, not "
		"'2'\n");
	config_destroy(config);
}

static void a_broken_file_leaves_the_others_readable(void **state)
{
	(void)state;
	const char *layers[LAYERS] = {
		[SYSTEM] = "[plugh\nsandbox=off\n\x01\n[plugin:p\nk=0\n[plugin:p]\nj=1\n",
		[USER] = K "2\n",
	};

	struct config *config = fixture_load(layers);

	assert_true(config_has_errors(config));
	assert_string_equal(config_find_option(config, "p", NULL, "k")->text, "2");
	assert_string_equal(config_find_option(config, "p", NULL, "j")->text, "1");
	assert_int_equal(config_get_sandbox(config, NULL), CONFIG_SANDBOX_ON);
	config_destroy(config);
}

static void what_follows_a_mistake_is_read(void **state)
{
	(void)state;
	struct config *config = fixture_load_user("[plugin:p]\nk=1\nj=\"\ni=2\n[junk]\nk=3\nh=4\n");

	assert_string_equal(config_find_option(config, "p", NULL, "k")->text, "1");
	assert_string_equal(config_find_option(config, "p", NULL, "i")->text, "2");
	assert_null(config_find_option(config, "p", NULL, "j"));
	assert_null(config_find_option(config, "p", NULL, "h"));
	config_destroy(config);
}

static void files_that_cannot_be_read_are_named(void **state)
{
	(void)state;
	const struct config_sources sources = {
		.system_dir = "etc",
		.user_file = "user.ini",
		.extra_file = "extra.ini",
	};
	fixture_put("etc/conf.d/10-a.ini", "[plugh]\nsandbox=require\n");
	assert_int_equal(mkdir("etc/plugh.ini", 0700), 0);
	assert_int_equal(mkfifo("etc/conf.d/20-b.ini", 0600), 0);
	assert_int_equal(symlink("user.ini", "user.ini"), 0);

	struct config *config = fixture_load_sources(&sources);

	fixture_assert_problems(config,
		"etc/plugh.ini: error: cannot be read: Is a directory\n"
		"etc/conf.d/20-b.ini: error: cannot be read: not a regular file\n"
		"user.ini: error: cannot be read: Too many levels of symbolic links\n"
		"extra.ini: error: cannot be read: No such file or directory\n");
	assert_int_equal(config_get_sandbox(config, NULL), CONFIG_SANDBOX_REQUIRE);
	assert_int_equal(config_count_files(config), 5);
	assert_int_equal(config_get_file(config, 3)->error, -ELOOP);
	assert_int_equal(config_get_file(config, 4)->error, -ENOENT);
	config_destroy(config);
}

static void folders_that_cannot_be_read_are_named(void **state)
{
	(void)state;
	struct config_sources sources = { .system_dir = "etc", .user_file = "missing/user.ini" };
	fixture_put("user.ini", "");

	rmdir("etc/conf.d");
	struct config *config = fixture_load_sources(&sources);
	fixture_assert_problems(config, "");
	config_destroy(config);

	fixture_put("etc/conf.d", "");
	sources.user_file = "user.ini/user.ini";
	config = fixture_load_sources(&sources);
	fixture_assert_problems(config, "etc/conf.d: error: cannot be read: Not a directory\n");
	config_destroy(config);

	unlink("etc/conf.d");
	sources.system_dir = "missing";
	sources.user_file = NULL;
	config = fixture_load_sources(&sources);
	fixture_assert_problems(config, "");
	config_destroy(config);
}

static void a_file_too_large_is_named(void **state)
{
	(void)state;
	const size_t limit = 1024 * 1024;
	char *bytes = malloc(limit + 1);

	memset(bytes, '\n', limit + 1);
	memcpy(bytes + limit - 22, "[plugin:p]\nk=1\n", 15);
	fixture_put_bytes("user.ini", bytes, limit);
	const struct config_sources sources = { .user_file = "user.ini" };
	struct config *config = fixture_load_sources(&sources);
	fixture_assert_problems(config, "");
	assert_string_equal(config_find_option(config, "p", NULL, "k")->origin, "user.ini:1048556");
	config_destroy(config);

	fixture_put_bytes("user.ini", bytes, limit + 1);
	config = fixture_load_sources(&sources);
	fixture_assert_problems(config, "user.ini: error: cannot be read: larger than 1 MiB\n");
	config_destroy(config);
	free(bytes);
}

static void of_one_file_fifty_problems_are_kept(void **state)
{
	(void)state;
	struct plugh_buf ini = { 0 };
	char last[128];

	/* 60 warnings, then an error: the error must not be lost with the others. */
	plugh_buf_append_text(&ini, "[plugin:p]\n");
	for (int i = 0; i < 60; i++)
		plugh_buf_append_text(&ini, "k=\xff\n");
	plugh_buf_append_text(&ini, "junk\n");
	struct config *config = fixture_load(
		(const char *[LAYERS]){ [USER] = ini.data, [EXTRA] = "[plugin:p]\nk=\xff\n" });

	assert_int_equal(config_count_problems(config), 51);
	assert_true(config_has_errors(config));
	config_problem_format(config_get_problem(config, 48), last, sizeof last);
	assert_string_equal(last, "user.ini:50: warning: not UTF-8");
	config_problem_format(config_get_problem(config, 49), last, sizeof last);
	assert_string_equal(
		last, "user.ini:51: error: more problems follow in this file; they are not listed");
	config_problem_format(config_get_problem(config, 50), last, sizeof last);
	assert_string_equal(last, "extra.ini:2: warning: not UTF-8");
	config_destroy(config);

	/* More than fifty warnings do not make an error. */
	plugh_buf_clear(&ini);
	plugh_buf_append_text(&ini, "[plugin:p]\n");
	for (int i = 0; i < 60; i++)
		plugh_buf_append_text(&ini, "k=\xff\n");
	config = fixture_load_user(ini.data);
	assert_false(config_has_errors(config));
	assert_int_equal(config_get_problem(config, 49)->severity, CONFIG_WARNING);
	config_destroy(config);
	plugh_buf_release(&ini);
}

static void a_file_of_nothing_but_junk_is_read_quickly(void **state)
{
	(void)state;
	static const char *const lines[] = { "j\n", "[a]\n", "[plugh]\npath=/a /b\n", "[]\n",
		"[plugin:p]\nk=1\n", "[policy:p]\nallow-read=/a /b /c\n",
		"[plugh]\nenabled=a b c d e f g h\n", "x=\n\n" };
	struct plugh_buf ini = { 0 };

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		plugh_buf_clear(&ini);
		while (ini.size + strlen(lines[i]) <= 1024 * 1024)
			plugh_buf_append_text(&ini, lines[i]);
		struct config *config = fixture_load_user(ini.data);
		assert_true(config_count_problems(config) <= 50);
		assert_null(config_find_option(config, "q", NULL, "k"));
		config_destroy(config);
	}
	plugh_buf_release(&ini);
}

/* ---- Checks against manifests ---- */

/* A plugin whose options are: limit, a number; force, a flag; encode: block-size, force; decode:
 * jobs. */
static const char *get_sub(void *ctx, size_t index)
{
	static const char *const subs[] = { "encode", "decode" };

	(void)ctx;
	return index < 2 ? subs[index] : NULL;
}

static const char *get_key(void *ctx, const char *sub, size_t index)
{
	static const char *const keys[3][3] = { { "limit", "force" }, { "block-size", "force" },
		{ "jobs" } };
	size_t which = sub == NULL ? 0 : strcmp(sub, "encode") == 0 ? 1 : 2;
	/* Storage that the next call takes again, as the header permits. */
	char *buffer = ctx;

	if (keys[which][index] == NULL)
		return NULL;
	snprintf(buffer, 16, "%s", keys[which][index]);
	return buffer;
}

static int check_value(void *ctx, const char *sub, const char *key,
	const struct config_value *value, char *error, size_t size)
{
	bool flag;

	(void)ctx;
	(void)sub;
	if (strcmp(key, "force") == 0 && config_parse_flag(value->text, &flag) < 0) {
		snprintf(error, size, "invalid flag value: '%s'", value->text);
		return -EINVAL;
	}
	if (strcmp(key, "limit") == 0 && strspn(value->text, "0123456789") != strlen(value->text)) {
		snprintf(error, size, "invalid int value: '%s'", value->text);
		return -EINVAL;
	}
	return 0;
}

static void keys_and_values_are_checked_against_the_manifest(void **state)
{
	static const struct {
		const char *layers[LAYERS];
		const char *problems;
		int errors;
	} rows[] = {
		{ { NULL }, "", 0 },
		{ { "[plugin:bwt]\nlimit=5\nforce=yes\n[plugin:bwt encode]\nforce=off\n"
		    "block-size=1\n[plugin:bwt decode]\njobs=2\n" },
			"", 0 },
		{ { "[plugin:other]\nlimt=5\n[plugin:other x]\ny=1\n" }, "", 0 },
		{ { "[plugin:bwt]\nlimt=5\n" },
			"etc/plugh.ini:2: error: unknown key 'limt'\n\tdid you mean 'limit'?\n",
			1 },
		{ { "[plugin:bwt]\nlimit=ten\n", NULL, "[plugin:bwt]\nlimit=10\n" },
			"etc/plugh.ini:2: error: 'limit': invalid int value: 'ten'\n", 1 },
		{ { "[plugin:bwt]\nforce=maybe\n" },
			"etc/plugh.ini:2: error: 'force': invalid flag value: 'maybe'\n", 1 },
		{ { "[plugin:bwt encod]\nblock-size=1\nx=2\n" },
			"etc/plugh.ini:1: error: plugin 'bwt' has no subcommand 'encod'\n"
			"\tdid you mean 'encode'?\n",
			1 },
		{ { "[plugin:bwt]\njobs=1\n" },
			"etc/plugh.ini:2: error: unknown key 'jobs'\n"
			"\tdid you mean section [plugin:bwt decode]?\n",
			1 },
		{ { "[plugin:bwt decode]\nlimit=1\njobbs=2\n", "[plugin:bwt encode]\nforce=2\n" },
			"etc/plugh.ini:2: error: unknown key 'limit'\n"
			"etc/plugh.ini:3: error: unknown key 'jobbs'\n\tdid you mean 'jobs'?\n"
			"etc/conf.d/10-a.ini:2: error: 'force': invalid flag value: '2'\n",
			3 },
		{ { NULL, NULL, NULL, NULL, "PLUGH_BWT_LIMIT=ten", "PLUGH_BWT_ENCODE_FORCE=2" },
			"environment PLUGH_BWT_LIMIT: error: 'limit': invalid int value: 'ten'\n"
			"environment PLUGH_BWT_ENCODE_FORCE: error: 'force': invalid flag value: "
			"'2'\n",
			2 },
		{ { NULL, NULL, NULL, NULL, "PLUGH_BWT_LIMT=ten", "PLUGH_OTHER_LIMIT=ten" },
			"environment PLUGH_BWT_LIMT: warning: plugin 'bwt' has no option of that "
			"name\n",
			0 },
		/* keys of one section are none of another's */
		{ { "[plugin:bwt encode]\nblock-size=1\n[plugin:bwt decode]\nblock-size=2\n"
		    "[plugin:bwt]\nblock-size=3\nlimit=4\n" },
			"etc/plugh.ini:4: error: unknown key 'block-size'\n"
			"etc/plugh.ini:6: error: unknown key 'block-size'\n"
			"\tdid you mean section [plugin:bwt encode]?\n",
			2 },
		/* what config_load found counts not, but stands in its place */
		{ { "junk\n", NULL, "[plugin:bwt]\nlimit=x\n[junk]\n" },
			"etc/plugh.ini:1: error: no '=' between a key and its value\n"
			"user.ini:2: error: 'limit': invalid int value: 'x'\n"
			"user.ini:3: error: unknown section [junk]\n"
			"\tsections are [plugh], [plugin:NAME], [plugin:NAME SUBCOMMAND] and "
			"[policy:NAME]\n",
			1 },
	};
	(void)state;
	char buffer[16];
	const struct config_options options = { buffer, get_sub, get_key, check_value };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct config *config = fixture_load(rows[i].layers);
		assert_int_equal(config_check_plugin(config, "bwt", &options), rows[i].errors);
		fixture_assert_problems(config, rows[i].problems);
		config_destroy(config);
	}
}

static void names_of_missing_plugins_are_warned_of(void **state)
{
	(void)state;
	static const char *const names[] = { "bwt", "perms" };
	const char *layers[LAYERS] = {
		[SYSTEM] = "[plugh]\nenabled=bwt perm\npath=/bwtt\n[plugin:bwt encode]\n",
		[USER] = "[plugh]\ndisabled=x\n[plugin:prems]\nk=1\nj=1\n[policy:zzz]\n",
	};

	struct config *config = fixture_load(layers);
	assert_int_equal(config_check_names(config, names, 2), 0);

	fixture_assert_problems(config, "etc/plugh.ini:2: warning: plugin 'perm' is not installed\n"
					"\tdid you mean 'perms'?\n"
					"user.ini:2: warning: plugin 'x' is not installed\n"
					"user.ini:3: warning: plugin 'prems' is not installed\n"
					"\tdid you mean 'perms'?\n"
					"user.ini:6: warning: plugin 'zzz' is not installed\n");
	assert_false(config_has_errors(config));
	config_destroy(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(every_problem_has_its_file_and_line),
		FIXTURE_TEST(problems_come_in_the_order_of_layers_and_variables_last),
		FIXTURE_TEST(a_broken_file_leaves_the_others_readable),
		FIXTURE_TEST(what_follows_a_mistake_is_read),
		FIXTURE_TEST(files_that_cannot_be_read_are_named),
		FIXTURE_TEST(folders_that_cannot_be_read_are_named),
		FIXTURE_TEST(a_file_too_large_is_named),
		FIXTURE_TEST(of_one_file_fifty_problems_are_kept),
		FIXTURE_TEST(a_file_of_nothing_but_junk_is_read_quickly),
		FIXTURE_TEST(keys_and_values_are_checked_against_the_manifest),
		FIXTURE_TEST(names_of_missing_plugins_are_warned_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
