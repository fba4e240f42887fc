"""A plugin exports its table and nothing else; the host exports nothing of its own.

SPDX-License-Identifier: MIT
"""

import pathlib
import re
import subprocess
import tempfile
import unittest

from plughtest import BUILD, DEADLINE, PLUGH, SANITIZE, SOURCE, main


def exported(path):
    """The names of the dynamic symbols that the file defines, but for those of the compiler's runtime."""
    done = subprocess.run(["nm", "-D", "--defined-only", "--format=posix", path], check=True,
                          capture_output=True, text=True, timeout=DEADLINE)
    names = [line.split()[0].split("@")[0] for line in done.stdout.splitlines()]
    runtime = ("__asan_", "__odr_asan", "__ubsan_", "__sanitizer_", "__tsan_", "__gcov_", "mangle_path")
    return [name for name in names if not name.startswith(runtime)]


class Exports(unittest.TestCase):
    def test_each_built_plugin_exports_one_symbol(self):
        files = sorted((BUILD / "lib/plugh/plugins").glob("*.so"))
        self.assertGreater(len(files), 0)
        for path in files:
            with self.subTest(file=path.name):
                self.assertEqual(exported(path), [f"plugh_plugin_{path.stem}"])

    def test_a_plugin_with_the_whole_sdk_in_it_exports_one_symbol(self):
        with tempfile.TemporaryDirectory(prefix="plugh-exports-") as folder:
            target = pathlib.Path(folder) / "hello.so"
            subprocess.run(
                ["gcc", "-std=c17", "-fPIC", "-shared", "-fvisibility=hidden", "-Wl,--exclude-libs,ALL",
                 *([f"-fsanitize={SANITIZE}"] if SANITIZE else []), "-I", SOURCE / "sdk/include", "-o", target,
                 SOURCE / "sdk/examples/hello/plugin.c", "-Wl,--whole-archive",
                 BUILD / "sdk/libplugh-sdk.a", "-Wl,--no-whole-archive", "-lm"],
                check=True, timeout=DEADLINE)
            self.assertGreater(target.stat().st_size, 100_000)
            self.assertEqual(exported(target), ["plugh_plugin_hello"])

    @unittest.skipIf(SANITIZE, "a sanitizer's runtime in the host exports its own")
    def test_the_host_exports_nothing_of_its_own(self):
        """Variables of the C library that a program uses are copied into it, and so exported."""
        loaded = subprocess.run(["ldd", PLUGH], check=True, capture_output=True, text=True, timeout=DEADLINE)
        libraries = re.findall(r"(/\S+)", loaded.stdout)
        of_libraries = {name for library in libraries for name in exported(library)}
        self.assertIn("environ", of_libraries)
        self.assertEqual(set(exported(PLUGH)) - of_libraries, set())

    def test_the_host_and_the_plugins_resolve_all_symbols_at_once(self):
        for path in [PLUGH, *sorted((BUILD / "lib/plugh/plugins").glob("*.so"))]:
            dynamic = subprocess.run(["readelf", "-dW", path], check=True, capture_output=True, text=True,
                                     timeout=DEADLINE).stdout
            self.assertRegex(dynamic, r"\(FLAGS_1\).*\bNOW\b", path)
            self.assertNotIn("RUNPATH", dynamic, path)
            self.assertNotIn("TEXTREL", dynamic, path)

    def test_no_stack_is_executable(self):
        for path in [PLUGH, *sorted((BUILD / "lib/plugh/plugins").glob("*.so"))]:
            headers = subprocess.run(["readelf", "-lW", path], check=True, capture_output=True, text=True,
                                     timeout=DEADLINE).stdout
            stack = [line for line in headers.splitlines() if "GNU_STACK" in line]
            self.assertEqual(len(stack), 1, path)
            self.assertNotIn("RWE", stack[0], path)


if __name__ == "__main__":
    main()
