"""How late is the end of a command whose time is up, and how much memory does its timeout take? GNU's and ours in turn.

    timeout.py PLUGH MARK

The time counts from the command's first instruction to the moment at which its output is closed, so the start of the
command, which belongs to its limit, makes it less.

SPDX-License-Identifier: MIT
"""

import os
import re
import statistics
import struct
import subprocess
import sys
import time

ROUNDS, LIMIT = 60, 0.1


def lateness(words):
    """Milliseconds behind the limit."""
    with subprocess.Popen([*words, str(LIMIT), sys.argv[2]], stdout=subprocess.PIPE) as process:
        start, = struct.unpack("q", process.stdout.read(8))
        process.stdout.read()
        took = time.clock_gettime_ns(time.CLOCK_MONOTONIC) - start
        assert process.wait() == 124
    return took / 1e6 - LIMIT * 1e3


def memory(words):
    """The most that was resident, kB, and what of it belongs to no file."""
    with subprocess.Popen([*words, "60", sys.argv[2]], stdout=subprocess.PIPE) as process:
        process.stdout.read(8)
        with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
            status = file.read()
        process.terminate()
    return [int(re.search(rf"{key}:\s+(\d+)", status)[1]) for key in ("VmHWM", "RssAnon")]


def main():
    programs = {"GNU timeout": ["timeout"], "plugh timeout": [sys.argv[1], "timeout"]}
    late = {name: [] for name in programs}
    for _ in range(ROUNDS):
        for name, words in programs.items():
            late[name].append(lateness(words))
    print(f"\nbehind a limit of {LIMIT * 1e3:.0f} ms, of {ROUNDS}, milliseconds")
    print(f"{'':20}{'median':>9}{'90 %':>9}{'most':>9}{'over 2':>9}")
    for name, each in late.items():
        each.sort()
        print(f"{name:20}{statistics.median(each):9.2f}{each[ROUNDS * 9 // 10]:9.2f}{each[-1]:9.2f}{sum(ms > 2 for ms in each):9}")
    print("\nmemory, kB")
    print(f"{'':20}{'most':>9}{'own':>9}")
    for name, words in programs.items():
        most, own = memory(words)
        print(f"{name:20}{most:9}{own:9}")


if __name__ == "__main__":
    os.environ.pop("PLUGH_CONFIG", None)
    main()
