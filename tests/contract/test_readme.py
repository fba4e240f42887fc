"""What README.md shows is what happens: its console blocks are run, its plugin is built.

In a ```console block a line that begins with "$ " is a command for bash, what follows is its output. Blocks
before the plugin run in an empty folder, one after the other; those behind it in the plugin's folder.

SPDX-License-Identifier: MIT
"""

import pathlib
import re
import subprocess

from plughtest import BUILD, DEADLINE, PLUGH, SANITIZE, SOURCE, PlughTest, main

TEXT = (SOURCE / "README.md").read_text()


def blocks(kind, text):
    return re.findall(r"^```" + kind + r"\n(.*?)^```$", text, re.M | re.S)


def commands(block):
    """Pairs of a command and its output."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.M)[1:]
    return list(zip(parts[::2], parts[1::2]))


class Readme(PlughTest):
    def setUp(self):
        super().setUp()
        self.work = self.dir / "work"
        self.work.mkdir()
        self.env["PATH"] = f"{pathlib.Path(PLUGH).parent}:{self.env['PATH']}"
        if SANITIZE:
            self.env["ASAN_OPTIONS"] = "detect_leaks=0"

    def check(self, text):
        count = 0
        for block in blocks("console", text):
            for command, output in commands(block):
                done = subprocess.run(["bash", "-c", command], stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, env=self.env, cwd=self.work,
                                      timeout=DEADLINE)
                self.assertEqual(done.stdout.decode(), output, command)
                count += 1
        return count

    def test_the_tour(self):
        self.assertGreater(self.check(TEXT[: TEXT.index("## A plugin in")]), 10)

    def test_the_plugin(self):
        part = TEXT[TEXT.index("## A plugin in"):TEXT.index("## Any C program")]
        (self.work / "plugin.c").write_text(blocks("c", part)[0])
        (self.work / "CMakeLists.txt").write_text(blocks("cmake", part)[0])
        prefix = self.dir / "prefix"
        flags = f"-DCMAKE_C_FLAGS={f'-fsanitize={SANITIZE}' if SANITIZE else ''} -Wall -Wextra -Wpedantic -Werror"
        for args in (["cmake", "--install", BUILD, "--prefix", prefix],
                     ["cmake", "-S", ".", "-B", "build", f"-DCMAKE_PREFIX_PATH={prefix}", flags],
                     ["cmake", "--build", "build"]):
            done = subprocess.run(args, capture_output=True, cwd=self.work, timeout=DEADLINE)
            self.assertEqual(done.returncode, 0, done.stdout.decode() + done.stderr.decode())
        self.assertEqual(self.check(part), 3)

    def test_the_script_in_three_forms(self):
        """Python's own argparse, the C program and the plugin say the same."""
        part = TEXT[TEXT.index("## Any C program"):TEXT.index("## Configuring")]
        script = self.write("train.py", "import argparse\n" + blocks("python", part)[0])
        program, _ = blocks("c", part)
        source = self.write("train.c", (
            "#include <plugh/argparse.h>\nint main(int argc, char *argv[])\n{\nint exit_status = 0;\n"
            + program + "plugh_outcome_destroy(args);\nplugh_parser_destroy(parser);\n"
            "return r < 0 ? 1 : exit_status;\n}\n"))
        flags = [f"-fsanitize={SANITIZE}"] if SANITIZE else []
        subprocess.run(["gcc", "-std=c17", "-Wall", "-Wextra", "-Wpedantic", "-Werror", *flags,
                        f"-I{SOURCE}/sdk/include", "-o", self.work / "train", source,
                        BUILD / "sdk/libplugh-sdk.a"], check=True, timeout=DEADLINE)
        for args in (["--help"], ["--epochs", "ten"], ["--epoch", "1", "x"], []):
            python, c = (subprocess.run([*command, *args], capture_output=True, env=self.env,
                                        timeout=DEADLINE)
                         for command in (["python3", script], [self.work / "train"]))
            self.assertEqual((python.returncode, python.stdout, python.stderr),
                             (c.returncode, c.stdout, c.stderr), args)
        table = re.sub(r"\s+", " ", (SOURCE / "sdk/examples/train/plugin.c").read_text())
        shown = re.sub(r"\s+", " ", blocks("c", part)[1])
        for row in re.findall(r"PLUGH_(?:OPT|ABOUT)\(.*?\)(?=[,)])", shown):
            self.assertIn(row, table)

    def test_the_ini(self):
        (self.work / "plugh.ini").write_text(blocks("ini", TEXT)[0])
        result = self.plugh("--config", self.work / "plugh.ini", "config", "check")
        self.expect(result, 0)


if __name__ == "__main__":
    main()
