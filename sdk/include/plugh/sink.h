/* A place that bytes are written to: a function and its context, passed by value.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_SINK_H
#define PLUGH_SINK_H

#include <stddef.h>

struct plugh_sink {
	/* Take all n bytes. Returns 0 or -errno. */
	int (*write)(void *ctx, const void *bytes, size_t n);
	void *ctx;
};

#endif
