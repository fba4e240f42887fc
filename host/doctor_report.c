/* SPDX-License-Identifier: MIT */
/* The findings as text, and all facts as JSON. */
#include "doctor_report.h"

#include <stdlib.h>
#include <string.h>

#include <plugh/sdk.h>

#include "config_lint.h"
#include "crash_state.h"
#include "plugin_info.h"

enum { SHOWN_MAX = 30 }; /* findings of a topic in the text */

static const struct {
	const char *key, *title;
} topics[DOCTOR_TOPICS] = {
	[DOCTOR_KERNEL] = { "kernel", "Kernel" },
	[DOCTOR_SANDBOX] = { "sandbox", "Sandbox" },
	[DOCTOR_CONFIGURATION] = { "configuration", "Configuration" },
	[DOCTOR_FOLDERS] = { "folders", "Plugin folders" },
	[DOCTOR_PLUGINS] = { "plugins", "Plugins" },
	[DOCTOR_CRASHES] = { "crashes", "Crashes" },
};

static const struct {
	const char *word, *color;
} verdicts[DOCTOR_VERDICTS] = {
	[DOCTOR_OK] = { "ok", "\033[32m" },
	[DOCTOR_NOTE] = { "note", "\033[36m" },
	[DOCTOR_WARNING] = { "warning", "\033[33m" },
	[DOCTOR_PROBLEM] = { "problem", "\033[1;31m" },
};

/* ---- Text ---- */

static void print_finding(
	const struct plugh_host *host, const struct doctor_finding *finding, bool has_color)
{
	const char *word = verdicts[finding->verdict].word;
	int fill = (int)(strlen("problem") - strlen(word));

	plugh_print(host, "  %s%s%s%*s  %s\n", has_color ? verdicts[finding->verdict].color : "",
		word, has_color ? "\033[0m" : "", fill, "", finding->text);
	if (finding->cure != NULL)
		plugh_print(host, "           -> %s\n", finding->cure);
}

static void print_topic(
	const struct plugh_host *host, const struct doctor *doctor, enum doctor_topic topic)
{
	size_t seen = 0;

	plugh_print(host, "%s\n", topics[topic].title);
	for (size_t i = 0; i < doctor->count; i++)
		if (doctor->finding[i].topic == topic && seen++ < SHOWN_MAX)
			print_finding(
				host, &doctor->finding[i], doctor->invocation->display.color_out);
	if (seen > SHOWN_MAX)
		plugh_print(host, "           and %zu more: 'plugh doctor --json' has all\n",
			seen - SHOWN_MAX);
	plugh_print(host, "\n");
}

int doctor_print(const struct plugh_host *host, const struct doctor *doctor)
{
	size_t problems = doctor_count(doctor, DOCTOR_PROBLEM);
	size_t warnings = doctor_count(doctor, DOCTOR_WARNING);

	for (unsigned topic = 0; topic < DOCTOR_TOPICS; topic++)
		print_topic(host, doctor, (enum doctor_topic)topic);
	if (problems == 0 && warnings == 0)
		return plugh_print(host, "Nothing is wrong.\n");
	return plugh_print(host, "%zu %s, %zu %s.\n", problems,
		problems == 1 ? "problem" : "problems", warnings,
		warnings == 1 ? "warning" : "warnings");
}

/* ---- JSON ---- */

static void put_findings(struct plugh_json *json, const struct doctor *doctor)
{
	plugh_json_begin_array(json, "findings");
	for (size_t i = 0; i < doctor->count; i++) {
		const struct doctor_finding *finding = &doctor->finding[i];
		plugh_json_begin_object(json, NULL);
		plugh_json_text(json, "topic", topics[finding->topic].key);
		plugh_json_text(json, "verdict", verdicts[finding->verdict].word);
		plugh_json_text(json, "text", finding->text);
		plugh_json_text(json, "cure", finding->cure);
		plugh_json_end(json);
	}
	plugh_json_end(json);
}

static void put_kernel(struct plugh_json *json, const struct doctor_kernel *kernel)
{
	const struct doctor_right *right;

	plugh_json_begin_object(json, "kernel");
	plugh_json_text(json, "system", kernel->name.sysname);
	plugh_json_text(json, "release", kernel->name.release);
	plugh_json_text(json, "machine", kernel->name.machine);
	if (kernel->landlock > 0)
		plugh_json_int(json, "landlock_abi", kernel->landlock);
	else
		plugh_json_null(json, "landlock_abi");
	plugh_json_begin_array(json, "landlock_lacks");
	for (size_t i = 0; (right = doctor_get_lack(kernel, i)) != NULL; i++)
		plugh_json_text(json, NULL, right->name);
	plugh_json_end(json);
	plugh_json_bool(json, "seccomp", kernel->seccomp);
	plugh_json_bool(json, "pidfd", kernel->pidfd);
	plugh_json_bool(json, "memfd_sealing", kernel->memfd_sealing);
	plugh_json_end(json);
}

