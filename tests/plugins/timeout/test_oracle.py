"""Durations, names of signals and quotation marks: what the plugin makes of a word, and what GNU's own timeout does.

Words come by seed. GNU's timeout is asked about each by its status or its message; the values of durations are
compared with exact fractions of Python's.

    test_oracle.py DRIVER

SPDX-License-Identifier: MIT
"""

import concurrent.futures
import fractions
import math
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

DRIVER = ""
GNU = shutil.which("timeout")
DEADLINE = 120
NS = 10**9
FOREVER = 2**63 - 1
UNIT = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def environment(locale, **more):
    env = {"PATH": os.environ["PATH"], "LC_ALL": locale, **more,
           **{name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}}
    if "LOCPATH" in env:  # of which the C library itself loses a few bytes
        env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    return env


def ours(kind, words, env):
    done = subprocess.run([DRIVER, kind], input=b"".join(word + b"\0" for word in words),
                          capture_output=True, timeout=DEADLINE, env=env, check=True)
    assert done.stderr == b"", done.stderr
    return done.stdout.split(b"\0")[:-1]


def run_gnu(args, env):
    return subprocess.run(["timeout", *args], executable=GNU, stdin=subprocess.DEVNULL, capture_output=True, timeout=DEADLINE, env=env)


def ask_gnu(make_args, words, env):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda word: run_gnu(make_args(word), env), words))


class Durations(unittest.TestCase):
    FIXED = [
        "", "0", "-0", "+0", "1", "+1", "-1", " 1", "\t1", "\n1", "1 ", "1.", ".5", ".", "1..2", "1e", "1e+", "1e3", "1E3", "1e-3",
        "1e400", "1e-400", "1e-320", "4.9e-324", "-1e-400", "0x", "0x1", "0X1P3", "0x.8", "0x1p-1074", "0x1p-1080", "0x1p1024", "0xg", "inf",
        "INF", "Infinity", "infinit", "infs", "infd", "-inf", "nan", "NAN", "-nan", "nan(1)", "1s", "1m", "1h", "1d", "1S", "1M",
        "1ms", "1us", "1ns", "1m30s", "1h1m", "1ss", "s", "m", "1w", "1y", "1_0", "1,5", "1'000", "1.5,5", "++1", "--1", "+-1",
        "0.000000001", "0.0000000001", "0.9999999999", "9223372036", "9223372037", "9223372036.854775807", "9223372036.9", "99999999999999999999",
        "106751d", "106752d", "2562047h", "2562048h", "1e300d", "0d", "0.1d", "٣", "1\u00a0", "0b1", "010", "1f", "0x1d", "0x1.8m", "0x1h",
    ]

    def words(self):
        draw = random.Random(9101)
        words = [word.encode() for word in self.FIXED]
        for _ in range(420):
            number = draw.choice([
                str(draw.randrange(10**draw.randrange(1, 14))), f"{draw.random() * 10**draw.randrange(-9, 12):.{draw.randrange(0, 12)}f}",
                f"{draw.random():.{draw.randrange(0, 17)}e}", float.hex(draw.random() * 2.0**draw.randrange(-40, 40)),
                "".join(draw.choice("0123456789.eE+-xp") for _ in range(draw.randrange(1, 7)))])
            words.append((draw.choice(["", "", "", "+", " ", "-"]) + number + draw.choice(["", "", "s", "m", "h", "d", "x", " ", "ss"])).encode())
        return list(dict.fromkeys(words))

    def check(self, words, env):
        # 125 and 124 are GNU's own, a very short time is over before `true` is.
        gnu = ask_gnu(lambda word: ["--", word, "true"], words, env)
        answers = ours("duration", words, env)
        self.assertEqual(len(answers), len(words))
        for word, there, answer in zip(words, gnu, answers):
            with self.subTest(word=word, locale=env.get("LC_ALL")):
                self.assertEqual(answer == b"invalid", there.returncode == 125, (answer, there))
        return dict(zip(words, answers))

    def value(self, text):
        """What the text means, in nanoseconds; by Python."""
        number, unit = re.fullmatch(r"\s*(.*?)([smhd]?)", text, re.S).groups()
        if "x" in number.lower() and "p" not in number.lower() and unit == "d":  # a digit
            number, unit = number + unit, ""
        try:
            value = float.fromhex(number) if "x" in number.lower() else float(number)
        except OverflowError:
            value = math.inf
        value *= UNIT[unit]
        if math.isinf(value) or value >= FOREVER / NS:
            return "forever"
        whole = int(value)
        # The fraction is a double, and so is its product, as it is in GNU's.
        part = fractions.Fraction((value - whole) * 1e9)
        ns = whole * NS + math.ceil(part)
        return "forever" if ns > FOREVER else str(ns)

    def test_what_gnu_takes_is_taken_and_means_the_same(self):
        answers = self.check(self.words(), environment("C"))
        values = {word: answer for word, answer in answers.items() if answer != b"invalid"}
        self.assertGreater(len(values), 200)
        self.assertGreater(len(answers) - len(values), 100)
        for word, answer in values.items():
            with self.subTest(word=word):
                self.assertEqual(answer.decode(), self.value(word.decode()))

    def test_the_decimal_comma_of_a_locale(self):
        with tempfile.TemporaryDirectory(prefix="plugh-locale-") as folder:
            subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", "--no-archive", f"{folder}/de_DE.UTF-8"],
                           check=True, capture_output=True, timeout=DEADLINE)
            env = environment("de_DE.UTF-8", LOCPATH=folder)
            words = [word.encode() for word in ("1,5", "1.5", "0,001", ",5", "5,", "1,5m", "1.5m", "1,5,5", "1.5,5", "1,5.5",
                                                "0x1,8p1", "1,5x", "1.000,5", "inf", "1,5e1")]
            answers = self.check(words, env)
        self.assertEqual(answers[b"1,5"], b"1500000000")
        self.assertEqual(answers[b"1.5"], b"1500000000")
        self.assertEqual(answers[b"1,5m"], b"90000000000")

    def test_a_locale_that_is_not_there_is_c(self):
        answers = self.check([b"1,5", b"1.5", b"x"], environment("xx_XX.UTF-8"))
        self.assertEqual(answers[b"1.5"], b"1500000000")


