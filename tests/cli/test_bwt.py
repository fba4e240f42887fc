"""bwt, end to end: texts, outputs, signals, test and list; every message and status.

SPDX-License-Identifier: MIT
"""

import base64
import json
import os
import pty
import random
import resource
import select
import signal
import subprocess
import time

from bwt_container import BwtTest, decode, encode, xxh3
from plughtest import DEADLINE, PLUGH, main

MIB = 1 << 20


def rotations(text):
    """The definition: sort them all; the first that equals the text."""
    if not text:
        return text, 0
    rows = sorted(text[i:] + text[:i] for i in range(len(text)))
    return type(text)().join(row[-1:] for row in rows), rows.index(text)


class Texts(BwtTest):
    def test_the_example(self):
        self.expect(self.bwt("transform", "^BANANA|"), 0, "BNN^AA|A\n6\n")
        self.expect(self.bwt("inverse", "BNN^AA|A", "6"), 0, "^BANANA|\n")

    def test_it_is_the_definition_there_and_back(self):
        source = random.Random(1)
        for alphabet in ("ab", "abc", "aé€😀", "a\u0301\U0010ffff"):
            for _ in range(12):
                text = "".join(source.choice(alphabet) for _ in range(source.randrange(1, 30)))
                for one in (text, text * source.randrange(2, 5)):
                    last, index = rotations(one)
                    self.expect(self.bwt("transform", "--", one), 0, f"{last}\n{index}\n")
                    self.expect(self.bwt("inverse", "--", last, str(index)), 0, one + "\n")

    def test_bytes(self):
        source = random.Random(2)
        for text in (b"\xff\x01\xfe", "é€".encode(), *(bytes(source.randrange(1, 256) for _ in range(40)) for _ in range(10))):
            last, index = rotations(text)
            result = self.bwt("transform", "--bytes", "--", text)
            self.assertEqual((result.status, result.bytes, result.stderr), (0, last + b"\n%d\n" % index, ""))
            result = self.bwt("inverse", "--bytes", "--", last, str(index))
            self.assertEqual((result.status, result.bytes, result.stderr), (0, text + b"\n", ""))
        # By bytes another order than by code points.
        self.assertNotEqual(self.bwt("transform", "é€").bytes, self.bwt("transform", "--bytes", "é€").bytes)

    def test_nothing(self):
        self.expect(self.bwt("transform", ""), 0, "\n0\n")
        self.expect(self.bwt("inverse", "", "0"), 0, "\n")
        self.expect_error(self.bwt("inverse", "", "1"), "no text with the transform '' has the index 1")

    def test_a_long_text_takes_no_time(self):
        """What takes quadratic time for whoever compares rotations; an argument has 128 KiB at most."""
        fibonacci = ["a", "ab"]
        while len(fibonacci[-1]) < 130000:
            fibonacci.append(fibonacci[-1] + fibonacci[-2])
        for text in ("a" * 131000, "ab" * 65000, fibonacci[-1][:131000], "a" * 65000 + "b" + "a" * 65000):
            last, index = self.bwt("transform", text).stdout.splitlines()
            self.assertEqual(sorted(last), sorted(text))
            self.expect(self.bwt("inverse", last, index), 0, text + "\n")

    def test_json(self):
        self.expect(self.bwt("transform", "--json", "aé"), 0, '{"text": "éa", "index": 0}\n')
        self.expect(self.bwt("inverse", "--json", "éa", "1"), 0, '{"text": "éa"}\n')
        result = json.loads(self.bwt("transform", "--json", "--bytes", b"\xffa").stdout)
        self.assertEqual(result, {"base64": base64.b64encode(b"\xffa").decode(), "index": 1})
        result = json.loads(self.bwt("inverse", "--json", "--bytes", b"\xffa", "1").stdout)
        self.assertEqual(result, {"base64": base64.b64encode(b"\xffa").decode()})
        self.assertEqual(self.plugh("--json", "bwt", "transform", "ab").stdout, '{"text": "ba", "index": 0}\n')

    def test_an_index_that_no_text_has(self):
        self.expect_error(self.bwt("inverse", "BNN^AA|A", "8"), "no text with the transform 'BNN^AA|A' has the index 8")
        # Of equal rotations the first counts.
        self.expect(self.bwt("inverse", "bbaa", "2"), 0, "baba\n")
        for index in ("1", "3"):
            self.expect_error(self.bwt("inverse", "bbaa", index), f"no text with the transform 'bbaa' has the index {index}")
        self.expect_error(self.bwt("inverse", "ba", "9" * 40), f"no text with the transform 'ba' has the index {'9' * 40}")

    def test_what_is_the_transform_of_no_text(self):
        self.expect_error(self.bwt("inverse", "ab", "0"), "'ab' is the transform of no text")
        self.expect_error(self.bwt("inverse", "a" * 100 + "b", "0"), f"'{'a' * 60}...' is the transform of no text")
        self.expect_error(self.bwt("inverse", "é" * 100 + "€", "0"), f"'{'é' * 30}...' is the transform of no text")

    def test_all_that_is_accepted_is_what_some_text_has(self):
        """Each output and index of each length, as a check of what the command says; the engine has it at large."""
        for n in (3, 4):
            texts = [format(i, f"0{n}b") for i in range(2**n)]
            has = {rotations(text): text for text in texts}
            for last in texts:
                for index in range(n):
                    result = self.bwt("inverse", last, str(index))
                    text = has.get((last, index))
                    self.assertEqual((result.status, result.stdout), (0, text + "\n") if text else (1, ""))

    def test_usage(self):
        for index in ("x", "-1", "+1", "", " 1", "1.0", "0x1", "1 "):
            self.expect_error(self.bwt("inverse", "ba", index), f"argument INDEX: invalid index (a number from 0): '{index}'", 2)
        self.expect_error(self.bwt("transform", b"ab\xff"), "argument TEXT: not UTF-8 at offset 2: --bytes takes it as it is", 2)
        self.expect_error(self.bwt("inverse", b"\xed\xa0\x80", "0"),
                          "argument TEXT: not UTF-8 at offset 0: --bytes takes it as it is", 2)
        result = self.bwt("inverse", "a")
        self.assertEqual((result.status, result.stderr.splitlines()[-1]),
                         (2, "plugh bwt inverse: error: the following arguments are required: INDEX"))
        result = self.bwt()
        self.assertEqual(result.status, 2)
        self.assertIn("{transform,inverse,encode,decode,test,list}", result.stderr)


