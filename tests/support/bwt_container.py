"""The container of bwt, written and read by what plugh-bwt(5) says and nothing else: sorted slices, one step a byte.

SPDX-License-Identifier: MIT
"""

import ctypes
import os
import struct

from plughtest import PlughTest

MAGIC = b"\x89BWT\r\n\x1a\n"

library = ctypes.CDLL("libxxhash.so.0")
library.XXH3_64bits.restype = ctypes.c_uint64
library.XXH3_64bits.argtypes = (ctypes.c_char_p, ctypes.c_size_t)


def xxh3(data):
    return library.XXH3_64bits(bytes(data), len(data))


def count_rows(size):
    step = 1024
    while (size + step - 1) // step > 128:
        step *= 2
    return step, (size - 1) // step


def sorted_suffixes(data):
    return sorted(range(len(data) + 1), key=lambda i: data[i:])


def encode_block(data, number):
    order = sorted_suffixes(data)
    place = {suffix: row for row, suffix in enumerate(order)}
    last = bytes(data[suffix - 1] for suffix in order if suffix > 0)
    step, count = count_rows(len(data))
    head = b"BLCK" + struct.pack("<IIIQ", len(data), place[0], count, xxh3(data))
    rows = struct.pack(f"<{count}I", *(place[step * (i + 1)] for i in range(count)))
    return head + struct.pack("<Q", xxh3(head + struct.pack("<Q", number) + rows)) + rows + last, xxh3(data)


def encode(data, size):
    head = MAGIC + struct.pack("<II", 1, size)
    out = [head, struct.pack("<Q", xxh3(head))]
    sums = b""
    blocks = [data[i:i + size] for i in range(0, len(data), size)]
    for number, block in enumerate(blocks):
        packed, checksum = encode_block(block, number)
        out.append(packed)
        sums += struct.pack("<Q", checksum)
    trailer = b"TAIL" + struct.pack("<IQQQ", 0, len(data), len(blocks), xxh3(sums))
    return b"".join(out) + trailer + struct.pack("<Q", xxh3(trailer))


def decode_block(last, row):
    """The way back through sorted first bytes, one step a byte."""
    column = [-1 if i == row else last[i - (i > row)] for i in range(len(last) + 1)]
    order = sorted(range(len(column)), key=lambda i: column[i])
    out, at = bytearray(), order[row]
    for _ in last:
        out.append(column[at])
        at = order[at]
    return bytes(out)


def decode(data):
    """All blocks of all containers: (original, index, checksum). Any difference from the page is an assertion."""
    blocks, at = [], 0
    while at < len(data):
        assert data[at:at + 8] == MAGIC
        version, most, check = struct.unpack_from("<IIQ", data, at + 8)
        assert version == 1 and 1 <= most <= 1 << 30 and check == xxh3(data[at:at + 16])
        at += 24
        number, sums, total = 0, b"", 0
        while data[at:at + 4] == b"BLCK":
            size, row, count, checksum, check = struct.unpack_from("<IIIQQ", data, at + 4)
            rows = data[at + 32:at + 32 + 4 * count]
            assert 1 <= size <= most and count == count_rows(size)[1]
            assert check == xxh3(data[at:at + 24] + struct.pack("<Q", number) + rows)
            at += 32 + 4 * count
            block = decode_block(data[at:at + size], row)
            assert xxh3(block) == checksum
            at += size
            blocks.append((block, row, checksum))
            number, sums, total = number + 1, sums + struct.pack("<Q", checksum), total + size
        tag, zero, original, count, digest, check = struct.unpack_from("<4sIQQQQ", data, at)
        assert (tag, zero, original, count, digest) == (b"TAIL", 0, total, number, xxh3(sums))
        assert check == xxh3(data[at:at + 32])
        at += 40
    return blocks


class BwtTest(PlughTest):
    def bwt(self, *args, **more):
        return self.plugh("bwt", *args, **more)

    def expect_error(self, result, text, status=1, stdout=""):
        self.expect(result, status, stdout, f"plugh bwt: error: {text}\n")

    def names(self):
        return sorted(set(os.listdir(self.dir)) - {"home"})

    def encoded(self, data, *args):
        result = self.bwt("encode", *args, stdin=data)
        self.assertEqual((result.status, result.stderr), (0, ""))
        return result.bytes
