#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Put the directed cases to a bridge (or, without --bridge, to this Python's argparse) and compare."""

import argparse
import pathlib
import sys

import oracle
import protocol

FOLDER = pathlib.Path(__file__).resolve().parent


def read_cases(path):
    """Tuples (title, lines of the case, lines of the expected reply). Lines end in LF and in nothing else."""
    title, lines, reply = "", [], []
    for text in [*path.read_bytes().decode("utf-8").split("\n"), ""]:
        if text.startswith("# "):
            title = text[2:]
        elif text.startswith("> "):
            reply.append(text[2:])
        elif text:
            lines.append(text.replace("@FILES@", str(FOLDER / "files")))
        elif lines:
            yield title, lines, reply
            lines, reply = [], []


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bridge", help="the program; default: this Python's argparse")
    parser.add_argument("--least", type=int, default=163, help="fewer cases than this are an error")
    args = parser.parse_args()

    if not args.bridge and not oracle.is_reference():
        print(f"SKIP: Python {sys.version.split()[0]} is not 3.11: its argparse words its texts otherwise")
        return 77
    answerer = protocol.Bridge([args.bridge]) if args.bridge else oracle.Oracle()
    count = failed = 0
    for title, lines, expected in read_cases(FOLDER / "directed.txt"):
        count += 1
        got = answerer.answer(lines)
        if protocol.canonical(got) != protocol.canonical(expected):
            failed += 1
            print(f"FAIL: {title}", *lines, "expected:", *expected, "got:", *got, "", sep="\n")
    status = answerer.close()
    print(f"{count} cases, {failed} failed")
    return int(failed > 0 or count < args.least or status != 0)


sys.exit(main())
