/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <stdio.h>
#include <stdlib.h>

#include <plugh/buf.h>
#include <plugh/option.h>

#include "config_fixture.h"

/* ---- Policies ---- */

static void append_needs(struct plugh_buf *buf, uint32_t needs)
{
	for (uint32_t bit = 1; bit <= PLUGH_PTRACE; bit <<= 1)
		if ((needs & bit) != 0)
			plugh_buf_appendf(buf, " %s", config_need_name(bit));
}

/* "deny net allow exec read /a@user.ini:3 write ..." */
static char *describe_policy(const struct config *config, const char *name)
{
	const struct config_policy *policy = config_find_policy(config, name);
	struct plugh_buf buf = { 0 };

	if (policy == NULL) {
		plugh_buf_append_text(&buf, "none");
		return plugh_buf_take(&buf);
	}
	plugh_buf_append_text(&buf, "deny");
	append_needs(&buf, policy->deny);
	plugh_buf_append_text(&buf, " allow");
	append_needs(&buf, policy->allow);
	for (size_t i = 0; i < policy->read_count; i++)
		plugh_buf_appendf(&buf, " r:%s@%s", policy->read[i].path, policy->read[i].origin);
	for (size_t i = 0; i < policy->write_count; i++)
		plugh_buf_appendf(&buf, " w:%s@%s", policy->write[i].path, policy->write[i].origin);
	return plugh_buf_take(&buf);
}

#define P "[policy:p]\n"

