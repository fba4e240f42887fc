/* A host for unit tests of plugins: standard output, reports and files are buffers, and failures
 * happen on demand.
 *
 *     struct plugh_fake_host fake;
 *     plugh_fake_host_init(&fake);
 *     int r = tally_run(&fake.host, &args);
 *     assert_int_equal(r, 0);
 *     assert_string_equal(plugh_fake_host_out(&fake), "3 total\n");
 *     plugh_fake_host_release(&fake);
 *
 * Link plugh::testing (or -lplugh-testing -lplugh-sdk) into the test; no test framework is needed.
 * No function here is a service of the real host: that one confines the plugin, this one does not.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_FAKE_HOST_H
#define PLUGH_FAKE_HOST_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include <plugh/buf.h>
#include <plugh/host.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { PLUGH_FAKE_HOST_FILES = 32, PLUGH_FAKE_HOST_SOCKETS = 8 };

struct plugh_fake_file {
	char *path;
	int fd; /* while it is open; -1 afterwards */
	bool is_committed;
	struct plugh_buf content; /* once committed */
};

struct plugh_fake_host {
	struct plugh_host host; /* verbosity and json may be set before it is used */

	struct plugh_buf out; /* what was written to standard output */
	struct plugh_buf
		reports; /* a line each, all levels: "error: ", "warning: ", "info: ", "debug: " */
	size_t flush_count;
	size_t file_count;
	struct plugh_fake_file
		file[PLUGH_FAKE_HOST_FILES]; /* every file that was opened, in this order */

	/* What fails, set by the test; 0 (at first): nothing. */
	int out_error;       /* -errno of writing to standard output, ... */
	size_t out_capacity; /* ... once it holds so many bytes */
	int open_error;      /* -errno of opening a file */
	int commit_error;    /* -errno of committing one: it is then discarded */

	/* A table that `power` hands out besides those below; borrowed. */
	const char *power_id;
	const void *power;

	/* Sockets: paths are opened as they are, by nobody but this process, and removed in the
	 * end. */
	int socket_error; /* -errno of opening one */
	int ready_count;  /* how often the service was said to be ready, ... */
	int stopping_count;
	char *socket[PLUGH_FAKE_HOST_SOCKETS]; /* the paths that are waited at */
	size_t socket_count;

	struct plugh_power_output output;
	struct plugh_power_socket power_socket;
	struct plugh_power_service service;
	pthread_mutex_t lock; /* reports may come from any thread */
};

/* Fill an empty one. It must not be moved afterwards: the host's table points into it.
 *
 * Returns 0, or -errno where the system has no descriptor left. The caller releases.
 * Threads (but where it is said): one at a time.   Since: 0.1 */
int plugh_fake_host_init(struct plugh_fake_host *fake);

/* Standard output and the reports as strings, "" where nothing came. Borrowed until the next use.
 * Since: 0.1 */
const char *plugh_fake_host_out(const struct plugh_fake_host *fake);
const char *plugh_fake_host_reports(const struct plugh_fake_host *fake);

/* What was committed last under this path; NULL where nothing was. Borrowed.
 * Since: 0.1 */
const struct plugh_buf *plugh_fake_host_file(const struct plugh_fake_host *fake, const char *path);

/* How many files are open: neither committed nor discarded. Since: 0.1 */
size_t plugh_fake_host_open_count(const struct plugh_fake_host *fake);

/* What Ctrl-C does: cancel_fd becomes readable, and stays so. Threads: any.   Since: 0.1 */
void plugh_fake_host_cancel(struct plugh_fake_host *fake);

/* Free and close all. Since: 0.1 */
void plugh_fake_host_release(struct plugh_fake_host *fake);

#ifdef __cplusplus
}
#endif

#endif
