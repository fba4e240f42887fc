"""Plugins of other versions: built with changed headers, as an older or newer SDK would have them.

SPDX-License-Identifier: MIT
"""

import re
import shutil

from broken import BOX, FIELD, ONE, RUN, BrokenTest, Manifest, built
from plughtest import SOURCE, build_plugin, main


class OtherSdk(BrokenTest):
    def build(self, name, source, major=1, minor=0, needed=0, more="", flags=()):
        """Build with headers of another version; `more` is appended to the record."""
        include = self.dir / f"sdk-{major}-{minor}-{needed}" / "plugh"
        shutil.copytree(SOURCE / "sdk/include/plugh", include)
        version = include / "version.h"
        text = version.read_text()
        for word, value in [("MAJOR", major), ("MINOR", minor), ("MINOR_NEEDED", needed)]:
            text, n = re.subn(rf"(#define PLUGH_ABI_{word}) \d+", rf"\1 {value}", text)
            self.assertEqual(n, 1)
        version.write_text(text)
        option = include / "option.h"
        text, n = re.subn(r"(uint32_t usage_status;[^\n]*\n)", rf"\1{more}", option.read_text())
        self.assertEqual(n, 1)
        option.write_text(text)
        code = self.write(f"{name}.c", source)
        build_plugin(code, self.folder / f"{name}.so", ["-I", include.parent, *flags])

    def test_equal_major_and_a_newer_minor_that_is_not_needed(self):
        self.build("box", BOX, minor=7)
        self.expect(self.run_plugin("box", "show", "-t2"), 0, "show 2\n")

    def test_longer_records_of_a_later_minor_are_cut_and_load(self):
        more = "\tchar later[40];\n\tuint32_t count;\n"
        source = BOX.replace('"how often"', '"how often", .later = "more", .count = 3')
        source = source.replace(".access = PLUGH_READ", '.access = PLUGH_READ, .later = "more"')
        self.put("box", built("box", BOX))
        before = self.run_plugin("box", "show", "--help")

        self.build("box", source, minor=1, more=more)

        longer = bytearray((self.folder / "box.so").read_bytes())
        record = Manifest(longer).find("PLUGIN")
        self.assertEqual(int.from_bytes(longer[record + 4 : record + 8], "little"), FIELD[""][1] - 20 + 44)
        self.expect(self.run_plugin("box", "show", "-t2"), 0, "show 2\n")
        self.expect(self.run_plugin("box", "pack", "a", "b"), 0, "pack 2\n")
        self.expect(self.run_plugin("box", "show", "--help"), 0, before.stdout)
        self.assertEqual(self.listed()["box"]["status"], "enabled")

    def test_a_newer_minor_that_is_needed(self):
        self.build("box", BOX, minor=3, needed=3)
        reason = "needs plugh ABI 1.3, this is 1.0: use a newer plugh"
        self.expect_refused("box", reason)
        self.expect_listed_as_refused("box", reason)

    def test_a_newer_minor_that_one_subcommand_needs(self):
        manifest = Manifest(built("box", BOX))
        manifest.set(manifest.find("COMMAND", "show"), "abi_minor", 3)
        self.put("box", manifest.data)
        self.expect_refused("box", "needs plugh ABI 1.3, this is 1.0: use a newer plugh", ["pack"])

    def test_another_major(self):
        for major in (0, 2, 4294967295):
            self.build("one", ONE % RUN, major=f"{major}u", minor=5)
            reason = f"made for plugh ABI {major}.0, this is 1.0: rebuild it with this plugh's SDK"
            self.expect_refused("one", reason)
            self.expect_listed_as_refused("one", reason)

    def test_another_major_may_mean_anything_by_the_rest(self):
        self.build("one", ONE % RUN, major=2, more="\tchar first[4];\n\tuint32_t number[9];\n")
        self.expect_refused(
            "one", "made for plugh ABI 2.0, this is 1.0: rebuild it with this plugh's SDK")

    def test_no_code_of_another_version_runs(self):
        loud = RUN + """
#include <unistd.h>
static __attribute__((constructor)) void begin(void) { _exit(77); }
"""
        self.build("one", ONE % loud, minor=1, needed=1)
        self.expect_refused("one", "needs plugh ABI 1.1, this is 1.0: use a newer plugh")


if __name__ == "__main__":
    main()
