"""bwt's containers, end to end: a writer and a reader made from the man page, damage, memory.

SPDX-License-Identifier: MIT
"""

import json
import random
import resource
import struct
import subprocess
import threading
import unittest

from bwt_container import MAGIC, BwtTest, decode, encode, xxh3
from plughtest import DEADLINE, SANITIZE, main

MIB = 1 << 20
UNDER_SANITIZER = "address" in SANITIZE or "thread" in SANITIZE


class Containers(BwtTest):
    def texts(self):
        source = random.Random(3)
        yield b""
        yield b"x"
        yield b"\0" * 5000
        yield bytes(source.randrange(256) for _ in range(3000))
        yield bytes(source.choice(b"ab") for _ in range(2500))
        yield b"what is read is written again; " * 150

    def test_they_are_those_of_the_manual(self):
        for data in self.texts():
            for size in (1 << 26, 2000, 700):
                packed = self.encoded(data, "-b", str(size))
                self.assertEqual(packed, encode(data, size))
                self.assertEqual(b"".join(block for block, *_ in decode(packed)), data)
                self.assertEqual(self.bwt("decode", stdin=packed).bytes, data)

    def test_blocks_of_one_byte(self):
        packed = self.encoded(b"abc", "-b", "1")
        self.assertEqual(packed, encode(b"abc", 1))
        self.expect(self.bwt("decode", stdin=packed), 0, "abc")

    def test_the_jobs_change_nothing(self):
        data = random.Random(4).randbytes(20000) + b"x" * 20000
        one = self.encoded(data, "-b", "3k", "-j", "1")
        for jobs in ("2", "5", "256"):
            self.assertEqual(self.encoded(data, "-b", "3k", f"-j{jobs}"), one)
            self.assertEqual(self.bwt("decode", "-j", jobs, stdin=one).bytes, data)
        self.assertEqual(self.encoded(data, "--block-size", "3K"), one)

    def test_pipes_of_small_writes(self):
        process = self.start("bwt", "encode", "-b", "1k", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        data = random.Random(5).randbytes(10000)
        for i in range(0, len(data), 333):
            process.stdin.write(data[i:i + 333])
            process.stdin.flush()
        process.stdin.close()
        packed = process.stdout.read()
        self.assertEqual(process.wait(DEADLINE), 0)
        self.assertEqual(packed, self.encoded(data, "-b", "1k"))
        self.assertEqual(self.bwt("decode", stdin=packed).bytes, data)

    def test_blocks_are_passed_on_as_they_are_done(self):
        """A stream without end is encoded and decoded on the way."""
        encoder = self.start("bwt", "encode", "-b", "64k", "-j", "2", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        decoder = self.start("bwt", "decode", stdin=encoder.stdout, stdout=subprocess.PIPE)
        encoder.stdout.close()


        def feed():
            for i in range(20):
                encoder.stdin.write(bytes([i]) * 65536)
            encoder.stdin.flush()

        feeder = threading.Thread(target=feed)
        feeder.start()
        for i in range(10):
            self.assertEqual(decoder.stdout.read(65536), bytes([i]) * 65536)
        remaining = subprocess.Popen(["wc", "-c"], stdin=decoder.stdout, stdout=subprocess.PIPE)
        feeder.join(DEADLINE)
        encoder.stdin.close()
        self.assertEqual(int(remaining.communicate(timeout=DEADLINE)[0]), 10 * 65536)
        self.assertEqual((encoder.wait(DEADLINE), decoder.wait(DEADLINE)), (0, 0))

    def test_one_behind_the_other(self):
        parts = [(b"first " * 300, "100"), (b"", "1k"), (b"second " * 5000, "20k"), (b"third", "1G")]
        joined = b"".join(self.encoded(data, "-b", size) for data, size in parts)
        data = b"".join(data for data, _ in parts)
        for jobs in ("1", "3"):
            self.assertEqual(self.bwt("decode", "-j", jobs, stdin=joined).bytes, data)
        self.expect(self.bwt("test", "-", stdin=joined), 0)
        listed = json.loads(self.bwt("list", "--json", "-", stdin=joined).stdout)
        self.assertEqual(len(listed["blocks"]), 18 + 0 + 2 + 1)
        self.assertEqual((listed["original_size"], listed["encoded_size"]), (len(data), len(joined)))

    def test_sizes_of_blocks(self):
        data = b"abc" * 1000
        for text, size in (("1k", 1024), ("1K", 1024), ("1.5k", 1536), ("1000", 1000), ("1M", MIB), ("1G", 1 << 30), ("1073741824", 1 << 30)):
            self.assertEqual(struct.unpack_from("<I", self.encoded(data, "-b", text), 12)[0], size)
        self.assertEqual(struct.unpack_from("<I", self.encoded(data), 12)[0], 64 * MIB)
        self.expect_error(self.bwt("encode", "-b", "0"), "argument -b/--block-size: 0 is not from 1 to 1G", 2)
        self.expect_error(self.bwt("encode", "-b", "1073741825"), "argument -b/--block-size: 1073741825 is not from 1 to 1G", 2)
        self.expect_error(self.bwt("decode", "--max-block", "2T"), "argument --max-block: 2T is not from 1 to 1G", 2)
        result = self.bwt("encode", "-b", "many")
        self.assertEqual((result.status, result.stderr.splitlines()[-1]), (
            2, "plugh bwt encode: error: argument -b/--block-size: invalid size value: 'many' (a number with K, M, G or T)"))

    def test_numbers_of_jobs(self):
        for jobs in ("0", "257", "9223372036854775807"):
            for command in (("encode",), ("decode",), ("test", "x")):
                self.expect_error(self.bwt(*command, "-j", jobs), f"argument -j/--jobs: {jobs} is not from 1 to 256", 2)

    def test_a_block_above_the_limit(self):
        packed = self.encoded(b"x" * 5000, "-b", "2048")
        for command in ("decode", "test"):
            result = self.bwt(command, "--max-block", "2047", "-", stdin=packed)
            self.expect_error(result, "block 1 of '-' is larger than --max-block allows: --max-block 2K takes it")
            self.assertEqual(self.bwt(command, "--max-block", "2K", "-", stdin=packed).status, 0)
        # What the head allows does not matter, only what is there.
        self.expect(self.bwt("decode", "--max-block", "3", stdin=self.encoded(b"abc", "-b", "1G")), 0, "abc")

    def test_details_with_verbose(self):
        self.write("f", b"x" * 5000)
        self.expect(self.bwt("encode", "-v", "-b", "1k", "-j", "2", "-o", "out", "f"), 0, "",
                    "plugh bwt: 'f': 5 blocks, 5000 bytes, encoded 5224, 2 at a time\n")
        self.expect(self.bwt("test", "-v", "-j", "1", "out"), 0, "",
                    "plugh bwt: 'out': 5 blocks, 5000 bytes, encoded 5224, 1 at a time\n")


class Damage(BwtTest):
    def expect_detected(self, packed, data):
        """An error and nothing left, or the exact original."""
        self.write("in", packed)
        result = self.bwt("decode", "-o", "out", "in")
        if result.status == 0:
            self.assertEqual((self.dir / "out").read_bytes(), data)
            (self.dir / "out").unlink()
        else:
            self.assertEqual((result.status, result.stdout), (1, ""), result)
            self.assertRegex(result.stderr, r"\Aplugh bwt: error: (block \d+ of )?'in' is damaged: [^\n]+\n\Z")
        self.assertEqual(self.names(), ["in"])

    def test_each_byte_and_each_length(self):
        data = b"abracadabra"
        packed = self.encoded(data, "-b", "6")
        for i in range(len(packed)):
            for pattern in (0x01, 0xff, 0x80):
                self.expect_detected(packed[:i] + bytes([packed[i] ^ pattern]) + packed[i + 1:], data)
        for n in range(len(packed)):
            self.write("in", packed[:n])
            result = self.bwt("decode", "-o", "out", "in")
            self.assertEqual(result.status, 1, (n, result))
            self.assertEqual(self.names(), ["in"])

    def test_the_block_is_named(self):
        data = random.Random(6).randbytes(5000)
        packed = self.encoded(data, "-b", "1000")
        size = 32 + 1000
        for number in (1, 3, 5):
            at = 24 + size * (number - 1)
            for offset, why in ((2, "neither a block nor the trailer begins there"), (5, "its size is not one that the head allows"),
                                (17, "the checksum of its head is wrong"), (500, "the checksum of its bytes is wrong")):
                broken = bytearray(packed)
                broken[at + offset] ^= 0x40
                for jobs in ("1", "4"):
                    for command in ("decode", "test"):
                        result = self.bwt(command, "-j", jobs, "-", stdin=bytes(broken))
                        self.assertEqual((result.status, result.stderr),
                                         (1, f"plugh bwt: error: block {number} of '-' is damaged: {why}\n"))
                        if command == "decode":
                            self.assertEqual(result.bytes, data[:1000 * (number - 1)])
            result = self.bwt("test", "-", stdin=packed[:at + 600])
            self.expect_error(result, f"block {number} of '-' is damaged: it is cut off")

    def test_blocks_in_another_order(self):
        packed = self.encoded(b"a" * 10 + b"b" * 10, "-b", "10")
        first, second = packed[24:66], packed[66:108]
        self.expect_error(self.bwt("test", "-", stdin=packed[:24] + second + first + packed[108:]),
                          "block 1 of '-' is damaged: the checksum of its head is wrong")
        self.expect_error(self.bwt("test", "-", stdin=packed[:24] + first + packed[108:]),
                          "'-' is damaged: the trailer is not that of the blocks")
        self.expect_error(self.bwt("test", "-", stdin=packed[:108]),
                          "block 3 of '-' is damaged: it, or the trailer, is missing")

    def test_what_is_behind_the_trailer(self):
        packed = self.encoded(b"abc")
        for more in (b"x", b"\0" * 100, packed[1:], packed[:10]):
            self.expect_error(self.bwt("test", "-", stdin=packed + more),
                              "'-' is damaged: what follows the trailer is no container")

    def test_what_is_no_container(self):
        self.expect_error(self.bwt("decode", stdin=b""), "'-' is damaged: it is too short for a container")
        self.expect_error(self.bwt("decode", stdin=b"x" * 100), "'-' is damaged: it does not begin as a container does")
        head = bytearray(self.encoded(b"")[:16])
        head[8] = 2
        self.expect_error(self.bwt("decode", stdin=bytes(head) + struct.pack("<Q", xxh3(head)) + bytes(50)),
                          "'-' is damaged: its format is of a version that is not known: a newer plugh made it")

    def test_damage_that_has_its_checksum(self):
        """Blocks made on purpose: a row that is none, rows of another text, a size without bytes."""
        data = b"mississippi" * 200
        packed = encode(data, 5000)
        head, rest = packed[:24], packed[24:]

        def again(block):
            block = bytearray(block)
            rows = block[32:32 + 4 * struct.unpack_from("<I", block, 12)[0]]
            block[24:32] = struct.pack("<Q", xxh3(block[:24] + struct.pack("<Q", 0) + rows))
            return head + bytes(block)

        for row in (0, 1, 2201, 0xffffffff):
            self.expect_error(self.bwt("test", "-", stdin=again(rest[:8] + struct.pack("<I", row) + rest[12:])),
                              "block 1 of '-' is damaged: the checksum of its bytes is wrong")
            self.expect_error(self.bwt("test", "-", stdin=again(rest[:32] + struct.pack("<I", row) + rest[36:])),
                              "block 1 of '-' is damaged: the checksum of its bytes is wrong")
        self.expect_error(self.bwt("test", "-", stdin=again(rest[:12] + struct.pack("<I", 3) + rest[16:])),
                          "block 1 of '-' is damaged: its number of rows does not go with its size")

    @unittest.skipIf(UNDER_SANITIZER, "needs a limit of the address space")
    def test_a_head_alone_gets_no_memory(self):
        """A block of 1G is announced and does not come: 300M of address space do."""
        head = MAGIC + struct.pack("<II", 1, 1 << 30)
        block = b"BLCK" + struct.pack("<IIIQ", 1 << 30, 1, 127, 0)
        rows = bytes(4 * 127)
        packed = head + struct.pack("<Q", xxh3(head)) + block + struct.pack("<Q", xxh3(block + bytes(8) + rows)) + rows + bytes(1000)
        limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (300 * MIB, 300 * MIB))
        for command in (("decode", "--max-block", "1G", "-"), ("test", "--max-block", "1G", "-"), ("list", "-")):
            self.expect_error(self.bwt(*command, stdin=packed, preexec_fn=limit), "block 1 of '-' is damaged: it is cut off")


@unittest.skipIf(UNDER_SANITIZER, "needs a limit of the address space")
class Memory(BwtTest):
    """-j shrinks to what there is, -b never."""

    def limited(self, mib, *args, kind=resource.RLIMIT_AS):
        return self.bwt(*args, preexec_fn=lambda: resource.setrlimit(kind, (mib * MIB, mib * MIB)))

    def test_fewer_jobs_where_the_address_space_is_small(self):
        data = self.write("f", random.Random(11).randbytes(MIB) * 5)
        self.expect(self.bwt("encode", "-v", "-j", "4", "-b", "1M", "-o", "whole", "f"), 0, "",
                    f"plugh bwt: 'f': 5 blocks, {5 * MIB} bytes, encoded {(self.dir / 'whole').stat().st_size}, 4 at a time\n")
        for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
            for mib, most in ((220, 2), (140, 1)):
                with self.subTest(kind=kind, mib=mib):
                    result = self.limited(mib, "encode", "-v", "-j", "4", "-b", "1M", "-f", "-o", "out", "f", kind=kind)
                    self.assertEqual(result.status, 0, result)
                    self.assertLessEqual(int(result.stderr.split()[-4]), most, result)
                    self.assertEqual((self.dir / "out").read_bytes(), (self.dir / "whole").read_bytes())
                    result = self.limited(mib, "decode", "-v", "-j", "4", "-f", "-o", "again", "out", kind=kind)
                    self.assertEqual(result.status, 0, result)
                    self.assertLessEqual(int(result.stderr.split()[-4]), most, result)
                    self.assertEqual((self.dir / "again").read_bytes(), data.read_bytes())

    def test_blocks_that_grow_from_container_to_container(self):
        data = random.Random(12).randbytes(MIB)
        with open(self.dir / "all", "wb") as joined:
            for size, count in (("64k", 1), ("1M", 2), ("4M", 8)):
                joined.write(self.bwt("encode", "-b", size, stdin=data * count).bytes)
        result = self.limited(230, "decode", "-j", "8", "-o", "out", "all")
        self.expect(result, 0)
        self.assertEqual((self.dir / "out").read_bytes(), data * 11)

    def test_a_block_that_finds_no_memory(self):
        self.write("f", bytes(40 * MIB))
        result = self.limited(150, "encode", "-o", "out", "f")
        self.expect_error(result, "no memory for a block of 'f': Cannot allocate memory")
        self.assertEqual(self.names(), ["f"])


if __name__ == "__main__":
    main()
