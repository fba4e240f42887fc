"""A set-id start, and one with file capabilities: a copy of the binary, run as another user, to whom nothing
that belongs to this user may lend the rights of the program's owner.

SPDX-License-Identifier: MIT
"""

import os
import pathlib
import shutil
import stat
import struct
import tempfile
import unittest

from plughtest import BUILD, PLUGH, PlughTest, main

USER = 65534  # nobody

# Says who it is, and where it comes from.
WHO = r"""
#include <unistd.h>
#include <plugh/sdk.h>
struct who_args { const char *greeting; };
static int who_run(const struct plugh_host *host, const struct who_args *args)
{
	return plugh_print(host, "%s %s %d\n", FROM, args->greeting, (int)geteuid());
}
PLUGH_PLUGIN(who, struct who_args, who_run, PLUGH_ABOUT("say who it is"),
	PLUGH_OPT(greeting, "--greeting", "what to say", .default_ = "hello"));
"""

REFUSED = "plugh: error: --config and --plugin-path are refused in a set-id program\n"


def allows_set_id(folder):
    return not os.statvfs(folder).f_flag & os.ST_NOSUID


@unittest.skipIf(os.getuid() != 0, "only root can make a set-id program of another user")
@unittest.skipIf(os.environ.get("PLUGH_SANITIZE"), "a sanitizer's runtime is not made for set-id programs")
class SetId(PlughTest):
    def setUp(self):
        super().setUp()
        # A tree as it is installed, all of root's.
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="plugh-setid-"))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        if not allows_set_id(self.root):
            self.skipTest(f"{self.root} is mounted without set-id")
        for folder in (self.root, self.dir):
            folder.chmod(0o755)
        self.binary = self.root / "bin" / "plugh"
        self.binary.parent.mkdir()
        shutil.copy(PLUGH, self.binary)
        plugins = BUILD / "lib"
        shutil.copytree(plugins, self.root / "lib", ignore=lambda folder, names: [
            name for name in names if not (pathlib.Path(folder) / name).is_dir() and not name.endswith(".so")])
        # The user's own: a plugin in the user's folder, and an ini that speaks of one that is bundled.
        self.build_plugin("who", WHO, "data/plugh/plugins", flags=('-DFROM="data"',))
        self.build_plugin("who", WHO, "more", flags=('-DFROM="more"',))
        self.ini = self.write("config/plugh/plugh.ini", f"[plugh]\npath = {self.dir}/more\n"
                              "disabled = extract\n[plugin:extract]\ncount = on\n")
        self.text = self.write("text", "a [b] c\n")
        for path, folders, files in os.walk(self.dir):
            for name in (path, *(os.path.join(path, one) for one in folders + files)):
                os.chown(name, USER, USER)
        self.env["XDG_DATA_HOME"] = str(self.dir / "data")
        self.env["XDG_CONFIG_HOME"] = str(self.dir / "config")

    def make_set_id(self):
        self.binary.chmod(0o4755)

    def make_capable(self):
        # vfs_cap_data, revision 2, effective: CAP_NET_BIND_SERVICE (10).
        self.binary.chmod(0o755)
        os.setxattr(self.binary, "security.capability", struct.pack("<5I", 0x02000001, 1 << 10, 0, 0, 0))

    def run_it(self, *args, **env):
        return self.plugh(*args, env=env, executable=str(self.binary), user=USER, group=USER, extra_groups=[])

    def extract(self, **env):
        return self.run_it("extract", "--prefix", "[", "--suffix", "]", self.text, **env)

    def check_the_scene(self):
        """Without set-id all of the user's counts: so what follows is by set-id alone."""
        self.binary.chmod(0o755)
        self.assertIn("is disabled", self.extract().stderr)
        self.expect(self.run_it("who"), 0, f"more hello {USER}\n")
        self.expect(self.run_it("who", PLUGH_WHO_GREETING="good day"), 0, f"more good day {USER}\n")
        self.expect(self.run_it("--plugin-path", self.dir / "data/plugh/plugins", "who"), 0, f"data hello {USER}\n")

    def check_all(self):
        # The user's ini, the one in the environment, values in the environment.
        self.expect(self.extract(), 0, "b\n")
        self.expect(self.extract(PLUGH_CONFIG=str(self.ini)), 0, "b\n")
        self.expect(self.extract(PLUGH_DISABLED="extract", PLUGH_EXTRACT_COUNT="on"), 0, "b\n")
        # The user's folders.
        for env in ({}, {"PLUGH_PATH": str(self.dir / "more")}, {"PLUGH_CONFIG": str(self.ini)}):
            result = self.run_it("who", **env)
            self.assertEqual((result.status, result.stdout), (127, ""), result)
        # The options.
        self.expect(self.run_it("--config", self.ini, "extract"), 126, "", REFUSED)
        self.expect(self.run_it("--plugin-path", self.dir / "more", "who"), 126, "", REFUSED)
        self.expect(self.run_it(f"--plugin-path={self.dir}/more", "plugin", "list"), 126, "", REFUSED)

    def check_files(self):
        """Only root's files count, be they in the compiled-in folder."""
        plugin, = self.root.glob("lib/**/extract.so")
        for change, undo, why in (
                (lambda: os.chown(plugin, USER, USER), lambda: os.chown(plugin, 0, 0), f"belongs to user {USER}"),
                (lambda: os.chown(plugin.parent, USER, 0), lambda: os.chown(plugin.parent, 0, 0),
                 f"belongs to user {USER}"),
                (lambda: (os.chown(plugin, 0, USER), plugin.chmod(0o775)),
                 lambda: (os.chown(plugin, 0, 0), plugin.chmod(0o755)), "is writable by its group")):
            change()
            result = self.extract()
            undo()
            self.assertEqual((result.status, result.stdout), (126, ""), result)
            self.assertIn(why, result.stderr)
        self.expect(self.extract(), 0, "b\n")

    def test_a_set_id_start_heeds_nothing_of_the_user(self):
        self.check_the_scene()
        self.make_set_id()
        self.check_all()
        self.check_files()

    def test_a_set_group_id_start_heeds_nothing_of_the_user(self):
        self.check_the_scene()
        self.binary.chmod(0o2755)
        self.assertTrue(self.binary.stat().st_mode & stat.S_ISGID)
        self.check_all()
        self.check_files()

    def test_a_start_with_file_capabilities_heeds_nothing_of_the_user(self):
        self.check_the_scene()
        self.make_capable()
        self.check_all()
        self.check_files()

    def test_a_second_name_of_a_set_id_binary_finds_no_plugins_of_the_user(self):
        """By a hard link elsewhere, the folder of bundled plugins would be one of the user's."""
        self.make_set_id()
        mine = self.dir / "bin" / "plugh"
        mine.parent.mkdir()
        os.link(self.binary, mine)
        shutil.copytree(self.root / "lib", self.dir / "lib")
        for path, folders, files in os.walk(self.dir / "lib"):
            for name in (path, *(os.path.join(path, one) for one in folders + files)):
                os.chown(name, USER, USER)
        result = self.plugh("extract", "--prefix", "[", self.text, executable=str(mine), user=USER, group=USER,
                            extra_groups=[])
        self.assertEqual((result.status, result.stdout), (126, ""), result)
        self.assertIn(f"belongs to user {USER}", result.stderr)


if __name__ == "__main__":
    main()
