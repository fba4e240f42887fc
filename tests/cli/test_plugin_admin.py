"""`plugh plugin install`, `remove`, `pin` and `unpin`: what an administrator, or a user, does with plugins.

SPDX-License-Identifier: MIT
"""

import hashlib
import json
import os
import resource
import signal
import stat
import unittest

from plughtest import BUILD, PlughTest, main

SOURCE = """
#include <plugh/sdk.h>
struct NAME_args { bool flag; };
static int NAME_run(const struct plugh_host *host, const struct NAME_args *args)
{
	BODY
	return plugh_print(host, "VERSION%s\\n", args->flag ? " flag" : "");
}
PLUGH_PLUGIN(NAME, struct NAME_args, NAME_run, PLUGH_ABOUT("one", .version = "VERSION"),
	PLUGH_OPT(flag, "-f --flag", "a flag"));
"""
EXTRACT = BUILD / "lib/plugh/plugins/extract.so"


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class AdminTest(PlughTest):
    def setUp(self):
        super().setUp()
        self.folder = self.home / ".local/share/plugh/plugins"
        self.target = self.folder / "hello.so"
        self.ini = self.home / ".config/plugh/plugh.ini"

    def build(self, version="1.0.0", name="hello", body="", folder="built"):
        text = SOURCE.replace("NAME", name).replace("VERSION", version).replace("BODY", body)
        return self.build_plugin(name, text, folder)

    def install(self, *args, status=0, stderr="", **more):
        result = self.plugh("plugin", "install", *args, **more)
        self.assertEqual((result.status, result.stderr), (status, stderr), result)
        return result.stdout

    def status(self, name="hello"):
        entries = json.loads(self.plugh("plugin", "list", "--json").stdout)
        return [entry["status"] for entry in entries if entry["name"] == name]


