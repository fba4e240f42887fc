"""Started in a bad way: closed streams, no HOME, no name, words that are no UTF-8, tight limits, an 8-bit
locale. The result is the usual one, or one clear line; never a signal.

SPDX-License-Identifier: MIT
"""

import ctypes
import itertools
import os
import resource
import shutil
import subprocess
import unittest

from plughtest import DEADLINE, PLUGH, SANITIZE, PlughTest, Result, main

# Each prints something and succeeds.
PRINTING = (
    ["--help"], ["--version"], ["help", "extract"], ["plugin", "list"], ["plugin", "list", "--json"],
    ["plugin", "info", "extract"], ["config", "show"], ["config", "path"], ["completion", "bash"],
    ["man", "extract"], ["doctor"], ["doctor", "--json"],
)


class ProcessTest(PlughTest):
    def setUp(self):
        super().setUp()
        self.file = self.write("in", "abc")
        self.extract = ["extract", "--prefix", "a", str(self.file)]
        self.usual = {tuple(args): self.plugh(*args).bytes for args in (*PRINTING, self.extract)}
        self.assertNotIn(b"", self.usual.values())

    def expect_usual(self, **more):
        """Whatever is said by `more`, nothing changes."""
        for args, out in self.usual.items():
            with self.subTest(args=args):
                result = self.plugh(*args, **more)
                self.assertEqual((result.status, result.bytes, result.stderr), (0, out, ""), result)


class Streams(ProcessTest):
    def run_closed(self, closed, *args):
        def close():
            for fd in closed:
                os.close(fd)

        with open(self.file, "rb") as stdin:
            return Result(subprocess.run(
                [PLUGH, *args], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env=self.env, cwd=self.dir, timeout=DEADLINE, preexec_fn=close))

    def test_each_set_of_closed_streams(self):
        sets = [closed for n in (1, 2, 3) for closed in itertools.combinations((0, 1, 2), n)]
        self.assertEqual(len(sets), 7)
        for closed, (args, out) in itertools.product(sets, self.usual.items()):
            with self.subTest(closed=closed, args=args):
                result = self.run_closed(closed, *args)
                if 1 not in closed:
                    self.assertEqual((result.status, result.bytes, result.stderr), (0, out, ""))
                    continue
                self.assertEqual((result.status, result.bytes), (1, b""), result)
                if 2 in closed:
                    self.assertEqual(result.stderr, "")
                else:
                    self.assertRegex(
                        result.stderr,
                        r"\Aplugh[a-z ]*: error: cannot write [a-z ]+: Bad file descriptor\n\Z")

    def test_closed_standard_input(self):
        self.expect(self.run_closed((0,), "extract", "--prefix", "a"), 2, "",
                    "plugh extract: error: cannot read '-': Bad file descriptor\n")

    def test_errors_keep_their_status_without_streams(self):
        for args, status in ((["nope"], 127), (["extract", "--nope"], 2), ([], 2),
                             (["extract", "--prefix", "z", str(self.file)], 1)):
            for closed in ((2,), (0, 1, 2)):
                self.expect(self.run_closed(closed, *args), status)

    def test_no_file_is_taken_for_a_closed_stream(self):
        """An output that would be opened as descriptor 1 or 2 must not receive what is printed there."""
        out = self.dir / "out"
        for closed in ((0,), (1,), (2,), (1, 2), (0, 1, 2)):
            result = self.run_closed(closed, *self.extract, "-o", str(out))
            self.expect(result, 0)
            self.assertEqual(out.read_bytes(), b"bc")
            result = self.run_closed(closed, "--trace", "--time", *self.extract, "-o", str(out))
            self.assertEqual((result.status, out.read_bytes()), (0, b"bc"), result)

    def test_a_full_device(self):
        for args in self.usual:
            with self.subTest(args=args), open("/dev/full", "wb") as full:
                done = subprocess.run([PLUGH, *args], stdout=full, stderr=subprocess.PIPE, env=self.env,
                                      timeout=DEADLINE)
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr, rb"\Aplugh[a-z ]*: error: [^\n]*: No space left on device\n\Z")
        # Where messages cannot be written, the status is all there is.
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PLUGH, "extract", "--prefix", "z", self.file], stdout=full, stderr=full,
                                  env=self.env, timeout=DEADLINE)
            self.assertEqual(done.returncode, 1)


