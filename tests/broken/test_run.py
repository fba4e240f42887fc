"""Plugins whose code goes wrong: crash, abort, endless loops, exit.

SPDX-License-Identifier: MIT
"""

import os
import platform
import re
import signal
import subprocess
import time
import unittest

from broken import ONE, RUN, BrokenTest, built
from plughtest import DEADLINE, SANITIZE, main

CRASH = """
static int *volatile nowhere;
__attribute__((noinline)) void fall(void);
__attribute__((noinline)) void fall(void)
{
	%s
}
"""
RUN_FALL = CRASH + """
static int one_run(const struct plugh_host *host, const struct one_args *args)
{
	plugh_print(host, "%%d\\n", args->flag);
	fall();
	return 0;
}
"""
DEEP = """
__attribute__((noinline)) int fall(int depth, volatile char *above);
__attribute__((noinline)) int fall(int depth, volatile char *above)
{
	volatile char here[4096] = { (char)depth };
	return depth == 0 ? above[0] : fall(depth + 1, here) + here[1];
}
static int one_run(const struct plugh_host *host, const struct one_args *args)
{
	char here[1] = { 0 };
	(void)host;
	return fall(args->flag + 1, here);
}
"""
CONSTRUCTOR = CRASH + RUN.replace("%", "%%") + """
static __attribute__((constructor)) void begin(void)
{
	fall();
}
"""
# Tells where it is on standard error, since the host's output is buffered.
LOOP = """
#include <poll.h>
#include <unistd.h>
static void tell(char c)
{
	if (write(2, &c, 1) != 1)
		_exit(9);
}
static int one_run(const struct plugh_host *host, const struct one_args *args)
{
	struct pollfd cancelled = { .fd = host->cancel_fd, .events = POLLIN };
	tell('r');
	if (args->flag)
		while (poll(&cancelled, 1, -1) != 1)
			;
	if (args->flag)
		tell('c');
	for (volatile unsigned long n = 0;; n++)
		;
	return 0;
}
"""


def body(text):
    return ONE % (RUN_FALL % text)


@unittest.skipIf("address" in SANITIZE, "the address sanitizer reports crashes itself")
class Crash(BrokenTest):
    def expect_crash(self, source, number, words, stage="", flags=()):
        """One line with the place, which lies in fall(); then the signal itself."""
        path = self.put("one", built("one", source, flags))

        result = self.run_plugin("one")

        self.assertEqual(result.status, -number, result)
        told = re.fullmatch(
            rf"plugh one: error: plugin crashed{stage}: {re.escape(words)} "
            r"in one 1\.0\.0 at (\S+)\+0x([0-9a-f]+)\n(  .*\n)*", result.stderr)
        self.assertIsNotNone(told, result)
        if told[1] == "one.so":
            symbols = subprocess.run(
                ["addr2line", "-f", "-e", path, "0x" + told[2]], capture_output=True, text=True,
                check=True, timeout=DEADLINE).stdout
            self.assertEqual(symbols.splitlines()[0], "fall", result)
        else:
            self.assertIn(told[1], ("libc.so.6",), result)
        self.expect_good()
        return told[1]

    @unittest.skipIf(platform.machine() != "x86_64", "the instructions are that machine's")
    def test_a_crash_in_run(self):
        for text, number, words in [
            ("*nowhere = 1;", signal.SIGSEGV, "Segmentation fault (SIGSEGV)"),
            ("__asm__ volatile(\"ud2\");", signal.SIGILL, "Illegal instruction (SIGILL)"),
            ("volatile int zero = 0; zero = 7 / zero;", signal.SIGFPE,
             "Floating point exception (SIGFPE)"),
        ]:
            with self.subTest(words=words):
                self.assertEqual(self.expect_crash(body(text), number, words), "one.so")

    def test_a_crash_by_a_call(self):
        for text, number, words in [
            ("raise(SIGBUS);", signal.SIGBUS, "Bus error (SIGBUS)"),
            ("abort();", signal.SIGABRT, "Aborted (SIGABRT)"),
            ("raise(SIGSYS);", signal.SIGSYS, "Bad system call (SIGSYS)"),
        ]:
            with self.subTest(words=words):
                self.expect_crash("#include <signal.h>\n#include <stdlib.h>\n" + body(text), number, words)

    def test_a_stack_overflow(self):
        self.expect_crash(ONE % DEEP, signal.SIGSEGV, "Segmentation fault (SIGSEGV)", flags=["-O0"])

    def test_a_crash_in_a_constructor(self):
        self.expect_crash(
            ONE % (CONSTRUCTOR % "*nowhere = 1;"), signal.SIGSEGV, "Segmentation fault (SIGSEGV)",
            " while it was loaded")

    def test_an_abort_in_a_constructor(self):
        self.expect_crash(
            "#include <stdlib.h>\n" + ONE % (CONSTRUCTOR % "abort();"), signal.SIGABRT,
            "Aborted (SIGABRT)", " while it was loaded")

    def test_what_was_not_written_out_is_not_half_written(self):
        self.put("one", built("one", body("*nowhere = 1;")))
        self.assertEqual(self.run_plugin("one").stdout, "")

    def test_a_crash_leaves_no_output(self):
        source = """
#include <plugh/sdk.h>
struct one_args { const char *out; };
static int one_run(const struct plugh_host *host, const struct one_args *args)
{
	const struct plugh_power_output *output = host->power(host->ctx, PLUGH_POWER_OUTPUT);
	int fd = output->open(host->ctx, args->out);
	if (fd < 0)
		return plugh_fail(host, fd, "cannot open '%s'", args->out);
	__builtin_trap();
}
PLUGH_PLUGIN(one, struct one_args, one_run, PLUGH_ABOUT("one", .version = "1.0.0"),
	PLUGH_OPT(out, "-o --out", "where to", .access = PLUGH_WRITE));
"""
        self.put("one", built("one", source))
        folder = self.dir / "out"
        folder.mkdir()

        result = self.run_plugin("one", "-o", folder / "result")

        self.assertLess(result.status, 0, result)
        self.assertEqual(os.listdir(folder), [])


