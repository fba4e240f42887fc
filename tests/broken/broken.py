"""Plugins that are wrong on purpose: built from C, or made by changing bytes of a good one.

SPDX-License-Identifier: MIT
"""

import atexit
import json
import pathlib
import shutil
import struct
import tempfile

from plughtest import SOURCE, PlughTest, build_plugin

GOOD = """
#include <plugh/sdk.h>
struct good_args { bool loud; };
static int good_run(const struct plugh_host *host, const struct good_args *args)
{
	return plugh_print(host, "%s", args->loud ? "GOOD\\n" : "good\\n");
}
PLUGH_PLUGIN(good, struct good_args, good_run, PLUGH_ABOUT("say good", .version = "1.0.0"),
	PLUGH_OPT(loud, "-l --loud", "louder"));
"""

BOX = """
#include <plugh/sdk.h>
struct pack_args { bool force; plugh_size block; plugh_paths file; };
struct show_args { int times; const char *mode; };
static int pack_run(const struct plugh_host *host, const struct pack_args *args)
{
	return plugh_print(host, "pack %zu\\n", args->file.count);
}
static int show_run(const struct plugh_host *host, const struct show_args *args)
{
	return plugh_print(host, "show %d\\n", args->times);
}
PLUGH_COMMAND(pack, struct pack_args, pack_run, PLUGH_ABOUT("pack files"),
	PLUGH_GROUP("output", PLUGH_OPT(force, "-f --force", "overwrite")),
	PLUGH_OPT(block, "-b --block", "bytes", .default_ = "64M"),
	PLUGH_OPT(file, "file", "what", .nargs = "*", .access = PLUGH_READ));
PLUGH_COMMAND(show, struct show_args, show_run, PLUGH_ABOUT("show it"),
	PLUGH_OPT(times, "-t --times", "how often", .default_ = "1"),
	PLUGH_ONE_OF(
		PLUGH_SET(mode, "--json", "as JSON", .const_ = "json"),
		PLUGH_SET(mode, "--text", "as text", .const_ = "text")));
PLUGH_PLUGIN_OF(box, PLUGH_ABOUT("pack and show", .version = "1.0.0"), pack, show);
"""

# What a plugin needs but for its run function.
ONE = """
#include <plugh/sdk.h>
struct one_args { bool flag; };
%s
PLUGH_PLUGIN(one, struct one_args, one_run, PLUGH_ABOUT("one", .version = "1.0.0"),
	PLUGH_OPT(flag, "--flag", "a flag"));
"""

RUN = """
static int one_run(const struct plugh_host *host, const struct one_args *args)
{
	return plugh_print(host, "%d\\n", args->flag);
}
"""

_cache = {}
_folder = None


def built(name, source, flags=()):
    """The bytes of a plugin built from C source text; each is built once a process."""
    global _folder
    if _folder is None:
        _folder = pathlib.Path(tempfile.mkdtemp(prefix="plugh-broken-"))
        atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    key = (name, source, tuple(flags))
    if key not in _cache:
        code, target = _folder / f"{name}.c", _folder / f"{name}.so"
        code.write_text(source)
        build_plugin(code, target, flags)
        _cache[key] = target.read_bytes()
    return bytearray(_cache[key])


def _fields():
    fields = {}
    for line in (SOURCE / "sdk/abi/layout-1.txt").read_text().splitlines():
        name, *numbers = line.split()
        if name.startswith("plugh_option.") or name.startswith("plugh_note."):
            fields[name.split(".")[1]] = tuple(map(int, numbers))
        elif name == "plugh_option":
            fields[""] = (0, int(numbers[0]))
    return fields


FIELD = _fields()  # name: offset in the record, size
TYPE = {
    "PLUGIN": 1, "COMMAND": 2, "ABOUT": 3, "LISTED": 4, "OPTION": 5, "GROUP": 6, "ONE_OF": 7,
    "END": 8, "STATUS": 9, "EXAMPLE": 10, "EPILOG": 11,
}


