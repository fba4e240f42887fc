/* What the host lends to a plugin: it fills a struct plugh_host, and says in the end how the
 * process should end.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_SERVICES_H
#define PLUGH_SERVICES_H

#include <stdbool.h>
#include <stddef.h>

#include <plugh/host.h>

#include "endpoint.h"
#include "log.h"
#include "output.h"

/* A table that plugh_host.power hands out besides "plugh.output/1". Borrowed. */
struct services_power {
	const char *id;
	const void *table;
};

/* All pointers are borrowed for the life of the services. */
struct services_spec {
	const struct log *log; /* prefix and verbosity of the plugin's messages */
	bool json;
	int out;       /* standard output */
	int cancel_fd; /* of cancel_start; -1: nothing cancels */
	struct outputs *outputs;
	const char *const *path; /* that may be opened as outputs; compared as they are spelled */
	size_t path_count;
	struct endpoints *endpoints;              /* NULL: none */
	int (*notify)(void *ctx, unsigned state); /* tells a service manager (enum notify_state) */
	void *notify_ctx;
	const struct services_power *power;
	size_t power_count;
};

struct services;

/* How the process should end: by the signal (cancel_end), and where there is none, or it does not
 * end the process, with the status. */
struct services_end {
	int signal; /* 0: none */
	int status;
};

/* Open each of the descriptors 0, 1, 2 that is closed, so that no file gets its number. Each is
 * opened in the direction that does not serve, so that reading or writing results is still an error
 * (-EBADF). To be called first in main. Returns 0 or -errno. */
int services_open_standard(void);

/* Returns 0 or -ENOMEM. */
int services_create(const struct services_spec *spec, struct services **ret_services);

/* The table for run(). Borrowed, until services_destroy. */
const struct plugh_host *services_host(const struct services *services);

/* After run(): write out what is held back, discard outputs that were not committed, and decide:
 *
 *   - cancelled by a signal: that signal
 *   - the reader of standard output is gone, or run() returned -EPIPE in silence: SIGPIPE, or an
 *     error where SIGPIPE was ignored at the start
 *   - standard output could not be written: an error, status 1
 *   - otherwise what run() returned: a status or a signal; below 0 is status 1, and is reported
 *     where nothing was
 *
 * status  what run() returned */
struct services_end services_finish(struct services *services, int status);

/* May run() return this? */
bool services_is_status(int status);

/* NULL is accepted. */
void services_destroy(struct services *services);

#endif
