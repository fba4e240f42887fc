"""A confined plugin calls a function with a time limit: what it leaves is found without /proc.

SPDX-License-Identifier: MIT
"""

from plughtest import PlughTest, main

CALL = r"""
#include <errno.h>
#include <signal.h>
#include <unistd.h>
#include <plugh/sdk.h>
struct call_args { const char *what; };
/* Each in a group of its own, its parent gone; each holds standard output. */
static void start_others(void)
{
	for (int i = 0; i < 3; i++)
		if (fork() == 0) {
			setpgid(0, 0);
			if (fork() != 0)
				_exit(0);
			signal(SIGTERM, SIG_IGN);
			for (;;)
				pause();
		}
}
static int work(const struct plugh_host *host, void *arg, struct plugh_buf *result)
{
	const char *what = (const char *)arg;
	plugh_print(host, "%s", what);
	if (*what != 'n')
		start_others();
	if (*what == 's')
		for (;;)
			pause();
	if (*what == 'c')
		raise(SIGSEGV);
	return plugh_buf_append_text(result, "done");
}
static int call_run(const struct plugh_host *host, const struct call_args *args)
{
	struct plugh_call call = { .run = work, .arg = (void *)args->what, .timeout = { 500000000 },
		.fallback = "late", .fallback_size = 4 };
	struct plugh_call_result result;
	int r = plugh_call_with_timeout(host, &call, &result);
	if (r == -EOWNERDEAD)
		r = plugh_print(host, ": signal %d\n", result.signal);
	else if (r == 0)
		r = plugh_print(host, ": %.*s\n", (int)result.size, (const char *)result.value);
	else
		plugh_fail(host, r, "cannot call");
	plugh_call_result_release(&result);
	return r;
}
PLUGH_PLUGIN(call, struct call_args, call_run, PLUGH_ABOUT("call it", .version = "1.0.0"),
	PLUGH_OPT(what, "what", "how it ends"));
"""


class Call(PlughTest):
    def test_all_that_a_confined_call_started_is_ended(self):
        """The output is read to its end, which comes when nobody holds it any more."""
        folder = self.build_plugin("call", CALL).parent
        for what, told in (("normal", "done"), ("others", "done"), ("slow", "late"), ("crash", "signal 11")):
            for sandbox in ("require", "off"):
                with self.subTest(what=what, sandbox=sandbox):
                    result = self.plugh("--plugin-path", folder, "call", what, env={"PLUGH_SANDBOX": sandbox})
                    self.expect(result, 0, f"{what}: {told}\n")


if __name__ == "__main__":
    main()
