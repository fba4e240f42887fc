"""run, end to end: records, JSON, limits, statuses, signals. Windows are in test_run_console.py, and the cutting
of records has its own oracle test.

SPDX-License-Identifier: MIT
"""

import base64
import json
import os
import pty
import random
import signal
import subprocess

from plughtest import DEADLINE, PLUGH, PlughTest, main


class RunTest(PlughTest):
    def run_(self, *args, **more):
        return self.plugh("run", *args, **more)

    def sh(self, script, *options, **more):
        return self.run_(*options, "sh", "-c", script, **more)

    def expect_error(self, result, status, text, stdout=""):
        self.assertEqual((result.status, result.stdout), (status, stdout), result)
        self.assertEqual(result.stderr.splitlines()[-1], f"plugh run: error: {text}", result)


class Records(RunTest):
    def test_lines_without_empty_ones(self):
        for options in ([], ["--lines"]):
            self.expect(self.run_(*options, "printf", r"\n\none\n\n two \r\n\nthree"), 0, "one\n two \r\nthree\n")
        self.expect(self.run_("true"), 0)
        self.expect(self.run_("printf", r"\n\n\n"), 0)

    def test_empty_ones_are_kept_on_demand(self):
        self.expect(self.run_("--keep-empty", "printf", r"\na\n\nb"), 0, "\na\n\nb\n")
        self.expect(self.run_("--keep-empty", "--split", ",", "printf", ",a,,b,"), 0, "\na\n\nb\n\n")
        self.expect(self.run_("--keep-empty", "--words", "printf", "  a  b "), 0, "a\nb\n")

    def test_words(self):
        self.expect(self.run_("--words", "printf", r" one\ttwo\n\nthree\v\f four "), 0, "one\ntwo\nthree\nfour\n")

    def test_nul(self):
        self.expect(self.run_("-z", "printf", r"a b\0\0c"), 0, "a b\nc\n")
        self.expect(self.run_("--null", "--print0", "printf", r"a\nb\0c\0"), 0, "a\nb\0c\0")
        self.expect(self.run_("--print0", "printf", r"a\n\nb"), 0, "a\0b\0")

    def test_a_separator(self):
        self.expect(self.run_("--split", ":", "printf", "a::b:c"), 0, "a\nb\nc\n")
        self.expect(self.run_("--split", " -- ", "printf", "a -- b --c -- -- d"), 0, "a\nb --c\n-- d\n")
        self.expect(self.run_("--split", "aa", "printf", "1aaa2aaaa3"), 0, "1\na2\n3\n")
        self.expect(self.run_("--split", "é", "printf", "1é2"), 0, "1\n2\n")

    def test_input_is_passed_through(self):
        self.expect(self.run_("sort", stdin="b\n\na\n"), 0, "a\nb\n")

    def test_options_end_at_the_command(self):
        self.expect(self.run_("echo", "--json", "-z", "--", "--stderr"), 0, "--json -z -- --stderr\n")
        self.expect(self.run_("--words", "--", "echo", "--", "x"), 0, "--\nx\n")

    def test_words_arrive_as_they_are(self):
        words = ["a b", "", "'", '"', "new\nline", "$HOME", "*", "\\", b"\xff"]
        result = self.run_("-z", "--keep-empty", "--print0", "printf", r"%s\0", *words)
        self.assertEqual(result.bytes, b"".join(os.fsencode(word) + b"\0" for word in words))

    def test_much_output_against_python(self):
        rng = random.Random(1)
        data = b"".join(rng.choice([b"y\n", b"y\n", b"\n", b"a longer line of text\n", bytes([rng.randrange(256)]) * 50])
                        for _ in range(300000)) + b"x" * 300000
        file = self.write("data", data)
        for options, found in ([], data.split(b"\n")), (["--words"], data.split()), (["-z"], data.split(b"\0")), \
                (["--split", "text\n"], data.split(b"text\n")):
            result = self.run_(*options, "cat", file)
            self.assertEqual((result.status, result.stderr), (0, ""))
            self.assertTrue(result.bytes == b"".join(one + b"\n" for one in found if one), options)

    def test_a_line_is_there_when_it_is_written(self):
        process = self.start("run", "sh", "-c", "echo; echo one; read word; echo $word", stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE)
        self.assertEqual(process.stdout.readline(), b"one\n")
        process.stdin.write(b"two\n")
        process.stdin.flush()
        self.assertEqual(process.stdout.readline(), b"two\n")
        self.assertEqual(process.wait(DEADLINE), 0)

    def test_defaults_come_from_the_environment(self):
        self.expect(self.run_("echo", "a b", env={"PLUGH_RUN_WORDS": "on"}), 0, "a\nb\n")


