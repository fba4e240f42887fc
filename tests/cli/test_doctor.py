"""`plugh doctor`: each kind of trouble, made on purpose, is told in the text and in the JSON document.

SPDX-License-Identifier: MIT
"""

import ctypes
import datetime
import hashlib
import json
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import unittest

from plughtest import BUILD, DEADLINE, PLUGH, SANITIZE, PlughTest, Result, main

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

    @staticmethod
    def cures(told):
        return [finding["cure"] for finding in told["findings"] if finding["cure"] is not None]

    def hello(self, folder="plugins"):
        return self.build_plugin("hello", HELLO.replace("HERE", str(self.dir)), folder)


class Health(DoctorTest):
    def test_nothing_is_wrong(self):
        told = self.doctor()
        self.assertEqual(
            list(told),
            ["version", "healthy", "problems", "warnings", "findings", "kernel", "sandbox",
             "configuration", "folders", "plugins", "missing_plugins", "crashes"])
        self.assertEqual((told["configuration"], told["missing_plugins"]), ([], []))
        self.assertEqual(told["kernel"]["release"], os.uname().release)
        self.assertEqual(told["sandbox"]["level"], "on")
        self.assertEqual(json.loads(self.plugh("--json", "doctor").stdout), told)
        self.assertEqual([folder["status"] for folder in told["folders"]], ["ok", "missing"])

    def test_the_text_has_headings_and_a_sum(self):
        lines = self.plugh("doctor").stdout.splitlines()
        self.assertEqual([line for line in lines if line[:1] not in ("", " ")],
                         ["Kernel", "Sandbox", "Configuration", "Plugin folders", "Plugins", "Crashes",
                          "Nothing is wrong."])
        self.user_ini("[plugh]\nsandbx = on\n[plugin:nobody]\na = b\n")
        self.assertTrue(self.plugh("doctor").stdout.endswith("\n\n1 problem, 1 warning.\n"))

    def test_verdicts_are_coloured_on_demand(self):
        plain = self.plugh("doctor").stdout
        coloured = self.plugh("--color=always", "doctor").stdout
        self.assertNotIn("\033", plain)
        self.assertIn("  \033[32mok\033[0m       sandbox = on", coloured)
        self.assertEqual(re.sub("\033\\[[0-9;]*m", "", coloured), plain)

    def test_no_code_of_a_plugin_runs(self):
        self.hello()
        told = self.doctor("--plugin-path", "plugins")
        self.assertIn(("hello", "enabled"),
                      [(plugin["name"], plugin["status"]) for plugin in told["plugins"]])
        self.assertFalse((self.dir / "touched").exists())
        self.user_ini("[plugh]\nsandbox = off\n")
        self.expect(self.plugh("--plugin-path", "plugins", "hello"), 0, "0\n")
        self.assertTrue((self.dir / "touched").exists(), "the plugin would have told")

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
            self.assertEqual(
                done.stderr.decode(),
                "plugh doctor: error: cannot write standard output: No space left on device\n")


