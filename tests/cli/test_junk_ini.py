#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Ini files as nobody should write them, in each layer: a value, or file and line; never a crash.

Whatever an ini holds, help and lists work, `doctor` and `config check` tell the same, and a run of a plugin either goes
on or is refused by the very line.
"""

import json
import os
import unittest

import plughtest

# name, content, the value of `color` that counts (None: the default), [(line, severity, text, hint)]
LONG = 1_000_000
JUNK = (
    ("crlf", b"[plugh]\r\ncolor = never\r\n\r\n; done\r\n", "never", []),
    ("cr", b"[plugh]\rcolor = never\r", None, [(1, "error", "control character 0x0d in the line", None)]),
    ("no-last-newline", b"[plugh]\ncolor = never", "never", []),
    ("empty", b"", None, []),
    ("newlines", b"\n" * 100_000 + b"[plugh]\ncolor = never\n", "never", []),
    ("bom", b"\xef\xbb\xbf[plugh]\ncolor = never\n", "never",
     [(1, "warning", "a byte order mark, which is skipped", None)]),
    ("bom-only", b"\xef\xbb\xbf", None, [(1, "warning", "a byte order mark, which is skipped", None)]),
    ("utf-16", "[plugh]\ncolor = never\n".encode("utf-16"), None,
     [(1, "error", "UTF-16 text; it must be UTF-8", None)]),
    ("nul", b"[plugh]\nverbose\0 = 1\ncolor = never\n", "never", [(2, "error", "a NUL byte in the line", None)]),
    ("nuls", bytes(1000), None, [(1, "error", "a NUL byte in the line", None)]),
    ("long-line", b"[plugh]\ncolor = never\nenabled = " + b"x" * LONG + b"\n", "never",
     [(3, "error", f"a line has at most 198 bytes, this one has {LONG + 10}",
       "a long list may go on in indented lines")]),
    ("long-comment", b"[plugh]\ncolor = never\n;" + b"x" * LONG + b"\n", "never", []),
    ("long-section", b"[plugh]\ncolor = never\n[plugin:" + b"x" * 60 + b"]\n", "never",
     [(3, "error", "a section's name has at most 49 bytes", None)]),
    ("long-key", b"[plugh]\ncolor = never\n" + b"x" * 60 + b" = 1\n", "never",
     [(3, "error", "a key has at most 49 bytes", None)]),
    ("latin-1", b"[plugh]\ncolor = never\n; \xe9t\xe9\n[plugin:\xe9]\n", "never",
     [(4, "warning", "not UTF-8", None), (4, "warning", "plugin '\\xe9' is not installed", None)]),
    ("latin-1-value", b"[plugh]\ncolor = \xe9\n", None,
     [(2, "warning", "not UTF-8", None),
      (2, "error", "'color' must be auto, always or never, not '\\xe9'", None)]),
    ("too-large", b"; comment\n" * 110_000, None,
     [(None, "error", "cannot be read: larger than 1 MiB", None)]),
    ("no-section", b"color = never\n", None,
     [(1, "error", "a key before the first [section]", None)]),
    ("open-section", b"[plugh\ncolor = never\n", None,
     [(1, "error", "no ']' ends the section's name", None)]),
    ("open-quote", b"[plugh]\ncolor = \"never\n", None,
     [(2, "error", "no closing double quote", None)]),
    ("binary", bytes(range(256)) * 20, None,
     [(i, "error", "a NUL byte in the line", None) for i in range(1, 21)]
     + [(21, "error", "a line has at most 198 bytes, this one has 245",
        "a long list may go on in indented lines")]),
    ("many-mistakes", b"[plugh]\n" + b"junk\n" * 1000, None,
     [(i, "error", "no '=' between a key and its value", None) for i in range(2, 51)]
     + [(51, "error", "more problems follow in this file; they are not listed", None)]),
)


class Junk(plughtest.PlughTest):
    def check(self, place, *options, run=None, color, told):
        run = run or self.plugh
        checked = run(*options, "config", "check", "--json")
        self.assertEqual(checked.stderr, "", checked)
        problems = json.loads(checked.stdout)
        self.assertEqual(checked.status, 1 if any(p["severity"] == "error" for p in problems) else 0, checked)
        for problem in problems:
            self.assertEqual(problem["file"], place)
        self.assertEqual([(p["line"], p["severity"], p["text"], p["hint"]) for p in problems], told)
        errors = [p for p in problems if p["severity"] == "error"]
        self.check_surfaces(run, options, errors, problems)
        shown = run(*options, "config", "show", "--json", "--origin")
        self.assertEqual((shown.status, shown.stderr), (0, ""), shown)
        colors = [(v["value"], v["origin"]) for v in json.loads(shown.stdout) if v["key"] == "color"]
        self.assertEqual(colors[0][0], color or "auto", colors)
        if color is not None:
            self.assertRegex(colors[0][1], rf"^{place}:\d+$")

    def check_surfaces(self, run, options, errors, problems):
        stderr = "".join(
            f"plugh: error: {p['file']}{':%d' % p['line'] if p['line'] else ''}: {p['text']}\n"
            + (f"{p['hint']}\n" if p["hint"] else "") for p in errors)
        for words, status in (("--help",), 0), (("plugin", "list"), 0), (("doctor",), 1 if errors else 0):
            result = run(*options, *words)
            self.assertEqual(result.status, status, result)
            self.assertNotEqual(result.stdout, "")
            if words != ("doctor",):
                self.assertEqual(result.stderr, stderr)
        doctor = json.loads(run(*options, "doctor", "--json").stdout)
        self.assertEqual(doctor["configuration"], problems)
        result = run(*options, "extract", "--prefix", "<", "--suffix", ">", self.write("in", "<a>"))
        if errors:
            self.assertEqual((result.status, result.stdout, result.stderr), (2, "", stderr))
        else:
            self.assertEqual((result.status, result.stdout, result.stderr), (0, "a\n", ""))

    def test_as_the_user_s_file(self):
        for name, data, color, told in JUNK:
            with self.subTest(name):
                ini = self.user_ini("")
                ini.write_bytes(data)
                self.check(str(ini), color=color, told=told)

    def test_as_an_extra_file(self):
        for name, data, color, told in JUNK:
            with self.subTest(name):
                file = self.write(name + ".ini", data)
                self.check(str(file), "--config", file, color=color, told=told)

    @unittest.skipUnless(os.geteuid() == 0, "only root can put another /etc in place")
    def test_as_a_file_of_the_system(self):
        etc = self.dir / "etc"
        (etc / "plugh/conf.d").mkdir(parents=True)
        for name, data, color, told in JUNK:
            for place in ("plugh.ini", "conf.d/50-junk.ini"):
                (etc / "plugh" / place).write_bytes(data)
                with self.subTest(name, place=place):
                    self.check(f"/etc/plugh/{place}", color=color, told=told,
                               run=lambda *words: self.plugh_with_etc(etc, *words))
                (etc / "plugh" / place).unlink()

    def test_what_is_no_file(self):
        ini = self.user_ini("")
        ini.unlink()
        for make, text in (
                (lambda: ini.mkdir(), "Is a directory"),
                (lambda: os.mkfifo(ini), "not a regular file"),
                (lambda: ini.symlink_to(ini.name), "Too many levels of symbolic links"),
                (lambda: ini.symlink_to("/dev/zero"), "not a regular file"),
                (lambda: ini.symlink_to("/dev/tty"), None)):
            make()
            with self.subTest(text):
                result = self.plugh("config", "check")
                self.assertEqual((result.status, result.stderr), (1, ""), result)
                self.assertTrue(result.stdout.startswith(f"{ini}: error: "), result)
                self.assertEqual(result.stdout.count("\n"), 1)
                if text is not None:
                    self.assertIn(text, result.stdout)
                self.assertEqual(self.plugh("--help").status, 0)
                self.assertEqual(self.plugh("doctor").status, 1)
            ini.rmdir() if ini.is_dir() else ini.unlink()


if __name__ == "__main__":
    plughtest.main()
