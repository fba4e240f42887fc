"""Ctrl-C, SIGTERM, SIGHUP: the plugin is told, cleans up, and the process ends by the signal.

SPDX-License-Identifier: MIT
"""

import os
import signal
import subprocess

from plughtest import DEADLINE, PLUGH, PlughTest, main

# Says that it is there, then waits for input or the end; says how it ended on a descriptor of its own.
WAITER = r"""
#include <string.h>
#include <unistd.h>
#include <plugh/sdk.h>
struct waiter_args { bool deaf; const char *out; };
static int work(const struct plugh_host *host, const struct waiter_args *args)
{
	char byte;
	struct plugh_output *output = NULL;
	int r = plugh_output_open(host, args->out, &output);
	if (r < 0)
		return r;
	plugh_output_print(output, "half");
	plugh_output_flush(output);
	if (write(2, "ready\n", 6) != 6)
		return 1;
	while (args->deaf)
		pause();
	ssize_t n = plugh_read(host, 0, &byte, 1);
	return plugh_output_close(output, n < 0 ? (int)n : 0);
}
static int waiter_run(const struct plugh_host *host, const struct waiter_args *args)
{
	int r = work(host, args);
	if (write(2, "cleaned\n", 8) != 8)
		return 1;
	return r;
}
PLUGH_PLUGIN(waiter, struct waiter_args, waiter_run, PLUGH_ABOUT("wait"),
	PLUGH_OPT(deaf, "--deaf", "never look"),
	PLUGH_OPT(out, "-o --output", "a file", .access = PLUGH_WRITE));
"""

HANDLER = r"""
#include <signal.h>
#include <unistd.h>
#include <plugh/sdk.h>
struct handler_args { bool unused; };
static void on(int number) { (void)number; }
static int handler_run(const struct plugh_host *host, const struct handler_args *args)
{
	(void)args;
	signal(SIGINT, on);
	if (write(2, "ready\n", 6) != 6)
		return 1;
	pause();
	return plugh_print(host, "handled it myself\n");
}
PLUGH_PLUGIN(handler, struct handler_args, handler_run,
	PLUGH_ABOUT("handle", .flags = PLUGH_HANDLES_SIGNALS), PLUGH_OPT(unused, "--unused", "nothing"));
"""


class Signals(PlughTest):
    def setUp(self):
        super().setUp()
        self.build_plugin("waiter", WAITER)

    def waiter(self, *args, **more):
        process = self.start("--plugin-path", self.dir / "plugins", "waiter", *args,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             **more)
        self.assertEqual(process.stderr.readline(), b"ready\n")
        return process

    def test_the_first_signal_lets_it_clean_up(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process = self.waiter("-o", "out")
            process.send_signal(number)
            self.assertEqual(process.wait(DEADLINE), -number)
            self.assertEqual(process.stderr.read(), b"cleaned\n")
            self.assertEqual(os.listdir(self.dir / "home"), [])
            self.assertFalse((self.dir / "out").exists())

    def test_nothing_is_left_of_an_unfinished_output(self):
        (self.dir / "d").mkdir()
        (self.dir / "d/out").write_text("before")
        for number in (signal.SIGINT, signal.SIGKILL):
            process = self.waiter("-o", "d/out")
            process.send_signal(number)
            self.assertEqual(process.wait(DEADLINE), -number)
            self.assertEqual(os.listdir(self.dir / "d"), ["out"])
            self.assertEqual((self.dir / "d/out").read_text(), "before")

    def test_a_second_ctrl_c_ends_what_does_not_listen(self):
        process = self.waiter("--deaf", "-o", "out")
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        # Two that come at once are one: go on until it has ended, as a user would.
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(0.1)
            except subprocess.TimeoutExpired:
                pass
        self.assertEqual(process.returncode, -signal.SIGINT)
        self.assertEqual(process.stderr.read(), b"")
        self.assertFalse((self.dir / "out").exists())

    def test_a_signal_that_is_ignored_at_the_start_stays_so(self):
        def ignore():
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

        process = self.waiter(preexec_fn=ignore)
        process.send_signal(signal.SIGHUP)
        process.stdin.close()
        self.assertEqual(process.wait(DEADLINE), 0)
        self.assertEqual(process.stdout.read(), b"half")

    def test_a_shell_sees_130_and_its_loop_stops(self):
        script = ('for i in 1 2; do "$0" --plugin-path plugins waiter; done; echo not reached')
        shell = subprocess.Popen(["bash", "-c", script, PLUGH], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.env,
                                 cwd=self.dir, start_new_session=True)
        self.addCleanup(shell.wait)
        self.assertEqual(shell.stderr.readline(), b"ready\n")
        os.killpg(shell.pid, signal.SIGINT)
        out, err = shell.communicate(timeout=DEADLINE)
        self.assertEqual((shell.returncode, out, err), (-signal.SIGINT, b"half", b"cleaned\n"))

    def test_a_plugin_may_handle_signals_itself(self):
        self.build_plugin("handler", HANDLER)
        process = self.start("--plugin-path", self.dir / "plugins", "handler",
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(process.stderr.readline(), b"ready\n")
        while process.poll() is None:  # between the line and pause() there is a moment
            process.send_signal(signal.SIGINT)
            try:
                process.wait(0.1)
            except subprocess.TimeoutExpired:
                pass
        self.assertEqual((process.returncode, process.stdout.read()), (0, b"handled it myself\n"))

    def test_a_bundled_plugin_waiting_for_input_is_cancelled(self):
        process = self.start("extract", "--prefix", "a", stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(b"xa" + b"y" * 5000)
        process.stdin.flush()
        self.assertTrue(process.stdout.read(1000))
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        self.assertEqual(process.wait(DEADLINE), -signal.SIGINT)
        self.assertEqual(process.stderr.read(), b"")


if __name__ == "__main__":
    main()
