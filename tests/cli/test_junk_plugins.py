"""A folder of plugins full of what is none: each file is refused with its reason, the good one works, and
nothing hangs.

SPDX-License-Identifier: MIT
"""

import json
import os
import pathlib
import random
import resource
import socket
import subprocess
import tempfile
import time
import unittest

from plughtest import DEADLINE, PLUGH, SANITIZE, PlughTest, Result, main

HELLO = """
#include <plugh/sdk.h>
struct hello_args { bool flag; };
static int hello_run(const struct plugh_host *host, const struct hello_args *args)
{
	return plugh_print(host, "hello %d\\n", args->flag);
}
PLUGH_PLUGIN(hello, struct hello_args, hello_run, PLUGH_ABOUT("say it", .version = "1.0.0"),
	PLUGH_OPT(flag, "-f --flag", "a flag"));
"""
NOT_REGULAR = "not a regular file"
NO_ELF = "not an ELF file"
SPARE = 16 if SANITIZE else 1  # a sanitizer makes the same work many times slower
LIMIT = 20  # seconds: ten times what a slow machine takes, and far below a hang


class JunkTest(PlughTest):
    def setUp(self):
        super().setUp()
        self.good = self.build_plugin("hello", HELLO, flags=["-s"])
        self.folder = self.good.parent

    def run_here(self, *args, **more):
        return self.plugh("--plugin-path", self.folder, *args, **more)

    def put(self, name, data):
        path = self.folder / f"{name}.so"
        path.write_bytes(data)
        path.chmod(0o644)
        return path

    def listed(self, **more):
        result = self.run_here("plugin", "list", "--json", **more)
        self.assertEqual((result.status, result.stderr), (0, ""), result)
        return {entry["name"]: (entry["status"], entry["reason"]) for entry in json.loads(result.stdout)}

    def expect_junk(self, reasons):
        """All surfaces with this folder: the reasons, and the good plugin as if it were alone."""
        listed = self.listed()
        self.assertEqual({name: listed[name] for name in reasons},
                         {name: ("refused", reason) for name, reason in reasons.items()})
        self.assertEqual(listed["hello"], ("enabled", None))
        for name, reason in reasons.items():
            result = self.run_here(name)
            self.assertEqual((result.status, result.stdout), (126, ""), result)
            self.assertTrue(result.stderr.endswith(f" is refused: {reason}\n"), result)
        for args in (["--help"], ["help"], ["config", "check"], ["completion", "bash"], ["man", "hello"]):
            result = self.run_here(*args)
            self.assertEqual((result.status, result.stderr), (0, ""), (args, result))
        doctor = json.loads(self.run_here("doctor", "--json").stdout)
        self.assertEqual({plugin["name"]: plugin["reason"] for plugin in doctor["plugins"]
                          if plugin["status"] == "refused"}, reasons)
        self.expect(self.run_here("hello", "-f"), 0, "hello 1\n")


