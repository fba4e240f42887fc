/* The last crash of each plugin, written and read back.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "crash_state.h"
#include "temp_dir.h"

struct found {
	size_t count;
	struct crash_state last;
};

static int take(void *ctx, const struct crash_state *state)
{
	struct found *found = (struct found *)ctx;

	found->count++;
	found->last = *state;
	return 0;
}

static void what_is_written_is_read(void **state)
{
	(void)state;
	struct temp_dir dir;
	struct found found = { 0 };
	struct crash_state *crash = (struct crash_state *)calloc(1, sizeof *crash);

	temp_dir_create(&dir);
	char *folder = temp_dir_path(&dir, "a/b/plugh");
	assert_non_null(crash);
	snprintf(crash->name, sizeof crash->name, "%s", "one");
	snprintf(crash->version, sizeof crash->version, "%s", "1.0 \"beta\" \\ x");
	snprintf(crash->signal, sizeof crash->signal, "%s", "Aborted (SIGABRT)");
	snprintf(crash->time, sizeof crash->time, "%s", "2026-01-31T12:00:00Z");
	snprintf(crash->file, sizeof crash->file, "%s", "/usr/lib/one.so ; x");
	crash->call_count = 2;
	snprintf(crash->call[0], sizeof crash->call[0], "%s", "f at a.c:1 (one.so+0x1)");
	snprintf(crash->call[1], sizeof crash->call[1], "%s", "g # h");
	assert_int_equal(crash_state_write(folder, crash), 0);
	assert_int_equal(crash_state_write(folder, crash), 0);
	assert_int_equal(crash_state_each(folder, take, &found), 0);
	assert_int_equal(found.count, 1);
	assert_memory_equal(&found.last, crash, sizeof *crash);

	snprintf(crash->name, sizeof crash->name, "%s", "two");
	snprintf(crash->version, sizeof crash->version, "%s", "\033[31mred\n\xff");
	assert_int_equal(crash_state_write(folder, crash), 0);
	found.count = 0;
	assert_int_equal(crash_state_each(folder, take, &found), 0);
	assert_int_equal(found.count, 2);
	assert_string_equal(found.last.name, "two");
	assert_string_equal(found.last.version, "?[31mred??");
	free(folder);
	free(crash);
	temp_dir_destroy(&dir);
}

static void no_folder_is_no_crash(void **state)
{
	(void)state;
	struct found found = { 0 };

	assert_int_equal(crash_state_each("/does/not/exist", take, &found), 0);
	assert_int_equal(found.count, 0);
}

static void what_is_too_long_is_cut(void **state)
{
	(void)state;
	struct temp_dir dir;
	struct found found = { 0 };
	struct crash_state *crash = (struct crash_state *)calloc(1, sizeof *crash);

	temp_dir_create(&dir);
	assert_non_null(crash);
	snprintf(crash->name, sizeof crash->name, "%s", "one");
	snprintf(crash->signal, sizeof crash->signal, "%s", "x");
	memset(crash->file, '"', sizeof crash->file - 1);
	crash->call_count = CRASH_STATE_CALLS;
	for (size_t i = 0; i < CRASH_STATE_CALLS; i++)
		memset(crash->call[i], '\\', sizeof crash->call[i] - 1);
	assert_int_equal(crash_state_write(dir.path, crash), 0);
	assert_int_equal(crash_state_each(dir.path, take, &found), 0);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.last.call_count, CRASH_STATE_CALLS);
	assert_true(strlen(found.last.file) > 40 &&
		    strspn(found.last.file, "\"") == strlen(found.last.file));
	free(crash);
	temp_dir_destroy(&dir);
}

static void where_it_is_kept(void **state)
{
	(void)state;
	char *const both[] = { "HOME=/h", "XDG_STATE_HOME=/s", NULL };
	char *const home[] = { "HOME=/h", "XDG_STATE_HOME=relative", NULL };
	char *const none[] = { "PATH=/bin", NULL };
	char *folder = crash_state_folder(both);

	assert_string_equal(folder, "/s/plugh");
	free(folder);
	folder = crash_state_folder(home);
	assert_string_equal(folder, "/h/.local/state/plugh");
	free(folder);
	assert_null(crash_state_folder(none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(no_folder_is_no_crash),
		cmocka_unit_test(what_is_too_long_is_cut),
		cmocka_unit_test(where_it_is_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