class Install(AdminTest):
    def test_a_file_is_copied_with_the_right_modes(self):
        path = self.build()
        path.chmod(0o777)

        for umask in (0o002, 0o077, 0):
            before = os.umask(umask)
            try:
                told = self.install(path)
            finally:
                os.umask(before)
            self.assertEqual(stat.S_IMODE(self.target.stat().st_mode), 0o644)
            for folder in (self.folder, self.folder.parent):
                self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700)
            self.assertEqual(self.target.read_bytes(), path.read_bytes())
            self.expect(self.plugh("hello", "-f"), 0, "1.0.0 flag\n")
            self.assertEqual(os.listdir(self.folder), ["hello.so"])
        self.assertEqual(told, f"hello 1.0.0: installed as {self.target} in place of 1.0.0\n")
        self.assertFalse(self.ini.exists())

    def test_xdg_data_home_counts(self):
        data = self.dir / "data"
        told = self.install(self.build(), env={"XDG_DATA_HOME": str(data)})
        self.assertEqual(told, f"hello 1.0.0: installed as {data}/plugh/plugins/hello.so\n")
        self.expect(self.plugh("hello", env={"XDG_DATA_HOME": str(data)}), 0, "1.0.0\n")
        self.assertFalse(self.folder.exists())

    def test_without_a_home_there_is_no_folder(self):
        self.env.pop("HOME")
        self.install(self.build(), status=1, stderr="plugh plugin: error: cannot find your plugin folder: set HOME or "
                     "XDG_DATA_HOME: No such file or directory\n")

    def test_one_that_is_there_is_replaced_and_told(self):
        self.install(self.build("1.0.0"))
        with open(self.target, "rb") as running:
            told = self.install(self.build("1.1.0"))
            self.assertNotEqual(os.fstat(running.fileno()).st_ino, self.target.stat().st_ino)
        self.assertEqual(told, f"hello 1.1.0: installed as {self.target} in place of 1.0.0\n")
        self.expect(self.plugh("hello"), 0, "1.1.0\n")

    def test_what_is_no_plugin_there_is_replaced_too(self):
        self.folder.mkdir(parents=True, mode=0o700)
        self.target.write_text("junk")
        told = self.install(self.build())
        self.assertEqual(told, f"hello 1.0.0: installed as {self.target} in place of ?\n")

    def test_what_the_check_fails_is_not_installed(self):
        path = self.build(body="__builtin_trap();")
        reason = "run() of 'hello' crashes: Illegal instruction (SIGILL)"
        self.install(path, status=1, stderr=f"plugh plugin: error: '{path}' is not installed: it fails the test 'run': "
                     f"{reason}\n")
        self.assertFalse(self.target.exists())

        told = self.install("--force", path, stderr=f"plugh plugin: warning: '{path}' fails the test 'run': {reason}\n")

        self.assertEqual(told, f"hello 1.0.0: installed as {self.target}\n")
        self.assertEqual(self.status(), ["enabled"])

    def test_what_is_no_plugin_is_never_installed(self):
        path = self.write("hello.so", "text")
        for force in ([], ["--force"]):
            self.install(*force, path, status=1, stderr=f"plugh plugin: error: '{path}' is not installed: it fails the "
                         "test 'manifest': not an ELF file\n")
        self.install("missing.so", status=1,
                     stderr="plugh plugin: error: cannot open 'missing.so': No such file or directory\n")
        for path in (self.dir, "/dev/zero"):
            self.install(path, status=1,
                         stderr=f"plugh plugin: error: '{path}' is not installed: not a regular file\n")
        self.assertFalse(self.folder.exists())

    def test_nothing_is_written_through_a_link(self):
        path, other = self.build(), self.build("2.0.0", folder="other")
        self.folder.mkdir(parents=True, mode=0o700)
        before = other.read_bytes()
        self.target.symlink_to(other)
        self.install(path, status=1, stderr=f"plugh plugin: error: '{path}' is not installed: '{self.target}' is a "
                     "link: remove it first\n")
        self.assertEqual(other.read_bytes(), before)
        self.expect(self.plugh("plugin", "remove", "hello"), 0, f"hello: removed {self.target}\n")
        self.assertEqual(other.read_bytes(), before)
        os.mkfifo(self.target)
        self.install(path, status=1, stderr=f"plugh plugin: error: '{path}' is not installed: '{self.target}' is not a "
                     "regular file\n")

    def test_a_write_that_fails_leaves_the_old_one(self):
        path = self.build("1.1.0")
        self.install(self.build("1.0.0", folder="old"))
        before = self.target.read_bytes()

        def little():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

        self.install(path, status=1, stderr=f"plugh plugin: error: cannot write '{self.target}': File too large\n",
                     preexec_fn=little)
        self.assertEqual((os.listdir(self.folder), self.target.read_bytes()), (["hello.so"], before))

    def test_names_that_are_taken(self):
        for name, words in [
            ("config", "'config' is the name of a built-in command"),
            ("extract", "'extract' is bundled with plugh, and no other file can serve that name"),
        ]:
            path = self.build(name=name)
            self.install("--force", path, status=1,
                         stderr=f"plugh plugin: error: '{path}' is not installed: {words}\n")
        self.assertFalse(self.folder.exists())

    def test_another_file_that_comes_first_is_told(self):
        first = self.build("0.9", folder="first")
        self.user_ini(f"[plugh]\npath = {first.parent}\n")
        self.install(self.build(), stderr=f"plugh plugin: warning: '{first}' comes first in the search order, so it "
                     "goes on to serve 'hello'\n")
        self.expect(self.plugh("hello"), 0, "0.9\n")

    def test_a_disabled_one_is_told(self):
        self.user_ini("[plugh]\ndisabled = hello\n")
        self.install(self.build(), stderr=self.disabled_words())

    def disabled_words(self):
        """The reason is the one that a run gives."""
        self.folder.mkdir(parents=True, mode=0o700)
        self.target.write_bytes(self.build().read_bytes())
        said = self.plugh("hello").stderr
        self.assertIn("is disabled: ", said)
        self.target.unlink()
        return "plugh plugin: warning: 'hello' is disabled: " + said.split("is disabled: ")[1]

    def test_a_folder_that_others_can_write_is_refused(self):
        self.folder.mkdir(parents=True)
        self.folder.chmod(0o777)
        path = self.build()
        self.install(path, status=1, stderr=f"plugh plugin: error: '{path}' is not installed: '{self.folder}' is "
                     f"writable by others: chmod go-w '{self.folder}'\n")
        self.assertEqual(os.listdir(self.folder), [])


