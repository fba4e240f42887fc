"""timeout beyond GNU's: a status of one's own choice, trees, reports, limits, and how it lives with plugh.

SPDX-License-Identifier: MIT
"""

import json
import os
import signal
import subprocess
import time

from commands import FOREVER, LONG, TIME_IS_UP, is_alive, on_time, perl, sh
from plughtest import DEADLINE, PLUGH, SANITIZE, PlughTest, main

NOBODY = 65534


class Beyond(PlughTest):
    def timeout(self, *words, **more):
        return self.plugh("timeout", *words, **more)

    def test_retval(self):
        for n in ("0", "3", "255"):
            self.expect(self.timeout("--retval", n, "60", *on_time()), int(n))
        self.expect(self.timeout("--retval", "3", "60", *sh("exit 5")), 5)
        self.expect(self.timeout("--retval", "3", "-k", ".05", "60", *on_time("$SIG{TERM} = 'IGNORE'; ")), -signal.SIGKILL)
        for n in ("256", "-1"):
            result = self.timeout("--retval", n, "60", "true")
            self.expect(result, 125, "", f"plugh timeout: error: argument --retval: invalid exit status: '{n}' (from 0 to 255)\n")
        for words in (["--retval", "x", "60", "true"], ["-p", "--retval", "1", "60", "true"]):
            result = self.timeout(*words)
            self.assertEqual((result.status, result.stdout), (125, ""))
            self.assertRegex(result.stderr, r"plugh timeout: error: argument --retval: .*\n\Z")

    def test_short_names_of_later_versions(self):
        self.expect(self.timeout("-p", "60", *on_time()), 128 + signal.SIGTERM)
        self.expect(self.timeout("-f", "60", *perl("print getpgrp() == getppid() ? 1 : 0")), 0, "0")

    def test_defaults_of_ini_and_environment(self):
        self.expect(self.timeout("60", *on_time(), env={"PLUGH_TIMEOUT_RETVAL": "9"}), 9)
        self.user_ini("[plugin:timeout]\nsignal = INT\npreserve-status = on\n")
        self.expect(self.timeout("60", *on_time()), 128 + signal.SIGINT)

    def test_commands_of_plugh(self):
        self.expect(self.timeout("60", PLUGH, "extract", "--prefix", "<", "--suffix", ">", stdin="a<b>c"), 0, "b\n")
        self.expect(self.timeout("60", PLUGH, "extract", "--prefix", "x", stdin="a"), 1, "", "plugh extract: error: prefix 'x' not found in '-'\n")
        self.expect(self.timeout("60", PLUGH, "timeout", ".05", "sleep", LONG), 124)
        self.expect(self.timeout(".05", PLUGH, "timeout", "60", "sleep", LONG), 124)

    def test_the_host_s_own_options(self):
        result = self.plugh("--time", "timeout", "60", *perl("kill 15 => $$; sleep 9"))
        self.assertEqual(result.status, -signal.SIGTERM)
        self.assertRegex(result.stderr, r"\Aplugh ran in 0 mins, \d+\.\d{3} secs\n\Z")
        self.expect(self.timeout("--version"), 0, "timeout 0.1.0\n")
        self.expect(self.timeout("60", "echo", "--time", "--trace"), 0, "--time --trace\n")

    def test_a_command_is_completed_behind_the_duration(self):
        for words, at in ((["plugh", "timeout", "5", ""], 3), (["plugh", "timeout", "-k", "1", "5", "ec"], 5), (["plugh", "timeout", "5", "tar", "x"], 3)):
            result = self.plugh("complete", "bash", str(len(words) - 1), *words)
            self.assertEqual(result.status, 0, result)
            self.assertIn(f"command {at}\n", result.stdout)


