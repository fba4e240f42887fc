/* SPDX-License-Identifier: MIT */
/* host/doctor*.c: kernels that are not here, texts that a terminal would obey, and no memory. What
 * the program finds is tested by tests/cli/test_doctor.py. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundled.h"
#include "config_fixture.h"
#include "doctor.h"
#include "failing_alloc.h"
#include "plugh_test.h"

/* The ABI in which each right came, by Documentation/userspace-api/landlock.rst of Linux. */
static const struct {
	int abi;
	const char *lacks;
} abis[] = {
	{ -ENOSYS, "refer truncate ioctl_dev bind_tcp connect_tcp abstract_unix_socket signal " },
	{ -EOPNOTSUPP,
		"refer truncate ioctl_dev bind_tcp connect_tcp abstract_unix_socket signal " },
	{ 1, "refer truncate ioctl_dev bind_tcp connect_tcp abstract_unix_socket signal " },
	{ 2, "truncate ioctl_dev bind_tcp connect_tcp abstract_unix_socket signal " },
	{ 3, "ioctl_dev bind_tcp connect_tcp abstract_unix_socket signal " },
	{ 4, "ioctl_dev abstract_unix_socket signal " },
	{ 5, "abstract_unix_socket signal " },
	{ 6, "" },
	{ 7, "" },
	{ 1000, "" },
};

static void each_abi_lacks_what_came_later(void **state)
{
	(void)state;

	for (size_t i = 0; i < sizeof abis / sizeof abis[0]; i++) {
		struct doctor_kernel kernel = { .seccomp = true };
		const struct doctor_right *right;
		char lacks[256] = "";

		doctor_set_landlock(&kernel, abis[i].abi);
		for (size_t k = 0; (right = doctor_get_lack(&kernel, k)) != NULL; k++) {
			strncat(lacks, right->name, sizeof lacks - strlen(lacks) - 1);
			strncat(lacks, " ", sizeof lacks - strlen(lacks) - 1);
			assert_true(right->consequence[0] != '\0');
		}
		assert_int_equal(kernel.landlock, abis[i].abi);
		assert_string_equal(lacks, abis[i].lacks);
	}
}

/* What is told of the sandbox at a level, on a kernel with that Landlock. */
static size_t count_at(const char *ini, int abi, enum doctor_verdict verdict)
{
	struct invocation invocation = { .config = fixture_load_user(ini) };
	struct doctor doctor = { .invocation = &invocation, .kernel.seccomp = true };

	doctor_set_landlock(&doctor.kernel, abi);
	doctor_look_at_sandbox(&doctor);
	size_t count = doctor_count(&doctor, verdict);
	assert_int_equal(doctor.error, 0);
	doctor_release(&doctor);
	config_destroy(invocation.config);
	return count;
}

static void what_is_lacking_weighs_by_the_level(void **state)
{
	static const char on[] = "[plugh]\nsandbox = on\n";
	static const char off[] = "[plugh]\nsandbox = off\n";
	static const char require[] = "[plugh]\nsandbox = require\n";
	static const struct {
		const char *ini;
		int abi;
		size_t warnings, problems;
	} rows[] = {
		{ on, 6, 0, 0 },
		{ on, 4, 3, 0 },
		{ on, 1, 7, 0 },
		{ on, -ENOSYS, 0, 1 },
		{ require, 6, 0, 0 },
		{ require, 5, 2, 1 },
		{ require, -ENOSYS, 0, 2 },
		{ off, 6, 1, 0 }, /* that it is off */
		{ off, 1, 1, 0 },
		{ off, -ENOSYS, 1, 0 },
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(
			count_at(rows[i].ini, rows[i].abi, DOCTOR_WARNING), rows[i].warnings);
		assert_int_equal(
			count_at(rows[i].ini, rows[i].abi, DOCTOR_PROBLEM), rows[i].problems);
	}
}

static void a_finding_is_one_visible_line(void **state)
{
	struct doctor doctor = { .count = 0 };
	(void)state;

	doctor_add(&doctor, DOCTOR_PLUGINS, DOCTOR_NOTE, "rm '\x1b[2J\xff'", "%s, %d",
		"a\nb\xe2\x80\xae", 7);

	assert_int_equal(doctor.count, 1);
	assert_string_equal(doctor.finding[0].text, "a\\x0ab\\xe2\\x80\\xae, 7");
	assert_string_equal(doctor.finding[0].cure, "rm '\\x1b[2J\\xff'");
	doctor_release(&doctor);
}

static void a_finding_is_as_long_as_its_words(void **state)
{
	struct doctor doctor = { .count = 0 };
	char long_word[5000];
	(void)state;

	memset(long_word, 'x', sizeof long_word - 1);
	long_word[sizeof long_word - 1] = '\0';
	for (size_t i = 0; i < 100; i++)
		doctor_add(&doctor, DOCTOR_PLUGINS, DOCTOR_PROBLEM, NULL, "%s", long_word);

	assert_int_equal(doctor_count(&doctor, DOCTOR_PROBLEM), 100);
	assert_string_equal(doctor.finding[99].text, long_word);
	assert_null(doctor.finding[99].cure);
	doctor_release(&doctor);
}

/* The whole, in a folder with a plugin that is none. Returns what doctor_examine did. */
static int examine(const struct invocation *invocation)
{
	struct doctor doctor;

	int r = doctor_examine(&doctor, invocation);
	doctor_release(&doctor);
	return r;
}

static void without_memory_it_says_so(void **state)
{
	char here[256], state_home[300];
	char *environment[] = { state_home, NULL };
	struct options options = { .plugin_path = "." };
	size_t n = 0;
	(void)state;

	assert_non_null(getcwd(here, sizeof here));
	snprintf(state_home, sizeof state_home, "XDG_STATE_HOME=%s", here);
	fixture_put("junk.so", "no plugin");
	assert_return_code(mkdir("plugh", 0700), errno);
	fixture_put("plugh/crash-junk.ini",
		"[crash]\nversion = 1\nsignal = Aborted\ncall = one\n  two\n");
	for (bool is_done = false; !is_done; n++) {
		struct invocation invocation = { .environment = environment,
			.options = options,
			.config = fixture_load_user("[plugh]\nsandbx = off\nsandbox = off\n") };
		assert_int_equal(
			registry_create(&(struct registry_spec){ .config = invocation.config,
						.options = &invocation.options,
						.environment = environment,
						.bundled = bundled_names },
				&invocation.registry),
			0);
		failing_alloc_start(n);
		int r = examine(&invocation);
		is_done = !failing_alloc_stop();
		assert_true(r == 0 || (r == -ENOMEM && !is_done));
		registry_destroy(invocation.registry);
		config_destroy(invocation.config);
	}
	fixture_put("plugh/crash-junk.ini", NULL);
	assert_return_code(rmdir("plugh"), errno);
	fixture_put("junk.so", NULL);
	assert_true(n > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_abi_lacks_what_came_later),
		FIXTURE_TEST(what_is_lacking_weighs_by_the_level),
		cmocka_unit_test(a_finding_is_one_visible_line),
		cmocka_unit_test(a_finding_is_as_long_as_its_words),
		FIXTURE_TEST(without_memory_it_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
