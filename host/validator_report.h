/* What `plugh plugin check` prints.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_VALIDATOR_REPORT_H
#define PLUGH_VALIDATOR_REPORT_H

#include <stdbool.h>

#include <plugh/host.h>

/* Check a plugin file, and print each test with its outcome.
 *
 * json  as one document
 * Returns 0, 1 when a test failed, or a negative errno: reported. [main-thread] */
int validator_report(const struct plugh_host *host, const char *file, bool json);

#endif