class Tree(PlughTest):
    # Prints its number, in a session of its own and an orphan; then stays.
    RUNAWAY = "perl -MPOSIX -e 'exit if fork; POSIX::setsid(); exit if fork; $| = 1; {} print qq($$\\n); close STDOUT; close STDERR; select undef, undef, undef, .01 while 1'"

    def start_tree(self, *words, runaway="", end=TIME_IS_UP + FOREVER):
        """A command that starts two runaways, reads their numbers, then does `end`. Returns its result and the numbers."""
        one = self.RUNAWAY.replace("{}", runaway)
        self.write("runaway", f"#!/bin/sh\n{one}\n").chmod(0o755)
        code = ("$| = 1; for (1, 2) { open my $f, '-|', './runaway'; my $n = <$f>; print $n; push @keep, $f } " + end)
        result = self.plugh("timeout", *words, "60", *perl(code))
        return result, [int(line) for line in result.stdout.split()]

    def end(self, pids):
        for pid in pids:
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)

    def test_what_left_the_group_is_ended_too(self):
        for words, status in ((["--tree"], 124), (["--tree", "--retval", "7"], 7), (["--tree", "-f"], 124), (["--tree", "-s", "KILL"], -9),
                              (["--tree", "-f", "-s", "KILL"], 137), (["--tree", "-k", "60"], 124), (["--tree", "-p"], 143)):
            with self.subTest(words=words):
                result, pids = self.start_tree(*words)
                self.addCleanup(self.end, pids)
                self.assertEqual((result.status, len(pids), result.stderr), (status, 2, ""))
                self.assertEqual([pid for pid in pids if is_alive(pid)], [])

    def test_without_it_they_go_on(self):
        result, pids = self.start_tree()
        self.addCleanup(self.end, pids)
        self.assertEqual((result.status, [is_alive(pid) for pid in pids]), (124, [True, True]))

    def test_a_command_that_ends_in_time_leaves_what_it_started(self):
        result, pids = self.start_tree("--tree", end="exit 3")
        self.addCleanup(self.end, pids)
        self.assertEqual((result.status, [is_alive(pid) for pid in pids]), (3, [True, True]))

    def test_each_gets_the_signal_and_the_grace(self):
        note = str(self.dir / "note")
        runaway = f"$SIG{{USR1}} = sub {{ open my $f, q(>>), q({note}); syswrite $f, q(x); exit }};"
        result, pids = self.start_tree("--tree", "-v", "-s", "USR1", "-k", "60", runaway=runaway)
        self.addCleanup(self.end, pids)
        self.assertEqual((result.status, result.stderr), (124, "plugh timeout: sending signal USR1 to command ‘perl’\n"))
        self.assertEqual((self.dir / "note").read_text(), "xx")

    def test_what_ignores_the_signal_is_killed(self):
        for words in (["--tree"], ["--tree", "-k", ".1"]):
            result, pids = self.start_tree(*words, runaway="$SIG{TERM} = q(IGNORE);")
            self.addCleanup(self.end, pids)
            self.assertEqual((result.status, [is_alive(pid) for pid in pids]), (124, [False, False]))

    def test_a_report_tells_of_a_tree(self):
        result, pids = self.start_tree("--tree", "-s", "KILL", "--report", "r")
        self.addCleanup(self.end, pids)
        self.assertEqual(result.status, -signal.SIGKILL)
        report = json.loads((self.dir / "r").read_text())
        self.assertEqual((report["signal"], report["timed_out"]), (9, True))


