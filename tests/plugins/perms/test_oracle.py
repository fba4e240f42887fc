"""The engine of perms against Python's itertools: every path, seeded.

    test_oracle.py DRIVER [SEED [CASES]]

SPDX-License-Identifier: MIT
"""

import itertools
import math
import random
import subprocess
import sys
import unittest

DRIVER = sys.argv.pop(1)
SEED = int(sys.argv.pop(1)) if len(sys.argv) > 1 else 1
CASES = int(sys.argv.pop(1)) if len(sys.argv) > 1 else 1500
PATHS = ("best", "avx2", "ssse3", "portable", "steps")


class Engine:
    def __init__(self):
        self.process = subprocess.Popen([DRIVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, what, items, r, distinct=False, path="best", first=0, count=0, separator="", delimiter=";"):
        fields = [what, path, r, int(distinct), first, count, separator, delimiter, *items]
        self.process.stdin.write("\t".join(map(str, fields)).encode() + b"\n")
        self.process.stdin.flush()
        size = int(self.process.stdout.readline())
        return self.process.stdout.read(size).decode()

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def distinct_of(arrangements):
    return list(dict.fromkeys(arrangements))


def count_distinct(items, r):
    """r! times the coefficient of x^r in the product of the truncated exponentials."""
    counts = [items.count(one) for one in dict.fromkeys(items)]
    poly = [1] + [0] * r
    for c in counts:
        poly = [sum(math.comb(j, k) * poly[j - k] for k in range(min(c, j) + 1)) for j in range(r + 1)]
    return poly[r]


class Oracle(unittest.TestCase):
    def setUp(self):
        self.random = random.Random(SEED)
        self.engine = Engine()
        self.addCleanup(self.engine.close)

    def pick(self, most=7):
        """Items, r, separator and delimiter; what they print, by itertools."""
        rng = self.random
        alphabet = rng.choice([list("ab"), list("abc"), list("abcdefgh"), ["é", "ß", "€", "a"], ["one", "two", "three"],
                               ["äö", "üß", "ab€"], ["", "x", "xx"], ["w" * 40, "v" * 33, "u"]])
        items = [rng.choice(alphabet) for _ in range(rng.randint(0, most))]
        if rng.random() < 0.5:
            items = [f"{one}{i}" for i, one in enumerate(items)] if rng.random() < 0.5 else list("abcdefg"[:len(items)])
        r = rng.randint(0, len(items) + (rng.random() < 0.1))
        separator = rng.choice(["", "", " ", ",", ", ", "-" * 20, "→"])
        delimiter = rng.choice([";", ";;", "", "." * 40])
        return items, r, separator, delimiter

    def test_lists(self):
        for case in range(CASES):
            items, r, separator, delimiter = self.pick()
            distinct = self.random.random() < 0.4
            rows = list(itertools.permutations(items, r))
            if distinct:
                rows = distinct_of(rows)
            first = self.random.randint(0, len(rows))
            count = self.random.randint(0, len(rows) - first)
            if self.random.random() < 0.3:
                first, count = 0, len(rows)
            expected = "".join(separator.join(row) + delimiter for row in rows[first:first + count])
            for path in PATHS:
                got = self.engine.ask("print", items, r, distinct, path, first, count, separator, delimiter)
                self.assertEqual(got, expected, (case, path, items, r, distinct, first, count, separator, delimiter))
            self.assertEqual(self.engine.ask("count", items, r, distinct), str(len(rows)), (items, r, distinct))

    def test_long_lists_cross_every_border(self):
        for items, r in (("abcdefghi", 9), ("abcdefghijklmnop", 4), ([f"w{i}" for i in range(40)], 3), (["é"] * 2 + list("abcdef"), 8)):
            rows = list(itertools.permutations(items, r))
            for separator in ("", ","):
                whole = "".join(separator.join(row) + "\n" for row in rows).replace("\n", ";")
                for path in PATHS:
                    got = self.engine.ask("print", items, r, False, path, 0, len(rows), separator)
                    self.assertTrue(got == whole, (items, r, separator, path))
                    first = self.random.randint(1, len(rows) // 2)
                    some = self.random.randint(1000, len(rows) // 2)
                    part = "".join(separator.join(row) + ";" for row in rows[first:first + some])
                    got = self.engine.ask("print", items, r, False, path, first, some, separator)
                    self.assertTrue(got == part, (items, r, separator, path, first, some))

    def test_distinct_lists_of_every_shape(self):
        """Few kinds of many items, in any order: long tails, blocks of any number of lines, borders anywhere."""
        for case in range(CASES):
            rng = self.random
            kinds = rng.choice(["ab", "abc", "abcd", ["ä", "ö", "ü"], ["x", "yy", "zzz"], ["", "v"], ["longer than a piece of 32 bytes is", "w"]])
            counts = [rng.randint(1, 4) for _ in kinds]
            items = [kind for kind, count in zip(kinds, counts) for _ in range(count)][:8]
            rng.choice([lambda _: None, rng.shuffle, list.reverse])(items)
            r = rng.choice([len(items), rng.randint(1, len(items))])
            separator = rng.choice(["", "", ",", " - "])
            rows = distinct_of(itertools.permutations(items, r))
            first = rng.choice([0, rng.randrange(len(rows))])
            count = rng.choice([len(rows) - first, rng.randint(0, len(rows) - first)])
            expected = "".join(separator.join(row) + ";" for row in rows[first:first + count])
            for path in PATHS:
                got = self.engine.ask("print", items, r, True, path, first, count, separator)
                self.assertEqual(got, expected, (case, path, items, r, first, count, separator))

    def test_long_distinct_lists(self):
        for items, r in (("aabbccddef", 10), ("cabbacddba", 10), ("abcdeabcde", 7), ("aaaaabbbbb", 10), ("abababababc", 11 - 3), ("abcdefghh", 9)):
            rows = distinct_of(itertools.permutations(items, r))
            for texts in (str.maketrans({}), str.maketrans({"a": "é"}), str.maketrans({"a": "alpha", "b": "beta"})):
                words = [one.translate(texts) for one in items]
                lines = ["".join(one.translate(texts) for one in row) + ";" for row in rows]
                for path in PATHS:
                    got = self.engine.ask("print", words, r, True, path, 0, len(rows))
                    self.assertTrue(got == "".join(lines), (words, r, path))
                    first = self.random.randrange(len(rows))
                    got = self.engine.ask("print", words, r, True, path, first, len(rows) - first)
                    self.assertTrue(got == "".join(lines[first:]), (words, r, path, first))

    def test_more_patterns_than_are_kept(self):
        """Thousands of different tails: those that were made go, and are made again. Line by line is the oracle here,
        which the others hold to Python's."""
        twice = list("abcdefghijklmno" * 2)
        random.Random(1).shuffle(twice)
        words = [f"<{one}>" * (1 + ord(one) % 3) for one in twice]
        for items, r, count in ((twice, 7, 1_500_000), (words, 8, 300_000), (list("abcdefghij" * 3), 12, 500_000), (twice, 30, 300_000)):
            first = int(self.engine.ask("count", items, r, True)) // 3
            steps = self.engine.ask("print", items, r, True, "steps", first, count, ",")
            for path in PATHS[:-1]:
                self.assertTrue(self.engine.ask("print", items, r, True, path, first, count, ",") == steps, (items, r, path, first))

    def test_one_place_with_more_ways_than_a_block_has_lines(self):
        items = [f"{k % 750}" for k in range(800)]
        for distinct in (False, True):
            for r in (1, 2):
                rows = list(itertools.permutations(items, r))
                rows = distinct_of(rows) if distinct else rows
                for first in (0, 1, len(rows) // 2, len(rows) - 1):
                    expected = "".join(",".join(row) + ";" for row in rows[first:first + 2000])
                    for path in PATHS:
                        got = self.engine.ask("print", items, r, distinct, path, first, min(2000, len(rows) - first), ",")
                        self.assertTrue(got == expected, (distinct, r, path, first))

    def test_ranks(self):
        for case in range(CASES):
            items, r, separator, _ = self.pick(6)
            distinct = self.random.random() < 0.5
            rows = [separator.join(row) for row in itertools.permutations(items, r)]
            tuples = list(itertools.permutations(items, r))
            if distinct:
                tuples = distinct_of(tuples)
                rows = [separator.join(row) for row in tuples]
            if not rows:
                continue
            k = self.random.randrange(len(rows))
            self.assertEqual(self.engine.ask("nth", items, r, distinct, first=k, separator=separator, delimiter=""), rows[k],
                             (case, items, r, distinct, k))
            if rows[k].strip() == rows[k]:
                got = self.engine.ask("rank", items, r, distinct, first=rows[k], separator=separator)
                self.assertEqual(int(got), rows.index(rows[k]), (case, items, r, distinct, rows[k], separator))
        self.assertEqual(self.engine.ask("rank", "abc", 3, first="abd"), "none")
        self.assertEqual(self.engine.ask("rank", "abc", 3, first="ab"), "none")
        self.assertEqual(self.engine.ask("rank", "abc", 3, first="aab"), "none")
        self.assertEqual(self.engine.ask("rank", ["a", "ab", "b"], 2, first="ab"), str(
            ["".join(p) for p in itertools.permutations(["a", "ab", "b"], 2)].index("ab")))

    def test_numbers_of_any_size(self):
        letters = [f"i{k}" for k in range(1000)]
        self.assertEqual(int(self.engine.ask("count", letters, 1000)), math.factorial(1000))
        self.assertEqual(int(self.engine.ask("count", letters, 17)), math.perm(1000, 17))
        for _ in range(40):
            items = [self.random.choice("abcdefgh") for _ in range(self.random.randint(10, 60))]
            r = self.random.choice([len(items), self.random.randint(0, len(items))])
            total = count_distinct(items, r)
            self.assertEqual(int(self.engine.ask("count", items, r, True)), total, (items, r))
            rank = self.random.randrange(total)
            text = self.engine.ask("nth", items, r, True, first=rank, separator=" ", delimiter="")
            self.assertEqual(int(self.engine.ask("rank", items, r, True, first=text, separator=" ")), rank, (items, r))
        thirty = [str(k) for k in range(1, 31)]
        text = self.engine.ask("nth", thirty, 30, first=10**30, separator=" ", delimiter="")
        left, rank, found = list(thirty), 10**30, []
        for k in range(30, 0, -1):
            i, rank = divmod(rank, math.factorial(k - 1))
            found.append(left.pop(i))
        self.assertEqual(text, " ".join(found))
        self.assertEqual(int(self.engine.ask("rank", thirty, 30, first=text, separator=" ")), 10**30)

    def test_draws_are_different_uniform_and_repeatable(self):
        items, r = "abcd", 3  # 24 arrangements
        seen = [0] * 24
        first = [0] * 24
        for seed in range(2000):
            ranks = [int(one) for one in self.engine.ask("draw", items, r, first=seed, count=6).split()]
            self.assertEqual(len(set(ranks)), 6)
            first[ranks[0]] += 1
            for one in ranks:
                seen[one] += 1
        # Chi-square with 23 degrees of freedom; 60 is beyond 1 in 10,000, and the seeds are fixed.
        for counts in (seen, first):
            expected = sum(counts) / 24
            self.assertLess(sum((n - expected) ** 2 / expected for n in counts), 60, counts)
        every = self.engine.ask("draw", items, r, first=7, count=24).split()
        self.assertEqual(sorted(map(int, every)), list(range(24)))
        self.assertNotEqual(every, sorted(every, key=int))
        large = [f"i{k}" for k in range(100)]
        ranks = [int(one) for one in self.engine.ask("draw", large, 100, first=3, count=2000).split()]
        self.assertEqual(len(set(ranks)), 2000)
        self.assertTrue(all(0 <= one < math.factorial(100) for one in ranks))
        self.assertEqual(ranks, [int(one) for one in self.engine.ask("draw", large, 100, first=3, count=2000).split()])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
