"""A plugin whose table is C++20 loads and runs as one in C does.

SPDX-License-Identifier: MIT
"""

import subprocess

from plughtest import BUILD, DEADLINE, SANITIZE, SOURCE, PlughTest, main

BOX = """
#include <string>
#include <plugh/sdk.h>
struct pack_args { bool force; plugh_size block; plugh_paths file; };
struct show_args { int times; const char *mode; };
static int pack_run(const plugh_host *host, const pack_args *args)
{
	std::string text = "pack";
	for (size_t i = 0; i < args->file.count; i++)
		text += std::string(" ") + args->file.item[i];
	return plugh_print(host, "%s %llu\\n", text.c_str(), (unsigned long long)args->block.bytes);
}
static int show_run(const plugh_host *host, const show_args *args)
{
	return plugh_print(host, "%d %s\\n", args->times, args->mode ? args->mode : "-");
}
PLUGH_COMMAND(pack, pack_args, pack_run, PLUGH_ABOUT("pack files"),
	PLUGH_GROUP("output", PLUGH_OPT(force, "-f --force", "overwrite")),
	PLUGH_OPT(block, "-b --block", "bytes", .default_ = "1k"),
	PLUGH_OPT(file, "file", "what", .nargs = "*", .access = PLUGH_READ));
PLUGH_COMMAND(show, show_args, show_run, PLUGH_ABOUT("show it"),
	PLUGH_OPT(times, "-t --times", "how often", .default_ = "1"),
	PLUGH_ONE_OF(
		PLUGH_SET(mode, "--json", "as JSON", .const_ = "json"),
		PLUGH_SET(mode, "--text", "as text", .const_ = "text")));
PLUGH_PLUGIN_OF(box, PLUGH_ABOUT("pack and show", .version = "1.0.0"), pack, show);
"""


class Cxx(PlughTest):
    def test_the_headers_are_clean_in_each_language(self):
        headers = sorted((SOURCE / "sdk/include/plugh").glob("*.h"))
        code = self.write("all.c", "".join(f"#include <plugh/{header.name}>\n" for header in headers))
        for language, compilers, standards in (("c", ("gcc", "clang"), ("c11", "c17")),
                                               ("c++", ("g++", "clang++"), ("c++17", "c++20"))):
            for compiler in compilers:
                for standard in standards:
                    with self.subTest(compiler=compiler, standard=standard):
                        subprocess.run(
                            [compiler, f"-std={standard}", "-x", language, "-fsyntax-only", "-Wall", "-Wextra",
                             "-pedantic", "-Werror", "-I", SOURCE / "sdk/include", code],
                            check=True, timeout=DEADLINE)

    def test_tables_in_cxx20_load_and_run(self):
        code = self.write("box.cc", BOX)
        folder = self.dir / "plugins"
        folder.mkdir()
        for compiler in ("g++", "clang++"):
            if SANITIZE and compiler == "clang++":
                continue  # the host's sanitizer is that of gcc
            for level in ("-O0", "-O2"):
                with self.subTest(compiler=compiler, level=level):
                    subprocess.run(
                        [compiler, "-std=c++20", level, "-Wall", "-Wextra", "-pedantic", "-Werror", "-fPIC", "-shared",
                         "-fvisibility=hidden", "-Wl,--exclude-libs,ALL",
                         *([f"-fsanitize={SANITIZE}"] if SANITIZE else []), "-I", SOURCE / "sdk/include",
                         "-o", folder / "box.so", code, BUILD / "sdk/libplugh-sdk.a"],
                        check=True, timeout=DEADLINE)
                    self.expect(self.plugh("--plugin-path", folder, "box", "pack", "-b2k", "a", "b"), 0,
                                "pack a b 2048\n")
                    self.expect(self.plugh("--plugin-path", folder, "box", "show", "--text"), 0, "1 text\n")


if __name__ == "__main__":
    main()
