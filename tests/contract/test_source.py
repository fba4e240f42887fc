"""What a machine can check of the sources: licence lines, banned functions, sizes, thread tags.

SPDX-License-Identifier: MIT
"""

import re
import subprocess
import unittest

from plughtest import DEADLINE, SOURCE, main

BANNED = ("strcpy", "strcat", "sprintf", "gets", "strtok", "atoi", "system", "alloca", "strncpy", "vsprintf")
LAST = ("exit", "abort", "quick_exit")
MAY_EXIT = {"host/main.c"}
TAGS = {"[main-thread]", "[any-thread]"}
CODE = (".c", ".h")
LICENSED = (*CODE, ".py", ".sh", ".cmake", "CMakeLists.txt")


def files():
    """What is in the repository, or will be with the next commit."""
    done = subprocess.run(["git", "-c", f"safe.directory={SOURCE}", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=SOURCE,
                          check=True, capture_output=True, text=True, timeout=DEADLINE)
    return sorted(name for name in set(done.stdout.splitlines()) if (SOURCE / name).is_file())


def without_comments(text):
    """The code alone, line by line: no comments, no texts."""
    def blank(found):
        return re.sub(r"[^\n]", " ", found[0])

    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text, flags=re.S)


def calls(text, names):
    """Lines and names of calls of functions."""
    pattern = re.compile(r"(?<![\w.>])(" + "|".join(names) + r")\s*\(")
    for number, line in enumerate(without_comments(text).splitlines(), 1):
        for found in pattern.finditer(line):
            yield number, found[1]


@unittest.skipUnless((SOURCE / ".git").exists(), "not a checkout: the list of files is git's")
class Source(unittest.TestCase):
    maxDiff = None

    def code(self, *folders):
        for name in files():
            if name.endswith(CODE) and name.startswith(folders):
                yield name, (SOURCE / name).read_text()

    def test_each_file_names_its_licence(self):
        missing = []
        for name in files():
            if name.endswith(LICENSED) and "SPDX-License-Identifier: MIT" not in (SOURCE / name).read_text():
                missing.append(name)
        self.assertEqual(missing, [])

    def test_no_banned_function_is_called(self):
        found = [
            f"{name}:{line}: {function}"
            for name, text in self.code("host/", "sdk/", "plugins/", "tests/")
            for line, function in calls(text, BANNED)
        ]
        self.assertEqual(found, [])

    def test_nothing_but_main_exits(self):
        found = [
            f"{name}:{line}: {function}"
            for name, text in self.code("host/", "sdk/", "plugins/")
            if name not in MAY_EXIT
            for line, function in calls(text, LAST)
        ]
        self.assertEqual(found, [])

    def test_the_search_finds_what_is_there(self):
        text = 'strcpy(a, b); /* gets(x) */ p->system(1); "atoi(" my_strcpy(c); x = alloca (3);\n// exit(1)\n'
        self.assertEqual(list(calls(text, BANNED)), [(1, "strcpy"), (1, "alloca")])

    def test_no_file_of_code_is_longer_than_600_lines(self):
        long = [
            f"{name}: {text.count(chr(10))} lines"
            for name, text in self.code("host/", "sdk/", "plugins/")
            if text.count("\n") > 600
        ]
        self.assertEqual(long, [])

    def test_each_function_pointer_of_the_contract_names_its_thread(self):
        for header in ("host.h", "plugin.h"):
            text = (SOURCE / "sdk/include/plugh" / header).read_text()
            pointers = [found for found in re.finditer(r"^\t[^*\n]*\(\*(\w+)\)\(", text, flags=re.M)
                        if "#define" not in text[text.rfind("\n", 0, found.start()) :found.start()]]
            pointers = [found for found in pointers if "\\\n" not in text[found.start() : found.end() + 120]]
            self.assertGreater(len(pointers), 0, header)
            for found in pointers:
                before = text[: found.start()].rstrip()
                self.assertTrue(before.endswith("*/"), (header, found[1]))
                comment = before[before.rfind("/*") :]
                tags = set(re.findall(r"\[[a-z-]+\]", comment))
                self.assertTrue(tags and tags <= TAGS, (header, found[1], comment))

    def test_includes_go_one_way(self):
        """plugins -> sdk, host -> sdk; never sdk -> host, plugin -> plugin, plugin -> host."""
        host = {name[5:] for name in files() if name.startswith("host/") and name.endswith(".h")}
        found = []
        for name, text in self.code("sdk/", "plugins/"):
            own = {one.name for one in (SOURCE / name).parent.iterdir()}
            for include in re.findall(r'^#include "([^"]+)"', text, flags=re.M):
                if include not in own or (name.startswith("sdk/include") and include in host):
                    found.append(f"{name}: {include}")
        self.assertEqual(found, [])

    def test_each_header_has_a_guard_named_after_it(self):
        wrong = []
        for name, text in self.code("host/", "sdk/include/"):
            stem = name.rsplit("/", 1)[1][:-2].upper()
            if name.endswith(".h") and not re.search(rf"^#ifndef PLUGH_(\w+_)?{stem}_H$", text, flags=re.M):
                wrong.append(name)
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    main()