class Kinds(JunkTest):
    def test_files_that_are_no_elf(self):
        generator = random.Random(1)
        for size in (1, 3, 4, 63, 64, 65, 4096, 100_000):
            self.put(f"random{size}", b"\xff" + generator.randbytes(size - 1))
        self.put("empty", b"")
        self.put("text", b"#!/bin/sh\necho no\n")
        self.put("utf16", "text".encode("utf-16"))
        self.expect_junk({path.stem: NO_ELF for path in self.folder.iterdir() if path != self.good})

    def test_random_bytes_behind_the_magic(self):
        generator = random.Random(2)
        head = self.good.read_bytes()[:64]
        for i in range(60):
            whole = head if i % 2 else head[:16]
            self.put(f"elf{i}", whole + generator.randbytes(generator.randrange(5000)))
        listed = self.listed()
        self.assertEqual({status for name, (status, _) in listed.items() if name.startswith("elf")},
                         {"refused"})
        for name, (status, reason) in listed.items():
            self.assertEqual(reason is None, status == "enabled", name)
        self.expect(self.run_here("hello"), 0, "hello 0\n")

    def test_flipped_bytes_never_end_it_by_a_signal(self):
        """Of the parts that are read as data, headers and notes."""
        data = bytearray(self.good.read_bytes())
        generator = random.Random(3)
        for i in range(300 // SPARE):
            changed = bytearray(data)
            for _ in range(generator.randrange(1, 4)):
                changed[generator.randrange(min(4096, len(changed)))] = generator.randrange(256)
            self.put(f"flipped{i}", changed)
        self.assertEqual(len([name for name in self.listed() if name.startswith("flipped")]), 300 // SPARE)
        for args in (["--help"], ["doctor"], ["config", "check"], ["help", "flipped1"]):
            self.assertIn(self.run_here(*args).status, (0, 1, 126), args)

    def test_what_is_no_regular_file(self):
        (self.folder / "folder.so").mkdir()
        os.mkfifo(self.folder / "fifo.so")
        (self.folder / "null.so").symlink_to("/dev/null")
        (self.folder / "zero.so").symlink_to("/dev/zero")
        (self.folder / "tty.so").symlink_to("/dev/tty")
        reasons = {name: NOT_REGULAR for name in ("folder", "fifo", "null", "zero")}
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(self.folder / "socket.so"))
            reasons["socket"] = "cannot open it: No such device or address"
            reasons["tty"] = "cannot open it: No such device or address"
            # Without a terminal of its own.
            listed = self.listed(start_new_session=True)
            self.assertEqual(listed["tty"], ("refused", reasons.pop("tty")))
            (self.folder / "tty.so").unlink()
            self.expect_junk(reasons)

    @unittest.skipUnless(os.geteuid() == 0, "only root makes devices")
    def test_devices(self):
        for name, mode, numbers in (("zero", 0o20666, (1, 5)), ("full", 0o20666, (1, 7)),
                                    ("none", 0o20666, (240, 9)), ("disk", 0o60666, (7, 250))):
            os.mknod(self.folder / f"{name}.so", mode, os.makedev(*numbers))
        listed = self.listed()
        self.assertEqual({listed[name][0] for name in ("zero", "full", "none", "disk")}, {"refused"})
        self.assertEqual((listed["zero"][1], listed["full"][1]), (NOT_REGULAR, NOT_REGULAR))
        for name in ("none", "disk"):
            self.assertIn(listed[name][1], ("cannot open it: No such device or address", NOT_REGULAR,
                                            "cannot open it: No such device",
                                            "cannot open it: Permission denied"))
        self.expect(self.run_here("hello"), 0, "hello 0\n")

    def test_links(self):
        loop = "cannot open it: Too many levels of symbolic links"
        for name, target in (("self", "self.so"), ("one", "two.so"), ("two", "one.so"), ("dangling", "gone")):
            (self.folder / f"{name}.so").symlink_to(target)
        (self.folder / "loop").symlink_to(".")
        self.expect_junk({"self": loop, "one": loop, "two": loop,
                          "dangling": "cannot open it: No such file or directory"})
        link = self.dir / "circle"
        link.symlink_to("circle")
        result = self.plugh("--plugin-path", link, "--help")
        self.assertEqual((result.status, result.stderr), (0, ""), result)
        self.expect(self.plugh("--plugin-path", link, "hello"), 127, "",
                    "plugh: error: no command 'hello': 'plugh help' lists them\n")

    @unittest.skipUnless(os.geteuid() == 0, "becomes another user")
    def test_a_file_and_a_folder_that_cannot_be_read(self):
        with tempfile.TemporaryDirectory(dir="/tmp") as top:
            os.chmod(top, 0o755)
            folder = pathlib.Path(top) / "plugins"
            folder.mkdir(mode=0o755)
            secret = folder / "secret.so"
            secret.write_bytes(self.good.read_bytes())
            secret.chmod(0o600)

            def run(*args):
                return Result(subprocess.run(
                    ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", PLUGH,
                     "--plugin-path", folder, *args],
                    capture_output=True, env={**self.env, "HOME": "/"}, cwd="/", timeout=DEADLINE))

            self.expect(run("secret"), 126, "",
                        f"plugh: error: plugin 'secret' ({secret}) is refused: "
                        "cannot open it: Permission denied\n")
            self.assertEqual(run("--help").status, 0)
            folder.chmod(0o700)
            self.assertEqual(run("--help").status, 0)
            told = run("plugin", "list")
            self.assertEqual((told.status, told.stderr), (
                0, f"plugh plugin: warning: cannot list the plugins of '{folder}': Permission denied\n"), told)
            told = run("doctor", "--json")
            self.assertEqual(told.status, 1, told)
            self.assertIn((str(folder), "unreadable", "Permission denied"),
                          [(one["path"], one["status"], one["reason"])
                           for one in json.loads(told.stdout)["folders"]])


class Sizes(JunkTest):
    def within(self, *args, limit=LIMIT, **more):
        start = time.monotonic()
        result = self.run_here(*args, **more)
        self.assertLess(time.monotonic() - start, limit, args)
        self.assertEqual(result.status, 0, result)
        return result

    def test_an_elf_cut_at_every_length(self):
        data = self.good.read_bytes()
        lengths = sorted({*range(0, len(data), SPARE), len(data) - 1})
        for n in lengths:
            self.put(f"cut{n}", data[:n])
        entries = json.loads(self.within("plugin", "list", "--json").stdout)
        cut = {entry["name"]: entry for entry in entries if entry["name"].startswith("cut")}
        self.assertEqual(len(cut), len(lengths))
        self.assertEqual({entry["status"] for entry in cut.values()}, {"refused"})
        for entry in cut.values():
            self.assertRegex(entry["reason"], r"\A(truncated: .*|not an ELF file)\Z", entry["name"])
        self.assertEqual(cut[f"cut{len(data) - 1}"]["reason"],
                         "truncated: its section headers reach beyond the end of the file")
        self.within("--help")
        self.expect(self.run_here("hello"), 0, "hello 0\n")

    def test_a_sparse_file_of_two_gigabytes(self):
        size = 2 << 30
        for name, head in (("zeros", b""), ("elf", self.good.read_bytes())):
            os.truncate(self.put(name, head), size)

        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (256 << 20, 256 << 20))

        # No memory is taken for it either.
        memory = {} if SANITIZE else {"preexec_fn": limit}
        for args in (["--help"], ["plugin", "list"]):
            self.within(*args, **memory)
        listed = self.listed()
        self.assertEqual(listed["zeros"], ("refused", NO_ELF))
        self.assertEqual(listed["elf"][0], "refused")

    def test_ten_thousand_entries(self):
        data = self.good.read_bytes()
        count = 10_000 // SPARE // 4 * 4
        for i in range(count):
            path = self.folder / (f"entry{i}.so" if i % 4 else f"entry{i}.txt")
            path.write_bytes(data if i % 2 else b"text\n")
        result = self.within("--help")
        self.assertNotIn("entry", result.stdout)
        self.assertEqual(len(self.listed()) - len(json.loads(
            self.plugh("plugin", "list", "--json").stdout)), count * 3 // 4 + 1)
        # A run reads the files of its own name only, and so takes no longer than without all these.
        self.assertEqual(self.within("hello").stdout, "hello 0\n")


if __name__ == "__main__":
    main()