class Signals(unittest.TestCase):
    def words(self):
        draw = random.Random(9102)
        names = subprocess.run(["bash", "-c", "compgen -A signal"], capture_output=True, text=True, check=True,
                               timeout=DEADLINE).stdout.split()
        words = [str(n) for n in range(0, 300)] + names + [name.removeprefix("SIG") for name in names]
        words += ["EXIT", "SIGEXIT", "CLD", "SIGCLD", "IOT", "IO", "POLL", "UNUSED", "STKFLT", "INFO", "LOST", "EMT", "BOGUS", "SIG", "SIGSIG",
                  "SIGSIGTERM", "", " ", " 9", "9 ", "+9", "-9", "09", "0x9", "9.0", "SIG9", "sig15", "SIG64", "SIG65", "SIG 9", "TERM ",
                  " TERM", "RTMIN", "RTMAX", "RTMIN+", "RTMIN-1", "RTMIN+30", "RTMIN+31", "RTMAX-30", "RTMAX-31", "RTMAX+1", "RTMIN3", "RTMIN 3",
                  "RTMINx", "RTMAX-0", "RTMIN+0", "SIGRTMIN+2", "rtmax-2", "RTMIN+0x1", "4294967305", "99999999999999999999", "2147483648",
                  "2147483647", "TERM\n", "tërm", "HUP INT"]
        for _ in range(150):
            word = draw.choice(names).removeprefix(draw.choice(["", "SIG"]))
            words.append("".join(draw.choice([c.upper(), c.lower()]) for c in word))
        for _ in range(100):
            words.append("".join(draw.choice("SIGTERMHUPA0129+-") for _ in range(draw.randrange(1, 6))))
        return [word.encode() for word in dict.fromkeys(words)]

    def test_the_words_that_gnu_takes_for_signals(self):
        words = self.words()
        env = environment("C")
        gnu = ask_gnu(lambda word: ["-s", word, "0", "true"], words, env)
        taken = 0
        for word, there, answer in zip(words, gnu, ours("signal", words, env)):
            with self.subTest(word=word):
                self.assertIn(there.returncode, (0, 125), there)
                self.assertEqual(answer == b"invalid", there.returncode == 125, answer)
                taken += answer != b"invalid"
        self.assertGreater(taken, 400)
        self.assertGreater(len(words) - taken, 80)

    def test_numbers_are_those_of_the_shell(self):
        names = subprocess.run(["bash", "-c", "for n in $(compgen -A signal); do echo $n; kill -l $n 2>/dev/null || echo; done"],
                               capture_output=True, text=True, check=True, timeout=DEADLINE).stdout.split("\n")
        pairs = [(name, number) for name, number in zip(names[::2], names[1::2])
                 if name.startswith("SIG") and number.isdigit() and number not in ("32", "33")]  # the C library's own
        self.assertGreater(len(pairs), 60)
        answers = ours("signal", [name.encode() for name, _ in pairs], environment("C"))
        self.assertEqual([answer.split()[0].decode() for answer in answers], [number for _, number in pairs])

    def test_names_are_those_that_gnu_tells(self):
        """In the foreground, so that it does not send it to itself; what does not end at once is killed."""
        numbers = [n for n in range(65) if n not in (32, 33)]
        words = [str(n).encode() for n in numbers]
        env = environment("C")
        gnu = ask_gnu(lambda word: ["--foreground", "-v", "-k", "0.01", "-s", word, "0.001", "sleep", "60"], words, env)
        for number, there, answer in zip(numbers, gnu, ours("signal", words, env)):
            with self.subTest(number=number):
                name = re.match(rb"timeout: sending signal (\S+) to command 'sleep'\n", there.stderr)[1]
                self.assertEqual(answer, b"%d %s" % (number, name))