class Json(RunTest):
    def document(self, result, status=0):
        self.assertEqual(result.status, status, result)
        self.assertEqual(result.stdout.count("\n"), 1)
        told = json.loads(result.stdout)
        self.assertEqual(list(told), ["command", "status", "signal", "seconds", "lines", "stderr"])
        self.assertGreaterEqual(told.pop("seconds"), 0)
        return told

    def test_what_is_told(self):
        told = self.document(self.run_("--json", "printf", r"a\n\n\tb\n"))
        self.assertEqual(told, {"command": ["printf", r"a\n\n\tb\n"], "status": 0, "signal": None, "lines": ["a", "\tb"],
                                "stderr": None})
        self.assertEqual(self.document(self.plugh("--json", "run", "true"))["lines"], [])

    def test_bytes_that_are_not_utf_8(self):
        told = self.document(self.run_("--json", "--split", ",", "--stderr", "capture", "sh", "-c",
                                       r"printf 'é,\377,,a\nb'; printf '\300\200' >&2", b"\xfe"))
        self.assertEqual(told["lines"], ["é", {"base64": base64.b64encode(b"\xff").decode()}, "a\nb"])
        self.assertEqual(told["stderr"], {"base64": base64.b64encode(b"\xc0\x80").decode()})
        self.assertEqual(told["command"][-1], {"base64": base64.b64encode(b"\xfe").decode()})

    def test_standard_error(self):
        script = "echo out; echo err >&2"
        result = self.sh(script, "--json")
        self.assertEqual((self.document(result)["stderr"], result.stderr), (None, "err\n"))
        result = self.sh(script, "--json", "--stderr", "capture")
        self.assertEqual((self.document(result)["stderr"], result.stderr), ("err\n", ""))
        result = self.sh(script, "--json", "--stderr", "merge")
        self.assertEqual((self.document(result)["lines"], result.stderr), (["out", "err"], ""))
        self.assertEqual(self.document(self.run_("--json", "--stderr", "capture", "true"))["stderr"], "")

    def test_a_command_that_fails(self):
        result = self.sh("echo a; exit 3", "--json")
        told = self.document(result, 1)
        self.assertEqual((told["status"], told["signal"], told["lines"]), (3, None, ["a"]))
        self.assertEqual(result.stderr, "plugh run: error: command 'sh -c 'echo a; exit 3'' exited with status 3\n")
        told = self.document(self.sh("kill -TERM $$", "--json"), 1)
        self.assertEqual((told["status"], told["signal"]), (None, signal.SIGTERM))

    def test_limits(self):
        told = self.document(self.sh("echo a; exec sleep 1000", "--json", "--timeout", "0.2"), 124)
        self.assertEqual((told["status"], told["signal"]), (None, signal.SIGTERM))
        self.assertIn(told["lines"], (["a"], []))  # [] on a machine that is slow
        told = self.document(self.run_("--json", "--max-output", "5", "yes"), 1)
        self.assertEqual(told["lines"], ["y", "y", "y"])
        self.document(self.sh("exec yes >&2", "--json", "--stderr", "capture", "--max-output", "5"), 1)


