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

/* ---- Layers and origins ---- */

#define K "[plugin:p]\nk="

static void the_last_layer_wins_and_is_the_origin(void **state)
{
	static const struct {
		const char *layers[LAYERS];
		const char *text, *origin, *file;
		enum config_layer layer;
		unsigned line;
	} rows[] = {
		{ { K "1" }, "1", "etc/plugh.ini:2", "etc/plugh.ini", CONFIG_SYSTEM, 2 },
		{ { K "1", "\n" K "2" }, "2", "etc/conf.d/10-a.ini:3", "etc/conf.d/10-a.ini",
			CONFIG_SYSTEM, 3 },
		{ { K "1", K "2", "\n\n" K "3" }, "3", "user.ini:4", "user.ini", CONFIG_USER, 4 },
		{ { K "1", K "2", K "3", K "4" }, "4", "extra.ini:2", "extra.ini", CONFIG_EXTRA,
			2 },
		{ { K "1", K "2", K "3", K "4", "PLUGH_P_K=5" }, "5", "environment PLUGH_P_K", NULL,
			CONFIG_ENVIRONMENT, 0 },
		{ { K "1", NULL, K "3", NULL, "PLUGH_Q_K=5", "PLUGH_P_K_=6" }, "3", "user.ini:2",
			"user.ini", CONFIG_USER, 2 },
		{ { K "1\nk=2" }, "2", "etc/plugh.ini:3", "etc/plugh.ini", CONFIG_SYSTEM, 3 },
		{ { K "1", NULL, K }, "", "user.ini:2", "user.ini", CONFIG_USER, 2 },
		{ { [VARIABLE] = "PLUGH_P_K=" }, "", "environment PLUGH_P_K", NULL,
			CONFIG_ENVIRONMENT, 0 },
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct config *config = fixture_load(rows[i].layers);
		const struct config_value *value = config_find_option(config, "p", NULL, "k");

		assert_non_null(value);
		assert_string_equal(value->text, rows[i].text);
		assert_string_equal(value->origin, rows[i].origin);
		assert_int_equal(value->layer, rows[i].layer);
		assert_int_equal(value->line, rows[i].line);
		if (rows[i].file != NULL)
			assert_string_equal(value->file, rows[i].file);
		else
			assert_null(value->file);
		assert_false(config_has_errors(config));
		config_destroy(config);
	}
}

static void files_of_conf_d_are_read_in_byte_order(void **state)
{
	(void)state;
	const struct config_sources sources = { .system_dir = "etc" };
	fixture_put("etc/conf.d/20-b.ini", "[plugin:p]\nk=20\na=20\n");
	fixture_put("etc/conf.d/10-a.ini", "[plugin:p]\nk=10\na=10\nb=10\n");
	fixture_put("etc/conf.d/9.ini", "[plugin:p]\nk=9\n");
	fixture_put("etc/conf.d/.hidden.ini", "junk\n");
	fixture_put("etc/conf.d/.ini", "junk\n");
	fixture_put("etc/conf.d/README", "junk\n");

	struct config *config = fixture_load_sources(&sources);

	static const char *const names[] = { "etc/plugh.ini", "etc/conf.d/10-a.ini",
		"etc/conf.d/20-b.ini", "etc/conf.d/9.ini" };
	assert_int_equal(config_count_files(config), 4);
	for (size_t i = 0; i < 4; i++) {
		const struct config_file *file = config_get_file(config, i);
		assert_string_equal(file->path, names[i]);
		assert_int_equal(file->layer, CONFIG_SYSTEM);
		assert_int_equal(file->error, i == 0 ? -ENOENT : 0);
	}
	assert_string_equal(config_find_option(config, "p", NULL, "k")->text, "9");
	assert_string_equal(config_find_option(config, "p", NULL, "a")->text, "20");
	assert_string_equal(config_find_option(config, "p", NULL, "b")->text, "10");
	fixture_assert_problems(config, "");
	config_destroy(config);
}

static void sections_of_subcommands_are_their_own(void **state)
{
	(void)state;
	const char *layers[LAYERS] = {
		[SYSTEM] = "[plugin:bwt]\nx=1\n[plugin:bwt encode]\nx=2\ny=3\n[plugin:bwt  "
			   "decode]\nx=4\n",
		[VARIABLE] = "PLUGH_BWT_LIST_X=5",
	};

	struct config *config = fixture_load(layers);

	assert_string_equal(config_find_option(config, "bwt", NULL, "x")->text, "1");
	assert_string_equal(config_find_option(config, "bwt", "encode", "x")->text, "2");
	assert_string_equal(config_find_option(config, "bwt", "decode", "x")->text, "4");
	assert_string_equal(config_find_option(config, "bwt", "list", "x")->text, "5");
	assert_null(config_find_option(config, "bwt", NULL, "y"));
	assert_null(config_find_option(config, "bwt", "decode", "y"));
	assert_null(config_find_option(config, "bw", NULL, "x"));
	assert_null(config_find_option(config, "bwt", "encode", "X"));
	config_destroy(config);
}

