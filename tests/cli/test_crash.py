"""Crashes of plugins: the calls that led there, what is kept of them, and what doctor says.

SPDX-License-Identifier: MIT
"""

import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import unittest

from plughtest import DEADLINE, SANITIZE, PlughTest, main

FALLING = r"""
#include <malloc.h>
#include <pthread.h>
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
static int (*volatile nothing)(void);
__attribute__((noinline)) static int call_nothing(void) { return nothing() + 1; }
static void *in_thread(void *arg) { return null_write() ? arg : NULL; }
__attribute__((noinline)) static int start_thread(void)
{
	pthread_t thread;
	return pthread_create(&thread, NULL, in_thread, NULL) == 0 ? pthread_join(thread, NULL) : 5;
}
static int falling_run(const struct plugh_host *host, const struct falling_args *args)
{
	struct plugh_output *output = NULL;
	if (args->out != NULL && plugh_output_open(host, args->out, &output) < 0)
		return 1;
	int r = strcmp(args->how, "null") == 0 ? null_write() : strcmp(args->how, "divide") == 0 ? divide()
		: strcmp(args->how, "trap") == 0 ? no_instruction() : strcmp(args->how, "page") == 0 ? no_page()
		: strcmp(args->how, "deep") == 0 ? dig(0) : strcmp(args->how, "malloc") == 0 ? free_twice()
		: strcmp(args->how, "nothing") == 0 ? call_nothing() : strcmp(args->how, "thread") == 0 ? start_thread() : stop();
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

    def sections_of(self, *words):
        """(offset, size) of those in the file whose names hold a word."""
        told = subprocess.run(["readelf", "-SW", self.file], capture_output=True, text=True, check=True, timeout=DEADLINE).stdout
        rows = re.findall(r"\] (\.\S+) +\w+ +[0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+) ", told)
        return [(int(start, 16), int(size, 16)) for name, start, size in rows
                if any(word in name for word in words) and int(size, 16) > 0]

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

    def test_a_call_of_nothing_is_told_by_who_called(self):
        told = self.expect_calls(self.falling("nothing"), signal.SIGSEGV, "Segmentation fault (SIGSEGV)", "call_nothing",
                                 self.line_of("static int call_nothing"))
        self.assertEqual(told[1], "  #0  address 0")
        self.assertRegex(told[2], "^  #1  call_nothing at ")

    def test_a_thread(self):
        result = self.falling("thread")
        self.assertEqual(result.status, -signal.SIGSEGV, result)
        self.assertRegex(result.stderr, r"  #0  null_write at falling\.c:\d+ .*\n  #1  in_thread at falling\.c:\d+ ")

    def test_names_that_a_terminal_would_obey_are_made_visible(self):
        data = self.file.read_bytes()
        self.assertGreater(data.count(b"null_write\0"), 1)
        self.file.write_bytes(data.replace(b"null_write\0", b"\x1b[31m\xffred!\0").replace(b"falling.c\0", b"\x1b]0;x\x07\n.c\0"))
        result = self.falling("null")
        self.assertEqual(result.status, -signal.SIGSEGV, result)
        self.assertIn("#0  \\x1b[31m\\xffred!", result.stderr)
        self.assertNotRegex(result.stderr, "[\x00-\x09\x0b-\x1f\x7f-\U0010ffff]")
        self.assertNotRegex((self.state / "crash-falling.ini").read_text(), "[\x00-\x09\x0b-\x1f\x7f-\U0010ffff]")

    def test_debug_information_that_is_broken_does_no_harm(self):
        good = self.file.read_bytes()
        sections = self.sections_of("debug", "eh_frame", "symtab", "strtab")
        self.assertGreater(len(sections), 6)
        generator = random.Random(7)
        for _ in range(40):
            data = bytearray(good)
            for _ in range(generator.choice((1, 20, 2000))):
                start, size = generator.choice(sections)
                data[start + generator.randrange(size)] = generator.choice((0, 0x7f, 0x80, 0xff, generator.randrange(256)))
            self.file.write_bytes(data)
            result = self.falling("null")
            self.assertEqual(result.status, -signal.SIGSEGV, result)
            self.assertRegex(result.stderr, r"\Aplugh falling: error: plugin crashed: .* at falling\.so\+0x[0-9a-f]+\n  ")
            self.assertTrue(result.stderr.endswith(CORE + "\n"), result)
            self.assertTrue((self.state / "crash-falling.ini").is_file())

    def test_without_libdw_the_place_is_told(self):
        for source, why in (
            ("int unused;", "libdw (elfutils) is not installed"),
            ("#include <unistd.h>\n__attribute__((constructor)) static void stay(void) { for (;;) pause(); }",
             "the plugin's debug information cannot be read"),
        ):
            folder = self.dir / "other"
            folder.mkdir(exist_ok=True)
            (folder / "libdw.c").write_text(source)
            subprocess.run(["gcc", "-shared", "-fPIC", "-o", folder / "libdw.so.1", folder / "libdw.c"],
                           check=True, timeout=DEADLINE)
            result = self.falling("null", env={"LD_LIBRARY_PATH": str(folder)})
            self.assertEqual(result.status, -signal.SIGSEGV, result)
            told = result.stderr.splitlines()
            self.assertRegex(told[0], r" at falling\.so\+0x[0-9a-f]+$")
            self.assertEqual(told[1:], ["  without the calls that led there: " + why, CORE])
            self.assertTrue((self.state / "crash-falling.ini").is_file())
            (self.state / "crash-falling.ini").unlink()

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

    def test_which_runs_are_reported_in_full(self):
        for setting, bundled, other in (("auto", False, True), ("always", True, True), ("never", False, False)):
            self.user_ini(f"[plugh]\ncrash-reports = {setting}\n")
            for name, words, in_full in (("extract", ("--prefix", "a"), bundled), ("falling", ("null",), other)):
                shutil.rmtree(self.state, ignore_errors=True)
                process = self.start("--plugin-path", self.dir / "plugins", "--trace", name, *words, stdin=subprocess.PIPE,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                lines = [""]
                while not lines[-1].startswith("plugh: trace: ") or " load: " not in lines[-1]:
                    lines.append(process.stderr.readline().decode())
                    self.assertTrue(lines[-1], lines)
                if name == "extract":  # it waits for its input
                    process.send_signal(signal.SIGSEGV)
                told = "".join(lines) + process.stderr.read().decode()
                self.assertEqual(process.wait(DEADLINE), -signal.SIGSEGV, told)
                self.assertEqual(told.count(f"plugh {name}: error: plugin crashed: Segmentation fault (SIGSEGV) in "), 1, told)
                self.assertEqual("  #0 " in told, in_full, told)
                kept = os.listdir(self.state) if self.state.exists() else []
                self.assertEqual(kept, [f"crash-{name}.ini"] if in_full else [], (setting, name))

    def test_without_a_sandbox_the_program_looks_at_itself(self):
        self.user_ini("[policy:starting]\nallow = exec\n")
        self.build_plugin("starting", FALLING.replace("PLUGH_PLUGIN(falling,", "PLUGH_PLUGIN(starting,").replace(
            'PLUGH_ABOUT("fall"', 'PLUGH_ABOUT("fall", .needs = PLUGH_EXEC'), flags=["-g", "-Wno-infinite-recursion"])
        for how, function, number in (("null", "null_write", signal.SIGSEGV), ("malloc", "free_twice", signal.SIGABRT),
                                      ("deep", "dig", signal.SIGSEGV), ("thread", "null_write", signal.SIGSEGV)):
            for environment, in_full in (({}, True), ({"PLUGH_CRASH_REPORTS": "never"}, False)):
                shutil.rmtree(self.state, ignore_errors=True)
                result = self.falling(how, name="starting", env=environment)
                self.assertEqual(result.status, -number, result)
                self.assertEqual(result.stderr.count("plugh starting: error: plugin crashed: "), 1, result)
                self.assertEqual(bool(re.search(rf"  #\d+ +{function} at starting\.c:\d+ ", result.stderr)), in_full, result)
                kept = (self.state / "crash-starting.ini")
                self.assertEqual(kept.exists() and function in kept.read_text(), in_full, (how, environment))

    def test_the_report_is_of_the_process_that_asks(self):
        for words, given in ((("1",), b""), ((str(os.getpid()),), b"short"), ((str(os.getppid()),), bytes(4096))):
            result = self.plugh("crash_report", *words, stdin=given)
            self.expect(result, 2, "", "plugh crash_report: error: this is for plugh itself, when a plugin has crashed\n")
        self.assertNotIn("crash_report", self.plugh("--help").stdout)

    def test_an_output_is_removed(self):
        folder = self.dir / "out"
        folder.mkdir()
        result = self.falling("null", "-o", folder / "x")
        self.assertEqual(result.status, -signal.SIGSEGV, result)
        self.assertEqual(os.listdir(folder), [])

    def test_unconfined_it_is_told_and_kept_as_well(self):
        result = self.falling("null", "-o", self.dir / "out", env={"PLUGH_SANDBOX": "off"})
        self.assertEqual(result.status, -signal.SIGSEGV, result)
        self.assertRegex(result.stderr, r"\n  #0  null_write at falling\.c:")
        self.assertNotIn("core file", result.stderr)
        self.assertTrue((self.state / "crash-falling.ini").is_file())
        self.assertFalse((self.dir / "out").exists())

    def test_crashes_at_the_same_time_are_each_kept_whole(self):
        many = [self.start("--plugin-path", self.dir / "plugins", "falling", how, stderr=subprocess.DEVNULL)
                for how in ("null", "divide") * 8]
        for process in many:
            process.wait(DEADLINE)
        self.assertEqual([p.name for p in self.state.iterdir()], ["crash-falling.ini"])
        text = (self.state / "crash-falling.ini").read_text()
        self.assertEqual(text.count("[crash]"), 1, text)
        self.assertEqual("SIGSEGV" in text, "null_write" in text, text)


if __name__ == "__main__":
    main()
