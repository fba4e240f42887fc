/* The last part of an invocation.
 *
 * The order is the point: the command line is parsed from data; only when it is good, the
 * configuration of this plugin is sound and all that it needs is granted, is the plugin's file
 * loaded.
 *
 * SPDX-License-Identifier: MIT */
#include "invoke.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cancel.h"
#include "cleanup.h"
#include "command.h"
#include "command_help.h"
#include "crash.h"
#include "explain.h"
#include "grant.h"
#include "holdings.h"
#include "join.h"
#include "keys.h"
#include "plugin.h"
#include "sandbox.h"
#include "services.h"

/* One command on its way to run(). */
struct run {
	struct invocation *invocation;
	const char *name;
	const struct manifest *manifest;
	const struct registry_entry *entry; /* NULL for a built-in */
	const struct plugh_plugin *plugin;  /* set for a built-in; for a file by load() */
	struct command_line *line;
	struct grant grant;
	bool is_confined;
	char prefix[128];
	struct log log;
};

static int fail(const struct invocation *invocation, int status, const char *name, int r)
{
	log_print(&invocation->log, PLUGH_LEVEL_ERROR, "cannot run '%s': %s", name, strerror(-r));
	return status;
}

static int refuse(const struct run *run, const char *reason)
{
	log_print(&run->invocation->log, PLUGH_LEVEL_ERROR, "plugin '%s' (%s) is refused: %s",
		run->name, run->entry->file, reason);
	return PLUGH_EXIT_REFUSED;
}

/* Which file serves the name. Returns -1 to go on, or the exit status. */
static int find(struct run *run)
{
	struct invocation *invocation = run->invocation;
	int r = registry_find(invocation->registry, run->name, &run->entry);
	if (r == -ENOENT)
		return command_report_unknown(invocation, run->name);
	if (r < 0)
		return fail(invocation, PLUGH_EXIT_FAILED, run->name, r);

	const struct registry_entry *entry = run->entry;
	trace_step(invocation->trace, "registry", "'%s' is served by %s: %s", run->name,
		entry->file, registry_status_name(entry->status));
	if (entry->status == REGISTRY_REFUSED)
		return refuse(run, entry->reason.text);
	if (entry->status == REGISTRY_DISABLED) {
		log_print(&invocation->log, PLUGH_LEVEL_ERROR, "plugin '%s' is disabled: %s",
			run->name, entry->reason.text);
		return PLUGH_EXIT_REFUSED;
	}
	run->manifest = entry->manifest;
	trace_step(invocation->trace, "manifest", "%s %s, ABI %u.%u, %zu records, no code run",
		manifest_name(run->manifest), manifest_version(run->manifest),
		run->manifest->root.head->abi_major, run->manifest->root.head->abi_minor,
		run->manifest->record_count);
	return -1;
}

/* The words of the command line. Returns -1 to go on, or the exit status: help, version, usage
 * error. */
static int parse(struct run *run, size_t count, char *const word[])
{
	struct invocation *invocation = run->invocation;
	const struct plugh_outcome *outcome = NULL;
	struct reason why = { "" };

	int r = command_line_create(
		&(struct command_line_spec){
			.manifest = run->manifest,
			.config = invocation->config,
			.options = &invocation->options,
			.display = invocation->display,
		},
		&run->line, &why);
	if (r == -ENOEXEC)
		return refuse(run, why.text);
	if (r == 0)
		r = command_line_parse(run->line, count, word, &outcome);
	if (r < 0)
		return fail(invocation, PLUGH_EXIT_FAILED, run->name, r);
	trace_step(invocation->trace, "argparse", "%zu words for '%s'", count,
		command_line_prog(run->line));
	if (plugh_outcome_kind(outcome) != PLUGH_OUTCOME_PARSED) {
		errno = 0;
		r = plugh_outcome_print(outcome, stdout, stderr);
		if (r != -EIO)
			return r;
		log_print(&run->log, PLUGH_LEVEL_ERROR, "cannot write standard output: %s",
			strerror(errno != 0 ? errno : EIO));
		return PLUGH_EXIT_FAILED;
	}
	const char *color = invocation->options.color;
	command_line_options(run->line, &invocation->options);
	invocation->trace->enabled |= invocation->options.trace;
	/* Asking the terminal again is for those who asked again. */
	if (invocation->options.color != color)
		invocation_set_display(invocation);
	invocation->log.verbosity = invocation->options.verbosity;
	run->log.color = invocation->log.color;
	run->log.verbosity = invocation->log.verbosity;
	return -1;
}

/* Errors in the configuration that concern this run. Returns -1 to go on, or the exit status. */
static int check_config(struct run *run)
{
	struct invocation *invocation = run->invocation;

	if (run->entry == NULL)
		return -1;
	int r = keys_check(invocation->config, run->manifest, run->line);
	if (r == -ENOMEM)
		return fail(invocation, PLUGH_EXIT_FAILED, run->name, r);
	if (!config_has_errors(invocation->config))
		return -1;
	invocation_report_problems(invocation);
	return PLUGH_EXIT_USAGE;
}

