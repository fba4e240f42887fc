"""`plugh plugin check` on plugins whose manifest is good: each test of it has a plugin that fails just that one.

What is refused at run time already is checked where it is built (broken.py, expect_refused).

SPDX-License-Identifier: MIT
"""

import contextlib
import json
import os
import pathlib
import signal
import struct
import subprocess
import unittest

from broken import BOX, GOOD, ONE, RUN, BrokenTest, Manifest, built
from plughtest import DEADLINE, MEMORY_KEPT, SANITIZE, main

TESTS = ["manifest", "exports", "symbols", "runpath", "stack", "options", "environment", "help", "constructors",
         "load", "run", "descriptors", "threads", "memory"]

HEADERS = """
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
"""
NAP = """
static void *nap(void *arg)
{
	pause();
	return arg;
}
static void *leave(void *arg)
{
	return arg;
}
"""


def running(text, more=""):
    """A plugin whose run() does that."""
    return HEADERS + ONE % (NAP + f"""
static void *volatile kept;
static int one_run(const struct plugh_host *host, const struct one_args *args)
{{
	kept = (void *)args;
	{text}
	return plugh_print(host, "%d\\n", args->flag);
}}
""") + more


def constructing(text):
    return HEADERS + ONE % (RUN + NAP + f"""
static __attribute__((constructor)) void begin(void)
{{
	(void)nap;
	(void)leave;
	{text}
}}
""")


