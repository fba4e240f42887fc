"""Scopes in a plugin of others: what is cleaned up, however its run ends, in the sandbox and outside of it.

SPDX-License-Identifier: MIT
"""

import contextlib
import os
import signal
import subprocess

from plughtest import DEADLINE, SANITIZE, PlughTest, main

# Keeps a temporary file, a child, an output and saved results; says on standard error what it does. The child holds
# standard error: where it outlives the plugin, that does not end.
KEEPER = r"""
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <plugh/sdk.h>
struct keeper_args { const char *how, *folder, *out, *saved; };
struct keeper { const struct plugh_host *host; const struct keeper_args *args; };
static int *volatile nowhere;
static int say(const char *text) { return write(2, text, strlen(text)) < 0 ? -errno : 0; }
static int told(const char *name, int r)
{
	char line[64];
	snprintf(line, sizeof line, "exit %s %s\n", name, r < 0 ? strerrorname_np(-r) : "well");
	return say(line);
}
static int first(void *arg, int r) { (void)arg; return told("first", r); }
static int last(void *arg, int r)
{
	const struct keeper *keeper = arg;
	told("last", r);
	if (strcmp(keeper->args->how, "stay") == 0) {
		say("staying\n");
		for (;;)
			pause();
	}
	if (strcmp(keeper->args->how, "fail-too") == 0)
		return -ENOSPC;
	return strcmp(keeper->args->how, "handle") == 0 ? PLUGH_HANDLED : 0;
}
static int save(void *arg, int r)
{
	const struct keeper *keeper = arg;
	struct plugh_output *output;
	struct plugh_host host;
	told("save", r);
	plugh_host_without_cancel(keeper->host, &host);
	int opened = plugh_output_open(&host, keeper->args->saved, &output);
	if (opened < 0)
		return opened;
	plugh_output_print(output, "results\n");
	return plugh_output_close(output, 0);
}
static void crash(void *arg, int signal)
{
	(void)arg;
	char line[] = "crash 00\n";
	line[6] = (char)('0' + signal / 10);
	line[7] = (char)('0' + signal % 10);
	say(line);
}
static void crash_again(void *arg, int signal)
{
	crash(arg, signal);
	raise(SIGABRT);
}
static void on_alarm(int number)
{
	(void)number;
	say("the child is left\n");
	_exit(1);
}
static int keep_child(struct plugh_scope *scope, struct plugh_process *child)
{
	static const struct plugh_ending at_once;
	pid_t pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		signal(SIGALRM, on_alarm);
		alarm(30);
		for (;;)
			pause();
	}
	plugh_process_adopt(pid, PLUGH_PROCESS_SAME_GROUP, child);
	return plugh_scope_process(scope, child, &at_once);
}
static int keep_file(struct plugh_scope *scope, const char *folder)
{
	char path[512];
	snprintf(path, sizeof path, "%s/temporary", folder);
	int r = plugh_scope_unlink(scope, path);
	if (r < 0)
		return plugh_fail(scope->host, r, "cannot keep '%s'", path);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return fd < 0 ? plugh_fail(scope->host, -errno, "cannot make '%s'", path) : plugh_scope_close(scope, fd);
}
static void *in_thread(void *arg) { *nowhere = 1; return arg; }
static int end_by(const struct plugh_host *host, const char *how)
{
	pthread_t thread;
	char byte;
	if (strcmp(how, "well") == 0)
		return 0;
	if (strcmp(how, "status") == 0)
		return 3;
	if (strcmp(how, "null") == 0)
		*nowhere = 1;
	if (strcmp(how, "thread") == 0 && pthread_create(&thread, NULL, in_thread, NULL) == 0)
		pthread_join(thread, NULL);
	if (strncmp(how, "abort", 5) == 0)
		abort();
	if (strcmp(how, "wait") == 0 || strcmp(how, "alone") == 0 || strcmp(how, "stay") == 0) {
		say("ready\n");
		ssize_t n = plugh_read(host, 0, &byte, 1);
		return n < 0 ? (int)n : 0;
	}
	return -EDOM;
}
static int work(struct plugh_scope *scope, struct plugh_process *child, const struct keeper *keeper)
{
	struct plugh_output *output;
	struct plugh_context told = { .crash = strcmp(keeper->args->how, "abort-again") == 0 ? crash_again : crash };
	bool is_alone = strcmp(keeper->args->how, "alone") == 0;
	int r = plugh_scope_defer(scope, first, NULL);
	if (r == 0 && !is_alone)
		r = keep_file(scope, keeper->args->folder);
	if (r == 0 && !is_alone)
		r = keep_child(scope, child);
	if (r == 0)
		r = plugh_scope_output(scope, keeper->args->out, &output);
	if (r == 0)
		r = plugh_output_print(output, "whole\n");
	if (r == 0 && keeper->args->saved != NULL)
		r = plugh_scope_defer(scope, save, (void *)keeper);
	if (r == 0)
		r = plugh_scope_enter(scope, &told);
	if (r == 0)
		r = plugh_scope_defer(scope, last, (void *)keeper);
	return r < 0 ? r : end_by(keeper->host, keeper->args->how);
}
static int keeper_run(const struct plugh_host *host, const struct keeper_args *args)
{
	struct keeper keeper = { host, args };
	struct plugh_process child = { .pidfd = -1 };
	struct plugh_scope scope = { .host = host };
	int r = plugh_scope_exit(&scope, work(&scope, &child, &keeper));
	if (r < 0)
		plugh_fail(host, r, "it failed, %zu before", scope.context_count);
	return r;
}
PLUGH_PLUGIN(keeper, struct keeper_args, keeper_run, PLUGH_ABOUT("keep things", .version = "1.0.0"),
	PLUGH_OPT(how, "how", "it ends"), PLUGH_OPT(folder, "folder", "of the temporary file"),
	PLUGH_OPT(out, "-o --output", "out", .access = PLUGH_WRITE), PLUGH_OPT(saved, "--saved", "out", .access = PLUGH_WRITE));
"""


