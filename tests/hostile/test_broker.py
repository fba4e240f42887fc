"""Outputs of a confined plugin: it has the file that the command line names, and no right to any other name.

SPDX-License-Identifier: MIT
"""

import contextlib
import ctypes
import os
import random
import resource
import signal
import subprocess
import time
import unittest

from plughtest import DEADLINE, SANITIZE, PlughTest, main

PR_SET_CHILD_SUBREAPER = 36
WALL = 0x40000000

# Opens its output, then tries all it can in the folder; prints what worked, and what the host said to the commit.
GREEDY = r"""
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <plugh/sdk.h>
struct greedy_args {
	const char *output, *say;
	bool half, wait, junk, many;
	int crash;
};
static void try(const struct plugh_host *host, const char *what, int r)
{
	plugh_print(host, "%s: %s\n", what, r >= 0 ? "WORKED" : errno == EACCES || errno == EPERM || errno == EXDEV ||
		errno == ENOSYS ? "refused" : strerror(errno));
}
static void try_names(const struct plugh_host *host, const char *folder)
{
	char new[512], sibling[512], target[512];
	snprintf(new, sizeof new, "%s/new", folder);
	snprintf(sibling, sizeof sibling, "%s/sibling", folder);
	snprintf(target, sizeof target, "%s/out", folder);
	try(host, "create", open(new, O_WRONLY | O_CREAT, 0600));
	try(host, "create without a name", open(folder, O_TMPFILE | O_RDWR, 0600));
	try(host, "make a folder", mkdir(new, 0700));
	try(host, "make a link", symlink("x", new));
	try(host, "link", link(sibling, new));
	try(host, "rename", rename(sibling, new));
	try(host, "rename over it", rename(target, sibling));
	try(host, "remove", unlink(sibling));
	try(host, "remove the folder", rmdir(folder));
	try(host, "truncate", truncate(sibling, 0));
	try(host, "write", open(sibling, O_WRONLY));
	try(host, "read", open(sibling, O_RDONLY));
	try(host, "write the target", open(target, O_WRONLY));
	try(host, "list", open(folder, O_RDONLY | O_DIRECTORY));
	try(host, "change the mode", chmod(sibling, 0777));
}
/* Descriptors of folders would be keys to them. */
static void try_descriptors(const struct plugh_host *host)
{
	struct stat st;
	for (int fd = 0; fd < 1024; fd++)
		if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
			try(host, "a folder is open", 0);
}
static void send_junk(void)
{
	char bytes[64];
	struct stat st;
	memset(bytes, 0xff, sizeof bytes);
	for (int fd = 3; fd < 64; fd++)
		if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode) && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY)
			if (write(fd, bytes, sizeof bytes) < 0)
				continue;
}
/* As the host's own handler would, with registers of its choice. */
static void tell_of_a_crash(unsigned seed)
{
	unsigned char message[2 + 19 * 8] = { 4 };
	int32_t answer;
	struct stat st;
	int to = -1, from = -1;
	srandom(seed);
	for (size_t i = 2; i < sizeof message; i++)
		message[i] = (unsigned char)(random() >> 3);
	for (int fd = 3; fd < 64; fd++)
		if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode))
			*((fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY ? &to : &from) = fd;
	if (write(to, message, sizeof message) < 0 || read(from, &answer, sizeof answer) < 0)
		return;
}
static int greedy_run(const struct plugh_host *host, const struct greedy_args *args)
{
	struct plugh_output *output = NULL;
	char folder[256] = "";
	int r = plugh_output_open(host, args->output, &output);
	if (r < 0)
		return r;
	const char *slash = strrchr(args->output, '/');
	if (slash != NULL)
		memcpy(folder, args->output, (size_t)(slash - args->output));
	if (slash != NULL && !args->half) {
		try_names(host, folder);
		try_descriptors(host);
	}
	plugh_output_print(output, "%s\n", args->say != NULL ? args->say : "done");
	plugh_output_flush(output);
	if (args->junk)
		send_junk();
	if (args->crash > 0)
		for (int i = 0; i < 2; i++)
			tell_of_a_crash((unsigned)args->crash);
	if (args->many)
		for (int i = 0; i < 100000 && plugh_output_write(output, "0123456789", 10) == 0; i++)
			;
	if (args->wait) {
		char byte;
		plugh_write(host, "ready\n", 6);
		host->flush(host->ctx);
		if (read(0, &byte, 1) < 0)
			return 1;
	}
	if (args->half)
		return 3;
	return plugh_output_close(output, 0);
}
PLUGH_PLUGIN(greedy, struct greedy_args, greedy_run, PLUGH_ABOUT("take more than is given"),
	PLUGH_OPT(output, "-o --output", "out", .access = PLUGH_WRITE), PLUGH_OPT(say, "--say", "text"),
	PLUGH_OPT(crash, "--crash", "tell of one, with a seed"), PLUGH_OPT(half, "--half", "fail"), PLUGH_OPT(wait, "--wait", "for a byte"),
	PLUGH_OPT(junk, "--junk", "to the broker"), PLUGH_OPT(many, "--many", "bytes"));
"""


