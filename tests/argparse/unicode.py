#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every code point through the places where the parser's Unicode tables decide: repr() in a message, upper case in
a metavar, digits and blanks of int(), and what may be broken or stripped in a wrapped text. Compared with CPython."""

import argparse
import sys

import oracle
import protocol
from protocol import line, value

CHUNK = 4096


def cases(text):
    """Lines behind "columns" for one chunk of code points."""
    yield [line("arg", "p0", "names", *value(["--n"]), "type", *value("int")), line("run", "parse_args", "--n", text)]
    yield [line("arg", "p0", "names", *value(["--n"]), "choices", *value([text])), line("run", "parse_args", "--n", "")]
    yield [line("arg", "p0", "names", *value(["--" + text])), line("run", "format_usage")]
    yield [line("arg", "p0", "names", *value(["--n"]), "help", *value("ab-" + "cd-".join(text).replace("%", "%%"))),
           line("run", "format_help")]
    yield [line("arg", "p0", "names", *value(["--n"]), "help", *value("a--".join(text).replace("%", "%%"))), line("run", "format_help")]


def digit_cases(text):
    for c in text:
        yield [line("arg", "p0", "names", *value(["--n"]), "type", *value("int")), line("run", "parse_args", f"--n={c}7{c}")]


def chunks():
    points = [p for p in range(1, sys.maxunicode + 1) if not 0xD800 <= p <= 0xDFFF]
    for i in range(0, len(points), CHUNK):
        yield "".join(map(chr, points[i : i + CHUNK]))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bridge", required=True, help="the program")
    args = parser.parse_args()
    if not oracle.is_reference():
        print(f"SKIP: Python {sys.version.split()[0]} is not 3.11, and knows another version of Unicode")
        return 77

    bridge, python = protocol.Bridge([args.bridge]), oracle.Oracle()
    count = failed = 0
    for text in chunks():
        interesting = [c for c in text if c.isspace() or c.isdecimal() or c.isnumeric()]
        for lines in [*cases(text), *digit_cases(interesting)]:
            case = ["case\tunicode", "columns\t60", line("parser", "p0", "-", "prog", *value("P")), *lines, "end"]
            count += 1
            expected, got = python.answer(case), bridge.answer(case)
            if protocol.canonical(expected) != protocol.canonical(got):
                failed += 1
                print(f"DIFFERENT: U+{ord(text[0]):04X}", *case, "argparse:", *expected, "bridge:", *got, sep="\n")
                if failed == 5:
                    return 1
    status = bridge.close()
    print(f"{count} cases, {failed} different")
    return int(failed > 0 or status != 0)


sys.exit(main())
