/* The validator's tests that load the plugin's code, each in a confined child.
 *
 * run() is called with an empty command line, and is given nothing: no path, no network, no power.
 * So a run can do no harm; and it may well fail for want of rights, which is no fault: what is
 * looked at is what it leaves behind.
 *
 * SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "command_line.h"
#include "elf_object.h"
#include "plugin.h"
#include "sandbox.h"
#include "services.h"
#include "validator_internal.h"

enum {
	NAME_SIZE = 256,
	KEPT_MAX = 5,
};

/* Confine this child. `sandbox = off` is for the user's own runs: here it does not count. */
static int confine(const struct validator_subject *subject, uint32_t needs,
	const struct trial *trial, const int extra[], size_t extras, struct reason *why)
{
	const struct validator_spec *spec = subject->spec;
	const char *name = manifest_name(subject->manifest);
	const struct config_policy *policy = config_find_policy(spec->config, name);
	int keep[KEPT_MAX] = { trial->up, trial->down };
	struct grant grant = { .needs = needs & ~(uint32_t)(PLUGH_EXEC | PLUGH_PTRACE) };
	struct trace silent = { .enabled = false };

	for (size_t i = 0; i < extras; i++)
		keep[2 + i] = extra[i];
	if (policy != NULL)
		grant.needs &= ~policy->deny;
	struct sandbox_spec sandbox = {
		.halves = SANDBOX_BOTH,
		.grant = &grant,
		.policy = policy,
		.plugin_fd = spec->fd,
		.keep = keep,
		.keep_count = 2 + extras,
		.environment = environ,
		.trace = &silent,
	};
	sandbox.level = config_get_sandbox(spec->config, &sandbox.origin);
	if (sandbox.level == CONFIG_SANDBOX_OFF)
		sandbox.level = CONFIG_SANDBOX_ON;
	int r = sandbox_enter(&sandbox, why);
	return r < 0 ? r : 0;
}

static int load(const struct validator_subject *subject, const struct plugh_plugin **ret_plugin,
	struct reason *why)
{
	return plugin_load(
		&(struct plugin_file){ subject->spec->fd, subject->spec->path, subject->manifest },
		ret_plugin, why);
}

/* ---- Undefined symbols: the libraries are loaded, the plugin is not ---- */

struct missing {
	struct reason names; /* "a, b" */
	size_t count;
};

static int note_missing(void *ctx, const ElfW(Sym) * symbol, const char *name)
{
	struct missing *missing = (struct missing *)ctx;

	if (symbol->st_shndx != SHN_UNDEF || ELF64_ST_BIND(symbol->st_info) == STB_WEAK ||
		name[0] == '\0' || dlsym(RTLD_DEFAULT, name) != NULL)
		return 0;
	size_t used = strlen(missing->names.text);
	snprintf(missing->names.text + used, sizeof missing->names.text - used, "%s%s",
		missing->count++ > 0 ? ", " : "", name);
	return 0;
}

/* By its name, or in a folder of the RUNPATH. */
static bool open_library(const struct elf_object *object, const char *name)
{
	char list[4096], path[4096 + NAME_SIZE];
	uint64_t offset;

	if (dlopen(name, RTLD_LAZY | RTLD_GLOBAL) != NULL)
		return true;
	if (!elf_object_find(object, DT_RUNPATH, &offset) ||
		!elf_object_string(object, offset, list, sizeof list))
		return false;
	for (const char *folder = list; folder != NULL;) {
		const char *colon = strchr(folder, ':');
		int size = colon != NULL ? (int)(colon - folder) : (int)strlen(folder);
		snprintf(path, sizeof path, "%.*s/%s", size, folder, name);
		if (dlopen(path, RTLD_LAZY | RTLD_GLOBAL) != NULL)
			return true;
		folder = colon != NULL ? colon + 1 : NULL;
	}
	return false;
}

static int open_libraries(const struct elf_object *object, struct reason *why)
{
	char name[NAME_SIZE];

	for (size_t i = 0; i < object->entries; i++) {
		if (object->entry[i].d_tag != DT_NEEDED)
			continue;
		if (!elf_object_string(object, object->entry[i].d_un.d_val, name, sizeof name))
			return reason_set(why, -ENOEXEC, "the name of a library cannot be read");
		if (!open_library(object, name))
			return reason_set(why, -EINVAL,
				"needs the library '%s', which is not found in the system's "
				"folders",
				name);
	}
	return 0;
}

int validator_try_symbols(void *subject, struct trial *trial, struct reason *why)
{
	const struct validator_subject *s = (const struct validator_subject *)subject;
	struct elf_object object;
	struct missing missing = { .count = 0 };

	if (!elf_object_read(s->spec->fd, &object))
		return reason_set(why, -ENOEXEC, "its dynamic section cannot be read");
	int r = confine(s, 0, trial, NULL, 0, why);
	if (r == 0)
		r = open_libraries(&object, why);
	if (r < 0)
		return r;
	if (elf_object_walk(&object, note_missing, &missing) < 0)
		return reason_set(why, -ENOEXEC, "its symbols cannot be read");
	if (missing.count > 0)
		return reason_set(why, -EINVAL, "undefined symbol%s: %s",
			missing.count > 1 ? "s" : "", missing.names.text);
	return 0;
}

