"""Manifests with one record changed: each is refused by one line, before any code of the plugin runs.

SPDX-License-Identifier: MIT
"""

import struct

from broken import BOX, FIELD, ONE, RUN, TYPE, BrokenTest, Manifest, built
from plughtest import BUILD, main

# A constructor that shows whether code of the plugin ran.
LOUD = """
#include <unistd.h>
static __attribute__((constructor)) void begin(void)
{
	if (write(2, "the constructor ran\\n", 20) != 20)
		_exit(9);
}
"""

# record type, its names ("": the first), field, value, reason
CHANGES = [
    ("OPTION", "-b --block", "nargs", b"????????",
     "damaged manifest: 'nargs' of PLUGH_OPT has no NUL: its text is too long"),
    ("ABOUT", "", "help", b"x" * FIELD["help"][1],
     "damaged manifest: 'help' of PLUGH_ABOUT has no NUL: its text is too long"),
    ("OPTION", "file", "help", b"x\0y",
     "damaged manifest: bytes behind the end of 'help' of PLUGH_OPT"),
    ("ABOUT", "", "help", b"two\nlines",
     "damaged manifest: control characters in 'help' of PLUGH_ABOUT"),
    ("OPTION", "-b --block", "help", b"\x1b[31mred",
     "damaged manifest: control characters in 'help' of PLUGH_OPT"),
    ("OPTION", "-b --block", "help", b"caf\xe9!",
     "damaged manifest: 'help' of PLUGH_OPT is not UTF-8"),
    ("PLUGIN", "", "magic", 1, "damaged manifest: no magic number"),
    ("PLUGIN", "", "names", b"Box",
     "'Box' is no name: lower-case letters, digits and _ are, a letter first"),
    ("PLUGIN", "", "version", b"1",
     "damaged manifest: 'version' in PLUGH_PLUGIN, which has no such field"),
    ("OPTION", "-b --block", "kind", 99, "option '-b --block': unknown kind 99"),
    ("OPTION", "-b --block", "size", 4, "option '-b --block': a member of 4 bytes, not 8"),
    ("OPTION", "-b --block", "offset", 4000,
     "option '-b --block': its member lies outside the arguments struct"),
    ("OPTION", "-b --block", "offset", 0xFFFFFFF8,
     "option '-b --block': its member lies outside the arguments struct"),
    ("OPTION", "-b --block", "offset", 1, "option '-b --block': its member is not aligned"),
    ("OPTION", "-b --block", "offset", 0,
     "options '-f --force' and '-b --block' fill one member: use PLUGH_SET for both"),
    ("OPTION", "-b --block", "needs", 1 << 7, "unknown need: bits 0x80"),
    ("OPTION", "file", "access", 1 << 3, "unknown access: bits 0x8"),
    ("ABOUT", "", "flags", 1 << 9, "unknown flag: bits 0x200"),
    ("OPTION", "file", "role", 17, "unknown role: 17"),
    ("ABOUT", "", "usage_status", 999, "999 is no exit status"),
    ("OPTION", "-b --block", "type", 77, "damaged manifest: unknown record type 77"),
    ("OPTION", "-t --times", "action", b"shout", "option '-t --times': unknown action 'shout'"),
    ("OPTION", "-b --block", "action", b"count",
     "option '-b --block': action 'count' does not fit the type of its member"),
    ("OPTION", "file", "nargs", b"x", "option 'file': nargs 'x' is none of ? * + ... N"),
    ("OPTION", "-b --block", "names", b"-f", "two options share a name: '-f --force' and '-f'"),
    ("OPTION", "-b --block", "names", b"-h",
     "option '-h': every command has -h and --help already"),
    ("OPTION", "-b --block", "names", b"block -b",
     "option 'block -b': names with and without a dash"),
    ("OPTION", "-b --block", "names", b"", "an option without a name"),
    ("GROUP", "", "type", TYPE["OPTION"], "option 'output': unknown kind 0"),
    ("pack:END", "", "type", TYPE["ABOUT"], "'pack' has two PLUGH_ABOUT"),
    ("ONE_OF", "", "type", TYPE["END"], "'show': a group ends that did not begin"),
    ("pack:ABOUT", "", "type", TYPE["STATUS"], "the table of 'pack' does not begin with PLUGH_ABOUT"),
    ("COMMAND", "pack", "names", b"unpack",
     "subcommand 'pack' is listed, but there is none of that name"),
    ("LISTED", "pack", "names", b"unpack",
     "subcommand 'unpack' is listed, but there is none of that name"),
    ("LISTED", "show", "names", b"pack",
     "subcommand 'pack' is listed, but there is none of that name"),
    ("OPTION", "-t --times", "default_", b"often",
     "option '-t --times' of 'show': invalid int value: 'often'"),
    ("OPTION", "-b --block", "default_", b"12Q",
     "option '-b --block' of 'pack': invalid size value: '12Q'"),
    ("OPTION", "-f --force", "default_", b"maybe",
     "option '-f --force' of 'pack': the default of a flag is on or off"),
]


