/* SPDX-License-Identifier: MIT */
#include "config_fixture.h"

#include "plugh_test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <plugh/buf.h>

static const char *const files[] = { "etc/plugh.ini", "etc/conf.d/10-a.ini", "etc/conf.d/20-b.ini",
	"etc/conf.d/9.ini", "etc/conf.d/.hidden.ini", "etc/conf.d/README", "etc/conf.d/.ini",
	"user.ini", "extra.ini" };

int fixture_make(void **state)
{
	char *path = strdup("/tmp/plugh-config-XXXXXX");

	*state = path;
	return path == NULL || mkdtemp(path) == NULL || chdir(path) < 0 || mkdir("etc", 0700) < 0 ||
	       mkdir("etc/conf.d", 0700) < 0;
}

static void remove_files(void)
{
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		if (unlink(files[i]) < 0 && errno == EISDIR)
			rmdir(files[i]);
}

int fixture_remove(void **state)
{
	char *path = *state;

	remove_files();
	rmdir("etc/conf.d");
	rmdir("etc");
	int r = chdir("/") < 0 || rmdir(path) < 0;
	free(path);
	return r;
}

void fixture_put_bytes(const char *path, const char *bytes, size_t n)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

void fixture_put(const char *path, const char *text)
{
	if (text != NULL)
		fixture_put_bytes(path, text, strlen(text));
	else
		unlink(path);
}

struct config *fixture_load_sources(const struct config_sources *sources)
{
	struct config *config = NULL;

	assert_int_equal(config_load(sources, &config), 0);
	assert_non_null(config);
	return config;
}

struct config *fixture_load(const char *const layers[LAYERS])
{
	char *environment[] = { (char *)layers[VARIABLE], (char *)layers[VARIABLE2], NULL };
	const struct config_sources sources = {
		.system_dir = "etc",
		.user_file = "user.ini",
		.extra_file = layers[EXTRA] != NULL ? "extra.ini" : NULL,
		.home = "/home/u",
		.environment = environment,
	};

	fixture_put("etc/plugh.ini", layers[SYSTEM]);
	fixture_put("etc/conf.d/10-a.ini", layers[CONF_D]);
	fixture_put("user.ini", layers[USER]);
	fixture_put("extra.ini", layers[EXTRA]);
	return fixture_load_sources(&sources);
}

struct config *fixture_load_user(const char *ini)
{
	return fixture_load((const char *[LAYERS]){ [USER] = ini });
}

/* All problems, one a line, with the hints on lines of their own. */
static char *list_problems(const struct config *config)
{
	struct plugh_buf buf = { 0 };
	char line[1024];

	for (size_t i = 0; i < config_count_problems(config); i++) {
		const struct config_problem *problem = config_get_problem(config, i);
		plugh_buf_appendf(&buf, "%s\n", config_problem_format(problem, line, sizeof line));
		if (problem->hint != NULL)
			plugh_buf_appendf(&buf, "\t%s\n", problem->hint);
	}
	return plugh_buf_take(&buf);
}

void fixture_assert_problems(const struct config *config, const char *expected)
{
	char *problems = list_problems(config);

	assert_string_equal(problems, expected);
	free(problems);
}