class Trouble(DoctorTest):
    def test_a_broken_ini(self):
        ini = self.user_ini("[plugh]\nsandbx = on\n")
        told = self.doctor(status=1)
        self.assertEqual(self.texts(told, "problem"), [f"{ini}:2: unknown key 'sandbx'"])
        self.assertEqual(self.cures(told), ["did you mean 'sandbox'?"])
        self.assertEqual(
            told["configuration"],
            json.loads(self.plugh("config", "check", "--json").stdout))

    def test_a_warning_is_no_problem(self):
        self.user_ini("[plugin:nobody]\na = b\n")
        told = self.doctor()
        self.assertEqual(told["warnings"], 1)

    def test_an_ini_that_is_missing(self):
        told = self.doctor("--config", "nowhere.ini", status=1)
        self.assertEqual(self.texts(told, "problem"),
                         ["nowhere.ini: cannot be read: No such file or directory"])

    @unittest.skipUnless(os.geteuid() == 0, "only root can put another /etc in place")
    def test_the_ini_files_of_the_system(self):
        etc = self.dir / "etc"
        (etc / "plugh/conf.d").mkdir(parents=True)
        (etc / "plugh/conf.d/10-x.ini").write_text("[plugh]\nenabled = extract extrac\n")
        text = self.plugh_with_etc(etc, "doctor")
        self.assertEqual(text.status, 0, text)
        self.assertIn("  ok       /etc/plugh/conf.d/10-x.ini (system): read\n", text.stdout)
        self.assertIn("  warning  /etc/plugh/conf.d/10-x.ini:2: plugin 'extrac' is not installed\n"
                      "           -> did you mean 'extract'?\n", text.stdout)

    def test_bytes_of_an_ini_that_a_terminal_would_obey(self):
        self.user_ini("").write_bytes(b"[plugh]\n\x1b[2J\xe2\x80\xae\xff = 1\n")
        for words in (("doctor",), ("doctor", "--json")):
            result = self.plugh(*words)
            self.assertEqual(result.status, 1, result)
            self.assertNotRegex(result.bytes.decode(), "[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]")

    def test_a_folder_that_others_can_write(self):
        file = self.hello()
        folder = file.parent
        if os.geteuid() == 0:
            os.chown(folder, -1, 12345)
        for mode, who, cure in ((0o777, "others", "go-w"), (0o775, "its group", "g-w")):
            if mode == 0o775 and os.geteuid() != 0:
                continue
            folder.chmod(mode)
            told = self.doctor("--plugin-path", "plugins", status=1)
            why = f"'{folder}' is writable by {who}"
            cure = f"chmod {cure} '{folder}'"
            self.assertEqual(
                self.texts(told, "problem"),
                [f"{folder} (--plugin-path): {why}", f"hello ({file}) is refused: {why}"])
            self.assertEqual(self.cures(told), [cure, cure])
            self.assertIn({"path": str(folder), "origin": "--plugin-path", "status": "untrusted",
                           "reason": f"{why}: {cure}"}, told["folders"])
            subprocess.run(["sh", "-c", cure], check=True, timeout=DEADLINE)
            self.doctor("--plugin-path", "plugins")

    @unittest.skipUnless(os.geteuid() == 0, "only root can give files away, and be another user")
    def test_folders_of_others(self):
        for folder in (self.dir, self.home):
            folder.chmod(0o755)
        folder = self.dir / "theirs"
        folder.mkdir(mode=0o700)
        os.chown(folder, 12345, -1)
        told = self.doctor("--plugin-path", "theirs", status=1)
        self.assertEqual(
            self.texts(told, "problem"),
            [f"{folder} (--plugin-path): '{folder}' belongs to user 12345, neither to root nor to you"])
        self.assertEqual(self.cures(told), ["chown it, or move it"])
        told = self.doctor("--plugin-path", "theirs", status=1, user=65534, group=65534, extra_groups=[])
        self.assertEqual(self.texts(told, "problem"), [f"{folder} (--plugin-path): Permission denied"])
        self.assertEqual(told["folders"][0]["status"], "unreadable")

    def test_a_plugin_that_others_can_write(self):
        file = self.hello()
        file.chmod(0o757)
        told = self.doctor("--plugin-path", "plugins", status=1)
        self.assertEqual(self.texts(told, "problem"),
                         [f"hello ({file}) is refused: '{file}' is writable by others"])
        self.assertEqual(self.cures(told), [f"chmod go-w '{file}'"])

    def test_a_plugin_with_another_pin(self):
        file = self.hello()
        ini = self.user_ini(f"[policy:hello]\nsha256 = {'0' * 64}\n")
        told = self.doctor("--plugin-path", "plugins", status=1)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        self.assertEqual(
            self.texts(told, "problem"),
            [f"hello ({file}) is refused: its SHA-256 is {digest}, but {ini}:2 pins {'0' * 64}"])

    def test_of_very_many_the_text_shows_the_first(self):
        for i in range(100):
            self.write(f"plugins/junk{i:03}.so", "no ELF\n")
        text = self.plugh("--plugin-path", "plugins", "doctor")
        told = json.loads(self.plugh("--plugin-path", "plugins", "doctor", "--json").stdout)
        self.assertEqual((text.status, text.stdout.count("is refused")), (1, 29), text)
        self.assertIn("           and 71 more: 'plugh doctor --json' has all\n\nCrashes\n", text.stdout)
        self.assertTrue(text.stdout.endswith("\n100 problems, 0 warnings.\n"), text)
        self.assertEqual(len(self.texts(told, "problem")), 100)

    def test_folders_that_are_none(self):
        file = self.write("file", "")
        ini = self.user_ini(f"[plugh]\npath = {file} {self.dir}/nowhere\n")
        told = self.doctor(status=1)
        self.assertEqual(self.texts(told, "problem"), [f"{file} ({ini}:2): Not a directory"])
        self.assertEqual(self.texts(told, "warning"), [f"{self.dir}/nowhere ({ini}:2): not there"])
        self.assertEqual([folder["status"] for folder in told["folders"]],
                         ["ok", "no_folder", "missing", "missing"])

    def test_a_refused_and_a_disabled_plugin(self):
        junk = self.write("plugins/junk.so", b"\x00" * 100)
        self.hello()
        ini = self.user_ini("[plugh]\ndisabled = hello\n")
        told = self.doctor("--plugin-path", "plugins", status=1)
        listed = {entry["name"]: entry for entry in json.loads(
            self.plugh("--plugin-path", "plugins", "plugin", "list", "--json").stdout)}
        self.assertEqual(told["plugins"], list(listed.values()))
        self.assertEqual(self.texts(told, "problem"),
                         [f"junk ({junk}) is refused: {listed['junk']['reason']}"])
        self.assertEqual(self.texts(told, "note", "plugins"),
                         [f"hello ({self.dir}/plugins/hello.so) is disabled: disabled by {ini}:2"])

    def test_a_shadowed_plugin(self):
        first = self.hello()
        second = self.home / ".local/share/plugh/plugins/hello.so"
        second.parent.mkdir(parents=True)
        shutil.copy(first, second)
        told = self.doctor("--plugin-path", "plugins")
        self.assertEqual(self.texts(told, "warning"),
                         [f"hello ({second}) is shadowed: '{first}' comes first"])
        self.assertEqual(self.cures(told), ["remove one of the two, if that is not meant"])

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
        self.assertEqual(set(self.cures(told)), {"install plugh again"})

    def test_names_that_a_terminal_would_obey(self):
        folder = os.fsencode(self.dir) + b"/\x1b[31m\xff\n"
        os.mkdir(folder)
        shutil.copy(EXTRACT, folder + b"/\x1b]0;x\x07.so")
        told = self.doctor("--plugin-path", folder, status=1)
        result = self.plugh("--plugin-path", folder, "doctor")
        self.assertNotRegex(result.stdout, "[\x00-\x09\x0b-\x1f\x7f\udcff]")
        self.assertIn("base64", told["folders"][0])