class Remove(AdminTest):
    def test_only_the_user_s_file_goes(self):
        self.install(self.build())
        self.expect(self.plugh("plugin", "remove", "hello"), 0, f"hello: removed {self.target}\n")
        self.assertEqual(os.listdir(self.folder), [])
        self.expect(self.plugh("plugin", "remove", "hello"), 1, "", "plugh plugin: error: no plugin 'hello'\n")

    def test_a_file_that_cannot_be_read_goes_too(self):
        self.folder.mkdir(parents=True)
        self.target.write_text("junk")
        self.expect(self.plugh("plugin", "remove", "hello"), 0, f"hello: removed {self.target}\n")

    def test_a_bundled_one_stays(self):
        self.expect(self.plugh("plugin", "remove", "extract"), 1, "",
                    "plugh plugin: error: 'extract' is bundled with plugh: 'plugh plugin disable extract' hides it\n")
        self.assertTrue(EXTRACT.exists())

    def test_one_in_another_folder_stays(self):
        path = self.build()
        self.user_ini(f"[plugh]\npath = {path.parent}\n")
        self.expect(self.plugh("plugin", "remove", "hello"), 1, "",
                    f"plugh plugin: error: 'hello' is not yours to remove: it is {path}, not {self.target}\n")
        self.assertTrue(path.exists())

    def test_a_word_that_is_no_name(self):
        (self.home / "victim.so").write_text("x")
        for word in ("../../../../victim", "", "a/b", "A"):
            self.expect(self.plugh("plugin", "remove", word), 1, "",
                        f"plugh plugin: error: '{word}' is no name of a plugin: lower-case letters, digits and _ are, "
                        "a letter first\n")
        self.assertTrue((self.home / "victim.so").exists())

    def test_a_pin_that_stays_is_told(self):
        self.install("--pin", self.build())
        self.expect(self.plugh("plugin", "remove", "hello"), 0, f"hello: removed {self.target}\n",
                    f"plugh plugin: warning: {self.ini}:2 still pins 'hello': 'plugh plugin unpin hello' ends that\n")
        self.expect(self.plugh("plugin", "unpin", "hello"), 0, f"hello: unpinned in {self.ini}\n")
        self.expect(self.plugh("plugin", "unpin", "hello"), 1, "", "plugh plugin: error: no plugin 'hello'\n")


