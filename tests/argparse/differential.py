#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Put random cases to a bridge and to CPython's argparse, and compare the replies to the letter. A case on which
they differ is shrunk to its smallest form and printed as the bridge reads it."""

import argparse
import pathlib
import re
import sys
import time

import generate
import oracle
import protocol

FOLDER = pathlib.Path(__file__).resolve().parent


def has_answer(reply):
    """Python prints an address where a stray % makes it print all it knows of an argument, and a NUL for %c of 0: the
    one is no answer, the other no text of C."""
    text = re.sub(r"(\\n|\s)+", "", "".join(reply))
    return "<argparse._" not in text and "\0" not in text


class Comparison:
    def __init__(self, program):
        self.bridge = protocol.Bridge([program])
        self.oracle = oracle.Oracle()

    def replies(self, case):
        return self.oracle.answer(case), self.bridge.answer(case)

    def differs(self, case):
        expected, got = self.replies(case)
        return has_answer(expected) and protocol.canonical(expected) != protocol.canonical(got)

    def shrink(self, case):
        """Take parts away as long as the replies differ."""
        is_smaller = True
        while is_smaller:
            is_smaller = False
            for candidate in smaller_cases(case):
                if self.differs(candidate):
                    case, is_smaller = candidate, True
                    break
        return case


def smaller_cases(case):
    """Cases that are a little smaller: a line less, a key less, a word less, a shorter text."""
    for i in range(len(case) - 2, 1, -1):
        fields = [protocol.unescape(field) for field in case[i].split("\t")]
        if fields[0] != "run" and fields[:2] != ["parser", "p0"]:
            yield case[:i] + case[i + 1 :]
    for i in range(len(case) - 2, 1, -1):
        fields = [protocol.unescape(field) for field in case[i].split("\t")]
        for smaller in smaller_lines(fields):
            yield case[:i] + [protocol.line(*smaller)] + case[i + 1 :]


def smaller_lines(fields):
    if fields[0] == "run":
        for j in range(2, len(fields)):
            yield fields[:j] + fields[j + 1 :]
        for j in range(2, len(fields)):
            if len(fields[j]) > 1:
                yield fields[:j] + [fields[j][:-1]] + fields[j + 1 :]
        return
    start = {"parser": 3 if fields[2] == "-" else 4, "arg": 2, "defaults": 2}.get(fields[0], 3)
    if fields[0] in ("chdir", "preset", "columns"):
        return
    j = start
    while j < len(fields):
        _, end = protocol.read_value(fields, j + 1)
        if fields[j] != "prog":  # without it, each side takes its own program's name
            yield fields[:j] + fields[end:]
        for k in range(j + 1, end):
            if fields[k].startswith("s:") and len(fields[k]) > 3:
                yield fields[:k] + [fields[k][:-1]] + fields[k + 1 :]
                yield fields[:k] + ["s:" + fields[k][3:]] + fields[k + 1 :]
        j = end


def report(comparison, case):
    expected, got = comparison.replies(case)
    print("DIFFERENT:", *case, "argparse:", *expected, "bridge:", *got, "", sep="\n", flush=True)


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bridge", required=True, help="the program")
    parser.add_argument("--seed", default="1", help="any text; default: %(default)s")
    parser.add_argument("--count", type=int, default=3000, help="cases to make; default: %(default)s")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--stop-after", type=int, default=5, help="differences to report; default: %(default)s")
    parser.add_argument("--no-shrink", action="store_true", help="report cases as they were made")
    return parser.parse_args()


def main():
    args = parse_args()
    if not oracle.is_reference():
        print(f"SKIP: Python {sys.version.split()[0]} is not 3.11, so these texts differ: the heading 'options:' of "
              "help, metavars behind every option name, 'invalid choice', usage of exclusive groups and its wrapping")
        return 77

    comparison = Comparison(args.bridge)
    kinds, failed, start = {}, 0, time.monotonic()
    for number in range(args.first, args.first + args.count):
        case = generate.make(args.seed, number, str(FOLDER / "files"))
        expected, got = comparison.replies(case)
        if not has_answer(expected):
            continue
        kind = expected[0].split("\t")[0]
        kinds[kind] = kinds.get(kind, 0) + 1
        if protocol.canonical(expected) != protocol.canonical(got):
            failed += 1
            report(comparison, case if args.no_shrink else comparison.shrink(case))
            if failed == args.stop_after:
                break
    status = comparison.bridge.close()
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    print(f"seed {args.seed}: {sum(kinds.values())} cases ({told}), {failed} different, "
          f"{time.monotonic() - start:.1f} s")
    return int(failed > 0 or status != 0)


sys.exit(main())
