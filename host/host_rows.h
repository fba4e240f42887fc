/* SPDX-License-Identifier: MIT */
/* The host's own options in the form of a manifest's rows, for what reads both: completion and man
 * pages. */
#ifndef PLUGH_HOST_ROWS_H
#define PLUGH_HOST_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include <plugh/option.h>

/* All in the order of the host's help, -h and --help included. */
struct host_rows {
	const struct plugh_option *row; /* OPTION records */
	const bool *behind;             /* may row[i] stand behind the command too? */
	size_t count;
};

/* Make them out of the host's option table.
 *
 * ret_rows  receives the rows; see host_rows_release
 *
 * Returns 0 or -ENOMEM. Threads: any.   Since: 0.1 */
int host_rows_init(struct host_rows *ret_rows);

/* Free them; accepts { 0 }. */
void host_rows_release(struct host_rows *rows);

#endif