class Validator(BrokenTest):
    def check(self, path, env=None):
        """{test: (status, reason)}, and the exit status."""
        result = self.plugh("plugin", "check", path, "--json", env=env)
        self.assertEqual(result.stderr, "", result)
        told = json.loads(result.stdout)
        self.assertEqual([test["name"] for test in told["tests"]], TESTS)
        self.assertEqual(result.status, 0 if told["passed"] else 1)
        return {test["name"]: (test["status"], test["reason"]) for test in told["tests"]}

    def expect_failed(self, source, test, reason, flags=(), name="one"):
        """Only that test fails, with that reason."""
        path = self.put(name, built(name, source, ["-Wno-unused-function", *flags]))
        outcome = self.check(path)
        failed = {name: reason for name, (status, reason) in outcome.items() if status == "failed"}
        self.assertEqual(failed, {test: reason})
        return outcome

    def expect_passed(self, source, name="one", skipped=None):
        path = self.put(name, built(name, source, ["-Wno-unused-function"]))
        outcome = self.check(path)
        if skipped is None:
            self.assertEqual(outcome, {test: ("passed", None) for test in TESTS} | {"memory": MEMORY_KEPT})
        else:
            self.assertEqual(outcome["run"], ("skipped", skipped))
            self.assertEqual(outcome["memory"], ("skipped", "not tried, since 'run' was skipped"))
            self.assertEqual({outcome[test][0] for test in TESTS[:-4]}, {"passed"})

    # The file.

    def test_another_symbol_that_is_exported(self):
        shown = '__attribute__((visibility("default"))) int shown; __attribute__((visibility("default"))) int seen;'
        path = self.put("one", built("one", ONE % (RUN + shown)))
        self.assertRegex(self.check(path)["exports"][1],
                         r"\Aexports '(shown|seen)' and others: "
                         r"link with -fvisibility=hidden and -Wl,--exclude-libs,ALL\Z")

    def test_several_undefined_symbols_are_told_at_once(self):
        run = RUN.replace("return", "extern int here(void), there(void); return here() + there() +")
        path = self.put("one", built("one", ONE % run))
        status, reason = self.check(path)["symbols"]
        self.assertEqual(status, "failed")
        self.assertEqual(reason.split(": ")[0], "undefined symbols")
        self.assertEqual(set(reason.split(": ")[1].split(", ")), {"here", "there"})
        self.assertEqual(self.check(path)["load"], ("skipped", "not tried, since 'symbols' failed"))

    def test_a_library_of_the_system_is_found(self):
        run = HEADERS + "#include <math.h>\n" + ONE % RUN.replace("args->flag", "(int)cos(args->flag)")
        data = built("one", run, ["-fno-builtin", "-Wl,--no-as-needed", "-lm"])
        self.assertEqual(self.check(self.put("one", data))["symbols"], ("passed", None))

    def test_runpath(self):
        for flag, text in [
            ("$ORIGIN/../lib", "RUNPATH has '$ORIGIN/../lib', and $ORIGIN cannot work: a plugin is loaded by its "
                               "descriptor; name the folder itself"),
            ("/usr/lib:${ORIGIN}", "RUNPATH has '${ORIGIN}', and $ORIGIN cannot work: a plugin is loaded by its "
                                   "descriptor; name the folder itself"),
            ("lib", "RUNPATH has 'lib', which depends on the user's current folder"),
            ("/usr/lib:", "RUNPATH has '', which depends on the user's current folder"),
        ]:
            for kind in ("--enable-new-dtags", "--disable-new-dtags"):
                self.expect_failed(ONE % RUN, "runpath", text, [f"-Wl,{kind},-rpath,{flag}"])
        self.put("one", built("one", ONE % RUN, ["-Wl,-rpath,/usr/lib"]))
        self.assertEqual(self.check(self.folder / "one.so")["runpath"], ("passed", None))

    def test_an_executable_stack(self):
        # The kernel may make the stack executable, or the loader may be refused it in the sandbox.
        path = self.put("one", built("one", ONE % RUN, ["-Wl,-z,execstack"]))
        self.assertEqual(self.check(path)["stack"],
                         ("failed", "asks for an executable stack: link with -Wl,-z,noexecstack, and write no "
                                    "nested functions"))

    def test_code_that_is_writable(self):
        data = built("one", ONE % RUN)
        headers, count = struct.unpack_from("<Q", data, 32)[0], data[56]
        for at in range(headers, headers + 56 * count, 56):
            kind, flags = struct.unpack_from("<II", data, at)
            if kind == 1:  # PT_LOAD
                struct.pack_into("<I", data, at + 4, flags | 3 if flags & 1 else flags)  # PF_X, PF_W
        path = self.put("one", data)
        self.assertEqual(self.check(path)["stack"], ("failed", "has a segment that is writable and executable"))

    # The table.

    def test_two_options_with_one_variable(self):
        self.expect_failed(BOX.replace('"-f --force"', '"-f --block_size"').replace('"-b --block"', '"-b --block-size"'),
                           "environment", "--block_size of 'pack' and --block-size of 'pack' have one variable: "
                           "PLUGH_BOX_PACK_BLOCK_SIZE", name="box")

    def test_two_subcommands_with_one_variable(self):
        source = (BOX.replace("COMMAND(show,", "COMMAND(pack_as,").replace(" pack, show);", " pack, pack_as);")
                  .replace('"-t --times"', '"-t --block"').replace('"-b --block"', '"-b --as-block"'))
        self.expect_failed(source, "environment", "--as-block of 'pack' and --block of 'pack_as' have one variable: "
                           "PLUGH_BOX_PACK_AS_BLOCK", name="box")

    def test_help_that_cannot_be_formatted(self):
        self.expect_failed((ONE % RUN).replace('"a flag"', '"100% of it"'), "help",
                           "a help text of 'one' cannot be formatted: write a per cent sign as %%, and metavars as "
                           "many as nargs")

    def test_a_default_that_is_none(self):
        manifest = Manifest(built("box", BOX))
        manifest.set(manifest.find("OPTION", "-t --times"), "default_", b"often")
        path = self.put("box", manifest.data)
        outcome = self.check(path)
        self.assertEqual(outcome["options"], ("failed", "option '-t --times' of 'show': invalid int value: 'often'"))
        self.assertEqual(outcome["help"], ("skipped", "not tried, since 'options' failed"))

    # Constructors.

    @unittest.skipIf(SANITIZE, "a sanitizer reports crashes itself")
    def test_constructors_that_do_what_they_must_not(self):
        for text, reason in [
            ("raise(SIGSEGV);", "crashes: Segmentation fault (SIGSEGV)"),
            ("abort();", "crashes: Aborted (SIGABRT)"),
            ("_exit(7);", "ends the process, with status 7"),
            ("exit(0);", "ends the process, with status 0"),
            ("if (write(2, \"hi\\nthere\", 8) != 8) _exit(1);", "loading it writes 'hi'"),
            ("if (write(1, \"\\033[1m\", 4) != 4) _exit(1);", "loading it writes '\\x1b[1m'"),
            ("if (dup(1) < 0) _exit(1);", "loading it leaves 1 descriptor open"),
            ("if (dup(1) < 0 || dup(1) < 0) _exit(1);", "loading it leaves 2 descriptors open"),
            ("pthread_t t; pthread_create(&t, NULL, nap, NULL);", "loading it leaves 1 thread behind"),
            ("if (fork() == 0) { setpgid(0, 0); nap(NULL); }", "loading it leaves a process behind"),
        ]:
            with self.subTest(text=text):
                outcome = self.expect_failed(constructing(text), "constructors", reason)
                self.assertEqual(outcome["load"], ("skipped", "not tried, since 'constructors' failed"))

    def test_a_constructor_that_never_ends(self):
        self.expect_failed(constructing("for (;;) pause();"), "constructors", "does not end within 5 s")

    def test_a_constructor_has_nothing_granted(self):
        """Whatever the user's ini says of the sandbox."""
        self.user_ini("[plugh]\nsandbox = off\n")
        secret = self.write("secret", "x")
        source = constructing(f"""
	if (open("{secret}", O_RDONLY) >= 0 || socket(AF_INET, SOCK_STREAM, 0) >= 0)
		_exit(3);
	if (open("{self.dir}/made", O_CREAT | O_WRONLY, 0600) >= 0)
		_exit(4);
	if (getenv("SECRET") != NULL)
		_exit(5);
""").replace('.version = "1.0.0"', '.version = "1.0.0", .needs = PLUGH_NET | PLUGH_EXEC')
        path = self.put("one", built("one", source))
        outcome = self.check(path, env={"SECRET": "x"})
        self.assertEqual(outcome["constructors"], ("passed", None))
        self.assertFalse((self.dir / "made").exists())

    # run().

    @unittest.skipIf(SANITIZE, "a sanitizer reports crashes itself")
    def test_runs_that_go_wrong(self):
        for text, reason in [
            ("raise(SIGSEGV);", "run() of 'one' crashes: Segmentation fault (SIGSEGV)"),
            ("__builtin_trap();", "run() of 'one' crashes: Illegal instruction (SIGILL)"),
            ("exit(7);", "run() of 'one' ends the process, with status 7"),
            ("return 256;", "run() returns 256, which is no exit status"),
        ]:
            with self.subTest(text=text):
                outcome = self.expect_failed(running(text), "run", reason)
                self.assertEqual(outcome["threads"], ("skipped", "not tried, since 'run' failed"))

    @unittest.skipIf(SANITIZE, "a sanitizer's allocator counts nothing")
    def test_leaks(self):
        for text, test, reason in [
            ("if (dup(1) < 0) return 1;", "descriptors", "run() of 'one' leaves 1 descriptor open"),
            ("int end[2]; if (pipe(end) < 0) return 1;", "descriptors", "run() of 'one' leaves 2 descriptors open"),
            ("kept = malloc(100);", "memory", "run() of 'one' loses 112 bytes each time"),
            ("kept = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);", "memory",
             "run() of 'one' loses 2 mapped pages each time"),
        ]:
            with self.subTest(text=text):
                self.expect_failed(running(text), test, reason)

    def test_a_thread_that_stays(self):
        path = self.put("one", built("one", running("pthread_t t; pthread_create(&t, NULL, nap, NULL);")))
        self.assertEqual(self.check(path)["threads"], ("failed", "run() of 'one' leaves 1 thread behind"))

    def test_a_process_that_stays_is_told_and_ended(self):
        # A grandchild in a group of its own, whose parent is gone.
        text = "if (fork() == 0) { if (fork() == 0) { setpgid(0, 0); for (;;) pause(); } _exit(0); }"
        path = self.put("one", built("one", running(text)))
        process = self.start("plugin", "check", path, "--json", stdout=subprocess.PIPE)
        told = json.loads(process.communicate(timeout=DEADLINE)[0])
        self.assertIn({"name": "threads", "status": "failed", "reason": "run() of 'one' leaves a process behind"},
                      told["tests"])
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                with contextlib.suppress(OSError):
                    self.assertNotIn(os.fsencode(path), pathlib.Path("/proc", entry, "cmdline").read_bytes())

    def test_what_is_given_back_is_no_leak(self):
        for text in (
            "pid_t pid = fork(); if (pid == 0) _exit(0); waitpid(pid, NULL, 0);",
            "int fd = dup(1); close(fd);",
            "kept = malloc(100); free(kept);",
            "kept = calloc(1, 3000); free(kept);",
            "kept = malloc(1 << 20); free(kept);",
            "static char *once; if (once == NULL) once = malloc(1000);",
            "pthread_t t; pthread_create(&t, NULL, leave, NULL); pthread_join(t, NULL);",
            "return 255;",
            "return plugh_fail(host, -ENOENT, \"no\");",
        ):
            with self.subTest(text=text):
                self.expect_passed(running(text))

    def test_one_of_several_commands_leaks(self):
        source = HEADERS + BOX.replace('return plugh_print(host, "show', 'if (dup(1) < 0) return 1; return plugh_print(host, "show')
        self.expect_failed(source, "descriptors", "run() of 'show' leaves 1 descriptor open", name="box")

    def test_a_run_that_works_only_once(self):
        path = self.put("one", built("one", running("static int n; if (n++ > 0) _exit(4);")))
        outcome = self.check(path)
        self.assertEqual(outcome["run"], ("passed", None))
        self.assertEqual(outcome["memory"], (
            "skipped", "run() of 'one' cannot be called again in one process: it ends the process, with status 4"))

    def test_a_run_that_waits(self):
        self.expect_passed(running("for (;;) pause();"), skipped="run() of 'one' does not end within 5 s")

    def test_what_is_not_run(self):
        required = (ONE % RUN).replace('"a flag"', '"a flag", .required = true')
        self.expect_passed(required, skipped="'one' needs arguments")
        for need in ("EXEC", "PTRACE"):
            needy = running("_exit(9);").replace('.version = "1.0.0"', f'.version = "1.0.0", .needs = PLUGH_{need}')
            self.expect_passed(needy, skipped="'one' may start or trace others, so it cannot be confined")

    def test_a_run_is_granted_nothing(self):
        target = self.dir / "target"
        source = running(f"""
	if (open("{target}", O_CREAT | O_WRONLY, 0600) >= 0 || socket(AF_INET, SOCK_STREAM, 0) >= 0)
		_exit(3);
	if (fork() == 0) for (;;) pause();
""").replace('.version = "1.0.0"', '.version = "1.0.0", .needs = PLUGH_NET | PLUGH_WRITE')
        self.user_ini("[plugh]\nsandbox = off\n")
        path = self.put("one", built("one", source))
        outcome = self.check(path)
        self.assertEqual(outcome["run"], ("passed", None))
        self.assertFalse(target.exists())

    # As a command.

    def test_good_ones_pass(self):
        self.expect_passed(GOOD, "good")
        self.expect_passed(BOX, "box")

    def test_text(self):
        path = self.put("one", built("one", running("exit(7);")))
        result = self.plugh("plugin", "check", "plugins/one.so")
        lines = result.stdout.splitlines()
        self.assertEqual((result.status, result.stderr, len(lines)), (1, "", len(TESTS) + 1))
        self.assertEqual(lines[0], "manifest      passed")
        self.assertEqual(lines[10], "run           failed: run() of 'one' ends the process, with status 7")
        self.assertEqual(lines[11], "descriptors   skipped: not tried, since 'run' failed")
        self.assertEqual(lines[-1], "plugins/one.so: 1 of 14 tests failed")
        self.put("one", built("one", ONE % RUN))
        self.assertEqual(self.plugh("plugin", "check", path).stdout.splitlines()[-1], f"{path}: no test failed")

    def test_the_user_can_end_it(self):
        source = constructing(f"""
	int fd = open("/dev/null", O_WRONLY);
	(void)fd;
	if (write(2, "x", 1) == 1)
		for (;;) pause();
""")
        path = self.put("one", built("one", source))
        process = self.start("--trace", "plugin", "check", path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        children = f"/proc/{process.pid}/task/{process.pid}/children"
        for line in process.stderr:
            if b" grant: " in line:
                break
        # Cancelled as soon as it can be; whichever test that meets, none is told.
        while process.poll() is None and not open(children, encoding="ascii").read().split():
            os.sched_yield()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=DEADLINE)
        self.assertEqual((process.returncode, out), (-signal.SIGINT, b""))


if __name__ == "__main__":
    main()