class Pin(AdminTest):
    def test_the_whole_life(self):
        path = self.build()
        told = self.install("--pin", path)
        self.assertEqual(told.splitlines()[1], f"hello: pinned to {sha256(path)} in {self.ini}")
        self.assertEqual(self.ini.read_text(), f"[policy:hello]\nsha256 = {sha256(path)}\n")
        self.expect(self.plugh("hello"), 0, "1.0.0\n")

        with open(self.target, "ab") as file:
            file.write(b"\0")

        self.expect(self.plugh("hello"), 126, "",
                    f"plugh: error: plugin 'hello' ({self.target}) is refused: its SHA-256 is {sha256(self.target)}, "
                    f"but {self.ini}:2 pins {sha256(path)}\n")
        self.expect(self.plugh("plugin", "unpin", "hello"), 0, f"hello: unpinned in {self.ini}\n")
        self.expect(self.plugh("hello"), 0, "1.0.0\n")
        self.expect(self.plugh("plugin", "remove", "hello"), 0, f"hello: removed {self.target}\n")
        self.assertEqual(self.plugh("hello").status, 127)

    def test_pin_takes_the_file_that_serves_now(self):
        self.install(self.build())
        pinned = f"hello: pinned to {sha256(self.target)} in {self.ini}\n"
        self.expect(self.plugh("plugin", "pin", "hello"), 0, pinned)
        self.expect(self.plugh("plugin", "pin", "hello"), 0, f"hello: nothing to change in {self.ini}\n")
        self.target.write_bytes(self.build("1.1.0").read_bytes())
        self.assertEqual(self.status(), ["refused"])
        self.expect(self.plugh("plugin", "pin", "hello"), 0,
                    f"hello: pinned to {sha256(self.target)} in {self.ini}\n")
        self.expect(self.plugh("hello"), 0, "1.1.0\n")

    def test_the_ini_keeps_comments_and_order(self):
        self.install(self.build())
        self.user_ini("# mine\n[policy:hello]\n; why\nsha256 = " + 64 * "a" + "  ; old\ndeny = net\n\n[plugh]\nsandbox = on\n")
        self.assertEqual(self.plugh("plugin", "pin", "hello").status, 0)
        self.assertEqual(self.ini.read_text(),
                         f"# mine\n[policy:hello]\n; why\nsha256 = {sha256(self.target)}  ; old\ndeny = net\n\n[plugh]\n"
                         "sandbox = on\n")
        self.assertEqual(self.plugh("plugin", "unpin", "hello").status, 0)
        self.assertEqual(self.ini.read_text(),
                         "# mine\n[policy:hello]\n; why\ndeny = net\n\n[plugh]\nsandbox = on\n")
        self.expect(self.plugh("plugin", "unpin", "hello"), 0, f"hello: nothing to change in {self.ini}\n")

    def test_another_version_needs_a_new_pin(self):
        self.install("--pin", self.build())
        path = self.build("1.1.0")
        self.install(path, status=1, stderr=f"plugh plugin: error: 'hello' is not installed: {self.ini}:2 pins another "
                     "file: --pin pins this one\n")
        self.expect(self.plugh("hello"), 0, "1.0.0\n")
        told = self.install("--pin", path)
        self.assertEqual(told, f"hello 1.1.0: installed as {self.target} in place of 1.0.0\n"
                         f"hello: pinned to {sha256(path)} in {self.ini}\n")
        self.expect(self.plugh("hello"), 0, "1.1.0\n")
        self.install(path)

    def test_a_later_layer_that_pins_otherwise_is_told(self):
        self.install(self.build())
        extra = self.write("extra.ini", "[policy:hello]\nsha256 = " + 64 * "b" + "\n")
        self.expect(self.plugh("--config", extra, "plugin", "pin", "hello"), 1,
                    f"hello: pinned to {sha256(self.target)} in {self.ini}\n",
                    f"plugh plugin: error: 'hello' stays pinned by {extra}:2\n")
        self.expect(self.plugh("--config", extra, "plugin", "unpin", "hello"), 1, f"hello: unpinned in {self.ini}\n",
                    f"plugh plugin: error: 'hello' stays pinned by {extra}:2\n")

    def test_a_name_that_nobody_has(self):
        for command in ("pin", "unpin"):
            self.expect(self.plugh("plugin", command, "extrct"), 1, "",
                        "plugh plugin: error: no plugin 'extrct': did you mean 'extract'?\n")

    def test_what_is_no_plugin_is_not_pinned(self):
        self.folder.mkdir(parents=True)
        self.target.write_text("junk")
        self.expect(self.plugh("plugin", "pin", "hello"), 1, "",
                    f"plugh plugin: error: plugin 'hello' ({self.target}) is refused: not an ELF file\n")
        self.assertFalse(self.ini.exists())

    def test_a_bundled_one_can_be_pinned(self):
        self.expect(self.plugh("plugin", "pin", "extract"), 0,
                    f"extract: pinned to {sha256(EXTRACT)} in {self.ini}\n")
        self.expect(self.plugh("extract", stdin="a"), 0, "a\n")


