"""`plugh doctor`: each kind of trouble, made on purpose, is told in the text and in the JSON document.

SPDX-License-Identifier: MIT
"""

import ctypes
import json
import os
import shutil
import struct
import subprocess
import unittest

from plughtest import BUILD, DEADLINE, PLUGH, PlughTest, Result, main

HELLO = """
#include <plugh/sdk.h>
#include <stdio.h>
__attribute__((constructor)) static void touch(void) { fclose(fopen("HERE/touched", "w")); }
struct hello_args { bool flag; };
static int hello_run(const struct plugh_host *host, const struct hello_args *args)
{
	return plugh_print(host, "%d\\n", args->flag);
}
PLUGH_PLUGIN(hello, struct hello_args, hello_run, PLUGH_ABOUT("one", .version = "1.0.0"),
	PLUGH_OPT(flag, "-f --flag", "a flag"));
"""
EXTRACT = BUILD / "lib/plugh/plugins/extract.so"
SECCOMP, LANDLOCK_CREATE_RULESET, PIDFD_OPEN, MEMFD_CREATE = 317, 444, 434, 319  # of x86-64
ENOSYS, EOPNOTSUPP = 38, 95


def refuse(error, *numbers):
    """For preexec_fn: a seccomp filter by which these system calls fail."""
    code = [(0x20, 0, 0, 0)]  # load the number
    for number in numbers:
        code += [(0x15, 0, 1, number), (0x06, 0, 0, 0x00050000 | error)]
    code.append((0x06, 0, 0, 0x7FFF0000))
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *one) for one in code))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(code), ctypes.addressof(program)))
    libc = ctypes.CDLL(None, use_errno=True)

    def install():
        if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, header, 0, 0):
            raise OSError(ctypes.get_errno(), "seccomp")

    install.kept = program
    return install


class DoctorTest(PlughTest):
    def doctor(self, *before, status=0, run=None, **more):
        """The report as text and as JSON, which must tell the same findings."""
        run = run or self.plugh
        text = run(*before, "doctor", **more)
        result = run(*before, "doctor", "--json", **more)
        self.assertEqual((text.status, result.status), (status, status), f"{text}\n{result}")
        told = json.loads(result.stdout)
        for finding in told["findings"]:
            self.assertIn(f"  {finding['verdict']:7}  {finding['text']}\n", text.stdout)
            if finding["cure"] is not None:
                self.assertIn(f"           -> {finding['cure']}\n", text.stdout)
        self.assertEqual(told["healthy"], status == 0)
        self.assertEqual(told["problems"], len(self.texts(told, "problem")))
        self.assertEqual(told["warnings"], len(self.texts(told, "warning")))
        return told

    @staticmethod
    def texts(told, verdict, topic=None):
        return [finding["text"] for finding in told["findings"]
                if finding["verdict"] == verdict and topic in (None, finding["topic"])]

    def hello(self, folder="plugins"):
        return self.build_plugin("hello", HELLO.replace("HERE", str(self.dir)), folder)


class Health(DoctorTest):
    def test_nothing_is_wrong(self):
        told = self.doctor()
        self.assertEqual(
            list(told),
            ["healthy", "problems", "warnings", "findings", "kernel", "sandbox", "configuration",
             "folders", "plugins", "missing_plugins"])
        self.assertEqual((told["configuration"], told["missing_plugins"]), ([], []))
        self.assertEqual(told["kernel"]["release"], os.uname().release)
        self.assertEqual(told["sandbox"]["level"], "on")
        self.assertTrue(self.plugh("--json", "doctor").stdout.startswith("{"))

    def test_no_code_of_a_plugin_runs(self):
        self.hello()
        told = self.doctor("--plugin-path", "plugins")
        self.assertIn(("hello", "enabled"),
                      [(plugin["name"], plugin["status"]) for plugin in told["plugins"]])
        self.assertFalse((self.dir / "touched").exists())

    def test_help_man_page_and_completion_know_it(self):
        self.assertIn("doctor", self.plugh("--help").stdout)
        self.assertIn("look for what is wrong", self.plugh("doctor", "--help").stdout)
        page = self.plugh("man", "doctor")
        self.assertEqual(page.status, 0, page)
        self.assertIn("missing_plugins", page.stdout.replace("\\-", "-").replace("\\_", "_"))
        self.expect(self.plugh("doctor", "more"), 2, "",
                    "usage: plugh doctor [-h] [--json]\n"
                    "plugh doctor: error: unrecognized arguments: more\n")

    def test_a_full_disk_is_an_error(self):
        for args in ((), ("--json",)):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([PLUGH, "doctor", *args], stdout=full, stderr=subprocess.PIPE,
                                      env=self.env, timeout=DEADLINE)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"No space left on device", done.stderr)


