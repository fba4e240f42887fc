"""What compiles and is wrong all the same: plugh-manifest-check refuses it, and so the build fails.

SPDX-License-Identifier: MIT
"""

import os
import subprocess

from broken import BOX, FIELD, GOOD, built
from plughtest import BUILD, DEADLINE, PlughTest, main

CHECK = BUILD / "libexec/plugh/plugh-manifest-check"

ONE = """
#include <plugh/sdk.h>
struct one_args {
	bool flag; int number; unsigned level; int64_t big; double ratio; uint64_t huge;
	plugh_size size; plugh_duration wait; plugh_port port;
	const char *text; plugh_texts texts; plugh_paths paths; plugh_ints ints;
};
static int one_run(const struct plugh_host *host, const struct one_args *args)
{
	return plugh_print(host, "%%d\\n", args->flag);
}
PLUGH_PLUGIN(one, struct one_args, one_run, PLUGH_ABOUT("one"), %s);
"""


FULL = {field: size for field, (_, size) in FIELD.items()}  # bytes, the NUL counted


def value(what):
    return f"option '{what[0]}' of 'one': {what[1]}"


HELP = (
    "a help text of 'one' cannot be formatted: "
    "write a per cent sign as %%, and metavars as many as nargs"
)

# rows of the table, the reason; None: it is good
CASES = [
    # A text that fills its field to the last byte loses its NUL; gcc only warns about longer ones.
    (f'PLUGH_OPT(text, "--text", "x", .default_ = "{"d" * (FULL["default_"] - 1)}")', None),
    (f'PLUGH_OPT(text, "--text", "x", .default_ = "{"d" * FULL["default_"]}")',
     "damaged manifest: 'default_' of PLUGH_OPT has no NUL: its text is too long"),
    (f'PLUGH_OPT(text, "--text", "x", .default_ = "{"d" * (FULL["default_"] + 70)}")',
     "damaged manifest: 'default_' of PLUGH_OPT has no NUL: its text is too long"),
    (f'PLUGH_OPT(text, "--text", "x", .choices = "{"c" * FULL["choices"]}")',
     "damaged manifest: 'choices' of PLUGH_OPT has no NUL: its text is too long"),
    (f'PLUGH_OPT(text, "--text", "x", .metavar = "{"M" * FULL["metavar"]}")',
     "damaged manifest: 'metavar' of PLUGH_OPT has no NUL: its text is too long"),
    ('PLUGH_OPT(texts, "--texts", "x", .nargs = "12345678")',
     "damaged manifest: 'nargs' of PLUGH_OPT has no NUL: its text is too long"),
    ('PLUGH_OPT(text, "--text", "caf\\xe9")', "damaged manifest: 'help' of PLUGH_OPT is not UTF-8"),
    ('PLUGH_OPT(text, "--text", "a\\tb")',
     "damaged manifest: control characters in 'help' of PLUGH_OPT"),
    # Defaults, constants and choices are words of the member's type.
    ('PLUGH_OPT(number, "--number", "x", .default_ = "ten")',
     value(("--number", "invalid int value: 'ten'"))),
    ('PLUGH_OPT(number, "--number", "x", .default_ = "2147483648")',
     value(("--number", "invalid int value: '2147483648'"))),
    ('PLUGH_OPT(big, "--big", "x", .default_ = "2147483648")', None),
    ('PLUGH_OPT(huge, "--huge", "x", .default_ = "18446744073709551615")', None),
    ('PLUGH_OPT(huge, "--huge", "x", .default_ = "-1")', value(("--huge", "invalid int value: '-1'"))),
    ('PLUGH_OPT(ratio, "--ratio", "x", .default_ = "half")',
     value(("--ratio", "invalid float value: 'half'"))),
    ('PLUGH_OPT(size, "--size", "x", .default_ = "12Q")', value(("--size", "invalid size value: '12Q'"))),
    ('PLUGH_OPT(wait, "--wait", "x", .default_ = "soon")',
     value(("--wait", "invalid duration value: 'soon'"))),
    ('PLUGH_OPT(port, "--port", "x", .default_ = "65536")',
     value(("--port", "invalid port value: '65536'"))),
    ('PLUGH_OPT(port, "--port", "x", .default_ = "65535")', None),
    ('PLUGH_OPT(ints, "--ints", "x", .nargs = "*", .default_ = "1 2 x")',
     value(("--ints", "invalid int value: 'x'"))),
    ('PLUGH_OPT(flag, "--flag", "x", .default_ = "perhaps")',
     value(("--flag", "the default of a flag is on or off"))),
    ('PLUGH_OPT(flag, "--flag", "x", .default_ = "on")', None),
    ('PLUGH_SET(number, "--ten", "x", .const_ = "ten")', value(("--ten", "invalid int value: 'ten'"))),
    ('PLUGH_OPT(number, "--number", "x", .choices = "1 2 three")',
     value(("--number", "invalid int value: 'three'"))),
    ('PLUGH_OPT(level, "--level", "x", .choices = "low high", .default_ = "high")', None),
    ('PLUGH_OPT(level, "--level", "x", .choices = "low high", .default_ = "middle")',
     "option '--level': 'middle' is none of its choices"),
    ('PLUGH_SET(level, "--middle", "x", .choices = "low high", .const_ = "middle")',
     "option '--middle': 'middle' is none of its choices"),
    # Help is expanded as argparse does.
    ('PLUGH_OPT(text, "--text", "like %(nonsense)s")', HELP),
    ('PLUGH_OPT(text, "--text", "100% of it")', HELP),
    ('PLUGH_OPT(text, "--text", "100%% of %(dest)s, %(prog)s, %(default)s")', None),
    ('PLUGH_OPT(texts, "--texts", "x", .nargs = "2", .metavar = "A B C")',
     value(("--texts", "length of metavar tuple does not match nargs"))),
    ('PLUGH_OPT(texts, "--texts", "x", .nargs = "2", .metavar = "A B")', None),
    # Names.
    ('PLUGH_OPT(text, "-t --text", "x"), PLUGH_OPT(flag, "-f --text", "x")',
     "two options share a name: '-t --text' and '-f --text'"),
    ('PLUGH_OPT(text, "-t -t", "x")', "two options share a name: '-t -t' and '-t -t'"),
    ('PLUGH_OPT(text, "", "x")', "an option without a name"),
    ('PLUGH_SET(text, "--a", "x", .const_ = "a"), PLUGH_OPT(text, "--b", "x")',
     "options '--a' and '--b' fill one member: use PLUGH_SET for both"),
    # What argparse refuses to declare.
    ('PLUGH_OPT(text, "text", "x", .required = true)', value(("text", "'required' is an invalid argument for positionals"))),
    ('PLUGH_OPT(text, "--text", "x", .nargs = "3")',
     "option '--text': nargs '3' needs a list: plugh_texts, plugh_paths, plugh_ints"),
    ('PLUGH_OPT(paths, "file", "x", .nargs = "*")',
     "option 'file': plugh_paths needs .access = PLUGH_READ or PLUGH_WRITE"),
    ('PLUGH_GROUP("a", PLUGH_GROUP("b", PLUGH_OPT(text, "--text", "x")))',
     "'one': a group inside a group: only PLUGH_ONE_OF goes into PLUGH_GROUP"),
    ('PLUGH_ONE_OF(PLUGH_OPT(text, "text", "x"), PLUGH_OPT(flag, "--flag", "x"))',
     value(("text", "mutually exclusive arguments must be optional"))),
    # Every action.
    ('PLUGH_OPT(number, "-n", "x", .action = "count")', None),
    ('PLUGH_OPT(flag, "--no", "x", .action = "store_false", .default_ = "on")', None),
    ('PLUGH_OPT(flag, "--flag", "x", .action = "boolean")', None),
    ('PLUGH_OPT(texts, "--texts", "x", .action = "append")', None),
    ('PLUGH_OPT(texts, "--texts", "x", .action = "append_const", .const_ = "x")', None),
    ('PLUGH_OPT(texts, "--texts", "x", .action = "extend", .nargs = "+")', None),
    ('PLUGH_OPT(text, "--text", "x", .action = "shout")', "option '--text': unknown action 'shout'"),
]

PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(trial LANGUAGES C)
find_package(plugh 0.1 REQUIRED)
plugh_add_plugin(one plugin.c)
"""


class Check(PlughTest):
    def check(self, *files):
        return subprocess.run([CHECK, *files], capture_output=True, text=True, timeout=DEADLINE,
                              env={"PATH": os.environ["PATH"]})

    def expect_check(self, path, reason):
        done = self.check(path)
        words = "" if reason is None else f"plugh-manifest-check: error: {path}: {reason}\n"
        self.assertEqual((done.returncode, done.stdout, done.stderr), (reason is not None, "", words))

    def test_each_case(self):
        for rows, reason in CASES:
            with self.subTest(rows=rows):
                path = self.write("one.so", bytes(built("one", ONE % rows, ["-w"])))
                self.expect_check(path, reason)

    def test_a_file_named_otherwise(self):
        for name in ("two.so", "one.so.1", "libone.so", "one"):
            path = self.write(name, bytes(built("one", ONE % 'PLUGH_OPT(flag, "-f", "x")')))
            self.expect_check(path, "the plugin is called 'one', so its file must be one.so")

    def test_what_is_no_plugin(self):
        self.expect_check(self.dir / "missing.so", "No such file or directory")
        self.expect_check(self.dir, "not a regular file")
        self.expect_check(self.write("empty.so", b""), "not an ELF file")

    def test_several_files_and_none(self):
        good = self.write("good.so", bytes(built("good", GOOD)))
        box = self.write("box.so", bytes(built("box", BOX)))
        bad = self.write("bad.so", b"no")
        self.assertEqual(self.check(good, box).returncode, 0)
        self.assertEqual(self.check(good, bad, box).returncode, 1)
        none = self.check()
        self.assertEqual((none.returncode, none.stderr), (2, "usage: plugh-manifest-check FILE [FILE ...]\n"))

    def test_the_build_fails_where_the_check_does(self):
        prefix = self.dir / "prefix"
        run = {"capture_output": True, "text": True, "timeout": 2 * DEADLINE}
        subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix, "--component", "sdk"], check=True, **run)
        project = self.dir / "project"
        for rows, words in [
            ('PLUGH_OPT(flag, "-f", "x")', None),
            ('PLUGH_OPT(number, "-n", "x", .default_ = "ten")', "option '-n' of 'one': invalid int value: 'ten'"),
        ]:
            self.write("project/CMakeLists.txt", PROJECT)
            self.write("project/plugin.c", ONE % rows)
            subprocess.run(["cmake", "-G", "Ninja", "-S", project, "-B", project / "build",
                            f"-DCMAKE_PREFIX_PATH={prefix}"], check=True, **run)
            done = subprocess.run(["cmake", "--build", project / "build"], **run)
            self.assertEqual(done.returncode != 0, words is not None, done.stdout)
            self.assertIn(words or "", done.stdout)


if __name__ == "__main__":
    main()