class Manifest:
    """The records of a plugin file, to be changed in place. Only 64-bit little-endian files."""

    def __init__(self, data):
        self.data = data
        self.record = [at for at, size in self._notes()]

    def _segments(self):
        offset, count = struct.unpack_from("<Q", self.data, 32)[0], self.data[56]
        for i in range(count):
            yield struct.unpack_from("<IIQQQQQQ", self.data, offset + 56 * i)

    def _notes(self):
        for kind, _, offset, _, _, size, _, align in self._segments():
            at, end = offset, offset + size
            while kind == 4 and align == 4 and at + 12 <= end:
                name, desc, _ = struct.unpack_from("<III", self.data, at)
                if self.data[at + 12 : at + 12 + name] == b"plugh\0":
                    yield at, desc
                at += 12 + (name + 3) // 4 * 4 + (desc + 3) // 4 * 4

    def text(self, at, field):
        offset, size = FIELD[field]
        return bytes(self.data[at + offset : at + offset + size]).split(b"\0")[0].decode()

    def find(self, type_, names=""):
        """The offset of the first record of a type, with these names where they are given. The
        compiler chooses the order of the commands: "pack:ABOUT" is that of `pack`."""
        command, _, type_ = type_.rpartition(":")
        inside = None
        for at in self.record:
            number = struct.unpack_from("<I", self.data, at + 8)[0]
            if number in (TYPE["PLUGIN"], TYPE["COMMAND"]):
                inside = self.text(at, "names")
            if (
                number == TYPE[type_]
                and names in ("", self.text(at, "names"))
                and command in ("", inside)
            ):
                return at
        raise LookupError(f"{command} {type_} {names}")

    def set(self, at, field, value):
        """Put a number, or bytes in place of the whole text, into a field."""
        offset, size = FIELD[field]
        data = struct.pack("<I", value) if isinstance(value, int) else bytes(value).ljust(size, b"\0")
        assert len(data) == size, field
        self.data[at + offset : at + offset + size] = data


class BrokenTest(PlughTest):
    """A folder of plugins with a good one, which must work whatever stands beside it."""

    def setUp(self):
        super().setUp()
        self.folder = self.dir / "plugins"
        self.folder.mkdir(mode=0o755)
        self.put("good", built("good", GOOD))

    def put(self, name, data, mode=0o755):
        """Write NAME.so into the folder."""
        path = self.folder / f"{name}.so"
        path.write_bytes(data)
        path.chmod(mode)
        return path

    def run_plugin(self, *args, **more):
        return self.plugh("--plugin-path", self.folder, *args, **more)

    def listed(self):
        """What `plugin list` tells, by name."""
        result = self.run_plugin("plugin", "list", "--json")
        self.assertEqual((result.status, result.stderr), (0, ""), result)
        return {one["name"]: one for one in json.loads(result.stdout)}

    def expect_good(self):
        self.expect(self.run_plugin("good", "--loud"), 0, "GOOD\n")

    def expect_check(self, path, reason):
        """`plugin check` fails it for this reason, in whichever test."""
        result = self.plugh("plugin", "check", path, "--json")
        self.assertEqual((result.status, result.stderr), (1, ""), result)
        told = json.loads(result.stdout)
        self.assertFalse(told["passed"])
        failed = [test["reason"] for test in told["tests"] if test["status"] == "failed"]
        self.assertIn(reason, failed, result)

    def expect_refused(self, name, reason, args=(), checked=None):
        """Running NAME says why in one line and exits with 126, and `plugin check` says so too (in the words
        `checked`, "" where it does not look at that); the rest works on."""
        path = self.folder / f"{name}.so"
        if checked != "":
            self.expect_check(path, checked or reason)
        self.expect(
            self.run_plugin(name, *args), 126, "",
            f"plugh: error: plugin '{name}' ({path}) is refused: {reason}\n",
        )
        self.expect_good()

    def expect_listed_as_refused(self, name, reason):
        one = self.listed()[name]
        self.assertEqual((one["status"], one["reason"]), ("refused", reason))
        self.assertEqual(self.listed()["good"]["status"], "enabled")
