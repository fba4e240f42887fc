/* What the tests of scopes in children share.
 *
 * SPDX-License-Identifier: MIT */
#include "scope_fixture.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugh_test.h"

void tell(void *arg, int signal)
{
	(void)signal;
	child_tell(*(const char *)arg);
}

int tell_exit(void *arg, int r)
{
	(void)r;
	child_tell(*(const char *)arg);
	return 0;
}

void enter_crash(
	struct plugh_scope *scope, void (*crash)(void *arg, int signal), const char *letter)
{
	struct plugh_context context = { .crash = crash, .arg = (void *)letter };
	CHILD_CHECK(plugh_scope_enter(scope, &context) == 0);
}

void expect_told(struct child *child, const char *expected)
{
	char text[4096];
	ssize_t n = read(child->note, text, sizeof text - 1);

	assert_return_code(n, errno);
	text[n] = '\0';
	assert_string_equal(text, expected);
}

void expect_end(int (*work)(void *arg), void *arg, int signal, const char *told)
{
	struct child child;

	child_start(&child, work, arg);
	int status = child_finish(&child);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != signal)
		fail_msg("signal %d: status %#x: %s", signal, (unsigned)status,
			plugh_buf_text(&child.err_text));
	expect_told(&child, told);
	child_release(&child);
}
