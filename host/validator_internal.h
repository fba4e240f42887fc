/* What the validator's tests share. Each runs in the child of a trial, and returns 0 (passed),
 * VALIDATOR_SKIP with a reason, or a negative errno with the reason why it failed.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_VALIDATOR_INTERNAL_H
#define PLUGH_VALIDATOR_INTERNAL_H

#include "trial.h"
#include "validator.h"

enum { VALIDATOR_SKIP = 1 };

/* How often run() is called, for the test of memory: once; until caches are full (malloc keeps up
 * to seven freed blocks of each size as used); then with a mark behind each. */
enum {
	VALIDATOR_WARM_RUNS = 8,
	VALIDATOR_RUNS = 5,
	VALIDATOR_MARKS = 2 + VALIDATOR_RUNS, /* the first before the first run */
};

_Static_assert((int)VALIDATOR_MARKS <= (int)TRIAL_MARKS, "each mark is kept");

struct validator_subject {
	const struct validator_spec *spec;
	const struct manifest *manifest;        /* NULL for the first test */
	const struct manifest_command *command; /* for validator_try_run: which */
};

/* The file as data: validator_file.c. */
int validator_try_manifest(void *subject, struct trial *trial, struct reason *why);
int validator_try_exports(void *subject, struct trial *trial, struct reason *why);
int validator_try_runpath(void *subject, struct trial *trial, struct reason *why);
int validator_try_stack(void *subject, struct trial *trial, struct reason *why);

/* The table: validator_table.c. */
int validator_try_options(void *subject, struct trial *trial, struct reason *why);
int validator_try_environment(void *subject, struct trial *trial, struct reason *why);
int validator_try_help(void *subject, struct trial *trial, struct reason *why);

/* The code, confined: validator_load.c. */
int validator_try_symbols(void *subject, struct trial *trial, struct reason *why);
int validator_try_constructors(void *subject, struct trial *trial, struct reason *why);
int validator_try_load(void *subject, struct trial *trial, struct reason *why);
int validator_try_run(void *subject, struct trial *trial, struct reason *why);

#endif
