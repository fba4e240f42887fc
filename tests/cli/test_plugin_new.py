"""`plugh plugin new`: what it writes is built, tested and installed with the installed SDK alone, by the
commands that its own README names.

SPDX-License-Identifier: MIT
"""

import json
import os
import resource
import signal
import stat
import subprocess

from installed import FLAGS, InstalledTest, command
from plughtest import DEADLINE, PlughTest, main

FILES = {
    ".gitignore", "CMakeLists.txt", "CMakePresets.json", "README.md", "greeting.c", "greeting.h", "plugin.c",
    "plugin.h", "test_plugin.c",
}
BAD_FORM = "'{}' is no name: lower-case letters, digits and _ are, a letter first"
BAD_NAMES = [
    ("", BAD_FORM),
    ("Hello", BAD_FORM),
    ("hello-world", BAD_FORM),
    ("1st", BAD_FORM),
    ("_hello", BAD_FORM),
    ("../hello", BAD_FORM),
    ("a b", BAD_FORM),
    ("h\u00e9llo", BAD_FORM),
    ("x" * 41, "'{}' is too long: at most 40 letters"),
    ("plugin", "'{}' is the name of a built-in command"),
    ("help", "'{}' is the name of a built-in command"),
    ("extract", "'{}' is bundled with plugh, and no other file can serve that name"),
    ("plugh", "'{}' is plugh itself"),
    ("test", "'{}' is a name that CMake keeps for itself"),
    ("preinstall", "'{}' is a name that CMake keeps for itself"),
    ("bool", "'{}' is a macro of C's headers"),
    ("errno", "'{}' is a macro of C's headers"),
]


def commands(readme):
    """The indented lines of a README: what it tells to type."""
    return [line.strip() for line in readme.read_text().splitlines() if line.startswith("    ")]


class Built(InstalledTest):
    def setUp(self):
        super().setUp()
        # As a user has it: the installed plugh in front, the SDK where CMake finds it.
        self.env["PATH"] = f"{self.prefix / 'bin'}:{os.environ['PATH']}"
        self.env["CMAKE_PREFIX_PATH"] = str(self.prefix)
        if FLAGS:
            self.env["CFLAGS"] = FLAGS

    def new(self, name, folder="a folder"):
        """A fresh plugin's folder."""
        (self.dir / folder).mkdir(exist_ok=True)
        command(self.prefix / "bin/plugh", "plugin", "new", name, "--dir", self.dir / folder, env=self.env)
        return self.dir / folder / name

    def tool(self, *args, cwd):
        return subprocess.run(args, cwd=cwd, env=self.env, capture_output=True, text=True, timeout=2 * DEADLINE)

    def host(self, *args):
        return self.run_plugh(self.prefix, *args)

    def test_three_commands_from_nothing_to_a_plugin(self):
        folder = self.new("salute")
        told = commands(folder / "README.md")
        self.assertEqual(len(told), 3, told)

        for line in told:
            command("sh", "-c", line, cwd=folder, env=self.env)

        self.expect(self.host("salute"), 0, "Hello, world\n")
        self.expect(self.host("salute", "--shout", "-n", "2", "Ada"), 0, "HELLO, ADA\nHELLO, ADA\n")
        self.expect(self.host("salute", "-n", "-1"), 2, "", "plugh salute: error: cannot greet -1 times\n")
        self.assertTrue(self.host("salute", "--help").stdout.startswith("usage: plugh salute [-h] [-s] [-n N] [name]\n"))
        page = self.write("salute.1", self.host("man", "salute").bytes)
        self.assertEqual(command("mandoc", "-T", "lint", "-W", "warning", page), "")
        self.assertIn("greet Ada loudly", command("mandoc", page))

    def test_its_life(self):
        folder = self.new("salute")
        for line in commands(folder / "README.md"):
            command("sh", "-c", line, cwd=folder, env=self.env)
        target = self.home / ".local/share/plugh/plugins/salute.so"
        self.assertEqual(target.stat().st_mode & 0o7777, 0o644)
        digest = command("sha256sum", target).split()[0]
        ini = self.home / ".config/plugh/plugh.ini"

        self.expect(self.host("plugin", "pin", "salute"), 0, f"salute: pinned to {digest} in {ini}\n")
        self.expect(self.host("salute"), 0, "Hello, world\n")
        with target.open("ab") as file:
            file.write(b"more")
        changed = command("sha256sum", target).split()[0]
        self.expect(
            self.host("salute"), 126, "",
            f"plugh: error: plugin 'salute' ({target}) is refused: its SHA-256 is {changed}, "
            f"but {ini}:2 pins {digest}\n",
        )
        self.expect(self.host("plugin", "unpin", "salute"), 0, f"salute: unpinned in {ini}\n")
        self.expect(self.host("salute"), 0, "Hello, world\n")
        self.expect(self.host("plugin", "remove", "salute"), 0, f"salute: removed {target}\n")
        self.expect(self.host("salute"), 127, "", "plugh: error: no command 'salute': 'plugh help' lists them\n")

    def test_the_check_passes_what_it_writes_in_every_test(self):
        folder = self.new("salute")
        command("cmake", "--workflow", "--preset", "build", cwd=folder, env=self.env)

        told = json.loads(self.host("plugin", "check", folder / "build/salute.so", "--json").stdout)

        status = {test["name"]: test["status"] for test in told["tests"]}
        self.assertEqual(set(status.values()), {"passed"}, told)
        self.assertEqual((told["name"], told["version"], told["passed"]), ("salute", "0.1.0", True))

    def test_its_own_test_can_fail(self):
        folder = self.new("salute")
        code = folder / "greeting.c"
        code.write_text(code.read_text().replace('size, "Hello, %s"', 'size, "Hullo, %s"'))
        build, test, _ = commands(folder / "README.md")
        command("sh", "-c", build, cwd=folder, env=self.env)

        done = self.tool("sh", "-c", test, cwd=folder)

        self.assertNotEqual(done.returncode, 0)
        self.assertIn("Hullo, world", done.stdout)

    def test_it_is_clean_under_both_compilers(self):
        flags = f"{FLAGS} -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Werror"
        for compiler in ("gcc", "clang"):
            with self.subTest(compiler=compiler):
                folder = self.new("salute", compiler)
                command("cmake", "-S", folder, "-B", folder / "build", f"-DCMAKE_C_COMPILER={compiler}",
                        f"-DCMAKE_C_FLAGS={flags}", env={**self.env, "CFLAGS": ""})
                command("cmake", "--build", folder / "build", env=self.env)
                command("ctest", "--test-dir", folder / "build", env=self.env)