class Outputs(BwtTest):
    def test_a_file_that_is_there_stays(self):
        self.write("f", "text")
        self.write("out", "before")
        for command in ("encode", "decode"):
            self.expect_error(self.bwt(command, "-o", "out", "f"), "'out' exists: -f overwrites it")
            self.assertEqual((self.dir / "out").read_text(), "before")
        (self.dir / "out").chmod(0o640)
        self.expect(self.bwt("encode", "-f", "-o", "out", "f"), 0)
        self.assertEqual((self.dir / "out").read_bytes(), encode(b"text", 64 * MIB))
        self.assertEqual((self.dir / "out").stat().st_mode & 0o777, 0o640)
        self.expect(self.bwt("decode", "--force", "-o", "f", "out"), 0)
        self.assertEqual((self.dir / "f").read_text(), "text")

    def test_a_file_stays_where_the_work_fails(self):
        self.write("bad", b"no container")
        self.write("out", "before")
        self.assertEqual(self.bwt("decode", "-f", "-o", "out", "bad").status, 1)
        self.assertEqual(self.bwt("decode", "-f", "-o", "out", "missing").status, 1)
        self.assertEqual(self.bwt("encode", "-f", "-o", "out", self.dir).status, 1)
        self.assertEqual((self.dir / "out").read_text(), "before")
        self.assertEqual(self.names(), ["bad", "out"])

    def test_a_file_over_itself(self):
        self.write("f", "text" * 1000)
        self.expect(self.bwt("encode", "-f", "-o", "f", "f"), 0)
        self.expect(self.bwt("decode", "-f", "-o", "f", "f"), 0)
        self.assertEqual((self.dir / "f").read_text(), "text" * 1000)

    def test_links_are_followed(self):
        self.write("f", "text")
        os.symlink("there", self.dir / "link")
        self.expect(self.bwt("encode", "-o", "link", "f"), 0)
        self.assertTrue((self.dir / "link").is_symlink())
        self.expect(self.bwt("decode", "there"), 0, "text")
        self.expect_error(self.bwt("encode", "-o", "link", "f"), "'link' exists: -f overwrites it")

    def test_a_terminal_is_refused(self):
        self.write("f", "text")
        packed = self.write("p", encode(b"text", 100))
        for args in (["encode", "f"], ["decode", "p"], ["encode", "-o", "/dev/stdout", "f"], ["encode", "-o", "-", "f"]):
            with self.subTest(args):
                status, shown, told = self.on_terminal(args)
                self.assertEqual((status, shown, told), (1, b"", b"plugh bwt: error: not written to a terminal: -f does, "
                                                                   b"-o OUT writes a file\n"))
        self.assertEqual(self.on_terminal(["decode", "-f", str(packed)]), (0, b"text", b""))

    def on_terminal(self, args):
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        process = self.start("bwt", *args, stdin=subprocess.DEVNULL, stdout=slave, stderr=subprocess.PIPE)
        os.close(slave)
        told = process.stderr.read()
        status = process.wait(DEADLINE)
        shown = b""
        while select.select([master], [], [], 0)[0]:
            try:
                piece = os.read(master, 1000)
            except OSError:
                break
            if not piece:
                break
            shown += piece
        return status, shown, told

    def test_the_path_of_a_terminal_is_refused(self):
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        self.addCleanup(os.close, slave)
        self.write("f", "text")
        self.expect_error(self.bwt("encode", "-o", os.ttyname(slave), "f"),
                          "not written to a terminal: -f does, -o OUT writes a file")

    def test_devices_and_pipes_are_written_in_place(self):
        self.write("f", "text")
        packed = encode(b"text", 64 * MIB)
        self.expect(self.bwt("encode", "-o", "/dev/null", "f"), 0)
        self.assertEqual(self.bwt("encode", "-o", "/dev/stdout", "f").bytes, packed)
        reading, writing = os.pipe()
        self.expect(self.bwt("encode", "-o", f"/dev/fd/{writing}", "f", pass_fds=[writing]), 0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            self.assertEqual(pipe.read(), packed)
        os.mkfifo(self.dir / "fifo")
        process = self.start("bwt", "encode", "-o", "fifo", "f")
        self.assertEqual((self.dir / "fifo").read_bytes(), packed)
        self.assertEqual(process.wait(DEADLINE), 0)

    def test_a_full_device_is_an_error(self):
        packed = self.write("p", self.encoded(random.Random(7).randbytes(300000), "-b", "50k"))
        self.write("f", b"x" * 300000)
        for command, name in (("encode", "f"), ("decode", "p")):
            self.expect_error(self.bwt(command, "-o", "/dev/full", name), "cannot write '/dev/full': No space left on device")
            with open("/dev/full", "wb") as full:
                done = subprocess.run([PLUGH, "bwt", command, name], stdout=full, stderr=subprocess.PIPE, env=self.env,
                                      cwd=self.dir, timeout=DEADLINE)
            self.assertEqual((done.returncode, done.stderr),
                             (1, b"plugh bwt: error: cannot write standard output: No space left on device\n"))
        self.assertTrue(packed.exists())

    def test_a_file_system_that_fills_up(self):
        self.write("f", random.Random(8).randbytes(300000))

        def small():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))

        result = self.bwt("encode", "-b", "50k", "-o", "out", "f", preexec_fn=small)
        self.expect_error(result, "cannot write 'out': File too large")
        self.assertEqual(self.names(), ["f"])

    def test_a_reader_that_leaves_ends_it_in_silence(self):
        self.write("f", bytes(8 * MIB))
        process = self.start("bwt", "encode", "-b", "1M", "f", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.read(10)
        process.stdout.close()
        self.assertEqual(process.wait(DEADLINE), -signal.SIGPIPE)
        self.assertEqual(process.stderr.read(), b"")

    def test_inputs_that_cannot_be_read(self):
        self.expect_error(self.bwt("encode", "-o", "out", "missing"), "cannot open 'missing': No such file or directory")
        self.expect_error(self.bwt("encode", "-o", "out", "."), "cannot read '.': Is a directory")
        self.expect_error(self.bwt("decode", "-o", "out", "."), "cannot read '.': Is a directory")
        self.assertEqual(self.names(), [])
        result = self.bwt("encode", "-o", "no/out", "/dev/null")
        self.expect_error(result, "cannot write 'no/out': No such file or directory")


class Progress(BwtTest):
    def test_it_is_shown_while_the_work_waits_or_sorts(self):
        for command in (("encode",), ("decode",), ("test", "-")):
            with self.subTest(command):
                master, slave = pty.openpty()
                self.addCleanup(os.close, master)
                process = self.start("bwt", *command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=slave)
                os.close(slave)
                process.stdin.write(encode(b"abc", 100)[:30])
                process.stdin.flush()
                shown, end = b"", time.monotonic() + DEADLINE
                while b"-: " not in shown:
                    self.assertTrue(select.select([master], [], [], max(0, end - time.monotonic()))[0], shown)
                    shown += os.read(master, 1000)
                process.stdin.close()
                self.assertEqual(process.wait(DEADLINE), 0 if command == ("encode",) else 1)


class Ended(BwtTest):
    """By a signal: no output, no temporary, and the shell sees the signal."""

    def end(self, number, args, feed):
        (self.dir / "d").mkdir(exist_ok=True)
        process = self.start("bwt", *args, "-o", "d/out", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            process.stdin.write(feed)
            process.stdin.flush()
        except BrokenPipeError:
            self.fail(process.stderr.read())
        process.send_signal(number)
        self.assertEqual(process.wait(DEADLINE), -number)
        self.assertEqual(process.stderr.read(), b"")
        self.assertEqual(os.listdir(self.dir / "d"), [])

    def test_while_it_waits_for_input(self):
        packed = self.encoded(random.Random(9).randbytes(20 * 65536), "-b", "64k")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL):
            # More than a pipe holds: when all is written, the most of it has been read.
            self.end(number, ("encode", "-b", "64k", "-j", "2"), random.Random(10).randbytes(20 * 65536))
            self.end(number, ("decode", "-j", "2"), packed[:-50000])

    def test_while_a_block_is_in_work(self):
        """When the input has been read to its end, it only sorts."""
        data = self.write("big", random.Random(12).randbytes(16 << 20))
        (self.dir / "d").mkdir()
        with open(data, "rb") as file:
            process = self.start("bwt", "encode", "-j", "1", "-o", "d/out", stdin=file, stderr=subprocess.PIPE)
            end = time.monotonic() + DEADLINE
            while os.lseek(file.fileno(), 0, os.SEEK_CUR) < data.stat().st_size and time.monotonic() < end:
                if process.poll() is not None:
                    break
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(DEADLINE), -signal.SIGINT)
        self.assertEqual(process.stderr.read(), b"")
        self.assertEqual(os.listdir(self.dir / "d"), [])

    def test_an_out_that_was_there_stays(self):
        (self.dir / "d").mkdir()
        (self.dir / "d/out").write_text("before")
        process = self.start("bwt", "encode", "-f", "-o", "d/out", stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(b"x" * 200000)
        process.stdin.flush()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(DEADLINE), -signal.SIGTERM)
        self.assertEqual((self.dir / "d/out").read_text(), "before")
        self.assertEqual(os.listdir(self.dir / "d"), ["out"])