class Endless(BrokenTest):
    def begin(self, *args):
        self.put("one", built("one", ONE % LOOP))
        process = self.start("--plugin-path", self.folder, "one", *args,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(process.stderr.read(1), b"r")
        return process

    def wait_until_taken(self, process, number):
        """A second signal that comes before the first was delivered would be one with it."""
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
                pending = [int(line.split()[1], 16) for line in status if line[3:].startswith("Pnd:")]
            if not any(mask >> (number - 1) & 1 for mask in pending):
                return
            os.sched_yield()
        self.fail("the signal was not delivered")

    def test_two_ctrl_c_end_a_loop_that_looks_at_nothing(self):
        process = self.begin()
        process.send_signal(signal.SIGINT)
        self.wait_until_taken(process, signal.SIGINT)
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(DEADLINE), -signal.SIGINT)
        self.expect_good()

    def test_the_first_ctrl_c_reaches_the_plugin(self):
        process = self.begin("--flag")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.stderr.read(1), b"c")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(DEADLINE), -signal.SIGINT)

    def test_a_loop_in_a_constructor(self):
        source = ONE % (RUN + """
#include <unistd.h>
static __attribute__((constructor)) void begin(void)
{
	if (write(2, "r", 1) != 1)
		_exit(9);
	for (volatile unsigned long n = 0;; n++)
		;
}
""")
        self.put("one", built("one", source))
        process = self.start("--plugin-path", self.folder, "one", stderr=subprocess.PIPE)
        self.assertEqual(process.stderr.read(1), b"r")
        process.send_signal(signal.SIGINT)
        self.wait_until_taken(process, signal.SIGINT)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(DEADLINE), -signal.SIGINT)

    def test_sigkill_is_what_it_is(self):
        process = self.begin()
        process.send_signal(signal.SIGKILL)
        self.assertEqual(process.wait(DEADLINE), -signal.SIGKILL)


class Status(BrokenTest):
    def test_what_run_returns_is_the_exit_status(self):
        for returned, status in [
            ("0", 0), ("1", 1), ("42", 42), ("255", 255),
            ("plugh_fail(host, 3, \"no\")", 3), ("plugh_fail(host, -ENOENT, \"no\")", 1),
        ]:
            run = f"""
#include <errno.h>
static int one_run(const struct plugh_host *host, const struct one_args *args)
{{
	return args->flag || host == NULL ? 9 : {returned};
}}
"""
            self.put("one", built("one", ONE % run))
            self.assertEqual(self.run_plugin("one").status, status, returned)

    def test_a_status_that_is_none(self):
        for returned in ("256", "-1", "100000", "INT_MIN"):
            run = f"""
#include <limits.h>
static int one_run(const struct plugh_host *host, const struct one_args *args)
{{
	return args->flag || host == NULL ? 9 : {returned};
}}
"""
            self.put("one", built("one", ONE % run))
            self.assertEqual(self.run_plugin("one").status, 1, returned)

    def test_exit_in_run_ends_with_its_status_and_leaves_no_output(self):
        source = """
#include <stdlib.h>
#include <plugh/sdk.h>
struct one_args { const char *out; };
static int one_run(const struct plugh_host *host, const struct one_args *args)
{
	const struct plugh_power_output *output = host->power(host->ctx, PLUGH_POWER_OUTPUT);
	int fd = output->open(host->ctx, args->out);
	if (fd < 0)
		return plugh_fail(host, fd, "cannot open '%s'", args->out);
	exit(7);
}
PLUGH_PLUGIN(one, struct one_args, one_run, PLUGH_ABOUT("one", .version = "1.0.0"),
	PLUGH_OPT(out, "-o --out", "where to", .access = PLUGH_WRITE));
"""
        self.put("one", built("one", source))
        folder = self.dir / "out"
        folder.mkdir()

        result = self.run_plugin("one", "-o", folder / "result")

        self.assertEqual((result.status, result.stdout), (7, ""), result)
        self.assertEqual(os.listdir(folder), [])
        self.expect_good()


if __name__ == "__main__":
    main()