class Home(ProcessTest):
    def test_without_a_home(self):
        paths = {("config", "path"), ("doctor",), ("doctor", "--json")}
        del self.env["HOME"]
        for args, out in self.usual.items():
            result = self.plugh(*args)
            self.assertEqual((result.status, result.stderr), (0, ""), (args, result))
            if args not in paths:
                self.assertEqual(result.bytes, out, args)
        self.assertNotIn("(user)", self.plugh("config", "path").stdout)
        for args in (["plugin", "disable", "extract"], ["plugin", "remove", "hello"]):
            result = self.plugh(*args)
            self.assertEqual((result.status, result.stdout), (1, ""), result)
            self.assertRegex(result.stderr, r"\Aplugh plugin: error: [^\n]*HOME[^\n]*\n\Z")

    def test_homes_that_are_none(self):
        for home in ("", "relative", "/nonexistent", str(self.file), "/dev/null"):
            for args in self.usual:
                result = self.plugh(*args, env={"HOME": home})
                self.assertIn(result.status, (0, 1) if args[0] == "doctor" else (0,), (home, args, result))
                self.assertNotEqual(result.bytes, b"", (home, args))
        # Where there can be no file it is not known what it would forbid: nothing is run.
        long = "/" + "x" * 5000
        result = self.plugh(*self.extract, env={"HOME": long})
        self.expect(result, 2, "", f"plugh: error: {long}/.config/plugh/plugh.ini: cannot be read: "
                                   "File name too long\n")
        self.assertEqual(self.plugh("--help", env={"HOME": long}).status, 0)

    @unittest.skipUnless(os.geteuid() == 0, "mounts")
    def test_a_home_that_is_read_only(self):
        command = ('mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"')

        def run(*args):
            return Result(subprocess.run(
                ["unshare", "--mount", "sh", "-c", command, "sh", self.home, PLUGH, *args],
                capture_output=True, env=self.env, cwd=self.dir, timeout=DEADLINE))

        for args, out in self.usual.items():
            result = run(*args)
            self.assertEqual((result.status, result.bytes, result.stderr), (0, out, ""), (args, result))
        result = run("plugin", "disable", "extract")
        self.assertEqual((result.status, result.stdout), (1, ""), result)
        self.assertRegex(result.stderr, r"\Aplugh plugin: error: [^\n]*: Read-only file system\n\Z")