class Trouble(DoctorTest):
    def test_a_broken_ini(self):
        ini = self.user_ini("[plugh]\nsandbx = on\n")
        told = self.doctor(status=1)
        self.assertEqual(self.texts(told, "problem"), [f"{ini}:2: unknown key 'sandbx'"])
        self.assertEqual(
            told["configuration"],
            json.loads(self.plugh("config", "check", "--json").stdout))

    def test_a_warning_is_no_problem(self):
        self.user_ini("[plugin:nobody]\na = b\n")
        told = self.doctor()
        self.assertEqual(told["warnings"], 1)

    def test_a_folder_that_others_can_write(self):
        file = self.hello()
        file.parent.chmod(0o777)
        told = self.doctor("--plugin-path", "plugins", status=1)
        why = f"'{file.parent}' is writable by others: chmod go-w '{file.parent}'"
        self.assertEqual(
            self.texts(told, "problem"),
            [f"{file.parent} (--plugin-path): {why}", f"hello ({file}) is refused: {why}"])
        self.assertIn({"path": str(file.parent), "origin": "--plugin-path", "state": "untrusted",
                       "reason": why}, told["folders"])
        subprocess.run(["sh", "-c", why.partition("others: ")[2]], check=True, timeout=DEADLINE)
        self.doctor("--plugin-path", "plugins")

    def test_folders_that_are_none(self):
        file = self.write("file", "")
        ini = self.user_ini(f"[plugh]\npath = {file} {self.dir}/nowhere\n")
        told = self.doctor(status=1)
        self.assertEqual(self.texts(told, "problem"), [f"{file} ({ini}:2): it is no folder"])
        self.assertEqual(self.texts(told, "warning"), [f"{self.dir}/nowhere ({ini}:2): not there"])
        self.assertEqual([folder["state"] for folder in told["folders"]],
                         ["ok", "no_folder", "missing", "missing"])

    def test_a_refused_and_a_disabled_plugin(self):
        junk = self.write("plugins/junk.so", b"\x00" * 100)
        self.hello()
        self.user_ini("[plugh]\ndisabled = hello\n")
        told = self.doctor("--plugin-path", "plugins", status=1)
        listed = {entry["name"]: entry for entry in json.loads(
            self.plugh("--plugin-path", "plugins", "plugin", "list", "--json").stdout)}
        for entry in told["plugins"]:
            self.assertEqual(entry, {key: listed[entry["name"]][key] for key in entry})
        self.assertEqual(self.texts(told, "problem"),
                         [f"junk ({junk}) is refused: {listed['junk']['reason']}"])
        self.assertEqual(len(self.texts(told, "note", "plugins")), 1)

    def test_a_shadowed_plugin(self):
        first = self.hello()
        second = self.home / ".local/share/plugh/plugins/hello.so"
        second.parent.mkdir(parents=True)
        shutil.copy(first, second)
        told = self.doctor("--plugin-path", "plugins")
        self.assertEqual(self.texts(told, "warning"),
                         [f"hello ({second}) is shadowed: '{first}' comes first"])

    def test_bundled_plugins_that_are_missing(self):
        prefix = self.dir / "prefix"
        (prefix / "bin").mkdir(parents=True)
        shutil.copy(PLUGH, prefix / "bin/plugh")
        (prefix / "lib/plugh/plugins").mkdir(parents=True)

        def run(*args, env=None):
            return Result(subprocess.run([prefix / "bin/plugh", *args], env=self.env, cwd=self.dir,
                                         capture_output=True, timeout=DEADLINE))

        told = self.doctor(status=1, run=run)
        self.assertIn("extract", told["missing_plugins"])
        self.assertIn("the bundled plugin 'extract' is missing", self.texts(told, "problem"))

    def test_names_that_a_terminal_would_obey(self):
        folder = os.fsencode(self.dir) + b"/\x1b[31m\xff\n"
        os.mkdir(folder)
        shutil.copy(EXTRACT, folder + b"/\x1b]0;x\x07.so")
        told = self.doctor("--plugin-path", folder, status=1)
        result = self.plugh("--plugin-path", folder, "doctor")
        self.assertNotRegex(result.stdout, "[\x00-\x09\x0b-\x1f\x7f\udcff]")
        self.assertIn("base64", told["folders"][0])