class Scope(PlughTest):
    def setUp(self):
        super().setUp()
        self.build_plugin("keeper", KEEPER)
        self.folder = self.dir / "folder"
        self.folder.mkdir()
        (self.dir / "out").mkdir()
        self.user_ini(f"[policy:keeper]\nallow-write = {self.folder}\n")

    def words(self, how, saved=False):
        return ["--plugin-path", self.dir / "plugins", "keeper", how, self.folder, "-o", "out/out",
                *(["--saved", "out/saved"] if saved else [])]

    @contextlib.contextmanager
    def sandbox(self, value):
        with self.subTest(sandbox=value):
            self.env["PLUGH_SANDBOX"] = value
            yield
            self.assertEqual(os.listdir(self.folder), [])
            for name in os.listdir(self.dir / "out"):
                (self.dir / "out" / name).unlink()

    def expect_files(self, *names):
        self.assertEqual(sorted(os.listdir(self.dir / "out")), sorted(names))
        for name in names:
            self.assertEqual((self.dir / "out" / name).read_text(), "whole\n" if name == "out" else "results\n")

    def wait_for(self, how, line, saved=False):
        process = self.start(*self.words(how, saved), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(process.stderr.readline(), line)
        return process

    def end(self, process, number):
        """What it still said, once it has ended by the signal, and its child with it."""
        # Its input stays open: the end of it would be another way to end.
        err = process.stderr.read().decode()
        self.assertEqual(process.wait(DEADLINE), -number, err)
        return err

    def test_work_that_ends_well(self):
        for value in ("on", "off"):
            with self.sandbox(value):
                for how, status in (("well", 0), ("status", 3)):
                    self.expect(self.plugh(*self.words(how, True)), status, "", "exit last well\nexit save well\nexit first well\n")
                    self.expect_files("out", "saved")

    def test_work_that_fails(self):
        for value in ("on", "off"):
            with self.sandbox(value):
                result = self.plugh(*self.words("fail", True))
                self.expect(result, 1, "", "exit last EDOM\nexit save EDOM\nexit first EDOM\n"
                            "plugh keeper: error: it failed, 0 before: Numerical argument out of domain\n")
                self.expect_files("saved")

    def test_an_exit_function_that_fails_too(self):
        for value in ("on", "off"):
            with self.sandbox(value):
                result = self.plugh(*self.words("fail-too", True))
                self.expect(result, 1, "", "exit last EDOM\nexit save ENOSPC\nexit first ENOSPC\n"
                            "plugh keeper: error: it failed, 1 before: No space left on device\n")
                self.expect_files("saved")

    def test_an_error_that_is_handled(self):
        for value in ("on", "off"):
            with self.sandbox(value):
                self.expect(self.plugh(*self.words("handle", True)), 0, "", "exit last EDOM\nexit save well\nexit first well\n")
                self.expect_files("out", "saved")

    def test_the_first_signal_lets_scopes_be_exited(self):
        for value in ("on", "off"):
            with self.sandbox(value):
                for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                    process = self.wait_for("wait", b"ready\n", saved=True)
                    self.assertEqual(os.listdir(self.folder), ["temporary"])
                    process.send_signal(number)
                    self.assertEqual(self.end(process, number), "exit last ECANCELED\nexit save ECANCELED\nexit first ECANCELED\n")
                    self.expect_files("saved")
                    (self.dir / "out/saved").unlink()

    def test_a_second_signal_during_the_clean_up(self):
        for value in ("on", "off"):
            with self.sandbox(value):
                for one, two in ((signal.SIGINT, signal.SIGINT), (signal.SIGTERM, signal.SIGINT), (signal.SIGINT, signal.SIGTERM),
                                 (signal.SIGHUP, signal.SIGTERM)):
                    process = self.wait_for("stay", b"ready\n")
                    process.send_signal(one)
                    self.assertEqual(process.stderr.readline(), b"exit last ECANCELED\n")
                    self.assertEqual(process.stderr.readline(), b"staying\n")
                    self.assertEqual(os.listdir(self.folder), ["temporary"])
                    process.send_signal(two)
                    self.assertEqual(self.end(process, two), f"crash {two:02}\n")
                    self.assertEqual(os.listdir(self.folder), [])
                    self.expect_files()

    def test_a_crash(self):
        hows = [("abort", signal.SIGABRT)]
        if not SANITIZE:  # sanitizers tell of these, and end the process themselves
            hows += [("null", signal.SIGSEGV), ("thread", signal.SIGSEGV)]
        for value in ("on", "off"):
            with self.sandbox(value):
                for how, number in hows:
                    result = self.plugh(*self.words(how, True))
                    self.assertEqual(result.status, -number, result)
                    self.assertRegex(result.stderr, r"\Aplugh keeper: error: plugin crashed: ")
                    self.assertEqual(result.stderr.count("plugin crashed"), 1, result)
                    self.assertEqual(result.stderr.count(f"crash {number:02}\n"), 1, result)
                    self.assertNotIn("exit", result.stderr)
                    self.assertEqual(os.listdir(self.folder), [])
                    self.expect_files()

    def test_a_crash_of_what_cleans_up(self):
        for value in ("on", "off"):
            with self.sandbox(value):
                result = self.plugh(*self.words("abort-again"))
                self.assertEqual(result.status, -signal.SIGABRT, result)
                self.assertEqual(result.stderr.count("plugin crashed"), 1, result)
                self.assertEqual(result.stderr.count("crash 06\n"), 1, result)
                self.expect_files()

    def test_outputs_leave_nothing_at_sigkill(self):
        for value in ("on", "off"):
            with self.sandbox(value):
                process = self.wait_for("alone", b"ready\n", saved=True)
                process.send_signal(signal.SIGKILL)
                self.assertEqual(self.end(process, signal.SIGKILL), "")
                self.expect_files()


if __name__ == "__main__":
    main()
