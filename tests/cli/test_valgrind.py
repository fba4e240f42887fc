"""The host and its plugins under valgrind: no byte is used that nobody wrote, nothing freed, nothing lost.

Without the sandbox, in which valgrind cannot work.

SPDX-License-Identifier: MIT
"""

import subprocess
import unittest

from plughtest import DEADLINE, PLUGH, SANITIZE, PlughTest, Result, main

# The loader's own name of a file that was loaded by its descriptor: the host puts the real one in its place.
SUPPRESSED = """{
   name of an object in the loader's list
   Memcheck:Leak
   match-leak-kinds: definite
   fun:malloc
   ...
   fun:dlopen_doit
   ...
}
"""
TEXT = "one [two] three [four]\nfive [six\n" * 50


@unittest.skipIf(SANITIZE, "a sanitizer and valgrind do not work together")
class Valgrind(PlughTest):
    def setUp(self):
        super().setUp()
        self.text = self.write("text", TEXT)
        self.suppressions = self.write("suppressions", SUPPRESSED)

    def expect_clean(self, status, *args, stdin=b""):
        done = subprocess.run(
            ["valgrind", "-q", "--error-exitcode=99", "--leak-check=full", "--errors-for-leak-kinds=definite",
             f"--suppressions={self.suppressions}", PLUGH, *map(str, args)],
            input=stdin, capture_output=True, timeout=3 * DEADLINE, env={**self.env, "PLUGH_SANDBOX": "off"}, cwd=self.dir)
        result = Result(done)
        self.assertEqual(result.status, status, result)
        self.assertNotIn("==", result.stderr, result)
        return result

    def test_the_host(self):
        for status, words in ((0, ("--help",)), (0, ("plugin", "list")), (0, ("plugin", "info", "extract", "--json")),
                              (0, ("config", "show")), (0, ("help", "perms")), (0, ("man", "perms")),
                              (127, ("exctract",)), (2, ("extract", "--nonsense")),
                              (0, ("complete", "bash", "1", "plugh", "ex"))):
            with self.subTest(words=words):
                self.expect_clean(status, *words)

    # Without patterns: PCRE2's machine code looks at whole vectors, and drops what is beyond the end.
    def test_extract(self):
        for words in (("--prefix", "["), ("--prefix", "[", "--suffix", "]", "--all", "--json"), ("--nested", "--prefix", "[", "--suffix", "]"),
                      ("--prefix", "[", "--suffix", "o", "--all", "-n", "-b", "-H"), ("-i", "--prefix", "ONE", "--all")):
            with self.subTest(words=words):
                self.expect_clean(0, "extract", *words, self.text)
                self.expect_clean(0, "extract", *words, "-o", self.dir / "out", stdin=TEXT.encode())

    def test_perms(self):
        for words in (("abcdef",), ("--distinct", "banana"), ("--random", "5", "abcdefghij"), ("--count", "a" * 50),
                      ("--json", "äbc"), ("--rank", "cba", "abc"), ("--separator", ",", "-r", "2", "red", "green", "blue")):
            with self.subTest(words=words):
                self.expect_clean(0, "perms", *words)

    def test_bwt(self):
        self.assertEqual(self.expect_clean(0, "bwt", "transform", "^BANANA|").stdout, "BNN^AA|A\n6\n")
        self.assertEqual(self.expect_clean(0, "bwt", "inverse", "BNN^AA|A", "6").stdout, "^BANANA|\n")
        self.expect_clean(1, "bwt", "inverse", "abab", "0")
        self.expect_clean(0, "bwt", "encode", "-b", "1K", "-j", "2", "-o", self.dir / "text.bwt", self.text)
        self.expect_clean(0, "bwt", "list", self.dir / "text.bwt")
        self.assertEqual(self.expect_clean(0, "bwt", "decode", "-j", "2", self.dir / "text.bwt").stdout, TEXT)
        damaged = bytearray((self.dir / "text.bwt").read_bytes())
        damaged[len(damaged) // 2] ^= 1
        self.expect_clean(1, "bwt", "test", self.write("damaged", bytes(damaged)))

    def test_run(self):
        for status, words in ((0, ("cat", self.text)), (0, ("--words", "--keep-empty", "--progress", "cat", self.text)),
                              (0, ("--split", "] ", "--stderr", "merge", "cat", self.text)),
                              (0, ("--json", "-z", "--stderr", "capture", "cat", self.text)),
                              (1, ("--stderr", "capture", "cat", "nosuch")), (124, ("--timeout", "0.1", "sleep", "1000")),
                              (1, ("--max-output", "10", "yes")), (1, ("--new-console", "true")),
                              (2, ("--words", "-z", "true"))):
            with self.subTest(words=words):
                self.expect_clean(status, "run", *words)
        terminal = self.write("terminal", '#!/bin/sh\nshift 3\nexec "$@"\n')
        terminal.chmod(0o755)
        self.env["DISPLAY"] = ":1"
        self.expect_clean(3, "run", "--new-console", "--wait", "--terminal", terminal, "sh", "-c", "exit 3")


if __name__ == "__main__":
    main()
