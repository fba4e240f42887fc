/* The TCP and UDP ports that a command line names, by options and operands of kind port.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_PORTS_H
#define PLUGH_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command_line.h"

enum { PORTS_MAX = 16 }; /* more than any table has; the first ones count */

struct ports {
	bool is_declared;           /* the command has an option or operand for a port */
	size_t count;               /* named, or by default */
	uint16_t number[PORTS_MAX]; /* 0: one that the kernel picks */
};

/* Collect those of a parsed command line. */
struct ports ports_collect(const struct command_line *line);

#endif