class Ends(RunTest):
    def test_it_fails(self):
        result = self.run_("ls", "/nosuch file")
        self.assertEqual((result.status, result.stdout), (1, ""))
        self.assertEqual(result.stderr.splitlines()[-1],
                         "plugh run: error: command 'ls '/nosuch file'' exited with status 2")
        self.assertIn("No such file", result.stderr)
        self.expect(self.sh("echo a; exit 9"), 1, "a\n", "plugh run: error: command 'sh -c 'echo a; exit 9'' exited with status 9\n")

    def test_the_tail_of_what_was_captured(self):
        self.expect(self.sh("echo out; echo err >&2", "--stderr", "capture"), 0, "out\n")
        result = self.sh("seq 100000 >&2; printf end >&2; exit 4", "--stderr", "capture")
        self.expect(result, 1, "", "plugh run: error: command 'sh -c 'seq 100000 >&2; printf end >&2; exit 4'' exited with status 4\n"
                    + "".join(f"{i}\n" for i in range(99992, 100001)) + "end\n")

    def test_merged_streams_keep_their_order(self):
        script = "i=0; while [ $i -lt 500 ]; do echo out $i; echo err $i >&2; i=$((i+1)); done"
        self.expect(self.sh(script, "--stderr", "merge"), 0, "".join(f"out {i}\nerr {i}\n" for i in range(500)))

    def test_a_signal_ends_it(self):
        self.expect_error(self.sh("kill -KILL $$"), 1, "command 'sh -c 'kill -KILL $$'' was ended by signal 9 (SIGKILL)")

    def test_it_cannot_be_run(self):
        self.expect(self.run_("nosuch"), 127, "", "plugh run: error: cannot run 'nosuch': not found in PATH\n")
        self.expect(self.run_("./nosuch"), 127, "", "plugh run: error: cannot run './nosuch': No such file or directory\n")
        self.write("file", "text").chmod(0o644)
        self.expect(self.run_("./file"), 126, "", "plugh run: error: cannot run './file': Permission denied\n")
        self.expect(self.run_("/"), 126, "", "plugh run: error: cannot run '/': Permission denied\n")
        self.expect(self.run_("--json", "nosuch"), 127, "", "plugh run: error: cannot run 'nosuch': not found in PATH\n")

    def test_time_is_up(self):
        result = self.sh("echo first; exec sleep 1000", "--timeout", "0.4")
        self.assertEqual((result.status, result.stderr), (124, "plugh run: error: command "
                                                          "'sh -c 'echo first; exec sleep 1000'' timed out after 0.4 seconds\n"))
        self.assertIn(result.stdout, ("first\n", ""))  # "" on a machine that is slow
        self.expect(self.run_("--timeout", "0", "echo", "a"), 0, "a\n")
        self.expect(self.run_("--timeout", "1d", "echo", "a"), 0, "a\n")

    def test_what_has_left_the_session_is_ended_too(self):
        script = "setsid sh -c 'echo $$ >pid; exec sleep 1000' & while [ ! -s pid ]; do :; done; exec yes"
        self.assertEqual(self.sh(script, "--max-output", "10").status, 1)
        self.assertRaises(ProcessLookupError, os.kill, int((self.dir / "pid").read_text()), 0)

    def test_too_much_output(self):
        self.expect(self.run_("--max-output", "7", "yes"), 1, "y\ny\ny\ny\n",
                    "plugh run: error: command 'yes' wrote more than 7: --max-output sets the limit\n")
        self.expect(self.run_("--max-output", "4", "printf", "abcd"), 0, "abcd\n")
        result = self.run_("--max-output", "1M", "yes")
        self.assertEqual((result.status, len(result.stdout)), (1, 1 << 20))

    def test_usage(self):
        for args, text in (
                (["--words", "-z", "x"], "argument -z/--null: not allowed with argument --words"),
                (["--lines", "--split", ",", "x"], "argument --split: not allowed with argument --lines"),
                (["--json", "--print0", "x"], "argument --print0: not allowed with argument --json"),
                (["--split", "", "x"], "argument --split: expected at least one character"),
                (["--timeout", "soon", "x"], None),
                (["--stderr", "away", "x"], "argument --stderr: invalid choice: 'away' (choose from 'pass', 'merge', 'capture')"),
                (["--wait", "x"], "argument --wait: needs --new-console"),
                (["--hold", "x"], "argument --hold: needs --new-console"),
                (["--title", "t", "x"], "argument -T/--title: needs --new-console"),
                (["--new-console", "--json", "x"], "argument --json: not allowed with argument --new-console"),
                (["--new-console", "--timeout", "1", "x"], "argument --timeout: not allowed with argument --new-console"),
                ([], "the following arguments are required: COMMAND, ARG")):
            with self.subTest(args=args):
                result = self.run_(*args)
                self.assertEqual((result.status, result.stdout), (2, ""))
                if text:
                    self.assertEqual(result.stderr.splitlines()[-1], f"plugh run: error: {text}")

    def test_standard_output_is_full(self):
        with open("/dev/full", "wb") as full:
            process = self.start("run", "yes", stdout=full, stderr=subprocess.PIPE)
            _, err = process.communicate(timeout=DEADLINE)
        self.assertEqual((process.returncode, err),
                         (1, b"plugh run: error: cannot write standard output: No space left on device\n"))

    def test_a_reader_that_leaves(self):
        process = self.start("run", "yes", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(process.stdout.readline(), b"y\n")
        process.stdout.close()
        self.assertEqual((process.wait(DEADLINE), process.stderr.read()), (-signal.SIGPIPE, b""))

    def test_descriptors(self):
        """The command has the standard ones and what this process inherited."""
        with open("/dev/null", "rb") as extra:
            result = self.run_("ls", "/proc/self/fd", pass_fds=[extra.fileno()])
            fds = set(map(int, result.stdout.split()))
            # The listing has a descriptor itself.
            self.assertEqual(len(fds - {0, 1, 2, extra.fileno()}), 1, result)
            self.assertIn(extra.fileno(), fds)


class Signals(RunTest):
    def begin(self, script, *options, **more):
        process = self.start("run", *options, "sh", "-c", script, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, **more)
        self.assertEqual(process.stdout.readline(), b"ready\n")
        return process

    def test_what_it_gets_is_passed_on(self):
        for number, name in ((signal.SIGTERM, "TERM"), (signal.SIGHUP, "HUP"), (signal.SIGINT, "INT")):
            process = self.begin(f"trap 'echo got {name}; exit 5' {name}; echo ready; while :; do read line; done")
            process.stdin.close()
            process.send_signal(number)
            self.assertEqual(process.stdout.read(), f"got {name}\n".encode())
            self.assertEqual((process.wait(DEADLINE), process.stderr.read()), (-number, b""))

    def test_a_document_is_printed_all_the_same(self):
        reader, writer = os.pipe()
        process = self.start("run", "--json", "sh", "-c", f"echo a; echo ready >&{writer}; exec cat", stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, pass_fds=[writer])
        os.close(writer)
        with os.fdopen(reader) as ready:
            ready.readline()
        process.send_signal(signal.SIGTERM)
        told = json.loads(process.stdout.read())
        self.assertEqual((told["lines"], told["signal"], process.wait(DEADLINE)), (["a"], signal.SIGTERM, -signal.SIGTERM))

    def test_a_second_one_ends_at_once(self):
        process = self.begin("trap 'echo got' TERM; trap '' HUP; echo ready; while :; do read line; done")
        process.stdin.close()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.stdout.readline(), b"got\n")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(DEADLINE), -signal.SIGTERM)
        process.stdout.read()  # its end: the command is gone too

    def test_what_is_ignored_stays_so(self):
        def ignore():
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

        process = self.begin("kill -HUP $$; echo ready; read line; echo $line", preexec_fn=ignore)
        process.send_signal(signal.SIGHUP)
        out, _ = process.communicate(b"end\n", timeout=DEADLINE)
        self.assertEqual((process.returncode, out), (0, b"end\n"))

    def terminal(self, *command, said=b"", ready=b"ready"):
        """Run on a terminal of its own, press Ctrl-C when it is ready; returns the wait status and what was shown."""
        pid, fd = pty.fork()
        if pid == 0:
            os.execve(PLUGH, [PLUGH, "run", *command], self.env)
        os.write(fd, said)
        shown = b""
        while ready not in shown:
            shown += os.read(fd, 1000)
        os.write(fd, b"\x03")
        try:
            while data := os.read(fd, 1000):
                shown += data
        except OSError:  # the end of a terminal
            pass
        os.close(fd)
        return os.waitpid(pid, 0)[1], shown

    def test_ctrl_c_ends_both(self):
        # Once by the terminal's echo, once by the command, which is there then.
        status, _ = self.terminal("cat", said=b"ready\n", ready=b"ready\r\nready")
        self.assertEqual(os.waitstatus_to_exitcode(status), -signal.SIGINT)

    def test_ctrl_c_is_the_command_s_to_handle(self):
        status, shown = self.terminal("sh", "-c", "trap 'echo handled; exit 0' INT; echo ready; while :; do read line; done")
        self.assertEqual(os.waitstatus_to_exitcode(status), 0)
        self.assertIn(b"handled", shown)


if __name__ == "__main__":
    main()
