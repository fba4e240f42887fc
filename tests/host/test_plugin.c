/* A plugin's code against its manifest: loading a file by its descriptor, and tables that disagree.
 *
 * SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "manifest_sample.h"
#include "plugh_test.h"
#include "plugin.h"

static struct manifest *linked(void)
{
	struct manifest *manifest = NULL;
	struct reason why = { "" };

	assert_int_equal(manifest_of_linked(&plugh_plugin_sample, &manifest, &why), 0);
	return manifest;
}

static void the_linked_plugin_agrees_with_itself(void **state)
{
	struct manifest *manifest = linked();
	struct reason why = { "" };
	(void)state;

	assert_int_equal(plugin_check(&plugh_plugin_sample, manifest, &why), 0);
	assert_ptr_equal(plugin_command(&plugh_plugin_sample, &manifest->command[1]),
		plugh_plugin_sample.command[2]);
	manifest_destroy(manifest);
}

/* Another count of records; and records of which one was changed. */
static const struct plugh_option *fewer(uint64_t *ret_count)
{
	const struct plugh_option *record = plugh_plugin_sample.command[1]->records(ret_count);
	--*ret_count;
	return record;
}

static const struct plugh_option *changed(uint64_t *ret_count)
{
	static struct plugh_option row[SAMPLE_ROWS];
	const struct plugh_option *record = plugh_plugin_sample.command[1]->records(ret_count);

	memcpy(row, record, *ret_count * sizeof *row);
	row[*ret_count - 1].required = 1;
	return row;
}

static void a_table_that_disagrees_is_refused(void **state)
{
	static const char differ[] = "its table and its manifest disagree on the options of 'pack'";
	const struct plugh_command *const *own = plugh_plugin_sample.command;
	const struct plugh_command good = *own[1];
	struct plugh_command named = good, larger = good, idle = good, none = good, few = good,
			     other = good;
	named.name = "unpack";
	larger.args_size++;
	idle.run = NULL;
	none.records = NULL;
	few.records = fewer;
	other.records = changed;
	const struct {
		const struct plugh_command *pack;
		const char *message;
	} row[] = {
		{ &good, "" },
		{ NULL, "its table and its manifest disagree: 'pack' is not where it should be" },
		{ own[2], "its table and its manifest disagree: 'pack' is not where it should be" },
		{ &named, "its table and its manifest disagree: 'pack' is not where it should be" },
		{ &larger, "its table and its manifest disagree on 'pack': arguments of 49 and 48 "
			   "bytes" },
		{ &idle, "'pack' has no run function" },
		{ &none, differ },
		{ &few, differ },
		{ &other, differ },
	};
	struct manifest *manifest = linked();
	(void)state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		const struct plugh_command *list[] = { own[0], row[i].pack, own[2] };
		struct plugh_plugin plugin = plugh_plugin_sample;
		struct reason why = { "" };
		plugin.command = list;
		int r = plugin_check(&plugin, manifest, &why);
		assert_string_equal(why.text, row[i].message);
		assert_int_equal(r, row[i].message[0] != '\0' ? -ENOEXEC : 0);
	}
	manifest_destroy(manifest);
}

static void a_head_that_disagrees_is_refused(void **state)
{
	struct plugh_plugin row[] = { plugh_plugin_sample, plugh_plugin_sample, plugh_plugin_sample,
		plugh_plugin_sample, plugh_plugin_sample, plugh_plugin_sample };
	static const char *const message[] = {
		"its table is of 31 bytes, at least 32 are needed",
		"its commands are of 31 bytes, at least 32 are needed",
		"its table and its manifest disagree: ABI 2 and 1",
		"its table and its manifest disagree: 4 and 3 commands",
		"its table has no commands", "", /* a later, larger one */
	};
	struct manifest *manifest = linked();
	(void)state;

	row[0].size--;
	row[1].command_size--;
	row[2].abi_major++;
	row[3].command_count++;
	row[4].command = NULL;
	row[5].size += 64;
	row[5].command_size += 64;
	for (size_t i = 0; i < 6; i++) {
		struct reason why = { "" };
		int r = plugin_check(&row[i], manifest, &why);
		assert_string_equal(why.text, message[i]);
		assert_int_equal(r, message[i][0] != '\0' ? -ENOEXEC : 0);
	}
	manifest_destroy(manifest);
}

static void a_file_is_loaded_by_its_descriptor_and_has_its_path(void **state)
{
	struct manifest *manifest = NULL;
	const struct plugh_plugin *plugin = NULL;
	struct reason why = { "" };
	Dl_info info;
	(void)state;

	int fd = open(SAMPLE_FILE, O_RDONLY | O_CLOEXEC);
	assert_return_code(fd, errno);
	assert_int_equal(manifest_read(fd, &manifest, &why), 0);
	const struct plugin_file file = { .fd = fd, .path = SAMPLE_FILE, .manifest = manifest };

	int r = plugin_load(&file, &plugin, &why);
	assert_string_equal(why.text, "");
	assert_int_equal(r, 0);

	/* Its own table, not that of the same name in this program. */
	assert_ptr_not_equal(plugin, &plugh_plugin_sample);
	assert_int_not_equal(dladdr(plugin, &info), 0);
	assert_string_equal(info.dli_fname, SAMPLE_FILE);
	assert_string_equal(plugin_command(plugin, &manifest->command[0])->name, "pack");
	assert_int_equal(plugin_command(plugin, &manifest->command[0])->run(NULL, "\1"), 1);
	manifest_destroy(manifest);
	/* The descriptor stays open, as the header says. */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_linked_plugin_agrees_with_itself),
		cmocka_unit_test(a_table_that_disagrees_is_refused),
		cmocka_unit_test(a_head_that_disagrees_is_refused),
		cmocka_unit_test(a_file_is_loaded_by_its_descriptor_and_has_its_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
