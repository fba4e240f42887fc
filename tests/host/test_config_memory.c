/* SPDX-License-Identifier: MIT */
/* Every allocation fails once: the answer is -ENOMEM, nothing leaks (with a leak checker), and with
 * enough memory the result is the usual one. */
#include "plugh_test.h"

#include <errno.h>

#include "config_fixture.h"
#include "failing_alloc.h"

static const char *get_sub(void *ctx, size_t index)
{
	(void)ctx;
	return index == 0 ? "encode" : NULL;
}

static const char *get_key(void *ctx, const char *sub, size_t index)
{
	(void)ctx;
	(void)sub;
	return index == 0 ? "block-size" : NULL;
}

static int refuse(void *ctx, const char *sub, const char *key, const struct config_value *value,
	char *error, size_t size)
{
	(void)ctx;
	(void)sub;
	(void)key;
	(void)value;
	if (size > 0)
		*error = '\0';
	return -EINVAL;
}

static int load_and_check(const struct config_sources *sources)
{
	static const char *const names[] = { "perms" };
	const struct config_options options = { NULL, get_sub, get_key, refuse };
	struct config *config = NULL;

	int r = config_load(sources, &config);
	if (r < 0)
		assert_null(config);
	if (r == 0)
		r = config_check_plugin(config, "bwt", &options);
	if (r >= 0)
		r = config_check_names(config, names, 1);
	config_destroy(config);
	return r;
}

static void each_allocation_that_fails_is_reported(void **state)
{
	(void)state;
	char *environment[] = { (char *)"PLUGH_BWT_ENCODE_BLOCK_SIZE=1", (char *)"PLUGH_PATH=/a:/b",
		NULL };
	const struct config_sources sources = {
		.system_dir = "etc",
		.user_file = "user.ini",
		.extra_file = "missing.ini",
		.home = "/home/u",
		.environment = environment,
	};
	fixture_put("etc/plugh.ini",
		"[plugh]\nenabled = bwt perms\ndisabled=x\npath=/p \"/q r\"\nsandbx=on\n"
		"[policy:perms]\ndeny=net\nallow=net exec\nallow-read=/a /b\n");
	fixture_put(
		"etc/conf.d/10-a.ini", "[plugin:bwt]\nblock-siz=1\nblock-size=1\n junk\njunk\n");
	fixture_put("user.ini", "[plugin:bwt encode]\nblock-size=\"1\nblock-size=\"1\"\n[junk]\n"
				"[policy:perms]\nallow-read=~/c\nsha256=1\n");

	size_t n = 0;
	int r;
	for (;; n++) {
		failing_alloc_start(n);
		r = load_and_check(&sources);
		if (!failing_alloc_stop())
			break;
		assert_int_equal(r, -ENOMEM);
	}

	assert_int_equal(r, 0);
	assert_true(n > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(each_allocation_that_fails_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
