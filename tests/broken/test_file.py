"""Files that are no plugin: truncated at every length, of another machine, of another kind.

SPDX-License-Identifier: MIT
"""

import json
import os
import re
import struct
import subprocess

from broken import BOX, GOOD, ONE, RUN, BrokenTest, Manifest, built
from plughtest import main

TRUNCATED = re.compile(
    r"not an ELF file"
    r"|truncated: the ELF header is incomplete"
    r"|truncated: its (program headers|section headers|segments|notes) reach beyond the end of the file"
)


class Truncated(BrokenTest):
    def lengths(self, size):
        """Each byte of the headers, each edge of a page, and a thousand between."""
        near = {n + d for n in range(0, size, 4096) for d in (-1, 0, 1)}
        return sorted(n for n in {*range(300), *near, *range(0, size, size // 1000)} if 0 <= n < size)

    def test_no_length_loads_and_none_hurts_the_others(self):
        data = built("one", ONE % RUN, ["-s"])
        lengths = self.lengths(len(data))
        for n in lengths:
            (self.folder / f"cut{n}.so").write_bytes(data[:n])

        listed = self.listed()

        self.assertGreater(len(lengths), 1000)
        for n in lengths:
            self.assertEqual(listed[f"cut{n}"]["status"], "refused", n)
            self.assertRegex(listed[f"cut{n}"]["reason"], rf"\A({TRUNCATED.pattern})\Z", n)
        self.assertEqual(listed["good"]["status"], "enabled")

    def test_running_one_says_one_line(self):
        data = built("one", ONE % RUN, ["-s"])
        for n in self.lengths(len(data))[::20]:
            self.put("one", data[:n])
            result = self.run_plugin("one")
            self.assertEqual((result.status, result.stdout), (126, ""), (n, result))
            self.assertRegex(
                result.stderr,
                rf"\Aplugh: error: plugin 'one' \({self.folder}/one\.so\) is refused: ({TRUNCATED.pattern})\n\Z",
                n,
            )
        self.put("one", data)
        self.expect(self.run_plugin("one"), 0, "0\n")


class OtherKinds(BrokenTest):
    def test_damaged_elf_headers(self):
        bits = "made for another machine: other word size or byte order"
        for offset, value, reason in [
            (0, b"\x7fELG", "not an ELF file"),
            (0, b"#!/b", "not an ELF file"),
            (4, b"\1", bits),
            (5, b"\2", bits),
            (16, b"\1\0", "not a shared object: ELF type 1"),
            (18, struct.pack("<H", 22), f"made for another machine: ELF machine 22, not {self.machine()}"),
            (54, b"\0\0", "damaged: program headers of 0 bytes"),
            (56, b"\xff\xff", "damaged: 65535 program headers"),
            (32, b"\xff" * 8, "truncated: its program headers reach beyond the end of the file"),
        ]:
            with self.subTest(reason=reason, offset=offset):
                data = built("one", ONE % RUN)
                data[offset : offset + len(value)] = value
                self.put("one", data)
                self.expect_refused("one", reason)
                self.expect_listed_as_refused("one", reason)

    def machine(self):
        return struct.unpack_from("<H", built("good", GOOD), 18)[0]

    def test_what_is_no_shared_object(self):
        code = self.write("main.c", "int main(void) { return 0; }\n")
        for flags, reason in [
            (["-no-pie"], "not a shared object: ELF type 2"),
            (["-c"], "not a shared object: ELF type 1"),
            (["-pie", "-fPIE"], "no plugh manifest in it"),
            (["-shared", "-fPIC"], "no plugh manifest in it"),
        ]:
            with self.subTest(flags=flags):
                target = self.folder / "one.so"
                subprocess.run(["gcc", *flags, "-o", target, code], check=True, timeout=60)
                self.expect_refused("one", reason)
                self.expect_listed_as_refused("one", reason)

    def test_what_is_no_file(self):
        (self.folder / "folder.so").mkdir()
        os.mkfifo(self.folder / "fifo.so")
        (self.folder / "device.so").symlink_to("/dev/zero")
        (self.folder / "nowhere.so").symlink_to("missing")
        for name, reason in [
            ("folder", "not a regular file"),
            ("fifo", "not a regular file"),
            ("device", "not a regular file"),
            ("nowhere", "cannot open it: No such file or directory"),
        ]:
            with self.subTest(name=name):
                self.expect_refused(name, reason, checked="" if name == "nowhere" else None)
                self.expect_listed_as_refused(name, reason)
        path = self.folder / "nowhere.so"
        self.expect(self.plugh("plugin", "check", path), 1, "",
                    f"plugh plugin: error: cannot open '{path}': No such file or directory\n")

    def test_empty_and_text_files(self):
        for data in (b"", b"\x7f", b"\x7fELF"[:3], b"hello\n", b"\0" * 8192):
            self.put("one", data)
            self.expect_refused("one", "not an ELF file")


class Names(BrokenTest):
    def test_a_file_named_otherwise_than_its_manifest(self):
        self.put("renamed", built("one", ONE % RUN))
        reason = "its manifest says 'one': rename the file to one.so"
        self.expect_refused("renamed", reason,
                            checked="the plugin is called 'one', so its file must be one.so")
        self.expect_listed_as_refused("renamed", reason)

    def test_the_name_of_a_built_in(self):
        self.put("config", built("config", (ONE % RUN).replace("PLUGIN(one,", "PLUGIN(config,")))
        self.expect_listed_as_refused("config", "'config' is the name of a built-in command")
        own = self.run_plugin("config", "path")
        self.assertEqual((own.status, own.stderr), (0, ""), own)

    def test_two_plugins_in_one_file(self):
        second = (ONE % RUN).replace("one_", "two_").replace("PLUGIN(one,", "PLUGIN(two,")
        self.put("one", built("one", ONE % RUN + second))
        # The compiler chooses which comes first.
        reason = self.listed()["one"]["reason"]
        self.assertRegex(reason, r"\Atwo plugins in one file: '(one' and 'two|two' and 'one)'\Z")
        self.expect_refused("one", reason)

    def test_a_bundled_name_keeps_its_own_file(self):
        self.put("extract", built("extract", (ONE % RUN).replace("PLUGIN(one,", "PLUGIN(extract,")))
        own = self.run_plugin("extract", "--help")
        self.assertIn("--prefix", own.stdout)
        entries = json_entries(self, "extract")
        self.assertEqual([one["status"] for one in entries], ["enabled", "shadowed"])
        self.assertEqual(entries[1]["reason"], f"'{entries[0]['file']}' comes first")

    def test_names_that_are_no_names_are_not_looked_up(self):
        for name in ("../good", "GOOD", "./good", "good.so", "", "1good"):
            result = self.run_plugin(name)
            self.assertEqual(result.status, 127, (name, result))
        self.assertNotIn("good.so", self.listed())


def json_entries(test, name):
    result = test.run_plugin("plugin", "list", "--json")
    return [one for one in json.loads(result.stdout) if one["name"] == name]


class Trust(BrokenTest):
    def test_a_file_that_others_can_write(self):
        for mode, reason in [
            (0o757, "'{0}' is writable by others: chmod go-w '{0}'"),
            (0o777, "'{0}' is writable by others: chmod go-w '{0}'"),
        ]:
            path = self.put("one", built("one", ONE % RUN), mode)
            self.expect_refused("one", reason.format(path), checked="")
            self.expect_listed_as_refused("one", reason.format(path))

    def test_a_folder_that_others_can_write(self):
        self.put("one", built("one", ONE % RUN))
        self.folder.chmod(0o777)
        path = self.folder / "one.so"
        self.expect(
            self.run_plugin("one"), 126, "",
            f"plugh: error: plugin 'one' ({path}) is refused: "
            f"'{self.folder}' is writable by others: chmod go-w '{self.folder}'\n",
        )
        self.folder.chmod(0o755)
        self.expect(self.run_plugin("one"), 0, "0\n")

    def test_the_cure_in_the_message_cures(self):
        path = self.put("one", built("one", ONE % RUN), 0o777)
        cure = self.run_plugin("one").stderr.strip().split(": ")[-1]
        subprocess.run(cure, shell=True, check=True, timeout=60)
        self.assertEqual(path.stat().st_mode & 0o777, 0o755)
        self.expect(self.run_plugin("one"), 0, "0\n")


class Hostile(BrokenTest):
    def test_a_name_in_the_file_is_shown_escaped(self):
        data = built("box", BOX)
        manifest = Manifest(data)
        manifest.set(manifest.find("PLUGIN"), "names", "b\u00e9\u202e".encode())
        self.put("box", data)
        self.expect_refused(
            "box", "'b\u00e9\\xe2\\x80\\xae' is no name: lower-case letters, digits and _ are, a letter first"
        )

    def test_a_path_with_a_newline_stays_one_line(self):
        folder = self.dir / "line\nbreak"
        folder.mkdir()
        (folder / "one.so").write_bytes(b"")
        result = self.plugh("--plugin-path", folder, "one")
        self.assertEqual(result.status, 126)
        self.assertEqual(result.stderr.count("\n"), 1, result)


if __name__ == "__main__":
    main()