class Broker(PlughTest):
    def setUp(self):
        super().setUp()
        self.build_plugin("greedy", GREEDY)
        self.folder = self.dir / "d"
        self.folder.mkdir()
        (self.folder / "sibling").write_text("mine")

    def names(self):
        return sorted(os.listdir(self.folder))

    def greedy(self, *args, **more):
        return self.plugh("--plugin-path", self.dir / "plugins", "greedy", *args, **more)

    def start_greedy(self, *args, **more):
        return self.start("--plugin-path", self.dir / "plugins", "greedy", *args, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    def test_no_other_name_in_the_folder_can_be_touched(self):
        for existing in (False, True):
            if existing:
                (self.folder / "out").write_text("before")
            result = self.greedy("-o", self.folder / "out")
            self.assertEqual((result.status, result.stderr), (0, ""), result)
            told = result.stdout.splitlines()
            self.assertEqual(len(told), 15, result)
            absent = [] if existing else ["rename over it: No such file or directory",
                                          "write the target: No such file or directory"]
            self.assertEqual([line for line in told if not line.endswith(": refused")], absent, result)
            self.assertEqual(self.names(), ["out", "sibling"])
            self.assertEqual((self.folder / "out").read_text(), "done\n")
            self.assertEqual((self.folder / "sibling").read_text(), "mine")

    def test_without_a_sandbox_the_same_attempts_work(self):
        result = self.greedy("-o", self.folder / "out", env={"PLUGH_SANDBOX": "off"})
        self.assertGreaterEqual(result.stdout.count("WORKED"), 5, result)

    def test_failed_work_leaves_the_old_file(self):
        (self.folder / "out").write_text("before")
        self.assertEqual(self.greedy("-o", self.folder / "out", "--half").status, 3)
        self.assertEqual((self.folder / "out").read_text(), "before")
        self.assertEqual(self.names(), ["out", "sibling"])

    def test_junk_for_the_broker_changes_nothing(self):
        result = self.greedy("-o", self.folder / "out", "--junk", "--say", "x")
        self.assertIn(result.status, (0, 1), result)
        self.assertEqual([name for name in self.names() if name not in ("out", "sibling")], [])
        self.assertEqual((self.folder / "sibling").read_text(), "mine")

    def test_a_crash_that_is_a_lie_is_told_once_and_changes_nothing(self):
        for seed in range(1, 11):
            result = self.greedy("-o", self.folder / "out", "--crash", str(seed))
            self.assertEqual((result.status, self.names()), (0, ["out", "sibling"]), result)
            self.assertEqual((self.folder / "out").read_text(), "done\n")
            self.assertEqual(result.stderr.count("core file"), 1, result)
            self.assertLess(result.stderr.count("\n"), 70, result)
            self.assertNotRegex(result.stderr, "[\x00-\x09\x0b-\x1f\x7f]")
            self.assertEqual([p.name for p in (self.home / ".local/state/plugh").iterdir()], ["crash-greedy.ini"])

    def test_signals_at_a_plugin_that_works_leave_nothing(self):
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGSEGV, signal.SIGHUP):
            process = self.start_greedy("-o", self.folder / "out", "--half", "--wait")
            self.assertEqual(process.stdout.readline(), b"ready\n")
            process.send_signal(number)
            if number not in (signal.SIGKILL, signal.SIGSEGV):
                process.stdin.write(b"x")  # a read does not end by cancelling
                process.stdin.flush()
            process.wait(DEADLINE)
            self.assertEqual(self.names(), ["sibling"], number)

    def test_a_pipe_ends_with_the_plugin(self):
        process = self.start_greedy("-o", self.folder / "out", "--half")
        out, _ = process.communicate(timeout=DEADLINE)
        self.assertEqual(out, b"")

    def test_ctrl_c_for_the_whole_group_is_as_for_the_plugin(self):
        process = self.start_greedy("-o", self.folder / "out", "--half", "--wait", start_new_session=True)
        self.assertEqual(process.stdout.readline(), b"ready\n")
        os.killpg(process.pid, signal.SIGINT)
        process.stdin.write(b"x")
        process.stdin.flush()
        self.assertEqual(process.wait(DEADLINE), -signal.SIGINT)
        self.assertEqual(self.names(), ["sibling"])

    @unittest.skipUnless(os.geteuid() == 0, "needs root, to mount a small disk")
    def test_a_full_disk_leaves_nothing(self):
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", self.folder], check=True)
        self.addCleanup(subprocess.run, ["umount", self.folder], check=True)
        (self.folder / "out").write_text("before")
        result = self.greedy("-o", self.folder / "out", "--many")
        self.assertEqual(result.status, 1, result)
        self.assertEqual(result.stderr, f"plugh greedy: error: cannot write '{self.folder}/out': No space left on device\n")
        self.assertEqual(self.names(), ["out"])
        self.assertEqual((self.folder / "out").read_text(), "before")

    def test_a_folder_that_is_gone_is_told_at_once(self):
        result = self.greedy("-o", self.dir / "none/out")
        self.expect(result, 1, "", f"plugh greedy: error: cannot write '{self.dir}/none/out': No such file or directory\n")

    def adopt(self):
        """Whatever plugh leaves behind becomes a child of this process."""
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self.addCleanup(ctypes.CDLL(None).prctl, PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)

    def test_no_process_is_left_behind(self):
        self.adopt()
        for words in (("-o", self.folder / "out"), ("-o", self.folder / "out", "--half"), ("-o", "/dev/stdout")):
            for _ in range(10):
                self.greedy(*words)
                with self.assertRaises(ChildProcessError):
                    os.waitpid(-1, os.WNOHANG | WALL)

    def test_killed_at_any_moment_the_file_is_whole_or_not_there(self):
        self.adopt()
        generator = random.Random(11)
        ends = set()
        for existing in (False, True):
            for _ in range(60):
                if existing:
                    (self.folder / "out").write_text("before")
                process = self.start_greedy("-o", self.folder / "out")
                end = time.monotonic() + generator.uniform(0, 0.006)
                while time.monotonic() < end:
                    pass
                process.kill()
                process.wait(DEADLINE)
                process.communicate()
                # The broker ends by itself: it was adopted.
                with contextlib.suppress(ChildProcessError):
                    while True:
                        os.waitpid(-1, WALL)
                self.assertLessEqual(set(self.names()), {"out", "sibling"})
                self.assertEqual((self.folder / "sibling").read_text(), "mine")
                text = (self.folder / "out").read_text() if (self.folder / "out").exists() else None
                self.assertIn(text, ("before", "done\n") if existing else (None, "done\n"))
                ends.add(text)
                (self.folder / "out").unlink(missing_ok=True)
        self.assertGreaterEqual(len(ends), 2, ends)

    def wait_until_ready(self, process):
        """It has opened its output, and is about to commit it once it gets a byte."""
        while (line := process.stdout.readline()) not in (b"ready\n", b""):
            pass
        self.assertEqual(line, b"ready\n")

    def test_a_folder_that_is_removed_meanwhile(self):
        (self.folder / "sub").mkdir()
        process = self.start_greedy("-o", self.folder / "sub/out", "--wait")
        self.wait_until_ready(process)
        (self.folder / "sub").rmdir()
        _, err = process.communicate(b"x", timeout=DEADLINE)
        self.assertEqual((process.returncode, err.decode()),
                         (1, f"plugh greedy: error: cannot write '{self.folder}/sub/out': No such file or directory\n"))
        self.assertEqual(self.names(), ["sibling"])

    @unittest.skipUnless(os.geteuid() == 0, "only root can be another user")
    def test_a_folder_that_becomes_read_only_meanwhile(self):
        for folder in (self.dir, self.home):
            folder.chmod(0o755)
        for existing in (False, True):
            self.folder.chmod(0o777)
            if existing:
                (self.folder / "out").write_text("before")
                os.chown(self.folder / "out", 65534, 65534)
            process = self.start_greedy("-o", self.folder / "out", "--wait", user=65534, group=65534, extra_groups=[])
            self.wait_until_ready(process)
            self.folder.chmod(0o555)
            _, err = process.communicate(b"x", timeout=DEADLINE)
            self.assertEqual((process.returncode, err.decode()),
                             (1, f"plugh greedy: error: cannot write '{self.folder}/out': Permission denied\n"))
            self.assertEqual(self.names(), ["out", "sibling"] if existing else ["sibling"])
        self.assertEqual((self.folder / "out").read_text(), "before")

    @unittest.skipIf("address" in SANITIZE, "the leak check needs a process of its own")
    def test_without_another_process_an_output_is_refused_and_other_work_is_done(self):
        def no_more():
            resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))

        if os.geteuid() == 0:
            for folder in (self.dir, self.home):
                folder.chmod(0o755)
            self.folder.chmod(0o777)
        as_user = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        result = self.greedy("-o", "/dev/stdout", preexec_fn=no_more, **as_user)
        self.assertEqual((result.status, result.stderr), (0, ""), result)
        self.assertIn("done\n", result.stdout)
        result = self.greedy("-o", self.folder / "out", preexec_fn=no_more, **as_user)
        self.assertEqual((result.status, self.names()), (1, ["sibling"]), result)
        self.assertEqual(result.stderr.count("\n"), 1, result)

    def test_few_descriptors(self):
        def few():
            resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24))

        result = self.greedy("-o", self.folder / "out", preexec_fn=few)
        self.assertEqual(result.status, 0, result)
        self.assertEqual((self.folder / "out").read_text(), "done\n")


if __name__ == "__main__":
    main()