/* What this command line may do. Returns -1 to go on, or the exit status. */
static int grant(struct run *run)
{
	struct invocation *invocation = run->invocation;
	struct reason why = { "" };
	char needs[64];

	bool bundled = run->entry == NULL || run->entry->bundled;
	int r = grant_init(&run->grant, run->line, invocation->config, run->name, bundled, &why);
	if (r == -EPERM)
		return refuse(run, why.text);
	if (r < 0)
		return fail(invocation, PLUGH_EXIT_FAILED, run->name, r);
	if (invocation->trace->enabled)
		trace_step(invocation->trace, "grant", "%s, %zu paths",
			grant_needs_text(run->grant.needs, needs, sizeof needs), run->grant.count);
	return -1;
}

/* Of the plugin, or of the subcommand that was chosen. */
static bool has_flag(const struct run *run, uint32_t flag)
{
	uint32_t flags = command_line_command(run->line)->about->flags |
			 run->manifest->root.about->flags;
	return (flags & flag) != 0;
}

/* The sandbox is in force before the plugin's first instruction. Returns -1 to go on, or the exit
 * status. */
static int confine(struct run *run, int cancel_fd, struct holdings *holdings)
{
	const struct invocation *invocation = run->invocation;
	const struct config *config = invocation->config;
	struct reason why = { "" };
	/* Not cleared: a start has better use for the pages. */
	int keep[1 + HOLDINGS_DESCRIPTORS_MAX];

	if (run->entry == NULL)
		return -1;
	struct sandbox_spec spec = {
		.halves = SANDBOX_BOTH,
		.grant = &run->grant,
		.ports = ports_collect(run->line),
		.policy = config_find_policy(config, run->name),
		.plugin_fd = run->entry->fd,
		.keep = keep,
		.takes_activation = has_flag(run, PLUGH_TAKES_ACTIVATION),
		.measures_memory = has_flag(run, PLUGH_MEASURES_MEMORY),
		.trace = invocation->trace,
	};
	spec.level = config_get_sandbox(config, &spec.origin);
	const struct crash_report report = {
		.name = run->name,
		.version = manifest_version(run->manifest),
		.file = run->entry->file,
		.environment = invocation->trusted_only ? NULL : invocation->environment,
		.is_confined = spec.level != CONFIG_SANDBOX_OFF,
		.fd = STDERR_FILENO,
	};
	const struct holdings_spec held = {
		.grant = &run->grant,
		.report = &report,
		.environment = environ,
		.bundled = run->entry->bundled,
		.is_confined = report.is_confined,
		.crash_reports = config_get_crash_reports(config, NULL),
		.trusted_only = invocation->trusted_only,
		.trace = invocation->trace,
	};
	int r = holdings_prepare(holdings, &held);
	if (r < 0)
		return fail(invocation, PLUGH_EXIT_FAILED, run->name, r);
	keep[0] = cancel_fd;
	spec.keep_count = 1 + holdings_list(holdings, keep + 1);
	spec.scratch = holdings->scratch;
	spec.environment = environ;
	r = sandbox_enter(&spec, &why);
	run->is_confined = r > 0;
	return r < 0 ? refuse(run, why.text) : -1;
}

/* The plugin's code. Returns -1 to go on, or the exit status. */
static int load(struct run *run)
{
	struct reason why = { "" };

	if (run->entry == NULL)
		return -1;
	crash_set_stage("while it was loaded");
	int r = plugin_load(
		&(struct plugin_file){ run->entry->fd, run->entry->file, run->manifest },
		&run->plugin, &why);
	crash_set_stage(NULL);
	trace_step(run->invocation->trace, "load", "%s", r < 0 ? why.text : run->entry->file);
	if (r == 0)
		return -1;
	refuse(run, why.text);
	if (run->is_confined)
		explain_loading(&run->invocation->log, run->name, why.text);
	return PLUGH_EXIT_REFUSED;
}

/* The paths that may be written: those of options with PLUGH_WRITE. */
static int collect_outputs(const struct grant *grant, const char ***ret_path, size_t *ret_count)
{
	const char **path = (const char **)calloc(grant->count + 1, sizeof *path);
	size_t n = 0;

	if (path == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < grant->count; i++) {
		if (grant->path[i].access & PLUGH_WRITE)
			path[n++] = grant->path[i].path;
	}
	*ret_path = path;
	*ret_count = n;
	return 0;
}

static struct invoke_end call(struct run *run, struct services *services)
{
	const void *args = NULL;

