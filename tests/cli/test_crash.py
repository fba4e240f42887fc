"""Crashes of plugins: the calls that led there, what is kept of them, and what doctor says.

SPDX-License-Identifier: MIT
"""

import hashlib
import json
import os
import re
import signal
import unittest

from plughtest import SANITIZE, PlughTest, main

FALLING = r"""
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <plugh/sdk.h>
struct falling_args { const char *how, *out; };
static volatile int zero;
__attribute__((noinline)) static int null_write(void) { volatile int *p = NULL; *p = 1; return 0; } /* line 9 */
__attribute__((noinline)) static int divide(void) { int r = 7 / zero; return r + zero; }
__attribute__((noinline)) static int no_instruction(void) { __builtin_trap(); }
__attribute__((noinline)) static int no_page(void)
{
	volatile char *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fileno(tmpfile_of_memory()), 0);
	return page[0];
}
__attribute__((noinline)) static int dig(int n) { volatile char room[4096]; memset((char *)room, n, sizeof room); return dig(n + 1) + room[5]; }
__attribute__((noinline)) static int free_twice(void)
{
	char *volatile p = malloc(100000);
	free(p);
	free(p);
	return 0;
}
__attribute__((noinline)) static int stop(void) { abort(); }
static int falling_run(const struct plugh_host *host, const struct falling_args *args)
{
	struct plugh_output *output = NULL;
	if (args->out != NULL && plugh_output_open(host, args->out, &output) < 0)
		return 1;
	int r = strcmp(args->how, "null") == 0 ? null_write() : strcmp(args->how, "divide") == 0 ? divide()
		: strcmp(args->how, "trap") == 0 ? no_instruction() : strcmp(args->how, "page") == 0 ? no_page()
		: strcmp(args->how, "deep") == 0 ? dig(0) : strcmp(args->how, "malloc") == 0 ? free_twice() : stop();
	return r + 1;
}
PLUGH_PLUGIN(falling, struct falling_args, falling_run, PLUGH_ABOUT("fall", .version = "1.2.3"),
	PLUGH_OPT(how, "how", "in which way"), PLUGH_OPT(out, "-o --output", "out", .access = PLUGH_WRITE));
""".replace("fileno(tmpfile_of_memory())", "memfd_create(\"empty\", 0)")

EARLY = r"""
#include <plugh/sdk.h>
struct early_args { bool unused; };
__attribute__((constructor)) static void wake(void) { volatile int *p = NULL; __asm__("" : "+r"(p)); *p = 1; }
static int early_run(const struct plugh_host *host, const struct early_args *args) { (void)host; return args->unused; }
PLUGH_PLUGIN(early, struct early_args, early_run, PLUGH_ABOUT("fall early", .version = "1"),
	PLUGH_OPT(unused, "--unused", "nothing"));
"""

CORE = "  a confined plugin leaves no core file: PLUGH_SANDBOX=off and 'ulimit -c unlimited' for one"