class Report(PlughTest):
    KEYS = ["command", "status", "signal", "timed_out", "wall_seconds", "cpu_seconds", "max_rss_bytes", "limiter"]

    def report(self, *words, status=0, stdout="", stderr="", **more):
        self.expect(self.plugh("timeout", "--report", "r.json", *words, **more), status, stdout, stderr)
        text = (self.dir / "r.json").read_text()
        self.assertTrue(text.endswith("}\n"))
        report = json.loads(text)
        self.assertEqual(list(report), self.KEYS)
        return report

    def test_what_came_of_a_command(self):
        words = sh("exit 3")
        report = self.report("60", *words, status=3)
        self.assertEqual({key: report[key] for key in ("command", "status", "signal", "timed_out", "limiter")},
                         {"command": words, "status": 3, "signal": None, "timed_out": False, "limiter": None})
        self.assertGreater(report["max_rss_bytes"], 100_000)
        self.assertGreater(report["wall_seconds"], 0)

    def test_a_command_that_timed_out(self):
        report = self.report("0.05", "sleep", LONG, status=124)
        self.assertEqual((report["status"], report["signal"], report["timed_out"]), (None, 15, True))
        self.assertGreaterEqual(report["wall_seconds"], 0.05)
        self.assertLess(report["wall_seconds"], DEADLINE)

    def test_a_command_that_ends_by_itself_when_it_is_told(self):
        report = self.report("60", *on_time("$SIG{TERM} = sub { exit 9 }; "), status=124)
        self.assertEqual((report["status"], report["signal"], report["timed_out"]), (9, None, True))

    def test_a_command_that_is_killed(self):
        """timeout is in the group that SIGKILL goes to, and yet nothing is lost; then it ends by it."""
        code = ("pipe my $r, my $w; if (!fork) { close STDOUT; close STDERR; open my $f, '>', 'pid'; print $f $$; close $f; syswrite $w, 'x'; " + FOREVER
                + "} sysread $r, my $b, 1; $SIG{TERM} = 'IGNORE'; ")
        for more in ({}, {"start_new_session": True}):
            for options, status in ((["-s", "KILL"], -9), (["-k", ".05"], -9), (["-s", "KILL", "-f"], 137)):
                with self.subTest(options=options, more=more):
                    report = self.report(*options, "60", *on_time(code), status=status, **more)
                    self.assertEqual((report["status"], report["signal"], report["timed_out"]), (None, 9, True))
                    pid = int((self.dir / "pid").read_text())
                    if "-f" in options:
                        os.kill(pid, signal.SIGKILL)
                        continue
                    # The rest of the group is, too. It is somebody else's to reap.
                    end = time.monotonic() + DEADLINE
                    while is_alive(pid) and time.monotonic() < end:
                        pass
                    self.assertFalse(is_alive(pid))

    def test_a_command_that_a_signal_ended(self):
        report = self.report("60", *perl("kill 15 => $$; sleep 9"), status=-signal.SIGTERM)
        self.assertEqual((report["status"], report["signal"], report["timed_out"]), (None, 15, False))

    def test_cpu_time_and_memory_are_measured(self):
        report = self.report("60", *perl("$x = 'x' x 50_000_000; 1 while (times)[0] < .2"))
        self.assertGreaterEqual(report["cpu_seconds"], 0.2)
        self.assertGreaterEqual(report["max_rss_bytes"], 50_000_000)

    def test_words_that_are_no_text(self):
        report = self.report("60", "printf", "%s", b"\xff", status=0, stdout="\udcff")
        self.assertEqual(report["command"], ["printf", "%s", {"base64": "/w=="}])

    def test_to_standard_output(self):
        result = self.plugh("timeout", "--report", "-", "60", *sh("exit 2"))
        self.assertEqual((result.status, result.stderr), (2, ""))
        self.assertEqual(json.loads(result.stdout)["status"], 2)

    def test_it_is_whole_or_not_there(self):
        self.write("r.json", "before")
        self.expect(self.plugh("timeout", "--report", "r.json", "60", "no-such-command"), 127, "",
                    "plugh timeout: failed to run command ‘no-such-command’: No such file or directory\n")
        self.assertEqual((self.dir / "r.json").read_text(), "before")
        process = self.start("timeout", "--report", "r.json", "60", *perl("$| = 1; print qq(ready\\n); <STDIN>"), stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE)
        self.assertEqual(process.stdout.readline(), b"ready\n")
        process.send_signal(signal.SIGKILL)
        process.wait(DEADLINE)
        self.assertEqual((self.dir / "r.json").read_text(), "before")
        self.assertEqual(sorted(os.listdir(self.dir)), ["home", "r.json"])

    def test_a_signal_that_timeout_gets_does_not_lose_it(self):
        process = self.start("timeout", "--report", "r.json", "60", *perl("$| = 1; print qq(ready\\n); " + FOREVER), stdout=subprocess.PIPE)
        self.assertEqual(process.stdout.readline(), b"ready\n")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(DEADLINE), -signal.SIGTERM)
        report = json.loads((self.dir / "r.json").read_text())
        self.assertEqual((report["signal"], report["timed_out"]), (15, False))

    def test_one_that_cannot_be_written(self):
        """Where that is known before, the command is not started."""
        self.expect(self.plugh("timeout", "--report", "no/such/folder", "60", "touch", "ran"), 125, "",
                    "plugh timeout: error: cannot write 'no/such/folder': No such file or directory\n")
        self.assertFalse((self.dir / "ran").exists())
        self.expect(self.plugh("timeout", "--report", "/dev/full", "60", "touch", "ran"), 125, "",
                    "plugh timeout: error: cannot write '/dev/full': No space left on device\n")
        self.assertTrue((self.dir / "ran").exists())


