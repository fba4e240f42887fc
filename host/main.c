/* plugh: one command whose subcommands are plugins. This file is the table of contents of one
 * invocation.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <plugh/version.h>

#include "bundled.h"
#include "cancel.h"
#include "command_help.h"
#include "invocation.h"
#include "invoke.h"
#include "join.h"
#include "services.h"

extern char **environ;

/* What main() frees at the end. */
struct program {
	struct invocation invocation;
	struct trace trace;
	struct plugh_parser *parser;
	struct plugh_outcome *outcome;
	char bundled_dir[PATH_MAX];
};

static struct invoke_end fail(const struct program *program, const char *what, int r)
{
	log_print(&program->invocation.log, PLUGH_LEVEL_ERROR, "%s: %s", what, strerror(-r));
	return (struct invoke_end){ PLUGH_EXIT_FAILED, 0 };
}

static int parse_options(struct program *program, int argc, char *const argv[])
{
	struct invocation *invocation = &program->invocation;

	if (options_are_absent(argc, argv, &invocation->options))
		return 0;
	invocation_set_display(&program->invocation);
	int r = options_parser(&invocation->display, NULL, &program->parser);
	if (r == 0)
		r = options_parse(
			program->parser, argc, argv, &invocation->options, &program->outcome);
	invocation->trace->enabled = invocation->options.trace;
	return r;
}

static int load_config(struct program *program)
{
	struct invocation *invocation = &program->invocation;

	int r = invocation_load_config(invocation, &invocation->config);
	if (r == 0)
		trace_step(invocation->trace, "config", "%zu files, %zu problems",
			config_count_files(invocation->config),
			config_count_problems(invocation->config));
	return r;
}

/* The compiled-in folder, found from where this binary is, so that a copied tree finds its own. */
static void find_bundled_dir(struct program *program)
{
	char *dir = program->bundled_dir;
	const char *relative = PLUGH_PLUGIN_DIR_FROM_BIN;

	ssize_t n = readlink("/proc/self/exe", dir, sizeof program->bundled_dir - 1);
	dir[n > 0 ? n : 0] = '\0';
	char *slash = strrchr(dir, '/');
	while (slash != NULL && strncmp(relative, "../", 3) == 0) {
		*slash = '\0';
		slash = strrchr(dir, '/');
		relative += 3;
	}
	if (slash == NULL)
		slash = dir;
	size_t left = sizeof program->bundled_dir - (size_t)(slash - dir);
	if (JOIN(slash, left, "/", relative) >= left)
		dir[0] = '\0';
}

static int open_registry(struct program *program)
{
	struct invocation *invocation = &program->invocation;

	find_bundled_dir(program);
	return registry_create(
		&(struct registry_spec){
			.config = invocation->config,
			.options = &invocation->options,
			.environment = environ,
			.bundled_dir = program->bundled_dir[0] != '\0' ? program->bundled_dir
								       : NULL,
			.bundled = bundled_names,
			.trusted_only = program->invocation.trusted_only,
		},
		&invocation->registry);
}

/* `plugh` alone and `plugh --help`: work with a broken ini, and report it. */
static struct invoke_end show_help(const struct program *program, FILE *to, int status)
{
	char *text = NULL;

	invocation_report_problems(&program->invocation);
	int r = command_help_format(&program->invocation, false, &text);
	if (r < 0)
		return fail(program, "cannot format the help", r);
	fputs(text, to);
	free(text);
	if (fflush(to) != 0)
		return fail(program, "cannot write the help", -errno);
	return (struct invoke_end){ status, 0 };
}

static struct invoke_end show_version(const struct program *program)
{
	printf("plugh %s\n", PLUGH_VERSION_STRING);
	if (fflush(stdout) != 0)
		return fail(program, "cannot write the version", -errno);
	return (struct invoke_end){ PLUGH_EXIT_DONE, 0 };
}

static struct invoke_end usage_error(
	const struct program *program, const char *message, const char *hint)
{
	char *usage = NULL;

	if (command_help_format(&program->invocation, true, &usage) == 0)
		fputs(usage, stderr);
	free(usage);
	log_print(&program->invocation.log, PLUGH_LEVEL_ERROR, "%s", message);
	if (hint[0] != '\0')
		fprintf(stderr, "%s\n", hint);
	return (struct invoke_end){ PLUGH_EXIT_USAGE, 0 };
}

static struct invoke_end run(struct program *program, int argc, char *argv[])
{
	struct invocation *invocation = &program->invocation;
	const struct options *options = &invocation->options;

	int r = parse_options(program, argc, argv);
	if (r < 0)
		return fail(program, "cannot read the command line", r);
	if (program->invocation.trusted_only && (options->config_file || options->plugin_path)) {
		log_print(&invocation->log, PLUGH_LEVEL_ERROR,
			"--config and --plugin-path are refused in a set-id program");
		return (struct invoke_end){ PLUGH_EXIT_REFUSED, 0 };
	}
	r = load_config(program);
	if (r < 0)
		return fail(program, "cannot read the configuration", r);
	invocation_set_display(&program->invocation);
	r = open_registry(program);
	if (r < 0)
		return fail(program, "cannot look for plugins", r);

	if (program->outcome != NULL &&
		plugh_outcome_kind(program->outcome) != PLUGH_OUTCOME_PARSED)
		return usage_error(program, plugh_outcome_message(program->outcome),
			plugh_outcome_hint(program->outcome));
	if (options->help)
		return show_help(program, stdout, PLUGH_EXIT_DONE);
	if (options->version)
		return show_version(program);
	if (options->command >= (size_t)argc)
		return show_help(program, stderr, PLUGH_EXIT_USAGE);
	return invoke_command(invocation, (size_t)argc - options->command, argv + options->command);
}

static void release(struct program *program)
{
	registry_destroy(program->invocation.registry);
	config_destroy(program->invocation.config);
	plugh_outcome_destroy(program->outcome);
	plugh_parser_destroy(program->parser);
}

int main(int argc, char *argv[])
{
	struct program program = {
		.invocation = { .environment = environ,
			.trusted_only = getauxval(AT_SECURE) != 0,
			.log = { .fd = STDERR_FILENO, .prefix = "plugh" } },
	};

	program.invocation.trace = &program.trace;
	trace_init(&program.trace);
	if (services_open_standard() < 0)
		return PLUGH_EXIT_FAILED;
	struct invoke_end end = run(&program, argc, argv);
	if (program.invocation.options.time) {
		double seconds = trace_seconds(&program.trace);
		int minutes = (int)(seconds / 60);
		fprintf(stderr, "plugh ran in %d mins, %.3f secs\n", minutes,
			seconds - 60.0 * minutes);
	}
	release(&program);
	if (end.signal != 0) {
		cancel_end(end.signal);
		return 128 + end.signal;
	}
	return end.status;
}
