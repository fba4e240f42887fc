#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""CPython's argparse on what argparse.c beside it measures: 20 arguments against 30 options."""

import argparse
import sys
import timeit

NAMES = ("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon "
         "phi chi psi omega north east south west inner outer").split()
WORDS = ("--alpha --beta=5 --gamma text --delta --epsilon 12 --zeta=abc --eta --theta=-7 --iota value --kappa "
         "--lambda 99 --mu=x --nu --xi 3 file").split()


def declare():
    parser = argparse.ArgumentParser(prog="bench")
    for i, name in enumerate(NAMES):
        if i % 3 == 0:
            parser.add_argument(f"--{name}", action="store_true")
        else:
            parser.add_argument(f"--{name}", **({"type": int} if i % 3 == 1 else {}))
    parser.add_argument("file", nargs="*")
    return parser


parser = declare()
each = min(timeit.repeat(lambda: parser.parse_args(WORDS), number=1000, repeat=5)) * 1000
whole = min(timeit.repeat(lambda: declare().parse_args(WORDS), number=300, repeat=5)) / 300 * 1e6
version = sys.version.split()[0]
print(f"argparse (CPython {version})         {each:8.2f} us")
print(f"argparse, declaring the parser too{whole:9.2f} us")
