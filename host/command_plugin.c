/* plugh plugin list|info|enable|disable.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include <plugh/sdk.h>

#include "invocation.h"
#include "plugin_info.h"
#include "plugin_ini.h"

struct list_args {
	bool json;
};

struct info_args {
	bool json;
	const char *plugin;
};

struct enable_args {
	bool system;
	const char *name;
};

static void list_json(struct plugh_json *json, const struct registry_entry *entry)
{
	plugh_json_begin_object(json, NULL);
	plugh_json_text(json, "name", entry->name);
	plugh_json_text(json, "version", entry->version);
	plugh_json_text(json, "status", registry_status_name(entry->status));
	plugh_json_text(
		json, "reason", entry->status != REGISTRY_ENABLED ? entry->reason.text : NULL);
	plugh_json_text(json, "file", entry->file);
	plugh_json_text(json, "summary", entry->summary);
	plugh_json_end(json);
}

/* A column of at least that width, and two blanks; by hand, since a thousand lines by printf cost
 * as much as reading a thousand manifests. */
static void column(const struct plugh_host *host, const char *text, size_t width)
{
	size_t n = strlen(text);

	plugh_write(host, text, n);
	for (; n < width + 2; n++)
		plugh_write(host, " ", 1);
}

/* One line a plugin; what is not enabled has its reason on a line below. */
static void list_text(
	const struct plugh_host *host, const struct registry_entry *entry, size_t name_width)
{
	const char *version = entry->version != NULL ? entry->version : "";
	const char *summary = entry->summary != NULL ? entry->summary : "-";

	column(host, entry->name, name_width);
	column(host, version[0] != '\0' ? version : "-", 8);
	column(host, registry_status_name(entry->status), 8);
	plugh_write(host, summary, strlen(summary));
	plugh_write(host, "\n", 1);
	if (entry->status == REGISTRY_ENABLED)
		return;
	column(host, "", name_width);
	plugh_print(host, "%s: %s\n", entry->file, entry->reason.text);
}

static int list_run(const struct plugh_host *host, const struct list_args *args)
{
	const struct invocation *invocation = invocation_of(host);
	const struct registry *registry = invocation->registry;
	const struct registry_entry *entry;
	struct plugh_json json = { .sink = { host->write, host->ctx }, .indent = true };
	size_t width = 4;

	/* A broken ini does not hide the plugins, but says why their status may be another one. */
	invocation_report_problems(invocation);
	int r = registry_read_all(invocation->registry, false);
	if (r < 0)
		return plugh_fail(host, r, "cannot list the plugins");
	if (args->json || host->json) {
		plugh_json_begin_array(&json, NULL);
		for (size_t i = 0; (entry = registry_get(registry, i)) != NULL; i++)
			list_json(&json, entry);
		plugh_json_end(&json);
		return plugh_json_newline(&json);
	}
	for (size_t i = 0; (entry = registry_get(registry, i)) != NULL; i++) {
		size_t n = strlen(entry->name);
		width = n > width ? n : width;
	}
	plugh_print(
		host, "%-*s  %-8s  %-8s  %s\n", (int)width, "NAME", "VERSION", "STATUS", "SUMMARY");
	for (size_t i = 0; (entry = registry_get(registry, i)) != NULL; i++)
		list_text(host, entry, width);
	return plugh_write(host, "", 0);
}

static int info_run(const struct plugh_host *host, const struct info_args *args)
{
	const struct invocation *invocation = invocation_of(host);
	struct plugin_info info;

	int r = plugin_info_find(invocation, args->plugin, &info);
	if (r == -ENOENT)
		return plugh_fail(host, 1,
			"no plugin '%s': 'plugh plugin list' tells which there are", args->plugin);
	if (r < 0)
		return plugh_fail(host, r == -ENOEXEC ? 1 : r, "cannot read '%s': %s", args->plugin,
			info.reason.text);
	r = args->json || host->json ? plugin_info_json(host, invocation, &info)
				     : plugin_info_text(host, invocation, &info);
	plugin_info_release(&info);
	return r;
}

/* Does a plugin of that name exist, so that a misspelt name does not land in an ini? */
static bool exists(const struct invocation *invocation, const char *name)
{
	const struct registry_entry *entry;
	return registry_find(invocation->registry, name, &entry) == 0;
}

static int switch_plugin(const struct plugh_host *host, const struct enable_args *args, bool enable)
{
	const struct invocation *invocation = invocation_of(host);
	struct plugin_ini ini;
	char hint[128];

	if (!exists(invocation, args->name)) {
		bool any = registry_suggest(invocation->registry, args->name, hint, sizeof hint);
		return plugh_fail(host, 1, "no plugin '%s'%s%s", args->name, any ? ": " : "",
			any ? hint : "");
	}
	int r = plugin_ini_switch(
		host, invocation->environment, args->system, args->name, enable, &ini);
	if (r < 0)
		return r;
	plugh_print(host, "%s: %s in %s\n", args->name,
		r == 0   ? "nothing to change"
		: enable ? "enabled"
			 : "disabled",
		ini.path);
	r = plugin_ini_explain(host, invocation, args->name, enable);
	plugin_ini_release(&ini);
	return r;
}

static int enable_run(const struct plugh_host *host, const struct enable_args *args)
{
	return switch_plugin(host, args, true);
}

static int disable_run(const struct plugh_host *host, const struct enable_args *args)
{
	return switch_plugin(host, args, false);
}

PLUGH_COMMAND(list, struct list_args, list_run, PLUGH_ABOUT("list all plugins with their status"),
	PLUGH_OPT(json, "--json", "print a JSON array"),
	PLUGH_EPILOG(
		"The status is enabled, disabled, refused or shadowed; what is not enabled has "
		"its file and the reason on a line below."));

PLUGH_COMMAND(info, struct info_args, info_run,
	PLUGH_ABOUT("show a plugin's whole manifest and the policy in force"),
	PLUGH_OPT(json, "--json", "print a JSON document"),
	PLUGH_OPT(plugin, "plugin", "a plugin's name, or a file", .metavar = "NAME|FILE",
		.access = PLUGH_READ));

PLUGH_COMMAND(enable, struct enable_args, enable_run,
	PLUGH_ABOUT("enable a plugin in the user's ini file"),
	PLUGH_OPT(system, "--system", "change /etc/plugh/plugh.ini instead"),
	PLUGH_OPT(name, "name", "the plugin"));

PLUGH_COMMAND(disable, struct enable_args, disable_run,
	PLUGH_ABOUT("disable a plugin in the user's ini file"),
	PLUGH_OPT(system, "--system", "change /etc/plugh/plugh.ini instead"),
	PLUGH_OPT(name, "name", "the plugin"));

PLUGH_PLUGIN_OF(plugin,
	PLUGH_ABOUT("list plugins, tell about them, enable and disable them",
		.version = PLUGH_VERSION_STRING),
	list, info, enable, disable);