class TestAndList(BwtTest):
    def setUp(self):
        super().setUp()
        self.data = b"abracadabra" * 300
        self.write("good", encode(self.data, 1500))
        self.write("empty", encode(b"", 1))
        self.write("bad", encode(self.data, 1500)[:-1])
        broken = bytearray(encode(self.data, 1500))
        broken[1000] ^= 1
        self.write("contents", bytes(broken))

    def test_test(self):
        self.expect(self.bwt("test", "good", "empty", "good"), 0)
        self.expect_error(self.bwt("test", "bad"), "'bad' is damaged: the trailer is cut off")
        self.expect(self.bwt("test", "bad", "missing", "good", "contents"), 1, "",
                    "plugh bwt: error: 'bad' is damaged: the trailer is cut off\n"
                    "plugh bwt: error: cannot open 'missing': No such file or directory\n"
                    "plugh bwt: error: block 1 of 'contents' is damaged: the checksum of its bytes is wrong\n")
        self.expect(self.bwt("test", "-", "good", stdin=encode(b"x", 1)), 0)

    def test_list(self):
        blocks = decode((self.dir / "good").read_bytes())
        rows = "".join(f"{i:8} {len(block):11} {index:11} {checksum:016x}\n" for i, (block, index, checksum) in enumerate(blocks, 1))
        head = f"{'block':>8} {'size':>11} {'index':>11} {'checksum':>16}\n"
        size = (self.dir / "good").stat().st_size
        good = f"good: 3 blocks, 3300 bytes, encoded {size}\n{head}{rows}"
        self.expect(self.bwt("list", "good"), 0, good)
        self.expect(self.bwt("list", "empty", "good"), 0, "empty: 0 blocks, 0 bytes, encoded 64\n" + good)
        self.expect(self.bwt("list", "-", stdin=encode(b"x", 1)), 0,
                    f"-: 1 block, 1 bytes, encoded 97\n{head}{1:8} {1:11} {1:11} {xxh3(b'x'):016x}\n")

    def test_list_as_json(self):
        result = self.bwt("list", "--json", "good", "empty")
        self.assertEqual((result.status, result.stderr), (0, ""))
        first, second = map(json.loads, result.stdout.splitlines())
        blocks = [{"size": len(block), "index": index, "checksum": f"{checksum:016x}"}
                  for block, index, checksum in decode((self.dir / "good").read_bytes())]
        self.assertEqual(list(first.items()), [("file", "good"), ("blocks", blocks), ("original_size", 3300),
                                               ("encoded_size", (self.dir / "good").stat().st_size)])
        self.assertEqual(second, {"file": "empty", "blocks": [], "original_size": 0, "encoded_size": 64})

    def test_list_passes_contents_over(self):
        self.assertEqual(self.bwt("list", "contents").stdout, self.bwt("list", "good").stdout.replace("good", "contents"))
        # From a pipe as from a file, wherever that stands.
        piped = self.bwt("list", "-", stdin=(self.dir / "good").read_bytes())
        self.assertEqual(piped.stdout, self.bwt("list", "good").stdout.replace("good", "-"))
        with open(self.write("behind", b"junk" + (self.dir / "good").read_bytes()), "rb") as file:
            file.seek(4)
            os.lseek(file.fileno(), 4, os.SEEK_SET)
            done = subprocess.run([PLUGH, "bwt", "list", "-"], stdin=file, capture_output=True, env=self.env, timeout=DEADLINE)
        self.assertEqual((done.returncode, done.stdout.decode()), (0, piped.stdout))

    def test_list_of_what_is_damaged(self):
        self.expect(self.bwt("list", "bad", "empty", "missing"), 1, "empty: 0 blocks, 0 bytes, encoded 64\n",
                    "plugh bwt: error: 'bad' is damaged: the trailer is cut off\n"
                    "plugh bwt: error: cannot open 'missing': No such file or directory\n")
        packed = (self.dir / "good").read_bytes()
        self.write("cut", packed[:1000])
        self.expect_error(self.bwt("list", "cut"), "block 1 of 'cut' is damaged: it is cut off")
        self.expect_error(self.bwt("list", "--json", "-", stdin=packed[:1000]), "block 1 of '-' is damaged: it is cut off")


if __name__ == "__main__":
    main()
