/* Which file serves a name: search order, shadowing, refusals, reasons.
 *
 * SAMPLE_FILE is a good plugin called "sample".
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config_fixture.h"
#include "discover.h"
#include "failing_alloc.h"
#include "plugh_test.h"
#include "registry.h"
#include "temp_dir.h"

/* Folders "option", "bundled", "path" and "data/plugh/plugins" below the temporary one. */
struct place {
	struct temp_dir dir;
	struct config *config;
	struct options options;
	struct registry *registry;
	char bundled[128], option[128], data[128];
};

static const char *const bundled_name[] = { "sample", "missing", NULL };
static const char *const folder[] = { "option", "bundled", "path", "data", "data/plugh",
	"data/plugh/plugins" };

static void make_folder(const struct place *place, const char *name)
{
	char *path = temp_dir_path(&place->dir, name);
	assert_return_code(mkdir(path, 0755), errno);
	free(path);
}

static void put_sample(const struct place *place, const char *name)
{
	char *path = temp_dir_path(&place->dir, name);
	struct stat st;

	int from = open(SAMPLE_FILE, O_RDONLY | O_CLOEXEC);
	int to = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	assert_true(from >= 0 && to >= 0);
	assert_return_code(fstat(from, &st), errno);
	assert_int_equal(sendfile(to, from, NULL, (size_t)st.st_size), st.st_size);
	close(from);
	close(to);
	free(path);
}

static void place_init(struct place *place, const char *ini)
{
	char text[512];

	*place = (struct place){ .config = NULL };
	temp_dir_create(&place->dir);
	for (size_t i = 0; i < sizeof folder / sizeof folder[0]; i++)
		make_folder(place, folder[i]);
	snprintf(text, sizeof text, "[plugh]\npath = %s/path\n%s", place->dir.path, ini);
	place->config = fixture_load_user(text);
	snprintf(place->bundled, sizeof place->bundled, "%s/bundled", place->dir.path);
	snprintf(place->option, sizeof place->option, "%s/option", place->dir.path);
	snprintf(place->data, sizeof place->data, "XDG_DATA_HOME=%s/data", place->dir.path);
	place->options.plugin_path = place->option;
}

static int create(struct place *place)
{
	char *environment[] = { place->data, NULL };

	return registry_create(
		&(struct registry_spec){
			.config = place->config,
			.options = &place->options,
			.environment = environment,
			.bundled_dir = place->bundled,
			.bundled = bundled_name,
		},
		&place->registry);
}

static void place_release(struct place *place)
{
	registry_destroy(place->registry);
	config_destroy(place->config);
	temp_dir_destroy(&place->dir);
}

/* The file below the temporary folder that serves the name. */
static void assert_served(struct place *place, const char *name, const char *file,
	enum registry_status status, const char *reason)
{
	const struct registry_entry *entry = NULL;

	assert_int_equal(registry_find(place->registry, name, &entry), 0);
	assert_string_equal(entry->file + strlen(place->dir.path) + 1, file);
	assert_string_equal(entry->name, name);
	if (reason != NULL)
		assert_string_equal(entry->reason.text, reason);
	assert_int_equal(entry->status, status);
	assert_true(entry->fd >= 0);
}

/* Names of the files with their status, as a listing has them. */
static void assert_listed(struct place *place, const char *expected)
{
	const struct registry_entry *entry;
	char text[1024] = "";

	assert_int_equal(registry_read_all(place->registry, true), 0);
	for (size_t i = 0; (entry = registry_get(place->registry, i)) != NULL; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s %s\n",
			entry->file + strlen(place->dir.path) + 1,
			registry_status_name(entry->status));
	assert_string_equal(text, expected);
}

static void folders_come_in_search_order(void **state)
{
	static const char *const order[] = { "option", "bundled", "path", "data/plugh/plugins" };
	struct place place;
	(void)state;

	place_init(&place, "");
	assert_int_equal(create(&place), 0);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(
			registry_folder(place.registry, i)->path + strlen(place.dir.path) + 1,
			order[i]);
	assert_null(registry_folder(place.registry, 4));
	place_release(&place);
}

static void the_first_file_serves_and_the_others_are_shadowed(void **state)
{
	struct place place;
	const struct registry_entry *entry = NULL;
	(void)state;

	place_init(&place, "");
	put_sample(&place, "data/plugh/plugins/sample.so");
	assert_int_equal(create(&place), 0);
	assert_int_equal(registry_find(place.registry, "other", &entry), -ENOENT);
	assert_served(&place, "sample", "data/plugh/plugins/sample.so", REGISTRY_ENABLED, "");

	put_sample(&place, "path/sample.so");
	assert_served(&place, "sample", "path/sample.so", REGISTRY_ENABLED, "");
	put_sample(&place, "option/sample.so");
	assert_served(&place, "sample", "option/sample.so", REGISTRY_ENABLED, "");
	assert_listed(&place, "option/sample.so enabled\n"
			      "path/sample.so shadowed\n"
			      "data/plugh/plugins/sample.so shadowed\n");
	place_release(&place);
}

