/* SPDX-License-Identifier: MIT */
/* What this kernel has, and what a sandbox can therefore do here: asked, and then tried. */
#include "doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox.h"
#include "seccomp_filter.h"
#include "trial.h"

enum {
	TRIAL_MS = 10 * 1000,
	FOLDER_REFUSED = 1 << 0,
	SOCKET_REFUSED = 1 << 1,
};

/* ---- The kernel ---- */

static const struct {
	struct landlock_handled right;
	struct doctor_right about;
} rights[] = {
	{ { LANDLOCK_REFER, 0, 0 },
		{ "refer", "no confined plugin can move a file into another folder" } },
	{ { LANDLOCK_TRUNCATE, 0, 0 },
		{ "truncate", "a plugin can cut the files that it may only read" } },
	{ { LANDLOCK_IOCTL_DEV, 0, 0 },
		{ "ioctl_dev", "a plugin can control the devices that it may open" } },
	{ { 0, LANDLOCK_BIND_TCP, 0 },
		{ "bind_tcp", "a plugin that may use the network can take any TCP port" } },
	{ { 0, LANDLOCK_CONNECT_TCP, 0 },
		{ "connect_tcp",
			"a plugin that may use the network can connect to any TCP port" } },
	{ { 0, 0, LANDLOCK_ABSTRACT_UNIX },
		{ "abstract_unix_socket", "only seccomp keeps plugins from abstract sockets" } },
	{ { 0, 0, LANDLOCK_SIGNAL },
		{ "signal", "a plugin can send signals to your other processes" } },
};

const struct doctor_right *doctor_get_lack(const struct doctor_kernel *kernel, size_t i)
{
	for (size_t k = 0; k < sizeof rights / sizeof rights[0]; k++) {
		const struct landlock_handled *right = &rights[k].right;
		bool is_lacking = (right->files & kernel->lacks.files) != 0 ||
				  (right->ports & kernel->lacks.ports) != 0 ||
				  (right->scopes & kernel->lacks.scopes) != 0;
		if (is_lacking && i-- == 0)
			return &rights[k].about;
	}
	return NULL;
}

void doctor_set_landlock(struct doctor_kernel *kernel, int abi)
{
	const struct landlock_handled all = { LANDLOCK_ALL_FILES, LANDLOCK_ALL_PORTS,
		LANDLOCK_ALL_SCOPES };
	struct landlock_handled known = landlock_known(all, abi > 0 ? abi : 0);

	kernel->landlock = abi;
	kernel->lacks = (struct landlock_handled){ all.files & ~known.files,
		all.ports & ~known.ports, all.scopes & ~known.scopes };
}