static void values_are_unquoted_and_their_lines_joined(void **state)
{
	static const struct {
		const char *ini, *text, *items;
	} rows[] = {
		{ "k=", "", "" },
		{ "k=\"\"", "", "<>" },
		{ "k = a b ; c", "a b", "<a b>" },
		{ "k = \",\"", ",", "<,>" },
		{ "k = \" \\t\\\"\\\\ ; \"", " \t\"\\ ; ", "< \t\"\\ ; >" },
		{ "k = a\n \" b \"\n c d", "a  b  c d", "<a>< b ><c d>" },
		{ "k =\n a\n b", "a b", "<a><b>" },
		{ "k = C:\\n", "C:\\n", "<C:\\n>" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct plugh_buf ini = { 0 };
		struct plugh_buf items = { 0 };
		plugh_buf_appendf(&ini, "[plugin:p]\n%s\n", rows[i].ini);
		struct config *config = fixture_load_user(ini.data);

		const struct config_value *value = config_find_option(config, "p", NULL, "k");
		assert_non_null(value);
		assert_string_equal(value->text, rows[i].text);
		for (size_t j = 0; j < value->count; j++)
			plugh_buf_appendf(&items, "<%s>", value->item[j]);
		assert_string_equal(plugh_buf_text(&items), rows[i].items);
		fixture_assert_problems(config, "");

		config_destroy(config);
		plugh_buf_release(&ini);
		plugh_buf_release(&items);
	}
}

static void a_set_id_start_reads_the_system_only(void **state)
{
	(void)state;
	char *environment[] = { (char *)"PLUGH_P_K=4", (char *)"PLUGH_SANDBOX=off", NULL };
	const struct config_sources sources = {
		.system_dir = "etc",
		.user_file = "user.ini",
		.extra_file = "extra.ini",
		.home = "/home/u",
		.environment = environment,
		.trusted_only = true,
	};
	fixture_put("etc/plugh.ini", K "1\n");
	fixture_put("user.ini", K "2\n[plugh]\npath=/evil\ndisabled=p\n[policy:p]\nallow=exec\n");
	fixture_put("extra.ini", "junk\n");

	struct config *config = fixture_load_sources(&sources);

	assert_string_equal(config_find_option(config, "p", NULL, "k")->text, "1");
	assert_int_equal(config_get_sandbox(config, NULL), CONFIG_SANDBOX_ON);
	assert_int_equal(config_count_paths(config), 0);
	assert_true(config_is_enabled(config, "p", NULL));
	assert_null(config_find_policy(config, "p"));
	assert_int_equal(config_count_files(config), 1);
	fixture_assert_problems(config, "");
	config_destroy(config);
}

static void no_layer_at_all_gives_the_defaults(void **state)
{
	(void)state;
	const struct config_sources sources = { 0 };
	const char *origin = NULL;

	struct config *config = fixture_load_sources(&sources);

	assert_int_equal(config_get_sandbox(config, &origin), CONFIG_SANDBOX_ON);
	assert_string_equal(origin, "default");
	assert_string_equal(config_get_color(config, &origin), "auto");
	assert_string_equal(origin, "default");
	assert_true(config_is_enabled(config, "anything", &origin));
	assert_int_equal(config_count_paths(config), 0);
	assert_int_equal(config_count_entries(config), 0);
	assert_int_equal(config_count_files(config), 0);
	assert_null(config_find_option(config, "p", NULL, "k"));
	fixture_assert_problems(config, "");
	config_destroy(NULL);
	config_destroy(config);
}

/* ---- The environment ---- */

static void the_users_file_is_found_as_xdg_says(void **state)
{
	static const struct {
		const char *variable[2];
		const char *path;
	} rows[] = {
		{ { NULL }, NULL },
		{ { "HOME=/home/u" }, "/home/u/.config/plugh/plugh.ini" },
		{ { "HOME=/home/u", "XDG_CONFIG_HOME=/x" }, "/x/plugh/plugh.ini" },
		{ { "HOME=/home/u", "XDG_CONFIG_HOME=" }, "/home/u/.config/plugh/plugh.ini" },
		{ { "XDG_CONFIG_HOME=rel", "HOME=/home/u" }, "/home/u/.config/plugh/plugh.ini" },
		{ { "XDG_CONFIG_HOME=/x" }, "/x/plugh/plugh.ini" },
		{ { "HOME=" }, NULL },
		{ { "HOME=rel" }, NULL },
		{ { "HOMER=/home/u" }, NULL },
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *environment[] = { (char *)rows[i].variable[0], (char *)rows[i].variable[1],
			NULL };
		char *path = NULL;
		assert_int_equal(config_user_file(environment, &path), 0);
		if (rows[i].path != NULL)
			assert_string_equal(path, rows[i].path);
		else
			assert_null(path);
		free(path);
	}

	char *path = NULL;
	assert_int_equal(config_user_file(NULL, &path), 0);
	assert_null(path);
}

static void variables_are_named_after_the_option(void **state)
{
	static const struct {
		const char *plugin, *sub, *key, *variable;
	} rows[] = {
		{ "perms", NULL, "separator", "PLUGH_PERMS_SEPARATOR" },
		{ "bwt", "encode", "block-size", "PLUGH_BWT_ENCODE_BLOCK_SIZE" },
		{ "my-tool", "do.it", "k_1", "PLUGH_MY_TOOL_DO_IT_K_1" },
		{ NULL, NULL, "sandbox", "PLUGH_SANDBOX" },
		{ "p", NULL, "\xc3\xa9", "PLUGH_P___" },
	};
	(void)state;
	char buffer[CONFIG_VARIABLE_SIZE];
	char longest[CONFIG_VARIABLE_SIZE];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *variable = config_variable(
			rows[i].plugin, rows[i].sub, rows[i].key, buffer);
		assert_ptr_equal(variable, buffer);
		assert_string_equal(variable, rows[i].variable);
	}

	/* "PLUGH_P_" and this fill the buffer to its last byte. */
	memset(longest, 'x', sizeof longest);
	longest[CONFIG_VARIABLE_SIZE - strlen("PLUGH_P_")] = '\0';
	assert_null(config_variable("p", NULL, longest, buffer));
	longest[CONFIG_VARIABLE_SIZE - strlen("PLUGH_P_") - 1] = '\0';
	assert_ptr_equal(config_variable("p", NULL, longest, buffer), buffer);
	assert_int_equal(strlen(buffer), CONFIG_VARIABLE_SIZE - 1);
}