static void denials_add_up_and_beat_every_allow(void **state)
{
	static const struct {
		const char *layers[LAYERS];
		const char *policy, *problems;
	} rows[] = {
		{ { NULL }, "none", "" },
		{ { "[policy:q]\ndeny=net\n" }, "none", "" },
		{ { P "deny=net write\n", NULL, P "deny=exec\n" }, "deny write net exec allow",
			"" },
		{ { P "allow=exec\n", NULL, P "allow=ptrace\n" }, "deny allow exec ptrace", "" },
		{ { P "deny=net\n", NULL, P "allow=net exec\n" }, "deny net allow exec",
			"user.ini:2: warning: 'allow' does not reach 'net', which etc/plugh.ini:2 "
			"denies\n" },
		/* a later layer may restrict what an earlier one allows */
		{ { P "allow=exec\n", NULL, NULL, P "deny=exec\n" }, "deny exec allow",
			"etc/plugh.ini:2: warning: 'allow' does not reach 'exec', which "
			"extra.ini:2 "
			"denies\n" },
		{ { P "deny=\n", NULL, P "deny=net\n" }, "deny net allow", "" },
		{ { P "deny=net\n", NULL, P "deny=\n" }, "deny net allow", "" },
		{ { P "deny=net\ndeny=exec\n" }, "deny net exec allow",
			"etc/plugh.ini:3: warning: 'deny' is set in line 2 already\n" },
		{ { P "deny=read write net exec ptrace\n" },
			"deny read write net exec ptrace allow", "" },
		{ { P "allow-read=/s\n", P "allow-read=\"/c d\" /e\n",
			  P "allow-write=~/w\nallow-read=/u\n" },
			"deny allow r:/s@etc/plugh.ini:2 r:/c d@etc/conf.d/10-a.ini:2 "
			"r:/e@etc/conf.d/10-a.ini:2 r:/u@user.ini:3 w:/home/u/w@user.ini:2",
			"" },
		{ { P "deny=read\nallow-write=/w\n", NULL, P "allow-read=/u\n" },
			"deny read allow w:/w@etc/plugh.ini:3",
			"user.ini:2: warning: 'allow-read' does not reach 'read', which "
			"etc/plugh.ini:2 denies\n" },
		{ { P "allow-write=/w\n", NULL, P "deny=write\n" }, "deny write allow",
			"etc/plugh.ini:2: warning: 'allow-write' does not reach 'write', which "
			"user.ini:2 denies\n" },
		{ { P "deny=nett exec\n" }, "deny exec allow",
			"etc/plugh.ini:2: error: unknown need 'nett'\n\tdid you mean 'net'?\n" },
		{ { P "allow=net, exec\n" }, "deny allow exec",
			"etc/plugh.ini:2: error: unknown need 'net,'\n\tdid you mean 'net'?\n" },
		{ { P "allow-read=rel ~/x\n" }, "deny allow",
			"etc/plugh.ini:2: error: 'allow-read' must hold absolute paths, not 'rel'\n"
			"\ta path with blanks stands in double quotes\n"
			"etc/plugh.ini:2: error: 'allow-read' must hold absolute paths, not '~/x'\n"
			"\ta path with blanks stands in double quotes\n" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct config *config = fixture_load(rows[i].layers);
		char *policy = describe_policy(config, "p");
		assert_string_equal(policy, rows[i].policy);
		fixture_assert_problems(config, rows[i].problems);
		free(policy);
		config_destroy(config);
	}
}

static void the_line_that_denies_or_grants_is_named(void **state)
{
	(void)state;
	const char *layers[LAYERS] = {
		[SYSTEM] = P "allow=net exec\n",
		[USER] = P "\nallow = exec\ndeny = net\n",
		[EXTRA] = P "deny = net\n",
	};

	struct config *config = fixture_load(layers);

	assert_string_equal(config_find_denial(config, "p", PLUGH_NET), "user.ini:4");
	assert_null(config_find_grant(config, "p", PLUGH_NET));
	assert_string_equal(config_find_grant(config, "p", PLUGH_EXEC), "etc/plugh.ini:2");
	assert_null(config_find_denial(config, "p", PLUGH_EXEC));
	assert_null(config_find_denial(config, "q", PLUGH_NET));
	assert_null(config_find_grant(config, "q", PLUGH_NET));
	assert_null(config_find_denial(config, "p", PLUGH_NET | PLUGH_EXEC));
	assert_null(config_find_grant(config, "p", PLUGH_NET | PLUGH_EXEC));
	config_destroy(config);

	assert_string_equal(config_need_name(PLUGH_PTRACE), "ptrace");
	assert_null(config_need_name(PLUGH_PTRACE << 1));
	assert_null(config_need_name(0));
	assert_null(config_need_name(PLUGH_READ | PLUGH_WRITE));
}

#define SHA(x)   "[policy:p]\nsha256=" x "\n"
#define HEX16(a) a a a a a a a a a a a a a a a a
#define HEX64(a) HEX16(a) HEX16(a) HEX16(a) HEX16(a)

static void a_pin_of_the_system_cannot_be_replaced(void **state)
{
	static const struct {
		const char *layers[LAYERS];
		const char *pin, *origin, *problems;
	} rows[] = {
		{ { P "deny=net\n" }, NULL, NULL, "" },
		{ { SHA(HEX64("a")) }, HEX64("a"), "etc/plugh.ini:2", "" },
		{ { SHA(HEX64("A")), NULL, SHA(HEX64("a")) }, HEX64("a"), "etc/plugh.ini:2", "" },
		{ { SHA(HEX64("a")), NULL, SHA(HEX64("b")) }, HEX64("a"), "etc/plugh.ini:2",
			"user.ini:2: error: the sha256 of plugin 'p' is set by etc/plugh.ini:2 and "
			"cannot be replaced\n" },
		{ { SHA(HEX64("a")), NULL, NULL, SHA(HEX64("b")) }, HEX64("a"), "etc/plugh.ini:2",
			"extra.ini:2: error: the sha256 of plugin 'p' is set by etc/plugh.ini:2 "
			"and "
			"cannot be replaced\n" },
		{ { SHA(HEX64("a")), SHA(HEX64("b")) }, HEX64("a"), "etc/plugh.ini:2",
			"etc/conf.d/10-a.ini:2: error: the sha256 of plugin 'p' is set by "
			"etc/plugh.ini:2 and cannot be replaced\n" },
		{ { SHA(HEX64("a")), NULL, SHA("") }, HEX64("a"), "etc/plugh.ini:2",
			"user.ini:2: error: 'sha256' must be 64 hexadecimal digits, not ''\n"
			"user.ini:2: error: the sha256 of plugin 'p' is set by etc/plugh.ini:2 and "
			"cannot be replaced\n" },
		{ { NULL, NULL, SHA(HEX64("a")), SHA(HEX64("b")) }, HEX64("b"), "extra.ini:2", "" },
		{ { SHA(HEX64("a") "g") }, HEX64("a") "g", "etc/plugh.ini:2",
			"etc/plugh.ini:2: error: 'sha256' must be 64 hexadecimal digits, not "
			"'" HEX64("a") "g'\n" },
		{ { SHA(HEX64("a") "a") }, HEX64("a") "a", "etc/plugh.ini:2",
			"etc/plugh.ini:2: error: 'sha256' must be 64 hexadecimal digits, not "
			"'" HEX64("a") "a'\n" },
		/* a pin that can match nothing stays, so that nothing runs by mistake */
		{ { SHA("abc"), NULL, SHA(HEX64("b")) }, "abc", "etc/plugh.ini:2",
			"etc/plugh.ini:2: error: 'sha256' must be 64 hexadecimal digits, not "
			"'abc'\n"
			"user.ini:2: error: the sha256 of plugin 'p' is set by etc/plugh.ini:2 and "
			"cannot be replaced\n" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct config *config = fixture_load(rows[i].layers);
		const struct config_policy *policy = config_find_policy(config, "p");

		assert_non_null(policy);
		if (rows[i].pin != NULL) {
			assert_string_equal(policy->sha256, rows[i].pin);
			assert_string_equal(policy->sha256_origin, rows[i].origin);
		} else {
			assert_null(policy->sha256);
			assert_null(policy->sha256_origin);
		}
		fixture_assert_problems(config, rows[i].problems);
		config_destroy(config);
	}
}

static void policies_of_many_plugins_are_told_apart(void **state)
{
	(void)state;
	struct plugh_buf ini = { 0 };
	static const char *const words[] = { "read", "write", "net", "exec", "ptrace" };

	for (unsigned i = 0; i < 500; i++) /* 7919 is a prime: every number once, in disorder */
		plugh_buf_appendf(
			&ini, "[policy:p%u]\ndeny=%s\n", i * 7919 % 500, words[i * 7919 % 500 % 5]);
	struct config *config = fixture_load((const char *[LAYERS]){ [SYSTEM] = ini.data });

	for (unsigned i = 0; i < 500; i++) {
		char name[16];
		snprintf(name, sizeof name, "p%u", i);
		const struct config_policy *policy = config_find_policy(config, name);
		assert_non_null(policy);
		assert_int_equal(policy->deny, 1u << i % 5);
	}
	assert_null(config_find_policy(config, "p"));
	assert_null(config_find_policy(config, "p500"));
	config_destroy(config);
	plugh_buf_release(&ini);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(denials_add_up_and_beat_every_allow),
		FIXTURE_TEST(the_line_that_denies_or_grants_is_named),
		FIXTURE_TEST(a_pin_of_the_system_cannot_be_replaced),
		FIXTURE_TEST(policies_of_many_plugins_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