class Crashes(DoctorTest):
    CRASH = """
#include <plugh/sdk.h>
#include <signal.h>
struct crash_args { bool flag; };
static int crash_run(const struct plugh_host *host, const struct crash_args *args)
{
	return raise(SIGSEGV) + host->json + args->flag;
}
PLUGH_PLUGIN(crash, struct crash_args, crash_run, PLUGH_ABOUT("crash", .version = "1.2.3"),
	PLUGH_OPT(flag, "-f --flag", "a flag"));
"""

    def setUp(self):
        super().setUp()
        self.state = self.home / ".local/state/plugh"
        self.build_plugin("crash", self.CRASH, flags=["-g"])

    def keep(self, name, data):
        self.state.mkdir(parents=True, exist_ok=True)
        path = self.state / f"crash-{name}.ini"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def examine(self, **more):
        return self.doctor("--plugin-path", "plugins", **more)

    @unittest.skipIf(SANITIZE, "the sanitizer takes the signal")
    def test_a_crash_that_has_happened(self):
        before = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        run = self.plugh("--plugin-path", "plugins", "crash")
        after = datetime.datetime.now(datetime.timezone.utc)
        self.assertEqual(run.status, -signal.SIGSEGV, run)
        told = self.examine()
        (crash,) = told["crashes"]
        self.assertEqual((crash["name"], crash["version"]), ("crash", "1.2.3"))
        self.assertEqual(crash["signal"], "Segmentation fault (SIGSEGV)")
        self.assertTrue(crash["file"].endswith("/plugins/crash.so"), crash)
        time = datetime.datetime.strptime(crash["time"], "%Y-%m-%dT%H:%M:%S%z")
        self.assertTrue(before <= time <= after, crash)
        self.assertTrue(any(re.search(r" at crash\.c:7 \(crash\.so\+0x", call) for call in crash["calls"]), crash)
        (text,) = self.texts(told, "warning")
        self.assertTrue(text.startswith(
            f"crash 1.2.3 crashed at {crash['time']}: Segmentation fault (SIGSEGV)"), text)
        # What it says is to be done, is enough.
        (cure,) = self.cures(told)
        self.assertEqual(cure, f"tell its author; forget it by rm '{self.state}/crash-crash.ini'")
        subprocess.run(["sh", "-c", cure.partition("by ")[2]], check=True, timeout=DEADLINE)
        self.assertEqual(self.examine()["crashes"], [])

    def test_a_crash_of_another_version_is_a_note(self):
        self.keep("crash", '[crash]\nversion = "1.0.0"\nsignal = "Aborted (SIGABRT)"\ntime = "2026-01-31T12:00:00Z"\n')
        told = self.examine()
        self.assertEqual(self.texts(told, "note", "crashes"),
                         ["crash 1.0.0 crashed at 2026-01-31T12:00:00Z: Aborted (SIGABRT)"])
        self.keep("crash", '[crash]\nversion = "1.2.3"\nsignal = "Aborted (SIGABRT)"\ntime = "2026-01-31T12:00:00Z"\n'
                           'call = "one at a.c:1"\n    "two at a.c:2"\n')
        told = self.examine()
        self.assertEqual(self.texts(told, "warning"),
                         ["crash 1.2.3 crashed at 2026-01-31T12:00:00Z: Aborted (SIGABRT) in one at a.c:1"])
        self.assertEqual(told["crashes"][0]["calls"], ["one at a.c:1", "two at a.c:2"])

    def test_hostile_files_in_the_state_folder(self):
        generator = random.Random(5)
        hostile = "\x1b[2J\x07\u202e"
        self.keep("crash", f'[crash]\nsignal = "a{hostile}b"\ntime = {hostile}\nversion = 1.2.3\ncall = "{hostile}"\n')
        self.keep("random", generator.randbytes(10_000))
        self.keep("nul", b"[crash]\nsignal = a\0b\n")
        self.keep("long", b'[crash]\nsignal = "' + b"x" * 1_000_000)
        self.keep("many", "[crash]\nsignal = x\ncall = a\n" + "  b\n" * 5000)
        self.keep("big", b"; comment\n" * 300_000)
        (self.state / "crash-\x1b[31m.ini").write_text("[crash]\nsignal = x\n")
        (self.state / "crash-.ini").write_text("[crash]\nsignal = x\n")
        os.mkfifo(self.state / "crash-fifo.ini")
        (self.state / "crash-zero.ini").symlink_to("/dev/zero")
        (self.state / "crash-loop.ini").symlink_to("crash-loop.ini")
        (self.state / "crash-folder.ini").mkdir()
        told = self.examine()
        for words in (["doctor"], ["doctor", "--json"]):
            result = self.plugh("--plugin-path", "plugins", *words)
            self.assertEqual((result.status, result.stderr), (0, ""), result)
            self.assertNotRegex(result.bytes.decode(), "[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]")
        names = [crash["name"] for crash in told["crashes"]]
        self.assertIn("many", names)
        self.assertLessEqual(set(names), {"crash", "random", "nul", "long", "many"})
        for crash in told["crashes"]:
            self.assertLessEqual(len(crash["calls"]), 64)

    def test_a_state_folder_that_is_none(self):
        self.state.parent.mkdir(parents=True)
        self.state.write_text("")
        self.assertEqual(self.examine()["crashes"], [])
        for place in ("relative", "", "/dev/null", "/nonexistent"):
            self.assertEqual(self.examine(env={"XDG_STATE_HOME": place})["crashes"], [])

    @unittest.skipUnless(os.geteuid() == 0, "only root can be another user")
    def test_a_state_folder_that_cannot_be_read(self):
        for folder in (self.dir, self.home):
            folder.chmod(0o755)
        state = self.dir / "state"
        (state / "plugh").mkdir(parents=True)
        (state / "plugh").chmod(0o700)
        told = self.doctor(env={"XDG_STATE_HOME": str(state)}, user=65534, group=65534, extra_groups=[])
        self.assertEqual(self.texts(told, "warning"), [f"{state}/plugh: Permission denied"])


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