static bool has_pidfd(void)
{
	int fd = (int)syscall(SYS_pidfd_open, getpid(), 0);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool has_memfd_sealing(void)
{
	int fd = memfd_create("plugh-doctor", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return false;
	bool is_sealed = fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_WRITE) == 0;
	close(fd);
	return is_sealed;
}

static void tell_of_landlock(struct doctor *doctor)
{
	const struct doctor_kernel *kernel = &doctor->kernel;
	const char *cure = kernel->landlock == -EOPNOTSUPP
				   ? "start it with 'landlock' in the kernel's parameter lsm="
				   : "have Linux 5.13 or later with CONFIG_SECURITY_LANDLOCK, 6.12 "
				     "for all of it; in a container, allow its system calls";

	if (kernel->landlock < 0)
		doctor_add(doctor, DOCTOR_KERNEL, DOCTOR_WARNING, cure, "no Landlock: %s",
			strerror(-kernel->landlock));
	else if (kernel->landlock < LANDLOCK_ABI_COMPLETE)
		doctor_add(doctor, DOCTOR_KERNEL, DOCTOR_WARNING,
			"Linux 6.12 or later has them all",
			"Landlock ABI %d lacks rights that ABI %d has", kernel->landlock,
			LANDLOCK_ABI_COMPLETE);
	else
		doctor_add(doctor, DOCTOR_KERNEL, DOCTOR_OK, NULL,
			"Landlock ABI %d, which has all rights that plugh uses (ABI %d)",
			kernel->landlock, LANDLOCK_ABI_COMPLETE);
}

static void tell_of_feature(struct doctor *doctor, bool is_there, const char *name, const char *use)
{
	doctor_add(doctor, DOCTOR_KERNEL, is_there ? DOCTOR_OK : DOCTOR_WARNING, NULL, "%s%s: %s",
		is_there ? "" : "no ", name, use);
}

void doctor_look_at_kernel(struct doctor *doctor)
{
	struct doctor_kernel *kernel = &doctor->kernel;

	uname(&kernel->name);
	doctor_set_landlock(kernel, landlock_abi());
	kernel->seccomp = seccomp_is_known();
	kernel->pidfd = has_pidfd();
	kernel->memfd_sealing = has_memfd_sealing();

	doctor_add(doctor, DOCTOR_KERNEL, DOCTOR_OK, NULL, "%s %s, %s", kernel->name.sysname,
		kernel->name.release, kernel->name.machine);
	tell_of_landlock(doctor);
	tell_of_feature(doctor, kernel->seccomp, "seccomp", "confines system calls");
	tell_of_feature(doctor, kernel->pidfd, "pidfd", "'plugh plugin check' watches by it");
	tell_of_feature(
		doctor, kernel->memfd_sealing, "sealing of memfd", "pinned plugins are loaded so");
}

/* ---- The sandbox ---- */

static const char *const gaps[] = {
	"names, sizes and times of files (stat and its like)",
	"memory made executable",
	"what standard input, output and error are connected to",
	"which hosts are reached, once the network is granted (ports of TCP are)",
	"the destinations of UDP, once the network is granted",
	"plugins that may exec or ptrace: what they start is the user's own",
};

const char *doctor_get_gap(size_t i)
{
	return i < sizeof gaps / sizeof gaps[0] ? gaps[i] : NULL;
}

/* In a child: confined as a plugin without any need is. Returns what is refused then. */
static int try_sandbox(void *ctx, struct trial *trial, struct reason *why)
{
	const int keep[] = { trial->up, trial->down };
	const struct grant nothing = { .needs = 0 };
	struct trace silent = { .enabled = false };
	int refused = 0;

	(void)ctx;
	/* In place of a plugin's file; none of its code runs. */
	int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (self < 0)
		return reason_set(why, -errno, "cannot open /proc/self/exe");
	int r = sandbox_enter(
		&(struct sandbox_spec){
			.level = CONFIG_SANDBOX_ON,
			.origin = "plugh doctor",
			.halves = SANDBOX_BOTH,
			.grant = &nothing,
			.plugin_fd = self,
			.keep = keep,
			.keep_count = 2,
			.environment = environ,
			.trace = &silent,
		},
		why);
	if (r < 0)
		return r;
	if (open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC) < 0)
		refused |= FOLDER_REFUSED;
	if (socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) < 0)
		refused |= SOCKET_REFUSED;
	return refused;
}

static void make_trial(struct doctor *doctor)
{
	struct trial_result result;
	struct doctor_trial *trial = &doctor->trial;

	int r = trial_run(
		&(struct trial_spec){ .run = try_sandbox, .limit_ms = TRIAL_MS, .cancel_fd = -1 },
		&result);
	if (r < 0) {
		doctor_add(doctor, DOCTOR_SANDBOX, DOCTOR_WARNING, NULL,
			"the sandbox could not be tried: %s", strerror(-r));
		return;
	}
	if (result.end != TRIAL_RETURNED || result.r < 0) {
		doctor_add(doctor, DOCTOR_SANDBOX, DOCTOR_PROBLEM,
			"'plugh --trace COMMAND' shows each rule",
			"a process cannot be confined here: %s", result.why.text);
		return;
	}
	trial->is_made = true;
	trial->is_folder_refused = (result.r & FOLDER_REFUSED) != 0;
	trial->is_socket_refused = (result.r & SOCKET_REFUSED) != 0;
}