@unittest.skipIf(os.getuid() != 0, "only root can have an /etc of its own")
class System(AdminTest):
    """Pins of the system."""

    def setUp(self):
        super().setUp()
        self.etc = self.dir / "etc"
        self.etc.mkdir()
        self.path = self.build()
        self.install(self.path)
        self.digest = sha256(self.path)

    def expect_told(self, args, status, stdout="", stderr=""):
        self.expect(self.plugh_with_etc(self.etc, *args), status, stdout, stderr)

    def pin(self):
        self.expect_told(["plugin", "pin", "hello", "--system"], 0,
                         f"hello: pinned to {self.digest} in /etc/plugh/plugh.ini\n")

    def test_it_is_set_and_taken_out(self):
        self.pin()
        ini = self.etc / "plugh/plugh.ini"
        self.assertEqual(ini.read_text(), f"[policy:hello]\nsha256 = {self.digest}\n")
        self.assertEqual([stat.S_IMODE(path.stat().st_mode) for path in (ini, ini.parent)], [0o644, 0o755])
        self.expect_told(["hello"], 0, "1.0.0\n")
        self.expect_told(["plugin", "unpin", "hello", "--system"], 0, "hello: unpinned in /etc/plugh/plugh.ini\n")
        self.assertNotIn("sha256", ini.read_text())
        self.assertFalse(self.ini.exists())

    def test_the_user_cannot_undo_it(self):
        self.pin()
        named = "plugh plugin: error: 'hello' is pinned by /etc/plugh/plugh.ini:2, which your own ini cannot change\n"
        self.expect_told(["plugin", "unpin", "hello"], 1, "", named)
        self.expect_told(["plugin", "pin", "hello"], 0, "hello: nothing to change: /etc/plugh/plugh.ini:2 pins it\n")
        self.target.write_bytes(self.build("2.0.0").read_bytes())
        self.expect_told(["plugin", "pin", "hello"], 1, "", named)
        self.expect_told(["hello"], 126, "",
                         f"plugh: error: plugin 'hello' ({self.target}) is refused: its SHA-256 is "
                         f"{sha256(self.target)}, but /etc/plugh/plugh.ini:2 pins {self.digest}\n")
        self.assertFalse(self.ini.exists())

    def test_no_other_file_is_installed(self):
        self.pin()
        other = self.build("2.0.0")
        for pin in ([], ["--pin"]):
            self.expect_told(["plugin", "install", *pin, other], 1, "",
                             "plugh plugin: error: 'hello' is not installed: /etc/plugh/plugh.ini:2 pins another file\n")
        self.expect_told(["hello"], 0, "1.0.0\n")

    def test_the_pinned_one_is_installed_again(self):
        self.pin()
        self.target.unlink()
        self.path = self.build(folder="again")
        self.expect_told(["plugin", "install", "--pin", self.path], 0,
                         f"hello 1.0.0: installed as {self.target}\n"
                         "hello: nothing to change: /etc/plugh/plugh.ini:2 pins it\n")

    def test_a_folder_of_the_system_s_files_counts_too(self):
        ini = self.write("etc/plugh/conf.d/10.ini", f"[policy:hello]\nsha256 = {self.digest}\n")
        self.assertTrue(ini.exists())
        self.expect_told(["plugin", "unpin", "hello", "--system"], 1,
                         "hello: nothing to change in /etc/plugh/plugh.ini\n",
                         "plugh plugin: error: 'hello' stays pinned by /etc/plugh/conf.d/10.ini:2\n")


if __name__ == "__main__":
    main()
