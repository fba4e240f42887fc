"""perms, end to end: every option, message and status; the engine has its own oracle tests.

SPDX-License-Identifier: MIT
"""

import base64
import itertools
import json
import math
import subprocess

from plughtest import PLUGH, PlughTest, main


def lines(items, r=None, separator=""):
    return "".join(separator.join(row) + "\n" for row in itertools.permutations(items, r))


class PermsTest(PlughTest):
    def perms(self, *args, **more):
        return self.plugh("perms", *args, **more)

    def expect_error(self, result, status, text):
        self.assertEqual((result.status, result.stdout), (status, ""), result)
        self.assertEqual(result.stderr.splitlines()[-1], f"plugh perms: error: {text}", result)


class Lists(PermsTest):
    def test_one_item_is_its_characters(self):
        self.expect(self.perms("abc"), 0, lines("abc"))
        self.expect(self.perms("aéß€"), 0, lines("aéß€"))
        self.expect(self.perms(""), 0, "\n")

    def test_several_items_are_whole(self):
        self.expect(self.perms("red", "a b", ""), 0, lines(["red", "a b", ""], separator=" "))

    def test_words(self):
        self.expect(self.perms("--words", " one two  three "), 0, lines(["one", "two", "three"], separator=" "))
        self.expect(self.perms("--words", "one two", "three"), 0, lines(["one", "two", "three"], separator=" "))

    def test_length(self):
        self.expect(self.perms("-r", "2", "abcd"), 0, lines("abcd", 2))
        self.expect(self.perms("-r", "0", "abcd"), 0, "\n")
        self.expect(self.perms("-r", "5", "abcd"), 0, "")
        self.expect_error(self.perms("-r=-1", "abcd"), 2, "argument -r/--length: invalid length: -1")

    def test_equal_items(self):
        self.expect(self.perms("aba"), 0, lines("aba"))
        self.expect(self.perms("--distinct", "abba"), 0, "".join(dict.fromkeys(lines("abba").splitlines(True))))

    def test_no_items_have_one_arrangement(self):
        for none in ([""], ["--words", " "], ["-r", "0", "abc"], ["-r", "0", "--distinct", "aab"]):
            self.expect(self.perms(*none), 0, "\n")
            self.expect(self.perms("--count", *none), 0, "1\n")
            self.expect(self.perms("--nth", "0", *none), 0, "\n")
            self.expect(self.perms("--rank", "", *none), 0, "0\n")
            self.expect(self.perms("--random", "1", *none), 0, "\n")
            self.expect(self.perms("--json", *none), 0, '{"text": "", "items": []}\n')
            self.expect(self.perms("--start", "1", *none), 0, "")
            self.expect(self.perms("--shard", "2/2", *none), 0, "\n")
            self.expect_error(self.perms("--nth", "1", *none), 1, "--nth 1: there are 1 arrangements, and ranks begin at 0")
            self.expect_error(self.perms("--rank", "x", *none), 1, "'x' is no arrangement of 0 of these items")

    def test_lines_without_bytes_end_at_once(self):
        """There would be 25! of them."""
        self.expect(self.perms("--separator", "", "--delimiter", "", *[""] * 25), 0, "")
        self.expect(self.perms("--delimiter", "", "-r", "1", *[""] * 25), 0, "")
        self.expect(self.perms("--delimiter", "", "-r", "2", "--limit", "3", *[""] * 25), 0, "   ")

    def test_separators_and_delimiters(self):
        self.expect(self.perms("--separator", ", ", "--delimiter", ";", "abc"), 0, lines("abc", separator=", ").replace("\n", ";"))
        self.expect(self.perms("-z", "ab"), 0, "ab\0ba\0")
        self.expect_error(self.perms("-z", "--delimiter", "x", "ab"), 2, "argument --delimiter: not allowed with argument -z/--null")

    def test_json(self):
        result = self.perms("--json", "--separator", "-", "aé")
        self.assertEqual([json.loads(line) for line in result.stdout.splitlines()],
                         [{"text": "a-é", "items": ["a", "é"]}, {"text": "é-a", "items": ["é", "a"]}])
        result = self.perms("--json", "--limit", "1", b"\xff", "b")
        self.assertEqual(json.loads(result.stdout),
                         {"base64": base64.b64encode(b"\xff b").decode(), "items": [{"base64": "/w=="}, "b"]})
        self.expect(self.perms("--json", "--count", "abc"), 0, '{"count": "6"}\n')
        self.expect(self.perms("--json", "--rank", "cab", "abc"), 0, '{"rank": "4"}\n')

    def test_output(self):
        self.expect(self.perms("-o", "out", "abc"), 0, "")
        self.assertEqual((self.dir / "out").read_text(), lines("abc"))
        self.expect_error(self.perms("-o", "out", "--nth", "6", "abc"), 1, "--nth 6: there are 6 arrangements, and ranks begin at 0")
        self.assertEqual((self.dir / "out").read_text(), lines("abc"))

    def test_a_full_device_is_an_error(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PLUGH, "perms", "abcdefgh"], stdout=full, stderr=subprocess.PIPE, env=self.env, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (1, b"plugh perms: error: cannot write standard output: No space left on device\n"))

    def test_a_reader_that_leaves_ends_a_list_without_end(self):
        process = self.start("perms", "abcdefghijklmnopqrstuvwxyz", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(process.stdout.readline(), b"abcdefghijklmnopqrstuvwxyz\n")
        process.stdout.close()
        self.assertEqual(process.wait(60), -13)
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()


class Parts(PermsTest):
    def test_start_and_limit(self):
        all_lines = lines("abcde").splitlines(True)
        self.expect(self.perms("--start", "17", "--limit", "30", "abcde"), 0, "".join(all_lines[17:47]))
        self.expect(self.perms("--start", "119", "abcde"), 0, all_lines[119])
        for beyond in ("120", "9" * 40):
            self.expect(self.perms("--start", beyond, "abcde"), 0, "")
        self.expect(self.perms("--limit", "0", "abcde"), 0, "")
        self.expect(self.perms("--limit", "9" * 40, "abc"), 0, lines("abc"))
        for option, kind in (("--start", "rank"), ("--limit", "number"), ("--nth", "rank"), ("--random", "number")):
            for text in ("-1", "", "+1", " 1", "1.0", "0x1"):
                self.expect_error(self.perms(f"{option}={text}", "abc"), 2, f"argument {option}: invalid {kind}: '{text}'")
        self.expect_error(self.perms("--nth", "-1", "abc"), 2, "argument --nth: invalid rank: '-1'")

    def test_shards_are_the_whole(self):
        for items, options, expected in (("abcde", [], lines("abcde").splitlines(True)),
                                         ("aabbc", ["--distinct"], list(dict.fromkeys(lines("aabbc").splitlines(True)))),
                                         ("abcd", ["--start", "5", "--limit", "11"], lines("abcd").splitlines(True)[5:16])):
            for n in (1, 2, 3, 7, len(expected), len(expected) + 5):
                got = ""
                for i in range(1, n + 1):
                    part = self.perms(*options, "--shard", f"{i}/{n}", items)
                    first, last = (i - 1) * len(expected) // n, i * len(expected) // n
                    self.expect(part, 0, "".join(expected[first:last]))
                    got += part.stdout
                self.assertEqual(got, "".join(expected))

    def test_shards_by_gnu_parallel_are_the_whole(self):
        done = subprocess.run(["parallel", "--will-cite", "-k", PLUGH, "perms", "--shard", "{}/5", "abcdefg", ":::", *"12345"],
                              capture_output=True, env=self.env, cwd=self.dir, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(done.stdout.decode(), lines("abcdefg"))

    def test_shards_that_are_none(self):
        for text in ("0/3", "4/3", "1", "1/0", "a/b", "1/2/3", "/", "-1/2"):
            self.expect_error(self.perms(f"--shard={text}", "abc"), 2, f"argument --shard: invalid shard (I/N, I from 1 to N): '{text}'")

    def test_count(self):
        self.expect(self.perms("--count", *[str(i) for i in range(1000)]), 0, f"{math.factorial(1000)}\n")
        self.expect(self.perms("--count", "--distinct", "mississippi"), 0, "34650\n")
        self.expect(self.perms("--count", "--start", "2", "--limit", "10", "--shard", "2/3", "abcd"), 0, "3\n")
        self.expect(self.perms("--count", "-r", "5", "abc"), 0, "0\n")

    def test_nth_and_rank(self):
        thirty = [str(i) for i in range(30)]
        text = self.perms("--nth", str(10**30), *thirty).stdout.rstrip("\n")
        self.expect(self.perms("--rank", text, *thirty), 0, f"{10**30}\n")
        self.expect(self.perms("--rank", "aba", "aab"), 0, "1\n")
        self.expect(self.perms("--rank", "b,a", "--separator", ",", "-r2", "abc"), 0, "2\n")
        self.expect_error(self.perms("--rank", "abd", "abc"), 1, "'abd' is no arrangement of 3 of these items")
        self.expect_error(self.perms("--rank", "abc", "-r4", "abc"), 1, "'abc' is no arrangement of 4 of these items")
        self.expect_error(self.perms("--nth", "x", "abc"), 2, "argument --nth: invalid rank: 'x'")
        self.expect_error(self.perms("--nth", "0", "-r4", "abc"), 1, "--nth 0: there are 0 arrangements, and ranks begin at 0")

    def test_the_length_in_a_message_is_the_one_given(self):
        self.expect_error(self.perms("--rank", "abc", "-r", "10", "abc"), 1, "'abc' is no arrangement of 10 of these items")

    def test_ranks_of_thousands_of_items(self):
        """The last arrangement is the one that looks at most items for each place."""
        many = [str(i) for i in range(5000)]
        last = " ".join(reversed(many))
        rank = self.perms("--rank", last, *many).stdout
        # Python itself does not print so many digits unasked.
        self.assertEqual(rank[-2000:], f"{(math.factorial(5000) - 1) % 10**1999}\n")
        self.assertEqual(len(rank), math.floor(math.log10(math.factorial(5000))) + 2)
        self.expect(self.perms("--nth", rank.strip(), *many), 0, f"{last}\n")
        self.expect(self.perms("--rank", last, "--distinct", *many), 0, rank)

    def test_random(self):
        first = self.perms("--random", "5", "--seed", "1", "abcdefghij")
        self.expect(first, 0, "bdfjahgcie\ngjhdabifec\njhcafdeibg\ngdbjaicfhe\nhfgecjibad\n")
        self.assertEqual(sorted(self.perms("--random", "24", "abcd").stdout), sorted(lines("abcd")))
        self.assertEqual(sorted(self.perms("--random", "3", "--distinct", "aab").stdout.split()), ["aab", "aba", "baa"])
        self.expect(self.perms("--random", "0", "-r", "9", "abc"), 0, "")
        hundred = [str(i) for i in range(100)]
        drawn = self.perms("--random", "3", "--seed", "9", *hundred).stdout.splitlines()
        self.assertEqual([sorted(one.split(), key=int) for one in drawn], [hundred] * 3)
        told = self.perms("-v", "--random", "2", "abcdefgh")
        seed = told.stderr.split()[-1]
        self.expect(self.perms("--random", "2", "--seed", seed, "abcdefgh"), 0, told.stdout)
        self.expect_error(self.perms("--random", "7", "abc"), 1, "--random 7: there are fewer arrangements")
        self.expect_error(self.perms("--random", "1", "--seed", "-", "abc"), 2,
                          "argument --seed: invalid seed (0 to 18446744073709551615): '-'")
        self.expect_error(self.perms("--seed", "1", "abc"), 2, "argument --seed: needs --random")

    def test_what_does_not_go_together(self):
        self.expect_error(self.perms("--start", "1", "--nth", "1", "abc"), 2, "argument --start: not allowed with argument --nth")
        self.expect_error(self.perms("--nth", "1", "--count", "abc"), 2, "argument --count: not allowed with argument --nth")

    def test_characters_must_be_utf8(self):
        self.expect_error(self.perms(b"ab\xff"), 2, "argument ITEM: not UTF-8 at offset 2: with --words it is taken as it is")
        result = self.perms("--words", "--limit", "1", b"ab\xff c")
        self.assertEqual(result.bytes, b"ab\xff c\n")


if __name__ == "__main__":
    main()
