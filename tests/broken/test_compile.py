"""Tables that must not compile, and the words that the compiler says; forms that must compile clean.

SPDX-License-Identifier: MIT
"""

import pathlib
import re
import subprocess
import tempfile
import unittest

from broken import BOX, FIELD
from plughtest import DEADLINE, SOURCE, main

INCLUDE = SOURCE / "sdk/include"
WARNINGS = ["-Wall", "-Wextra", "-pedantic", "-Werror"]
COMPILERS = ("gcc", "clang")
FULL = {field: size for field, (_, size) in FIELD.items()}  # bytes, the NUL counted
C = [(compiler, std) for compiler in COMPILERS for std in ("c11", "c17")]
CXX = [(compiler, std) for compiler in ("g++", "clang++") for std in ("c++17", "c++20")]

ONE = """
#include <plugh/sdk.h>
struct one_args { bool flag; const char *name; %(member)s };
static int one_run(const struct plugh_host *host, const %(args)s *args)
{
	(void)args;
	return plugh_print(host, "one\\n");
}
PLUGH_PLUGIN(one, struct one_args, %(run)s, PLUGH_ABOUT(%(about)s),
	PLUGH_OPT(flag, "--flag", "a flag"), %(opt)s);
"""
TWO = """
#include <plugh/sdk.h>
struct a_args { bool flag; };
static int a_run(const struct plugh_host *host, const struct a_args *args)
{
	return plugh_print(host, "%%d\\n", args->flag);
}
PLUGH_COMMAND(pack, struct a_args, a_run, PLUGH_ABOUT("pack"), PLUGH_OPT(flag, "-f", "a flag"));
PLUGH_COMMAND(show, struct a_args, a_run, PLUGH_ABOUT("show"), PLUGH_OPT(flag, "-f", "a flag"));
PLUGH_PLUGIN_OF(two, PLUGH_ABOUT("two"), %s);
"""

TALLY = """
#include <inttypes.h>
#include <plugh/sdk.h>
struct tally { uint64_t lines, bytes; };
int tally_file(struct tally *t, const char *path, uint64_t max_bytes);
void tally_add(struct tally *sum, const struct tally *one);
struct tally_args {
	bool total_only;
	plugh_size max_size;
	plugh_paths files;
};
static int tally_run(const struct plugh_host *host, const struct tally_args *args)
{
	struct tally total = { 0 };
	for (size_t i = 0; i < args->files.count; i++) {
		const char *path = args->files.item[i];
		struct tally one = { 0 };
		int r = tally_file(&one, path, args->max_size.bytes);
		if (r < 0)
			return plugh_fail(host, r, "cannot count '%s'", path);
		tally_add(&total, &one);
		if (!args->total_only)
			plugh_print(host, "%10" PRIu64 " %10" PRIu64 "  %s\\n", one.lines, one.bytes, path);
	}
	return plugh_print(host, "%10" PRIu64 " %10" PRIu64 "  total\\n", total.lines, total.bytes);
}
PLUGH_PLUGIN(tally, struct tally_args, tally_run,
	PLUGH_ABOUT("count the lines and bytes of files", .version = "1.0.0"),
	PLUGH_OPT(total_only, "-t --total", "print only the total"),
	PLUGH_OPT(max_size, "--max-size", "refuse larger files", .default_ = "1G"),
	PLUGH_OPT(files, "file", "what to count", .nargs = "+", .access = PLUGH_READ));
"""


def one(opt='PLUGH_OPT(name, "--name", "a name")', member="", run="one_run", args="struct one_args",
        about='"one"'):
    return ONE % {"opt": opt, "member": member, "run": run, "args": args, "about": about}


def opt(text, **more):
    return one(f"PLUGH_OPT({text})", **more)


