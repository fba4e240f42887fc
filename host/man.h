/* SPDX-License-Identifier: MIT */
/* Man pages out of manifests: man(7) source (man_roff.h tells why not mdoc), which is complete for
 * what a manifest holds and clean under `man --warnings` and `mandoc -Tlint`.
 *
 * A plugin has a page plugh-NAME(1); each of its subcommands has a section there and a page
 * plugh-NAME-SUBCOMMAND(1) of its own. plugh(1) itself is made of a fixed text, the host's option
 * table and the manifests of the built-in commands. No page depends on the time, the
 * configuration or the plugins that are installed.
 *
 * Threads: any. */
#ifndef PLUGH_MAN_H
#define PLUGH_MAN_H

#include <plugh/buf.h>

#include "host_rows.h"
#include "manifest.h"

/* The date that pages of this release show where SOURCE_DATE_EPOCH is not set: the day when what
 * they say last changed. Changed with each release. */
#define MAN_RELEASE_DATE "2026-11-24"

enum { MAN_DATE_SIZE = sizeof "2026-11-24" };

/* The date to be shown (https://reproducible-builds.org/specs/source-date-epoch/).
 *
 * epoch     $SOURCE_DATE_EPOCH: seconds since 1970, UTC; NULL, or what is no such number, or beyond
 *           the year 9999: the release's date
 * ret_date  receives "YYYY-MM-DD"   Since: 0.1 */
void man_date(const char *epoch, char ret_date[MAN_DATE_SIZE]);

/* What pages need beside a manifest. All borrowed. */
struct man_about {
	const char *date; /* "YYYY-MM-DD" */
	const struct host_rows *host;
};

/* Append the page of a plugin, or of one of its subcommands.
 *
 * command  NULL, or the manifest's root: the plugin's; else one of the manifest's subcommands
 *
 * Returns 0, -ENOMEM or another error of the buffer.   Since: 0.1 */
int man_page(struct plugh_buf *buf, const struct manifest *manifest,
	const struct manifest_command *command, const struct man_about *about);

/* Append plugh(1).
 *
 * builtin, count  the manifests of the built-in commands in the order of the help
 * version         of the host
 *
 * Returns as above.   Since: 0.1 */
int man_plugh(struct plugh_buf *buf, const struct manifest *const builtin[], size_t count,
	const char *version, const struct man_about *about);

#endif
