/* What the tests of outputs share: a folder, outputs, and short ways to open, write and look.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_TEST_OUTPUT_FIXTURE_H
#define PLUGH_TEST_OUTPUT_FIXTURE_H

#include <stdbool.h>

#include "child.h"
#include "failing_alloc.h"
#include "output.h"
#include "temp_dir.h"

struct fixture {
	struct temp_dir dir;
	struct outputs *outputs;
	int cancel_fd; /* an eventfd */
	bool named_only;
	int descriptor_count; /* at the start; at the end it must be the same */
};

/* For cmocka. */
int output_set_up(void **state);
int output_set_up_named(void **state);
int output_tear_down(void **state);

/* Open a name in the folder, and write a text to it. May be called in a child, too. */
int open_and_write(struct fixture *f, const char *name, const char *text);

/* Opening a name in the folder must return r. */
void expect_open(struct fixture *f, const char *name, int r);

bool exists(const struct fixture *f, const char *name);

/* A file must hold just this text. */
void assert_content(const struct fixture *f, const char *name, const char *text);

#endif