def compile_text(text, compiler, std, flags=WARNINGS):
    """Compile a source text; returns the compiler's status and its words, quotes made plain."""
    with tempfile.TemporaryDirectory(prefix="plugh-compile-") as folder:
        language = "c++" if "++" in compiler else "c"
        code = pathlib.Path(folder) / ("plugin.cc" if language == "c++" else "plugin.c")
        code.write_text(text)
        done = subprocess.run(
            [compiler, f"-std={std}", *flags, "-fPIC", "-fvisibility=hidden", "-I", INCLUDE, "-c",
             "-o", "/dev/null", code],
            capture_output=True, text=True, timeout=DEADLINE, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"})
        # gcc writes \' in the text of an assertion.
        return done.returncode, re.sub("[\u2018\u2019`]", "'", done.stderr).replace("\\'", "'")


# what is wrong, source, words of gcc, words of clang
WRONG = [
    ("a member of an unsupported type", opt('since, "--since", "a time"', member="float since;"),
     r"'_Generic' selector of type 'float' is not compatible with any association",
     r"controlling expression type 'float' not compatible with any generic association type"),
    ("a member that is a struct", opt('at, "--at", "a place"', member="struct { int x; } at;"),
     r"'_Generic' selector of type .* is not compatible with any association",
     r"controlling expression type .* not compatible with any generic association type"),
    ("a misspelt member", opt('nmae, "--name", "a name"'),
     r"has no member named 'nmae'; did you mean 'name'", r"no member named 'nmae' in 'struct one_args'"),
    ("two options for one member", one('PLUGH_OPT(name, "-a", "a"), PLUGH_OPT(name, "-b", "b")'),
     r"redeclaration of enumerator 'plugh_member_name_has_its_option'",
     r"redefinition of enumerator 'plugh_member_name_has_its_option'"),
    ("a run function with other arguments", one(args="struct plugh_port"),
     r"static assertion failed: \"'one_run' must be: int one_run\(const struct plugh_host \*host, "
     r"const struct one_args \*args\)\"",
     r"'one_run' must be: int one_run\(const struct plugh_host \*host, const struct one_args \*args\)"),
    ("a run function that does not exist", one(run="won_run"),
     r"'won_run' undeclared", r"use of undeclared identifier 'won_run'"),
    ("an unknown subcommand", TWO % "pack, show, list",
     r"'plugh_subcommand_list' undeclared",
     r"use of undeclared identifier 'plugh_subcommand_list'"),
    ("a subcommand that is not listed", TWO % "pack",
     r"error: 'plugh_subcommand_show' defined but not used", r"error: unused variable 'plugh_subcommand_show'"),
    ("a subcommand that is listed twice", TWO % "pack, show, show", None, None),
    ("names that are too long", opt(f'name, "--{"n" * (FULL["names"] - 2)}", "a name"'),
     r"the text of 'names' is too long for its field", r"the text of 'names' is too long for its field"),
    ("help that is too long", opt(f'name, "--name", "{"h" * FULL["help"]}"'),
     r"the text of 'help' is too long for its field", r"the text of 'help' is too long for its field"),
    ("a summary that is too long", one(about=f'"{"s" * FULL["help"]}"'),
     r"the text of 'help' is too long for its field", r"the text of 'help' is too long for its field"),
    ("a title that is too long", one(f'PLUGH_GROUP("{"t" * FULL["names"]}", PLUGH_OPT(name, "-n", "n"))'),
     r"the text of 'names' is too long for its field", r"the text of 'names' is too long for its field"),
    ("a status text that is too long", one(f'PLUGH_STATUS(3, "{"s" * FULL["help"]}")'),
     r"the text of 'help' is too long for its field", r"the text of 'help' is too long for its field"),
    ("an example that is too long", one(f'PLUGH_EXAMPLE("{"e" * FULL["names"]}", "x")'),
     r"the text of 'names' is too long for its field", r"the text of 'names' is too long for its field"),
    ("a field that does not exist", opt('name, "--name", "a name", .defualt = "x"'),
     r"'const struct plugh_option' has no member named 'defualt'; did you mean",
     r"field designator 'defualt' does not refer to any field in type"),
]


class Wrong(unittest.TestCase):
    def test_what_is_wrong_does_not_compile_and_says_so(self):
        for what, source, gcc, clang in WRONG:
            for compiler, words in (("gcc", gcc), ("clang", clang)):
                if words is None:
                    continue
                for std in ("c11", "c17"):
                    with self.subTest(what=what, compiler=compiler, std=std):
                        status, said = compile_text(source, compiler, std, ["-Wall", "-Wextra"])
                        self.assertNotEqual(status, 0, said)
                        self.assertRegex(said, words)

    def test_an_unlisted_subcommand_is_an_error_without_any_warning_option(self):
        for compiler in COMPILERS:
            status, said = compile_text(TWO % "pack", compiler, "c17", [])
            self.assertNotEqual(status, 0, compiler)
            self.assertIn("plugh_subcommand_show", said)

    def test_cxx_refuses_what_its_traits_do_not_know(self):
        for compiler in ("g++", "clang++"):
            status, said = compile_text(
                opt('since, "--since", "a time"', member="float since;"), compiler, "c++20", [])
            self.assertNotEqual(status, 0)
            self.assertRegex(said, r"plugh_kind_of_<float>")


class Right(unittest.TestCase):
    def expect_clean(self, source, compiler, std):
        status, said = compile_text(source, compiler, std)
        self.assertEqual((status, said), (0, ""), (compiler, std))

    def test_one_command_and_subcommands_compile_clean_in_c(self):
        for compiler, std in C:
            for source in (TALLY, BOX, TWO % "pack, show", one()):
                self.expect_clean(source, compiler, std)

    def test_the_longest_texts_compile_clean(self):
        for compiler, std in C:
            self.expect_clean(
                opt(f'name, "--{"n" * (FULL["names"] - 3)}", "{"h" * (FULL["help"] - 1)}", '
                    f'.default_ = "{"d" * (FULL["default_"] - 1)}"'), compiler, std)

    def test_tables_compile_clean_in_cxx20(self):
        for compiler in ("g++", "clang++"):
            for source in (TALLY, BOX, TWO % "pack, show"):
                source = source.replace("{ 0 }", "{}").replace("const struct tally_args", "const tally_args")
                self.expect_clean(source, compiler, "c++20")

    def test_each_header_compiles_alone(self):
        headers = sorted((INCLUDE / "plugh").glob("*.h"))
        self.assertGreater(len(headers), 8)
        for compiler, std in [*C, *CXX]:
            for header in headers:
                text = f"#include <plugh/{header.name}>\n#include <plugh/{header.name}>\n"
                with self.subTest(header=header.name, compiler=compiler, std=std):
                    self.expect_clean(text + "extern int not_empty;\n", compiler, std)

    def test_the_contract_needs_no_gnu_source(self):
        """Strict C hides POSIX; the headers do without."""
        for compiler, std in C:
            self.expect_clean("#include <plugh/sdk.h>\n#ifdef _GNU_SOURCE\n#error set\n#endif\n"
                              "extern int not_empty;\n", compiler, std)


if __name__ == "__main__":
    main()
