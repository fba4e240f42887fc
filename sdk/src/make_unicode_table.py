#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write pytext_unicode_table.h: what CPython 3.11 knows of Unicode and the parser needs.

    python3.11 sdk/src/make_unicode_table.py > sdk/src/pytext_unicode_table.h

The tables are asked of the interpreter itself (str.isprintable, str.isalnum, str.isspace, str.isdecimal,
str.upper), so they are right for the Unicode version of that interpreter and no other.
"""

import sys
import unicodedata

LAST = 0x110000


def ranges(holds):
    """The ranges [first, last] of code points for which holds(character) is true."""
    found, first = [], None
    for point in range(LAST + 1):
        if point < LAST and holds(chr(point)):
            first = point if first is None else first
        elif first is not None:
            found.append((first, point - 1))
            first = None
    return found


def upper_runs():
    """Runs (first, last, step, delta) of code points whose upper case is one code point at a constant distance."""
    single = [(p, ord(chr(p).upper()) - p) for p in range(LAST) if len(chr(p).upper()) == 1]
    single = [(point, delta) for point, delta in single if delta]
    runs, i = [], 0
    while i < len(single):
        point, delta = single[i]
        end, step = i, 1
        if i + 1 < len(single) and single[i + 1][1] == delta and single[i + 1][0] - point in (1, 2):
            step = single[i + 1][0] - point
            while end + 1 < len(single) and single[end + 1] == (single[end][0] + step, delta):
                end += 1
        runs.append((point, single[end][0], step, delta))
        i = end + 1
    return runs


def rows(texts, width=100):
    """Texts in lines of at most width columns, indented by a tab of 8."""
    line, lines = "", []
    for text in texts:
        if line and 8 + len(line) + 1 + len(text) > width:
            lines.append(line)
            line = ""
        line += (" " if line else "") + text
    return "".join(f"\t{line}\n" for line in [*lines, line] if line)


def print_ranges(name, comment, found):
    print(f"\n/* {comment} */")
    print(f"static const struct unicode_range {name}[] = {{")
    print(rows(f"{{{first:#x}, {last:#x}}}," for first, last in found) + "};")


def main():
    if sys.version_info[:2] != (3, 11):
        sys.exit("make_unicode_table.py: wants Python 3.11, whose str methods are the reference")

    decimals = ranges(str.isdecimal)
    for first, last in decimals:
        assert all(unicodedata.decimal(chr(p)) == (p - first) % 10 for p in range(first, last + 1))
    specials = [(p, chr(p).upper()) for p in range(LAST) if len(chr(p).upper()) > 1]

    print("/* SPDX-License-Identifier: MIT */")
    print(f"/* Made by make_unicode_table.py from Python {sys.version.split()[0]}, "
          f"Unicode {unicodedata.unidata_version}; do not edit. */")
    print("/* clang-format off */")
    print_ranges("printable_ranges", "str.isprintable", ranges(str.isprintable))
    print_ranges("alnum_ranges", "str.isalnum", ranges(str.isalnum))
    print_ranges("space_ranges", "str.isspace", ranges(str.isspace))
    print_ranges("decimal_ranges", "str.isdecimal; the digits of a range count 0 to 9 over and over", decimals)

    print("\n/* str.upper where it is one other code point: first, first + step, ... last. */")
    print("static const struct unicode_upper_run upper_runs[] = {")
    print(rows(f"{{{first:#x}, {last:#x}, {step}, {delta}}}," for first, last, step, delta in upper_runs()) + "};")

    print("\n/* str.upper where it is several code points. */")
    print("static const struct unicode_upper_special upper_specials[] = {")
    print(rows("{%#x, {%s}}," % (point, ", ".join(f"{ord(c):#x}" for c in text)) for point, text in specials) + "};")


main()