/* A bundled name is one that is compiled in and whose file is in the compiled-in folder. */
static void the_option_never_serves_a_bundled_name(void **state)
{
	const struct registry_entry *entry = NULL;
	struct place place;
	(void)state;

	place_init(&place, "");
	put_sample(&place, "option/sample.so");
	put_sample(&place, "bundled/sample.so");
	put_sample(&place, "path/sample.so");
	assert_int_equal(create(&place), 0);
	assert_served(&place, "sample", "bundled/sample.so", REGISTRY_ENABLED, "");
	assert_int_equal(registry_find(place.registry, "sample", &entry), 0);
	assert_true(entry->bundled);
	assert_listed(&place, "bundled/sample.so enabled\n"
			      "path/sample.so shadowed\n"
			      "option/sample.so shadowed\n");
	place_release(&place);
}

static void refusals_leave_the_others_working(void **state)
{
	struct place place;
	(void)state;

	place_init(&place, "");
	put_sample(&place, "option/sample.so");
	put_sample(&place, "option/renamed.so");
	put_sample(&place, "option/config.so");
	temp_dir_write(&place.dir, "option/text.so", "hello\n");
	temp_dir_write(&place.dir, "option/README", "not looked at");
	temp_dir_write(&place.dir, "option/.hidden.so", "not looked at");
	assert_int_equal(create(&place), 0);

	assert_listed(&place, "option/config.so refused\n"
			      "option/renamed.so refused\n"
			      "option/sample.so enabled\n"
			      "option/text.so refused\n");
	assert_served(&place, "text", "option/text.so", REGISTRY_REFUSED, "not an ELF file");
	assert_served(&place, "renamed", "option/renamed.so", REGISTRY_REFUSED,
		"its manifest says 'sample': rename the file to sample.so");
	assert_served(&place, "sample", "option/sample.so", REGISTRY_ENABLED, "");
	place_release(&place);
}

static void the_configuration_disables(void **state)
{
	static const struct {
		const char *ini;
		bool safe;
		enum registry_status status;
	} row[] = {
		{ "", false, REGISTRY_ENABLED },
		{ "disabled = sample\n", false, REGISTRY_DISABLED },
		{ "disabled = other\n", false, REGISTRY_ENABLED },
		{ "enabled = other\n", false, REGISTRY_DISABLED },
		{ "enabled = other sample\n", false, REGISTRY_ENABLED },
		{ "", true, REGISTRY_DISABLED },
	};
	(void)state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct place place;
		place_init(&place, row[i].ini);
		place.options.safe = row[i].safe;
		put_sample(&place, "option/sample.so");
		assert_int_equal(create(&place), 0);
		assert_served(&place, "sample", "option/sample.so", row[i].status,
			row[i].safe ? "--safe allows bundled plugins only" : NULL);
		place_release(&place);
	}
}

static void what_is_no_name_is_not_looked_for(void **state)
{
	static const char *const name[] = { "", "../option/sample", "./sample", "Sample", "1sample",
		"sample.so", "sam ple", "-sample" };
	const struct registry_entry *entry = NULL;
	struct place place;
	(void)state;

	place_init(&place, "");
	put_sample(&place, "option/sample.so");
	assert_int_equal(create(&place), 0);
	for (size_t i = 0; i < sizeof name / sizeof name[0]; i++)
		assert_int_equal(registry_find(place.registry, name[i], &entry), -ENOENT);
	place_release(&place);
}

static void a_near_name_is_suggested(void **state)
{
	struct place place;
	char text[128];
	(void)state;

	place_init(&place, "");
	put_sample(&place, "option/sample.so");
	assert_int_equal(create(&place), 0);

	assert_true(registry_suggest(place.registry, "sampel", text, sizeof text));
	assert_string_equal(text, "did you mean 'sample'?");
	assert_true(registry_suggest(place.registry, "pluign", text, sizeof text));
	assert_string_equal(text, "did you mean 'plugin'?");
	assert_false(registry_suggest(place.registry, "zzzzzzzzzz", text, sizeof text));
	place_release(&place);
}

static void lost_memory_is_an_error_each_time(void **state)
{
	struct place place;
	(void)state;

	place_init(&place, "");
	put_sample(&place, "option/sample.so");
	put_sample(&place, "path/sample.so");
	for (size_t n = 0;; n++) {
		failing_alloc_start(n);
		int r = create(&place);
		if (r == 0)
			r = registry_read_all(place.registry, true);
		bool failed = failing_alloc_stop();
		registry_destroy(place.registry);
		place.registry = NULL;
		if (!failed) {
			assert_int_equal(r, 0);
			assert_in_range(n, 5, 1000);
			break;
		}
		assert_int_equal(r, -ENOMEM);
	}
	place_release(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(folders_come_in_search_order),
		FIXTURE_TEST(the_first_file_serves_and_the_others_are_shadowed),
		FIXTURE_TEST(the_option_never_serves_a_bundled_name),
		FIXTURE_TEST(refusals_leave_the_others_working),
		FIXTURE_TEST(the_configuration_disables),
		FIXTURE_TEST(what_is_no_name_is_not_looked_for),
		FIXTURE_TEST(a_near_name_is_suggested),
		FIXTURE_TEST(lost_memory_is_an_error_each_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
