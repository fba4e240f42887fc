/* Landlock, seccomp, descriptors and environment, in the order that lets each do its part.
 *
 * SPDX-License-Identifier: MIT */
#include "sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "descriptors.h"
#include "environment.h"
#include "sandbox_rules.h"
#include "sanitizer.h"
#include "seccomp_filter.h"

/* A confined process cannot stop and look at itself, as the leak check at its end would. The
 * sanitizer asks this question. */
#ifdef HAS_ADDRESS_SANITIZER
static int is_confined;

int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
	return is_confined;
}
#endif

/* What this kernel can do of what is wanted. */
struct means {
	int abi; /* of Landlock; 0: none */
	bool has_seccomp;
};

static struct means find_means(unsigned halves)
{
	struct means means = { 0, false };

	if ((halves & SANDBOX_LANDLOCK) != 0) {
		int abi = landlock_abi();
		means.abi = abi > 0 ? abi : 0;
	}
	if ((halves & SANDBOX_SECCOMP) != 0)
		means.has_seccomp = seccomp_is_known();
	return means;
}

static int check_required(
	const struct sandbox_spec *spec, const struct means *means, struct reason *why)
{
	if (spec->level != CONFIG_SANDBOX_REQUIRE)
		return 0;
	if (means->abi == 0)
		return reason_set(why, -EPERM,
			"this kernel has no Landlock to confine it, and %s says sandbox = require",
			spec->origin);
	if (means->abi < LANDLOCK_ABI_COMPLETE)
		return reason_set(why, -EPERM,
			"this kernel's Landlock (ABI %d) cannot confine it in full (ABI %d can), "
			"and %s says sandbox = require",
			means->abi, LANDLOCK_ABI_COMPLETE, spec->origin);
	if (!means->has_seccomp)
		return reason_set(why, -EPERM,
			"this kernel has no seccomp to confine it, and %s says sandbox = require",
			spec->origin);
	return 0;
}

static int fail(struct reason *why, int r, const char *what)
{
	return reason_set(why, r, "cannot %s: %s", what, strerror(-r));
}

static int confine_by_landlock(
	const struct sandbox_spec *spec, const struct means *means, struct reason *why)
{
	struct landlock_handled handled = landlock_known(sandbox_handled(spec), means->abi);

	int set = landlock_create(&handled);
	if (set < 0)
		return fail(why, set, "start the sandbox's rules");
	int r = sandbox_add_rules(spec, &handled, set);
	if (r < 0)
		fail(why, r, "make the sandbox's rules");
	else if ((r = landlock_restrict(set)) < 0)
		fail(why, r, "put the sandbox's rules in force");
	close(set);
	return r;
}

/* The numbers that stay open. The caller frees the list. */
static int list_kept(const struct sandbox_spec *spec, int **ret_keep, size_t *ret_count)
{
	int passed = spec->takes_activation ? descriptors_passed(spec->environment) : 0;
	size_t n = 0;

	if (passed > 0 && passed > sysconf(_SC_OPEN_MAX))
		passed = (int)sysconf(_SC_OPEN_MAX);
	int *keep = (int *)calloc(
		1 + spec->keep_count + spec->grant->count + (size_t)passed, sizeof *keep);
	if (keep == NULL)
		return -ENOMEM;
	keep[n++] = spec->plugin_fd;
	for (size_t i = 0; i < spec->keep_count; i++)
		keep[n++] = spec->keep[i];
	for (size_t i = 0; i < spec->grant->count; i++)
		keep[n++] = descriptors_of_path(spec->grant->path[i].path);
	for (int i = 0; i < passed; i++)
		keep[n++] = STDERR_FILENO + 1 + i;
	*ret_keep = keep;
	*ret_count = n;
	return 0;
}

/* The list is made before Landlock is in force, which paths are looked up without; it is used
 * afterwards, when the rules' own descriptors are gone. */
static int confine(const struct sandbox_spec *spec, const struct means *means, struct reason *why)
{
	int *keep = NULL;
	size_t count = 0;
	unsigned program = sandbox_program(spec);

	int r = list_kept(spec, &keep, &count);
	if (r < 0)
		return fail(why, r, "list the descriptors to keep");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		r = fail(why, -errno, "give up new privileges");
	if (r == 0 && means->abi > 0)
		r = confine_by_landlock(spec, means, why);
	if (r == 0 && (r = descriptors_close_others(keep, count)) < 0)
		fail(why, r, "close what was inherited");
	free(keep);
	if (r < 0)
		return r;
	environment_restrict(spec->environment, spec->takes_activation);
	r = means->has_seccomp ? seccomp_install(program) : 0;
	return r < 0 ? fail(why, r, "put the sandbox's program in force") : 0;
}

static void tell(const struct sandbox_spec *spec, const struct means *means)
{
	char landlock[32] = "no Landlock";

	if (!spec->trace->enabled)
		return;
	if (means->abi > 0)
		snprintf(landlock, sizeof landlock, "Landlock ABI %d", means->abi);
	trace_step(spec->trace, "sandbox", "%s (%s): confined by %s%s, %s",
		config_sandbox_name(spec->level), spec->origin, landlock,
		means->abi > 0 && means->abi < LANDLOCK_ABI_COMPLETE ? ", which lacks rights" : "",
		means->has_seccomp ? "seccomp" : "no seccomp");
}

bool sandbox_is_ended_by(uint32_t needs)
{
	return (needs & (PLUGH_EXEC | PLUGH_PTRACE)) != 0;
}

int sandbox_enter(const struct sandbox_spec *spec, struct reason *why)
{
	if (spec->level == CONFIG_SANDBOX_OFF || sandbox_is_ended_by(spec->grant->needs)) {
		trace_step(spec->trace, "sandbox", "%s (%s): not confined%s",
			config_sandbox_name(spec->level), spec->origin,
			spec->level == CONFIG_SANDBOX_OFF ? ""
							  : ", since exec or ptrace is granted");
		return 0;
	}
	struct means means = find_means(spec->halves);
	int r = check_required(spec, &means, why);
	if (r == 0)
		r = confine(spec, &means, why);
	if (r < 0) {
		trace_step(spec->trace, "sandbox", "%s (%s): %s", config_sandbox_name(spec->level),
			spec->origin, why->text);
		return r;
	}
#ifdef HAS_ADDRESS_SANITIZER
	is_confined = 1;
#endif
	tell(spec, &means);
	return 1;
}
