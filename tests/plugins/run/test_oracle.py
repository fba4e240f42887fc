"""The cutting and quoting of run against Python's own split and shlex, and against sh: seeded.

    test_oracle.py DRIVER [SEED [CASES]]

SPDX-License-Identifier: MIT
"""

import random
import shlex
import subprocess
import sys
import unittest

DRIVER = sys.argv.pop(1)
SEED = int(sys.argv.pop(1)) if len(sys.argv) > 1 else 1
CASES = int(sys.argv.pop(1)) if len(sys.argv) > 1 else 3000
LINES, WORDS, NULL, SEPARATED = range(4)


def hexadecimal(data):
    return data.hex() or "-"


def plain(text):
    return b"" if text == "-" else bytes.fromhex(text)


class Driver:
    def __init__(self):
        self.process = subprocess.Popen([DRIVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *fields):
        self.process.stdin.write(" ".join(map(str, fields)) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().split()

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def records(kind, keep, separator, data):
    """By bytes.split."""
    if kind == WORDS:
        return data.split()
    if kind == SEPARATED:
        found = data.split(separator)
    else:
        found = data.split(b"\n" if kind == LINES else b"\0")
        if found[-1] == b"":
            found.pop()
    return [one for one in found if keep or one]


class Oracle(unittest.TestCase):
    def setUp(self):
        self.random = random.Random(SEED)
        self.driver = Driver()
        self.addCleanup(self.driver.close)

    def pick(self):
        rng = self.random
        kind = rng.randrange(4)
        separator = b""
        alphabet = [b"\n", b"\0", b" ", b"\t", b"\x0b", b"\x1c", b"a", b"b", b"\xff", b"\x8a", b"ab" * 9, b"x" * 40]
        if kind == SEPARATED:
            separator = b"".join(rng.choices(rng.choice([[b"a"], [b"a", b"b"], alphabet]), k=rng.randint(1, 6)))
            alphabet = rng.choice([[b"a", b"b"], alphabet, [separator, separator[:-1], separator[1:], b"a"]])
        weights = [rng.random() ** 3 for _ in alphabet]
        data = b"".join(rng.choices(alphabet, weights, k=rng.choice([0, 1, 2, 5, 20, 60])))
        return kind, rng.random() < 0.5, separator, data

    def test_streams(self):
        for case in range(CASES):
            kind, keep, separator, data = self.pick()
            end = self.random.choice([0, 10])
            sizes = self.random.choice(["1", "2,1", "3,17", "16", "31,1,33", "1000",
                                        ",".join(str(self.random.randint(1, 40)) for _ in range(5))])
            wanted = b"".join(one + bytes([end]) for one in records(kind, keep, separator, data))
            got = self.driver.ask("stream", kind, int(keep), end, hexadecimal(separator), sizes, hexadecimal(data))
            with self.subTest(case=case, kind=kind, keep=keep, separator=separator, sizes=sizes, data=data):
                self.assertEqual(plain(got[0]), wanted)

    def test_what_is_complete_is_told(self):
        """Up to the last separator all is complete; what is behind it is not."""
        for case in range(CASES):
            kind, keep, separator, data = self.pick()
            if kind == SEPARATED:
                pieces = data.split(separator)
                whole = data[:len(data) - len(pieces[-1])]
                done = pieces[:-1]
            else:
                ends = {LINES: b"\n", NULL: b"\0", WORDS: b" \t\n\r\x0b\f"}[kind]
                whole = data[:max((data.rfind(bytes([c])) for c in ends), default=-1) + 1]
                done = records(kind, keep, separator, whole)
            wanted = sum(len(one) + 1 for one in done if keep and kind != WORDS or one)
            got = self.driver.ask("stream", kind, int(keep), 10, hexadecimal(separator), "7,3,40", hexadecimal(data))
            with self.subTest(case=case, kind=kind, keep=keep, separator=separator, data=data):
                self.assertEqual(int(got[1]), wanted)

    def test_one_by_one(self):
        for case in range(CASES):
            kind, keep, separator, data = self.pick()
            got = self.driver.ask("next", kind, int(keep), hexadecimal(separator), hexadecimal(data))
            with self.subTest(case=case, kind=kind, keep=keep, separator=separator, data=data):
                self.assertEqual([plain(one) for one in got], records(kind, keep, separator, data))

    def words(self):
        rng = self.random
        letters = rng.choice(["ab", "a '\"", "\n\t\r", "$`\\!*?[](){}<>|&;#~=%@+:,./-_^", "aZ09é€\x01\x7f"])
        return ["".join(rng.choices(letters, k=rng.randint(0, 8))) for _ in range(rng.randint(1, 6))]

    def test_quoting_is_shlex_s(self):
        for _ in range(CASES):
            words = self.words()
            got = plain(self.driver.ask("quote", *(hexadecimal(word.encode()) for word in words))[0])
            self.assertEqual(got.decode(), shlex.join(words))

    def test_sh_reads_back_what_was_quoted(self):
        every = [bytes(range(1, 256)), *(bytes([c]) for c in range(1, 256))]
        for words in ([*every[:40]], every[1:60], every[60:120], every[120:180], every[180:240], every[240:],
                      *([word.encode() for word in self.words()] for _ in range(40))):
            line = plain(self.driver.ask("quote", *map(hexadecimal, words))[0])
            done = subprocess.run(["sh", "-c", b"printf '%s\\0' " + line], stdout=subprocess.PIPE, check=True, timeout=60)
            self.assertEqual(done.stdout.split(b"\0")[:-1], words)


if __name__ == "__main__":
    unittest.main(verbosity=2)