class Kernel(DoctorTest):
    def test_sandbox_off_is_a_warning(self):
        ini = self.user_ini("[plugh]\nsandbox = off\n")
        told = self.doctor()
        self.assertEqual(self.texts(told, "warning"), [f"sandbox = off ({ini}:2): no plugin is confined"])
        self.assertIsNone(told["sandbox"]["tried"])

    def test_tried_as_the_kernel_promises(self):
        told = self.doctor()
        kernel = told["kernel"]
        self.assertEqual(told["sandbox"]["tried"],
                         {"folder_refused": kernel["landlock_abi"] is not None,
                          "socket_refused": kernel["seccomp"]})

    @unittest.skipUnless(os.uname().machine == "x86_64", "numbers of system calls are x86-64's")
    def test_no_landlock(self):
        for error, text in ((ENOSYS, "Function not implemented"), (EOPNOTSUPP, "Operation not supported")):
            told = self.doctor(status=1, preexec_fn=refuse(error, LANDLOCK_CREATE_RULESET))
            self.assertEqual(self.texts(told, "warning", "kernel"), [f"no Landlock: {text}"])
            self.assertEqual(
                self.texts(told, "problem"),
                ["without Landlock a plugin can read and change all files that you can"])
            self.assertIsNone(told["kernel"]["landlock_abi"])
            self.assertEqual(len(told["kernel"]["landlock_lacks"]), 7)
            self.assertEqual(told["sandbox"]["tried"],
                             {"folder_refused": False, "socket_refused": True})

    @unittest.skipUnless(os.uname().machine == "x86_64", "numbers of system calls are x86-64's")
    def test_required_where_it_cannot_be_had(self):
        ini = self.user_ini("[plugh]\nsandbox = require\n")
        told = self.doctor(status=1, preexec_fn=refuse(ENOSYS, LANDLOCK_CREATE_RULESET))
        self.assertIn(f"sandbox = require ({ini}:2), and this kernel cannot do all: no plugin that is "
                      "to be confined will run", self.texts(told, "problem"))

    @unittest.skipUnless(os.uname().machine == "x86_64", "numbers of system calls are x86-64's")
    def test_no_seccomp_pidfd_and_memfd(self):
        told = self.doctor(
            status=1, preexec_fn=refuse(ENOSYS, SECCOMP, PIDFD_OPEN, MEMFD_CREATE))
        kernel = told["kernel"]
        self.assertEqual([kernel[name] for name in ("seccomp", "pidfd", "memfd_sealing")], [False] * 3)
        self.assertIn("without seccomp a plugin can use sockets and start programs",
                      self.texts(told, "problem"))


if __name__ == "__main__":
    main()
