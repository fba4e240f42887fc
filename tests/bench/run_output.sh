#!/usr/bin/env bash
# How fast does a command's output go through `plugh run`, beside `grep .`, which prints the same? Needs half a gigabyte
# of memory for temporary files.
#   run_output.sh BUILD     (the folder of a release build)
# SPDX-License-Identifier: MIT
set -eu
build=$(cd "$1" && pwd)
work=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
trap 'rm -rf "$work"' EXIT
export XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data LC_ALL=C
unset PLUGH_CONFIG
python3 -B - "$build/bin/plugh" "$work" <<'PYTHON'
import math, subprocess, sys, time

PLUGH, FOLDER = sys.argv[1:3]
SIZE = 256 << 20


def fill(name, block):
    with open(f"{FOLDER}/{name}", "wb") as file:
        for _ in range(SIZE // (len(block) * 4096)):
            file.write(block * 4096)
        return file.tell()


def seconds(command, runs):
    """The least of some runs, into a pipe that is read: grep stops early at /dev/null."""
    best = math.inf
    for _ in range(runs):
        start = time.perf_counter()
        first = subprocess.Popen(command, stdout=subprocess.PIPE)
        subprocess.run(["cat"], stdin=first.stdout, stdout=subprocess.DEVNULL, check=True)
        first.stdout.close()
        if first.wait() != 0:
            sys.exit(f"{command} failed")
        best = min(best, time.perf_counter() - start)
    return best


print(f"{'MB/s of output, 256 MB':<44} {'plugh run':>9} {'grep .':>9} {'ratio':>7} {'cat':>9}")
for name, block, options in (("yes: lines of one letter", b"y\n", []),
                             ("every other line is empty", b"y\n\n", []),
                             ("lines of 80 bytes", b"x" * 79 + b"\n", []),
                             ("yes, as words", b"y\n", ["--words"]),
                             ("yes, split at 'y' and a newline", b"ay\n", ["--split", "y\n"])):
    size = fill("data", block) / 1e6
    source = f"{FOLDER}/data"
    ours = seconds([PLUGH, "run", *options, "cat", source], 5)
    grep = seconds(["sh", "-c", 'cat "$1" | grep .', "sh", source], 1)
    plain = seconds(["sh", "-c", 'cat "$1" | cat', "sh", source], 5)
    print(f"{name:<44} {size / ours:9.0f} {size / grep:9.0f} {grep / ours:7.1f} {size / plain:9.0f}", flush=True)
PYTHON