static void put_sandbox(struct plugh_json *json, const struct doctor *doctor)
{
	const char *origin, *gap;
	enum config_sandbox level = config_get_sandbox(doctor->invocation->config, &origin);

	plugh_json_begin_object(json, "sandbox");
	plugh_json_text(json, "level", config_sandbox_name(level));
	plugh_json_text(json, "origin", origin);
	if (doctor->trial.is_made) {
		plugh_json_begin_object(json, "tried");
		plugh_json_bool(json, "folder_refused", doctor->trial.is_folder_refused);
		plugh_json_bool(json, "socket_refused", doctor->trial.is_socket_refused);
		plugh_json_end(json);
	} else {
		plugh_json_null(json, "tried");
	}
	plugh_json_begin_array(json, "not_confined");
	for (size_t i = 0; (gap = doctor_get_gap(i)) != NULL; i++)
		plugh_json_text(json, NULL, gap);
	plugh_json_end(json);
	plugh_json_end(json);
}

static void put_folders(struct plugh_json *json, const struct invocation *invocation)
{
	const struct discover_folder *folder;
	struct reason why;

	plugh_json_begin_array(json, "folders");
	for (size_t i = 0; (folder = registry_folder(invocation->registry, i)) != NULL; i++) {
		enum doctor_folder_state state = doctor_judge_folder(
			folder, invocation->trusted_only, &why);
		plugh_json_begin_object(json, NULL);
		plugh_json_bytes(json, "path", folder->path, strlen(folder->path));
		plugh_json_text(json, "origin", doctor_folder_origin(folder));
		plugh_json_text(json, "status", doctor_folder_state_name(state));
		plugh_json_text(json, "reason", why.text[0] != '\0' ? why.text : NULL);
		plugh_json_end(json);
	}
	plugh_json_end(json);
}

static void put_plugins(struct plugh_json *json, const struct doctor *doctor)
{
	const struct registry_entry *entry;
	const char *missing;

	plugh_json_begin_array(json, "plugins");
	for (size_t i = 0; (entry = registry_get(doctor->invocation->registry, i)) != NULL; i++)
		plugin_info_entry_json(json, entry);
	plugh_json_end(json);
	plugh_json_begin_array(json, "missing_plugins");
	for (size_t i = 0; (missing = doctor_get_missing(doctor, i)) != NULL; i++)
		plugh_json_text(json, NULL, missing);
	plugh_json_end(json);
}

static int put_crash(void *ctx, const struct crash_state *state)
{
	struct plugh_json *json = (struct plugh_json *)ctx;

	plugh_json_begin_object(json, NULL);
	plugh_json_text(json, "name", state->name);
	plugh_json_text(json, "version", state->version);
	plugh_json_text(json, "signal", state->signal);
	plugh_json_text(json, "time", state->time);
	plugh_json_text(json, "file", state->file);
	plugh_json_begin_array(json, "calls");
	for (size_t i = 0; i < state->call_count; i++)
		plugh_json_text(json, NULL, state->call[i]);
	plugh_json_end(json);
	return plugh_json_end(json);
}

static void put_crashes(struct plugh_json *json, const struct invocation *invocation)
{
	char *folder = doctor_crash_folder(invocation);

	plugh_json_begin_array(json, "crashes");
	/* What cannot be read is among the findings. */
	if (folder != NULL)
		crash_state_each(folder, put_crash, json);
	plugh_json_end(json);
	free(folder);
}

int doctor_print_json(const struct plugh_host *host, const struct doctor *doctor)
{
	const struct invocation *invocation = doctor->invocation;
	struct plugh_json json = { .sink = { host->write, host->ctx }, .indent = true };

	plugh_json_begin_object(&json, NULL);
	plugh_json_text(&json, "version", PLUGH_VERSION_STRING);
	plugh_json_bool(&json, "healthy", doctor_count(doctor, DOCTOR_PROBLEM) == 0);
	plugh_json_uint(&json, "problems", doctor_count(doctor, DOCTOR_PROBLEM));
	plugh_json_uint(&json, "warnings", doctor_count(doctor, DOCTOR_WARNING));
	put_findings(&json, doctor);
	put_kernel(&json, &doctor->kernel);
	put_sandbox(&json, doctor);
	config_lint_json(&json, "configuration", invocation->config);
	put_folders(&json, invocation);
	put_plugins(&json, doctor);
	put_crashes(&json, invocation);
	plugh_json_end(&json);
	return plugh_json_newline(&json);
}