class Written(PlughTest):
    def expect_nothing(self, folder, *names):
        self.assertEqual(sorted(os.listdir(folder)), sorted(names))

    def test_the_files_are_listed_and_owned_as_any(self):
        self.expect(self.plugh("plugin", "new", "salute"), 0,
                    "salute: a plugin in 9 files: salute/README.md tells how to build it\n")
        self.assertEqual(set(os.listdir(self.dir / "salute")), FILES)
        for path in (self.dir / "salute").iterdir():
            self.assertNotIn("@NAME@", path.read_text())
            self.assertNotIn("@UPPER@", path.read_text())
            self.assertEqual(stat.S_IMODE(path.stat().st_mode) & 0o133, 0, path)

    def test_each_word_of_its_table_is_the_plugin_s_own(self):
        self.plugh("plugin", "new", "a_1")
        text = (self.dir / "a_1/plugin.h").read_text()
        self.assertIn("#ifndef A_1_PLUGIN_H", text)
        self.assertIn("struct a_1_args {", text)

    def test_names_that_no_plugin_can_have(self):
        for name, words in BAD_NAMES:
            with self.subTest(name=name):
                self.expect(self.plugh("plugin", "new", name), 2, "",
                            f"plugh plugin: error: {words.format(name)}\n")
        self.expect_nothing(self.dir, "home")

    def test_what_is_there_stays_as_it_is(self):
        self.write("full/notes", "mine")
        (self.dir / "empty").mkdir()
        self.write("file", "mine")
        (self.dir / "link").symlink_to("nowhere")
        for name in ("full", "empty", "file", "link"):
            with self.subTest(name=name):
                self.expect(self.plugh("plugin", "new", name), 1, "",
                            f"plugh plugin: error: cannot make the folder '{name}': File exists\n")
        self.expect_nothing(self.dir / "full", "notes")
        self.expect_nothing(self.dir / "empty")
        self.expect_nothing(self.dir, "home", "full", "empty", "file", "link")

    def test_a_folder_that_is_not_there(self):
        self.expect(
            self.plugh("plugin", "new", "salute", "--dir", "gone"), 1, "",
            "plugh plugin: error: cannot make the folder 'gone/salute': No such file or directory\n",
        )

    def test_a_write_that_fails_leaves_nothing(self):
        # SIGXFSZ is ignored, so that a write beyond the limit fails, as on a full disk.
        def little():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700))

        result = self.plugh("plugin", "new", "salute", preexec_fn=little)
        self.expect(result, 1, "",
                    "plugh plugin: error: cannot write 'salute/CMakeLists.txt': File too large\n")
        self.expect_nothing(self.dir, "home")

    def test_another_language(self):
        result = self.plugh("plugin", "new", "salute", "--lang", "cobol")
        self.assertEqual((result.status, result.stdout), (2, ""), result)
        self.assertIn("argument --lang: invalid choice: 'cobol' (choose from 'c')", result.stderr)
        self.expect_nothing(self.dir, "home")


if __name__ == "__main__":
    main()