	int r = command_line_args(run->line, &args);
	if (r < 0)
		return (struct invoke_end){ fail(run->invocation, 1, run->name, r), 0 };
	const struct plugh_command *command = plugin_command(
		run->plugin, command_line_command(run->line));
	const struct plugh_host *host = services_host(services);
	if (run->is_confined)
		host = explain_start(&(struct explain_spec){ host, run->name, run->grant.needs });
	r = command->run(host, args);
	cleanup_clear();
	struct services_end end = services_finish(services, r);
	if (run->is_confined)
		explain_finish(r);
	trace_step(run->invocation->trace, "run", "returned %d, status %d", r, end.status);
	return (struct invoke_end){ end.status, end.signal };
}

/* Everything that run() stands on, then run() itself. */
static struct invoke_end serve(struct run *run, int cancel_fd, struct holdings *holdings)
{
	struct invocation *invocation = run->invocation;
	struct services *services = NULL;
	const char **path = NULL;
	size_t count = 0;
	/* A built-in's crash is nobody's: it has the other power alone. */
	struct services_power power = { INVOCATION_POWER, invocation };
	if (run->entry != NULL)
		power = (struct services_power){ PLUGH_POWER_CLEANUP, cleanup_power() };

	int r = collect_outputs(&run->grant, &path, &count);
	if (r == 0)
		r = services_create(
			&(struct services_spec){
				.log = &run->log,
				.json = invocation->options.json,
				.out = STDOUT_FILENO,
				.cancel_fd = cancel_fd,
				.outputs = holdings->outputs,
				.endpoints = holdings->endpoints,
				.notify = holdings_notify,
				.notify_ctx = holdings,
				.path_count = count,
				.path = path,
				.power_count = 1,
				.power = &power,
			},
			&services);
	struct invoke_end end = { PLUGH_EXIT_FAILED, 0 };
	if (r == 0)
		end = call(run, services);
	else
		fail(invocation, PLUGH_EXIT_FAILED, run->name, r);
	services_destroy(services);
	free(path);
	return end;
}

/* With signals and crashes taken over: load and run. */
static struct invoke_end guard(struct run *run)
{
	struct invocation *invocation = run->invocation;
	struct holdings holdings;
	struct invoke_end end = { PLUGH_EXIT_FAILED, 0 };
	int cancel_fd = -1;

	if (!has_flag(run, PLUGH_HANDLES_SIGNALS)) {
		cancel_fd = cancel_start();
		if (cancel_fd < 0) {
			fail(invocation, PLUGH_EXIT_FAILED, run->name, cancel_fd);
			return end;
		}
	}
	int r = holdings_init(&holdings, cancel_fd);
	if (r == 0 && run->entry != NULL)
		r = crash_start(&(struct crash_spec){ .log = &run->log,
			.name = run->name,
			.version = manifest_version(run->manifest),
			.file = strrchr(run->entry->file, '/') + 1 });
	if (r < 0) {
		fail(invocation, PLUGH_EXIT_FAILED, run->name, r);
		goto out;
	}
	cancel_set_outputs(holdings.outputs);
	crash_set_outputs(holdings.outputs);
	end.status = confine(run, cancel_fd, &holdings);
	if (end.status < 0)
		end.status = load(run);
	if (end.status < 0)
		end = serve(run, cancel_fd, &holdings);
	else
		end.signal = cancel_signal();
out:
	crash_stop();
	cancel_set_outputs(NULL);
	holdings_release(&holdings);
	cancel_stop();
	return end;
}

static struct invoke_end invoke(struct run *run, size_t argc, char *const argv[])
{
	int status = run->plugin == NULL ? find(run) : -1;
	if (status < 0)
		status = parse(run, argc - 1, argv + 1);
	if (status < 0)
		status = check_config(run);
	if (status < 0)
		status = grant(run);
	return status < 0 ? guard(run) : (struct invoke_end){ status, 0 };
}

struct invoke_end invoke_command(struct invocation *invocation, size_t argc, char *const argv[])
{
	struct run run = { .invocation = invocation, .name = argv[0] };
	struct manifest *linked = NULL;
	struct reason why = { "" };

	JOIN(run.prefix, sizeof run.prefix, "plugh ", argv[0]);
	run.log = invocation->log;
	run.log.prefix = run.prefix;
	run.plugin = command_find(argv[0]);
	if (run.plugin != NULL) {
		int r = manifest_of_linked(run.plugin, &linked, &why);
		if (r < 0) {
			log_print(&invocation->log, PLUGH_LEVEL_ERROR,
				"the table of '%s' is wrong: %s", argv[0], why.text);
			return (struct invoke_end){ PLUGH_EXIT_FAILED, 0 };
		}
		run.manifest = linked;
	}
	struct invoke_end end = invoke(&run, argc, argv);
	grant_release(&run.grant);
	command_line_destroy(run.line);
	manifest_destroy(linked);
	return end;
}
