/* SPDX-License-Identifier: MIT */
/* The last crash of each plugin, as it was kept. */
#include "doctor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crash_state.h"

/* What is told of each one. */
struct look {
	struct doctor *doctor;
	const char *folder;
	size_t count;
};

/* A crash of a version that is gone is history. */
static bool is_in_use(const struct registry *registry, const struct crash_state *state)
{
	const struct registry_entry *entry;

	for (size_t i = 0; (entry = registry_get(registry, i)) != NULL; i++)
		if (entry->status == REGISTRY_ENABLED && strcmp(entry->name, state->name) == 0)
			return strcmp(entry->version, state->version) == 0;
	return false;
}

static int tell_of_crash(void *ctx, const struct crash_state *state)
{
	struct look *look = (struct look *)ctx;
	bool in_use = is_in_use(look->doctor->invocation->registry, state);
	char cure[1024];

	snprintf(cure, sizeof cure, "tell its author; forget it by rm '%s/crash-%s.ini'",
		look->folder, state->name);
	doctor_add(look->doctor, DOCTOR_CRASHES, in_use ? DOCTOR_WARNING : DOCTOR_NOTE, cure,
		"%s %s crashed at %s: %s%s%s", state->name, state->version, state->time,
		state->signal, state->call_count > 0 ? " in " : "",
		state->call_count > 0 ? state->call[0] : "");
	look->count++;
	return look->doctor->error;
}

void doctor_look_at_crashes(struct doctor *doctor)
{
	char *folder = doctor_crash_folder(doctor->invocation);
	struct look look = { .doctor = doctor, .folder = folder };

	int r = folder != NULL ? crash_state_each(folder, tell_of_crash, &look) : 0;
	if (r == -ENOMEM)
		doctor->error = r;
	else if (r < 0)
		doctor_add(doctor, DOCTOR_CRASHES, DOCTOR_WARNING, NULL, "%s: %s", folder,
			strerror(-r));
	else if (look.count == 0)
		doctor_add(doctor, DOCTOR_CRASHES, DOCTOR_OK, NULL, "%s",
			folder != NULL ? "none is known"
				       : "none is known: there is no folder for them");
	free(folder);
}

char *doctor_crash_folder(const struct invocation *invocation)
{
	/* In a set-id start the user's environment does not count. */
	return invocation->trusted_only ? NULL : crash_state_folder(invocation->environment);
}