@unittest.skipIf("address" in SANITIZE, "the address sanitizer reports crashes itself")
class Crash(PlughTest):
    def setUp(self):
        super().setUp()
        self.file = self.build_plugin("falling", FALLING, flags=["-g", "-Wno-infinite-recursion"])
        self.build_plugin("early", EARLY, flags=["-g"])
        self.state = self.home / ".local/state/plugh"

    def falling(self, *args, name="falling", **more):
        return self.plugh("--plugin-path", self.dir / "plugins", name, *args, **more)

    def line_of(self, text, source=FALLING):
        return next(i for i, line in enumerate(source.splitlines(), 1) if text in line)

    def expect_calls(self, result, number, words, function, line):
        """The first line, the call in which it was, and the signal itself."""
        told = result.stderr.splitlines()
        self.assertEqual(result.status, -number, result)
        self.assertTrue(told[0].startswith(f"plugh falling: error: plugin crashed: {words} in falling 1.2.3 at "), result)
        calls = [one for one in told if re.match(rf"  #\d+ +{function} at falling\.c:{line} \(falling\.so\+0x[0-9a-f]+\)$", one)]
        self.assertEqual(len(calls), 1, result)
        self.assertTrue(any("falling_run at falling.c:" in one or "plugh_run_falling at falling.c:" in one for one in told)
                        or function == "dig", result)
        self.assertEqual(told[-1], CORE, result)
        return told

    def test_the_calls_are_told_with_names_and_lines(self):
        for how, number, words, function, text in (
            ("null", signal.SIGSEGV, "Segmentation fault (SIGSEGV)", "null_write", "static int null_write"),
            ("divide", signal.SIGFPE, "Floating point exception (SIGFPE)", "divide", "static int divide"),
            ("trap", signal.SIGILL, "Illegal instruction (SIGILL)", "no_instruction", "static int no_instruction"),
            ("page", signal.SIGBUS, "Bus error (SIGBUS)", "no_page", "return page[0]"),
        ):
            with self.subTest(how=how):
                told = self.expect_calls(self.falling(how), number, words, function, self.line_of(text))
                self.assertRegex(told[1], rf"^  #0  {function} at ")

    def test_a_crash_inside_malloc_and_an_abort(self):
        for how, function in (("malloc", "free_twice"), ("abort", "stop")):
            result = self.falling(how)
            self.assertEqual(result.status, -signal.SIGABRT, result)
            told = result.stderr.splitlines()
            self.assertTrue(any(re.match(rf"  #\d+ +{function} at falling\.c:\d+ ", one) for one in told), result)
            self.assertTrue(any("libc.so.6" in one for one in told), result)

    def test_a_stack_overflow_is_told_without_all_its_calls(self):
        result = self.falling("deep")
        self.assertEqual(result.status, -signal.SIGSEGV, result)
        self.assertLess(len(result.stderr.splitlines()), 10, result)
        self.assertRegex(result.stderr, r"      the same \d\d more times\n")

    def test_a_crash_in_a_constructor(self):
        result = self.falling(name="early")
        self.assertEqual(result.status, -signal.SIGSEGV, result)
        self.assertRegex(result.stderr.splitlines()[0], "crashed while it was loaded: ")
        self.assertRegex(result.stderr, rf"#0  wake at early\.c:{self.line_of('wake(void)', EARLY)} \(early\.so\+0x")

    def test_a_pinned_copy_is_told_by_its_file(self):
        pin = hashlib.sha256(self.file.read_bytes()).hexdigest()
        self.user_ini(f"[policy:falling]\nsha256 = {pin}\n")
        self.assertRegex(self.falling("null").stderr, r"#0  null_write at falling\.c:\d+ \(falling\.so\+0x")

    def test_the_last_crash_is_kept_and_shown(self):
        self.expect_calls(self.falling("trap"), signal.SIGILL, "Illegal instruction (SIGILL)", "no_instruction",
                          self.line_of("static int no_instruction"))
        self.falling("null")
        self.assertEqual([p.name for p in self.state.iterdir()], ["crash-falling.ini"])
        text = (self.state / "crash-falling.ini").read_text()
        self.assertRegex(text, r'^\[crash\]\nversion = "1\.2\.3"\nsignal = "Segmentation fault \(SIGSEGV\)"\n'
                               r'time = "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"\n')
        self.assertEqual(self.state.stat().st_mode & 0o777, 0o700)
        doctor = json.loads(self.plugh("doctor", "--json").stdout)
        found = [one for one in doctor["findings"] if one["topic"] == "crashes"]
        self.assertEqual(len(found), 1, found)
        self.assertRegex(found[0]["text"], r"falling.* 1\.2\.3 .*crashed at .*: "
                                           r"Segmentation fault \(SIGSEGV\) in null_write at falling\.c:")
        self.assertIn(f"rm '{self.state}/crash-falling.ini'", found[0]["cure"])

    def test_the_state_folder_is_where_the_user_has_it(self):
        self.falling("null", env={"XDG_STATE_HOME": str(self.dir / "state")})
        self.assertTrue((self.dir / "state/plugh/crash-falling.ini").is_file())
        self.assertFalse(self.state.exists())

    def test_without_a_home_nothing_is_kept_and_all_is_told(self):
        del self.env["HOME"]
        result = self.falling("null")
        self.assertRegex(result.stderr, "#0  null_write")
        self.assertFalse(self.state.exists())

    def test_what_others_wrote_there_does_no_harm(self):
        self.state.mkdir(parents=True)
        (self.state / "crash-evil.ini").write_bytes(b'[crash]\nsignal = "\x1b[31mred\xff"\nversion = "' + b"x" * 5000 +
                                                    b'"\ncall = "a"\n' + b'  "b\x07"\n' * 500)
        (self.state / "crash-..ini").write_text("[crash]\nsignal = x\n")
        (self.state / "crash-folder.ini").mkdir()
        os.mkfifo(self.state / "crash-fifo.ini")
        result = self.plugh("doctor")
        self.assertNotIn("\x1b", result.stdout)
        self.assertNotIn("\x07", result.stdout)
        self.assertNotIn("fifo", result.stdout)

    def test_an_output_is_removed(self):
        folder = self.dir / "out"
        folder.mkdir()
        result = self.falling("null", "-o", folder / "x")
        self.assertEqual(result.status, -signal.SIGSEGV, result)
        self.assertEqual(os.listdir(folder), [])

    def test_unconfined_one_line_is_told_and_a_core_can_be_had(self):
        result = self.falling("null", env={"PLUGH_SANDBOX": "off"})
        self.assertEqual(len(result.stderr.splitlines()), 1, result)


if __name__ == "__main__":
    main()