class Words(ProcessTest):
    def test_an_empty_name(self):
        for args, out in self.usual.items():
            done = subprocess.run(["", *args], executable=PLUGH, capture_output=True, env=self.env,
                                  timeout=DEADLINE)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, out, b""), args)

    def test_no_words_at_all(self):
        """argc 0, of which Linux makes one empty word since 5.18: as without a command."""
        libc = ctypes.CDLL(None)
        none = (ctypes.c_char_p * 1)(None)
        path = PLUGH.encode()
        environment = (ctypes.c_char_p * 3)(b"HOME=/", b"COLUMNS=80", None)
        done = subprocess.run(["never"], executable="/bin/false", capture_output=True, timeout=DEADLINE,
                              preexec_fn=lambda: libc.execve(path, none, environment))
        self.assertEqual((done.returncode, done.stdout), (2, b""), done)
        self.assertEqual(done.stderr.decode(), self.plugh().stderr)

    def test_words_that_are_no_utf_8(self):
        lists = "'plugh help' lists them\n"
        for args, status, error in (
            ([b"\xff\x1b[31m"], 127, f"plugh: error: no command '\\xff\\x1b[31m': {lists}"),
            (["help", b"\xff"], 127, f"plugh: error: no command '\\xff': {lists}"),
            (["man", b"\xc3"], 127, None),
            (["extract", "--prefix", b"\xff", self.file], 1,
             f"plugh extract: error: prefix '\\xff' not found in '{self.file}'\n"),
            (["extract", "--prefix", "a", b"no\xff\x1b"], 2,
             "plugh extract: error: cannot open 'no\\xff\\x1b': No such file or directory\n"),
            (["--config", b"\xff", "extract"], 1, None),
            (["--plugin-path", b"\xff", "plugin", "list"], 0, ""),
            (["plugin", "info", b"\xff"], 1, "plugh plugin: error: no plugin '\\xff': "
                                             "'plugh plugin list' tells which there are\n"),
        ):
            with self.subTest(args=args):
                result = self.plugh(*args)
                self.assertNotRegex(result.stderr, "[\x00-\x09\x0b-\x1f\x7f\udc80-\udcff]")
                if error is not None:
                    self.assertEqual((result.status, result.stderr), (status, error))
                else:
                    self.assertNotEqual(result.status, 0)
        # Bytes that are no UTF-8 are bytes as others to extract.
        data = self.write(b"\xff".decode("utf-8", "surrogateescape"), b"\xfex\xfdy")
        result = self.plugh("extract", "--prefix", b"\xfe", "--suffix", b"\xfd", data)
        self.assertEqual((result.status, result.bytes, result.stderr), (0, b"x\n", ""))

    def test_many_and_long_words(self):
        self.expect(self.plugh("x" * 100_000), 127, "", self.plugh("x" * 100_000).stderr)
        result = self.plugh("extract", "--prefix", "a", *[self.file] * 20_000)
        self.assertEqual((result.status, len(result.stdout.splitlines()), result.stderr), (0, 20_000, ""))


class Limits(ProcessTest):
    def test_sixteen_descriptors(self):
        self.expect_usual(
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16)))

    def test_too_few_descriptors_are_told(self):
        """Of four the first three are taken: the file of the plugin is the last that can be opened."""
        result = self.plugh(
            *self.extract, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4)))
        self.assertEqual(result.stdout, "", result)
        self.assertIn(result.status, (1, 126))
        self.assertRegex(result.stderr, r"\Aplugh[a-z ]*: error: [^\n]*Too many open files\n\Z")

    @unittest.skipIf(SANITIZE, "a sanitizer reserves terabytes")
    def test_memory(self):
        for megabytes in (256, 64):
            limit = megabytes << 20
            self.expect_usual(
                preexec_fn=lambda limit=limit: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))

    @unittest.skipUnless(shutil.which("localedef") and os.path.exists("/usr/share/i18n/charmaps"),
                         "no localedef with its data")
    def test_an_8_bit_locale(self):
        for place, charmap in (("en_US", "ISO-8859-1"), ("ru_RU", "KOI8-R")):
            made = subprocess.run(["localedef", "--no-archive", "-c", "-i", place, "-f", charmap,
                                   self.dir / f"{place}.{charmap}"], capture_output=True, timeout=DEADLINE)
            self.assertEqual(made.returncode, 0, made.stderr)
            self.expect_usual(env={"LC_ALL": f"{place}.{charmap}", "LOCPATH": str(self.dir)})
            # Its letters are bytes as others.
            data = self.write("data", b"\xe9caf\xe9 \xff")
            result = self.plugh("extract", "--prefix", b"caf", "--suffix", b" ", data,
                                env={"LC_ALL": f"{place}.{charmap}", "LOCPATH": str(self.dir)})
            self.assertEqual((result.status, result.bytes), (0, b"\xe9\n"))

    def test_a_locale_that_is_not_there(self):
        for name in ("xx_YY.ISO-8859-1", "C", "POSIX", "\x1b", "/etc", "a" * 5000):
            self.expect_usual(env={"LC_ALL": name})


if __name__ == "__main__":
    main()