/* Does the trial show what the kernel has promised? */
static void tell_of_trial(struct doctor *doctor)
{
	const struct doctor_trial *trial = &doctor->trial;
	bool has_landlock = doctor->kernel.landlock > 0;

	if (!trial->is_made)
		return;
	if (has_landlock && !trial->is_folder_refused)
		doctor_add(doctor, DOCTOR_SANDBOX, DOCTOR_PROBLEM, NULL,
			"a confined process could list '/', although Landlock was in force");
	if (doctor->kernel.seccomp && !trial->is_socket_refused)
		doctor_add(doctor, DOCTOR_SANDBOX, DOCTOR_PROBLEM, NULL,
			"a confined process could make a socket, although seccomp was in force");
	if (trial->is_folder_refused && trial->is_socket_refused)
		doctor_add(doctor, DOCTOR_SANDBOX, DOCTOR_OK, NULL,
			"tried: a confined process was refused the folder '/' and a socket");
}

/* Things that the sandbox does not do for want of means; they weigh by what the level promises. */
static void tell_of_lacks(struct doctor *doctor, enum config_sandbox level)
{
	const struct doctor_kernel *kernel = &doctor->kernel;
	const struct doctor_right *right;
	enum doctor_verdict whole = level == CONFIG_SANDBOX_OFF ? DOCTOR_NOTE : DOCTOR_PROBLEM;
	enum doctor_verdict part = level == CONFIG_SANDBOX_OFF ? DOCTOR_NOTE : DOCTOR_WARNING;

	if (kernel->landlock <= 0)
		doctor_add(doctor, DOCTOR_SANDBOX, whole, NULL,
			"without Landlock a plugin can read and change all files that you can");
	for (size_t i = 0; kernel->landlock > 0 && (right = doctor_get_lack(kernel, i)) != NULL;
		i++)
		doctor_add(doctor, DOCTOR_SANDBOX, part, NULL, "Landlock ABI %d lacks %s: %s",
			kernel->landlock, right->name, right->consequence);
	if (!kernel->seccomp)
		doctor_add(doctor, DOCTOR_SANDBOX, whole, NULL,
			"without seccomp a plugin can use sockets and start programs");
}

static void tell_of_level(struct doctor *doctor, enum config_sandbox level, const char *origin)
{
	const struct doctor_kernel *kernel = &doctor->kernel;
	bool is_complete = kernel->landlock >= LANDLOCK_ABI_COMPLETE && kernel->seccomp;
	char cure[512];

	if (level == CONFIG_SANDBOX_OFF) {
		snprintf(cure, sizeof cure, "set sandbox = on where it is off: %s", origin);
		doctor_add(doctor, DOCTOR_SANDBOX, DOCTOR_WARNING, cure,
			"sandbox = off (%s): no plugin is confined", origin);
	} else if (level == CONFIG_SANDBOX_REQUIRE && !is_complete) {
		snprintf(cure, sizeof cure, "have a kernel with all of it, or sandbox = on in %s",
			origin);
		doctor_add(doctor, DOCTOR_SANDBOX, DOCTOR_PROBLEM, cure,
			"sandbox = require (%s), and this kernel cannot do all: no plugin that is "
			"to be confined will run",
			origin);
	} else {
		doctor_add(doctor, DOCTOR_SANDBOX, DOCTOR_OK, NULL, "sandbox = %s (%s)",
			config_sandbox_name(level), origin);
	}
}

void doctor_look_at_sandbox(struct doctor *doctor)
{
	const char *gap, *origin;
	enum config_sandbox level = config_get_sandbox(doctor->invocation->config, &origin);

	tell_of_level(doctor, level, origin);
	tell_of_lacks(doctor, level);
	if (level != CONFIG_SANDBOX_OFF)
		make_trial(doctor);
	tell_of_trial(doctor);
	for (size_t i = 0; (gap = doctor_get_gap(i)) != NULL; i++)
		doctor_add(doctor, DOCTOR_SANDBOX, DOCTOR_NOTE, NULL, "not confined: %s", gap);
}
