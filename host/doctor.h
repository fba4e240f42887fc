/* SPDX-License-Identifier: MIT */
/* What `plugh doctor` finds out about this system, this configuration and these plugins.
 *
 * Each of doctor_look_at_... is one part of the examination: it adds its findings, in the order in
 * which they are read, and leaves its facts in the struct doctor. No code of a plugin runs. How it
 * is shown is doctor_report.h's. */
#ifndef PLUGH_DOCTOR_H
#define PLUGH_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/utsname.h>

#include "discover.h"
#include "invocation.h"
#include "landlock.h"

enum doctor_topic {
	DOCTOR_KERNEL,
	DOCTOR_SANDBOX,
	DOCTOR_CONFIGURATION,
	DOCTOR_FOLDERS,
	DOCTOR_PLUGINS,
	DOCTOR_CRASHES,
	DOCTOR_TOPICS, /* how many there are */
};

enum doctor_verdict {
	DOCTOR_OK,
	DOCTOR_NOTE,    /* good to know; nothing to be done */
	DOCTOR_WARNING, /* works, though perhaps not as it is meant */
	DOCTOR_PROBLEM, /* something is wrong: the exit status tells */
	DOCTOR_VERDICTS,
};

struct doctor_finding {
	enum doctor_topic topic;
	enum doctor_verdict verdict;
	char *text; /* one line, in which a terminal finds nothing to obey */
	char *cure; /* likewise, what to do; NULL: nothing */
};

/* What the kernel has of what plugh uses. */
struct doctor_kernel {
	struct utsname name;
	int landlock;                  /* the ABI, or -errno; see landlock_abi */
	struct landlock_handled lacks; /* of all rights that plugh handles */
	bool seccomp, pidfd, memfd_sealing;
};

/* A child was confined as a plugin without needs is, and tried what is refused to such a one. */
struct doctor_trial {
	bool is_made;
	bool is_folder_refused; /* reading "/" */
	bool is_socket_refused; /* making one of TCP */
};

struct doctor {
	const struct invocation *invocation; /* borrowed */
	struct doctor_kernel kernel;
	struct doctor_trial trial;
	struct doctor_finding *finding;
	size_t count, capacity;
	int error; /* -ENOMEM sticks */
};

/* Add a finding; the text as by printf; both are escaped by visible_append. */
void doctor_add(struct doctor *doctor, enum doctor_topic topic, enum doctor_verdict verdict,
	const char *cure, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The whole examination, in this order. Reads all plugins (config_lint, so once in a process).
 * Returns 0 or -ENOMEM; call doctor_release in either case. [main-thread] */
int doctor_examine(struct doctor *doctor, const struct invocation *invocation);

void doctor_look_at_kernel(struct doctor *doctor);
void doctor_look_at_sandbox(struct doctor *doctor);
void doctor_look_at_configuration(struct doctor *doctor);
void doctor_look_at_folders(struct doctor *doctor);
void doctor_look_at_plugins(struct doctor *doctor);
void doctor_look_at_crashes(struct doctor *doctor);

/* ---- Questions ---- */

size_t doctor_count(const struct doctor *doctor, enum doctor_verdict verdict);

/* A right that a Landlock may lack: its name ("connect_tcp") and what follows where it does. */
struct doctor_right {
	const char *name, *consequence;
};

/* What a Landlock of that ABI (or -errno: none) has and lacks. */
void doctor_set_landlock(struct doctor_kernel *kernel, int abi);

/* The i-th right that this kernel's Landlock lacks; NULL beyond the last. Static. */
const struct doctor_right *doctor_get_lack(const struct doctor_kernel *kernel, size_t i);

/* What no kernel lets plugh confine; NULL beyond the last. Static. */
const char *doctor_get_gap(size_t i);

/* How a folder of plugins is. */
enum doctor_folder_state {
	DOCTOR_FOLDER_OK,
	DOCTOR_FOLDER_MISSING,
	DOCTOR_FOLDER_NO_FOLDER,  /* a file or what else */
	DOCTOR_FOLDER_UNREADABLE, /* for this user */
	DOCTOR_FOLDER_UNTRUSTED,  /* by owner or mode */
};

/* ret_why  receives the reason where the state is not OK, else "" */
enum doctor_folder_state doctor_judge_folder(
	const struct discover_folder *folder, bool root_only, struct reason *ret_why);

/* A plugin that is compiled in as a name and has no file; NULL beyond the last. Static. */
const char *doctor_get_missing(const struct doctor *doctor, size_t i);

/* "ok", "missing", "no_folder", "unreadable", "untrusted". */
const char *doctor_folder_state_name(enum doctor_folder_state state);

/* Where a folder is named: "--plugin-path", "built in", "/etc/plugh/plugh.ini:3", "your own".
 * Borrowed from the folder. */
const char *doctor_folder_origin(const struct discover_folder *folder);

/* Where crashes are kept (crash_state.h); the caller frees it. NULL: nowhere, or not to be read. */
char *doctor_crash_folder(const struct invocation *invocation);

void doctor_release(struct doctor *doctor);

#endif
