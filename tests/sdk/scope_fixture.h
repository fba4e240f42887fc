/* What the tests of scopes in children share: crash functions that tell of themselves by a letter.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_TEST_SCOPE_FIXTURE_H
#define PLUGH_TEST_SCOPE_FIXTURE_H

#include <plugh/scope.h>

#include "child.h"

/* In the child: a crash function and an exit function; arg is the letter. */
void tell(void *arg, int signal);
int tell_exit(void *arg, int r);

/* In the child: enter a crash function. */
void enter_crash(
	struct plugh_scope *scope, void (*crash)(void *arg, int signal), const char *letter);

/* All that the child told, once it has ended. */
void expect_told(struct child *child, const char *expected);

/* Run work(arg) to its end by the signal, and compare what it told. */
void expect_end(int (*work)(void *arg), void *arg, int signal, const char *told);

#endif