class Quotes(unittest.TestCase):
    def words(self):
        draw = random.Random(9103)
        words = [b"", b"x", b"two words", b"it's", b'"', b"\\", b"a\nb", b"\t", b"\x7f", b"\x1b[31m", b"\xff", b"\xe2\x80", b"\xe2\x80\x98", b"\xe2\x80\x99",
                 b"`", b"?", b"??/", "é".encode(), "\u0301".encode(), "\u200b".encode(), "\u202e".encode(), "漢字".encode(), "\U0001f600".encode(),
                 "\ue000".encode(), b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80", b"\xc2\x85", b"\xc2\xa0", bytes(range(1, 128)), bytes(range(128, 256))]
        for _ in range(250):
            words.append(b"".join(draw.choice([bytes([draw.randrange(1, 256)]), chr(draw.choice(
                [draw.randrange(1, 0x300), draw.randrange(0x2000, 0x2100), draw.randrange(0x4e00, 0x4f00), draw.randrange(0x10000, 0x20000)]
            )).encode("utf-8")]) for _ in range(draw.randrange(1, 12))))
        return [word for word in dict.fromkeys(words)]

    def check(self, env):
        # An x in front, so that none is a duration.
        words = [b"x" + word for word in self.words()]
        gnu = ask_gnu(lambda word: ["--", word, "true"], words, env)
        for word, there, answer in zip(words, gnu, ours("quote", words, env)):
            with self.subTest(word=word, locale=env.get("LC_ALL")):
                self.assertEqual(there.stderr.split(b"\nTry ")[0], b"timeout: invalid time interval " + answer)

    def test_in_the_c_locale(self):
        self.check(environment("C"))

    def test_in_a_utf_8_locale(self):
        self.check(environment("C.UTF-8"))

    def test_in_locales_of_other_character_sets(self):
        with tempfile.TemporaryDirectory(prefix="plugh-locale-") as folder:
            for charset in ("ISO-8859-1", "EUC-JP", "SHIFT_JIS"):  # in English, whose messages are not translated
                name = f"en_US.{charset}"
                subprocess.run(["localedef", "-c", "-i", "en_US", "-f", charset, "--no-archive", f"{folder}/{name}"],
                               capture_output=True, timeout=DEADLINE)
                self.check(environment(name, LOCPATH=folder))

    def test_a_part_of_the_locale_that_is_not_there(self):
        env = environment("")
        del env["LC_ALL"]
        self.check({**env, "LC_CTYPE": "C.UTF-8", "LC_TIME": "xx_XX"})


if __name__ == "__main__":
    DRIVER = sys.argv.pop(1)
    unittest.main(verbosity=2)
