#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The cyclic transform against its definition in Python: rotations, sorted by Python. Thousands of texts by seed, code
points and bytes, most of them periodic; and every output and index of short lengths, with those that no text has.

usage: test_oracle.py DRIVER [SEED [CASES]]
"""

import itertools
import random
import subprocess
import sys

ALPHABETS = ("a", "ab", "ab", "abc", "é€ÿ\x01", "".join(map(chr, range(1, 300))), "\ud7ff\ue000\U0010ffff\uffff")


def transform(text):
    if not text:
        return text, 0
    rows = sorted(text[i:] + text[:i] for i in range(len(text)))
    return type(text)().join(row[-1:] for row in rows), rows.index(text)


def make(source):
    alphabet = source.choice(ALPHABETS)
    text = "".join(source.choice(alphabet) for _ in range(source.choice((0, 1, 2, 5, 12, 40, 150))))
    if source.random() < 0.5:
        text *= source.randrange(1, 7)
    if text and source.random() < 0.3:
        at = source.randrange(len(text))
        text = text[:at] + source.choice(alphabet) + text[at + 1:]
    return text if source.random() < 0.5 else text.encode()


def line(command, text, *more):
    is_bytes = isinstance(text, bytes)
    return " ".join([command, "b" if is_bytes else "c", "x" + (text if is_bytes else text.encode()).hex(), *map(str, more)])


def random_cases(source, count):
    """Pairs of a question and its answer."""
    for _ in range(count):
        text = make(source)
        last, index = transform(text)
        last_in_hex, text_in_hex = (one if isinstance(one, bytes) else one.encode() for one in (last, text))
        yield line("transform", text), f"x{last_in_hex.hex()} {index}"
        yield line("inverse", last, index), f"x{text_in_hex.hex()}"


def all_cases(alphabet, most):
    for n in range(most + 1):
        texts = ["".join(text) for text in itertools.product(alphabet, repeat=n)]
        has = {transform(text): text for text in texts}
        outputs = {last for last, _ in has}
        for last in texts:
            for index in range(n + 2):
                text = has.get((last, index))
                yield (line("inverse", last, index),
                       "x" + text.encode().hex() if text is not None else "no index" if last in outputs else "no text")


def main():
    driver = sys.argv[1]
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 2500
    cases = [*random_cases(random.Random(seed), count), *all_cases("ab", 9), *all_cases("abc", 6), *all_cases("é€x", 4)]
    done = subprocess.run([driver], input="\n".join(question for question, _ in cases) + "\n", capture_output=True,
                          text=True, timeout=110, check=True)
    answers = done.stdout.splitlines()
    assert len(answers) == len(cases), (len(answers), len(cases))
    wrong = [(question, expected, got) for (question, expected), got in zip(cases, answers) if got != expected]
    for question, expected, got in wrong[:10]:
        print(f"{question}\n  expected {expected}\n  got      {got}")
    refused = sum(expected.startswith("no ") for _, expected in cases)
    print(f"{len(cases)} cases, {refused} of them to be refused, {len(wrong)} wrong (seed {seed})")
    sys.exit(1 if wrong or refused < 1000 else 0)


main()
