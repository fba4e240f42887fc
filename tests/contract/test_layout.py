"""The layout of the contract's structs is the recorded one (sdk/abi/).

A member that is appended adds a line and changes the struct's: `PYTHONPATH=tests/support python3
tests/contract/test_layout.py --record` writes the file anew, and PLUGH_ABI_MINOR goes up. After a
release, a line that changes otherwise is another major.

SPDX-License-Identifier: MIT
"""

import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

from plughtest import DEADLINE, SOURCE, main

RECORDED = SOURCE / "sdk/abi/layout-1.txt"
PROGRAM = SOURCE / "tests/contract/layout.c"


def layout(include, compiler, flags):
    with tempfile.TemporaryDirectory(prefix="plugh-layout-") as folder:
        program = pathlib.Path(folder) / "layout"
        subprocess.run([compiler, *flags, "-I", include, "-o", program, PROGRAM], check=True, timeout=DEADLINE,
                       capture_output=True)
        return subprocess.run([program], check=True, timeout=DEADLINE, capture_output=True, text=True).stdout


def record():
    """Write down what the headers say now, below the comment that the file begins with."""
    comment = [line for line in RECORDED.read_text().splitlines(keepends=True) if line.startswith("#")]
    RECORDED.write_text("".join(comment) + layout(SOURCE / "sdk/include", "gcc", ["-std=c17"]))


def recorded():
    lines = RECORDED.read_text().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("#"))


@unittest.skipIf(struct.calcsize("P") != 8, "the recorded layout is that of 64-bit machines")
class Layout(unittest.TestCase):
    maxDiff = None

    def test_each_compiler_lays_out_as_recorded(self):
        for compiler, flags in [
            ("gcc", ["-std=c11"]), ("gcc", ["-std=c17", "-O2"]), ("clang", ["-std=c17"]),
            ("g++", ["-std=c++20", "-xc++"]), ("clang++", ["-std=c++17", "-xc++"]),
        ]:
            with self.subTest(compiler=compiler, flags=flags):
                self.assertEqual(layout(SOURCE / "sdk/include", compiler, flags), recorded())

    def test_each_struct_and_member_of_the_contract_is_recorded(self):
        """What the headers declare, taken from their text."""
        for header in ("option.h", "plugin.h", "host.h"):
            text = re.sub(r"/\*.*?\*/", "", (SOURCE / "sdk/include/plugh" / header).read_text(), flags=re.S)
            for name, body in re.findall(r"^struct (\w+) \{\n(.*?)^\};", text, flags=re.S | re.M):
                members = re.findall(r"\(\*(\w+)\)\(|(\w+)(?:\[\d+\])?;", body)
                names = [one[0] or one[1] for one in members]
                lines = re.findall(rf"^{name}\.(\w+) ", recorded(), flags=re.M)
                self.assertEqual(lines, names, name)

    def test_reordering_or_growing_a_member_shows(self):
        for header, change, into in [
            ("option.h", r"(\tuint32_t kind;.*\n)(\tuint32_t offset;.*\n)", r"\2\1"),
            ("option.h", r"char nargs\[8\]", "char nargs[12]"),
            ("host.h", r"(\tint \(\*flush\)\(void \*ctx\);\n)", r"\1\tvoid *more;\n"),
            ("host.h", r"uint32_t json;", "uint64_t json;"),
            ("plugin.h", r"(\tuint32_t abi_major;\n)(\tuint32_t abi_minor;\n)", r"\2\1"),
        ]:
            with self.subTest(header=header, change=change), tempfile.TemporaryDirectory() as folder:
                include = pathlib.Path(folder) / "include"
                shutil.copytree(SOURCE / "sdk/include", include)
                path = include / "plugh" / header
                text, n = re.subn(change, into, path.read_text())
                self.assertEqual(n, 1)
                path.write_text(text)
                self.assertNotEqual(layout(include, "gcc", ["-std=c17"]), recorded())


if __name__ == "__main__":
    if sys.argv[1:] == ["--record"]:
        record()
    else:
        main()
