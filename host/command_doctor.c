/* SPDX-License-Identifier: MIT */
/* plugh doctor: what is wrong here, and what to do about it. Works with a broken ini. */
#include <plugh/sdk.h>

#include "doctor_report.h"

struct doctor_args {
	bool json;
};

static int doctor_run(const struct plugh_host *host, const struct doctor_args *args)
{
	struct doctor doctor;

	int r = doctor_examine(&doctor, invocation_of(host));
	if (r < 0)
		r = plugh_fail(host, r, "cannot look at all of it");
	else if (args->json || host->json)
		r = doctor_print_json(host, &doctor);
	else
		r = doctor_print(host, &doctor);
	if (r == 0 && doctor_count(&doctor, DOCTOR_PROBLEM) > 0)
		r = PLUGH_EXIT_FAILED;
	doctor_release(&doctor);
	return r;
}

PLUGH_PLUGIN(doctor, struct doctor_args, doctor_run,
	PLUGH_ABOUT("look for what is wrong, and tell the cure", .version = PLUGH_VERSION_STRING),
	PLUGH_OPT(json, "--json", "print a JSON document"),
	PLUGH_STATUS(0, "there is no problem; notes and warnings do not count"),
	PLUGH_STATUS(1, "there is a problem, or not all could be looked at"),
	PLUGH_EXAMPLE("plugh doctor --json | jq .findings", "what was found, for a program"),
	PLUGH_EPILOG("It looks at the kernel, the sandbox (which is tried on a child process), the "
		     "ini files (as 'plugh config check' does), the folders of plugins, the "
		     "plugins and their last crashes. No plugin is run."),
	PLUGH_EPILOG(
		"The verdict of a finding is ok, note, warning (works, though perhaps not as it is "
		"meant) or problem; what is to be done stands below it."),
	PLUGH_EPILOG(
		"The JSON document has version; healthy; problems and warnings, counted; findings: "
		"an array of {topic, verdict, text, cure}; and the facts:"),
	PLUGH_EPILOG("kernel {system, release, machine, landlock_abi, landlock_lacks, seccomp, "
		     "pidfd, memfd_sealing}; sandbox {level, origin, tried {folder_refused, "
		     "socket_refused}, not_confined};"),
	PLUGH_EPILOG(
		"configuration, as of 'plugh config check --json'; folders: {path, origin, "
		"status, reason}; plugins, as of 'plugh plugin list --json'; missing_plugins: "
		"names of bundled ones; crashes: {name, version, signal, time, file, calls}."));
