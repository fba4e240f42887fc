/* `plugh plugin check`: is a plugin file fit to be shipped? Each test runs in a child with a time
 * limit; the plugin's code runs only confined, whatever the configuration says of the sandbox.
 *
 * It finds mistakes, not malice: what a plugin does on other command lines, or once it knows that
 * it is not being checked, no test here can see.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_VALIDATOR_H
#define PLUGH_VALIDATOR_H

#include <stdbool.h>
#include <stddef.h>

#include "config.h"
#include "manifest.h"
#include "reason.h"
#include "trace.h"

enum { VALIDATOR_LIMIT_MS = 5000 }; /* for one test */

enum validator_status { VALIDATOR_PASSED, VALIDATOR_FAILED, VALIDATOR_SKIPPED };

/* In the order in which they are tried and told. */
enum validator_test {
	VALIDATOR_MANIFEST,
	VALIDATOR_EXPORTS,
	VALIDATOR_SYMBOLS,
	VALIDATOR_RUNPATH,
	VALIDATOR_STACK,
	VALIDATOR_OPTIONS,
	VALIDATOR_ENVIRONMENT,
	VALIDATOR_HELP,
	VALIDATOR_CONSTRUCTORS,
	VALIDATOR_LOAD,
	VALIDATOR_RUN,
	VALIDATOR_DESCRIPTORS,
	VALIDATOR_THREADS,
	VALIDATOR_MEMORY,
	VALIDATOR_TESTS,
};

struct validator_row {
	enum validator_status status;
	struct reason text; /* why it failed or was skipped; "" where it passed */
};

struct validator {
	struct validator_row row[VALIDATOR_TESTS];
	size_t failed;
	bool is_cancelled;         /* the user ended it: the rest is skipped */
	struct manifest *manifest; /* NULL where it cannot be read */
};

/* All borrowed for the call. */
struct validator_spec {
	int fd;                      /* the file; readable, seekable */
	const char *path;            /* its absolute path: its name counts */
	const struct config *config; /* policies: what they deny is not granted */
	struct trace *trace;
	int cancel_fd; /* readable: end; -1: none */
};

/* Try all. Returns 0 with the results, to be released; or -errno where no child could be made.
 * [main-thread] */
int validator_run(const struct validator_spec *spec, struct validator *ret_validator);

/* "manifest", "exports" ... */
const char *validator_test_name(enum validator_test test);

/* "passed", "failed", "skipped". */
const char *validator_status_name(enum validator_status status);

/* The first test that failed, VALIDATOR_TESTS where none did. */
enum validator_test validator_first_failed(const struct validator *validator);

void validator_release(struct validator *validator);

#endif
