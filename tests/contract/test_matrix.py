"""Every record of a manifest is in the file, whatever compiled, linked and stripped it.

A plugin with subcommands, groups and a long table is built in many ways; each must pass the manifest
check, and `plugh plugin info` must tell the same of all. What is in the file is compared with what the
compiled table holds, read by a program that knows nothing of ELF. PLUGH_MATRIX=long builds every
combination.

SPDX-License-Identifier: MIT
"""

import itertools
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from plughtest import BUILD, DEADLINE, PLUGH, SOURCE, main

CHECK = BUILD / "libexec/plugh/plugh-manifest-check"
LONG = os.environ.get("PLUGH_MATRIX") == "long"

LEVELS = ("-O0", "-O1", "-O2", "-O3")
LINKERS = ("bfd", "gold", "lld")
KINDS = {
    "plain": [],
    "gc": ["-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections"],
    "lto": ["-flto"],
    "asan": ["-fsanitize=address,undefined"],
    "coverage": ["--coverage"],
    "debug": ["-g3"],
}
# The build tools of a package may change a file afterwards.
AFTER = {
    "none": None,
    "strip": ["strip"],
    "strip-unneeded": ["strip", "--strip-unneeded"],
    "strip-debug": ["objcopy", "--strip-debug"],
    "split-debug": ["objcopy", "--strip-debug", "--remove-section=.comment", "--remove-section=.note"],
    "llvm-strip": ["llvm-strip-14"],
    "patchelf": ["patchelf", "--set-rpath", "/usr/lib/somewhere/that/is/long/enough/to/move/segments"],
}

SHORT = [
    ("gcc", "-O0", "plain", "bfd", "none"),
    ("gcc", "-O2", "plain", "bfd", "strip"),
    ("gcc", "-O2", "gc", "gold", "strip-unneeded"),
    ("gcc", "-O3", "lto", "bfd", "none"),
    ("gcc", "-O1", "asan", "bfd", "strip-debug"),
    ("gcc", "-O2", "gc", "lld", "patchelf"),
    ("gcc", "-O2", "coverage", "bfd", "split-debug"),
    ("clang", "-O0", "plain", "lld", "none"),
    ("clang", "-O2", "gc", "bfd", "strip"),
    ("clang", "-O3", "lto", "lld", "strip-unneeded"),
    ("clang", "-O1", "asan", "bfd", "none"),
    ("clang", "-O2", "plain", "gold", "llvm-strip"),
    ("clang", "-O2", "coverage", "bfd", "patchelf"),
]

HEAD = """
#include <plugh/plugin.h>
struct pack_args { bool force; plugh_size block; const char *mode; plugh_paths file; };
static int pack_run(const struct plugh_host *host, const struct pack_args *args)
{
	return host->json != 0 && args->force;
}
PLUGH_COMMAND(pack, struct pack_args, pack_run, PLUGH_ABOUT("pack files", .needs = PLUGH_NET),
	PLUGH_OPT(block, "-b --block", "bytes", .default_ = "64M"),
	PLUGH_GROUP("output",
		PLUGH_OPT(force, "-f --force", "overwrite"),
		PLUGH_ONE_OF_REQUIRED(
			PLUGH_SET(mode, "--json", "as JSON", .const_ = "json"),
			PLUGH_SET(mode, "--text", "as text", .const_ = "text"))),
	PLUGH_OPT(file, "file", "what", .nargs = "*", .access = PLUGH_READ),
	PLUGH_STATUS(3, "nothing to do"), PLUGH_EXAMPLE("plugh matrix pack x", "packs x"));
"""
TAIL = "PLUGH_PLUGIN_OF(matrix, PLUGH_ABOUT(\"a long one\", .version = \"1.0.0\"), pack, %s);\n"

# Writes the records that are in memory, without a look at the file's format.
DUMP = """
#include <dlfcn.h>
#include <stdio.h>
#include <plugh/plugin.h>
int main(int argc, char *argv[])
{
	void *object = argc == 2 ? dlopen(argv[1], RTLD_NOW) : NULL;
	const struct plugh_plugin *plugin = object != NULL ? dlsym(object, "plugh_plugin_matrix") : NULL;
	if (plugin == NULL)
		return fprintf(stderr, "%s\\n", dlerror()) > 0;
	for (uint64_t i = 0; i < plugin->command_count; i++) {
		uint64_t count;
		const struct plugh_option *record = plugin->command[i]->records(&count);
		fwrite(record, sizeof *record, count, stdout);
	}
	return 0;
}
"""


