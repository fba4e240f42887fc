/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <stdio.h>

#include "config_fixture.h"

/* ---- [plugh] ---- */

#define E "[plugh]\nenabled="
#define D "[plugh]\ndisabled="

static void the_systems_enabled_is_a_ceiling(void **state)
{
	static const struct {
		const char *layers[LAYERS];
		const char *enabled; /* of a, b and c */
		const char *reason;  /* for the first that is not */
	} rows[] = {
		{ { NULL }, "abc", NULL },
		{ { E "a b" }, "ab", "not in enabled= of etc/plugh.ini:2" },
		{ { E "a b", NULL, E "a b c" }, "ab", "not in enabled= of etc/plugh.ini:2" },
		{ { E "a b", NULL, NULL, E "c" }, "", "not in enabled= of extra.ini:2" },
		{ { E "a b", NULL, NULL, NULL, "PLUGH_ENABLED=a b c" }, "ab",
			"not in enabled= of etc/plugh.ini:2" },
		{ { E "a b", E "b c" }, "b", "not in enabled= of etc/conf.d/10-a.ini:2" },
		{ { NULL, E "b c" }, "bc", "not in enabled= of etc/conf.d/10-a.ini:2" },
		{ { NULL, NULL, E "b c" }, "bc", "not in enabled= of user.ini:2" },
		/* among the user's own layers the last one wins */
		{ { NULL, NULL, E "a", E "b c" }, "bc", "not in enabled= of extra.ini:2" },
		{ { NULL, NULL, E "a", E "b", "PLUGH_ENABLED=c" }, "c",
			"not in enabled= of environment PLUGH_ENABLED" },
		{ { E "a b", NULL, E "b c" }, "b", "not in enabled= of user.ini:2" },
		{ { E "" }, "", "not in enabled= of etc/plugh.ini:2" },
		{ { E "\n  a\n  \"b\" ; and\n  c" }, "abc", NULL },
		{ { E "a\nenabled=a b" }, "a", "not in enabled= of etc/plugh.ini:2" },
		/* disabled adds up */
		{ { D "a" }, "bc", "disabled by etc/plugh.ini:2" },
		{ { D "a", NULL, D "b" }, "c", "disabled by etc/plugh.ini:2" },
		{ { D "a", NULL, D "" }, "bc", "disabled by etc/plugh.ini:2" },
		{ { NULL, D "c", NULL, D "b" }, "a", "disabled by extra.ini:2" },
		{ { NULL, NULL, NULL, NULL, "PLUGH_DISABLED=a\tb" }, "c",
			"disabled by environment PLUGH_DISABLED" },
		{ { D "a", NULL, E "a b" }, "b", "disabled by etc/plugh.ini:2" },
		{ { D "a", NULL, NULL, NULL, "PLUGH_DISABLED=", "PLUGH_ENABLED=" }, "bc",
			"disabled by etc/plugh.ini:2" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct config *config = fixture_load(rows[i].layers);
		char enabled[4] = "";
		size_t n = 0;
		const char *reason = NULL;
		for (const char *name = "abc"; *name != '\0'; name++) {
			const char one[] = { *name, '\0' };
			if (config_is_enabled(config, one, NULL))
				enabled[n++] = *name;
			else if (reason == NULL)
				assert_false(config_is_enabled(config, one, &reason));
		}
		assert_string_equal(enabled, rows[i].enabled);
		if (rows[i].reason != NULL)
			assert_string_equal(reason, rows[i].reason);
		else
			assert_null(reason);
		assert_false(config_has_errors(config));
		config_destroy(config);
	}
}

#define S "[plugh]\nsandbox="

static void the_strictest_sandbox_wins(void **state)
{
	static const struct {
		const char *layers[LAYERS];
		enum config_sandbox level;
		const char *origin;
	} rows[] = {
		{ { NULL }, CONFIG_SANDBOX_ON, "default" },
		{ { S "off" }, CONFIG_SANDBOX_OFF, "etc/plugh.ini:2" },
		{ { NULL, NULL, S "off" }, CONFIG_SANDBOX_OFF, "user.ini:2" },
		{ { NULL, NULL, NULL, NULL, "PLUGH_SANDBOX=off" }, CONFIG_SANDBOX_OFF,
			"environment PLUGH_SANDBOX" },
		{ { S "on", NULL, S "off", S "off", "PLUGH_SANDBOX=off" }, CONFIG_SANDBOX_ON,
			"etc/plugh.ini:2" },
		{ { S "require", S "on", S "on", S "off", "PLUGH_SANDBOX=off" },
			CONFIG_SANDBOX_REQUIRE, "etc/plugh.ini:2" },
		{ { S "off", S "on" }, CONFIG_SANDBOX_ON, "etc/conf.d/10-a.ini:2" },
		{ { S "off", NULL, S "require" }, CONFIG_SANDBOX_REQUIRE, "user.ini:2" },
		{ { S "on", NULL, NULL, S "Require" }, CONFIG_SANDBOX_REQUIRE, "extra.ini:2" },
		{ { S "on", NULL, S "off", NULL, "PLUGH_SANDBOX=require" }, CONFIG_SANDBOX_REQUIRE,
			"environment PLUGH_SANDBOX" },
		{ { S "off", NULL, S "off" }, CONFIG_SANDBOX_OFF, "etc/plugh.ini:2" },
		{ { S "off\nsandbox=require\nsandbox=on" }, CONFIG_SANDBOX_REQUIRE,
			"etc/plugh.ini:3" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct config *config = fixture_load(rows[i].layers);
		const char *origin = NULL;
		assert_int_equal(config_get_sandbox(config, &origin), rows[i].level);
		assert_string_equal(origin, rows[i].origin);
		assert_false(config_has_errors(config));
		config_destroy(config);
	}
}

static void the_last_color_wins(void **state)
{
	(void)state;
	const char *layers[LAYERS] = {
		[SYSTEM] = "[plugh]\ncolor=always\n",
		[USER] = "[plugh]\ncolor=never\n",
	};
	const char *origin = NULL;

	struct config *config = fixture_load(layers);

	assert_string_equal(config_get_color(config, &origin), "never");
	assert_string_equal(origin, "user.ini:2");
	config_destroy(config);
}

static void crash_reports_are_for_some_all_or_none(void **state)
{
	static const struct {
		const char *text;
		enum config_when expected;
		bool is_wrong;
	} row[] = {
		{ "[plugh]\n", CONFIG_AUTO, false },
		{ "[plugh]\ncrash-reports = auto\n", CONFIG_AUTO, false },
		{ "[plugh]\ncrash-reports = Always\n", CONFIG_ALWAYS, false },
		{ "[plugh]\ncrash-reports = never\n", CONFIG_NEVER, false },
		{ "[plugh]\ncrash-reports = perhaps\n", CONFIG_AUTO, true },
	};
	(void)state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		const char *layers[LAYERS] = { [USER] = row[i].text };
		struct config *config = fixture_load(layers);
		assert_int_equal(config_get_crash_reports(config, NULL), row[i].expected);
		assert_int_equal(config_has_errors(config), row[i].is_wrong);
		config_destroy(config);
	}
}

static void folders_add_up_the_systems_first(void **state)
{
	(void)state;
	const char *layers[LAYERS] = {
		[SYSTEM] = "[plugh]\npath=/s1 \"/s 2\"\n",
		[CONF_D] = "[plugh]\npath=\n  /s3\n",
		[USER] = "[plugh]\npath=/u1 /s1 ~/plugins ~\n",
		[EXTRA] = "[plugh]\npath=/x1 /u1\n",
		[VARIABLE] = "PLUGH_PATH=/e1:/e 2::/x1",
	};
	static const struct {
		const char *path, *origin;
		enum config_layer layer;
	} expected[] = {
		{ "/s1", "etc/plugh.ini:2", CONFIG_SYSTEM },
		{ "/s 2", "etc/plugh.ini:2", CONFIG_SYSTEM },
		{ "/s3", "etc/conf.d/10-a.ini:2", CONFIG_SYSTEM },
		{ "/u1", "user.ini:2", CONFIG_USER },
		{ "/home/u/plugins", "user.ini:2", CONFIG_USER },
		{ "/home/u", "user.ini:2", CONFIG_USER },
		{ "/x1", "extra.ini:2", CONFIG_EXTRA },
		{ "/e1", "environment PLUGH_PATH", CONFIG_ENVIRONMENT },
		{ "/e 2", "environment PLUGH_PATH", CONFIG_ENVIRONMENT },
	};

	struct config *config = fixture_load(layers);

	assert_int_equal(config_count_paths(config), sizeof expected / sizeof expected[0]);
	for (size_t i = 0; i < config_count_paths(config); i++) {
		const struct config_path *path = config_get_path(config, i);
		assert_string_equal(path->path, expected[i].path);
		assert_string_equal(path->origin, expected[i].origin);
		assert_int_equal(path->layer, expected[i].layer);
	}
	fixture_assert_problems(config, "");
	config_destroy(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(the_systems_enabled_is_a_ceiling),
		FIXTURE_TEST(the_strictest_sandbox_wins),
		FIXTURE_TEST(the_last_color_wins),
		FIXTURE_TEST(crash_reports_are_for_some_all_or_none),
		FIXTURE_TEST(folders_add_up_the_systems_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
