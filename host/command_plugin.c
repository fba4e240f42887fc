/* plugh plugin: what there is to do with plugins; the work is in plugin_*.c and validator.c.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include <plugh/sdk.h>

#include "discover.h"
#include "invocation.h"
#include "plugin_find.h"
#include "plugin_info.h"
#include "plugin_ini.h"
#include "plugin_install.h"
#include "plugin_new.h"
#include "plugin_pin.h"
#include "validator_report.h"

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

struct check_args {
	bool json;
	const char *file;
};

struct new_args {
	const char *dir;
	unsigned lang;
	const char *name;
};

struct install_args {
	bool pin, force;
	const char *file;
};

struct remove_args {
	const char *name;
};

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

/* What is in a folder that cannot be read is not there for a run either; but who asks for a list is
 * to know that it may lack something. */
static void warn_of_folders(const struct plugh_host *host, const struct registry *registry)
{
	const struct discover_folder *folder;

	for (size_t i = 0; (folder = registry_folder(registry, i)) != NULL; i++)
		if (folder->listed < 0)
			plugh_warn(host, "cannot list the plugins of '%s': %s", folder->path,
				strerror(-folder->listed));
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
	warn_of_folders(host, registry);
	if (args->json || host->json) {
		plugh_json_begin_array(&json, NULL);
		for (size_t i = 0; (entry = registry_get(registry, i)) != NULL; i++)
			plugin_info_entry_json(&json, entry);
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

static int switch_plugin(const struct plugh_host *host, const struct enable_args *args, bool enable)
{
	const struct invocation *invocation = invocation_of(host);
	const struct plugin_ini_which which = { invocation->environment, args->system };
	const struct registry_entry *entry;
	struct plugin_ini ini;

	/* A misspelt name does not land in an ini. */
	int r = plugin_find(host, args->name, &entry);
	if (r != 0)
		return r;
	r = plugin_ini_switch(host, &which, args->name, enable, &ini);
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

/* In a set-id program the user, and what the user gives, are what it is to be kept from. */
static int refuse_set_id(const struct plugh_host *host, const char *what)
{
	return invocation_of(host)->trusted_only
		       ? plugh_fail(host, PLUGH_EXIT_REFUSED, "%s is refused in a set-id program",
				 what)
		       : 0;
}

static int check_run(const struct plugh_host *host, const struct check_args *args)
{
	int r = refuse_set_id(host, "check");
	return r != 0 ? r : validator_report(host, args->file, args->json || host->json);
}

static int new_run(const struct plugh_host *host, const struct new_args *args)
{
	int r = refuse_set_id(host, "new");
	return r != 0 ? r
		      : plugin_new(host, &(struct plugin_new){ args->dir, args->name,
						 (enum plugin_new_language)args->lang });
}

static int install_run(const struct plugh_host *host, const struct install_args *args)
{
	int r = refuse_set_id(host, "install");
	return r != 0 ? r
		      : plugin_install(host,
				&(struct plugin_install){ args->file, args->pin, args->force });
}

static int remove_run(const struct plugh_host *host, const struct remove_args *args)
{
	int r = refuse_set_id(host, "remove");
	return r != 0 ? r : plugin_remove(host, args->name);
}

static int pin_run(const struct plugh_host *host, const struct enable_args *args)
{
	return plugin_pin(host, args->name, args->system);
}

static int unpin_run(const struct plugh_host *host, const struct enable_args *args)
{
	return plugin_unpin(host, args->name, args->system);
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

PLUGH_COMMAND(check, struct check_args, check_run,
	PLUGH_ABOUT("test whether a plugin file is fit to be shipped"),
	PLUGH_OPT(json, "--json", "print a JSON document"),
	PLUGH_OPT(file, "file", "the plugin's file", .metavar = "FILE", .access = PLUGH_READ),
	PLUGH_STATUS(1, "a test failed, or the file could not be read"),
	PLUGH_EPILOG(
		"Each test runs in a process of its own with a time limit. The plugin's code is "
		"loaded in the sandbox, and each command that works without arguments is run "
		"there, with nothing granted: what it leaves open or allocated is a fault."),
	PLUGH_EPILOG("It finds mistakes, not malice. It cannot see what happens on other command "
		     "lines, nor memory that is still in use, and it never runs a command that "
		     "may start or trace others."));

PLUGH_COMMAND(new, struct new_args, new_run,
	PLUGH_ABOUT("make a folder with a plugin that builds, tests and installs"),
	PLUGH_OPT(dir, "-d --dir", "where the folder is made (default: the current folder)",
		.default_ = ".", .role = PLUGH_ROLE_DIRECTORY),
	PLUGH_OPT(lang, "--lang", "the language (default: %(default)s)", .choices = "c c++",
		.default_ = "c"),
	PLUGH_OPT(name, "name", "the plugin, and the folder", .metavar = "NAME"),
	PLUGH_EXAMPLE("plugh plugin new hello", "a plugin that greets, in the folder hello"));

PLUGH_COMMAND(install, struct install_args, install_run,
	PLUGH_ABOUT("check a plugin file and copy it to your own folder of plugins"),
	PLUGH_OPT(pin, "--pin", "pin the name to this file in your ini"),
	PLUGH_OPT(force, "--force", "install it although the check finds faults"),
	PLUGH_OPT(file, "file", "the plugin's file", .metavar = "FILE", .access = PLUGH_READ),
	PLUGH_EPILOG("The folder is $XDG_DATA_HOME/plugh/plugins (~/.local/share/plugh/plugins). A "
		     "plugin of that name is replaced."));

PLUGH_COMMAND(remove, struct remove_args, remove_run,
	PLUGH_ABOUT("remove a plugin from your own folder of plugins"),
	PLUGH_OPT(name, "name", "the plugin"));

PLUGH_COMMAND(enable, struct enable_args, enable_run,
	PLUGH_ABOUT("enable a plugin in the user's ini file"),
	PLUGH_OPT(system, "--system", "change /etc/plugh/plugh.ini instead"),
	PLUGH_OPT(name, "name", "the plugin"));

PLUGH_COMMAND(disable, struct enable_args, disable_run,
	PLUGH_ABOUT("disable a plugin in the user's ini file"),
	PLUGH_OPT(system, "--system", "change /etc/plugh/plugh.ini instead"),
	PLUGH_OPT(name, "name", "the plugin"));

PLUGH_COMMAND(pin, struct enable_args, pin_run,
	PLUGH_ABOUT("let only the file that serves a plugin now serve it, by its SHA-256"),
	PLUGH_OPT(system, "--system", "change /etc/plugh/plugh.ini instead"),
	PLUGH_OPT(name, "name", "the plugin"));

PLUGH_COMMAND(unpin, struct enable_args, unpin_run,
	PLUGH_ABOUT("take a plugin's pin out of the user's ini file"),
	PLUGH_OPT(system, "--system", "change /etc/plugh/plugh.ini instead"),
	PLUGH_OPT(name, "name", "the plugin"));

PLUGH_PLUGIN_OF(plugin,
	PLUGH_ABOUT("list, check, make, install, enable and pin plugins",
		.version = PLUGH_VERSION_STRING),
	list, info, check, new, install, remove, enable, disable, pin, unpin);
