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