/* ---- Loading ---- */

/* With nothing granted: a constructor has no business but its own memory. */
int validator_try_constructors(void *subject, struct trial *trial, struct reason *why)
{
	const struct validator_subject *s = (const struct validator_subject *)subject;
	char path[64];

	int r = confine(s, 0, trial, NULL, 0, why);
	if (r < 0)
		return r;
	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), s->spec->fd);
	trial_take_mark(trial);
	if (dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) == NULL)
		return reason_set(why, -ENOEXEC, "cannot be loaded: %s", dlerror());
	trial_take_mark(trial);
	return 0;
}

/* With what it declares, whatever command line may need it. */
int validator_try_load(void *subject, struct trial *trial, struct reason *why)
{
	const struct validator_subject *s = (const struct validator_subject *)subject;
	const struct manifest *manifest = s->manifest;
	const struct plugh_plugin *plugin;
	uint32_t needs = manifest_needs(manifest, &manifest->root);

	for (size_t i = 0; i < manifest->command_count; i++)
		needs |= manifest_needs(manifest, &manifest->command[i]);
	int r = confine(s, needs, trial, NULL, 0, why);
	return r < 0 ? r : load(s, &plugin, why);
}

/* ---- run() ---- */

/* What a run stands on. */
struct stand {
	struct log log;
	int null, cancel;
	struct outputs *outputs;
	struct services *services;
	struct command_line *line;
	const void *args;
};

/* An empty command line; VALIDATOR_SKIP where there is none, or it needs what ends confinement. */
static int parse_nothing(
	const struct validator_subject *subject, struct stand *stand, struct reason *why)
{
	bool is_root = subject->command == &subject->manifest->root;
	char name[MANIFEST_NAME_SIZE];
	char *word[] = { name };
	const struct plugh_outcome *outcome = NULL;

	snprintf(name, sizeof name, "%s", subject->command->head->names);
	int r = command_line_create(
		&(struct command_line_spec){ .manifest = subject->manifest }, &stand->line, why);
	if (r == 0)
		r = command_line_parse(stand->line, is_root ? 0 : 1, word, &outcome);
	if (r < 0)
		return r;
	if (plugh_outcome_kind(outcome) != PLUGH_OUTCOME_PARSED)
		return reason_set(why, VALIDATOR_SKIP, "'%s' needs arguments", name);
	if (sandbox_is_ended_by(command_line_needs(stand->line)))
		return reason_set(why, VALIDATOR_SKIP,
			"'%s' may start or trace others, so it cannot be confined", name);
	return command_line_args(stand->line, &stand->args);
}

static int set_up(struct stand *stand)
{
	stand->null = open("/dev/null", O_RDWR | O_CLOEXEC);
	stand->cancel = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (stand->null < 0 || stand->cancel < 0)
		return -errno;
	stand->log = (struct log){ .fd = stand->null, .prefix = "plugh" };
	int r = outputs_create(
		&(struct outputs_spec){ .cancel_fd = stand->cancel }, &stand->outputs);
	if (r < 0)
		return r;
	return services_create(
		&(struct services_spec){
			.log = &stand->log,
			.out = stand->null,
			.cancel_fd = stand->cancel,
			.outputs = stand->outputs,
		},
		&stand->services);
}

/* Again and again: what grows each time is lost each time. The contract promises one call a
 * process, so only the first may fail the plugin. */
static int run_often(const struct plugh_command *command, const struct stand *stand,
	struct trial *trial, struct reason *why)
{
	trial_take_mark(trial);
	for (int i = 0; i < 1 + VALIDATOR_WARM_RUNS + VALIDATOR_RUNS; i++) {
		int r = command->run(services_host(stand->services), stand->args);
		if (!services_is_status(r) && i == 0)
			return reason_set(
				why, -EINVAL, "run() returns %d, which is no exit status", r);
		outputs_discard_open(stand->outputs);
		if (i == 0 || i > VALIDATOR_WARM_RUNS)
			trial_take_mark(trial);
	}
	return 0;
}

int validator_try_run(void *subject, struct trial *trial, struct reason *why)
{
	const struct validator_subject *s = (const struct validator_subject *)subject;
	const struct plugh_plugin *plugin = NULL;
	struct stand stand = { .null = -1, .cancel = -1 };

	int r = parse_nothing(s, &stand, why);
	if (r == 0)
		r = set_up(&stand);
	if (r == 0)
		r = confine(s, 0, trial, (const int[]){ stand.null, stand.cancel }, 2, why);
	if (r == 0)
		r = load(s, &plugin, why);
	/* All that is freed at the end of the process stays: the child ends now. */
	return r == 0 ? run_often(plugin_command(plugin, s->command), &stand, trial, why) : r;
}