def source():
    """Three subcommands, the last two with long tables: 150 options in all."""
    text = HEAD
    for name, count in (("many", 100), ("more", 50)):
        members = " ".join(f"int m{i};" for i in range(count))
        rows = ",\n\t".join(
            f'PLUGH_OPT(m{i}, "--{name}-{i}", "the {i}th", .default_ = "{i}")' for i in range(count))
        text += (
            f"struct {name}_args {{ {members} }};\n"
            f"static int {name}_run(const struct plugh_host *host, const struct {name}_args *args)\n"
            f"{{\n\treturn host->json != 0 && args->m0;\n}}\n"
            f'PLUGH_COMMAND({name}, struct {name}_args, {name}_run, PLUGH_ABOUT("{name} of them"),\n\t{rows});\n')
    return text + TAIL % "many, more"


def builds():
    if not LONG:
        return SHORT
    every = itertools.product(("gcc", "clang"), LEVELS, KINDS, LINKERS)
    plain = [(*one, "none") for one in every]
    after = [(compiler, "-O2", kind, linker, step)
             for compiler, kind, linker, step in itertools.product(
                 ("gcc", "clang"), ("plain", "gc", "debug"), LINKERS, AFTER) if step != "none"]
    return plain + after


def impossible(compiler, kind, linker):
    """What the tools themselves cannot do together."""
    if kind == "lto":
        # Each link-time optimiser is a plugin of its own linker.
        return (compiler, linker) in (("gcc", "lld"), ("clang", "bfd"), ("clang", "gold"))
    return False


class Matrix(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = pathlib.Path(tempfile.mkdtemp(prefix="plugh-matrix-"))
        cls.addClassCleanup(shutil.rmtree, cls.dir, ignore_errors=True)
        (cls.dir / "matrix.c").write_text(source())
        (cls.dir / "dump.c").write_text(DUMP)
        cls.run_tool("gcc", "-I", SOURCE / "sdk/include", "-o", cls.dir / "dump", cls.dir / "dump.c")
        cls.path = cls.dir / "matrix.so"

    @staticmethod
    def run_tool(*words, **more):
        return subprocess.run(words, check=True, capture_output=True, timeout=4 * DEADLINE, **more).stdout

    def build(self, compiler, level, kind, linker, after):
        self.path.unlink(missing_ok=True)
        self.run_tool(
            compiler, "-std=c17", level, "-fPIC", "-shared", "-fvisibility=hidden", "-Wall", "-Wextra",
            "-Werror", *KINDS[kind], f"-fuse-ld={linker}", "-I", SOURCE / "sdk/include", "-o", self.path,
            self.dir / "matrix.c", cwd=self.dir)
        if AFTER[after] is not None:
            self.run_tool(*AFTER[after], self.path)

    def info(self):
        home = {"PATH": os.environ["PATH"], "HOME": str(self.dir), "LC_ALL": "C.UTF-8"}
        info = json.loads(self.run_tool(PLUGH, "plugin", "info", self.path, "--json", env=home))
        for differs in ("file", "sha256"):
            self.assertTrue(info.pop(differs))
        return info

    def notes(self):
        """The section's bytes, by a tool that is not ours; the order of the tables is the compiler's."""
        section = self.dir / "section"
        section.unlink(missing_ok=True)
        self.run_tool("objcopy", f"--dump-section=.note.plugh={section}", self.path, self.dir / "copy")
        return section.read_bytes()

    @staticmethod
    def records(data, size):
        return sorted(data[i : i + size] for i in range(0, len(data), size))

    def test_all_records_are_read_back_from_each_build(self):
        expected, memory, size = None, None, None
        done, skipped = 0, set()
        for combination in builds():
            compiler, level, kind, linker, after = combination
            tool = AFTER[after][0] if AFTER[after] else compiler
            if shutil.which(tool) is None:
                skipped.add(tool)
                continue
            if impossible(compiler, kind, linker):
                continue
            with self.subTest(build=" ".join(combination)):
                self.build(*combination)

                self.run_tool(CHECK, self.path)
                info = self.info()
                notes = self.notes()

                if expected is None:
                    expected = info
                    memory = self.run_tool(self.dir / "dump", self.path)
                    size = 20 + int.from_bytes(memory[4:8], "little")  # of a whole note
                    self.assertEqual(len(info["commands"]), 3)
                    self.assertEqual(len(info["commands"][1]["options"]), 100)
                self.assertEqual(info, expected)
                self.assertTrue(self.records(notes, size) == self.records(memory, size))
                done += 1
        for tool in sorted(skipped):
            print(f"SKIPPED: {tool} is not installed", flush=True)
        print(f"{done} builds", flush=True)
        self.assertGreater(done, 10)


if __name__ == "__main__":
    main()