class Changed(BrokenTest):
    def test_each_change_is_refused_with_its_reason(self):
        for type_, names, field, value, reason in CHANGES:
            with self.subTest(type=type_, names=names, field=field, value=value):
                manifest = Manifest(built("box", BOX + LOUD))
                manifest.set(manifest.find(type_, names), field, value)
                self.put("box", manifest.data)
                self.expect_refused("box", reason, ["show"])

    def test_the_list_tells_each_reason(self):
        for type_, names, field, value, reason in CHANGES[:8]:
            manifest = Manifest(built("box", BOX))
            manifest.set(manifest.find(type_, names), field, value)
            self.put("box", manifest.data)
            self.expect_listed_as_refused("box", reason)

    def test_the_unchanged_one_runs(self):
        self.put("box", built("box", BOX))
        self.expect(self.run_plugin("box", "show", "-t3"), 0, "show 3\n")
        self.put("box", built("box", BOX + LOUD))
        self.expect(self.run_plugin("box", "show"), 0, "show 1\n", "the constructor ran\n")


class Sizes(BrokenTest):
    def test_a_short_record(self):
        size = FIELD[""][1] - 20
        manifest = Manifest(built("box", BOX))
        manifest.set(manifest.find("PLUGIN"), "desc_size", size - 4)
        self.put("box", manifest.data)
        self.expect_refused("box", f"damaged manifest: a record of {size - 4} bytes, less than {size}")

    def test_a_record_of_nothing(self):
        manifest = Manifest(built("one", ONE % RUN))
        manifest.set(manifest.find("PLUGIN"), "desc_size", 0)
        self.put("one", manifest.data)
        self.expect_refused("one", "damaged manifest: a record of 0 bytes")

    def test_an_oversized_record(self):
        manifest = Manifest(built("box", BOX))
        manifest.set(manifest.record[-1], "desc_size", 0x7FFFFFF0)
        self.put("box", manifest.data)
        self.expect_refused("box", "damaged manifest: a note reaches beyond its segment")

    def test_a_record_larger_than_any(self):
        fill = '__attribute__((section(".note.plugh"), used, aligned(4))) static const struct {\n' \
            "\tstruct plugh_note note; char bytes[70000]; } fill = { { 6, 70000, 5, \"plugh\" }, \"\" };\n"
        self.put("one", built("one", ONE % (RUN + fill)))
        self.expect_refused("one", "damaged manifest: a record of 70000 bytes, more than 65536")

    def test_more_notes_than_a_file_may_have(self):
        fill = '__attribute__((section(".note.fill"), used, aligned(4))) static const struct {\n' \
            "\tstruct plugh_note note; char bytes[5 << 20]; } fill = { { 6, 5 << 20, 5, \"other\" }, \"\" };\n"
        self.put("one", built("one", ONE % (RUN + fill)))
        self.expect_refused("one", "its notes are larger than 4194304 bytes")

    def test_only_notes_count_for_that(self):
        self.put("one", built("one", ONE % (RUN + "extern const char fill[5 << 20];\n"
                              "__attribute__((used)) const char fill[5 << 20] = { 1 };\n")))
        self.expect(self.run_plugin("one"), 0, "0\n")

    def test_more_records_than_a_file_may_have(self):
        fill = '__attribute__((section(".note.plugh"), used, aligned(4))) static const struct plugh_option\n' \
            "\tfill[2050] = { [0 ... 2049] = { .note = PLUGH_NOTE_(PLUGH_RECORD_EPILOG), .help = \"x\" } };\n"
        self.put("one", built("one", ONE % (RUN + fill)))
        self.expect_refused("one", "damaged manifest: more than 2048 records")


class Random(BrokenTest):
    def test_a_changed_byte_anywhere_in_the_notes_never_hurts_the_host(self):
        """Every word of the headers and each 50th byte of the rest, set to three values."""
        plain = built("box", BOX)
        manifest = Manifest(plain)
        places = [*range(16, 64), *range(64, 64 + 56 * plain[56], 4)]
        for at in manifest.record:
            places += [*range(at, at + 44, 4), *range(at + 44, at + FIELD[""][1], 50)]
        for number, place in enumerate(places):
            for value in (0, 0x7F, 0xFF):
                data = bytearray(plain)
                data[place] = value
                (self.folder / f"v{number}_{value}.so").write_bytes(data)

        result = self.run_plugin("plugin", "list")

        self.assertEqual((result.status, result.stderr), (0, ""))
        bundled = len(list((BUILD / "lib/plugh/plugins").glob("*.so")))
        self.assertEqual(len(self.listed()), 3 * len(places) + bundled + 1)
        self.expect_good()


if __name__ == "__main__":
    main()
