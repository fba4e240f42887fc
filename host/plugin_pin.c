/* `plugh plugin pin` and `unpin`.
 *
 * SPDX-License-Identifier: MIT */
#include "plugin_pin.h"

#include <errno.h>
#include <string.h>

#include <plugh/sdk.h>

#include "plugin_find.h"
#include "plugin_ini.h"
#include "sha256.h"

/* The pin in force, or NULL. */
static const struct config_policy *find_pin(const struct config *config, const char *name)
{
	const struct config_policy *policy = config_find_policy(config, name);

	return policy != NULL && policy->sha256 != NULL ? policy : NULL;
}

static bool is_of_system(const struct config_policy *pin)
{
	static const char dir[] = PLUGH_SYSCONFDIR "/";

	return strncmp(pin->sha256_origin, dir, sizeof dir - 1) == 0;
}

static int refuse_system(
	const struct plugh_host *host, const char *name, const struct config_policy *pin)
{
	return plugh_fail(host, PLUGH_EXIT_FAILED,
		"'%s' is pinned by %s, which your own ini cannot change", name, pin->sha256_origin);
}

/* After the change: is the pin as asked (sha256 is NULL: none), or does another layer decide? */
static int explain(const struct plugh_host *host, const char *name, const char *sha256)
{
	struct config *config = NULL;

	int r = invocation_load_config(invocation_of(host), &config);
	if (r < 0)
		return plugh_fail(host, r, "cannot read the configuration again");
	const struct config_policy *pin = find_pin(config, name);
	bool is_as_asked = sha256 == NULL ? pin == NULL
					  : pin != NULL && strcmp(pin->sha256, sha256) == 0;
	if (!is_as_asked)
		r = plugh_fail(host, PLUGH_EXIT_FAILED, "'%s' stays pinned by %s", name,
			pin != NULL ? pin->sha256_origin : "no ini that is read");
	config_destroy(config);
	return r;
}

static int change(const struct plugh_host *host, const char *name, const char *sha256, bool system)
{
	const struct plugin_ini_which which = { invocation_of(host)->environment, system };
	struct plugin_ini ini;

	int r = plugin_ini_pin(host, &which, name, sha256, &ini);
	if (r < 0)
		return r;
	if (r == 0)
		plugh_print(host, "%s: nothing to change in %s\n", name, ini.path);
	else if (sha256 == NULL)
		plugh_print(host, "%s: unpinned in %s\n", name, ini.path);
	else
		plugh_print(host, "%s: pinned to %s in %s\n", name, sha256, ini.path);
	plugin_ini_release(&ini);
	return explain(host, name, sha256);
}

int plugin_pin_to(const struct plugh_host *host, const char *name, const char *sha256, bool system)
{
	const struct config_policy *pin = find_pin(invocation_of(host)->config, name);

	if (pin != NULL && !system && is_of_system(pin)) {
		if (strcmp(pin->sha256, sha256) != 0)
			return refuse_system(host, name, pin);
		return plugh_print(
			host, "%s: nothing to change: %s pins it\n", name, pin->sha256_origin);
	}
	return change(host, name, sha256, system);
}

int plugin_pin(const struct plugh_host *host, const char *name, bool system)
{
	const struct registry_entry *entry;
	char sha256[SHA256_TEXT_SIZE];

	int r = plugin_find(host, name, &entry);
	if (r != 0)
		return r;
	if (entry->manifest == NULL)
		return plugh_fail(host, PLUGH_EXIT_FAILED, "plugin '%s' (%s) is refused: %s", name,
			entry->file, entry->reason.text);
	r = sha256_file(entry->fd, sha256);
	if (r < 0)
		return plugh_fail(host, r, "cannot read '%s'", entry->file);
	return plugin_pin_to(host, name, sha256, system);
}

int plugin_unpin(const struct plugh_host *host, const char *name, bool system)
{
	const struct config_policy *pin = find_pin(invocation_of(host)->config, name);
	const struct registry_entry *entry;

	/* A pin can outlive its plugin. */
	int r = pin == NULL ? plugin_find(host, name, &entry) : 0;
	if (r != 0)
		return r;
	if (pin != NULL && !system && is_of_system(pin))
		return refuse_system(host, name, pin);
	return change(host, name, NULL, system);
}

int plugin_pin_allows(
	const struct plugh_host *host, const char *name, const char *sha256, bool replaces)
{
	const struct config_policy *pin = find_pin(invocation_of(host)->config, name);

	if (pin == NULL || strcmp(pin->sha256, sha256) == 0)
		return 0;
	if (is_of_system(pin))
		return plugh_fail(host, PLUGH_EXIT_FAILED,
			"'%s' is not installed: %s pins another file", name, pin->sha256_origin);
	if (!replaces)
		return plugh_fail(host, PLUGH_EXIT_FAILED,
			"'%s' is not installed: %s pins another file: --pin pins this one", name,
			pin->sha256_origin);
	return 0;
}
