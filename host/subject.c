/* The command that `help` and `man` are asked about.
 *
 * SPDX-License-Identifier: MIT */
#include "subject.h"

#include <errno.h>

#include <plugh/fail.h>

#include "command.h"
#include "command_help.h"
#include "invocation.h"

static int find_builtin(const struct plugh_host *host, const struct plugh_plugin *plugin,
	struct subject *ret_subject)
{
	struct reason why;

	int r = manifest_of_linked(plugin, &ret_subject->linked, &why);
	if (r < 0)
		return plugh_fail(host, r, "cannot read the table of '%s'", command_name(plugin));
	ret_subject->manifest = ret_subject->linked;
	return 0;
}

int subject_find(const struct plugh_host *host, const char *name, struct subject *ret_subject)
{
	const struct invocation *invocation = invocation_of(host);
	const struct plugh_plugin *plugin = command_find(name);
	const struct registry_entry *entry;

	*ret_subject = (struct subject){ .manifest = NULL };
	if (plugin != NULL)
		return find_builtin(host, plugin, ret_subject);

	int r = registry_find(invocation->registry, name, &entry);
	if (r == -ENOENT)
		return command_report_unknown(invocation, name);
	if (r < 0)
		return plugh_fail(host, r, "cannot read '%s'", name);
	if (entry->manifest == NULL)
		return plugh_fail(host, PLUGH_EXIT_REFUSED, "plugin '%s' (%s) is refused: %s",
			entry->name, entry->file, entry->reason.text);
	ret_subject->manifest = entry->manifest;
	return 0;
}

void subject_release(struct subject *subject)
{
	manifest_destroy(subject->linked);
	*subject = (struct subject){ .manifest = NULL };
}
