"""`plugh plugin new`: what it writes builds, tests and installs with the installed SDK alone, by the three commands
that its README names.

SPDX-License-Identifier: MIT
"""

import json
import os
import re
import subprocess

from installed import FLAGS, InstalledTest, command
from plughtest import DEADLINE, Result, main

SHARED = [".gitignore", "CMakeLists.txt", "CMakePresets.json", "README.md", "greeting.h", "plugin.h"]
LANGUAGES = {  # --lang: (its files, a name, the compiler that is not the default)
    language: (sorted(SHARED + [f"{stem}.{ext}" for stem in ("greeting", "plugin", "test_plugin")]), name, compiler)
    for language, ext, name, compiler in [
        ("c", "c", "hello_2", "clang"),
        ("c++", "cc", "hallo", "clang++"),
    ]
}
FILES = LANGUAGES["c"][0]


class New(InstalledTest):
    def setUp(self):
        super().setUp()
        self.env["PATH"] = f"{self.prefix / 'bin'}:{os.environ['PATH']}"
        self.env["CMAKE_PREFIX_PATH"] = str(self.prefix)
        self.env["CFLAGS"] = f"-Werror -Wconversion -Wshadow -Wstrict-prototypes {FLAGS}"
        self.env["CXXFLAGS"] = f"-Werror -Wconversion -Wshadow {FLAGS}"

    def command(self, text, cwd):
        done = subprocess.run(["sh", "-c", text], env=self.env, cwd=cwd, capture_output=True, timeout=4 * DEADLINE)
        return Result(done)

    def make(self, *args):
        return self.command("plugh plugin new " + " ".join(args), self.dir)

    @staticmethod
    def commands(folder):
        """The first block of the README."""
        return re.search(r"\n\n((?:    \S[^\n]*\n)+)", (folder / "README.md").read_text())[1].splitlines()

    def test_the_three_commands_do_it(self):
        for language in LANGUAGES:
            with self.subTest(language=language):
                self.expect_three_commands(language)

    def expect_three_commands(self, language):
        files, name, _ = LANGUAGES[language]
        self.expect(self.make("--lang", language, name), 0,
                    f"{name}: a plugin in 9 files: {name}/README.md tells how to build it\n")
        folder = self.dir / name
        self.assertEqual(sorted(os.listdir(folder)), files)
        for file in re.findall(r"`(\w+\.\w+)`", (folder / "README.md").read_text()):
            self.assertIn(file, files)
        commands = [line.strip() for line in self.commands(folder)]
        self.assertEqual(len(commands), 3)
        for line in commands:
            self.assertNotRegex(line, r"[;&|]")

        for line in commands:
            result = self.command(line, folder)
            self.assertEqual(result.status, 0, (line, result))

        installed = self.home / f".local/share/plugh/plugins/{name}.so"
        self.assertEqual(installed.read_bytes(), (folder / f"build/{name}.so").read_bytes())
        self.expect(self.command(f"plugh {name}", self.dir), 0, "Hello, world\n")
        self.expect(self.command(f"plugh {name} -s -n2 Ada", self.dir), 0, "HELLO, ADA\nHELLO, ADA\n")
        self.expect(self.command(f"plugh {name} -n -1", self.dir), 2, "",
                    f"plugh {name}: error: cannot greet -1 times\n")
        self.assertIn("--times N", self.command(f"plugh {name} --help", self.dir).stdout)
        page = self.write(f"{name}.1", self.command(f"plugh man {name}", self.dir).bytes)
        self.assertEqual(command("mandoc", "-T", "lint", "-W", "warning", page), "")
        self.assertIn("greet Ada loudly", command("mandoc", page))
        told = json.loads(self.command(f"plugh plugin check --json {name}/build/{name}.so", self.dir).stdout)
        self.expect_each_passed(told)
        shown = command("nm", "-D", "--defined-only", folder / f"build/{name}.so").splitlines()
        self.assertEqual([line.split()[-1] for line in shown], [f"plugh_plugin_{name}"])
        # What was built is what git would leave out.
        self.assertEqual((folder / ".gitignore").read_text(), "/build/\n")

    def test_its_own_test_can_fail(self):
        self.assertEqual(self.make("hello").status, 0)
        folder = self.dir / "hello"
        code = folder / "greeting.c"
        code.write_text(code.read_text().replace('"Hello, %s"', '"Hallo, %s"'))
        build, test, _ = self.commands(folder)
        self.assertEqual(self.command(build, folder).status, 0)
        result = self.command(test, folder)
        self.assertNotEqual(result.status, 0)
        self.assertIn("Hallo, world", result.stdout)

    def test_nothing_of_the_template_is_left(self):
        self.assertEqual(self.make("--lang", "c", "good_name").status, 0)
        self.assertEqual(self.make("--lang", "c++", "other_name").status, 0)
        for path in [*(self.dir / "good_name").iterdir(), *(self.dir / "other_name").iterdir()]:
            text = path.read_text()
            self.assertNotRegex(text, r"@[A-Z]+@", path)
            self.assertTrue(text.endswith("\n") and not text.endswith("\n\n"), path)
            self.assertNotRegex(text, r"[ \t]\n", path)
        self.assertIn("GOOD_NAME_PLUGIN_H", (self.dir / "good_name/plugin.h").read_text())

    def test_another_folder(self):
        (self.dir / "work").mkdir()
        self.expect(self.make("--dir work hello"), 0,
                    "work/hello: a plugin in 9 files: work/hello/README.md tells how to build it\n")
        self.assertEqual(sorted(os.listdir(self.dir / "work/hello")), FILES)
        self.expect(self.make("--dir missing hello"), 1, "",
                    "plugh plugin: error: cannot make the folder 'missing/hello': No such file or directory\n")

    def test_what_exists_is_left_alone(self):
        (self.dir / "hello").mkdir()
        self.write("there", "mine")
        for name in ("hello", "there"):
            self.expect(self.make(name), 1, "",
                        f"plugh plugin: error: cannot make the folder '{name}': File exists\n")
        (self.dir / "link").symlink_to("nowhere")
        self.assertEqual(self.make("link").status, 1)
        self.assertEqual((os.listdir(self.dir / "hello"), (self.dir / "there").read_text()), ([], "mine"))

    def test_names_that_cannot_be(self):
        no_name = "lower-case letters, digits and _ are, a letter first"
        for name, words in [
            ("Hello", f"'Hello' is no name: {no_name}"), ("9x", f"'9x' is no name: {no_name}"),
            ("a-b", f"'a-b' is no name: {no_name}"), ("../up", f"'../up' is no name: {no_name}"),
            ("''", f"'' is no name: {no_name}"),
            (41 * "a", f"'{41 * 'a'}' is too long: at most 40 letters"),
            ("config", "'config' is the name of a built-in command"),
            ("extract", "'extract' is bundled with plugh, and no other file can serve that name"),
            ("plugh", "'plugh' is plugh itself"),
            ("test", "'test' is a name that CMake keeps for itself"),
            ("preinstall", "'preinstall' is a name that CMake keeps for itself"),
            ("bool", "'bool' is a macro of C's headers"),
            ("errno", "'errno' is a macro of C's headers"),
        ]:
            self.expect(self.make(name), 2, "", f"plugh plugin: error: {words}\n")
        self.assertEqual(self.make("--lang", "cobol", "hello").status, 2)
        self.assertEqual(sorted(os.listdir(self.dir)), ["home"])

    def test_a_full_disk_leaves_nothing(self):
        """A limit on the size of files does for a full disk."""
        result = self.command("trap '' XFSZ; ulimit -f 2; exec plugh plugin new hello", self.dir)
        self.expect(result, 1, "", "plugh plugin: error: cannot write 'hello/test_plugin.c': File too large\n")
        self.assertFalse((self.dir / "hello").exists())

    def test_the_other_compiler_builds_it(self):
        for language, (_, name, compiler) in LANGUAGES.items():
            with self.subTest(compiler=compiler):
                self.assertEqual(self.make("--lang", language, name).status, 0)
                build = self.dir / name / "build"
                variable = "CXX" if language == "c++" else "C"
                command("cmake", "-S", self.dir / name, "-B", build, f"-DCMAKE_{variable}_COMPILER={compiler}",
                        env=self.env)
                command("cmake", "--build", build, env=self.env)
                command("ctest", "--test-dir", build, env=self.env)

    def test_the_longest_name_builds(self):
        name = "a" + 38 * "b" + "c"
        self.assertEqual(self.make(name).status, 0)
        for line in self.commands(self.dir / name):
            result = self.command(line, self.dir / name)
            self.assertEqual(result.status, 0, result)
        self.expect(self.command(f"plugh {name} Ada", self.dir), 0, "Hello, Ada\n")


if __name__ == "__main__":
    main()