class Limits(PlughTest):
    """Real programs that run away; with this user's rights, and with those of one who may make no cgroup."""

    # The kernel's own books of CPU time are kept by samples, so a second may be read as a little less.
    def report(self, *words, user=None, **more):
        more = {**({"user": user, "group": user, "extra_groups": [], "cwd": "/"} if user is not None else {}), **more}
        result = self.plugh("timeout", "--report", "/dev/stderr", *words, **more)
        self.stderr = result.stderr
        return result.status, json.loads(result.stderr[result.stderr.index("{"):])

    def users(self):
        return (None, NOBODY) if os.getuid() == 0 else (None,)

    def test_cpu_time_that_is_used_up_is_a_timeout(self):
        for user in self.users():
            with self.subTest(user=user):
                status, report = self.report("--cpu", "1s", "0", *perl("1 while 1"), user=user)
                self.assertEqual((status, report["timed_out"], report["status"]), (124, True, None))
                self.assertIn((report["limiter"], report["signal"]), (("cgroup", signal.SIGTERM), ("rlimit", signal.SIGXCPU)))
                self.assertTrue(0.5 <= report["cpu_seconds"] < 10, report)
                if user is not None:
                    self.assertEqual(report["limiter"], "rlimit")

    def test_a_program_that_ignores_it_is_killed(self):
        for user in self.users():
            with self.subTest(user=user):
                status, report = self.report("--cpu", "1s", "-k", ".1", "0", *perl("$SIG{$_} = 'IGNORE' for qw(XCPU TERM); 1 while 1"), user=user)
                self.assertEqual((report["signal"], report["timed_out"]), (9, True))
                self.assertEqual(status, -9 if report["limiter"] == "cgroup" else 137)

    def test_cpu_time_that_is_left_is_none_of_its_business(self):
        for user in self.users():
            status, report = self.report("--cpu", "60s", "60", *sh("exit 3"), user=user)
            self.assertEqual((status, report["status"], report["timed_out"]), (3, 3, False))
            self.assertIn(report["limiter"], ("cgroup", "rlimit"))

    def test_in_a_cgroup_all_of_them_use_it_up_together(self):
        status, report = self.report("--cpu", "0.6", "0", *perl("fork; fork; 1 while 1"))
        if report["limiter"] == "rlimit":  # each by itself, whole seconds; the others end by themselves
            self.assertEqual(status, 124)
        else:
            self.assertEqual((status, report["signal"]), (124, 15))
            self.assertTrue(0.6 <= report["cpu_seconds"] < 10, report)

    def test_memory_that_is_used_up(self):
        code = "my @x; push @x, 'x' x 10_000_000 for 1 .. 200; print qq(had it all\\n)"
        for user in self.users():
            with self.subTest(user=user):
                status, report = self.report("--memory", "200M", "0", *perl(code), user=user)
                self.assertNotEqual(status, 0)
                self.assertFalse(report["timed_out"])
                self.assertLess(report["max_rss_bytes"], 220 << 20)
                self.assertEqual(report["signal"] == 9, report["limiter"] == "cgroup", report)

    def test_memory_that_is_left(self):
        for user in self.users():
            status, report = self.report("--memory", "1G", "0", *perl("my $x = 'x' x 10_000_000; exit 4"), user=user)
            self.assertEqual((status, report["limiter"] in ("cgroup", "rlimit")), (4, True))

    def test_rlimits_that_a_command_sees(self):
        code = "(ulimit -St; ulimit -Ht; ulimit -v) | tr '\\n' ' ' >&2"
        words = ["--cpu", "2500ms", "--memory", "300M", "0", *sh(code)]
        for user in self.users():
            status, report = self.report(*words, user=user)
            self.assertEqual(status, 0)
            if report["limiter"] == "rlimit":
                self.assertTrue(self.stderr.startswith("3 4 307200 {"), self.stderr)

    def test_a_limit_that_is_no_limit(self):
        for words in (["--cpu", "0"], ["--memory", "0"]):
            status, report = self.report(*words, "60", "true")
            self.assertEqual((status, report["limiter"]), (0, None))

    def test_no_cgroup_is_left(self):
        before = self.cgroups()
        for _ in range(3):
            self.report("--cpu", "60", "--tree", "60", "true")
        self.assertEqual(self.cgroups() - before, set())

    def cgroups(self):
        done = subprocess.run(["find", "/sys/fs/cgroup", "-name", "plugh-*", "-type", "d"], capture_output=True, text=True, timeout=DEADLINE)
        # Of other tests that run at the same time, too: theirs have their own numbers.
        return {line for line in done.stdout.splitlines() if not os.path.exists(f"/proc/{line.rsplit('-', 2)[1]}")}

    def test_words_that_are_no_limits(self):
        for option, word, text in (("--cpu", "x", "invalid duration value: 'x' (such as 1.5s, 200ms or 1m30s)"),
                                   ("--memory", "1Q", "invalid size value: '1Q' (a number with K, M, G or T)")):
            result = self.plugh("timeout", option, word, "60", "true")
            self.assertEqual((result.status, result.stdout), (125, ""))
            self.assertTrue(result.stderr.endswith(f"plugh timeout: error: argument {option}: {text}\n"), result)


class Memory(PlughTest):
    def test_it_takes_little_memory(self):
        """In pages that are its own or shared; a sanitizer's shadow is none of ours."""
        if SANITIZE:
            return
        code = "open my $f, '<', '/proc/' . getppid . '/status'; print grep /VmHWM/, <$f>"
        result = self.plugh("timeout", "60", *perl(code))
        self.assertLess(int(result.stdout.split()[1]), 4096)


if __name__ == "__main__":
    main()
