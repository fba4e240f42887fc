/* The environment of a confined plugin.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <stdlib.h>
#include <string.h>

#include "environment.h"

static const struct {
	const char *variable;
	bool allowed, with_activation;
} cases[] = {
	{ "LANG=C", true, true },
	{ "LANGUAGE=de:fr", true, true },
	{ "LC_ALL=C.UTF-8", true, true },
	{ "LC_=", true, true },
	{ "TZ=UTC", true, true },
	{ "TERM=xterm", true, true },
	{ "COLORTERM=truecolor", true, true },
	{ "COLUMNS=80", true, true },
	{ "LINES=24", true, true },
	{ "NO_COLOR=", true, true },
	{ "HOME=/home/u", true, true },
	{ "TMPDIR=/tmp", true, true },
	{ "XDG_CONFIG_HOME=/c", true, true },
	{ "PLUGH_SANDBOX=on", true, true },
	{ "SSL_CERT_FILE=/f", true, true },
	{ "SOURCE_DATE_EPOCH=0", true, true },
	{ "ASAN_OPTIONS=x", true, true },
	{ "GCOV_PREFIX=/x", true, true },
	{ "LLVM_PROFILE_FILE=/x", true, true },
	{ "LISTEN_FDS=1", false, true },
	{ "LISTEN_PID=1", false, true },
	{ "LISTEN_FDNAMES=a", false, true },
	{ "LISTEN_FDSX=1", false, false },
	{ "PATH=/bin", false, false },
	{ "AWS_SECRET_ACCESS_KEY=x", false, false },
	{ "LD_PRELOAD=/x.so", false, false },
	{ "SSH_AUTH_SOCK=/s", false, false },
	{ "LANGX=C", false, false },
	{ "LAN=C", false, false },
	{ "HOMEPAGE=x", false, false },
	{ "LC=x", false, false },
	{ "lang=C", false, false },
	{ "XLANG=C", false, false },
	{ "=x", false, false },
	{ "", false, false },
	/* Whoever reads it by hand may take the whole string for a name. */
	{ "HOME", false, false },
};

static void each_variable_is_kept_or_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		if (environment_is_allowed(cases[i].variable, false) != cases[i].allowed ||
			environment_is_allowed(cases[i].variable, true) != cases[i].with_activation)
			fail_msg("%s", cases[i].variable);
	}
}

static void what_is_removed_is_wiped_and_the_order_stays(void **state)
{
	char home[] = "HOME=/h", secret[] = "SECRET=hunter2", lang[] = "LANG=C", bare[] = "bare",
	     path[] = "PATH=/bin";
	char *environment[] = { home, secret, lang, bare, path, NULL };
	const char zeros[sizeof secret] = { 0 };

	(void)state;
	size_t removed = environment_restrict(environment, false);

	assert_int_equal(removed, 3);
	assert_ptr_equal(environment[0], home);
	assert_ptr_equal(environment[1], lang);
	for (size_t i = 2; i < 6; i++)
		assert_null(environment[i]);
	assert_string_equal(home, "HOME=/h");
	assert_memory_equal(secret, zeros, sizeof secret);
	assert_memory_equal(bare, zeros, sizeof bare);
	assert_memory_equal(path, zeros, sizeof path);
}

static void an_empty_environment_stays_empty(void **state)
{
	char *environment[] = { NULL };

	(void)state;
	assert_int_equal(environment_restrict(environment, true), 0);
	assert_null(environment[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_variable_is_kept_or_not),
		cmocka_unit_test(what_is_removed_is_wiped_and_the_order_stays),
		cmocka_unit_test(an_empty_environment_stays_empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