static void flags_take_the_usual_words(void **state)
{
	static const struct {
		const char *text;
		int r;
		bool flag;
	} rows[] = {
		{ "on", 0, true },
		{ "yes", 0, true },
		{ "true", 0, true },
		{ "1", 0, true },
		{ "ON", 0, true },
		{ "off", 0, false },
		{ "no", 0, false },
		{ "False", 0, false },
		{ "0", 0, false },
		{ "", -EINVAL, false },
		{ "onn", -EINVAL, false },
		{ "2", -EINVAL, false },
		{ "y", -EINVAL, false },
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		bool flag = !rows[i].flag;
		assert_int_equal(config_parse_flag(rows[i].text, &flag), rows[i].r);
		assert_int_equal(flag, rows[i].r == 0 ? rows[i].flag : !rows[i].flag);
	}
}

/* ---- Everything ---- */

static void entries_are_listed_in_order(void **state)
{
	(void)state;
	const char *layers[LAYERS] = {
		[SYSTEM] = "[plugh]\nsandbox=on\n[plugin:bwt encode]\nblock-size=16M\n",
		[USER] = "[policy:p]\ndeny=net\n  exec\n[plugh]\nbad=\"\n",
		[VARIABLE] = "PLUGH_P_K=1",
		[VARIABLE2] = "PLUGH_COLOR=never",
	};
	static const char expected[] = "[plugh] sandbox=on etc/plugh.ini:2\n"
				       "[plugin:bwt encode] block-size=16M etc/plugh.ini:4\n"
				       "[policy:p] deny=net exec user.ini:2\n"
				       "[] PLUGH_P_K=1 environment PLUGH_P_K\n"
				       "[plugh] color=never environment PLUGH_COLOR\n";
	struct plugh_buf buf = { 0 };

	struct config *config = fixture_load(layers);

	for (size_t i = 0; i < config_count_entries(config); i++) {
		const struct config_entry *entry = config_get_entry(config, i);
		plugh_buf_appendf(&buf, "[%s] %s=%s %s\n", entry->section, entry->key,
			entry->value.text, entry->value.origin);
	}
	assert_string_equal(plugh_buf_text(&buf), expected);
	plugh_buf_release(&buf);
	config_destroy(config);
}

static void layers_have_names(void **state)
{
	(void)state;

	assert_string_equal(config_layer_name(CONFIG_DEFAULT), "default");
	assert_string_equal(config_layer_name(CONFIG_SYSTEM), "system");
	assert_string_equal(config_layer_name(CONFIG_USER), "user");
	assert_string_equal(config_layer_name(CONFIG_EXTRA), "extra");
	assert_string_equal(config_layer_name(CONFIG_ENVIRONMENT), "environment");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(the_last_layer_wins_and_is_the_origin),
		FIXTURE_TEST(files_of_conf_d_are_read_in_byte_order),
		FIXTURE_TEST(sections_of_subcommands_are_their_own),
		FIXTURE_TEST(values_are_unquoted_and_their_lines_joined),
		FIXTURE_TEST(a_set_id_start_reads_the_system_only),
		FIXTURE_TEST(no_layer_at_all_gives_the_defaults),
		FIXTURE_TEST(the_users_file_is_found_as_xdg_says),
		FIXTURE_TEST(variables_are_named_after_the_option),
		FIXTURE_TEST(flags_take_the_usual_words),
		FIXTURE_TEST(entries_are_listed_in_order),
		FIXTURE_TEST(layers_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
